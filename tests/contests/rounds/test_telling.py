"""Who has to be told of something in a contest, by whom, and until when."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from tests.contests.factories import ENTERING, LAST_MOMENT, NOTICE, make_entry, make_judge, make_round
from tests.factories import Cast, make_account, make_building, make_community, make_compound, make_person
from volunteer_app import clock
from volunteer_app.contests.models import Entry, EntryState, Round
from volunteer_app.contests.rounds import entries, keeping, photos, review, telling
from volunteer_app.database import db
from volunteer_app.notifications.models import Notice
from volunteer_app.people import consents
from volunteer_app.people.consents import Purpose
from volunteer_app.people.models import Account, Role

pytestmark = pytest.mark.now(ENTERING)

HOUR = timedelta(hours=1)


@pytest.fixture
def round(cast: Cast) -> Round:
    return make_round(cast.subdistrict, "楼栋评比赛")


def enter(round: Round, cast: Cast, name: str, **values: object) -> Entry:
    usual = {"place": make_building(cast.compound), "state": EntryState.WAITING}
    return make_entry(round, name, **usual | values)


def send_back(entry: Entry, by: Account, reason: str = "照片看不清") -> None:
    review.return_(entry, reason, review.mark(entry, photos.of(entry)), by=by)


def calls(account: Account) -> list[tuple[str, str | None]]:
    found = telling.open_calls(account, limit=20)
    assert len(found) == telling.how_many(account)
    return [(it.person.name, it.entry and it.entry.name) for it in found]


def test_whoever_entered_it_is_told_until_it_comes_again(app: Flask, cast: Cast, round: Round) -> None:
    entry = enter(round, cast, "3号楼", person=cast.volunteer.person)
    send_back(entry, cast.officer)
    send_back(entry, cast.secretary)
    assert calls(cast.officer) == calls(cast.secretary) == [(cast.volunteer.person.name, "3号楼")]
    consents.give(cast.volunteer.person, Purpose.CONTEST_ENTRY)
    with clock.frozen(clock.now() + HOUR):
        entries.send_again(entry, by=cast.volunteer)
        assert calls(cast.officer) == []
        send_back(entry, cast.officer, "还是看不清")
        assert len(calls(cast.officer)) == 1
        # Another reason, for the same entry, which didn't come again: still one call.
    with clock.frozen(clock.now() + 2 * HOUR):
        send_back(entry, cast.officer, "请换一张")
        assert len(calls(cast.officer)) == 1


def test_a_name_that_somebody_else_takes_is_another_entry(app: Flask, cast: Cast, round: Round) -> None:
    """The row is used again for who comes after; the first one isn't called about it."""
    first, second = make_person("罗玉芬"), make_person("卢志远")
    entry = enter(round, cast, "3号楼", person=first)
    send_back(entry, cast.officer)
    entries.withdraw(entry, by=cast.officer.id)
    assert calls(cast.officer) == []
    entry.person, entry.place, entry.state = (
        second,
        make_building(make_compound(make_community(cast.subdistrict))),
        (EntryState.WAITING),
    )
    db.session.flush()
    with clock.frozen(clock.now() + HOUR):
        send_back(entry, cast.officer, "请换一张")
        assert calls(cast.officer) == [("卢志远", "3号楼")]
        assert calls(cast.secretary) == []


def test_what_can_no_longer_be_sent_in_is_no_call(app: Flask, cast: Cast, round: Round) -> None:
    send_back(enter(round, cast, "3号楼"), cast.officer)
    with clock.frozen(datetime.fromisoformat(LAST_MOMENT)):
        assert len(calls(cast.officer)) == 1
    with clock.frozen(datetime.fromisoformat(NOTICE)):
        assert calls(cast.officer) == []


