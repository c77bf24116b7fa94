"""The theme calendar of a year: which week has which theme, and on which day it falls."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from .. import clock
from ..activities.year import calendar, keeping
from ..activities.year.models import AnchorKind, ThemeAnchor
from ..database import db
from ..people.roles import OFFICE, scope
from ..places.models import Place
from . import dates, office
from .access import public, require, staff
from .forms.fields import number
from .running import own_office
from .session import actor, signed_in

pages = Blueprint("theme_calendar", __name__, url_prefix="/themes/calendar")

EARLIEST, LATEST = 2000, 2100
"""Years for which the moon and the sun are known."""
NTH = {1: _l("First"), 2: _l("Second"), 3: _l("Third"), 4: _l("Fourth"), -1: _l("Last")}
TERMS = (
    *(_l("Minor Cold"), _l("Major Cold"), _l("Start of Spring"), _l("Rain Water"), _l("Awakening of Insects")),
    *(_l("Spring Equinox"), _l("Pure Brightness"), _l("Grain Rain"), _l("Start of Summer"), _l("Grain Buds")),
    *(_l("Grain in Ear"), _l("Summer Solstice"), _l("Minor Heat"), _l("Major Heat"), _l("Start of Autumn")),
    *(_l("End of Heat"), _l("White Dew"), _l("Autumn Equinox"), _l("Cold Dew"), _l("Frost's Descent")),
    *(_l("Start of Winter"), _l("Minor Snow"), _l("Major Snow"), _l("Winter Solstice")),
)
"""节气, in the order of the year."""


@pages.get("")
@public
def year() -> str:
    """The weeks of a year with their themes; the office turns them off and on."""
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
        days=calendar.of_year(place, shown) if place else [],
        hangs_on=hangs_on,
        keeps=keeps,
        off=keeping.turned_off(place) if place and keeps else [],
    )


@pages.post("/defaults")
@staff
def take_over() -> Response:
    """Give the office the themes of a year that it doesn't have yet."""
    entered = keeping.enter_defaults(_own(), by=actor().id)
    db.session.commit()
    flash(ngettext("%(num)d theme is taken over.", "%(num)d themes are taken over.", entered))
    return redirect(url_for("theme_calendar.year"), 303)


@pages.post("/<int(max=2147483647):anchor_id>/state")
@staff
def turn(anchor_id: int) -> Response:
    """Turn a theme off, or on again."""
    anchor = db.session.get(ThemeAnchor, anchor_id)
    if anchor is None:
        abort(404)
    require(scope(actor(), OFFICE).holds(db.session.get_one(Place, anchor.subdistrict_id).path))
    off = "off" in request.form
    keeping.turn(anchor, off=off, by=actor().id)
    db.session.commit()
    name = anchor.theme.name
    flash(gettext("%(theme)s is turned off.", theme=name) if off else gettext("%(theme)s is on again.", theme=name))
    return redirect(url_for("theme_calendar.year"), 303)


def hangs_on(anchor: ThemeAnchor) -> str:
    """What a theme's day hangs on, in words."""
    match anchor:
        case ThemeAnchor(kind=AnchorKind.WEEKDAY, month=int(month), nth=int(nth), weekday=int(weekday)):
            return gettext(
                "%(nth)s %(weekday)s of %(month)s",
                nth=str(NTH[nth]),
                weekday=dates.weekday_named(weekday),
                month=dates.month_named(month),
            )
        case ThemeAnchor(kind=AnchorKind.LUNAR, month=int(month), day=int(day)):
            return gettext("day %(day)d of lunar month %(month)d", month=month, day=day)
        case ThemeAnchor(kind=AnchorKind.TERM, term=int(term)):
            return str(TERMS[term])
        case ThemeAnchor(kind=AnchorKind.SPARE):
            return gettext("for weeks without a theme of their own")
    return ""


def _own() -> Place:
    reach = scope(actor(), OFFICE)
    require(bool(reach))
    place = own_office(reach)
    if place is None:
        abort(404)
    return place
