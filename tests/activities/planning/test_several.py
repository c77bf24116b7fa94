"""Several activities at once: all of it happens or nothing, and each person is told once."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import Cast, make_activity, make_person, make_sign_up, make_team, make_venue
from volunteer_app import clock
from volunteer_app.activities import calls
from volunteer_app.activities.models import Activity, ActivityState
from volunteer_app.activities.planning import copies, several
from volunteer_app.activities.planning.several import Stuck
from volunteer_app.database import db
from volunteer_app.errors import BadInput
from volunteer_app.notifications.models import Notice, NoticeKind
from volunteer_app.people.roles import scope
from volunteer_app.places import blocks

DAY = timedelta(days=1)


def coming(days: int, team, title: str = "义诊", **values) -> Activity:
    return make_activity(team, title, starts_at=clock.now() + days * DAY, **values)


def test_published_ones_are_cancelled_and_drafts_discarded(app: Flask, cast: Cast) -> None:
    first, second = coming(1, cast.team, places=3), coming(2, cast.team, places=3)
    draft = coming(3, cast.team, state=ActivityState.DRAFT)
    person = make_person()
    for activity in (first, second):
        make_sign_up(activity, person)
    make_sign_up(second)
    assert several.people_to_tell([first, second, draft]) == 2
    several.call_off([draft, second, first], reason="大雪", by=cast.officer.id)
    assert [it.state for it in (first, second)] == [ActivityState.CANCELLED] * 2
    assert {it.cancel_reason for it in (first, second)} == {"大雪"}
    assert db.session.get(Activity, draft.id) is None
    notices = db.session.scalars(select(Notice).order_by(Notice.id)).all()
    assert [(it.kind, it.activity_id) for it in notices[:1]] == [(NoticeKind.CANCELLED, first.id)]
    assert len(notices) == 3
    assert len({it.together for it in notices}) == 1

    whole = scope(cast.officer)
    one, other = calls.open_calls(whole, limit=9)
    assert calls.how_many(whole) == 2
    assert (one.person, one.activity, [activity for _notice, activity in one.also]) == (person, first, [second])
    assert (other.activity, other.also) == (second, [])
    calls.tick(one.notice, whole, by=cast.officer.id)
    assert [it.person for it in calls.open_calls(whole, limit=9)] == [other.person]
    (told,) = calls.told(whole, since=clock.now() - DAY, limit=9)
    assert [activity for _notice, activity in told.also] == [second]
    calls.untick(told.notice, whole, by=cast.officer.id)
    assert calls.how_many(whole) == 2


def test_a_call_goes_on_when_its_first_activity_is_over(app: Flask, cast: Cast) -> None:
    first, second = coming(1, cast.team, places=3), coming(2, cast.team, places=3)
    person = make_person()
    for activity in (first, second):
        make_sign_up(activity, person)
    several.call_off([first, second], reason="大雪", by=None)
    db.session.commit()
    first.starts_at, first.ends_at = clock.now() - 2 * DAY, clock.now() - DAY
    db.session.flush()
    (call,) = calls.open_calls(scope(cast.officer), limit=9)
    assert (call.activity, call.also) == (second, [])


def test_a_leader_is_shown_their_own_part_of_a_call(app: Flask, cast: Cast) -> None:
    own, other = coming(2, cast.team, places=3), coming(1, make_team(cast.compound), places=3)
    person = make_person()
    for activity in (own, other):
        make_sign_up(activity, person)
    several.call_off([own, other], reason="大雪", by=None)
    (call,) = calls.open_calls(scope(cast.leader), limit=9)
    assert (call.activity, call.also) == (own, [])
    calls.tick(call.notice, scope(cast.leader), by=cast.leader.id)
    (rest,) = calls.open_calls(scope(cast.officer), limit=9)
    assert (rest.activity, rest.also) == (other, [])


def test_nothing_happens_where_one_is_in_the_way(app: Flask, cast: Cast) -> None:
    first = coming(1, cast.team)
    held = make_activity(cast.team, starts_at=clock.now() - DAY, state=ActivityState.HELD)
    db.session.commit()
    with pytest.raises(Stuck) as stuck:
        several.call_off([first, held], reason="大雪", by=None)
    assert stuck.value.reasons.keys() == {held.id}
    db.session.rollback()
    assert first.state is ActivityState.PUBLISHED


def test_what_is_published_needs_a_reason(app: Flask, cast: Cast) -> None:
    draft = coming(3, cast.team, state=ActivityState.DRAFT)
    with pytest.raises(BadInput):
        several.call_off([coming(1, cast.team), draft], reason=" ", by=None)
    several.call_off([draft], reason="", by=None)


@pytest.mark.parametrize("days", [1, -1])
def test_days_of_one_team_move_along(app: Flask, cast: Cast, days: int) -> None:
    activities = [coming(n, cast.team, places=3) for n in (5, 6, 7)]
    begun = [it.starts_at for it in activities]
    person = make_person()
    for activity in activities:
        make_sign_up(activity, person)
    several.move(activities, days, by=None)
    assert [it.starts_at for it in activities] == [it + days * DAY for it in begun]
    assert {it.revision for it in activities} == {1}
    assert calls.how_many(scope(cast.officer)) == 1


def test_what_stands_still_is_in_the_way(app: Flask, cast: Cast) -> None:
    moving, still = coming(5, cast.team), coming(6, cast.team)
    db.session.commit()
    assert [it.id for it in several.in_the_way([moving], 1)[moving.id]] == [still.id]
    with pytest.raises(Stuck) as stuck:
        several.move([moving], 1, by=None)
    assert stuck.value.reasons.keys() == {moving.id}


def test_who_else_is_at_the_venue_is_said(app: Flask, cast: Cast) -> None:
    venue = make_venue(cast.compound)
    moving = [coming(5, cast.team, venue_id=venue.id), coming(6, cast.team, venue_id=venue.id)]
    blocks.add(venue, moving[1].starts_at + DAY, moving[1].ends_at + DAY, "选举", by=None)
    found = several.in_the_way(moving, 1)
    assert found[moving[0].id] == []
    assert [(it.title, it.state) for it in found[moving[1].id]] == [("选举", None)]


@pytest.mark.parametrize("days", [0, 29, -29])
def test_some_days_only(app: Flask, cast: Cast, days: int) -> None:
    with pytest.raises(BadInput):
        several.move([coming(5, cast.team)], days, by=None)


def test_statements_of_locks_and_stamps_do_not_grow(app: Flask, cast: Cast, count_queries) -> None:
    """Each activity is written, recorded and told; the locks before and the stamps after are taken once for all."""
    counted = {}
    for number in (2, 12):
        for what in ("move", "call_off"):
            activities = [coming(3, make_team(cast.compound), places=3) for _ in range(number)]
            db.session.commit()
            with count_queries() as queries:
                if what == "move":
                    several.move(activities, 1, by=None)
                else:
                    several.call_off(activities, reason="大雪", by=None)
            counted[what, number] = len(queries)
    assert counted["move", 12] - counted["move", 2] <= 10 * 14
    assert counted["call_off", 12] - counted["call_off", 2] <= 10 * 8


def test_what_would_be_is_found_without_writing(app: Flask, cast: Cast, count_queries) -> None:
    held = make_activity(cast.team, starts_at=clock.now() - 2 * DAY, state=ActivityState.HELD)
    gone = coming(4, cast.team, state=ActivityState.CANCELLED)
    moving = [coming(5, cast.team, places=3), coming(6, cast.team)]
    coming(7, cast.team)
    assert several.not_called_off([held, gone, *moving]).keys() == {held.id, gone.id}
    whole = [held, gone, *moving]
    with count_queries() as queries:
        clashing = several.in_the_way(whole, 1)
        found = several.not_moved(whole, 1, clashing)
    assert found.keys() == {held.id, gone.id, moving[1].id}
    assert len(queries) <= 2 + 2 * len(whole)
    assert not any(str(it).lstrip().upper().startswith(("UPDATE", "INSERT")) for it in queries)


@pytest.mark.parametrize("copied", [True, False])
def test_two_of_a_team_from_two_weeks_are_not_copied_into_each_other(app: Flask, cast: Cast, copied: bool) -> None:
    first = coming(1, cast.team)
    later = make_activity(cast.team, starts_at=first.starts_at + 7 * DAY + DAY / 48)
    day = clock.local(first.starts_at).date()
    wishes = [(first, day + 14 * DAY), *([(later, day + 14 * DAY)] if copied else [])]
    assert len(copies.copy(wishes, by=None)) == 1


def test_a_week_is_copied_in_queries_that_do_not_grow(app: Flask, cast: Cast, count_queries) -> None:
    counted = []
    for number in (2, 12):
        wishes = [(it, clock.local(it.starts_at).date() + 7 * DAY) for it in week(cast, number)]
        with count_queries() as queries:
            assert sum(it.possible for it in copies.proposed(wishes)) == number
        counted.append(len(queries))
        assert len(copies.copy(wishes, by=None)) == number
        assert copies.copy(wishes, by=None) == []
    assert counted[0] == counted[1]


def week(cast: Cast, number: int) -> list[Activity]:
    """An activity of each of so many teams, with what copying reads of them."""
    made = [coming(1, make_team(cast.compound)) for _ in range(number)]
    db.session.flush()
    return [it for it in made if it.team and it.theme and it.venue is None and it.shifts]