def test_each_calls_about_their_own_places(app: Flask, cast: Cast, round: Round) -> None:
    elsewhere = make_community(cast.subdistrict)
    neighbour = make_account("沈洁", Role.SECRETARY, place=elsewhere)
    send_back(enter(round, cast, "a楼"), cast.officer)
    send_back(enter(round, cast, "b楼", place=make_building(make_compound(elsewhere))), cast.officer)
    assert [name for _who, name in calls(cast.officer)] == ["a楼", "b楼"]
    assert [name for _who, name in calls(cast.secretary)] == ["a楼"]
    assert [name for _who, name in calls(neighbour)] == ["b楼"]
    assert calls(cast.outsider) == calls(cast.leader) == calls(cast.volunteer) == []
    notice = telling.open_calls(neighbour, limit=1)[0].notice
    assert telling.find(notice.id, cast.officer) is notice
    assert telling.find(notice.id, neighbour) is notice
    assert telling.find(notice.id, cast.secretary) is telling.find(10**6, cast.officer) is None


def test_all_who_take_part_are_told_once_of_a_cancelled_round(app: Flask, cast: Cast, round: Round) -> None:
    twice, judge = make_person("罗玉芬"), make_person("卢志远")
    for name, person in (("a楼", twice), ("b楼", twice), ("c楼", cast.officer.person)):
        enter(round, cast, name, person=person, state=EntryState.PUBLISHED)
    enter(round, cast, "d楼", person=make_person("邓玉兰"), state=EntryState.WITHDRAWN)
    send_back(enter(round, cast, "e楼", person=make_person("何静")), cast.secretary)
    make_judge(round, person=judge)
    make_judge(round, person=twice)
    make_judge(round, person=make_person("孟芳"), withdrawn_at=clock.now())
    keeping.cancel(round, "疫情防控", by=cast.officer.id)
    assert calls(cast.officer) == [("罗玉芬", "a楼"), ("何静", "e楼"), ("卢志远", None)]
    assert calls(cast.secretary) == [("罗玉芬", "a楼"), ("何静", "e楼")]


@pytest.mark.now("2020-11-05T09:00+08:00")
def test_nobody_is_called_for_ever(app: Flask, cast: Cast, round: Round) -> None:
    enter(round, cast, "a楼", person=make_person("罗玉芬"))
    keeping.cancel(round, "疫情防控", by=cast.officer.id)
    with clock.frozen(clock.now() + telling.CALLED_FOR):
        assert len(calls(cast.officer)) == 1
    with clock.frozen(clock.now() + telling.CALLED_FOR * 1.1):
        assert calls(cast.officer) == []


def test_who_has_no_name_any_more_is_not_called(app: Flask, cast: Cast, round: Round) -> None:
    person = make_person("罗玉芬")
    send_back(enter(round, cast, "a楼", person=person), cast.officer)
    person.anonymised_at = clock.now()
    assert calls(cast.officer) == []
    # Erasing settles what was open, told by nobody: that isn't shown as told.
    telling.tick(db.session.query(Notice).one(), by=cast.officer.id)
    assert telling.told(cast.officer, since=clock.now(), limit=9) == []


def test_ticked_off_once_and_taken_back(app: Flask, cast: Cast, round: Round) -> None:
    send_back(enter(round, cast, "a楼", person=make_person("罗玉芬")), cast.officer)
    (call,) = telling.open_calls(cast.officer, limit=9)
    for by in (cast.secretary, cast.officer):
        telling.tick(call.notice, by=by.id)
    assert calls(cast.officer) == []
    (told,) = telling.told(cast.officer, since=clock.now(), limit=9)
    assert (told.person.name, told.told_by) == ("罗玉芬", cast.secretary.person.name)
    telling.untick(call.notice, by=cast.officer.id)
    telling.untick(call.notice, by=cast.officer.id)
    assert calls(cast.officer) == [("罗玉芬", "a楼")]
    assert telling.told(cast.officer, since=clock.now(), limit=9) == []
    db.session.flush()


@pytest.mark.parametrize("number", [1, 4])
def test_a_fixed_number_of_queries(app: Flask, cast: Cast, round: Round, count_queries, number: int) -> None:
    for nth in range(number):
        send_back(enter(round, cast, f"{nth}号楼"), cast.officer)
    db.session.commit()
    officer = cast.officer
    assert officer.grants
    db.session.expire_all()
    assert officer.grants[0].place
    with count_queries() as queries:
        assert [it.round.name for it in telling.open_calls(officer, limit=9)] == ["楼栋评比赛"] * number
    assert len(queries) <= 3
