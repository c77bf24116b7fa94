"""Photos of an entry: how many, once, who sees them, and until when they change."""

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from tests.contests.factories import DECIDING, ENTERING, NOTICE, make_entry, make_round
from tests.factories import Cast, make_building
from tests.photos.test_taking import picture, written
from volunteer_app import clock
from volunteer_app.audit.models import AuditEntry
from volunteer_app.contests.models import Entry, EntryState
from volunteer_app.contests.rounds import photos
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused
from volunteer_app.people import consents
from volunteer_app.people.consents import Purpose
from volunteer_app.photos.models import Photo
from volunteer_app.photos.taking import Taken, take

pytestmark = pytest.mark.now(ENTERING)


@pytest.fixture
def entry(cast: Cast) -> Entry:
    person = cast.volunteer.person
    consents.give(person, Purpose.CONTEST_ENTRY)
    place = make_building(cast.compound)
    return make_entry(make_round(cast.subdistrict), place=place, person=person, state=EntryState.WAITING)


def pictures(number: int, nonce: str = "n" * 32) -> list[Taken]:
    return [take(written(picture(20 + index, 10), "PNG"), nonce=nonce) for index in range(number)]


def files(folder: Path) -> int:
    return len(list(folder.rglob("*.jpg")))


def test_nine_are_kept_in_their_order_and_no_tenth(app: Flask, cast: Cast, entry: Entry, tmp_path: Path) -> None:
    folder = tmp_path / "up"
    sent = pictures(10)
    with pytest.raises(Refused, match="at most 9 photos: there are 0, and you chose 10 more"):
        photos.add(entry, sent, folder, by=cast.volunteer)
    assert (photos.of(entry), files(folder)) == ([], 0)
    photos.add(entry, sent[:9], folder, by=cast.volunteer)
    assert [row.photo.width for row in photos.of(entry)] == list(range(20, 29))
    with pytest.raises(Refused, match="there are 9, and you chose 1 more"):
        photos.add(entry, sent[9:], folder, by=cast.volunteer)
    assert files(folder) == 18


def test_what_is_sent_again_is_kept_once(app: Flask, cast: Cast, entry: Entry, tmp_path: Path) -> None:
    twice = pictures(2) * 2
    assert len(photos.add(entry, twice, tmp_path / "up", by=cast.volunteer)) == 2
    assert photos.add(entry, twice, tmp_path / "up", by=cast.volunteer) == []
    # Another form means it.
    assert len(photos.add(entry, pictures(1, "m" * 32), tmp_path / "up", by=cast.volunteer)) == 1
    assert (len(photos.of(entry)), files(tmp_path / "up")) == (3, 6)


def test_what_they_show(app: Flask, cast: Cast, entry: Entry, tmp_path: Path) -> None:
    first, second = photos.add(entry, pictures(2), tmp_path / "up", by=cast.volunteer)
    photos.describe(entry, {first.id: " 楼道 ", 999: "别的"}, by=cast.volunteer)
    assert (first.alt, second.alt) == ("楼道", "")
    with pytest.raises(BadInput):
        photos.describe(entry, {second.id: "长" * 101}, by=cast.volunteer)
    photos.describe(entry, {first.id: "楼道"}, by=cast.volunteer)
    said = db.session.query(AuditEntry).filter(AuditEntry.subject == "entry_photo").order_by(AuditEntry.id)
    assert [(it.action, it.changes) for it in said] == [
        ("add", {"entry_id": [None, entry.id]}),
        ("add", {"entry_id": [None, entry.id]}),
        ("change", {}),
    ]


def test_one_goes(app: Flask, cast: Cast, entry: Entry, tmp_path: Path) -> None:
    (row,) = photos.add(entry, pictures(1), tmp_path / "up", by=cast.volunteer)
    name = row.photo.name
    assert photos.remove(row, by=cast.volunteer) == name
    assert (photos.of(entry), db.session.query(Photo).count()) == ([], 0)
    with pytest.raises(Refused):
        photos.remove(row, by=cast.volunteer)


def test_new_photos_of_what_is_published_are_looked_at(app: Flask, cast: Cast, entry: Entry, tmp_path: Path) -> None:
    folder = tmp_path / "up"
    first, second, third = pictures(3)
    for state, by, after in (
        (EntryState.PUBLISHED, cast.volunteer, EntryState.WAITING),
        (EntryState.PUBLISHED, cast.secretary, EntryState.PUBLISHED),
        (EntryState.RETURNED, cast.volunteer, EntryState.RETURNED),
    ):
        entry.state = state
        photos.add(entry, [first], folder, by=by)
        assert entry.state is after
        first, second, third = second, third, first
    entry.state = EntryState.PUBLISHED
    row = photos.of(entry)[0]
    photos.describe(entry, {row.id: "楼道"}, by=cast.volunteer)
    assert entry.state is EntryState.WAITING
    entry.state = EntryState.PUBLISHED
    # Taking something away shows nothing new.
    photos.remove(row, by=cast.volunteer)
    assert entry.state is EntryState.PUBLISHED


def test_they_stay_as_they_are_once_it_is_decided(app: Flask, cast: Cast, entry: Entry, tmp_path: Path) -> None:
    folder = tmp_path / "up"
    first, second = photos.add(entry, pictures(2), folder, by=cast.volunteer)
    entry.state = EntryState.PUBLISHED
    for moment, by in ((DECIDING, cast.volunteer), (NOTICE, cast.officer)):
        with clock.frozen(datetime.fromisoformat(moment)):
            for verb in (
                lambda by=by: photos.add(entry, pictures(1, "m" * 32), folder, by=by),
                lambda by=by: photos.remove(first, by=by),
                lambda by=by: photos.describe(entry, {second.id: "别的"}, by=by),
            ):
                with pytest.raises(Refused):
                    verb()
            # What was kept before is no news.
            assert photos.add(entry, pictures(2), folder, by=by) == []
    assert (len(photos.of(entry)), files(folder)) == (2, 4)


def test_everyone_sees_them_once_it_is_published_and_while_its_entrant_agrees(
    app: Flask, cast: Cast, entry: Entry, tmp_path: Path
) -> None:
    rows = photos.add(entry, pictures(2), tmp_path / "up", by=cast.volunteer)
    other = make_entry(entry.round)
    everyone = (None, cast.leader, cast.outsider, cast.volunteer, cast.secretary, cast.officer)

    def seen() -> tuple[bool, dict[int, list[int]], list[bool]]:
        lists = {key: [row.id for row in found] for key, found in photos.shown_of([entry, other]).items()}
        return photos.are_shown(entry), lists, [photos.can_see(it, entry) for it in everyone]

    before = False, {}, [False, False, False, True, True, True]
    assert seen() == before
    entry.state = EntryState.PUBLISHED
    db.session.flush()
    assert seen() == (True, {entry.id: [row.id for row in rows]}, [True] * 6)
    consents.withdraw(cast.volunteer.person, Purpose.CONTEST_ENTRY, by=None)
    assert seen() == before
    consents.give(cast.volunteer.person, Purpose.CONTEST_ENTRY)
    entry.state = EntryState.WITHDRAWN
    db.session.flush()
    assert seen() == before
    assert photos.of_entries([entry, other]) == {entry.id: rows}
