"""Reads of teams."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from ..database import by_code_point, db, holding, in_order
from ..places.models import Place
from .models import Membership, Team, TeamKind

ORDERS = ("name", "place", "slot", "founded")
"""What a list of teams can be sorted by."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters of a list of teams, each None where it doesn't matter."""

    subdistrict_id: int
    within: Place | None = None
    kind: TeamKind | None = None
    weekday: int | None = None
    words: str = ""


def by_slug(slug: str) -> Team | None:
    """The team of this slug, with its place and leader."""
    query = select(Team).options(joinedload(Team.place), joinedload(Team.subdistrict), joinedload(Team.leader))
    return db.session.scalar(query.where(Team.slug == slug))


def matching(wanted: Wanted, *, on: date, order: str = "name") -> Select[Team]:
    """A query of the teams that are there on a day, with their places.

    Args:
        order: one of ORDERS, with a minus for descending.
    """
    query = (
        select(Team)
        .join(Team.place)
        .options(contains_eager(Team.place))
        .where(Team.subdistrict_id == wanted.subdistrict_id, there(on))
    )
    if wanted.within:
        query = query.where(Place.path.startswith(wanted.within.path))
    if wanted.kind:
        query = query.where(Team.kind == wanted.kind)
    if wanted.weekday is not None:
        query = query.where(Team.weekday == wanted.weekday)
    query = query.where(*holding(wanted.words, Team.name, Team.focus, Place.name))
    columns = {
        "name": [by_code_point(Team.name)],
        "place": [by_code_point(Place.name), by_code_point(Team.name)],
        "slot": [Team.weekday, Team.slot_starts],
        "founded": [Team.founded],
    }[order.lstrip("-")]
    return query.order_by(*in_order(columns, descending=order.startswith("-")), Team.id)


def listed(wanted: Wanted, *, on: date) -> list[Team]:
    """The teams that are there on a day, by name."""
    return list(db.session.scalars(matching(wanted, on=on)))


def how_many(subdistrict_id: int, *, on: date) -> int:
    """How many teams a sub-district has on a day."""
    return db.session.scalar(select(func.count(Team.id)).where(Team.subdistrict_id == subdistrict_id, there(on))) or 0


def there(on: date) -> ColumnElement[bool]:
    """Teams that are there on a day: a team without a start was always there."""
    return or_(Team.founded.is_(None), Team.founded <= on) & or_(Team.dissolved.is_(None), Team.dissolved > on)


def member_count(team: Team, *, on: date) -> int:
    """How many people are members of *team* on a day."""
    return db.session.scalar(select(func.count(Membership.id)).where(Membership.team_id == team.id, belongs(on))) or 0


def member_counts(team_ids: list[int], *, on: date) -> dict[int, int]:
    """The same for many teams at once; a team without members is not in it."""
    rows = db.session.execute(
        select(Membership.team_id, func.count(Membership.id))
        .where(Membership.team_id.in_(team_ids), belongs(on))
        .group_by(Membership.team_id)
    )
    return dict(rows.all())


def belongs(on: date) -> ColumnElement[bool]:
    """Memberships in force on a day: one without a start was always there, the last day counts."""
    return or_(Membership.since.is_(None), Membership.since <= on) & or_(
        Membership.until.is_(None), Membership.until >= on
    )
