"""Another weekly slot for a team: what is planned from the old one moves along, as far as it's wanted.

What stays where it is stands for its week's slot all the same, so that no week is made twice.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from sqlalchemy import or_, select, update
from sqlalchemy.orm import aliased, joinedload, selectinload

from ... import clock
from ...clock import Week
from ...database import db
from ...errors import N_, Message, message
from ...teams import keeping
from ...teams.models import Team
from ...workdays import Workdays
from ..models import LIVING, Activity, ActivityState, Shift, SignUp, SignUpState
from . import clashes, drafts, faults, moves, renames, several, slots
from .clashes import Clash, Hours, Plan


@dataclass(frozen=True, slots=True)
class NewSlot:
    """When a team is to meet each week."""

    weekday: int
    """Monday 0 to Sunday 6."""
    slot_starts: time
    slot_ends: time


@dataclass(slots=True)
class Along:
    """An activity planned from the old slot, and what moving it along would mean."""

    activity: Activity
    hours: Hours | None
    """When it would be; None where the team doesn't meet on that holiday."""
    by_hand: bool
    """Somebody has moved it away from the slot already."""
    people: int = 0
    """How many hold a place, or wait for one."""
    elsewhere: int = 0
    """How many of them have a place elsewhere at the new time."""
    fault: Message | None = None
    """Why it can't move."""
    in_the_way: list[Clash] = field(default_factory=list)
    """Who else is at the venue then."""

    @property
    def usual(self) -> bool:
        """Whether it moves unless somebody says otherwise: nobody has a place, and nobody has moved it."""
        return self.fault is None and not self.by_hand and not self.people


def preview(team: Team, slot: NewSlot | None) -> list[Along]:
    """What is planned from the old slot and still to come, in the order of time: a fixed number of queries.

    Args:
        slot: the new one; without one nothing moves.
    """
    if slot is None:
        return []
    workdays = Workdays.current()
    rows = [_along(it, team, slot, workdays) for it in _coming(team)]
    moving = {row.activity.id for row in rows}
    planned = [row for row in rows if row.hours]
    plans = [Plan(row.hours, team.id, row.activity.venue_id, row.activity.id) for row in planned if row.hours]
    for row, found in zip(planned, clashes.of_plans(plans), strict=True):
        _judge(row, team, [it for it in found if it.state is None or it.id not in moving])
    _count_people(rows)
    return rows


def change(team: Team, slot: NewSlot | None, moving: Collection[int], *, by: int | None) -> int:
    """Give a team another slot, move what is to go along, and return how many that were; each person is told once.

    Args:
        moving: ids of the activities that move; all others stay where they are.
        by: id of the account that acts.

    Raises:
        SlotFaulty: it would end before it starts.
        Stuck: one of them can't move.
    """
    keeping.hold(team)
    if slot is None:
        renames.change_team(team, dict.fromkeys(keeping.SLOT), by=by)
        return 0
    planned = _coming(team)
    drafts.hold(*planned)
    rows = [row for row in preview(team, slot) if row.activity.id in moving]
    goal = {row.activity.id: row.hours for row in rows}
    stuck = {row.activity.id: row.fault for row in rows if row.fault}
    if stuck:
        raise several.Stuck(stuck)

    def go(activity: Activity) -> None:
        if hours := goal[activity.id]:
            moves.move(activity, hours, place_text=activity.place_text, venue_id=activity.venue_id, by=by)

    later = slot.weekday > (team.weekday if team.weekday is not None else slot.weekday)
    several.each([row.activity for row in (reversed(rows) if later else rows)], go, by=by)
    _stand_for(team, slot.weekday, [activity.id for activity in planned])
    values = {name: getattr(slot, name) for name in keeping.SLOT}
    renames.change_team(team, values, by=by)
    return len(rows)


def _coming(team: Team) -> list[Activity]:
    """What was made from the slot, and what somebody planned by hand, copied or imported at its very hour."""
    query = (
        select(Activity)
        .where(Activity.team_id == team.id, Activity.starts_at > clock.now())
        .where(Activity.state.in_((ActivityState.DRAFT, ActivityState.PUBLISHED)))
        .options(joinedload(Activity.theme), joinedload(Activity.venue), joinedload(Activity.place))
        .options(selectinload(Activity.shifts))
        .order_by(Activity.starts_at, Activity.id)
    )
    return [it for it in db.session.scalars(query) if it.slot_on or _is_at_slot(it.starts_at, team)]


