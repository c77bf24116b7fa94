"""Attendance after closing: each correction has a reason, and the trail keeps what stood there before."""

from datetime import datetime

from ...database import lock
from ...errors import N_, BadInput, Refused
from ...people.models import Person
from ..models import Activity, Attendance
from . import presence

LONGEST_REASON = 200


def correct(
    attendance: Attendance,
    *,
    checked_in_at: datetime,
    checked_out_at: datetime | None,
    reason: str,
    by: int | None,
) -> None:
    """Write other hours of somebody who was there.

    Args:
        checked_out_at: None where nobody knows: that counts as no time at all.
        reason: why, in the words of whoever corrects.
        by: id of the account that acts.

    Raises:
        BadInput: no reason, or hours in which nobody can have been there.
        Refused: the attendance isn't closed, or the row is gone.
    """
    activity = attendance.activity
    _lock_closed(activity)
    presence.afresh(attendance)
    presence.check_hours(activity, checked_in_at, checked_out_at)
    presence.change(
        activity, {attendance: (checked_in_at, checked_out_at)}, action="correct", by=by, reason=_said(reason)
    )
    presence.settle(activity)


def add_late(
    activity: Activity,
    person: Person,
    *,
    checked_in_at: datetime,
    checked_out_at: datetime | None,
    reason: str,
    by: int | None,
) -> Attendance:
    """Add somebody who was there and whom nobody checked in.

    Raises:
        BadInput: no reason, or hours in which nobody can have been there.
        Refused: the attendance isn't closed, or they stand on the list already.
    """
    _lock_closed(activity)
    presence.check_hours(activity, checked_in_at, checked_out_at)
    if presence.of_person(activity, person.id):
        raise Refused(N_("%(name)s stands on the list already."), name=person.name)
    hours = checked_in_at, checked_out_at
    (row,) = presence.add(activity, {person.id: hours}, action="add late", by=by, reason=_said(reason))
    presence.settle(activity)
    return row


def remove(attendance: Attendance, *, reason: str, by: int | None) -> None:
    """Take somebody off the list who wasn't there.

    Raises:
        BadInput: no reason.
        Refused: the attendance isn't closed, or the row is gone.
    """
    activity = attendance.activity
    _lock_closed(activity)
    presence.afresh(attendance)
    presence.take_away(activity, [attendance], action="remove", by=by, reason=_said(reason))
    presence.settle(activity)


def reopen(activity: Activity, *, reason: str, by: int | None) -> None:
    """Keep attendance again as if it had never been closed; who was checked out on closing stays so.

    Raises:
        BadInput: no reason.
        Refused: the attendance isn't closed.
    """
    _lock_closed(activity)
    said = _said(reason)
    changes = {"closed_at": [activity.closed_at, None]}
    activity.closed_at = activity.closed_by_id = None
    presence.record("reopen", activity, activity, by=by, changes=changes, reason=said)
    presence.settle(activity)


def _lock_closed(activity: Activity) -> None:
    lock(activity)
    if activity.closed_at is None:
        raise Refused(N_("Attendance is still open: change it on its page."))


def _said(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise BadInput(N_("Say why: whoever reads this later will want to know."))
    if len(reason) > LONGEST_REASON:
        raise BadInput(N_("The reason may have up to %(most)d characters."), most=LONGEST_REASON)
    return reason
