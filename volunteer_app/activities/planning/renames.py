"""Places, teams and themes that calendars show: changing one revises the events that show it, and raises stamps.

The stamps of those who showed it before are raised too: a place that something left shows less now.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, select, update

from ...database import db
from ...places import keeping as places
from ...places.models import Place, PlaceKind
from ...teams import keeping as teams
from ...teams.models import Team
from .. import stamps, themes
from ..models import Activity, Theme
from . import changes


def change_place(place: Place, values: Mapping[str, Any], *, by: int | None) -> bool:
    """Change what is said of a place, as ``places.keeping.change``; return whether anything is different now."""
    changed = places.change(place, values, by=by)
    # Every event tells the telephone of its office; every other place is told by its name.
    office = place.kind is PlaceKind.SUBDISTRICT
    if ("telephone" if office else "name") in changed:
        stamps.raise_shown(changes.revise_many(_within(place)) | _showing(place))
    elif changed:
        stamps.raise_shown(_showing(place))
    return bool(changed)


def move_place(place: Place, parent: Place, *, by: int | None) -> bool:
    """Move a place with everything in it, as ``places.keeping.move``; return whether it lay elsewhere."""
    before = _showing(place)
    if not places.move(place, parent, by=by):
        return False
    stamps.raise_shown(before | changes.revise_many(_within(place)) | _showing(place))
    return True


def change_team(team: Team, values: Mapping[str, Any], *, by: int | None) -> bool:
    """Change a team, as ``teams.keeping.change``; its activities go along to another place."""
    before = team.place.path
    changed = teams.change(team, values, by=by)
    around = stamps.subjects([before, team.place.path], team_ids=[team.id])
    if "place_id" in changed:
        along = update(Activity).where(Activity.team_id == team.id).values(place_id=team.place_id)
        db.session.execute(along.execution_options(synchronize_session=False))
    if changed.keys() & {"name", "kind", "place_id"}:
        stamps.raise_shown(around | changes.revise_many(Activity.team_id == team.id))
    elif changed:
        stamps.raise_counted(around)
    return bool(changed)


def change_theme(theme: Theme, values: Mapping[str, Any], *, by: int | None) -> bool:
    """Change a theme, as ``themes.change``; return whether anything is different now."""
    changed = themes.change(theme, values, by=by)
    if changed:
        stamps.raise_shown(changes.revise_many(Activity.theme_id == theme.id))
    return bool(changed)


def team_counted(team: Team) -> None:
    """A team has other members, or another day on which it ends: the pages that count it are written anew."""
    stamps.raise_counted(stamps.subjects([team.place.path], team_ids=[team.id]))


def _within(place: Place) -> ColumnElement[bool]:
    """Activities of a place and of what lies in it, or at a venue in it."""
    inside = select(Place.id).where(Place.path.startswith(place.path)).correlate(None)
    return Activity.place_id.in_(inside) | Activity.venue_id.in_(inside)


def _showing(place: Place) -> set[str]:
    """Whose pages and feeds name a place: its own, those of what lies in it and around it, and of its teams."""
    paths = db.session.scalars(select(Place.path).where(Place.path.startswith(place.path))).all()
    team_ids = db.session.scalars(select(Team.id).join(Team.place).where(Place.path.startswith(place.path))).all()
    return stamps.subjects(paths, team_ids=team_ids)
