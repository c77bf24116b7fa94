"""Counts of a period: borders, states, headcounts, clipped minutes; and against a plain loop on random rows."""

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import (
    make_activity,
    make_attendance,
    make_compound,
    make_person,
    make_shift,
    make_sign_up,
    make_subdistrict,
    make_team,
)
from volunteer_app.activities.models import Activity, ActivityState, Attendance, Shift, SignUp, SignUpState, ThemeField
from volunteer_app.clock import Week
from volunteer_app.database import db
from volunteer_app.reports.counts import Count, last_held, of_team, totals, weekly
from volunteer_app.reports.participation import participation
from volunteer_app.reports.scope import Scope
from volunteer_app.teams.models import TeamKind

from .neighbourhood import OCTOBER, Neighbourhood, at, make_neighbourhood

ASKED = Count(sign_ups=4, waiting=1, no_shows=1, walk_ins=1)
"""Of the wardens: Lin and Wu came, Zheng did not, Feng was excused; Zhao waited and came, Chen withdrew."""
ALL = replace(
    ASKED, sign_ups=5, planned=6, held=3, cancelled=2, attendances=11, people=3, minutes=171, service_minutes=170
)
"""Lin 30 + 90 + 1, Wu 50 + 0, Zhao without a check-out; five heads more."""
WARDENS = replace(ASKED, planned=2, held=2, attendances=9, people=3, minutes=170, service_minutes=170)
DANCERS = Count(planned=3, held=1, cancelled=1, attendances=2, people=2, minutes=1, sign_ups=1)
QUIET = Count(planned=1, held=0, cancelled=1)


@pytest.fixture
def here(app: Flask) -> Neighbourhood:
    return make_neighbourhood()


def test_totals_count_the_period_and_nothing_else(here: Neighbourhood) -> None:
    assert totals(Scope(here.subdistrict.id, OCTOBER)) == ALL


def test_totals_obey_every_filter(here: Neighbourhood) -> None:
    def count(**filters: object) -> Count:
        return totals(Scope(here.subdistrict.id, OCTOBER, **filters))

    assert count(team_id=here.wardens.id) == WARDENS
    assert count(kind=TeamKind.VOLUNTEER_TEAM) == WARDENS
    assert count(field=ThemeField.SAFETY) == WARDENS
    assert count(theme_id=here.patrol.theme_id) == WARDENS
    assert count(place=here.north) == WARDENS
    assert count(place=here.garden) == DANCERS
    assert count(place=here.south, directly=True) == QUIET
    assert count(without_team=True) == Count()
    assert count(states=(ActivityState.HELD,)).planned == 3
    assert count(service=True) == replace(WARDENS, planned=3, cancelled=1)


def test_an_empty_period_counts_zeros(app: Flask) -> None:
    assert totals(Scope(make_subdistrict().id, OCTOBER)) == Count()


def test_a_team_is_counted_for_its_page(here: Neighbourhood) -> None:
    assert of_team(here.wardens.id, OCTOBER.first, OCTOBER.last) == WARDENS


def test_weeks_are_whole_and_without_gaps(here: Neighbourhood) -> None:
    first, last = Week.of(date(2020, 9, 28)), Week.of(date(2020, 10, 31))
    found = [(str(week), number) for week, number in weekly(here.subdistrict.id, first, last)]
    # The first week has the 30th of September too, the last one the 1st of November.
    assert found == [("2020-W40", 4), ("2020-W41", 2), ("2020-W42", 0), ("2020-W43", 0), ("2020-W44", 7)]


def test_the_last_day_on_which_something_was_held(here: Neighbourhood) -> None:
    assert last_held(here.subdistrict.id) == date(2020, 11, 1)
    assert last_held(make_subdistrict().id) is None


