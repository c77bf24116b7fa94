"""What an erased cadre leaves, and that nobody who serves loses their name by age."""

from datetime import date, datetime, timedelta

from flask import Flask

from tests.factories import Cast, make_assignment, make_pairing, make_person, make_visit
from volunteer_app import clock
from volunteer_app.activities.persons import keeping_time
from volunteer_app.cli.anonymise import KEPT_BY
from volunteer_app.clock import Week
from volunteer_app.database import db
from volunteer_app.duty import accounts, erasing
from volunteer_app.duty.models import Leave, PlannedVisit, Visit, VisitPhoto, VisitState
from volunteer_app.duty.quota import Standing
from volunteer_app.photos.models import Photo

DAY = timedelta(days=1)


def test_minutes_stay_and_words_go(app: Flask, cast: Cast) -> None:
    pairing = make_pairing(compound=cast.compound, since=date(2020, 11, 2))
    person, now = pairing.person, clock.now()
    assignment = make_assignment(compound=cast.compound, person=person)
    done = make_visit(pairing, starts_at=now - 10 * DAY, minutes=180, state=VisitState.CONFIRMED, what="王大爷")
    make_visit(pairing, starts_at=now - DAY / 24, minutes=None)
    whose = {"person_id": person.id, "subdistrict_id": cast.subdistrict.id}
    leave = Leave(since=clock.today(), until=clock.today(), reason="住院", **whose)
    plan = PlannedVisit(
        compound_id=cast.compound.id, starts_at=now + DAY, ends_at=now + 2 * DAY, note="带药", changed_at=now, **whose
    )
    photo = VisitPhoto(visit=done, photo=Photo(width=40, height=20, made_at=now))
    db.session.add_all((leave, plan, photo))
    db.session.flush()
    name = photo.photo.name
    assert erasing.forget(person) == [name]
    assert erasing.forget(person) == []
    yesterday = clock.today() - DAY
    assert (pairing.until, assignment.until) == (yesterday, yesterday)
    assert (done.what, leave.reason, plan.note, plan.cancelled) == ("", "", "", True)
    assert (db.session.query(Visit).count(), db.session.query(VisitPhoto).count()) == (1, 0)
    weeks = accounts.of_cadre(person, cast.subdistrict, Week.parse("2020-W46"), Week.parse("2020-W49"))
    assert [(it.minutes, it.standing) for it in weeks] == [
        (180, Standing.MET),
        (0, Standing.SHORT),
        (0, Standing.NOT_DUE),
        (0, Standing.NOT_DUE),
    ]


def test_who_serves_keeps_the_name(app: Flask, cast: Cast) -> None:
    long_ago = datetime.fromisoformat("2018-01-05T09:00+08:00")
    cadre, warden, other = (make_person(name, created_at=long_ago) for name in ("郑海", "韩磊", "路人"))
    make_pairing(cadre, cast.compound)
    make_assignment(compound=cast.compound, person=warden)
    assert keeping_time.anonymise_old(months=12, kept_by=KEPT_BY) == 1
    db.session.expire_all()
    assert [it.anonymised_at is None for it in (cadre, warden, other)] == [True, True, False]
