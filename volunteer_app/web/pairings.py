"""Pairings: the list for the staff; adding, changing and ending them for the office."""

from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from .. import clock
from ..database import db, lock
from ..duty import pairings
from ..duty.models import Pairing
from ..duty.pairings import TimesFaulty, WeeksSettled
from ..duty.terms import DaysFaulty
from ..errors import BadInput, Refused
from ..people.accounts import find_or_add_person
from ..people.roles import OFFICE, STAFF, scope, works_in
from ..places import queries
from ..places.models import Place, PlaceKind
from ..words import say
from . import dates, office
from .access import require, staff
from .duty_desk import asked_community, own_communities
from .filters import order, paged, words_typed
from .forms.endings import LastDayForm
from .forms.pairings import PairingForm, shown
from .forms.stale import Changed, changes
from .session import actor

pages = Blueprint("pairings", __name__, url_prefix="/duty/pairings")

Answer = str | tuple[str, int] | Response


@pages.get("")
@staff
def index() -> str:
    """The pairings of the places that the account reaches: searched, filtered, sorted, paged."""
    account, here = actor(), office.present()
    reach = scope(account, STAFF)
    if here is None:
        return render_template("pairings/index.html", page=None)
    community = asked_community(here, reach)
    sorted_by = order(pairings.ORDERS, "name")
    ended = request.args.get("state") == "ended"
    query = pairings.listed(
        here, reach, on=clock.today(), ended=ended, community=community, words=words_typed(), order=sorted_by
    )
    return render_template(
        "pairings/index.html",
        page=paged(query),
        order=sorted_by,
        ended=ended,
        communities=own_communities(here, reach),
        community=community,
        may_keep=works_in(account, here),
        weekday_named=dates.weekday_named,
    )


@pages.get("/new")
@staff
def new() -> Answer:
    """The form of a new pairing."""
    here = _here()
    place = queries.by_slug(request.args.get("place", ""))
    chosen = str(place.id) if place and place.kind is PlaceKind.COMPOUND and place.subdistrict_id == here.id else ""
    return _new(PairingForm(formdata=None, data={"since": clock.today(), "compound": chosen}), here)


@pages.post("/new")
@staff
def add() -> Answer:
    """Pair a cadre with a compound; one that ended is opened again."""
    here = _here()
    form = PairingForm()
    form.offer(_compounds(here))
    if not form.validate_on_submit():
        return _new(form, here), 422
    compound = db.session.get_one(Place, int(form.compound.data))
    try:
        pairings.check(form.values())
        person = find_or_add_person(name=form.name.data or "", phone=form.phone.data or "")
        pairings.add(person, compound, form.values(), by=actor().id)
    except BadInput as bad:
        _put(form, bad)
        return _new(form, here), 422
    except Refused as refused:
        db.session.rollback()
        form.compound.errors = [say(refused.message)]
        return _new(form, here), 409
    db.session.commit()
    flash(gettext("%(name)s is paired with %(place)s.", name=person.name, place=compound.name))
    return redirect(url_for("pairings.index"), 303)


@pages.get("/<int(max=2147483647):pairing_id>/edit")
@staff
def edit(pairing_id: int) -> Answer:
    """What is said of a pairing, to be changed."""
    pairing = _pairing(pairing_id)
    form = PairingForm.showing(shown(pairing))
    form.offer(None)
    return _edit(form, pairing)


@pages.post("/<int(max=2147483647):pairing_id>/edit")
@staff
def change(pairing_id: int) -> Answer:
    """Change what is said of a pairing."""
    pairing = _pairing(pairing_id)
    form = PairingForm()
    form.offer(None)
    if not form.validate_on_submit():
        return _edit(form, pairing), 422
    lock(pairing)
    if changed := changes(form, shown(pairing)):
        return _edit(form, pairing, changed), 409
    try:
        pairings.change(pairing, form.values(), by=actor().id)
    except BadInput as bad:
        _put(form, bad)
        return _edit(form, pairing), 422
    except WeeksSettled as settled:
        form[settled.field].errors = [say(settled.message)]
        return _edit(form, pairing), 409
    db.session.commit()
    flash(gettext("The changes are saved."))
    return redirect(url_for("pairings.index"), 303)


@pages.get("/<int(max=2147483647):pairing_id>/end")
@staff
def ending(pairing_id: int) -> Answer:
    """The last day of a pairing."""
    return _ending(LastDayForm(formdata=None, data={"last_day": clock.today()}), _pairing(pairing_id))


@pages.post("/<int(max=2147483647):pairing_id>/end")
@staff
def end(pairing_id: int) -> Answer:
    """Let a pairing end."""
    pairing = _pairing(pairing_id)
    form = LastDayForm()
    if not form.validate_on_submit():
        return _ending(form, pairing), 422
    last_day = form.last_day.data
    assert isinstance(last_day, date)  # noqa: S101 - the form is valid
    try:
        pairings.end(pairing, last_day, by=actor().id)
    except BadInput as bad:
        form.last_day.errors = [say(bad.message)]
        return _ending(form, pairing), 422
    db.session.commit()
    flash(gettext("The pairing of %(name)s ends.", name=pairing.person.name))
    return redirect(url_for("pairings.index"), 303)


def _here() -> Place:
    """The office whose cadres are paired."""
    here = office.present()
    if here is None:
        abort(404)
    require(works_in(actor(), here))
    return here


def _pairing(pairing_id: int) -> Pairing:
    pairing = db.session.get(Pairing, pairing_id)
    if pairing is None:
        abort(404)
    office.show(pairing.subdistrict)
    require(pairings.can_keep(actor(), pairing.compound))
    return pairing


def _compounds(here: Place) -> list[Place]:
    query = queries.compounds(here, on=clock.today()).where(scope(actor(), OFFICE).within(Place.path))
    return list(db.session.scalars(query))


def _put(form: PairingForm, bad: BadInput) -> None:
    """Put what is wrong at its field."""
    name = {TimesFaulty: "usual_ends", DaysFaulty: "until"}.get(type(bad), "minutes_a_week")
    form[name].errors = [say(bad.message)]


def _new(form: PairingForm, here: Place) -> str:
    form.offer(_compounds(here))
    return render_template("pairings/new.html", form=form)


def _edit(form: PairingForm, pairing: Pairing, changed: list[Changed] | None = None) -> str:
    return render_template("pairings/edit.html", form=form, pairing=pairing, changed=changed or [])


def _ending(form: LastDayForm, pairing: Pairing) -> str:
    return render_template("pairings/ending.html", form=form, pairing=pairing)
