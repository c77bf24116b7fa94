"""Moving an activity."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import Cast, make_activity, make_sign_up, make_team, make_venue
from volunteer_app import clock
from volunteer_app.activities.models import ActivityState
from volunteer_app.activities.planning import moves
from volunteer_app.activities.planning.faults import Faulty
from volunteer_app.database import db
from volunteer_app.errors import Refused
from volunteer_app.notifications.models import Notice, NoticeKind

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def move(activity, distance, **where):
    hours = activity.starts_at + distance, activity.ends_at + distance
    values = {"place_text": activity.place_text, "venue_id": activity.venue_id} | where
    return moves.move(activity, hours, **values, by=None)


def test_its_revision_rises_and_people_are_told(app: Flask, cast: Cast) -> None:
    activity = make_activity(cast.team, places=3)
    begun = activity.starts_at
    sign_up = make_sign_up(activity)
    venue = make_venue(cast.compound)
    assert move(activity, DAY, place_text="凉亭", venue_id=venue.id)
    assert (activity.starts_at, activity.place_text, activity.venue) == (begun + DAY, "凉亭", venue)
    assert (activity.revision, activity.shifts[0].starts_at, activity.shifts[0].places) == (1, begun + DAY, 3)
    (notice,) = db.session.scalars(select(Notice))
    assert (notice.kind, notice.person_id, notice.sign_up_id) == (NoticeKind.MOVED, sign_up.person_id, sign_up.id)
    assert not move(activity, 0 * DAY)
    assert activity.revision == 1


@pytest.mark.parametrize("state", [ActivityState.PUBLISHED, ActivityState.DRAFT])
def test_the_times_of_signing_up_move_along(app: Flask, cast: Cast, state: ActivityState) -> None:
    activity = make_activity(cast.team, starts_at=clock.now() + 5 * DAY, places=3, state=state)
    opened = activity.sign_up_opens_at = clock.now() - HOUR
    closes = activity.sign_up_closes_at = activity.starts_at - HOUR
    assert move(activity, -DAY)
    assert activity.sign_up_closes_at == closes - DAY
    assert activity.sign_up_opens_at == (opened if state is ActivityState.PUBLISHED else opened - DAY)
    assert activity.withdraw_until is None


def test_what_can_not_stand(app: Flask, cast: Cast) -> None:
    activity = make_activity(cast.team)
    other = make_activity(cast.team, "年度总结", starts_at=activity.starts_at + DAY)
    with pytest.raises(Faulty) as fault:
        move(activity, DAY)
    assert list(fault.value.faults) == ["starts_at"]
    other.state = ActivityState.CANCELLED
    with pytest.raises(Refused):
        move(other, DAY)


def test_what_else_happens_then(app: Flask, cast: Cast) -> None:
    venue = make_venue(cast.compound)
    activity = make_activity(cast.team, venue_id=venue.id)
    own = make_activity(cast.team, starts_at=activity.starts_at + DAY + HOUR)
    other = make_activity(make_team(cast.compound), starts_at=activity.starts_at + DAY, venue_id=venue.id)
    make_activity(make_team(cast.compound), starts_at=activity.ends_at + DAY, venue_id=venue.id)
    hours = activity.starts_at + DAY, activity.ends_at + DAY
    found = moves.in_the_way(activity, hours, venue_id=venue.id)
    assert [it.team_id for it in found] == [own.team_id, other.team_id]
    assert [it.team_id for it in moves.in_the_way(activity, hours, venue_id=None)] == [own.team_id]
    assert moves.in_the_way(activity, (activity.starts_at, activity.ends_at), venue_id=venue.id) == []


def test_what_was_held_stays_on_its_day(app: Flask, cast: Cast) -> None:
    held = make_activity(cast.team, starts_at=clock.now() - HOUR, state=ActivityState.HELD)
    with pytest.raises(Faulty):
        move(held, DAY)
    assert move(held, HOUR / 4)
