"""Entering, changing, withdrawing, sending in again: who, when, and once."""

from datetime import date, datetime
from threading import Barrier, Thread

import pytest
from flask import Flask

from tests.contests.factories import DECIDING, ENTERING, LAST_MOMENT, NOTICE, make_entry, make_round
from tests.factories import Cast, make_building, make_person, make_venue
from volunteer_app import clock
from volunteer_app.audit.models import AuditEntry
from volunteer_app.contests import access
from volunteer_app.contests.models import Entry, EntryPhoto, EntryState, Round, Subject
from volunteer_app.contests.rounds import entries, erasing, photos, review, siting
from volunteer_app.contests.rounds.entries import NameFaulty, NameTaken, Values
from volunteer_app.contests.rounds.siting import PlaceUnfit
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused
from volunteer_app.people import consents
from volunteer_app.people.consents import Purpose
from volunteer_app.people.models import Account
from volunteer_app.photos.models import Photo
from volunteer_app.places.models import Place

pytestmark = pytest.mark.now(ENTERING)


@pytest.fixture
def round(cast: Cast) -> Round:
    return make_round(cast.subdistrict)


@pytest.fixture
def building(cast: Cast) -> Place:
    return make_building(cast.compound, "3号楼")


def enter(round: Round, place: Place, account: Account, name: str = "云台里3号楼", about: str = "") -> Entry:
    entry, _gone = entries.enter(round, Values(name, place, about), account.person, by=account)
    return entry


def said() -> list[str]:
    trail = db.session.query(AuditEntry).filter(AuditEntry.subject == "entry").order_by(AuditEntry.id)
    return [it.action for it in trail]


def test_a_resident_enters_and_agrees(app: Flask, cast: Cast, round: Round, building: Place) -> None:
    entry = enter(round, building, cast.volunteer, " 云台里  3号楼 ", "楼道干净\r\n花多 ")
    assert (entry.name, entry.about, entry.state) == ("云台里 3号楼", "楼道干净\n花多", EntryState.WAITING)
    assert (entry.place_id, entry.person_id, entry.by_id) == (
        building.id,
        cast.volunteer.person_id,
        cast.volunteer.id,
    )
    assert entry.entered_on == date(2020, 11, 5)
    (consent,) = consents.living(cast.volunteer.person)
    assert (consent.purpose, consent.text_version) == (Purpose.CONTEST_ENTRY, "1")
    assert said() == ["enter"]


def test_a_liaison_enters_for_a_resident_whom_they_know(app: Flask, cast: Cast, round: Round, building: Place) -> None:
    resident = make_person("罗玉芬")
    assert access.can_enter_for_others(cast.secretary, building)
    assert not access.can_enter_for_others(cast.volunteer, building)
    assert not access.can_enter_for_others(cast.outsider, building)
    entry, gone = entries.enter(round, Values("3号楼", building), resident, by=cast.secretary)
    assert (entry.person_id, entry.by_id, gone) == (resident.id, cast.secretary.id, [])
    assert [it.purpose for it in consents.living(resident)] == [Purpose.CONTEST_ENTRY]
    assert [access.can_change(it, entry) for it in (cast.secretary, cast.officer, cast.volunteer, cast.outsider)] == [
        True,
        True,
        False,
        False,
    ]


def test_sent_twice_it_is_entered_once(app: Flask, cast: Cast, round: Round, building: Place) -> None:
    first, second = (enter(round, building, cast.volunteer, about="花多") for _ in range(2))
    assert (first.id, said(), db.session.query(Entry).count()) == (second.id, ["enter"], 1)


def test_a_name_takes_part_once_in_a_round(app: Flask, cast: Cast, round: Round, building: Place) -> None:
    enter(round, building, cast.volunteer)
    with pytest.raises(NameTaken, match="云台里3号楼"):
        enter(round, building, cast.leader)
    with pytest.raises(NameTaken):
        enter(round, building, cast.volunteer, about="其他的话")
    enter(make_round(cast.subdistrict), building, cast.leader)
    assert db.session.query(Entry).count() == 2


