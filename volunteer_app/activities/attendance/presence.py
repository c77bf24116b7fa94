"""The rows of who was there: checked, written and taken away with a trail. ``attendance`` does so while an activity is
open, ``corrections`` afterwards; both hold the activity's lock when they come here, and ``settle`` at their end.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from ... import clock
from ...audit import trail
from ...database import Base, db, insert_many
from ...errors import N_, BadInput, Refused
from .. import stamps
from ..models import Activity, ActivityState, Attendance, SignUp
from .roll import sign_ups

EARLY = timedelta(hours=1)
"""So long before the start somebody may be checked in: the ledger of attendances takes no earlier moment either."""
LATE = timedelta(hours=2)
"""So long after the end somebody may leave; minutes outside the activity's hours don't count anyway."""

Hours = tuple[datetime, datetime | None]
"""From when to when somebody was there; without an end they still are."""
Changes = dict[str, list[Any]]


def of_person(activity: Activity, person_id: int) -> Attendance | None:
    """A person's attendance at *activity*, if they came."""
    return db.session.scalar(
        select(Attendance).where(Attendance.activity_id == activity.id, Attendance.person_id == person_id)
    )


def afresh(attendance: Attendance) -> None:
    """Read a row again after the lock was taken: somebody else may have changed it in between.

    Raises:
        Refused: it was taken away.
    """
    same = select(Attendance).where(Attendance.id == attendance.id).execution_options(populate_existing=True)
    if db.session.scalar(same) is None:
        raise Refused(N_("They aren't on the list any more."))


def hours_at(activity: Activity, came: time, left: time | None, known: Attendance | None = None) -> Hours:
    """The hours between two times of day: on the day of *activity*, or on the next one where that would be too early.

    Args:
        known: what stands there already: its moments stay where the times, which have no seconds, are still the same.
    """
    came_at, left_at = _hours(known) if known else (None, None)
    return _moment(activity, came, came_at), _moment(activity, left, left_at) if left else None


def check_hours(activity: Activity, came_at: datetime, left_at: datetime | None) -> None:
    """Refuse hours in which nobody can have been there.

    Raises:
        BadInput: before EARLY, after LATE, to come, or the end before the beginning.
    """
    moments = [moment for moment in (came_at, left_at) if moment is not None]
    if min(moments) < activity.starts_at - EARLY or max(moments) > activity.ends_at + LATE:
        raise BadInput(N_("That's too far from the activity: at most an hour before it or two hours after it."))
    if max(moments) > clock.now():
        raise BadInput(N_("That time is still to come."))
    if left_at is not None and left_at < came_at:
        raise BadInput(N_("They would leave before they came."))


def add(
    activity: Activity,
    people: Mapping[int, Hours | None],
    *,
    action: str,
    by: int | None,
    reason: str = "",
) -> list[Attendance]:
    """Write attendances of people who have none yet, linked to their sign-ups: a fixed number of statements.

    Args:
        people: for the id of each person their hours; None for now, or the beginning of their hours where that's over.
    """
    signed_up = sign_ups(activity, SignUp.person_id.in_(people))
    now = clock.now()
    rows: list[dict[str, Any]] = []
    for person_id, hours in people.items():
        sign_up = next(iter(signed_up.get(person_id, [])), None)
        starts_at = sign_up.shift.starts_at if sign_up else activity.starts_at
        came_at, left_at = hours or (now if now < activity.ends_at else starts_at, None)
        rows.append(
            {
                "activity_id": activity.id,
                "person_id": person_id,
                "sign_up_id": sign_up.id if sign_up else None,
                "checked_in_at": came_at,
                "checked_out_at": left_at,
                "by_id": by,
            }
        )
    ids = insert_many(Attendance, rows, key=("activity_id", "person_id"))
    added = list(db.session.scalars(select(Attendance).where(Attendance.id.in_(ids)).order_by(Attendance.id)))
    trail.record_many(
        action,
        Attendance.__tablename__,
        [(row.id, {"person_id": [None, row.person_id]} | _changes((None, None), _hours(row))) for row in added],
        by=by,
        place_id=activity.subdistrict_id,
        reason=reason,
    )
    return added


def change(
    activity: Activity, hours: Mapping[Attendance, Hours], *, action: str, by: int | None, reason: str = ""
) -> None:
    """Write other hours where they differ; the trail keeps the old ones."""
    changed = []
    for row, new in hours.items():
        if new != _hours(row):
            changed.append((row.id, _changes(_hours(row), new)))
            row.checked_in_at, row.checked_out_at = new
    trail.record_many(action, Attendance.__tablename__, changed, by=by, place_id=activity.subdistrict_id, reason=reason)


def take_away(activity: Activity, rows: Sequence[Attendance], *, action: str, by: int | None, reason: str = "") -> None:
    """They weren't there: the rows go, and the trail keeps what they said."""
    gone = [(row.id, {"person_id": [row.person_id, None]} | _changes(_hours(row), (None, None))) for row in rows]
    for row in rows:
        db.session.delete(row)
    trail.record_many(action, Attendance.__tablename__, gone, by=by, place_id=activity.subdistrict_id, reason=reason)


def settle(activity: Activity) -> None:
    """Held from the first attendance, headcount or closing on, and published again where all of that was undone.

    Raises the stamps of what is counted; a calendar shows a held activity as it shows a published one.
    """
    held = bool(activity.headcount) or activity.closed_at is not None
    if not held:
        anybody = select(Attendance.id).where(Attendance.activity_id == activity.id).limit(1)
        held = db.session.scalar(anybody) is not None
    activity.state = ActivityState.HELD if held else ActivityState.PUBLISHED
    db.session.flush()
    stamps.raise_counted(stamps.subjects_of(activity))


def record(
    action: str, row: Base, activity: Activity, *, by: int | None, changes: Mapping[str, Any], reason: str = ""
) -> None:
    """An entry in the trail, which the staff of the activity's sub-district may read."""
    trail.record(action, row, by=by, place_id=activity.subdistrict_id, reason=reason, changes=changes)


def _moment(activity: Activity, hour: time, known: datetime | None) -> datetime:
    day = clock.local(activity.starts_at).date()
    moment = clock.at(day, hour)
    if moment < activity.starts_at - EARLY:
        moment = clock.at(day + timedelta(days=1), hour)
    return known if known and known.replace(second=0) == moment else moment


def _hours(row: Attendance) -> Hours:
    return row.checked_in_at, row.checked_out_at


def _changes(old: tuple[datetime | None, datetime | None], new: tuple[datetime | None, datetime | None]) -> Changes:
    """What differs, as the trail holds it."""
    names = ("checked_in_at", "checked_out_at")
    return {name: [before, after] for name, before, after in zip(names, old, new, strict=True) if before != after}
