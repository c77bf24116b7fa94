"""The planning desk: a week of all teams at a glance, with what clashes; printed; and its drafts published at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from ..activities.models import ActivityState
from ..activities.planning import board, drafts
from ..activities.planning.board import Cell, Row
from ..activities.year import calendar
from ..clock import Week
from ..database import db
from ..people.roles import scope
from ..places.models import Place, PlaceKind
from ..places.queries import by_slug
from ..teams.models import TeamKind
from ..words import say
from ..workdays import Special, Workdays
from .access import member, require
from .addresses import asked
from .filters import chosen, community_choices, kind_choices
from .forms.publications import ChosenForm
from .running import own_activities, own_office
from .session import actor

pages = Blueprint("planning_desk", __name__, url_prefix="/planning")


class Show(StrEnum):
    """Which rows of the desk."""

    CLASHES = "clashes"
    EMPTY = "empty"
    DRAFTS = "drafts"


HAVING: dict[Show, Callable[[Row], bool]] = {
    Show.CLASHES: lambda row: bool(row.clashes),
    Show.EMPTY: lambda row: row.empty,
    Show.DRAFTS: lambda row: bool(row.drafts),
}


@dataclass(frozen=True)
class Day:
    """The heading of a day."""

    day: date
    special: Special | None
    activities: int
    """How many take place on it, as far as the rows shown go."""


@pages.get("/")
@member
def week() -> str:
    """The week of all teams that the account plans for."""
    place, shown = _place(), asked_week()
    every = _rows(place, shown)
    show = chosen(Show, "show")
    rows = _showing(every, show)
    return render_template(
        "planning_desk/week.html",
        week=shown,
        previous=shown.shifted(-1),
        following=shown.shifted(1),
        this=Week.this(),
        rows=rows,
        days=_days(rows, shown),
        by_time=[sorted(_pairs(rows, n), key=lambda it: it[1].starts_at) for n in range(7)],
        idle=[row for row in rows if row.empty and not row.cells],
        themes=calendar.of_weeks(place, shown, shown)[shown] if place else [],
        counts={it: len(_showing(every, it)) for it in (None, *Show)},
        clashing=sum(row.clashes for row in every),
        drafts=sum(len(row.drafts) for row in every),
        show=show,
        keep=asked(),
        communities=community_choices(place),
        kinds=kind_choices(),
    )


@pages.get("/print")
@member
def sheet() -> str:
    """The same on paper: A3 across."""
    place, shown = _place(), asked_week()
    rows = _showing(_rows(place, shown), chosen(Show, "show"))
    return render_template(
        "print/planning_desk.html",
        week=shown,
        previous=shown.shifted(-1),
        following=shown.shifted(1),
        rows=rows,
        days=_days(rows, shown),
        keep=asked(),
    )


@pages.get("/publication")
@member
def publication() -> str:
    """The week's drafts, all ticked, before they are shown to everyone."""
    rows = [row for row in rows_of_week() if row.drafts]
    return render_template("planning_desk/publication.html", rows=rows, keep=asked())


@pages.post("/publication")
@member
def publish() -> Response:
    """Show the ticked drafts to everyone; those which can't be stay drafts."""
    form = ChosenForm()
    require(bool(scope(actor())))
    ticked = own_activities(set(form.activity.data or ()) if form.validate_on_submit() else set())
    # Sent twice, the second finds them published already.
    refused = drafts.publish_many([it for it in ticked if it.state is ActivityState.DRAFT], by=actor().id)
    db.session.commit()
    published = len(ticked) - len(refused)
    if published:
        flash(ngettext("%(num)d activity is published.", "%(num)d activities are published.", published))
    for problem in refused:
        flash(say(problem), "failed")
    if not ticked:
        flash(gettext("Tick the drafts that you want to publish."), "failed")
    back: dict[str, Any] = {**asked()}
    return redirect(url_for("planning_desk.week", **back), 303)


def _place() -> Place | None:
    """The office whose desk it is; None while the database has none."""
    reach = scope(actor())
    require(bool(reach))
    return own_office(reach)


def asked_week() -> Week:
    """The week of the address; this one where it names none."""
    return Week.parse(request.args["week"]) if request.args.get("week") else Week.this()


def rows_of_week() -> list[Row]:
    """The rows of the address: its week, community and kind."""
    return _rows(_place(), asked_week())


def _rows(place: Place | None, shown: Week) -> list[Row]:
    """The rows of the community and the kind asked for; clashes with others are found all the same."""
    if place is None:
        return []
    rows = board.of_week(shown, place, scope(actor()))
    within = by_slug(request.args["community"]) if request.args.get("community") else None
    if within and within.kind is PlaceKind.COMMUNITY and within.subdistrict_id == place.id:
        rows = [row for row in rows if row.place_path.startswith(within.path)]
    if kind := chosen(TeamKind, "kind"):
        rows = [row for row in rows if row.team and row.team.kind is kind]
    return rows


def _showing(rows: list[Row], show: Show | None) -> list[Row]:
    return [row for row in rows if HAVING[show](row)] if show else rows


def _pairs(rows: list[Row], n: int) -> list[tuple[Row, Cell]]:
    return [(row, cell) for row in rows for cell in row.days[n]]


def _days(rows: list[Row], shown: Week) -> list[Day]:
    workdays = Workdays.current()
    taking_place = [sum(cell.state is not ActivityState.CANCELLED for _row, cell in _pairs(rows, n)) for n in range(7)]
    return [Day(day, workdays.special(day), taking_place[n]) for n, day in enumerate(shown.days)]
