"""The rows page: which figure, which filters the address asks for, and in which shape the rows stand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import request

from ..activities.models import ActivityState, Theme, ThemeField
from ..database import db
from ..errors import N_, BadInput
from ..places import queries as places
from ..places.models import Place, PlaceKind
from ..reports import contests, duty, rows, standing
from ..reports.definitions import ATTENDED, CONTESTS, DUTY, FRONTLINE, PLACES, SIGNED, VISITED, WEEKS, Figure
from ..reports.periods import Period
from ..reports.rows import Listing, Query, listing, sliced
from ..reports.scope import Scope
from ..teams import queries as teams
from ..teams.models import Team, TeamKind
from ..words import word
from .filters import chosen
from .report_tables import NONE

T = TypeVar("T")

STATES = {Figure.HELD: (ActivityState.HELD,), Figure.CANCELLED: (ActivityState.CANCELLED,)}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for beside figure and period."""

    team: Team | None = None
    without_team: bool = False
    kind: TeamKind | None = None
    theme: Theme | None = None
    field: ThemeField | None = None
    place: Place | None = None
    directly: bool = False
    named: tuple[str, ...] = ()
    """The filters in words."""

    @property
    def subdistrict(self) -> Place | None:
        """The sub-district which a team or a place says by itself."""
        if self.team:
            return self.team.subdistrict
        inside = self.place and next((it for it in (*places.above(self.place), self.place) if _is_office(it)), None)
        return inside or None

    def scope(self, subdistrict: Place, period: Period, figure: Figure) -> Scope:
        """The activities which *figure* counts under these filters."""
        return Scope(
            subdistrict.id,
            period,
            team_id=self.team.id if self.team else None,
            without_team=self.without_team,
            kind=self.kind,
            theme_id=self.theme.id if self.theme else None,
            field=self.field,
            place=self.place,
            directly=self.directly,
            service=figure is Figure.SERVICE_MINUTES,
            **({"states": STATES[figure]} if figure in STATES else {}),
        )


@dataclass(frozen=True, slots=True)
class Shape:
    """Rows of one shape: how the template draws them, and what they can be sorted by."""

    name: str
    rows: Query | Sequence[Any]
    """A query, or rows that no query gives."""
    orders: tuple[str, ...]
    default: str

    def listing(self, *, order: str, limit: int, offset: int) -> Listing:
        """Some rows in order, and the sum over all."""
        if isinstance(self.rows, Sequence):
            return sliced(self.rows, order=order, limit=limit, offset=offset)
        return listing(self.rows, order=order, limit=limit, offset=offset)


def figure() -> Figure:
    """The figure asked for.

    Raises:
        BadInput: there is no such figure.
    """
    found = chosen(Figure, "figure")
    if found is None:
        raise BadInput(N_("This address names no figure. Open the rows from the page of figures."))
    return found


def filters() -> Filters:
    """The filters asked for.

    Raises:
        BadInput: there is no such team, place or theme.
    """
    asked = request.args
    team = _found("team", teams.by_slug)
    place = _found("place", places.by_slug)
    theme = _found("theme", _theme)
    kind, of_field = chosen(TeamKind, "kind"), chosen(ThemeField, "field")
    named = (
        team and team.name,
        kind and word(kind),
        of_field and word(of_field),
        theme and theme.name,
        place and place.name,
    )
    return Filters(
        team=team,
        without_team=asked.get("team") == NONE,
        kind=kind,
        theme=theme,
        field=of_field,
        place=place,
        directly=asked.get("directly") == "1",
        named=tuple(name for name in named if name),
    )


