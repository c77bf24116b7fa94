"""Shifts of an activity: adding one, changing it, taking it away."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ..activities.models import Activity, Shift
from ..activities.planning import drafts, shifts
from ..database import db
from ..errors import BadInput, Refused
from ..words import say
from .access import member
from .forms.fields import hours_shown
from .forms.shifts import ShiftForm, shown
from .forms.stale import Changed, changes
from .running import own_activity
from .session import actor

pages = Blueprint("shifts", __name__, url_prefix="/activities")

Answer = str | tuple[str, int] | Response


@pages.get("/<int(max=2147483647):activity_id>/shifts/new")
@member
def new(activity_id: int) -> str:
    """An empty form with the hours of the whole activity."""
    activity = own_activity(activity_id)
    drafts.check_open(activity)
    hours = hours_shown(activity.starts_at, activity.ends_at)
    return _new(ShiftForm(formdata=None, data=hours), activity)


@pages.post("/<int(max=2147483647):activity_id>/shifts/new")
@member
def add(activity_id: int) -> Answer:
    """Add a shift."""
    activity = own_activity(activity_id)
    form = ShiftForm()
    if not form.validate_on_submit():
        return _new(form, activity), 422
    try:
        shifts.add(activity, form.values(), places=form.places.data, by=actor().id)
    except BadInput as bad:
        form.starts.errors = [say(bad.message)]
        return _new(form, activity), 422
    db.session.commit()
    flash(gettext("The shift is added."))
    return _back(activity)


@pages.get("/shifts/<int(max=2147483647):shift_id>/edit")
@member
def edit(shift_id: int) -> str:
    """A shift: its name, hours, places, and what is needed."""
    shift = _own(shift_id)
    drafts.check_open(shift.activity)
    return _edit(ShiftForm.showing(shown(shift)), shift)


@pages.post("/shifts/<int(max=2147483647):shift_id>/edit")
@member
def change(shift_id: int) -> Answer:
    """Change it."""
    shift = _own(shift_id)
    drafts.hold(shift.activity)
    drafts.check_open(shift.activity)
    form = ShiftForm()
    if not form.validate_on_submit():
        return _edit(form, shift), 422
    if changed := changes(form, shown(shift)):
        return _edit(form, shift, changed), 409
    values, to_waiting = form.values(), form.to_waiting.data or ()
    try:
        shifts.change(shift, values, places=form.places.data, to_waiting=to_waiting, by=actor().id)
    except (BadInput, Refused) as problem:
        field = form.starts if isinstance(problem, BadInput) else form.places
        field.errors = [say(problem.message)]
        db.session.rollback()
        return _edit(form, shift), 422
    db.session.commit()
    flash(gettext("The changes are saved."))
    return _back(shift.activity)


@pages.post("/shifts/<int(max=2147483647):shift_id>/removal")
@member
def remove(shift_id: int) -> Response:
    """Take a shift away that nobody signed up for."""
    shift = _own(shift_id)
    activity = shift.activity
    shifts.remove(shift, by=actor().id)
    db.session.commit()
    flash(gettext("The shift is gone."))
    return _back(activity)


def _own(shift_id: int) -> Shift:
    shift = db.session.get(Shift, shift_id)
    if shift is None:
        abort(404)
    own_activity(shift.activity_id)
    return shift


def _new(form: ShiftForm, activity: Activity) -> str:
    return render_template("shifts/new.html", form=form, activity=activity)


def _edit(form: ShiftForm, shift: Shift, changed: list[Changed] | None = None) -> str:
    having = drafts.having_places(shift) if form.places.errors else []
    return render_template(
        "shifts/edit.html", form=form, shift=shift, activity=shift.activity, changed=changed or [], having=having
    )


def _back(activity: Activity) -> Response:
    return redirect(url_for("planning.edit", activity_id=activity.id, _anchor="shifts"), 303)
