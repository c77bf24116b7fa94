"""Places: the list of compounds, a place's public page, and the week sheet to print."""

from collections import defaultdict
from datetime import date

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext

from .. import clock
from ..activities import queries as activities
from ..activities.queries import TAKING_PLACE, Listed, Wanted
from ..clock import Week
from ..contests.outcome import awards
from ..contests.role_models import queries as role_models
from ..duty import assignments
from ..people.roles import is_administrator, keeps
from ..places import queries
from ..places.keeping import BELOW, is_there
from ..places.models import Management, Place, PlaceKind
from ..teams import queries as teams
from ..words import word
from ..workdays import Workdays
from . import office
from .access import public
from .filters import chosen, community_choices, order, paged, words_typed
from .place_desk import may_end
from .session import signed_in

pages = Blueprint("places", __name__)

HONOURED = (PlaceKind.BUILDING, PlaceKind.COMPOUND)
"""Places whose pages show what was won there."""
COMING = 8
"""How many coming activities a place's page shows."""


@pages.get("/places/")
@public
def index() -> str:
    """All compounds of the office: searched, filtered, sorted, paged."""
    place = office.present()
    if place is None:
        return render_template("places/index.html", page=None, may_add=is_administrator(signed_in()))
    communities = queries.communities(place)
    community = next((it for it in communities if it.slug == request.args.get("community")), None)
    sorted_by = order(queries.ORDERS, "community")
    page = paged(
        queries.compounds(
            place,
            on=clock.today(),
            community=community,
            management=chosen(Management, "management"),
            words=words_typed(),
            order=sorted_by,
        )
    )
    return render_template(
        "places/index.html",
        page=page,
        order=sorted_by,
        buildings=queries.building_counts([it.id for it in page.rows], on=clock.today()),
        communities=community_choices(place),
        managements=[(None, gettext("All"), ""), *((it.value, word(it), "") for it in Management)],
        community=community,
        may_add=keeps(signed_in(), place),
    )


@pages.get("/places/<slug>")
@public
def show(slug: str) -> str:
    """One place: what it is, what lies in it, its teams, what comes next, and its calendar."""
    place = _place(slug)
    now = clock.now()
    today = clock.today()
    may_keep = keeps(signed_in(), place)
    inner = queries.children(place)
    found = (
        teams.Wanted(subdistrict_id=place.subdistrict_id, within=place)
        if place.subdistrict_id and place.kind not in (PlaceKind.VENUE, PlaceKind.SUBDISTRICT)
        else None
    )
    return render_template(
        "places/show.html",
        place=place,
        above=queries.above(place),
        inner={kind: [it for it in inner if it.kind is kind and is_there(it, today)] for kind in PlaceKind},
        there=is_there(place, today),
        may_keep=may_keep,
        may_end=may_end(place),
        gone=[it for it in inner if not is_there(it, today)] if may_keep else [],
        below=BELOW.get(place.kind, ()) if may_keep else (),
        teams=teams.listed(found, on=today) if found else [],
        forces=assignments.public(place, on=today) if place.kind is PlaceKind.COMPOUND else [],
        coming=activities.listed(Wanted(within=place, ends_after=now), at=now, limit=COMING),
        awards=awards.of_place(place) if place.kind in HONOURED else [],
        role_models=role_models.of_place(place) if place.kind in HONOURED else [],
        shown_name=role_models.shown_name,
    )


@pages.get("/places/<slug>/week")
@public
def week_sheet(slug: str) -> str:
    """The week of a place on paper: A4, up to 30 activities on one page."""
    place = _place(slug)
    shown = Week.parse(request.args["week"]) if request.args.get("week") else Week.this()
    wanted = Wanted(
        within=place,
        since=shown.starts_at,
        until=shown.ends_at,
        states=TAKING_PLACE,
    )
    rows = activities.listed(wanted, at=clock.now())
    by_day: dict[date, list[Listed]] = defaultdict(list)
    for row in rows:
        by_day[row.day].append(row)
    workdays = Workdays.current()
    return render_template(
        "print/week_sheet.html",
        place=place,
        week=shown,
        days=[(day, workdays.special(day), by_day[day]) for day in shown.days],
        total=len(rows),
        previous=shown.shifted(-1),
        following=shown.shifted(1),
    )


def _place(slug: str) -> Place:
    place = queries.by_slug(slug)
    if place is None:
        abort(404)
    subdistrict = next((it for it in queries.above(place) if it.kind is PlaceKind.SUBDISTRICT), None)
    if place.kind is PlaceKind.SUBDISTRICT or subdistrict:
        office.show(subdistrict or place)
    return place
