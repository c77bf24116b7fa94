"""What a cadre plans: visits, once or weekly, and leave."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from .. import clock
from ..clock import Week
from ..database import db
from ..duty import access, leaves, own, planned
from ..duty.hours import EntryFaulty
from ..duty.models import Leave, PlannedVisit
from ..places.models import Place
from .access import member, require
from .forms.duty import LeaveForm, PlanForm, plan_shown, put_at_field
from .forms.fields import hours_shown
from .own_duty import Cadre, check_no_record, own_cadre, own_plan, said_failed
from .session import actor

pages = Blueprint("duty_plan", __name__, url_prefix="/duty")


@pages.get("/planned/new")
@member
def new() -> str:
    """The form for a visit to come: filled with the next usual hours."""
    cadre = own_cadre()
    compounds = cadre.compounds
    values: dict[str, object] = {"compound": compounds[0].id, "weeks": 1}
    usual = own.usual_hours(
        next(it for it in cadre.pairings if it.compound_id == compounds[0].id), clock.today(), coming=True
    )
    values |= hours_shown(*usual) if usual else {"day": clock.today()}
    form = PlanForm(formdata=None, data=values)
    form.offer_compounds(compounds)
    return _form(form, None)


@pages.post("/planned/new")
@member
def add() -> str | Response | tuple[str, int]:
    """Plan it, for one week or for several."""
    cadre = own_cadre()
    form = PlanForm()
    form.offer_compounds(cadre.compounds)
    if not form.validate_on_submit():
        return _form(form, None), 422
    compound = db.session.get_one(Place, form.compound_id)
    try:
        rows = planned.plan(
            cadre.person, compound, *form.hours, form.note.data or "", weeks=form.weeks.data or 1, by=actor().id
        )
    except EntryFaulty as faulty:
        put_at_field(form, faulty)
        return _form(form, None), 422
    db.session.commit()
    flash(ngettext("%(num)d visit is planned.", "%(num)d visits are planned.", len(rows)))
    return redirect(url_for("duty.index", _anchor="planned"), 303)


@pages.get("/planned/<int(max=2147483647):planned_id>")
@member
def edit(planned_id: int) -> str:
    """The form to move one planned visit, and the button to cancel it."""
    row = own_plan(planned_id)
    form = PlanForm(formdata=None, data=plan_shown(row))
    form.offer_compounds(_compounds(row))
    return _form(form, row)


@pages.post("/planned/<int(max=2147483647):planned_id>")
@member
def move(planned_id: int) -> str | Response | tuple[str, int]:
    """Move it; the others of its weeks stay."""
    row = own_plan(planned_id)
    form = PlanForm()
    # One at a time.
    del form.weeks
    form.offer_compounds(_compounds(row))
    if not form.validate_on_submit():
        return _form(form, row), 422
    compound = db.session.get_one(Place, form.compound_id)
    try:
        planned.move(row, compound, *form.hours, form.note.data or "", by=actor().id)
    except EntryFaulty as faulty:
        put_at_field(form, faulty)
        return _form(form, row), 422
    db.session.commit()
    flash(gettext("The planned visit is changed."))
    return redirect(url_for("duty.index", _anchor="planned"), 303)


@pages.post("/planned/<int(max=2147483647):planned_id>/cancellation")
@member
def cancel(planned_id: int) -> Response:
    """Cancel this one; the others of its weeks stay."""
    planned.cancel(own_plan(planned_id), by=actor().id)
    db.session.commit()
    flash(gettext("The planned visit is cancelled; your calendar shows it so."))
    return redirect(url_for("duty.index", _anchor="planned"), 303)


@pages.post("/planned/<int(max=2147483647):planned_id>/visit")
@member
def log(planned_id: int) -> Response:
    """One tap: it took place as it was planned."""
    row = own_plan(planned_id)
    try:
        check_no_record(row.person, row.starts_at, min(row.ends_at, clock.now()))
        planned.log(row, by=actor().id)
    except EntryFaulty as faulty:
        said_failed(faulty)
        return redirect(url_for("duty.index", _anchor="planned"), 303)
    db.session.commit()
    flash(gettext("Your visit is logged. It counts once the community has confirmed it."))
    return redirect(url_for("duty.index", _anchor="visits"), 303)


@pages.get("/leaves")
@member
def leave() -> str:
    """The leaves of this year and to come, and the form for another one."""
    return _leaves(own_cadre(), LeaveForm(formdata=None))


@pages.post("/leaves")
@member
def add_leave() -> str | Response | tuple[str, int]:
    """Enter a leave."""
    cadre = own_cadre()
    form = LeaveForm()
    if not form.validate_on_submit():
        return _leaves(cadre, form), 422
    try:
        leaves.add(cadre.person, cadre.subdistrict, *form.days, form.reason.data or "", by=actor().id)
    except EntryFaulty as faulty:
        put_at_field(form, faulty)
        return _leaves(cadre, form), 422
    db.session.commit()
    flash(gettext("Your leave is entered."))
    return redirect(url_for("duty_plan.leave"), 303)


@pages.post("/leaves/<int(max=2147483647):leave_id>/removal")
@member
def remove_leave(leave_id: int) -> Response:
    """Take a leave away."""
    row = db.session.get(Leave, leave_id)
    if row is None:
        abort(404)
    require(access.can_keep(actor(), row))
    leaves.remove(row, by=actor().id)
    db.session.commit()
    flash(gettext("The leave is taken away."))
    return redirect(url_for("duty_plan.leave"), 303)


def _compounds(row: PlannedVisit) -> list[Place]:
    """What a planned visit may be moved to: where it is, and what the cadre has today."""
    pairings = own.pairings_of(row.person_id, clock.today())
    return [row.compound, *(it.compound for it in pairings if it.compound_id != row.compound_id)]


def _form(form: PlanForm, row: PlannedVisit | None) -> str:
    return render_template(
        "duty/plan.html",
        form=form,
        row=row,
        clashes=planned.clashes([row])[0] if row else None,
        open=row is None or not (row.cancelled or row.visit_id),
    )


def _leaves(cadre: Cadre, form: LeaveForm) -> str:
    since = min(clock.today().replace(month=1, day=1), Week.this().monday)
    return render_template("duty/leaves.html", form=form, rows=leaves.of(cadre.person, since))