def of(figure: Figure, scope: Scope, *, kind: TeamKind | None, names: bool) -> Shape | None:
    """The rows of *figure* in their shape; None where they are people and *names* may not be shown.

    Args:
        kind: the kind of teams, for figures of teams.
        names: whether whoever asks works for the office whose rows they are.
    """
    subdistrict_id, day = scope.subdistrict_id or 0, scope.period.last
    if figure in FRONTLINE or figure in DUTY:
        return _of_duty(figure, subdistrict_id, scope.period, names=names)
    if figure is Figure.ENTRIES:
        query = contests.entry_rows(subdistrict_id, scope.period)
        return Shape("entries", query, ("name", "round", "place", "entered_on"), "round")
    if figure in CONTESTS:
        lines = contests.round_lines(subdistrict_id, scope.period, figure)
        return Shape("rounds", lines, ("closed_on", "name", "entries", "votes", "participants"), "-closed_on")
    if figure in PLACES:
        return Shape(
            "places", standing.places(subdistrict_id, day, figure), ("place", "around", "households"), "around"
        )
    if figure is Figure.IDLE_TEAMS:
        query = standing.idle_teams(subdistrict_id, scope.period)
        return Shape("idle", query, ("team", "place", "last_held_at"), "last_held_at")
    if figure is Figure.TEAMS or (figure is Figure.MEMBERSHIPS and not names):
        query = standing.teams(subdistrict_id, day, figure, kind)
        return Shape("teams", query, ("team", "place", "members"), "team")
    if figure in (Figure.PEOPLE, Figure.MEMBERS) and not names:
        return None
    if figure is Figure.MEMBERSHIPS:
        return Shape("memberships", standing.memberships(subdistrict_id, day), ("person", "team", "since"), "team")
    if figure is Figure.MEMBERS:
        return Shape("members", standing.members(subdistrict_id, day), ("person", "teams"), "-teams")
    if figure is Figure.PEOPLE:
        return Shape("people", rows.people(scope), ("person", "attendances", "minutes"), "-attendances")
    if figure in ATTENDED and names:
        query = rows.attendances(scope, figure)
        return Shape("attendances", query, ("starts_at", "theme", "team", "person", "minutes"), "-starts_at")
    if figure in SIGNED and names:
        query = rows.sign_ups(scope, figure)
        return Shape("sign_ups", query, ("starts_at", "theme", "team", "person", "asked_at"), "-starts_at")
    query = rows.activities(scope, figure)
    orders = ("starts_at", "theme", "team", "place", "number", "attendances", "minutes")
    return Shape("activities", query, orders, "-starts_at")


def _of_duty(figure: Figure, subdistrict_id: int, period: Period, *, names: bool) -> Shape | None:
    who = ("person",) if names else ()
    if figure is Figure.ASSIGNMENTS:
        query = duty.assignment_rows(subdistrict_id, period.last, names=names)
        return Shape("assignments", query, ("place", "unit", *who), "place")
    if figure is Figure.FULLY_STAFFED:
        return Shape("staffed", duty.staffed_rows(subdistrict_id, period.last), ("place", "around", "people"), "around")
    if figure in VISITED:
        query = duty.visit_rows(subdistrict_id, period, figure, names=names)
        orders = ("starts_at", "place", "minutes", "problems_solved", "disputes_mediated", *who)
        return Shape("visits", query, orders, "-starts_at")
    if figure in WEEKS:
        lines = duty.week_rows(subdistrict_id, period, figure, names=names)
        return Shape("weeks", lines, ("monday", *(("person", "minutes") if names else ("number",))), "-monday")
    if not names:
        return None
    if figure is Figure.CADRES:
        return Shape("cadres", duty.cadre_rows(subdistrict_id, period), ("person", "visits", "minutes"), "person")
    return Shape("leaves", duty.leave_rows(subdistrict_id, period), ("person", "since", "until"), "-since")


def _found(name: str, find: Callable[[str], T | None]) -> T | None:
    """What the address asks for by *name*; None where it asks for nothing."""
    asked = request.args.get(name, "")
    if asked in ("", NONE):
        return None
    found = find(asked)
    if found is None:
        raise BadInput(N_("What this address asks for isn't there any more. Open the rows from the page of figures."))
    return found


def _theme(text: str) -> Theme | None:
    return db.session.get(Theme, int(text)) if text.isdecimal() and len(text) < 10 else None


def _is_office(place: Place) -> bool:
    return place.kind is PlaceKind.SUBDISTRICT