@pytest.mark.parametrize(
    "moment", ["2020-10-31T23:59+08:00", "2020-11-11T00:00+08:00", DECIDING, NOTICE], ids=lambda it: it[5:10]
)
def test_entries_are_taken_in_their_window_alone(
    app: Flask, cast: Cast, round: Round, building: Place, moment: str
) -> None:
    with clock.frozen(_at(moment)), pytest.raises(Refused, match="no entries now"):
        enter(round, building, cast.volunteer)


@pytest.mark.parametrize("values", [{"published_at": None}, {"cancelled_at": "now"}])
def test_a_draft_and_a_cancelled_round_take_none(
    app: Flask, cast: Cast, building: Place, values: dict[str, object]
) -> None:
    round = make_round(cast.subdistrict, **{name: it and clock.now() for name, it in values.items()})
    with pytest.raises(Refused, match="no entries now"):
        enter(round, building, cast.volunteer)


@pytest.mark.parametrize("moment", ["2020-11-01T00:00+08:00", "2020-11-10T23:59:59+08:00"])
def test_both_ends_of_the_window_belong_to_it(
    app: Flask, cast: Cast, round: Round, building: Place, moment: str
) -> None:
    with clock.frozen(_at(moment)):
        assert enter(round, building, cast.volunteer).state is EntryState.WAITING


def test_the_place_fits_what_the_contest_is_about(app: Flask, cast: Cast, round: Round, building: Place) -> None:
    elsewhere, gone = make_building(), make_building(cast.compound, retired_on=date(2020, 11, 5))
    for place, sentence in (
        (elsewhere, "another sub-district"),
        (gone, "no longer there"),
        (cast.compound, "choose a building"),
        (cast.community, "choose a building"),
    ):
        with pytest.raises(PlaceUnfit, match=sentence):
            enter(round, place, cast.volunteer)
    balconies = make_round(cast.subdistrict, subject=Subject.BALCONY)
    for number, place in enumerate((building, cast.compound, cast.community)):
        assert enter(balconies, place, cast.volunteer, f"{number}号阳台").place_id == place.id
    for place in (make_venue(cast.compound), cast.subdistrict):
        with pytest.raises(PlaceUnfit):
            enter(balconies, place, cast.volunteer)
    assert siting.candidates(round, cast.compound) == siting.candidates(round, building) == [building]
    assert siting.candidates(balconies, building) == [building, cast.compound, cast.community]
    assert siting.candidates(balconies, cast.community) == [cast.community]


def test_what_is_said_has_bounds(app: Flask, cast: Cast, round: Round, building: Place) -> None:
    for name in ("", "  ", "楼" * 61):
        with pytest.raises(NameFaulty):
            enter(round, building, cast.volunteer, name)
    with pytest.raises(BadInput):
        enter(round, building, cast.volunteer, about="好" * 501)
    assert enter(round, building, cast.volunteer, "楼" * 60, "好" * 500).id


def test_what_was_withdrawn_is_entered_again_in_its_row(app: Flask, cast: Cast, round: Round, building: Place) -> None:
    entry = enter(round, building, cast.volunteer, about="花多")
    photo = _photo(entry)
    entries.withdraw(entry, by=cast.volunteer.id)
    entries.withdraw(entry, by=cast.volunteer.id)
    assert (entry.state, said()) == (EntryState.WITHDRAWN, ["enter", "withdraw"])
    again = enter(round, building, cast.volunteer)
    assert (again.id, again.state, again.about, photos.of(again)) == (entry.id, EntryState.WAITING, "", [photo])
    entries.withdraw(again, by=cast.volunteer.id)
    # A neighbour's photos are their own.
    taken_over, gone = entries.enter(round, Values("云台里3号楼", building), cast.leader.person, by=cast.leader)
    assert (taken_over.id, taken_over.person_id, gone) == (entry.id, cast.leader.person_id, [photo.photo.name])
    assert (photos.of(taken_over), db.session.query(Photo).count()) == ([], 0)


def test_until_it_is_published_it_changes_freely(app: Flask, cast: Cast, round: Round, building: Place) -> None:
    entry = enter(round, building, cast.volunteer)
    other = make_building(cast.compound, "4号楼")
    with clock.frozen(_at(LAST_MOMENT)):
        changed = entries.change(entry, Values("云台里4号楼", other, "花多"), by=cast.volunteer)
    assert (entry.name, entry.place, entry.about, entry.state) == ("云台里4号楼", other, "花多", EntryState.WAITING)
    assert set(changed) == {"name", "place_id", "about"}
    last = db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
    # Words that somebody may want erased stay out of the trail.
    assert (last.action, last.changes) == ("change", {"place_id": [building.id, other.id]})
    assert entries.change(entry, Values("云台里4号楼", other, "花多"), by=cast.volunteer) == {}
    assert said() == ["enter", "change"]


