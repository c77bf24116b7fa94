"""Attendance while an activity is open: coming, leaving, a headcount, closing. ``corrections`` come after closing.

Each verb takes the activity's lock first, so that a second tap finds what the first one did.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, select

from ... import clock
from ...database import db, lock
from ...errors import N_, BadInput, Refused
from ...people.accounts import find_or_add_person
from ...people.models import Person
from .. import stamps
from ..models import Activity, ActivityState, Attendance, Shift, SignUp, SignUpState
from . import presence
from .presence import EARLY, Hours
from .roll import sign_ups

MOST_UNNAMED = 9_999
"""The highest headcount."""


def check_in(activity: Activity, person: Person, *, by: int | None, at: datetime | None = None) -> Attendance:
    """Somebody has come; whoever is there already stays as they are.

    It's linked to their sign-up, confirmed or waiting; without a confirmed one it's a walk-in.

    Args:
        by: id of the account that acts.
        at: when they came; None for now, which after the end stands for the beginning of their hours.

    Raises:
        Refused: a draft, cancelled, closed, or earlier than EARLY.
        BadInput: *at* lies outside the activity.
    """
    lock_open(activity)
    if at is not None:
        presence.check_hours(activity, at, None)
    present = presence.of_person(activity, person.id)
    if present:
        return present
    (present,) = presence.add(activity, {person.id: (at, None) if at else None}, action="check in", by=by)
    presence.settle(activity)
    return present


def check_in_all(activity: Activity, *, by: int | None) -> list[Attendance]:
    """Everybody with a place has come, except those who are excused; returns those who weren't there yet."""
    lock_open(activity)
    there = select(Attendance.person_id).where(Attendance.activity_id == activity.id)
    awaited = (
        select(SignUp.person_id)
        .join(Shift)
        .where(Shift.activity_id == activity.id, SignUp.state == SignUpState.CONFIRMED, SignUp.excused.is_(False))
        .where(SignUp.person_id.not_in(there))
        .distinct()
        .order_by(SignUp.person_id)
    )
    come = presence.add(activity, dict.fromkeys(db.session.scalars(awaited)), action="check in", by=by)
    presence.settle(activity)
    return come


def walk_in(
    activity: Activity,
    *,
    name: str,
    phone: str,
    by: int | None,
    counted: int | None = None,
    at: datetime | None = None,
) -> Attendance | None:
    """Somebody who hadn't signed up; without a phone number only the headcount rises by one.

    Args:
        counted: the headcount that the form showed: where it's another one by now, the form came twice.
        at: as for ``check_in``.

    Raises:
        Refused: as for ``check_in``.
        BadInput: the phone number is none.
    """
    lock_open(activity)
    if phone.strip():
        return check_in(activity, find_or_add_person(name=name, phone=phone), by=by, at=at)
    headcount = activity.headcount or 0
    if counted in (None, headcount):
        set_headcount(activity, headcount + 1, by=by)
    return None


def set_headcount(activity: Activity, headcount: int | None, *, by: int | None) -> None:
    """How many came without leaving a name; None for nobody.

    Raises:
        Refused: as for ``check_in``.
        BadInput: it's no number from 0 to MOST_UNNAMED.
    """
    lock_open(activity)
    if headcount is not None and not 0 <= headcount <= MOST_UNNAMED:
        raise BadInput(N_("Enter a number from 0 to %(most)d."), most=MOST_UNNAMED)
    if headcount == activity.headcount:
        return
    before, activity.headcount = activity.headcount, headcount
    presence.record("count", activity, activity, by=by, changes={"headcount": [before, headcount]})
    presence.settle(activity)


def undo_check_in(attendance: Attendance, *, by: int | None) -> None:
    """They hadn't come after all: the row goes, and the trail keeps what it said.

    Raises:
        Refused: the attendance is closed, or gone.
    """
    activity = _lock_row(attendance)
    presence.take_away(activity, [attendance], action="undo check-in", by=by)
    presence.settle(activity)


def check_out(attendance: Attendance, *, by: int | None, at: datetime | None = None) -> None:
    """Somebody leaves; whoever has left already stays as they are.

    Args:
        at: when they left; None for now, which after the end stands for the end of their hours.

    Raises:
        Refused: the attendance is closed, or gone.
        BadInput: *at* lies outside the activity, or before they came.
    """
    activity = _lock_row(attendance)
    if attendance.checked_out_at is not None:
        return
    if at is not None:
        presence.check_hours(activity, attendance.checked_in_at, at)
    hours = {attendance: (attendance.checked_in_at, at)} if at else _leaving(activity, Attendance.id == attendance.id)
    presence.change(activity, hours, action="check out", by=by)
    presence.settle(activity)


