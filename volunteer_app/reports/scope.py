"""Scope: which activities a figure counts, in one place for the figure and for the rows behind it.

Activities and attendances are counted over a period; places and teams as at its last day.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, select

from ..activities.models import Activity, ActivityState, Theme, ThemeField
from ..activities.queries import PUBLIC
from ..places.models import Place, PlaceKind
from ..places.queries import there
from ..teams.models import Team, TeamKind
from .periods import Period


@dataclass(frozen=True, slots=True)
class Scope:
    """What is counted: a sub-district and a period, and of those only what the further filters let through.

    Activities that were published count as planned whatever became of them; drafts are not planned yet [facts].
    """

    subdistrict_id: int | None
    """None only where a team says it already."""
    period: Period
    states: tuple[ActivityState, ...] = PUBLIC
    team_id: int | None = None
    without_team: bool = False
    """Only what a place holds itself, without a team."""
    kind: TeamKind | None = None
    theme_id: int | None = None
    field: ThemeField | None = None
    place: Place | None = None
    """Only what belongs to this place or lies within it."""
    directly: bool = False
    """Of the place only what belongs to itself, not to what lies within it."""
    service: bool = False
    """Only activities that count as volunteering."""


def conditions(scope: Scope) -> list[ColumnElement[bool]]:
    """*scope* in SQL, over the columns of Activity alone: whatever else a query joins stays its own business."""
    found = [
        Activity.starts_at >= scope.period.starts_at,
        Activity.starts_at < scope.period.ends_at,
        Activity.state.in_(scope.states),
    ]
    if scope.subdistrict_id is not None:
        found.append(Activity.subdistrict_id == scope.subdistrict_id)
    if scope.team_id is not None:
        found.append(Activity.team_id == scope.team_id)
    if scope.without_team:
        found.append(Activity.team_id.is_(None))
    if scope.kind:
        found.append(Activity.team_id.in_(select(Team.id).where(Team.kind == scope.kind)))
    if scope.theme_id is not None:
        found.append(Activity.theme_id == scope.theme_id)
    if scope.field:
        found.append(Activity.theme_id.in_(select(Theme.id).where(Theme.field == scope.field)))
    if scope.place and scope.directly:
        found.append(Activity.place_id == scope.place.id)
    elif scope.place:
        found.append(Activity.place_id.in_(select(Place.id).where(Place.path.startswith(scope.place.path))))
    if scope.service:
        found.append(Activity.counts_as_service.is_(True))
    return found


def compounds_there(subdistrict_id: int, day: date) -> Select[int]:
    """The ids of the compounds there on *day*: a building counts only where its compound does."""
    return (
        select(Place.id)
        .where(Place.subdistrict_id == subdistrict_id, Place.kind == PlaceKind.COMPOUND, there(day))
        # The query around it reads the same table, and must not lend its row to this one.
        .correlate(None)
    )