def test_a_change_keeps_to_the_same_rules(app: Flask, cast: Cast, round: Round, building: Place) -> None:
    entry = enter(round, building, cast.volunteer)
    make_entry(round, "先来的楼")
    with pytest.raises(NameTaken):
        entries.change(entry, Values("先来的楼", building), by=cast.volunteer)
    with pytest.raises(PlaceUnfit):
        entries.change(entry, Values(entry.name, cast.compound), by=cast.volunteer)
    with pytest.raises(NameFaulty):
        entries.change(entry, Values("", building), by=cast.volunteer)


def test_what_was_published_waits_again_after_a_change_by_its_entrant(
    app: Flask, cast: Cast, round: Round, building: Place
) -> None:
    entry = enter(round, building, cast.volunteer)
    entry.state = EntryState.PUBLISHED
    entries.change(entry, Values(entry.name, building, "花多"), by=cast.secretary)
    assert entry.state is EntryState.PUBLISHED
    entries.change(entry, Values(entry.name, building, "花多"), by=cast.volunteer)
    assert entry.state is EntryState.PUBLISHED
    entries.change(entry, Values(entry.name, building, "花更多"), by=cast.volunteer)
    assert entry.state is EntryState.WAITING
    entry.state = EntryState.PUBLISHED
    with clock.frozen(_at(DECIDING)):
        with pytest.raises(Refused, match="Entries are closed"):
            entries.change(entry, Values(entry.name, building, ""), by=cast.volunteer)
        # Whoever reviews can still put a slip right.
        entries.change(entry, Values(entry.name, building, ""), by=cast.secretary)
        assert (entry.state, entry.about) == (EntryState.PUBLISHED, "")
    with clock.frozen(_at(NOTICE)), pytest.raises(Refused, match="closed"):
        entries.change(entry, Values(entry.name, building, "花"), by=cast.officer)


def test_an_officers_own_entry_waits_again_too(app: Flask, cast: Cast, round: Round, building: Place) -> None:
    entry = enter(round, building, cast.officer)
    entry.state = EntryState.PUBLISHED
    entries.change(entry, Values(entry.name, building, "花"), by=cast.officer)
    assert entry.state is EntryState.WAITING


def test_what_was_returned_is_sent_in_again(app: Flask, cast: Cast, round: Round, building: Place) -> None:
    entry = enter(round, building, cast.volunteer)
    entry.state, entry.reason = EntryState.RETURNED, "照片看不清"
    with clock.frozen(_at(DECIDING)):
        entries.send_again(entry, by=cast.volunteer)
        entries.send_again(entry, by=cast.volunteer)
    assert (entry.state, entry.reason, said()) == (EntryState.WAITING, "", ["enter", "send again"])
    entry.state, entry.reason = EntryState.RETURNED, "照片看不清"
    # Saving is sending.
    entries.change(entry, Values(entry.name, building), by=cast.volunteer)
    assert (entry.state, entry.reason) == (EntryState.WAITING, "")
    entry.state = EntryState.RETURNED
    with clock.frozen(_at(NOTICE)), pytest.raises(Refused, match="closed"):
        entries.send_again(entry, by=cast.volunteer)


def test_what_was_withdrawn_comes_back_while_entries_are_taken(
    app: Flask, cast: Cast, round: Round, building: Place
) -> None:
    entry = enter(round, building, cast.volunteer)
    entries.withdraw_of(cast.volunteer.person, by=cast.volunteer.id)
    consents.withdraw(cast.volunteer.person, Purpose.CONTEST_ENTRY, by=cast.volunteer.id)
    with clock.frozen(_at(DECIDING)), pytest.raises(Refused, match="Entries are closed"):
        entries.send_again(entry, by=cast.volunteer)
    with pytest.raises(Refused, match="withdrawn"):
        entries.change(entry, Values(entry.name, building, "花"), by=cast.volunteer)
    entries.send_again(entry, by=cast.volunteer)
    assert entry.state is EntryState.WAITING
    assert [it.purpose for it in consents.living(cast.volunteer.person)] == [Purpose.CONTEST_ENTRY]


