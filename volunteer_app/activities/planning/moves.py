"""Moving an activity to another time or place, and what else happens there then."""

from collections.abc import Sequence
from datetime import datetime

from ... import clock
from ...errors import Message, message
from ..models import Activity, ActivityState
from . import clashes, drafts, faults
from .clashes import Clash, Hours
from .faults import SIGN_UP_TIMES


def move(activity: Activity, hours: Hours, *, place_text: str, venue_id: int | None, by: int | None) -> bool:
    """Move an activity, and return whether anything is different now; whoever signed up is told.

    The times of signing up keep their distance to its start, but what has opened already doesn't close again.

    Args:
        hours: its new start and end.
        by: id of the account that acts.

    Raises:
        Faulty: the plan can't stand.
        Refused: it was cancelled.
    """
    drafts.hold(activity)
    values = {**_times(activity, hours), "place_text": place_text, "venue_id": venue_id}
    places = activity.shifts[0].places if len(activity.shifts) == 1 else None
    return drafts.edit(activity, values, places=places, by=by)


def fault(activity: Activity, hours: Hours, clashing: Sequence[Clash]) -> Message | None:
    """Why it can't move there; no query.

    Args:
        clashing: what else happens then.
    """
    if activity.state is ActivityState.CANCELLED:
        return message(drafts.CANCELLED)
    busy = [it for it in clashing if it.team_id is not None and it.team_id == activity.team_id]
    found = faults.found(_times(activity, hours), activity.team, activity=activity, busy=busy)
    return next(iter(found.values()), None)


def in_the_way(activity: Activity, hours: Hours, *, venue_id: int | None) -> Sequence[Clash]:
    """What its team and others at the venue do during *hours*, the team's own first: one query."""
    return clashes.at_times([hours], team_id=activity.team_id, venue_id=venue_id, besides=activity.id)[0]


def _times(activity: Activity, hours: Hours) -> dict[str, datetime | None]:
    """The columns that say when it would be, and until when people sign up then."""
    by = hours[0] - activity.starts_at
    times: dict[str, datetime | None] = {name: getattr(activity, name) for name in SIGN_UP_TIMES}
    opened = activity.state is not ActivityState.DRAFT and (
        activity.sign_up_opens_at is None or activity.sign_up_opens_at <= clock.now()
    )
    kept = {"sign_up_opens_at"} if opened else set()
    moved = {name: moment if moment is None or name in kept else moment + by for name, moment in times.items()}
    return {"starts_at": hours[0], "ends_at": hours[1], **moved}
