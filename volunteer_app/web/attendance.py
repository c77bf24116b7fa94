"""Attendance at the venue: made for a phone in one hand. Each tap is a small form, and leads back to where it was."""

from datetime import datetime
from enum import StrEnum

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from .. import clock
from ..activities import visibility
from ..activities.attendance import keeping, presence
from ..activities.attendance.roll import Entry, Roll, roll
from ..activities.models import Activity, ActivityState, Attendance
from ..database import db
from ..people.models import Person
from ..people.roles import scope
from . import deliveries
from .access import member
from .filters import words_typed
from .forms.attendance import HeadcountForm, ReasonForm, WalkInForm
from .forms.fields import number
from .running import own_activity
from .session import actor

pages = Blueprint("attendance", __name__, url_prefix="/activities/<int(max=2147483647):activity_id>/attendance")

PERSON = "/people/<int(max=2147483647):person_id>"
MOST_FOUND = 10
"""People found outside the roll."""


class Phase(StrEnum):
    """What can be done with an activity's attendance."""

    DRAFT = "draft"
    CANCELLED = "cancelled"
    EARLY = "early"
    OPEN = "open"
    OVER = "over"
    CLOSED = "closed"


@pages.get("")
@member
def index(activity_id: int) -> str:
    """Everybody on the roll, with one large button each; after closing who came and who stayed away."""
    return venue(own_activity(activity_id))


@pages.post(f"{PERSON}/arrival")
@member
def arrive(activity_id: int, person_id: int) -> Response:
    """Check somebody in who stands on the roll, or whom the keeper may see."""
    activity = own_activity(activity_id)
    if deliveries.is_new():
        keeping.check_in(activity, _person(activity, person_id), by=actor().id, at=_tapped_at(activity))
        db.session.commit()
    return _back(activity, person_id)


@pages.post(f"{PERSON}/arrival/removal")
@member
def undo_arrival(activity_id: int, person_id: int) -> Response:
    """They hadn't come after all."""
    activity = own_activity(activity_id)
    if deliveries.is_new():
        row = _row(activity, person_id)
        if row and not _is_later(row.checked_in_at):
            keeping.undo_check_in(row, by=actor().id)
        db.session.commit()
    return _back(activity, person_id)


@pages.post(f"{PERSON}/departure")
@member
def leave(activity_id: int, person_id: int) -> Response:
    """Check somebody out."""
    activity = own_activity(activity_id)
    if deliveries.is_new():
        row = _row(activity, person_id)
        if row:
            keeping.check_out(row, by=actor().id, at=_tapped_at(activity, since=row.checked_in_at))
        db.session.commit()
    return _back(activity, person_id)


@pages.post(f"{PERSON}/departure/removal")
@member
def undo_departure(activity_id: int, person_id: int) -> Response:
    """They are still there."""
    activity = own_activity(activity_id)
    if deliveries.is_new():
        row = _row(activity, person_id)
        if row and not _is_later(row.checked_out_at):
            keeping.undo_check_out(row, by=actor().id)
        db.session.commit()
    return _back(activity, person_id)


@pages.post(f"{PERSON}/excuse")
@member
def excuse(activity_id: int, person_id: int) -> Response:
    """They said that they can't come."""
    return _excuse(activity_id, person_id, True)


@pages.post(f"{PERSON}/excuse/removal")
@member
def undo_excuse(activity_id: int, person_id: int) -> Response:
    """They didn't say so."""
    return _excuse(activity_id, person_id, False)


@pages.post("/arrivals")
@member
def arrive_all(activity_id: int) -> Response:
    """Everybody with a place has come."""
    activity = own_activity(activity_id)
    number = len(keeping.check_in_all(activity, by=actor().id))
    db.session.commit()
    flash(ngettext("%(num)d person checked in.", "%(num)d people checked in.", number))
    return _back(activity)


@pages.post("/departures")
@member
def leave_all(activity_id: int) -> Response:
    """Everybody still there leaves."""
    activity = own_activity(activity_id)
    number = len(keeping.check_out_all(activity, by=actor().id))
    db.session.commit()
    flash(ngettext("%(num)d person checked out.", "%(num)d people checked out.", number))
    return _back(activity)


@pages.post("/walk-ins")
@member
def walk_in(activity_id: int) -> Response | tuple[str, int]:
    """Add somebody who hadn't signed up."""
    activity = own_activity(activity_id)
    form = WalkInForm()
    if not form.validate_on_submit():
        return venue(activity, walk_in=form), 422
    if not deliveries.is_new():
        return _back(activity)
    queued = _tapped_at(activity)
    row = keeping.walk_in(
        activity,
        name=form.name.data or "",
        phone=form.phone.data or "",
        by=actor().id,
        # Several may have been noted without a connection, while the page couldn't show the new number.
        counted=None if queued else number(form.counted.data),
        at=queued,
    )
    db.session.commit()
    if row:
        return _back(activity, row.person_id)
    flash(gettext("Counted without a name: %(number)d so far.", number=activity.headcount or 0))
    return _back(activity)


