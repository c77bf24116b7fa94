"""The office's desk for places: adding, changing, moving, retiring and restoring them."""

from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from .. import clock
from ..activities.planning import endings, holders, renames
from ..database import db
from ..errors import Refused
from ..people.roles import STAFF, is_administrator, keeps, scope
from ..places import keeping, queries, registry
from ..places.keeping import BELOW, LASTING, NameTaken
from ..places.models import Place, PlaceKind
from ..words import say
from . import office
from .access import require, staff
from .forms.endings import LastDayForm
from .forms.places import ParentForm, PlaceForm, shown
from .forms.stale import Changed, changes
from .session import actor, signed_in

pages = Blueprint("place_desk", __name__, url_prefix="/places")

Answer = str | tuple[str, int] | Response


@pages.get("/new/<kind>")
@staff
def new(kind: str) -> Answer:
    """The form of a new place inside the one that the address names."""
    parent = _around(kind)
    return _new(PlaceForm(formdata=None), PlaceKind(kind), parent)


@pages.post("/new/<kind>")
@staff
def add(kind: str) -> Answer:
    """Add a place."""
    parent = _around(kind)
    wanted = PlaceKind(kind)
    form = PlaceForm().fit(wanted)
    if not form.validate_on_submit():
        return _new(form, wanted, parent), 422
    try:
        place = keeping.add(wanted, parent=parent or registry.district(), values=form.values(wanted), by=actor().id)
    except NameTaken as taken:
        form.name.errors = [say(taken.message)]
        return _new(form, wanted, parent), 422
    db.session.commit()
    flash(gettext("%(place)s is added.", place=place.name))
    return redirect(url_for("places.show", slug=place.slug), 303)


@pages.get("/<slug>/edit")
@staff
def edit(slug: str) -> Answer:
    """What is said of a place, to be changed."""
    place = _kept(slug)
    return _edit(_fitting(PlaceForm.showing(shown(place)), place), place)


@pages.post("/<slug>/edit")
@staff
def change(slug: str) -> Answer:
    """Change what is said of a place; calendars that show it say so."""
    place = _kept(slug)
    form = _fitting(PlaceForm(), place)
    if not form.validate_on_submit():
        return _edit(form, place), 422
    keeping.hold(place)
    if changed := changes(form, shown(place)):
        return _edit(form, place, changed), 409
    try:
        renames.change_place(place, form.values(place.kind), by=actor().id)
    except NameTaken as taken:
        form.name.errors = [say(taken.message)]
        return _edit(form, place), 422
    db.session.commit()
    flash(gettext("The changes are saved."))
    return redirect(url_for("places.show", slug=slug), 303)


@pages.get("/<slug>/parent")
@staff
def parent(slug: str) -> Answer:
    """Where a place lies, to be changed."""
    place = _kept(slug)
    require(_movable(place))
    return _parent(ParentForm.showing({"parent": str(place.parent_id)}), place)


@pages.post("/<slug>/parent")
@staff
def move(slug: str) -> Answer:
    """Move a place with everything in it."""
    place = _kept(slug)
    require(_movable(place))
    form = ParentForm()
    form.offer(_parents(place))
    if not form.validate_on_submit():
        return _parent(form, place), 422
    keeping.hold(place)
    if changed := changes(form, {"parent": str(place.parent_id)}):
        return _parent(form, place, changed), 409
    try:
        renames.move_place(place, db.session.get_one(Place, int(form.parent.data)), by=actor().id)
    except NameTaken as taken:
        form.parent.errors = [say(taken.message)]
        return _parent(form, place), 422
    db.session.commit()
    flash(
        gettext("%(place)s lies in %(parent)s now.", place=place.name, parent=place.parent.name if place.parent else "")
    )
    return redirect(url_for("places.show", slug=slug), 303)


@pages.get("/<slug>/retirement")
@staff
def retirement(slug: str) -> Answer:
    """What hangs on a place, and the last day on which it's there."""
    return _retirement(LastDayForm(formdata=None, data={"last_day": clock.today()}), _ending(slug))


@pages.post("/<slug>/retirement")
@staff
def retire(slug: str) -> Answer:
    """Let a place end, with everything in it."""
    place = _ending(slug)
    form = LastDayForm()
    if not form.validate_on_submit():
        return _retirement(form, place), 422
    last_day = form.last_day.data
    assert isinstance(last_day, date)  # noqa: S101 - the form is valid
    try:
        endings.retire_place(place, last_day, by=actor().id)
    except Refused as refused:
        form.last_day.errors = [say(refused.message)]
        return _retirement(form, place, last_day), 409
    db.session.commit()
    flash(gettext("%(place)s is retired. Its page stays, and here you can restore it.", place=place.name))
    return redirect(url_for("places.show", slug=slug), 303)


@pages.post("/<slug>/restoration")
@staff
def restore(slug: str) -> Answer:
    """Let a retired place be there again."""
    place = _ending(slug)
    keeping.restore(place, by=actor().id)
    db.session.commit()
    flash(gettext("%(place)s is there again.", place=place.name))
    return redirect(url_for("places.show", slug=slug), 303)


def may_end(place: Place) -> bool:
    """Whether the account may retire a place: whoever keeps what is around it."""
    return place.kind not in LASTING and place.parent is not None and keeps(signed_in(), place.parent)


def _around(kind: str) -> Place | None:
    """Where the new place is to lie; None for a sub-district, which an administrator adds."""
    if kind == PlaceKind.SUBDISTRICT:
        require(is_administrator(actor()))
        return None
    parent = _place(request.args.get("place", ""))
    if kind not in BELOW.get(parent.kind, ()):
        abort(404)
    require(keeps(actor(), parent))
    return parent


def _place(slug: str) -> Place:
    place = queries.by_slug(slug)
    if place is None:
        abort(404)
    if place.subdistrict_id:
        office.show(db.session.get_one(Place, place.subdistrict_id))
    return place


def _kept(slug: str) -> Place:
    place = _place(slug)
    require(keeps(actor(), place))
    return place


def _ending(slug: str) -> Place:
    place = _place(slug)
    require(may_end(place))
    return place


def _movable(place: Place) -> bool:
    return place.kind not in (*LASTING, PlaceKind.COMMUNITY)


def _fitting(form: PlaceForm, place: Place) -> PlaceForm:
    """The form of a place; whole offices are named by an administrator."""
    return form.fit(place.kind, named=place.kind not in LASTING or is_administrator(actor()))


def _parents(place: Place) -> list[Place]:
    """Where a place can lie, as far as the account keeps it: from the outside in."""
    around = db.session.get_one(Place, place.subdistrict_id)
    kept = holders.places(scope(actor(), STAFF), around, on=clock.today())
    return [it for it in kept if place.kind in BELOW[it.kind]]


def _new(form: PlaceForm, kind: PlaceKind, parent: Place | None) -> str:
    return render_template("place_desk/new.html", form=form.fit(kind), kind=kind, parent=parent)


def _edit(form: PlaceForm, place: Place, changed: list[Changed] | None = None) -> str:
    return render_template("place_desk/edit.html", form=form, place=place, changed=changed or [])


def _parent(form: ParentForm, place: Place, changed: list[Changed] | None = None) -> str:
    form.offer(_parents(place))
    return render_template("place_desk/parent.html", form=form, place=place, changed=changed or [])


def _retirement(form: LastDayForm, place: Place, last_day: date | None = None) -> str:
    hanging = endings.on_place(place, last_day or clock.today())
    return render_template("place_desk/retirement.html", form=form, place=place, hanging=hanging)