def test_withdrawing_ends_with_the_close(app: Flask, cast: Cast, round: Round, building: Place) -> None:
    entry, second = enter(round, building, cast.volunteer), enter(round, building, cast.volunteer, "后院")
    with clock.frozen(_at(LAST_MOMENT)):
        entries.withdraw(entry, by=cast.volunteer.id)
    assert entry.state is EntryState.WITHDRAWN
    with clock.frozen(_at(NOTICE)):
        with pytest.raises(Refused, match="only the office"):
            entries.withdraw(second, by=cast.officer.id)
        assert entries.withdraw_of(cast.volunteer.person, by=cast.volunteer.id) == 0
    assert second.state is EntryState.WAITING


def test_what_an_erased_person_leaves(app: Flask, cast: Cast, building: Place) -> None:
    person = cast.volunteer.person
    going = make_entry(make_round(cast.subdistrict), "云台里3号楼", person=person, place=building, about="花多")
    over = make_round(cast.subdistrict, entries_from=date(2020, 9, 1), entries_until=date(2020, 9, 2))
    over.judging_until = over.voting_until = date(2020, 9, 9)
    won = make_entry(over, "云台里4号楼", person=person, place=building, about="花多")
    family = make_entry(make_round(cast.subdistrict, subject=Subject.FAMILY), "罗玉芬一家", person=person)
    other = make_entry(over, "别人的楼", about="也好")
    photo, kept = _photo(won), _photo(other)
    name = photo.photo.name
    assert erasing.forget(person, by=cast.officer.id) == [name]
    assert [(it.name, it.about, it.state) for it in (going, won, family, other)] == [
        ("云台里3号楼", "", EntryState.WITHDRAWN),
        ("云台里4号楼", "", EntryState.PUBLISHED),
        (f"已匿名 {family.id}", "", EntryState.WITHDRAWN),
        ("别人的楼", "也好", EntryState.PUBLISHED),
    ]
    assert (db.session.query(EntryPhoto).all(), erasing.forget(person, by=cast.officer.id)) == ([kept], [])


def test_two_enter_the_same_name_at_once(app: Flask, cast: Cast, round: Round, building: Place) -> None:
    ids = round.id, building.id
    accounts = [cast.volunteer.id, cast.leader.id]
    db.session.commit()
    start, outcomes = Barrier(2), []

    def enters(account_id: int) -> None:
        with app.app_context():
            account = db.session.get_one(Account, account_id)
            round, building = db.session.get_one(Round, ids[0]), db.session.get_one(Place, ids[1])
            db.session.commit()
            start.wait()
            try:
                enter(round, building, account)
                db.session.commit()
                outcomes.append("entered")
            except NameTaken:
                db.session.rollback()
                outcomes.append("taken")
            finally:
                db.session.remove()

    threads = [Thread(target=enters, args=(account_id,)) for account_id in accounts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    assert (sorted(outcomes), db.session.query(Entry).count()) == (["entered", "taken"], 1)


def _photo(entry: Entry) -> EntryPhoto:
    row = EntryPhoto(entry_id=entry.id, photo=Photo(width=40, height=20, made_at=clock.now()))
    db.session.add(row)
    db.session.flush()
    return row


def _at(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


@pytest.mark.now(DECIDING)
def test_what_is_judged_keeps_its_name_and_its_place(app: Flask, cast: Cast, round: Round, building: Place) -> None:
    entry = make_entry(round, "云台里3号楼", place=building, person=cast.volunteer.person, about="楼道干净")
    other = make_building(cast.compound, "4号楼")
    for values in (Values("云台里4号楼", building, "楼道干净"), Values("云台里3号楼", other, "楼道干净")):
        with pytest.raises(Refused, match="keeps its name"):
            entries.change(entry, values, by=cast.secretary)
    assert entries.change(entry, Values("云台里3号楼", building, "楼道干净，花多"), by=cast.secretary).keys() == {
        "about"
    }
    with pytest.raises(Refused, match="no longer sent back"):
        review.return_(entry, "换一张", review.mark(entry, []), by=cast.officer)
    assert entry.state is EntryState.PUBLISHED
