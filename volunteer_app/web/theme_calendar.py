"""The theme calendar of a year: which week has which theme, on which day it falls, and its keeping by the office."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from .. import clock
from ..activities.models import Theme
from ..activities.year import anchors, calendar, keeping
from ..activities.year.anchors import AnchorFaulty
from ..activities.year.calendar import ThemeDay
from ..activities.year.models import ThemeAnchor
from ..clock import Week
from ..database import db
from ..errors import BadInput
from ..people.roles import OFFICE, scope
from ..places.keeping import NameTaken
from ..places.models import Place
from ..words import say
from ..workdays import Special, Workdays
from . import dates, office
from .access import public, require, staff
from .forms.fields import number
from .forms.stale import Changed, changes
from .forms.theme_calendar import AnchorForm, PlacingForm, ThemeMoveForm, falling, hanging, hangs_on
from .running import own_office
from .session import actor, signed_in

pages = Blueprint("theme_calendar", __name__, url_prefix="/themes/calendar")

EARLIEST, LATEST = 2000, 2100
"""Years for which the moon and the sun are known."""
ONE = "/<int(max=2147483647):anchor_id>"
ONE_DAY = f"{ONE}/days/<anchored_on>"

Answer = str | tuple[str, int] | Response


@dataclass(frozen=True, slots=True)
class Row:
    """A theme of a year as the list shows it."""

    at: ThemeDay
    special: Special | None
    """What is special about its day."""
    aside: bool
    """It went to another week than that of its day."""
    instead: str
    """The theme that has the week of its day then."""


@pages.get("")
@public
def year() -> str:
    """The weeks of a year with their themes, month by month; the office keeps them."""
    place = office.present()
    asked = number(request.args.get("year"))
    shown = clock.today().year if asked is None else asked
    if not EARLIEST <= shown <= LATEST:
        abort(404)
    keeps = place is not None and scope(signed_in(), OFFICE).holds(place.path)
    return render_template(
        "theme_calendar/year.html",
        year=shown,
        first=EARLIEST,
        last=LATEST,
        months=_months(calendar.of_year(place, shown)) if place else [],
        hangs_on=hangs_on,
        keeps=keeps,
        left_out=calendar.left_out(place, shown) if place and keeps else [],
        off=keeping.turned_off(place) if place and keeps else [],
    )


@pages.post("/defaults")
@staff
def take_over() -> Response:
    """Give the office the themes of a year that it doesn't have yet."""
    entered = keeping.enter_defaults(_own(), by=actor().id)
    return _done(ngettext("%(num)d theme is taken over.", "%(num)d themes are taken over.", entered))


@pages.get("/new")
@staff
def new() -> str:
    """A theme to get its place in the year."""
    return _new(_offered(PlacingForm(formdata=None), _own()))


@pages.post("/new")
@staff
def add() -> Answer:
    """Give a theme, or a new one, its place in the year."""
    around = _own()
    form = _offered(PlacingForm(), around)
    if not form.validate_on_submit():
        return _new(form), 422
    try:
        anchor = _added(form, around)
    except AnchorFaulty as faulty:
        form.blame(faulty.faults)
        return _new(form), 422
    except NameTaken as taken:
        form.name.errors = [say(taken.message)]
        return _new(form), 422
    return _done(gettext("“%(theme)s” has its place in the year.", theme=anchor.theme.name))


@pages.get(f"{ONE}/edit")
@staff
def edit(anchor_id: int) -> str:
    """What a theme's day hangs on, to be changed; here it's turned off, too."""
    anchor = _anchor(anchor_id)
    return _edit(AnchorForm.showing(hanging(anchor)), anchor)


@pages.post(f"{ONE}/edit")
@staff
def change(anchor_id: int) -> Answer:
    """Let a theme's day hang on something else."""
    anchor = _anchor(anchor_id)
    form = AnchorForm()
    if not form.validate_on_submit():
        return _edit(form, anchor), 422
    form.empty_others()
    keeping.hold(anchor)
    if changed := changes(form, hanging(anchor)):
        return _edit(form, anchor, changed), 409
    different = keeping.change(anchor, form.columns(), by=actor().id)
    return _done(gettext("The changes are saved.") if different else gettext("Nothing is different."))


@pages.post(f"{ONE}/state")
@staff
def turn(anchor_id: int) -> Response:
    """Turn a theme off, or on again."""
    anchor = _anchor(anchor_id)
    off = "off" in request.form
    keeping.turn(anchor, off=off, by=actor().id)
    name = anchor.theme.name
    return _done(
        gettext("%(theme)s is turned off.", theme=name) if off else gettext("%(theme)s is on again.", theme=name)
    )


