"""Publishing, changing and cancelling an activity: what a calendar shows of it rises in revision and raises stamps.

Whoever signed up is told, and whom a change lets take another place takes it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import aliased

from ... import clock
from ...audit import trail
from ...database import db, lock
from ...errors import N_, BadInput, Refused
from ...notifications.models import NoticeKind
from ...places.models import Place
from .. import stamps
from ..models import Activity, ActivityState, Shift
from ..signing import signups, waiting

SHOWN = ("theme_id", "place_text", "venue_id", "starts_at", "ends_at")
"""Columns that a calendar shows; changing another one raises no revision."""
HOURS = ("starts_at", "ends_at")
MOVING = (*HOURS, "place_text", "venue_id")
"""Columns of which everyone who signed up is told."""
UNSHOWN = ("about", "bring", "sign_up_opens_at", "sign_up_closes_at", "withdraw_until", "popular", "counts_as_service")
WHY_NOT_CANCELLED = {
    ActivityState.DRAFT: N_("A draft isn't cancelled: nobody knows of it yet."),
    ActivityState.HELD: N_("This activity was held: it can't be cancelled any more."),
    ActivityState.CANCELLED: N_("This activity was cancelled already."),
}
LONGEST_REASON = 100
"""Characters of the reason for cancelling."""


def publish(activity: Activity, *, by: int | None) -> None:
    """Show a draft to everyone.

    Args:
        by: id of the account that acts.

    Raises:
        Refused: it's no draft.
    """
    lock(activity)
    if activity.state is not ActivityState.DRAFT:
        raise Refused(N_("This activity is published already."))
    activity.state = ActivityState.PUBLISHED
    show_anew(activity)
    changes = {"state": [ActivityState.DRAFT, ActivityState.PUBLISHED]}
    trail.record("publish", activity, by=by, place_id=activity.subdistrict_id, changes=changes)


def change(activity: Activity, values: Mapping[str, Any], *, by: int | None) -> bool:
    """Change an activity and return whether anything is different now.

    Its shifts move along: one over the whole activity takes its new hours, others keep their distance to its start.

    Args:
        values: new values by column, of SHOWN and UNSHOWN.
        by: id of the account that acts.

    Raises:
        Refused: it's cancelled, it would end before it starts, or its team has another activity at that time; its
            hours, once its attendance is closed.
    """
    shifts = waiting.lock_activity(activity)
    if activity.state is ActivityState.CANCELLED:
        raise Refused(N_("This activity was cancelled: plan a new one instead."))
    unknown = set(values) - {*SHOWN, *UNSHOWN}
    if unknown:
        raise ValueError(f"not for change(): {sorted(unknown)}")
    before = {name: getattr(activity, name) for name in values}
    changed = {name: [before[name], value] for name, value in values.items() if value != before[name]}
    if not changed:
        return False
    if activity.closed_at is not None and changed.keys() & set(HOURS):
        raise Refused(N_("The attendance of this activity is closed: open it again before you change its hours."))
    _check_hours(activity, values.get("starts_at", activity.starts_at), values.get("ends_at", activity.ends_at))
    old_subjects = stamps.subjects_of(activity)
    hours = activity.starts_at, activity.ends_at
    for name, (_old, new) in changed.items():
        setattr(activity, name, new)
    _move_shifts(activity, *hours)
    db.session.flush()
    db.session.expire(activity, ["theme", "venue"])
    _tell_of_move(activity, changed)
    fill(shifts, by=by, besides=activity)
    if changed.keys() & set(SHOWN):
        show_anew(activity)
        # The place that it left shows something else too.
        stamps.raise_shown(old_subjects - stamps.subjects_of(activity))
    trail.record("change", activity, by=by, place_id=activity.subdistrict_id, changes=changed)
    return True


def cancel(activity: Activity, *, reason: str, by: int | None) -> None:
    """Call a published activity off; calendars keep it for a while, marked as cancelled.

    Args:
        reason: what everyone may read.
        by: id of the account that acts.

    Raises:
        BadInput: there is no reason, or a long one.
        Refused: it's a draft, it was held, or it's cancelled already.
    """
    shifts = waiting.lock_activity(activity)
    reason = check_reason(reason)
    if activity.state is not ActivityState.PUBLISHED:
        raise Refused(WHY_NOT_CANCELLED[activity.state])
    activity.state = ActivityState.CANCELLED
    activity.cancel_reason = reason
    signups.tell_all(activity, NoticeKind.CANCELLED, {"reason": reason})
    fill(shifts, by=by, besides=activity)
    show_anew(activity)
    changes = {"state": [ActivityState.PUBLISHED, ActivityState.CANCELLED]}
    trail.record("cancel", activity, by=by, place_id=activity.subdistrict_id, reason=reason, changes=changes)


def check_reason(reason: str) -> str:
    """The reason for cancelling as it's kept.

    Raises:
        BadInput: there is none, or a long one.
    """
    reason = reason.strip()
    if not reason:
        raise BadInput(N_("Say why it's cancelled: everyone who wanted to come will read it."))
    if len(reason) > LONGEST_REASON:
        raise BadInput(N_("The reason may have up to %(most)d characters."), most=LONGEST_REASON)
    return reason


def show_anew(activity: Activity) -> None:
    """A calendar shows something else of *activity* now: its revision rises, and the stamps of whoever shows it."""
    activity.revision += 1
    activity.changed_at = stamps.later(activity.changed_at)
    db.session.flush()
    stamps.raise_shown(stamps.subjects_of(activity))


def revise_many(which: ColumnElement[bool]) -> set[str]:
    """Raise the revision of all activities of a condition, and return whose stamps are to be raised: two statements.

    For what stands behind them: the text of an event names its team's kind, and the community around its place.
    """
    venue = aliased(Place)
    around = db.session.execute(
        select(Activity.team_id, Place.path, venue.path.label("venue"))
        .join(Place, Activity.place_id == Place.id)
        .outerjoin(venue, Activity.venue_id == venue.id)
        .where(which)
        .distinct()
    ).all()
    db.session.execute(
        update(Activity)
        .where(which)
        .values(revision=Activity.revision + 1, changed_at=stamps.later_than(Activity.changed_at))
        .execution_options(synchronize_session=False)
    )
    return stamps.subjects(
        {path for row in around for path in (row.path, row.venue) if path},
        team_ids={row.team_id for row in around if row.team_id},
    )


def _check_hours(activity: Activity, starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise Refused(N_("It would end before it starts."))
    other = select(Activity.id).where(
        Activity.team_id == activity.team_id, Activity.starts_at == starts_at, Activity.id != activity.id
    )
    if activity.team_id and db.session.scalar(other):
        raise Refused(N_("The team has another activity at that time."))


def _move_shifts(activity: Activity, started_at: datetime, ended_at: datetime) -> None:
    moved = activity.starts_at - started_at
    for shift in activity.shifts:
        if (shift.starts_at, shift.ends_at) == (started_at, ended_at):
            shift.starts_at, shift.ends_at = activity.starts_at, activity.ends_at
        else:
            shift.starts_at += moved
            shift.ends_at += moved


def _tell_of_move(activity: Activity, changed: Mapping[str, list[Any]]) -> None:
    """Say what was there before; nobody is told of what is over, or was never published."""
    before = {name: old for name, (old, _new) in changed.items() if name in MOVING}
    if before and activity.state is not ActivityState.DRAFT and clock.now() < activity.ends_at:
        signups.tell_all(activity, NoticeKind.MOVED, before)


def fill(shifts: list[Shift], *, by: int | None, besides: Activity | None = None) -> None:
    """Let people move up: here where the deadline is later now, elsewhere where it doesn't clash any more.

    Args:
        shifts: locked ones.
        besides: an activity whose numbers have changed too.
    """
    promoted = waiting.fill(shifts, by=by)
    if promoted:
        # At once for all, before others are raised: so every writer locks the stamps in one order.
        around = [each.shift.activity for each in promoted]
        stamps.raise_counted(stamps.subjects_of(*around, *([besides] if besides else [])))


def publish_many(drafts: Sequence[Activity], *, by: int | None) -> None:
    """Show drafts to everyone, as ``publish``, in some statements for any number; they are locked and read afresh."""
    ids = [it.id for it in drafts]
    if not ids:
        return
    subjects = stamps.subjects_of(*drafts)
    raised = {"revision": Activity.revision + 1, "changed_at": stamps.later_than(Activity.changed_at)}
    shown = update(Activity).where(Activity.id.in_(ids)).values(state=ActivityState.PUBLISHED, **raised)
    db.session.execute(shown.execution_options(synchronize_session=False))
    said = {"state": [ActivityState.DRAFT, ActivityState.PUBLISHED]}
    for place_id in sorted({it.subdistrict_id for it in drafts}):
        rows = [(it.id, said) for it in drafts if it.subdistrict_id == place_id]
        trail.record_many("publish", Activity.__tablename__, rows, by=by, place_id=place_id, reason="")
    stamps.raise_shown(subjects)
    afresh = select(Activity).where(Activity.id.in_(ids)).execution_options(populate_existing=True)
    db.session.scalars(afresh).all()