def _is_at_slot(starts_at: datetime, team: Team) -> bool:
    local = clock.local(starts_at)
    return (local.weekday(), local.time()) == (team.weekday, team.slot_starts)


def _along(activity: Activity, team: Team, slot: NewSlot, workdays: Workdays) -> Along:
    on = activity.slot_on or clock.local(activity.starts_at).date()
    new = slots.moved(on, slot.weekday, team.holiday_rule, workdays)
    hours = clashes.span(new.day, slot.slot_starts, slot.slot_ends) if new.day else None
    fault = None if hours else message(N_("It falls on a holiday."))
    return Along(activity, hours, by_hand=not _is_at(activity, on, team, workdays), fault=fault)


def _is_at(activity: Activity, on: date, team: Team, workdays: Workdays) -> bool:
    """Whether an activity is still where the old slot put it."""
    if team.slot_starts is None or team.slot_ends is None:
        return False
    old = slots.moved(on, on.weekday(), team.holiday_rule, workdays).day or on
    return clashes.span(old, team.slot_starts, team.slot_ends) == (activity.starts_at, activity.ends_at)


def _judge(row: Along, team: Team, found: Iterable[Clash]) -> None:
    assert row.hours is not None  # noqa: S101 - asked of those that have hours
    found = list(found)
    own = next((it for it in found if it.team_id == team.id), None)
    past = message(N_("This day is over.")) if row.hours[0] <= clock.now() else None
    absent = faults.absent(clock.local(row.hours[0]).date(), team=team, venue=row.activity.venue)
    row.fault = past or absent or (clashes.said(own) if own else None)
    row.in_the_way = [it for it in found if it is not own]


def _count_people(rows: Iterable[Along]) -> None:
    """How many are concerned by each move, and how many can't come then: two queries."""
    by_id = {row.activity.id: row for row in rows}
    living = select(Shift.activity_id, SignUp.person_id).join(Shift, SignUp.shift_id == Shift.id)
    living = living.where(Shift.activity_id.in_(by_id), SignUp.state.in_(LIVING)).distinct()
    people = [(row.activity_id, row.person_id) for row in db.session.execute(living)]
    for activity_id, number in Counter(activity_id for activity_id, _person in people).items():
        by_id[activity_id].people = number
    busy = _busy({person_id for _activity, person_id in people}, by_id)
    for activity_id, person_id in people:
        row = by_id[activity_id]
        if row.hours and any(_overlap(hours, row.hours) for hours in busy.get(person_id, [])):
            row.elsewhere += 1


def _busy(person_ids: Collection[int], besides: Mapping[int, object]) -> dict[int, list[Hours]]:
    """The hours of the places that people have in other coming activities."""
    other = aliased(Activity)
    query = (
        select(SignUp.person_id, Shift.starts_at, Shift.ends_at)
        .join(Shift, SignUp.shift_id == Shift.id)
        .join(other, Shift.activity_id == other.id)
        .where(SignUp.person_id.in_(person_ids), SignUp.state == SignUpState.CONFIRMED, other.id.not_in(besides))
        .where(other.state != ActivityState.CANCELLED, Shift.ends_at > clock.now())
    )
    busy: dict[int, list[Hours]] = {}
    for person_id, starts_at, ends_at in db.session.execute(query):
        busy.setdefault(person_id, []).append((starts_at, ends_at))
    return busy


def _overlap(one: Hours, other: Hours) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _stand_for(team: Team, weekday: int, planned: Collection[int]) -> None:
    """From this week on, what was made for the old slot of a week stands for its new one.

    Args:
        planned: ids of what stands for it, cancelled ones of the slot aside.
    """
    monday = Week.this().monday
    its = Activity.team_id == team.id, or_(Activity.slot_on >= monday, Activity.id.in_(planned))
    columns = select(Activity.id, Activity.slot_on, Activity.starts_at).order_by(Activity.starts_at)
    first: dict[date, int] = {}
    for activity_id, on, starts_at in db.session.execute(columns.where(*its)).all():
        first.setdefault(Week.of(on or clock.local(starts_at).date()).days[weekday], activity_id)
    # First none of them, so that the days are free for one another.
    db.session.execute(update(Activity).where(*its).values(slot_on=None))
    for on, activity_id in first.items():
        db.session.execute(update(Activity).where(Activity.id == activity_id).values(slot_on=on))
