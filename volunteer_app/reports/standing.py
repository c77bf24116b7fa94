"""The rows behind figures of what stands on a day: teams, their members, compounds and buildings."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import and_, func, literal, null, select
from sqlalchemy.orm import aliased

from ..activities.models import Activity, ActivityState
from ..people.models import Person
from ..places.models import Management, Place, PlaceKind
from ..places.queries import there as place_there
from ..teams.models import Membership, Team, TeamKind
from ..teams.queries import belongs, there
from .definitions import Figure
from .periods import Period
from .rows import Query
from .scope import Scope, compounds_there, conditions

MANAGEMENTS = {
    Figure.UNMANAGED: Management.UNMANAGED,
    Figure.OWNERS: Management.OWNERS,
    Figure.PROPERTY: Management.PROPERTY,
}


def teams(subdistrict_id: int, day: date, figure: Figure, kind: TeamKind | None = None) -> Query:
    """Teams there on *day*: each adds one, or its members where *figure* counts memberships."""
    members = select(func.count()).where(Membership.team_id == Team.id, belongs(day)).correlate(Team).scalar_subquery()
    number = members if figure is Figure.MEMBERSHIPS else literal(1)
    query = (
        select(
            Team.id,
            Team.name.label("team"),
            Team.slug.label("team_slug"),
            Team.kind,
            Place.name.label("place"),
            Place.slug.label("place_slug"),
            members.label("members"),
            number.label("number"),
        )
        .join(Place, Team.place_id == Place.id)
        .where(Team.subdistrict_id == subdistrict_id, there(day))
    )
    return query.where(Team.kind == kind) if kind else query


def idle_teams(subdistrict_id: int, period: Period) -> Query:
    """Teams there on the last day which held nothing in the period, with their last activity before it and the last
    one that was called off in it."""
    scope = Scope(subdistrict_id, period)
    held_now = (
        select(Activity.id)
        .where(*conditions(scope), Activity.team_id == Team.id, Activity.state == ActivityState.HELD)
        .correlate(Team)
        .exists()
    )
    last_held_at = (
        select(func.max(Activity.starts_at))
        .where(
            Activity.team_id == Team.id,
            Activity.state == ActivityState.HELD,
            Activity.starts_at < period.starts_at,
        )
        .correlate(Team)
        .scalar_subquery()
    )
    cancelled_at = (
        select(func.max(Activity.starts_at))
        .where(*conditions(scope), Activity.team_id == Team.id, Activity.state == ActivityState.CANCELLED)
        .correlate(Team)
        .scalar_subquery()
    )
    cancelled = aliased(Activity)
    return (
        select(
            Team.id,
            Team.name.label("team"),
            Team.slug.label("team_slug"),
            Team.kind,
            Place.name.label("place"),
            Place.slug.label("place_slug"),
            last_held_at.label("last_held_at"),
            cancelled.starts_at.label("cancelled_at"),
            cancelled.cancel_reason,
            literal(1).label("number"),
        )
        .join(Place, Team.place_id == Place.id)
        # One activity of a team starts at a time, so this finds one row or none.
        .outerjoin(cancelled, and_(cancelled.team_id == Team.id, cancelled.starts_at == cancelled_at))
        .where(Team.subdistrict_id == subdistrict_id, there(period.last), ~held_now)
    )


def memberships(subdistrict_id: int, day: date) -> Query:
    """Members of the teams there on *day*, with names: for the office alone."""
    return _members(
        subdistrict_id,
        day,
        Membership.id,
        Membership.person_id,
        Person.name.label("person"),
        Person.phone,
        Team.name.label("team"),
        Team.slug.label("team_slug"),
        Membership.role,
        Membership.since,
        literal(1).label("number"),
    )


def members(subdistrict_id: int, day: date) -> Query:
    """People in the teams there on *day*, each once: for the office alone."""
    return _members(
        subdistrict_id,
        day,
        Person.id,
        Person.name.label("person"),
        Person.phone,
        func.count().label("teams"),
        literal(1).label("number"),
    ).group_by(Person.id, Person.name, Person.phone)


def places(subdistrict_id: int, day: date, figure: Figure) -> Query:
    """Compounds or buildings there on *day*, with what each adds to *figure*."""
    if figure in (Figure.BUILDINGS, Figure.RENOVATED_BUILDINGS):
        return _buildings(subdistrict_id, day, renovated=figure is Figure.RENOVATED_BUILDINGS)
    parent = aliased(Place)
    households = func.coalesce(Place.households, 0)
    adds: Mapping[Figure, Any] = {
        Figure.HOUSEHOLDS: households,
        Figure.RENOVATED_HOUSEHOLDS: households,
        Figure.RENOVATED_AREA: func.coalesce(Place.area_m2, 0),
    }
    query = (
        select(
            Place.id,
            Place.name.label("place"),
            Place.slug.label("place_slug"),
            parent.name.label("around"),
            parent.slug.label("around_slug"),
            Place.management,
            Place.households,
            Place.area_m2,
            adds.get(figure, literal(1)).label("number"),
        )
        .join(parent, Place.parent_id == parent.id)
        .where(Place.subdistrict_id == subdistrict_id, Place.kind == PlaceKind.COMPOUND, place_there(day))
    )
    if figure in MANAGEMENTS:
        query = query.where(Place.management == MANAGEMENTS[figure])
    if figure in (Figure.RENOVATED_COMPOUNDS, Figure.RENOVATED_HOUSEHOLDS, Figure.RENOVATED_AREA):
        query = query.where(Place.renovated.is_(True))
    return query


def _buildings(subdistrict_id: int, day: date, *, renovated: bool) -> Query:
    compound = aliased(Place)
    query = (
        select(
            Place.id,
            Place.name.label("place"),
            Place.slug.label("place_slug"),
            compound.name.label("around"),
            compound.slug.label("around_slug"),
            null().label("management"),
            Place.households,
            Place.area_m2,
            literal(1).label("number"),
        )
        .join(compound, Place.parent_id == compound.id)
        .where(
            Place.subdistrict_id == subdistrict_id,
            Place.kind == PlaceKind.BUILDING,
            place_there(day),
            Place.parent_id.in_(compounds_there(subdistrict_id, day)),
        )
    )
    return query.where(compound.renovated.is_(True)) if renovated else query


def _members(subdistrict_id: int, day: date, *columns: Any) -> Query:
    return (
        select(*columns)
        .select_from(Membership)
        .join(Team, Membership.team_id == Team.id)
        .join(Person, Membership.person_id == Person.id)
        .where(Team.subdistrict_id == subdistrict_id, there(day), belongs(day))
    )
