"""Participation (参加情况): the counts of a period by team, kind, theme, field, place and week.

One pass: each activity and each attendance of the period is read once, and people are told apart by sets.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Generic, TypeVar

from sqlalchemy import Result, case, func, select

from .. import clock
from ..activities.minutes import is_service, minutes_given
from ..activities.models import Activity, Attendance, Shift, SignUp, Theme, ThemeField
from ..clock import Week
from ..database import db
from ..places.models import Place, PlaceKind
from ..teams.models import Team, TeamKind
from ..teams.queries import there
from .counts import Count
from .definitions import SIGNED
from .periods import Period, weeks_between
from .scope import Scope, conditions
from .signing import signed, walk_in
from .tallies import NOBODY, Came, Tally


@dataclass(frozen=True, slots=True)
class TeamName:
    """A team in a table."""

    id: int
    name: str
    slug: str
    kind: TeamKind


@dataclass(frozen=True, slots=True)
class ThemeName:
    """A theme in a table."""

    id: int
    name: str
    field: ThemeField


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A place in a table; *directly* where only what belongs to itself is counted, not what lies within it."""

    id: int
    name: str
    slug: str
    kind: PlaceKind
    directly: bool = False


T = TypeVar("T")
N = TypeVar("N", TeamName | None, ThemeName, PlaceName)


@dataclass(frozen=True, slots=True)
class Line(Generic[T]):
    """A line of a table: whose count it is, and the count."""

    of: T
    count: Count


@dataclass(frozen=True, slots=True)
class Participation:
    """The counts of a period. The lines of each table add up to the total, but for people: they are told apart anew.

    Lines of teams, themes and places stand by attendances, then by name in code-point order; weeks in order of time.
    """

    total: Count
    teams: list[Line[TeamName | None]]
    """Also teams that planned nothing; None for activities which a place holds without a team."""
    kinds: list[Line[TeamKind | None]]
    themes: list[Line[ThemeName]]
    fields: list[Line[ThemeField]]
    communities: list[Line[PlaceName]]
    compounds: list[Line[PlaceName]]
    weeks: list[Line[Week]]
    """Without a gap from the first week with an activity to the last; a week counts its days in the period."""


def participation(subdistrict_id: int, period: Period) -> Participation:
    """Count a sub-district's period in every direction: six queries, whatever the number of rows."""
    scope = Scope(subdistrict_id, period)
    teams, there = _teams(subdistrict_id, period.last)
    themes = _themes(subdistrict_id)
    places = _places(subdistrict_id)
    total = Tally()
    by_team: dict[int | None, Tally] = {team_id: Tally() for team_id in there}
    by_kind: dict[TeamKind | None, Tally] = defaultdict(Tally)
    by_theme: dict[int, Tally] = defaultdict(Tally)
    by_field: dict[ThemeField, Tally] = defaultdict(Tally)
    by_community: dict[PlaceName, Tally] = defaultdict(Tally)
    by_compound: dict[PlaceName, Tally] = defaultdict(Tally)
    by_week: dict[Week, Tally] = defaultdict(Tally)
    came, signed_up = _attended(scope), _signed_up(scope)
    for activity in _activities(scope):
        community, compound = _around(activity.path, places)
        for tally in (
            total,
            by_team.setdefault(activity.team_id, Tally()),
            by_kind[teams[activity.team_id].kind if activity.team_id else None],
            by_theme[activity.theme_id],
            by_field[themes[activity.theme_id].field],
            by_community[community],
            by_compound[compound],
            by_week[Week.of(clock.local(activity.starts_at).date())],
        ):
            tally.add(activity, came.get(activity.id, NOBODY), signed_up.get(activity.id))
    return Participation(
        total=total.count(),
        teams=_ranked(((teams[key] if key else None, tally) for key, tally in by_team.items())),
        kinds=[Line(kind, by_kind[kind].count()) for kind in (*TeamKind, None) if kind in by_kind],
        themes=_ranked((themes[key], tally) for key, tally in by_theme.items()),
        fields=[Line(field, by_field[field].count()) for field in ThemeField if field in by_field],
        communities=_ranked(by_community.items()),
        compounds=_ranked(by_compound.items()),
        weeks=[Line(week, by_week[week].count()) for week in weeks_between(min(by_week), max(by_week))]
        if by_week
        else [],
    )


