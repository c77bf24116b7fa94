"""Copying activities to later days: what would come of it, then the drafts."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from ... import clock
from ...audit import trail
from ...database import db
from ...errors import N_, BadInput, Message, message
from ..models import Activity, ActivityState, Shift
from . import changes, clashes, drafts, faults
from .clashes import Clash, Hours, Plan

MOST = 53
"""Copies of an activity at once: a week's activity for a year."""

Wish = tuple[Activity, date]
"""An activity, and a day on which it is to be once more."""
What = tuple[int | None, int, int, datetime]
"""Ids of team, place and theme with a beginning: what tells activities apart for whoever copies them."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A day's copy before it's made."""

    activity: Activity
    """What is copied."""
    day: date
    starts_at: datetime
    ends_at: datetime
    there: bool
    """It was made before, by the same button or by hand: nothing happens."""
    fault: Message | None
    """Why it can't be made."""
    taken_by: Clash | None
    """Who else is at the venue then, or why it can't be used: it can be made, and somebody should ask them."""

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


def proposed(wishes: Iterable[Wish]) -> list[Proposed]:
    """What copying would make, in the order of the wishes: three queries, however many they are."""
    moved = [(activity, day, _distance(activity, day)) for activity, day in wishes]
    hours = [(activity.starts_at + by, activity.ends_at + by) for activity, _day, by in moved]
    plans = [Plan(its, it.team_id, it.venue_id) for its, (it, *_) in zip(hours, moved, strict=True)]
    found = clashes.of_plans(plans)
    there = _there([activity for activity, *_ in moved], {starts_at for starts_at, _ in hours})
    return [
        _propose(activity, day, its, in_the_way, _what(activity, its[0]) in there)
        for (activity, day, _by), its, in_the_way in zip(moved, hours, found, strict=True)
    ]


def copy(wishes: Collection[Wish], *, by: int | None) -> list[Activity]:
    """Make the drafts that can be made, and return them; asked twice, they are made once.

    Raises:
        BadInput: there are more than MOST days.
    """
    if len({day for _activity, day in wishes}) > MOST:
        raise BadInput(N_("At most %(most)d at a time: choose an earlier last day."), most=MOST)
    drafts.hold(*{activity for activity, _day in wishes})
    made = []
    taken: dict[object, datetime] = {}
    for it in sorted(proposed(wishes), key=lambda it: (it.starts_at, it.activity.id)):
        # Two of a team from different weeks may meet in one: the first of them is made.
        whose = it.activity.team_id or it.activity
        if it.possible and (whose not in taken or taken[whose] <= it.starts_at):
            taken[whose] = it.ends_at
            made.append((it.activity, _copied(it)))
    db.session.add_all(draft for _activity, draft in made)
    db.session.flush()
    for activity, draft in made:
        changed = {"copied_from": [None, activity.id]}
        trail.record("plan", draft, by=by, place_id=draft.subdistrict_id, changes=changed)
    return [draft for _activity, draft in made]


def _distance(activity: Activity, day: date) -> timedelta:
    return timedelta(days=(day - clock.local(activity.starts_at).date()).days)


def _what(activity: Activity, starts_at: datetime) -> What:
    return activity.team_id, activity.place_id, activity.theme_id, starts_at


def _there(activities: Collection[Activity], starts: Collection[datetime]) -> set[What]:
    """Which of these very activities begin already at one of these moments."""
    query = select(Activity.team_id, Activity.place_id, Activity.theme_id, Activity.starts_at).where(
        Activity.place_id.in_({activity.place_id for activity in activities}),
        Activity.starts_at.in_(starts),
        Activity.state != ActivityState.CANCELLED,
    )
    return {(row.team_id, row.place_id, row.theme_id, row.starts_at) for row in db.session.execute(query)}


def _propose(activity: Activity, day: date, hours: Hours, in_the_way: Sequence[Clash], there: bool) -> Proposed:
    own = next((it for it in in_the_way if it.team_id is not None and it.team_id == activity.team_id), None)
    past = message(N_("This day is over.")) if hours[0] <= clock.now() else None
    absent = faults.absent(day, team=activity.team, venue=activity.venue, theme=activity.theme)
    fault = None if there else past or absent or (clashes.said(own) if own else None)
    others = (it for it in in_the_way if it is not own and it.venue_id is not None and it.venue_id == activity.venue_id)
    return Proposed(activity, day, *hours, there, fault, next(others, None))


def _copied(it: Proposed) -> Activity:
    activity, by = it.activity, it.starts_at - it.activity.starts_at
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
