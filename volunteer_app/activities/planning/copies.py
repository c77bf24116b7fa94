"""Copying an activity to later days: what would come of it, then the drafts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from ... import clock
from ...audit import trail
from ...database import db
from ...errors import N_, BadInput, Message, message
from ..models import Activity, ActivityState, Shift
from . import changes, clashes, drafts, faults
from .clashes import Clash

MOST = 53
"""Copies at once: a week's activity for a year."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A day's copy before it's made."""

    day: date
    starts_at: datetime
    ends_at: datetime
    there: bool
    """It was made before, by the same button or by hand: nothing happens."""
    fault: Message | None
    """Why it can't be made."""
    taken_by: Clash | None
    """Who else is at the venue then: it can be made, and somebody should ask them."""

    @property
    def possible(self) -> bool:
        """Whether a copy is made on this day."""
        return not self.there and self.fault is None


def weekly(first: date, until: date | None) -> list[date]:
    """*first* alone, or the same weekday of each week until *until*.

    Raises:
        BadInput: the last day comes before the first, or there would be more than MOST.
    """
    if until is None:
        return [first]
    if until < first:
        raise BadInput(N_("The last day comes before the first."))
    weeks = (until - first).days // 7
    if weeks >= MOST:
        raise BadInput(N_("At most %(most)d at a time: choose an earlier last day."), most=MOST)
    return [first + timedelta(weeks=n) for n in range(weeks + 1)]


def proposed(activity: Activity, days: Sequence[date]) -> list[Proposed]:
    """What copying to *days* would make: two queries, however many days."""
    shifts = {day: _distance(activity, day) for day in days}
    hours = [(activity.starts_at + by, activity.ends_at + by) for by in shifts.values()]
    found = clashes.at_times(hours, team_id=activity.team_id, venue_id=activity.venue_id)
    there = _there(activity, [starts_at for starts_at, _ in hours])
    return [
        _propose(activity, day, starts_at, ends_at, in_the_way, starts_at in there)
        for day, (starts_at, ends_at), in_the_way in zip(shifts, hours, found, strict=True)
    ]


def copy(activity: Activity, days: Sequence[date], *, by: int | None) -> list[Activity]:
    """Make the drafts of *days* that can be made, and return them; asked twice, they are made once.

    Raises:
        BadInput: there are more than MOST days.
    """
    if len(days) > MOST:
        raise BadInput(N_("At most %(most)d at a time: choose an earlier last day."), most=MOST)
    drafts.hold(activity)
    made = [_copied(activity, it) for it in proposed(activity, sorted(set(days))) if it.possible]
    db.session.add_all(made)
    db.session.flush()
    for draft in made:
        changed = {"copied_from": [None, activity.id]}
        trail.record("plan", draft, by=by, place_id=draft.subdistrict_id, changes=changed)
    return made


def _distance(activity: Activity, day: date) -> timedelta:
    return timedelta(days=(day - clock.local(activity.starts_at).date()).days)


def _there(activity: Activity, starts: Sequence[datetime]) -> set[datetime]:
    """At which moments this very activity begins already."""
    query = select(Activity.starts_at).where(
        Activity.team_id == activity.team_id,
        Activity.place_id == activity.place_id,
        Activity.theme_id == activity.theme_id,
        Activity.starts_at.in_(starts),
        Activity.state != ActivityState.CANCELLED,
    )
    return set(db.session.scalars(query))


def _propose(
    activity: Activity, day: date, starts_at: datetime, ends_at: datetime, in_the_way: Sequence[Clash], there: bool
) -> Proposed:
    own = next((it for it in in_the_way if it.team_id is not None and it.team_id == activity.team_id), None)
    past = message(N_("This day is over.")) if starts_at <= clock.now() else None
    absent = faults.absent(day, team=activity.team, venue=activity.venue, theme=activity.theme)
    fault = None if there else past or absent or (clashes.said(own) if own else None)
    others = (it for it in in_the_way if it is not own and it.venue_id is not None and it.venue_id == activity.venue_id)
    return Proposed(day, starts_at, ends_at, there, fault, next(others, None))


def _copied(activity: Activity, it: Proposed) -> Activity:
    by = it.starts_at - activity.starts_at
    kept = {name: getattr(activity, name) for name in (*changes.SHOWN, *changes.UNSHOWN)}
    moments = {name: kept[name] + by for name in faults.SIGN_UP_TIMES if kept[name]}
    return Activity(
        **{**kept, **moments, "starts_at": it.starts_at, "ends_at": it.ends_at},
        team_id=activity.team_id,
        place_id=activity.place_id,
        subdistrict_id=activity.subdistrict_id,
        state=ActivityState.DRAFT,
        changed_at=clock.now(),
        shifts=[
            Shift(
                title=shift.title,
                places=shift.places,
                needs=shift.needs,
                starts_at=shift.starts_at + by,
                ends_at=shift.ends_at + by,
            )
            for shift in activity.shifts
        ],
    )
