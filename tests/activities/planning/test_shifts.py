"""Shifts: adding, changing, taking away."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import Cast, make_activity, make_shift, make_sign_up
from volunteer_app import clock
from volunteer_app.activities import stamps
from volunteer_app.activities.models import Activity, ActivityState, Shift, SignUpState
from volunteer_app.activities.planning import shifts
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused
from volunteer_app.notifications.models import Notice, NoticeKind

HALF = timedelta(minutes=30)


def values(activity: Activity, **values: Any) -> dict[str, Any]:
    usual = {"title": "收摊", "starts_at": activity.ends_at - HALF, "ends_at": activity.ends_at, "needs": ""}
    return usual | values


def test_adding(app: Flask, cast: Cast) -> None:
    activity = make_activity(cast.team)
    shift = shifts.add(activity, values(activity), places=3, by=cast.leader.id)
    assert shifts.add(activity, values(activity), places=3, by=cast.leader.id) is shift
    assert [(it.title, it.places) for it in activity.shifts] == [("", None), ("收摊", 3)]
    assert stamps.of_team(cast.team.id)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.subject == "shift")).one()
    assert (entry.action, entry.subject_id, entry.place_id) == ("add", shift.id, cast.subdistrict.id)


@pytest.mark.parametrize("hours", [("ends_at", HALF), ("starts_at", -timedelta(hours=2)), ("starts_at", HALF)])
def test_hours_within_the_activity(app: Flask, cast: Cast, hours: tuple[str, timedelta]) -> None:
    activity = make_activity(cast.team, minutes=60)
    column, by = hours
    wrong = values(activity)
    wrong[column] += by
    with pytest.raises(BadInput):
        shifts.add(activity, wrong, places=None, by=None)


def test_changing_tells_those_in_it(app: Flask, cast: Cast) -> None:
    activity = make_activity(cast.team)
    shift = make_shift(activity, places=1, **values(activity))
    make_sign_up(activity)
    mine = make_sign_up(activity, shift_id=shift.id)
    waiting = make_sign_up(activity, shift_id=shift.id, state=SignUpState.WAITING)
    new = values(activity, starts_at=activity.ends_at - 2 * HALF, needs="有力气")
    assert shifts.change(shift, new, places=1, by=cast.leader.id)
    db.session.flush()
    notices = db.session.scalars(select(Notice).order_by(Notice.id)).all()
    assert [(it.kind, it.sign_up_id) for it in notices] == [
        (NoticeKind.MOVED, mine.id),
        (NoticeKind.MOVED, waiting.id),
    ]
    assert notices[0].values == {"starts_at": (activity.ends_at - HALF).isoformat()}
    assert not shifts.change(shift, new, places=1, by=None)
    with pytest.raises(BadInput):
        shifts.change(shift, values(activity, ends_at=activity.ends_at + HALF), places=1, by=None)


def test_more_and_fewer_places(app: Flask, cast: Cast) -> None:
    activity = make_activity(cast.team)
    shift = make_shift(activity, places=1, **values(activity))
    first = make_sign_up(activity, shift_id=shift.id, asked_at=clock.now() - HALF)
    second = make_sign_up(activity, shift_id=shift.id, state=SignUpState.WAITING)
    shifts.change(shift, values(activity), places=2, by=None)
    assert second.state is SignUpState.CONFIRMED
    with pytest.raises(Refused):
        shifts.change(shift, values(activity), places=1, by=None)
    shifts.change(shift, values(activity), places=1, to_waiting=[first.id], by=None)
    assert (first.state, second.state) == (SignUpState.WAITING, SignUpState.CONFIRMED)


def test_taking_away(app: Flask, cast: Cast) -> None:
    activity = make_activity(cast.team)
    first, second = activity.shifts[0], make_shift(activity, **values(activity))
    make_sign_up(activity, state=SignUpState.WITHDRAWN)
    with pytest.raises(Refused, match="stays on record"):
        shifts.remove(first, by=None)
    shifts.remove(second, by=cast.leader.id)
    assert [it.id for it in activity.shifts] == [first.id]
    with pytest.raises(Refused, match="one shift at least"):
        shifts.remove(first, by=None)
    assert db.session.scalars(select(Shift.id)).all() == [first.id]


def test_of_a_cancelled_activity(app: Flask, cast: Cast) -> None:
    activity = make_activity(cast.team, state=ActivityState.CANCELLED)
    for verb in (
        lambda: shifts.add(activity, values(activity), places=None, by=None),
        lambda: shifts.change(activity.shifts[0], values(activity), places=None, by=None),
        lambda: shifts.remove(activity.shifts[0], by=None),
    ):
        with pytest.raises(Refused):
            verb()