@pages.get(f"{ONE_DAY}/move")
@staff
def move(anchor_id: int, anchored_on: str) -> str:
    """A theme's day in one year, to be moved or left out."""
    anchor = _anchor(anchor_id)
    day = _falls(anchor, anchored_on)
    return _move(ThemeMoveForm.showing(falling(day, keeping.moved(anchor, day))), anchor, day)


@pages.post(f"{ONE_DAY}/move")
@staff
def move_day(anchor_id: int, anchored_on: str) -> Answer:
    """Move a theme's day in one year, or leave it out."""
    anchor = _anchor(anchor_id)
    day = _falls(anchor, anchored_on)
    form = ThemeMoveForm()
    if not form.validate_on_submit():
        return _move(form, anchor, day), 422
    keeping.hold(anchor)
    if changed := changes(form, falling(day, keeping.moved(anchor, day))):
        return _move(form, anchor, day, changed), 409
    try:
        different = keeping.move(anchor, day, to=form.to, by=actor().id)
    except BadInput as bad:
        form.day.errors = [say(bad.message)]
        return _move(form, anchor, day), 422
    return _done(gettext("The changes are saved.") if different else gettext("Nothing is different."), day)


@pages.post(f"{ONE_DAY}/return")
@staff
def put_back(anchor_id: int, anchored_on: str) -> Response:
    """Let a theme fall in one year as it does in all."""
    anchor = _anchor(anchor_id)
    day = _falls(anchor, anchored_on)
    keeping.put_back(anchor, day, by=actor().id)
    said = gettext("%(theme)s falls on %(day)s again.", theme=anchor.theme.name, day=dates.day_and_weekday(day))
    return _done(said, day)


def _months(days: Iterable[ThemeDay]) -> list[tuple[date, list[Row]]]:
    """The themes under the month that has most days of their week."""
    workdays = Workdays.current()
    days = list(days)
    # The main theme of a week stands first.
    main = {it.week: it.theme.name for it in reversed(days)}

    def row(it: ThemeDay) -> Row:
        special = (workdays.holiday(it.day) or workdays.special(it.day)) if it.day else None
        aside = it.day is not None and Week.of(it.day) != it.week
        return Row(it, special, aside, main.get(Week.of(it.day), "") if it.day and aside else "")

    grouped = groupby(days, key=lambda it: (it.week.monday + timedelta(days=3)).replace(day=1))
    return [(month, [row(it) for it in held]) for month, held in grouped]


def _own() -> Place:
    reach = scope(actor(), OFFICE)
    require(bool(reach))
    place = own_office(reach)
    if place is None:
        abort(404)
    return place


def _anchor(anchor_id: int) -> ThemeAnchor:
    anchor = db.session.get(ThemeAnchor, anchor_id)
    if anchor is None:
        abort(404)
    around = db.session.get_one(Place, anchor.subdistrict_id)
    require(scope(actor(), OFFICE).holds(around.path))
    office.show(around)
    return anchor


def _falls(anchor: ThemeAnchor, text: str) -> date:
    """The day of an address, on which the theme falls."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        abort(404)
    if not EARLIEST <= day.year <= LATEST or day not in anchors.days(anchor, day.year):
        abort(404)
    return day


def _offered(form: PlacingForm, around: Place) -> PlacingForm:
    """The form with the themes to choose from; what was chosen stays, so that a second tap isn't a mistake."""
    themes = keeping.without_place(around)
    chosen = db.session.get(Theme, number(form.theme.data) or 0)
    if chosen and chosen.subdistrict_id == around.id and chosen not in themes:
        themes.append(chosen)
    form.offer(themes)
    return form


def _added(form: PlacingForm, around: Place) -> ThemeAnchor:
    columns, by = form.columns(), actor().id
    if form.theme.data:
        return keeping.add(db.session.get_one(Theme, int(form.theme.data)), columns, by=by)
    return keeping.add_new(form.name.data or "", form.field.data, columns, subdistrict=around, by=by)


def _new(form: PlacingForm) -> str:
    return render_template("theme_calendar/new.html", form=form)


def _edit(form: AnchorForm, anchor: ThemeAnchor, changed: list[Changed] | None = None) -> str:
    return render_template("theme_calendar/edit.html", form=form, anchor=anchor, changed=changed or [])


def _move(form: ThemeMoveForm, anchor: ThemeAnchor, day: date, changed: list[Changed] | None = None) -> str:
    return render_template(
        "theme_calendar/move.html",
        form=form,
        anchor=anchor,
        day=day,
        moved=keeping.moved(anchor, day),
        hangs_on=hangs_on,
        changed=changed or [],
    )


def _done(said: str, day: date | None = None) -> Response:
    """Back to the list, to the year in whose weeks *day* lies."""
    db.session.commit()
    flash(said)
    return redirect(url_for("theme_calendar.year", year=day and day.isocalendar().year), 303)
