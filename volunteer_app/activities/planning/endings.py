"""Retiring a place and dissolving a team: refused while something hangs on it, which a page names."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from ... import clock
from ...database import db
from ...errors import N_, Refused
from ...places import keeping as places
from ...places.models import Place
from ...teams import keeping as teams
from ...teams.models import Team
from .. import stamps
from ..models import Activity, ActivityState

COMING = (ActivityState.DRAFT, ActivityState.PUBLISHED)
"""States of an activity that is still to be held."""


@dataclass(frozen=True, slots=True)
class Hanging:
    """What hangs on a place or a team after a day."""

    teams: list[Team]
    activities: list[Activity]

    def __bool__(self) -> bool:
        return bool(self.teams or self.activities)


def on_place(place: Place, last_day: date) -> Hanging:
    """The teams that are there after *last_day* and live in *place* or meet there, and the activities to come."""
    inside = select(Place.id).where(Place.path.startswith(place.path)).correlate(None)
    living = select(Team).where(
        or_(Team.dissolved.is_(None), Team.dissolved > last_day + timedelta(days=1)),
        Team.place_id.in_(inside) | Team.venue_id.in_(inside),
    )
    return Hanging(
        list(db.session.scalars(living.order_by(Team.id))),
        _to_come(last_day, Activity.place_id.in_(inside) | Activity.venue_id.in_(inside)),
    )


def on_team(team: Team, last_day: date) -> Hanging:
    """The activities of *team* that begin after *last_day*."""
    return Hanging([], _to_come(last_day, Activity.team_id == team.id))


def retire_place(place: Place, last_day: date, *, by: int | None) -> None:
    """Let a place end, as ``places.keeping.retire``.

    Raises:
        Refused: teams or coming activities hang on it, or a whole office stands on it.
    """
    places.hold(place)
    if on_place(place, last_day):
        raise Refused(N_("Teams or coming activities still need %(place)s."), place=place.name)
    places.retire(place, last_day, by=by)
    stamps.raise_counted(stamps.subjects([place.path], team_ids=[]))


def dissolve_team(team: Team, last_day: date, *, by: int | None) -> None:
    """Let a team end, as ``teams.keeping.dissolve``.

    Raises:
        Refused: it has activities to come; they are cancelled first.
    """
    teams.hold(team)
    if on_team(team, last_day):
        raise Refused(N_("%(team)s has activities to come: cancel them first."), team=team.name)
    teams.dissolve(team, last_day, by=by)
    stamps.raise_counted(stamps.subjects([team.place.path], team_ids=[team.id]))


def _to_come(last_day: date, which: ColumnElement[bool]) -> list[Activity]:
    after = clock.midnight(last_day + timedelta(days=1))
    query = (
        select(Activity)
        .join(Activity.theme)
        .options(contains_eager(Activity.theme), joinedload(Activity.team))
        .where(which, Activity.starts_at >= max(after, clock.now()), Activity.state.in_(COMING))
    )
    return list(db.session.scalars(query.order_by(Activity.starts_at, Activity.id)))
