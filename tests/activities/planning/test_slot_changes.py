"""Another weekly slot: what moves along, what stays, and that no week is made twice."""

from datetime import date, time, timedelta

import pytest
from flask import Flask

from tests.factories import Cast, make_activity, make_person, make_sign_up, make_venue
from volunteer_app import clock
from volunteer_app.activities import calls
from volunteer_app.activities.models import Activity, ActivityState
from volunteer_app.activities.planning import proposals, slot_changes
from volunteer_app.activities.planning.several import Stuck
from volunteer_app.activities.planning.slot_changes import NewSlot
from volunteer_app.activities.year import keeping
from volunteer_app.database import db
from volunteer_app.people.roles import scope
from volunteer_app.places import blocks
from volunteer_app.teams.keeping import SlotFaulty
from volunteer_app.teams.models import HolidayRule, Team
from volunteer_app.workdays import SpecialDay, SpecialKind

DAY = timedelta(days=1)
FRIDAY = NewSlot(4, time(15), time(16))


@pytest.fixture
def team(cast: Cast) -> Team:
    """It meets on Wednesdays from 19:00 to 20:30; today is one."""
    cast.team.weekday, cast.team.slot_starts, cast.team.slot_ends = 2, time(19), time(20, 30)
    return cast.team


def planned(team: Team, on: date, **values) -> Activity:
    return make_activity(team, **{"starts_at": clock.at(on, time(19)), "slot_on": on} | values)


def at(text: str):
    return clock.at(date.fromisoformat(text[:10]), time.fromisoformat(text[11:]))


def test_what_moves_along(app: Flask, cast: Cast, team: Team) -> None:
    free = planned(team, date(2020, 12, 2))
    draft = planned(team, date(2020, 12, 9), state=ActivityState.DRAFT)
    taken = planned(team, date(2020, 12, 16), places=5)
    by_hand = planned(team, date(2020, 12, 23), starts_at=at("2020-12-24T19:00"))
    planned(team, date(2020, 12, 30), state=ActivityState.CANCELLED)
    make_activity(team, starts_at=at("2020-12-14T19:00"))
    person = make_person()
    make_sign_up(taken, person)
    make_sign_up(taken)
    make_sign_up(make_activity(starts_at=at("2020-12-18T15:30"), places=2), person)
    rows = slot_changes.preview(team, FRIDAY)
    assert [row.activity for row in rows] == [free, draft, taken, by_hand]
    assert [row.hours[0] for row in rows if row.hours] == [
        at(f"2020-12-{day}T15:00") for day in ("04", "11", "18", "25")
    ]
    assert [(row.people, row.elsewhere) for row in rows] == [(0, 0), (0, 0), (2, 1), (0, 0)]
    assert [row.usual for row in rows] == [True, True, False, False]
    assert slot_changes.preview(team, None) == []


def test_what_is_ticked_moves_and_the_rest_stands_for_its_week(app: Flask, cast: Cast, team: Team) -> None:
    keeping.enter_defaults(cast.subdistrict, by=None)
    weeks = [date(2020, 12, 2) + n * 7 * DAY for n in range(3)]
    first, second, third = (planned(team, on, places=5) for on in weeks)
    person = make_person()
    for activity in (first, second):
        make_sign_up(activity, person)
    moving = {first.id, second.id}
    assert slot_changes.change(team, FRIDAY, moving, by=cast.leader.id) == 2
    assert [clock.local(it.starts_at).isoformat()[:16] for it in (first, second, third)] == [
        "2020-12-04T15:00",
        "2020-12-11T15:00",
        "2020-12-16T19:00",
    ]
    assert [it.slot_on for it in (first, second, third)] == [on + 2 * DAY for on in weeks]
    assert (team.weekday, team.slot_starts, team.slot_ends) == (4, time(15), time(16))
    (call,) = calls.open_calls(scope(cast.officer), limit=9)
    assert (call.activity, [activity for _notice, activity in call.also]) == (first, [second])
    found = proposals.propose(cast.subdistrict, date(2020, 12, 1), date(2020, 12, 27), reach=scope(cast.officer))
    assert [(it.slot_on.day, it.outcome.value) for it in found if it.team is team] == [
        (4, "there"),
        (11, "there"),
        (18, "there"),
        (25, "make"),
    ]
    # Once more, as by a second tap.
    assert slot_changes.change(team, FRIDAY, moving, by=cast.leader.id) == 2
    assert (first.revision, calls.how_many(scope(cast.officer))) == (1, 1)


