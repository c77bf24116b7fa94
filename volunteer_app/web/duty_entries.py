"""What is too late for a cadre to enter: the office does it for them."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from .. import clock
from ..clock import Week
from ..database import db
from ..duty import access, own, shortfall, visits
from ..duty.hours import EntryFaulty
from ..people.models import Person
from ..places.models import Place
from . import office
from .access import require, staff
from .forms.duty import VisitForm, put_at_field
from .own_duty import check_no_record
from .session import actor

pages = Blueprint("duty_entries", __name__, url_prefix="/duty/account/<int(max=2147483647):person_id>/visits")

Answer = str | tuple[str, int] | Response


@pages.get("/new")
@staff
def new(person_id: int) -> Answer:
    """The form of a visit, for a cadre of the office."""
    person, compounds = _cadre(person_id)
    form = VisitForm(formdata=None, data={"compound": compounds[0].id, "day": clock.today()})
    return _form(form, person, compounds)


@pages.post("/new")
@staff
def add(person_id: int) -> Answer:
    """Enter it, however late; somebody else confirms it."""
    person, compounds = _cadre(person_id)
    form = VisitForm()
    form.offer(compounds, own.unclaimed(person, compounds))
    if not form.validate_on_submit():
        return _form(form, person, compounds), 422
    entry = form.entry()
    try:
        check_no_record(person, entry.starts_at, entry.ends_at)
        visit = visits.log(person, entry, by=actor().id, as_office=True)
    except EntryFaulty as faulty:
        put_at_field(form, faulty)
        return _form(form, person, compounds), 422
    db.session.commit()
    flash(gettext("The visit is entered. It counts once it's confirmed."))
    week = Week.of(clock.local(visit.starts_at).date())
    return redirect(url_for("duty_account.entries", person_id=person.id, week=week), 303)


def _cadre(person_id: int) -> tuple[Person, list[Place]]:
    """A cadre of the office shown, and the compounds that they serve or have served."""
    here, person = office.present(), db.session.get(Person, person_id)
    if here is None or person is None:
        abort(404)
    require(access.can_enter_late(actor(), here))
    compounds = list(dict.fromkeys(it.compound for it in shortfall.pairings_of(person, here.id)))
    if not compounds:
        abort(404)
    return person, compounds


def _form(form: VisitForm, person: Person, compounds: list[Place]) -> str:
    form.offer(compounds, own.unclaimed(person, compounds))
    return render_template("duty_desk/entry.html", form=form, person=person)