def _activities(scope: Scope) -> Result[Any]:
    return db.session.execute(
        select(
            Activity.id,
            Activity.team_id,
            Activity.theme_id,
            Activity.state,
            Activity.starts_at,
            Activity.headcount,
            Place.path,
        )
        .join(Place, Activity.place_id == Place.id)
        .where(*conditions(scope))
    )


def _attended(scope: Scope) -> dict[int, Came]:
    """Who came to each activity that anybody came to."""
    came: dict[int, Came] = defaultdict(Came)
    service = case((is_service(), minutes_given()), else_=0)
    columns = Attendance.activity_id, Attendance.person_id, minutes_given(), service, case((walk_in(), 1), else_=0)
    for activity_id, person_id, given, as_service, unexpected in db.session.execute(
        select(*columns).join(Activity, Attendance.activity_id == Activity.id).where(*conditions(scope))
    ):
        found = came[activity_id]
        found.people.append(person_id)
        found.minutes += given
        found.service_minutes += as_service
        found.walk_ins += unexpected
    return came


def _signed_up(scope: Scope) -> dict[int, Any]:
    """For each activity that anybody signed up for the numbers of sign-ups."""
    rows = db.session.execute(
        select(Activity.id, *(func.count(case((signed(figure), 1))).label(figure.value) for figure in SIGNED))
        .join(Shift, Shift.activity_id == Activity.id)
        .join(SignUp, SignUp.shift_id == Shift.id)
        .where(*conditions(scope))
        .group_by(Activity.id)
    )
    return {row.id: row for row in rows}


def _teams(subdistrict_id: int, day: date) -> tuple[dict[int, TeamName], list[int]]:
    """All teams there ever were, and the ids of those there on *day*."""
    rows = db.session.execute(
        select(Team.id, Team.name, Team.slug, Team.kind, case((there(day), 1), else_=0).label("present")).where(
            Team.subdistrict_id == subdistrict_id
        )
    ).all()
    teams = {row.id: TeamName(row.id, row.name, row.slug, row.kind) for row in rows}
    return teams, [row.id for row in rows if row.present]


def _themes(subdistrict_id: int) -> dict[int, ThemeName]:
    rows = db.session.execute(select(Theme.id, Theme.name, Theme.field).where(Theme.subdistrict_id == subdistrict_id))
    return {row.id: ThemeName(row.id, row.name, row.field) for row in rows}


def _places(subdistrict_id: int) -> dict[int, PlaceName]:
    rows = db.session.execute(
        select(Place.id, Place.name, Place.slug, Place.kind).where(
            Place.subdistrict_id == subdistrict_id,
            Place.kind.in_((PlaceKind.SUBDISTRICT, PlaceKind.COMMUNITY, PlaceKind.COMPOUND)),
        )
    )
    return {row.id: PlaceName(row.id, row.name, row.slug, row.kind) for row in rows}


def _around(path: str, places: dict[int, PlaceName]) -> tuple[PlaceName, PlaceName]:
    """The community and the compound around a place, given its path.

    What a sub-district holds itself lies in no community, and what a community holds itself in no compound: these
    stand in a line of their own, so that the lines add up.
    """
    inside = [places[int(part)] for part in path.strip("/").split("/") if int(part) in places]
    by_kind = {place.kind: place for place in inside}
    innermost = replace(inside[-1], directly=True)
    return by_kind.get(PlaceKind.COMMUNITY, innermost), by_kind.get(PlaceKind.COMPOUND, innermost)


def _ranked(tallies: Iterable[tuple[N, Tally]]) -> list[Line[N]]:
    lines = [Line(of, tally.count()) for of, tally in tallies]
    return sorted(lines, key=lambda line: (-line.count.attendances, line.of.name if line.of else ""))
