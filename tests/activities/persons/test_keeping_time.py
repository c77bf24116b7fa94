"""People in no roster keep their names for a time."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from tests.factories import (
    Cast,
    make_account,
    make_activity,
    make_attendance,
    make_membership,
    make_person,
    make_sign_up,
    make_team,
)
from volunteer_app import clock
from volunteer_app.activities.attendance import evidence
from volunteer_app.activities.models import ActivityState, Attendance, SheetPhoto, SignUp
from volunteer_app.activities.persons.keeping_time import anonymise_old, months_ago, remove_photos
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.people import family
from volunteer_app.people.models import Person
from volunteer_app.photos.models import Photo
from volunteer_app.photos.taking import Taken

LONG_AGO = datetime.fromisoformat("2019-11-24T09:00+08:00")
A_YEAR_AGO = datetime.fromisoformat("2019-11-25T09:00+08:00")


def old_person(name: str) -> Person:
    return make_person(name, created_at=LONG_AGO - timedelta(days=30))


def named(*people: Person) -> list[bool]:
    db.session.expire_all()
    return [person.anonymised_at is None for person in people]


def test_after_twelve_months_the_name_goes_and_the_counts_stay(app: Flask, cast: Cast, now: datetime) -> None:
    long_ago = make_activity(cast.team, starts_at=LONG_AGO, places=5, state=ActivityState.HELD)
    a_year_ago = make_activity(cast.team, starts_at=A_YEAR_AGO, places=5, state=ActivityState.HELD)
    came, asked, lately, both = (old_person(name) for name in ("甲", "乙", "丙", "丁"))
    make_attendance(long_ago, came)
    sign_up = make_sign_up(long_ago, asked, note="我住5号楼")
    make_attendance(a_year_ago, lately)
    make_attendance(long_ago, both)
    make_sign_up(a_year_ago, both)
    nothing = old_person("戊")
    assert anonymise_old(months=12, dry_run=True) == 3
    assert named(came, asked, nothing) == [True, True, True]
    assert anonymise_old(months=12) == 3
    assert named(came, asked, lately, both, nothing) == [False, False, True, True, False]
    assert (came.name, came.phone, came.anonymised_at, sign_up.note) == ("已匿名", None, now, "")
    assert (db.session.query(Attendance).count(), db.session.query(SignUp).count()) == (3, 2)


def test_again_changes_nothing(app: Flask, cast: Cast) -> None:
    old_person("甲")
    assert [anonymise_old(months=12), anonymise_old(months=12)] == [1, 0]
    entry = db.session.query(AuditEntry).filter_by(action="anonymise").one()
    assert (entry.subject, entry.subject_id, entry.changes) == ("person", None, {"people": [0, 1]})


def test_rosters_accounts_and_families_keep_their_names(app: Flask, cast: Cast) -> None:
    former, leads, has_account, relative = (old_person(name) for name in ("甲", "乙", "丙", "丁"))
    make_membership(cast.team, former, until=LONG_AGO.date())
    make_team(cast.compound, leader_id=leads.id, dissolved=LONG_AGO.date())
    account = make_account("戊")
    account.person_id = has_account.id
    family.attach(cast.volunteer, relative)
    everyone = [former, leads, has_account, relative, cast.volunteer.person]
    assert anonymise_old(months=1) == 0
    assert named(*everyone) == [True] * 5


def test_what_an_office_entered_lately_is_kept(app: Flask, cast: Cast) -> None:
    """An import of former years is not forgotten the next morning: corrected, it must find the same people."""
    imported = make_person("甲")
    make_attendance(make_activity(cast.team, starts_at=LONG_AGO, state=ActivityState.HELD), imported)
    assert anonymise_old(months=12) == 0
    with clock.frozen(clock.now() + timedelta(days=400)):
        assert anonymise_old(months=12) == 1


def test_photos_of_sheets_have_the_same_time(
    app: Flask, cast: Cast, tmp_path: Path, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    def photo_of(starts_at: datetime) -> str:
        activity = make_activity(make_team(cast.compound), starts_at=starts_at, state=ActivityState.HELD)
        taken = Taken(large=b"large", small=b"small", width=4, height=2)
        return evidence.add(activity, taken, tmp_path, by=None).photo.name

    def number() -> int:
        db.session.flush()
        with count_queries() as queries:
            remove_photos(months=12)
        return len(queries)

    old, _kept = photo_of(LONG_AGO), photo_of(A_YEAR_AGO)
    assert remove_photos(months=12, dry_run=True) == [old]
    assert db.session.query(SheetPhoto).count() == 2
    one = number()
    assert (db.session.query(SheetPhoto).count(), db.session.query(Photo).count()) == (1, 1)
    for _ in range(5):
        photo_of(LONG_AGO)
    assert number() == one
    assert (remove_photos(months=12), db.session.query(SheetPhoto).count()) == ([], 1)


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        ("2020-11-25", 12, "2019-11-25"),
        ("2020-02-29", 12, "2019-02-28"),
        ("2020-03-31", 1, "2020-02-29"),
        ("2020-01-15", 1, "2019-12-15"),
        ("2020-12-31", 25, "2018-11-30"),
    ],
)
def test_months_ago(day: str, months: int, before: str) -> None:
    assert months_ago(date.fromisoformat(day), months) == date.fromisoformat(before)
