"""Shifts of an activity: adding, changing and taking away parts that people sign up for.

How many may come to one changes in ``capacity``, which is called here.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from ... import clock
from ...audit import trail
from ...database import db
from ...errors import N_, BadInput, Refused
from ...notifications import outbox
from ...notifications.models import NoticeKind
from .. import stamps
from ..models import LIVING, Activity, Shift, SignUp
from ..signing import capacity
from .changes import HOURS
from .drafts import check_open, hold

COLUMNS = ("title", "starts_at", "ends_at", "needs")


def add(activity: Activity, values: Mapping[str, Any], *, places: int | None, by: int | None) -> Shift:
    """Add a shift; asked twice for the very same, it's one.

    Args:
        values: its COLUMNS by name.
        places: how many may come; None where nobody needs to sign up.

    Raises:
        BadInput: its hours don't lie within the activity's.
        Refused: the activity is cancelled.
    """
    _open(activity)
    same = next((it for it in activity.shifts if _values(it) == dict(values)), None)
    if same:
        return same
    _check_hours(activity, values["starts_at"], values["ends_at"])
    shift = Shift(**values, places=places)
    activity.shifts.append(shift)
    db.session.flush()
    changes = {"title": ["", shift.title], "places": [None, places]}
    trail.record("add", shift, by=by, place_id=activity.subdistrict_id, changes=changes)
    stamps.raise_counted(stamps.subjects_of(activity))
    return shift


def change(
    shift: Shift,
    values: Mapping[str, Any],
    *,
    places: int | None,
    to_waiting: Collection[int] = (),
    by: int | None,
) -> bool:
    """Change a shift and return whether anything is different now.

    Args:
        to_waiting: ids of the sign-ups that move to the waiting list where there are fewer places now.

    Raises:
        BadInput: its hours don't lie within the activity's.
        Refused: the activity is cancelled, or more people have a place than there would be places.
    """
    _open(shift.activity)
    before = _values(shift)
    changed = {name: [before[name], value] for name, value in values.items() if value != before[name]}
    if changed.keys() & set(HOURS):
        _check_hours(shift.activity, values["starts_at"], values["ends_at"])
    fewer_or_more = shift.places != places
    if fewer_or_more:
        capacity.set_places(shift, places, by=by, to_waiting=to_waiting)
    for name, (_old, new) in changed.items():
        setattr(shift, name, new)
    if changed:
        db.session.flush()
        _tell_of_move(shift, before)
        trail.record("change", shift, by=by, place_id=shift.activity.subdistrict_id, changes=changed)
        stamps.raise_counted(stamps.subjects_of(shift.activity))
    return bool(changed) or fewer_or_more


def remove(shift: Shift, *, by: int | None) -> None:
    """Take a shift away that nobody ever signed up for.

    Raises:
        Refused: somebody did, it's the last one, or the activity is cancelled.
    """
    _open(shift.activity)
    if len(shift.activity.shifts) == 1:
        raise Refused(N_("An activity keeps one shift at least."))
    if db.session.scalar(select(SignUp.id).where(SignUp.shift_id == shift.id).limit(1)):
        raise Refused(N_("People have signed up for this shift, so it stays on record."))
    activity = shift.activity
    trail.record("remove", shift, by=by, place_id=activity.subdistrict_id, changes={"title": [shift.title, ""]})
    db.session.delete(shift)
    db.session.flush()
    db.session.expire(activity, ["shifts"])
    stamps.raise_counted(stamps.subjects_of(activity))


def _open(activity: Activity) -> None:
    hold(activity)
    check_open(activity)


def _values(shift: Shift) -> dict[str, Any]:
    return {name: getattr(shift, name) for name in COLUMNS}


def _tell_of_move(shift: Shift, before: Mapping[str, Any]) -> None:
    """Have everyone in the shift told of its new hours, unless it's over."""
    moved = {name: before[name] for name in HOURS if before[name] != getattr(shift, name)}
    if not moved or clock.now() >= shift.ends_at:
        return
    living = select(SignUp).where(SignUp.shift_id == shift.id, SignUp.state.in_(LIVING)).order_by(SignUp.id)
    for each in db.session.scalars(living):
        about = {"activity_id": shift.activity_id, "sign_up_id": each.id}
        outbox.tell(NoticeKind.MOVED, person_id=each.person_id, values=moved, **about)


def _check_hours(activity: Activity, starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise BadInput(N_("It would end before it starts."))
    if starts_at < activity.starts_at or ends_at > activity.ends_at:
        raise BadInput(N_("A shift lies within the hours of its activity."))
