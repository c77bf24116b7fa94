"""What stands in the way at a time."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, time, timedelta

from flask import Flask

from tests.factories import Cast, make_activity, make_team, make_venue
from volunteer_app import clock
from volunteer_app.activities.models import ActivityState
from volunteer_app.activities.planning import clashes

HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def test_a_team_is_at_one_place_at_a_time(app: Flask, cast: Cast) -> None:
    activity = make_activity(cast.team, "冬季用火安全", starts_at=at("2020-11-25T19:00"))
    make_activity(make_team(cast.compound), starts_at=at("2020-11-25T19:00"))
    begins, ends = activity.starts_at, activity.ends_at
    hours = [
        (begins - HOUR, begins),
        (begins - HOUR, begins + HOUR),
        (begins + HOUR, ends + HOUR),
        (ends, ends + HOUR),
        (begins - HOUR, ends + HOUR),
    ]
    found = clashes.at_times(hours, team_id=cast.team.id, venue_id=None)
    assert [[it.title for it in its] for its in found] == [[], ["冬季用火安全"], ["冬季用火安全"], [], ["冬季用火安全"]]
    assert clashes.at_times(hours, team_id=cast.team.id, venue_id=None, besides=activity.id) == [[]] * 5
    assert clashes.at_times(hours, team_id=None, venue_id=None) == [[]] * 5
    assert clashes.at_times([], team_id=cast.team.id, venue_id=None) == []


def test_drafts_and_what_was_cancelled(app: Flask, cast: Cast) -> None:
    draft = make_activity(cast.team, "草稿", state=ActivityState.DRAFT)
    starts_at = draft.starts_at + timedelta(days=1)
    make_activity(cast.team, "取消的", state=ActivityState.CANCELLED, starts_at=starts_at)
    hours = [(draft.starts_at, draft.ends_at), (starts_at, starts_at + HOUR), (starts_at + HOUR / 2, starts_at + HOUR)]
    found = clashes.at_times(hours, team_id=cast.team.id, venue_id=None)
    assert [[clashes.said(it).text for it in its] for its in found] == [
        ["The team has “%(title)s” at that time."],
        ["The team's cancelled “%(title)s” began at this very time: begin a few minutes earlier or later."],
        [],
    ]


def test_a_venue_taken_by_somebody_else(app: Flask, cast: Cast) -> None:
    venue = make_venue(cast.compound)
    other = make_team(cast.compound)
    taken = make_activity(other, "合唱排练", venue_id=venue.id)
    make_activity(other, venue_id=venue.id, state=ActivityState.DRAFT, starts_at=taken.starts_at + 24 * HOUR)
    own = make_activity(cast.team, "自己的", venue_id=venue.id, starts_at=taken.starts_at)
    hours = [(taken.starts_at, taken.ends_at), (taken.starts_at + 24 * HOUR, taken.ends_at + 24 * HOUR)]
    found = clashes.at_times(hours, team_id=cast.team.id, venue_id=venue.id)
    assert [[it.title for it in its] for its in found] == [["自己的", "合唱排练"], []]
    assert found[0][1].team_name == other.name
    assert clashes.at_times(hours, team_id=None, venue_id=venue.id, besides=own.id)[0][0].title == "合唱排练"


def test_the_next_slot(app: Flask, cast: Cast) -> None:
    assert clashes.next_slot(cast.team) is None
    cast.team.weekday, cast.team.slot_starts, cast.team.slot_ends = 2, time(19), time(20, 30)
    assert clashes.next_slot(cast.team) == (at("2020-11-25T19:00"), at("2020-11-25T20:30"))
    make_activity(cast.team, starts_at=at("2020-11-25T19:30"))
    make_activity(cast.team, starts_at=at("2020-12-02T19:00"), state=ActivityState.DRAFT)
    assert clashes.next_slot(cast.team) == (at("2020-12-09T19:00"), at("2020-12-09T20:30"))
    cast.team.weekday = 1
    assert clashes.next_slot(cast.team) == (at("2020-12-01T19:00"), at("2020-12-01T20:30"))


def test_an_end_before_the_start_is_on_the_next_day() -> None:
    day = datetime.fromisoformat("2020-12-31").date()
    assert clashes.span(day, time(22), time(1)) == (at("2020-12-31T22:00"), at("2021-01-01T01:00"))
    assert clashes.span(day, time(19), time(20)) == (at("2020-12-31T19:00"), at("2020-12-31T20:00"))


def test_one_query_however_many_hours(
    sqlite_app: Flask, cast: Cast, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    for weeks in (1, 3):
        hours = [(clock.now() + timedelta(weeks=n), clock.now() + timedelta(weeks=n, hours=1)) for n in range(weeks)]
        team_id = cast.team.id
        with count_queries() as queries:
            clashes.at_times(hours, team_id=team_id, venue_id=None)
        assert len(queries) == 1