@pages.post("/headcount")
@member
def count(activity_id: int) -> Response | tuple[str, int]:
    """Note how many came without leaving a name."""
    activity = own_activity(activity_id)
    form = HeadcountForm()
    if not form.validate_on_submit():
        return venue(activity, headcount=form), 422
    if deliveries.is_new():
        keeping.set_headcount(activity, form.headcount.data, by=actor().id)
        db.session.commit()
    flash(gettext("Counted without a name: %(number)d.", number=activity.headcount or 0))
    return _back(activity)


@pages.post("/closing")
@member
def close(activity_id: int) -> Response:
    """End the keeping of attendance."""
    activity = own_activity(activity_id)
    keeping.close(activity, by=actor().id)
    db.session.commit()
    flash(gettext("Attendance is closed: the numbers below count."))
    return _back(activity)


def phase(activity: Activity) -> Phase:
    """What can be done now."""
    now = clock.now()
    if activity.state is ActivityState.DRAFT:
        return Phase.DRAFT
    if activity.state is ActivityState.CANCELLED:
        return Phase.CANCELLED
    if activity.closed_at is not None:
        return Phase.CLOSED
    if now < activity.starts_at - presence.EARLY:
        return Phase.EARLY
    return Phase.OVER if now >= activity.ends_at else Phase.OPEN


def venue(
    activity: Activity,
    *,
    walk_in: WalkInForm | None = None,
    headcount: HeadcountForm | None = None,
    reopening: ReasonForm | None = None,
) -> str:
    """The page, with a form that was refused and what was typed in it."""
    its = roll(activity)
    words = words_typed()
    chosen = _chosen(its, words)
    return render_template(
        "attendance/index.html",
        activity=activity,
        roll=its,
        phase=phase(activity),
        opens_at=activity.starts_at - presence.EARLY,
        begun=clock.now() >= activity.starts_at,
        words=words,
        chosen=chosen,
        found=its.named(words) if words and not chosen else [],
        others=_others(its, words) if words and not chosen else [],
        code=request.args.get("code", ""),
        walk_in=walk_in or WalkInForm(formdata=None, counted=str(activity.headcount or 0)),
        headcount=headcount or HeadcountForm(formdata=None, headcount=activity.headcount),
        reopening=reopening or ReasonForm(formdata=None),
    )


def _chosen(its: Roll, words: str) -> Entry | None:
    """Whom the page shows first: whoever was tapped last, or whose code was scanned or typed."""
    person_id = number(request.args.get("person"))
    if person_id is not None:
        return its.of_person(person_id)
    code = request.args.get("code") or words
    return its.of_code(code) if code else None


def _others(its: Roll, words: str) -> list[Person]:
    """People outside the roll whom the keeper may see."""
    on_roll = [entry.person.id for entry in its.entries]
    visible = visibility.people_of(scope(actor(), visibility.SEE_PEOPLE), words=words)
    return list(db.session.scalars(visible.where(Person.id.not_in(on_roll)).limit(MOST_FOUND)))


def _person(activity: Activity, person_id: int) -> Person:
    entry = roll(activity).of_person(person_id)
    if entry:
        return entry.person
    person = db.session.get(Person, person_id)
    if person is None or not visibility.is_visible(person, scope(actor(), visibility.SEE_PEOPLE)):
        abort(404)
    return person


def _row(activity: Activity, person_id: int) -> Attendance | None:
    """Somebody's attendance; None where an earlier tap has taken it away."""
    return presence.of_person(activity, person_id)


def _excuse(activity_id: int, person_id: int, excused: bool) -> Response:
    activity = own_activity(activity_id)
    entry = roll(activity).of_person(person_id)
    if entry is None or entry.sign_up is None:
        abort(404)
    if deliveries.is_new():
        keeping.excuse(entry.sign_up, excused, by=actor().id)
        db.session.commit()
    return _back(activity, person_id)


def _tapped_at(activity: Activity, *, since: datetime | None = None) -> datetime | None:
    """When somebody was checked in or out on a page that had no connection then.

    None for just now, and for a tap after the end, which stands for their hours as a tap of just now does.
    """
    tapped = deliveries.tapped_at()
    if tapped is None or tapped >= activity.ends_at:
        return None
    return max(tapped, since or activity.starts_at - presence.EARLY)


def _is_later(moment: datetime | None) -> bool:
    """Whether what is to be undone happened only after the tap that undoes it."""
    tapped = deliveries.tapped_at()
    return tapped is not None and moment is not None and moment > tapped


def _back(activity: Activity, person_id: int | None = None) -> Response:
    """The page again, at its list, where the person who was tapped stands first."""
    anchor = "list" if person_id else None
    return redirect(url_for("attendance.index", activity_id=activity.id, person=person_id, _anchor=anchor), 303)
