"""The “6+1” assignments: each compound's seven forces with its gaps, for the staff; kept by office and community."""

from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from .. import clock
from ..database import db
from ..duty import assignments
from ..duty.assignments import ForceTaken
from ..duty.models import Assignment, Force
from ..duty.terms import DaysFaulty
from ..errors import Refused
from ..people.accounts import find_or_add_person
from ..people.models import Person
from ..people.roles import STAFF, scope
from ..places import queries
from ..places.models import Place, PlaceKind
from ..words import say
from . import office
from .access import require, staff
from .duty_desk import asked_community, own_communities
from .filters import paged, words_typed
from .forms.assignments import AssignmentForm, shown
from .forms.endings import LastDayForm
from .forms.stale import Changed, changes
from .session import actor

pages = Blueprint("assignments", __name__, url_prefix="/duty/assignments")

Answer = str | tuple[str, int] | Response


@pages.get("")
@staff
def index() -> str:
    """The compounds that the account reaches, each with its seven forces and what is missing."""
    account, here = actor(), office.present()
    reach = scope(account, STAFF)
    if here is None:
        return render_template("assignments/index.html", page=None)
    community = asked_community(here, reach)
    only_gaps = request.args.get("state") == "gaps"
    query = assignments.compounds(
        here, reach, on=clock.today(), community=community, words=words_typed(), only_gaps=only_gaps
    )
    page = paged(query)
    return render_template(
        "assignments/index.html",
        page=page,
        rows=assignments.of_compounds(page.rows, on=clock.today()),
        only_gaps=only_gaps,
        communities=own_communities(here, reach),
        community=community,
        kept={place.id for place in page.rows if assignments.can_keep(account, place)},
    )


@pages.get("/places/<slug>/new")
@staff
def new(slug: str) -> Answer:
    """The form of who answers for a compound."""
    compound = _compound(slug)
    asked = request.args.get("kind", "")
    force = asked if asked in list(Force) else ""
    return _new(AssignmentForm(formdata=None, data={"force": force, "since": clock.today()}), compound)


@pages.post("/places/<slug>/new")
@staff
def add(slug: str) -> Answer:
    """Say who answers for a compound."""
    compound = _compound(slug)
    form = AssignmentForm()
    form.offer(new=True)
    if not form.validate_on_submit():
        return _new(form, compound), 422
    person = _person(form)
    try:
        assignments.add(compound, Force(form.force.data), form.values(person.id), by=actor().id)
    except (DaysFaulty, Refused) as problem:
        status = _put(form, problem)
        return _new(form, compound), status
    db.session.commit()
    flash(gettext("%(name)s answers for %(place)s.", name=person.name, place=compound.name))
    return _back(compound)


@pages.get("/<int(max=2147483647):assignment_id>/edit")
@staff
def edit(assignment_id: int) -> Answer:
    """Who answers, to be changed."""
    assignment = _assignment(assignment_id)
    form = AssignmentForm.showing(shown(assignment))
    form.offer(new=False)
    return _edit(form, assignment)


@pages.post("/<int(max=2147483647):assignment_id>/edit")
@staff
def change(assignment_id: int) -> Answer:
    """Change who answers, the unit, or the days."""
    assignment = _assignment(assignment_id)
    form = AssignmentForm()
    form.offer(new=False)
    if not form.validate_on_submit():
        return _edit(form, assignment), 422
    assignments.hold(assignment)
    if changed := changes(form, shown(assignment)):
        return _edit(form, assignment, changed), 409
    person = _person(form)
    try:
        assignments.change(assignment, form.values(person.id), by=actor().id)
    except (DaysFaulty, Refused) as problem:
        status = _put(form, problem)
        return _edit(form, _assignment(assignment_id)), status
    db.session.commit()
    flash(gettext("The changes are saved."))
    return _back(assignment.compound)


@pages.get("/<int(max=2147483647):assignment_id>/end")
@staff
def ending(assignment_id: int) -> Answer:
    """The last day of an assignment."""
    return _ending(LastDayForm(formdata=None, data={"last_day": clock.today()}), _assignment(assignment_id))


@pages.post("/<int(max=2147483647):assignment_id>/end")
@staff
def end(assignment_id: int) -> Answer:
    """Let an assignment end."""
    assignment = _assignment(assignment_id)
    form = LastDayForm()
    if not form.validate_on_submit():
        return _ending(form, assignment), 422
    last_day = form.last_day.data
    assert isinstance(last_day, date)  # noqa: S101 - the form is valid
    try:
        assignments.end(assignment, last_day, by=actor().id)
    except DaysFaulty as faulty:
        form.last_day.errors = [say(faulty.message)]
        return _ending(form, assignment), 422
    db.session.commit()
    flash(gettext("The assignment of %(name)s ends.", name=assignment.person.name))
    return _back(assignment.compound)


def _compound(slug: str) -> Place:
    compound = queries.by_slug(slug)
    if compound is None or compound.kind is not PlaceKind.COMPOUND:
        abort(404)
    office.show(db.session.get_one(Place, compound.subdistrict_id))
    require(assignments.can_keep(actor(), compound))
    return compound


def _assignment(assignment_id: int) -> Assignment:
    assignment = db.session.get(Assignment, assignment_id)
    if assignment is None:
        abort(404)
    office.show(db.session.get_one(Place, assignment.subdistrict_id))
    require(assignments.can_keep(actor(), assignment.compound))
    return assignment


def _person(form: AssignmentForm) -> Person:
    """Whom a valid form names, added where unknown."""
    return find_or_add_person(name=form.name.data or "", phone=form.phone.data or "")


def _put(form: AssignmentForm, problem: DaysFaulty | Refused) -> int:
    """Put what is wrong at its field, undo what was tried, and return the status of the answer."""
    db.session.rollback()
    if isinstance(problem, ForceTaken) and "force" in form:
        form.force.errors = [say(problem.message)]
    else:
        (form.until if isinstance(problem, DaysFaulty) else form.unit).errors = [say(problem.message)]
    return 422 if isinstance(problem, DaysFaulty) else 409


def _new(form: AssignmentForm, compound: Place) -> str:
    form.offer(new=True)
    return render_template("assignments/new.html", form=form, compound=compound)


def _edit(form: AssignmentForm, assignment: Assignment, changed: list[Changed] | None = None) -> str:
    return render_template("assignments/edit.html", form=form, assignment=assignment, changed=changed or [])


def _ending(form: LastDayForm, assignment: Assignment) -> str:
    return render_template("assignments/ending.html", form=form, assignment=assignment)


def _back(compound: Place) -> Response:
    return redirect(url_for("assignments.index", _anchor=f"place-{compound.id}"), 303)