def test_a_day_later_each_week_makes_room_for_itself(app: Flask, team: Team) -> None:
    """Weekly ones whose new time is that of the next week's old one can't be in each other's way."""
    team.holiday_rule = HolidayRule.KEEP
    activities = [planned(team, date(2020, 12, 2) + n * 7 * DAY) for n in range(3)]
    moved = slot_changes.change(team, NewSlot(0, time(19), time(20, 30)), {it.id for it in activities}, by=None)
    assert moved == 3
    assert [it.slot_on for it in activities] == [date(2020, 11, 30), date(2020, 12, 7), date(2020, 12, 14)]


@pytest.mark.parametrize(("rule", "day"), [(HolidayRule.SKIP, None), (HolidayRule.SHIFT, 5), (HolidayRule.KEEP, 4)])
def test_a_holiday(app: Flask, team: Team, rule: HolidayRule, day: int | None) -> None:
    team.holiday_rule = rule
    db.session.add(SpecialDay(day=date(2020, 12, 4), kind=SpecialKind.HOLIDAY, name="节"))
    planned(team, date(2020, 12, 2))
    (row,) = slot_changes.preview(team, FRIDAY)
    assert (clock.local(row.hours[0]).day if row.hours else None) == day
    assert (row.fault is None) == (day is not None)


def test_what_stands_in_the_way(app: Flask, cast: Cast, team: Team) -> None:
    venue = make_venue(cast.compound)
    blocked = planned(team, date(2020, 12, 2), venue_id=venue.id)
    busy = planned(team, date(2020, 12, 9))
    make_activity(team, starts_at=at("2020-12-11T15:30"))
    blocks.add(venue, at("2020-12-04T08:00"), at("2020-12-04T18:00"), "选举", by=None)
    first, second = slot_changes.preview(team, FRIDAY)
    assert (first.activity, first.fault, [it.title for it in first.in_the_way]) == (blocked, None, ["选举"])
    assert (second.activity, second.fault is None) == (busy, False)
    with pytest.raises(Stuck) as stuck:
        slot_changes.change(team, FRIDAY, {busy.id, blocked.id}, by=None)
    assert stuck.value.reasons.keys() == {busy.id}


def test_a_day_that_is_over(app: Flask, team: Team) -> None:
    planned(team, date(2020, 11, 25))
    (row,) = slot_changes.preview(team, NewSlot(0, time(19), time(20)))
    assert row.fault is not None


def test_no_slot_any_more(app: Flask, team: Team) -> None:
    activity = planned(team, date(2020, 12, 2))
    assert slot_changes.change(team, None, {activity.id}, by=None) == 0
    assert (team.weekday, team.slot_starts, team.slot_ends) == (None, None, None)
    assert activity.slot_on == date(2020, 12, 2)


def test_a_slot_that_cannot_be(app: Flask, team: Team) -> None:
    with pytest.raises(SlotFaulty):
        slot_changes.change(team, NewSlot(4, time(16), time(15)), set(), by=None)


def test_its_queries_do_not_grow(app: Flask, team: Team, count_queries) -> None:
    counted = []
    for number in (2, 8):
        for n in range(number):
            make_sign_up(planned(team, date(2020, 12, 2) + (10 * number + n) * 7 * DAY, places=3))
        db.session.commit()
        db.session.refresh(team)
        with count_queries() as queries:
            slot_changes.preview(team, FRIDAY)
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_what_was_planned_by_hand_at_the_slot_stands_for_it(app: Flask, cast: Cast, team: Team) -> None:
    keeping.enter_defaults(cast.subdistrict, by=None)
    copied = planned(team, date(2020, 12, 2), slot_on=None)
    left = planned(team, date(2020, 12, 9), slot_on=None)
    make_activity(team, starts_at=at("2020-12-03T10:00"))
    assert [row.activity for row in slot_changes.preview(team, FRIDAY)] == [copied, left]
    assert slot_changes.change(team, FRIDAY, {copied.id}, by=None) == 1
    assert [it.slot_on for it in (copied, left)] == [date(2020, 12, 4), date(2020, 12, 11)]
    found = proposals.propose(cast.subdistrict, date(2020, 12, 1), date(2020, 12, 13), reach=scope(cast.officer))
    assert [it.outcome.value for it in found if it.team is team] == ["there", "there"]
