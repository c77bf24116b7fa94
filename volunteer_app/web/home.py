"""The home page: this week and any other, by day, filtered by community, kind and theme."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from .. import clock
from ..activities import queries, stamps
from ..activities.models import ThemeField
from ..activities.offer import OPEN
from ..activities.queries import Listed, Wanted
from ..clock import Week
from ..places.models import Place, PlaceKind
from ..places.queries import by_slug, subdistricts
from ..teams.models import TeamKind
from ..words import word
from ..workdays import Special, Workdays
from . import office
from .access import public
from .filters import chosen, community_choices, field_choices, kind_choices
from .kept import kept, kept_part

pages = Blueprint("home", __name__)

LONG_DAY = 8
"""With more activities than this a day is parted into morning, afternoon and evening."""


@dataclass(frozen=True)
class Day:
    """One day of the week's page."""

    day: date
    special: Special | None
    rows: list[Listed]


@pages.get("/")
@public
def week() -> Response:
    """The week by day. Lists hold no form, so that guests can get a kept page."""
    shown = Week.parse(request.args["week"]) if request.args.get("week") else Week.this()
    place = office.present()
    community = _community(place)
    kind, field = chosen(TeamKind, "kind"), chosen(ThemeField, "theme")
    stamp = stamps.of_place(place) if place else None
    key = (place and place.id, community and community.id, kind, field, shown, stamp)

    def render() -> str:
        days = kept_part(key, lambda: _days(shown, place, community, kind, field))
        return render_template("home/week.html", week=shown, heading=_heading(shown), days=days)

    return kept(key, render)


def _community(place: Place | None) -> Place | None:
    """The community asked for; one of another office, or none at all, filters nothing."""
    asked = by_slug(request.args["community"]) if request.args.get("community") else None
    return asked if asked and place and asked.subdistrict_id == place.id and asked.kind is PlaceKind.COMMUNITY else None


def _days(
    shown: Week, place: Place | None, community: Place | None, kind: TeamKind | None, field: ThemeField | None
) -> str:
    wanted = Wanted(within=community or place, kind=kind, field=field, since=shown.starts_at, until=shown.ends_at)
    rows = queries.listed(wanted, at=clock.now()) if place else []
    workdays = Workdays.current()
    by_day: dict[date, list[Listed]] = defaultdict(list)
    for row in rows:
        by_day[row.day].append(row)
    days = [Day(day, workdays.special(day), by_day[day]) for day in shown.days]
    filters = [community.name if community else "", word(kind) if kind else "", word(field) if field else ""]
    return render_template(
        "home/days.html",
        week=shown,
        heading=_heading(shown),
        is_this=shown == Week.this(),
        previous=shown.shifted(-1),
        following=shown.shifted(1),
        days=days,
        long_day=LONG_DAY,
        specials=any(day.special for day in days),
        total=len(rows),
        open=sum(row.offer.kind in OPEN for row in rows),
        filtered=gettext(", ").join(filter(None, filters)),
        chosen={"community": community and community.slug, "kind": kind, "theme": field},
        offices=[(it.slug, it.name, "") for it in subdistricts()],
        communities=community_choices(place),
        kinds=kind_choices((TeamKind.CULTURAL_GROUP, TeamKind.VOLUNTEER_TEAM)),
        fields=field_choices(),
        sheet=community or place,
        nearest=None if rows or not place else _nearest(place, shown),
    )


def _heading(shown: Week) -> str:
    distance = (shown.monday - Week.this().monday).days // 7
    return {
        -1: gettext("Last week"),
        0: gettext("This week"),
        1: gettext("Next week"),
    }.get(distance) or gettext("Week %(number)d", number=shown.monday.isocalendar().week)


def _nearest(place: Place, shown: Week) -> Week | None:
    """The nearest week with activities: for whoever stands in an empty one."""
    coming = queries.listed(Wanted(within=place, since=shown.ends_at), at=clock.now(), limit=1)
    before = queries.listed(Wanted(within=place, until=shown.starts_at), at=clock.now(), newest_first=True, limit=1)
    return next((Week.of(row.day) for row in (*coming, *before)), None)
