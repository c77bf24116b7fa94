"""Who may hold an activity that an account plans, and what it can be about and where. Reads only."""

from datetime import date

from sqlalchemy import false, or_, select
from sqlalchemy.orm import joinedload

from ...database import by_code_point, db
from ...people.models import Account
from ...people.roles import Scope, scope
from ...places.models import Place, PlaceKind
from ...places.queries import there as place_there
from ...teams.models import Team
from ...teams.queries import there as team_there
from ..models import Theme

HOLDING = (PlaceKind.SUBDISTRICT, PlaceKind.COMMUNITY, PlaceKind.COMPOUND)
"""Places that hold activities of their own, without a team."""


def can_plan(account: Account | None, *, team: Team | None, place: Place) -> bool:
    """Whether *account* may plan activities of *team*, or of *place* alone where it has none."""
    return scope(account).holds(place.path, team_id=team.id if team else None)


def offices(reach: Scope) -> list[Place]:
    """The sub-districts into which somebody's roles reach, the first entered first."""
    query = select(Place).where(Place.kind == PlaceKind.SUBDISTRICT).order_by(Place.id)
    if not reach.everywhere:
        around = {int(part) for path in reach.paths for part in path.strip("/").split("/")}
        of_teams = select(Team.subdistrict_id).where(Team.id.in_(reach.team_ids))
        below = (Place.path.startswith(path) for path in reach.paths)
        query = query.where(or_(Place.id.in_(around), Place.id.in_(of_teams), *below))
    return list(db.session.scalars(query))


def teams(reach: Scope, subdistrict: Place, *, on: date) -> list[Team]:
    """The teams of a sub-district for which activities may be planned, by name."""
    query = (
        select(Team)
        .join(Team.place)
        .where(Team.subdistrict_id == subdistrict.id, team_there(on), reach.matches(Place.path, Team.id))
        .order_by(by_code_point(Team.name), Team.id)
    )
    return list(db.session.scalars(query))


def places(reach: Scope, subdistrict: Place, *, on: date) -> list[Place]:
    """The places of a sub-district that may hold an activity without a team, from the outside in."""
    inside = [Place.path.startswith(path) for path in reach.paths]
    query = select(Place).where(Place.subdistrict_id == subdistrict.id, Place.kind.in_(HOLDING), place_there(on))
    if not reach.everywhere:
        query = query.where(or_(false(), *inside))
    return sorted(db.session.scalars(query), key=lambda it: (HOLDING.index(it.kind), it.id))


def themes(subdistrict: Place, *, on: date, besides: int | None = None) -> list[Theme]:
    """The themes that are offered on a day, and the one with the id *besides*, by field and name."""
    offered = or_(Theme.retired_on.is_(None), Theme.retired_on > on, Theme.id == besides)
    query = select(Theme).where(Theme.subdistrict_id == subdistrict.id, offered)
    return list(db.session.scalars(query.order_by(Theme.field, by_code_point(Theme.name))))


def venues(subdistrict: Place, *, on: date, besides: int | None = None) -> list[Place]:
    """The venues that are there on a day, and the one with the id *besides*, with the place of each, by name."""
    there = or_(place_there(on), Place.id == besides)
    query = (
        select(Place)
        .options(joinedload(Place.parent))
        .where(Place.subdistrict_id == subdistrict.id, Place.kind == PlaceKind.VENUE, there)
    )
    return list(db.session.scalars(query.order_by(by_code_point(Place.name), Place.id)))