visits = st.tuples(st.integers(0, 4), st.integers(-60, 200), st.one_of(st.none(), st.integers(0, 240)))
wishes = st.tuples(st.integers(0, 4), st.integers(0, 1), st.sampled_from(list(SignUpState)), st.booleans())
"""Who, for which shift, in which state, whether excused."""
activities = st.tuples(
    st.integers(0, 2),
    st.integers(-3 * 24 * 60, 34 * 24 * 60),
    st.integers(1, 180),
    st.sampled_from(list(ActivityState)),
    st.booleans(),
    st.one_of(st.none(), st.integers(0, 9)),
    st.lists(visits, max_size=4, unique_by=lambda visit: visit[0]),
    st.booleans(),
    st.lists(wishes, max_size=6, unique_by=lambda wish: wish[:2]),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(planned=st.lists(activities, max_size=7))
def test_counts_agree_with_a_plain_loop(sqlite_app: Flask, planned: list[tuple]) -> None:
    db.session.rollback()
    compound = make_compound()
    teams = [make_team(compound, kind=kind) for kind in list(TeamKind)[:3]]
    people = [make_person() for _ in range(5)]
    used: set[tuple[int, int]] = set()
    for team, minute, length, state, service, headcount, came, closed, wished in planned:
        if (team, minute) in used:
            continue
        used.add((team, minute))
        starts_at = at(1, 0) + timedelta(minutes=minute)
        activity = make_activity(
            teams[team],
            "主题",
            starts_at=starts_at,
            minutes=length,
            state=state,
            counts_as_service=service,
            headcount=headcount,
            closed_at=starts_at if closed else None,
        )
        shifts = [activity.shifts[0], make_shift(activity)]
        for person, shift, wish, excused in wished:
            make_sign_up(activity, people[person], wish, shift_id=shifts[shift].id, excused=excused)
        for person, offset, stay in came:
            checked_in = starts_at + timedelta(minutes=offset)
            make_attendance(
                activity,
                people[person],
                checked_in_at=checked_in,
                checked_out_at=None if stay is None else checked_in + timedelta(minutes=stay),
            )
    scope = Scope(compound.subdistrict_id, OCTOBER)
    wanted = plain_loop(compound.subdistrict_id or 0)
    found = participation(compound.subdistrict_id or 0, OCTOBER)
    assert totals(scope) == wanted
    assert found.total == wanted
    for lines in (
        found.teams,
        found.kinds,
        found.themes,
        found.fields,
        found.communities,
        found.compounds,
        found.weeks,
    ):
        for name in ADDED:
            assert sum(getattr(line.count, name) for line in lines) == getattr(wanted, name)


ADDED = tuple(field.name for field in fields(Count) if field.name != "people")
"""What is added up; people are told apart."""


def plain_loop(subdistrict_id: int) -> Count:
    """What the definitions say, word by word and row by row."""
    numbers = dict.fromkeys(ADDED, 0)
    people = set()
    for activity in db.session.query(Activity).filter_by(subdistrict_id=subdistrict_id):
        inside = OCTOBER.starts_at <= activity.starts_at < OCTOBER.ends_at
        if not inside or activity.state is ActivityState.DRAFT:
            continue
        numbers["planned"] += 1
        if activity.state is ActivityState.HELD:
            numbers["held"] += 1
        if activity.state is ActivityState.CANCELLED:
            numbers["cancelled"] += 1
        numbers["attendances"] += activity.headcount or 0
        for attendance in db.session.query(Attendance).filter_by(activity_id=activity.id):
            numbers["attendances"] += 1
            people.add(attendance.person_id)
            since = max(attendance.checked_in_at, activity.starts_at)
            until = min(attendance.checked_out_at or since, activity.ends_at)
            minutes = max(int((until - since).total_seconds()) // 60, 0)
            numbers["minutes"] += minutes
            if activity.counts_as_service:
                numbers["service_minutes"] += minutes
        attended = {it.person_id for it in db.session.query(Attendance).filter_by(activity_id=activity.id)}
        sign_ups = db.session.query(SignUp).join(Shift).filter(Shift.activity_id == activity.id).all()
        confirmed = [it for it in sign_ups if it.state is SignUpState.CONFIRMED]
        numbers["sign_ups"] += len(confirmed)
        numbers["waiting"] += len([it for it in sign_ups if it.state is SignUpState.WAITING])
        if activity.closed_at:
            numbers["no_shows"] += len([it for it in confirmed if it.person_id not in attended and not it.excused])
        if any(it.state is not SignUpState.WITHDRAWN for it in sign_ups):
            numbers["walk_ins"] += len(attended - {it.person_id for it in confirmed})
    return Count(people=len(people), **numbers)
