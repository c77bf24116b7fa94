"""A month of a place or a team at a glance, on the screen and on paper."""

from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, abort, render_template, request, url_for
from werkzeug.wrappers import Response

from .. import clock
from ..activities import queries as activities
from ..activities import stamps
from ..activities.queries import Listed, Wanted
from ..clock import Month
from ..places import queries as places
from ..places.models import PlaceKind
from ..teams import queries as teams
from ..workdays import Special, Workdays
from . import office
from .access import public
from .kept import kept

pages = Blueprint("months", __name__)


@dataclass(frozen=True)
class Day:
    """One day of the month."""

    day: date
    special: Special | None
    rows: list[Listed]


@pages.get("/places/<slug>/month")
@public
def place(slug: str) -> Response:
    """The month of a place with all that lies in it."""
    found = places.by_slug(slug)
    if found is None:
        abort(404)
    if around := next((it for it in (*places.above(found), found) if it.kind is PlaceKind.SUBDISTRICT), None):
        office.show(around)
    back = url_for("places.show", slug=slug)
    return _month(Wanted(within=found), found.name, back, ("place", found.id, stamps.of_place(found)))


@pages.get("/teams/<slug>/month")
@public
def team(slug: str) -> Response:
    """The month of a team."""
    found = teams.by_slug(slug)
    if found is None:
        abort(404)
    office.show(found.subdistrict)
    back = url_for("teams.show", slug=slug)
    return _month(Wanted(team_id=found.id), found.name, back, ("team", found.id, stamps.of_team(found.id)))


def _month(wanted: Wanted, name: str, back: str, key: Hashable) -> Response:
    month = Month.parse(request.args["month"]) if request.args.get("month") else Month.of(clock.today())

    def render() -> str:
        since, until = clock.midnight(month.first), clock.midnight(month.shifted(1).first)
        rows = activities.listed(
            Wanted(within=wanted.within, team_id=wanted.team_id, since=since, until=until), at=clock.now()
        )
        workdays = Workdays.current()
        by_day: dict[date, list[Listed]] = defaultdict(list)
        for row in rows:
            by_day[row.day].append(row)
        return render_template(
            "months/show.html",
            name=name,
            back=back,
            month=month,
            days=[Day(day, workdays.special(day), by_day[day]) for day in month.days],
            total=len(rows),
            of_team=wanted.team_id is not None,
            previous=month.shifted(-1),
            following=month.shifted(1),
        )

    return kept((key, month), render)
