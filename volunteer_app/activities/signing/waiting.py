"""The waiting list (候补): who moves up when a place is free, and the locks without which two would take one place.

Whoever gives up or takes a place locks the shifts concerned in the order of their ids, then the people who might move
in the order of theirs, and only then reads what decides. The callers raise the stamps, as the last of all.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from ... import clock
from ...audit import trail
from ...database import db, lock_all
from ...errors import N_, Refused
from ...notifications import outbox
from ...notifications.models import NoticeKind
from ...people.models import Person
from .. import stamps
from ..models import Activity, ActivityState, Shift, SignUp, SignUpState

Row = TypeVar("Row", Shift, Person)
_held: ContextVar[frozenset[int]] = ContextVar("held", default=frozenset())
_MOVES = {SignUpState.CONFIRMED: ("promote", NoticeKind.PROMOTED), SignUpState.WAITING: ("demote", NoticeKind.DEMOTED)}


def _locking(query: Select[Row]) -> Select[Row]:
    # SQLite, which has no such lock, let this transaction begin as the only one that writes.
    return query.with_for_update(key_share=True).execution_options(populate_existing=True)


# Signing up must be quick where many do so at once: its statements are built once.
_TAKEN = select(func.count()).where(SignUp.shift_id == bindparam("shift_id"), SignUp.state == SignUpState.CONFIRMED)
_PEOPLE_IN = select(SignUp.person_id).where(
    SignUp.shift_id.in_(bindparam("shift_ids", expanding=True)), SignUp.state == bindparam("state")
)
_SHIFTS = _locking(
    select(Shift)
    .where(Shift.id.in_(bindparam("ids", expanding=True)))
    .order_by(Shift.id)
    .options(selectinload(Shift.activity).options(joinedload(Activity.place), joinedload(Activity.venue)))
)
_PEOPLE = _locking(select(Person).where(Person.id.in_(bindparam("ids", expanding=True))).order_by(Person.id))


def deadline(activity: Activity) -> datetime:
    """Until when people withdraw by themselves, and the next in the list moves up at once."""
    return min(activity.withdraw_until or activity.starts_at, activity.starts_at)


def fill(shifts: Iterable[Shift], *, by: int | None) -> list[SignUp]:
    """Give free places to those who wait, in their order, skipping those whom it would clash with; return them.

    After the deadline nobody moves up by itself: whoever doesn't know of a place won't come, so the leader asks first.

    Args:
        shifts: locked ones, with all who wait in them.
        by: id of the account that made the places free.
    """
    now = clock.now()
    promoted: list[SignUp] = []
    for shift in shifts:
        if shift.activity.state is not ActivityState.CANCELLED and now < deadline(shift.activity):
            next_ones = able(shift, most=free_places(shift))
            for sign_up in next_ones:
                move(sign_up, SignUpState.CONFIRMED, by=by)
            promoted += next_ones
    return promoted


def free_places(shift: Shift) -> int:
    """How many places nobody has; none where nobody needs to sign up."""
    return max((shift.places or 0) - (db.session.scalar(_TAKEN, {"shift_id": shift.id}) or 0), 0)


def able(shift: Shift, *, most: int) -> Sequence[SignUp]:
    """The first *most* in the waiting list who have no place elsewhere at that time."""
    if most <= 0:
        return []
    query = (
        select(SignUp)
        .where(SignUp.shift_id == shift.id, SignUp.state == SignUpState.WAITING, ~_elsewhere_then(shift))
        .order_by(SignUp.asked_at, SignUp.id)
        .limit(most)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).all()


def is_able(sign_up: SignUp) -> bool:
    """Whether whoever signed up has no place elsewhere at that time."""
    able = select(SignUp.id).where(SignUp.id == sign_up.id, ~_elsewhere_then(sign_up.shift))
    return db.session.scalar(able) is not None


def move(sign_up: SignUp, state: SignUpState, *, by: int | None) -> None:
    """Move somebody up from the waiting list, or back to their old turn in it, and have them told."""
    action, notice = _MOVES[state]
    activity = sign_up.shift.activity
    changes = {"state": [sign_up.state, state]}
    sign_up.state = state
    sign_up.changed_at = stamps.later(sign_up.changed_at)
    trail.record(action, sign_up, by=by, place_id=activity.subdistrict_id, changes=changes)
    outbox.tell(notice, person_id=sign_up.person_id, activity_id=activity.id, sign_up_id=sign_up.id)


def check_open(activity: Activity) -> None:
    """Refuse to change the list of an activity to which nobody comes any more.

    Raises:
        Refused: it's cancelled, or its attendance is closed.
    """
    if activity.state is ActivityState.CANCELLED:
        raise Refused(N_("This activity was cancelled."))
    if activity.closed_at is not None:
        raise Refused(N_("The attendance of this activity is closed, and with it the list of sign-ups."))


def lock_activity(activity: Activity) -> list[Shift]:
    """Lock an activity and what may move when it's changed or cancelled; the shifts are for ``fill``.

    Of what ``holding`` holds nothing is locked again, and nothing moves before its end.
    """
    return [] if is_held(activity) else lock_activities([activity])


def is_held(activity: Activity) -> bool:
    """Whether its locks were taken for several at once."""
    return activity.id in _held.get()


@contextmanager
def holding(activities: Sequence[Activity]) -> Iterator[list[Shift]]:
    """Take the locks of several activities once for all that is done inside; the shifts are for ``fill`` at its end."""
    shifts = lock_activities(activities)
    before = _held.set(frozenset(activity.id for activity in activities))
    try:
        yield shifts
    finally:
        _held.reset(before)


def lock_activities(activities: Sequence[Activity]) -> list[Shift]:
    """The same for several: a fixed number of statements."""
    lock_all(activities)
    its = select(Shift.id).where(Shift.activity_id.in_([activity.id for activity in activities]))
    shift_ids = db.session.scalars(its).all()
    return lock_around(shift_ids, people_in(shift_ids, SignUpState.CONFIRMED))


def lock_around(shift_ids: Iterable[int], leaving: Iterable[int]) -> list[Shift]:
    """Lock shifts in which *leaving*, ids of people, give up their places; the shifts are for ``fill``.

    Whoever gives up a place may take another one for which they wait, so those shifts are among them.
    """
    leaving = set(leaving)
    elsewhere = (
        select(SignUp.shift_id)
        .join(Shift, SignUp.shift_id == Shift.id)
        .where(SignUp.person_id.in_(leaving), SignUp.state == SignUpState.WAITING, Shift.starts_at > clock.now())
    )
    shifts = lock_shifts({*shift_ids, *db.session.scalars(elsewhere)})
    lock_people(leaving | people_in([shift.id for shift in shifts], SignUpState.WAITING))
    return shifts


def people_in(shift_ids: Iterable[int], state: SignUpState) -> set[int]:
    """Ids of the people who have a sign-up of *state* in one of these shifts."""
    return set(db.session.scalars(_PEOPLE_IN, {"shift_ids": list(shift_ids), "state": state}))


def lock_shifts(shift_ids: Iterable[int]) -> list[Shift]:
    """Lock shifts in the order of their ids and read them, then their activities, afresh.

    Whoever cancels or changes an activity locks its shifts too: so what's read of it after that stays true.
    """
    return list(db.session.scalars(_SHIFTS, {"ids": list(set(shift_ids))}))


def lock_people(person_ids: Iterable[int]) -> None:
    """Lock people in the order of their ids and read them afresh."""
    db.session.scalars(_PEOPLE, {"ids": list(set(person_ids))}).all()


def _elsewhere_then(shift: Shift) -> ColumnElement[bool]:
    """That whoever signed up has a place in another shift during the hours of this one."""
    other = aliased(SignUp)
    return (
        select(other.id)
        .join(Shift, other.shift_id == Shift.id)
        .join(Activity, Shift.activity_id == Activity.id)
        .where(
            other.person_id == SignUp.person_id,
            other.state == SignUpState.CONFIRMED,
            other.shift_id != shift.id,
            Shift.starts_at < shift.ends_at,
            Shift.ends_at > shift.starts_at,
            Activity.state != ActivityState.CANCELLED,
        )
        .correlate(SignUp)
        .exists()
    )
