"""Attendance after closing: other hours, somebody forgotten or not there, opening again; each with a reason."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from .. import clock
from ..activities.attendance import corrections, presence
from ..activities.attendance.presence import Hours, hours_at
from ..activities.models import Activity, Attendance
from ..database import db
from ..errors import BadInput, Refused
from ..people.accounts import find_or_add_person
from ..words import say
from .access import member
from .attendance import PERSON, venue
from .forms.attendance import HoursForm, LateForm, ReasonForm
from .running import own_activity
from .session import actor

pages = Blueprint("corrections", __name__, url_prefix="/activities/<int(max=2147483647):activity_id>/attendance")


@pages.get(f"{PERSON}/correction")
@member
def show(activity_id: int, person_id: int) -> str:
    """Somebody's hours, to be corrected, or taken off the list."""
    activity = own_activity(activity_id)
    row = _row(activity, person_id)
    return _show(activity, row, HoursForm(data=_hours(row)), ReasonForm())


@pages.post(f"{PERSON}/correction")
@member
def correct(activity_id: int, person_id: int) -> Response | tuple[str, int]:
    """Write other hours."""
    activity = own_activity(activity_id)
    row = _row(activity, person_id)
    form = HoursForm()
    if not form.validate_on_submit():
        return _show(activity, row, form, ReasonForm(formdata=None)), 422
    came_at, left_at = _typed(activity, form, row)
    try:
        corrections.correct(
            row, checked_in_at=came_at, checked_out_at=left_at, reason=form.reason.data or "", by=actor().id
        )
    except BadInput as bad:
        form.came.errors = [say(bad.message)]
        return _show(activity, row, form, ReasonForm(formdata=None)), 422
    db.session.commit()
    flash(gettext("Corrected: %(name)s.", name=row.person.name))
    return _back(activity)


@pages.post(f"{PERSON}/removal")
@member
def remove(activity_id: int, person_id: int) -> Response | tuple[str, int]:
    """Take somebody off the list who wasn't there."""
    activity = own_activity(activity_id)
    row = _row(activity, person_id)
    name = row.person.name
    form = ReasonForm()
    if not form.validate_on_submit():
        return _show(activity, row, HoursForm(formdata=None, data=_hours(row)), form), 422
    corrections.remove(row, reason=form.reason.data or "", by=actor().id)
    db.session.commit()
    flash(gettext("Taken off the list: %(name)s.", name=name))
    return _back(activity)


@pages.get("/addition")
@member
def addition(activity_id: int) -> str:
    """Somebody whom nobody checked in."""
    activity = own_activity(activity_id)
    hours = {"came": clock.local(activity.starts_at).time(), "left": clock.local(activity.ends_at).time()}
    return _addition(activity, LateForm(data=hours))


@pages.post("/addition")
@member
def add(activity_id: int) -> Response | tuple[str, int]:
    """Add them."""
    activity = own_activity(activity_id)
    form = LateForm()
    if not form.validate_on_submit():
        return _addition(activity, form), 422
    came_at, left_at = _typed(activity, form)
    person = find_or_add_person(name=form.name.data or "", phone=form.phone.number)
    try:
        corrections.add_late(
            activity,
            person,
            checked_in_at=came_at,
            checked_out_at=left_at,
            reason=form.reason.data or "",
            by=actor().id,
        )
    except BadInput as bad:
        form.came.errors = [say(bad.message)]
    except Refused as no:
        form.name.errors = [say(no.message)]
    if form.errors:
        db.session.rollback()
        return _addition(own_activity(activity_id), form), 422
    db.session.commit()
    flash(gettext("Added: %(name)s.", name=person.name))
    return _back(activity)


@pages.post("/reopening")
@member
def reopen(activity_id: int) -> Response | tuple[str, int]:
    """Keep attendance again."""
    activity = own_activity(activity_id)
    form = ReasonForm()
    if not form.validate_on_submit():
        return venue(activity, reopening=form), 422
    corrections.reopen(activity, reason=form.reason.data or "", by=actor().id)
    db.session.commit()
    flash(gettext("Attendance is open again. Close it when you're done."))
    return _back(activity)


def _row(activity: Activity, person_id: int) -> Attendance:
    row = presence.of_person(activity, person_id)
    if row is None:
        abort(404)
    return row


def _hours(row: Attendance) -> dict[str, Any]:
    """An attendance's hours as the form shows them."""
    left_at = row.checked_out_at
    return {"came": clock.local(row.checked_in_at).time(), "left": left_at and clock.local(left_at).time()}


def _typed(activity: Activity, form: HoursForm, row: Attendance | None = None) -> Hours:
    """The hours of a valid form."""
    came = form.came.data
    assert came is not None  # noqa: S101 - the form is valid
    return hours_at(activity, came, form.left.data, row)


def _show(activity: Activity, row: Attendance, form: HoursForm, removal: ReasonForm) -> str:
    return render_template("corrections/show.html", activity=activity, row=row, form=form, removal=removal)


def _addition(activity: Activity, form: LateForm) -> str:
    return render_template("corrections/addition.html", activity=activity, form=form)


def _back(activity: Activity) -> Response:
    return redirect(url_for("attendance.index", activity_id=activity.id), 303)
