"""Copying an activity to later days."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories import Cast, make_activity, make_shift, make_sign_up, make_team, make_theme, make_venue
from volunteer_app import clock
from volunteer_app.activities.models import Activity, ActivityState
from volunteer_app.activities.planning import copies
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.errors import BadInput

FIRST = date(2020, 12, 3)
WEEK = timedelta(weeks=1)


def test_weekly() -> None:
    assert copies.weekly(FIRST, None) == [FIRST]
    assert copies.weekly(FIRST, FIRST + 2 * WEEK) == [FIRST, FIRST + WEEK, FIRST + 2 * WEEK]
    assert copies.weekly(FIRST, FIRST + WEEK - timedelta(days=1)) == [FIRST]
    assert len(copies.weekly(FIRST, FIRST + 52 * WEEK)) == copies.MOST
    for until in (FIRST - timedelta(days=1), FIRST + 53 * WEEK):
        with pytest.raises(BadInput):
            copies.weekly(FIRST, until)


@pytest.mark.parametrize("team", [True, False])
def test_drafts_are_made_once(app: Flask, cast: Cast, team: bool) -> None:
    hour = timedelta(hours=1)
    activity = make_activity(cast.team, places=20, about="讲三件事", popular=True)
    if not team:
        activity.team_id = None
    activity.sign_up_opens_at = activity.starts_at - 48 * hour
    make_shift(activity, title="收摊", places=3, starts_at=activity.ends_at - hour, ends_at=activity.ends_at)
    make_sign_up(activity)
    day = clock.local(activity.starts_at).date()
    days = [day + 2 * WEEK, day + WEEK]
    made = copies.copy([(activity, day) for day in days], by=cast.leader.id)
    for n, draft in enumerate(made, 1):
        assert draft.starts_at == activity.starts_at + n * WEEK
        assert draft.sign_up_opens_at == draft.starts_at - 48 * hour
        assert (draft.state, draft.about, draft.popular, draft.revision) == (ActivityState.DRAFT, "讲三件事", True, 0)
        assert [(it.title, it.places, it.ends_at - draft.ends_at) for it in draft.shifts] == [
            ("", 20, timedelta()),
            ("收摊", 3, timedelta()),
        ]
        assert draft.uid != activity.uid
    assert len(made) == 2
    assert copies.copy([(activity, day) for day in days], by=None) == []
    assert [it.there for it in copies.proposed((activity, day) for day in days)] == [True, True]
    assert db.session.scalar(select(func.count(Activity.id))) == 3
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "plan")).all()
    assert [entry.changes for entry in entries] == [{"copied_from": [None, activity.id]}] * 2


def test_what_stands_in_the_way_is_named(app: Flask, cast: Cast) -> None:
    venue = make_venue(cast.compound)
    activity = make_activity(cast.team, venue_id=venue.id)
    first = clock.local(activity.starts_at).date()
    days = [first + n * WEEK for n in range(-1, 6)]
    make_activity(cast.team, "年度总结", starts_at=activity.starts_at + WEEK)
    other = make_team(cast.compound)
    make_activity(other, "合唱排练", venue_id=venue.id, starts_at=activity.starts_at + 2 * WEEK)
    cast.team.dissolved = first + 5 * WEEK
    venue.retired_on = first + 4 * WEEK
    found = copies.proposed((activity, day) for day in days)
    assert [it.fault and it.fault.text % it.fault.values for it in found] == [
        "This day is over.",
        None,
        "The team has “年度总结” at that time.",
        None,
        None,
        "The venue isn't there on that day.",
        "The team isn't there on that day.",
    ]
    assert [it.there for it in found] == [False, True, *[False] * 5]
    assert [it.taken_by and (it.taken_by.team_name, it.taken_by.title) for it in found] == [
        *[None] * 3,
        (other.name, "合唱排练"),
        *[None] * 3,
    ]
    made = copies.copy([(activity, day) for day in days], by=None)
    assert [clock.local(it.starts_at).date() for it in made] == [days[3], days[4]]


def test_a_theme_that_is_no_longer_offered(app: Flask, cast: Cast) -> None:
    activity = make_activity(cast.team, make_theme(cast.subdistrict))
    activity.theme.retired_on = clock.today()
    (it,) = copies.proposed([(activity, FIRST)])
    assert it.fault
    assert it.fault.text == "The theme isn't offered any more on that day."


def test_too_many(app: Flask, cast: Cast) -> None:
    activity = make_activity(cast.team)
    with pytest.raises(BadInput):
        copies.copy([(activity, day) for day in [FIRST + n * WEEK for n in range(54)]], by=None)


def test_the_number_of_queries_does_not_grow(
    sqlite_app: Flask, cast: Cast, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    activity = make_activity(cast.team)
    numbers = []
    for weeks in (1, 1, 3):
        with count_queries() as queries:
            copies.proposed((activity, day) for day in copies.weekly(FIRST, FIRST + weeks * WEEK))
        numbers.append(len(queries))
    assert numbers[1] == numbers[2] == 2