def check_out_all(activity: Activity, *, by: int | None) -> list[Attendance]:
    """Everybody still there leaves now; returns them."""
    lock_open(activity)
    leaving = _leaving(activity)
    presence.change(activity, leaving, action="check out", by=by)
    presence.settle(activity)
    return list(leaving)


def undo_check_out(attendance: Attendance, *, by: int | None) -> None:
    """They are still there.

    Raises:
        Refused: the attendance is closed, or gone.
    """
    activity = _lock_row(attendance)
    presence.change(activity, {attendance: (attendance.checked_in_at, None)}, action="undo check-out", by=by)
    presence.settle(activity)


def excuse(sign_up: SignUp, excused: bool, *, by: int | None) -> None:
    """Somebody with a place said that they can't come (请假): they are no no-show, in any shift. Also after closing.

    Raises:
        Refused: they have no place.
    """
    activity = sign_up.shift.activity
    lock(activity)
    lock(sign_up)
    if sign_up.state is not SignUpState.CONFIRMED:
        raise Refused(N_("Only somebody with a place can be excused."))
    places = SignUp.person_id == sign_up.person_id, SignUp.state == SignUpState.CONFIRMED, SignUp.excused != excused
    changed = sign_ups(activity, *places).get(sign_up.person_id, [])
    for each in changed:
        each.excused = excused
        presence.record("excuse", each, activity, by=by, changes={"excused": [not excused, excused]})
    if changed:
        db.session.flush()
        stamps.raise_counted(stamps.subjects_of(activity))


def close(activity: Activity, *, by: int | None) -> None:
    """End the keeping of attendance: whoever is still in is checked out at the end of their hours, or now if earlier.

    Raises:
        Refused: a draft, cancelled, not begun yet, or closed already.
    """
    lock_open(activity)
    now = clock.now()
    if now < activity.starts_at:
        raise Refused(N_("It hasn't begun yet: attendance is closed afterwards."))
    presence.change(activity, _leaving(activity, closing=True), action="check out", by=by)
    activity.closed_at, activity.closed_by_id = now, by
    presence.record("close", activity, activity, by=by, changes={"closed_at": [None, now]})
    presence.settle(activity)


def lock_open(activity: Activity) -> None:
    """Lock *activity* for keeping its attendance.

    Raises:
        Refused: a draft, cancelled, closed, or earlier than EARLY.
    """
    lock(activity)
    if activity.state is ActivityState.DRAFT:
        raise Refused(N_("This is a draft: publish it first."))
    if activity.state is ActivityState.CANCELLED:
        raise Refused(N_("This activity was cancelled: nobody can be checked in."))
    if activity.closed_at is not None:
        raise Refused(N_("Attendance is closed: correct it with a reason, or open it again."))
    if clock.now() < activity.starts_at - EARLY:
        raise Refused(N_("Check-in opens an hour before the start."))


def _lock_row(attendance: Attendance) -> Activity:
    """Lock the open activity of *attendance*, read the row afresh, and return the activity."""
    activity = attendance.activity
    lock_open(activity)
    presence.afresh(attendance)
    return activity


def _leaving(activity: Activity, *which: ColumnElement[bool], closing: bool = False) -> dict[Attendance, Hours]:
    """The hours of those still in, if they leave now; after the end, and on closing, at the end of their hours."""
    now = clock.now()
    still_in = db.session.execute(
        select(Attendance, Shift.ends_at)
        .outerjoin(SignUp, Attendance.sign_up_id == SignUp.id)
        .outerjoin(Shift, SignUp.shift_id == Shift.id)
        .where(Attendance.activity_id == activity.id, Attendance.checked_out_at.is_(None), *which)
        .order_by(Attendance.id)
    )
    leaving: dict[Attendance, Hours] = {}
    for row, shift_ends_at in still_in:
        came_at = row.checked_in_at
        ends_at = shift_ends_at if shift_ends_at and shift_ends_at > came_at else activity.ends_at
        left_at = min(now, ends_at) if closing or now >= activity.ends_at else now
        leaving[row] = came_at, max(came_at, left_at)
    return leaving
