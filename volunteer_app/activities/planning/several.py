"""Several activities at once: called off, or moved by some days. All of it happens or nothing does.

Each person concerned is told once about all of it. What would stand in the way is found without changing anything.
Copying several is ``copies``.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import func, inspect, select

from ...database import db, lock_all
from ...errors import N_, BadInput, Message, Refused, message
from ...notifications import outbox
from .. import stamps
from ..models import LIVING, Activity, ActivityState, Shift, SignUp
from ..signing import waiting
from . import changes, clashes, drafts, moves
from .clashes import Clash, Plan

MOST = 500
"""Activities at once: more than a week of all teams has."""
MOST_DAYS = 28
"""By how many days several are moved, either way."""


class Stuck(Refused):
    """What stands in the way of some of them, so that nothing happened; by the ids of activities."""

    def __init__(self, reasons: Mapping[int, Message]) -> None:
        first = next(iter(reasons.values()))
        super().__init__(first.text, **first.values)
        self.reasons = dict(reasons)


def check_number(activities: Collection[object]) -> None:
    """Refuse too many at once.

    Raises:
        BadInput: there are more than MOST.
    """
    if len(activities) > MOST:
        raise BadInput(N_("At most %(most)d activities at a time."), most=MOST)


def call_off(activities: Collection[Activity], *, reason: str, by: int | None) -> None:
    """Cancel what is published, and discard what is a draft.

    Args:
        reason: what everyone may read; not needed where all are drafts.
        by: id of the account that acts.

    Raises:
        BadInput: something published is among them, and there is no reason or a long one; or they are too many.
        Stuck: one of them was held, or is cancelled already.
    """
    check_number(activities)
    drafts.hold(*activities)
    if any(it.state is ActivityState.PUBLISHED for it in activities):
        changes.check_reason(reason)

    def end(activity: Activity) -> None:
        if activity.state is ActivityState.DRAFT:
            drafts.discard(activity, by=by)
        else:
            changes.cancel(activity, reason=reason, by=by)

    each(sorted(activities, key=lambda it: (it.starts_at, it.id)), end, by=by)


def not_called_off(activities: Iterable[Activity]) -> dict[int, Message]:
    """Which of them can't be called off, and why."""
    ending = (ActivityState.DRAFT, ActivityState.PUBLISHED)
    return {it.id: message(changes.WHY_NOT_CANCELLED[it.state]) for it in activities if it.state not in ending}


def move(activities: Collection[Activity], days: int, *, by: int | None) -> None:
    """Move activities by some days; whoever signed up is told.

    Args:
        days: forward; backward where negative.
        by: id of the account that acts.

    Raises:
        BadInput: it's no number of days up to MOST_DAYS, or they are too many.
        Stuck: one of them can't be at its new time.
    """
    if not 0 < abs(days) <= MOST_DAYS:
        raise BadInput(N_("Enter a number of days from 1 to %(most)d."), most=MOST_DAYS)
    check_number(activities)
    far = timedelta(days=days)

    def on(activity: Activity) -> None:
        hours = activity.starts_at + far, activity.ends_at + far
        moves.move(activity, hours, place_text=activity.place_text, venue_id=activity.venue_id, by=by)

    # A team's Wednesday makes room before its Tuesday comes.
    each(sorted(activities, key=lambda it: (it.starts_at, it.id), reverse=days > 0), on, by=by)


def not_moved(activities: Iterable[Activity], days: int, clashing: Mapping[int, list[Clash]]) -> dict[int, Message]:
    """Which of them can't move, and why; no query.

    Args:
        clashing: what ``in_the_way`` says.
    """
    far = timedelta(days=days)
    faults = ((it, moves.fault(it, (it.starts_at + far, it.ends_at + far), clashing[it.id])) for it in activities)
    return {it.id: fault for it, fault in faults if fault}


def in_the_way(activities: Collection[Activity], days: int) -> dict[int, list[Clash]]:
    """What else happens where each of them would move, besides those that move along: two queries."""
    far, moving = timedelta(days=days), {it.id for it in activities}
    plans = [Plan((it.starts_at + far, it.ends_at + far), it.team_id, it.venue_id, it.id) for it in activities]
    found = zip(activities, clashes.of_plans(plans), strict=True)
    return {it.id: [each for each in its if each.state is None or each.id not in moving] for it, its in found}


def people_to_tell(activities: Iterable[Activity]) -> int:
    """How many people hold a place in one of them, or wait for one; each is told once."""
    published = [it.id for it in activities if it.state is ActivityState.PUBLISHED]
    query = select(func.count(SignUp.person_id.distinct())).join(Shift, SignUp.shift_id == Shift.id)
    return db.session.scalar(query.where(Shift.activity_id.in_(published), SignUp.state.in_(LIVING))) or 0


def each(activities: Sequence[Activity], act: Callable[[Activity], None], *, by: int | None) -> None:
    """Do the same with each of them, so that people are told once about all of it.

    All is locked once, before, and the stamps are raised once, after.

    Raises:
        Stuck: it couldn't be done with some of them; the caller takes back what was done with the others.
    """
    stuck: dict[int, Message] = {}
    lock_all(list({it.team for it in activities if it.team}))
    with outbox.together(), stamps.gathered(), waiting.holding(activities) as shifts:
        for activity in activities:
            try:
                act(activity)
            except (BadInput, Refused) as problem:
                stuck[activity.id] = problem.message
        # Those of discarded drafts are gone.
        changes.fill([it for it in shifts if inspect(it).persistent], by=by)
    if stuck:
        raise Stuck(stuck)
