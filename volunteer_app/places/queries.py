"""Reads of places."""

from datetime import date

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased, contains_eager

from ..database import by_code_point, db, holding, in_order
from .models import Management, Place, PlaceKind

ORDERS = ("name", "community", "households")
"""What a list of compounds can be sorted by."""


def by_slug(slug: str) -> Place | None:
    """The place of this slug."""
    return db.session.scalar(select(Place).where(Place.slug == slug))


def subdistricts() -> list[Place]:
    """All sub-districts, the first entered first."""
    return list(db.session.scalars(select(Place).where(Place.kind == PlaceKind.SUBDISTRICT).order_by(Place.id)))


def subdistrict_named(name: str) -> Place | None:
    """The sub-district of this name."""
    return db.session.scalar(select(Place).where(Place.kind == PlaceKind.SUBDISTRICT, Place.name == name))


def communities(subdistrict: Place) -> list[Place]:
    """The communities of a sub-district, the first entered first."""
    return _inside(subdistrict, PlaceKind.COMMUNITY)


def children(place: Place) -> list[Place]:
    """What lies directly below *place*, by kind and in order of entry."""
    return list(db.session.scalars(select(Place).where(Place.parent_id == place.id).order_by(Place.kind, Place.id)))


def above(place: Place) -> list[Place]:
    """The places around *place*, from the outside in, without itself."""
    ids = [int(part) for part in place.path.strip("/").split("/")][:-1]
    return list(db.session.scalars(select(Place).where(Place.id.in_(ids)).order_by(Place.path)))


def compounds(
    subdistrict: Place,
    *,
    on: date,
    community: Place | None = None,
    management: Management | None = None,
    words: str = "",
    order: str = "community",
) -> Select[Place]:
    """A query of the compounds that are there on a day, with their communities.

    Args:
        words: what somebody typed into the search box: found in the compound's or the community's name.
        order: one of ORDERS, with a minus for descending.
    """
    above = aliased(Place)
    query = (
        select(Place)
        .join(above, Place.parent_id == above.id)
        .options(contains_eager(Place.parent.of_type(above)))
        .where(Place.subdistrict_id == subdistrict.id, Place.kind == PlaceKind.COMPOUND, there(on))
    )
    if community:
        query = query.where(Place.parent_id == community.id)
    if management:
        query = query.where(Place.management == management)
    query = query.where(*holding(words, Place.name, above.name))
    columns = {
        "name": [by_code_point(Place.name)],
        "community": [above.id, Place.id],
        "households": [Place.households],
    }[order.lstrip("-")]
    return query.order_by(*in_order(columns, descending=order.startswith("-")), Place.id)


def there(on: date) -> ColumnElement[bool]:
    """Places that are there on a day."""
    return or_(Place.retired_on.is_(None), Place.retired_on > on)


def building_counts(compound_ids: list[int], *, on: date) -> dict[int, int]:
    """For each compound the number of its buildings on a day."""
    rows = db.session.execute(
        select(Place.parent_id, func.count(Place.id))
        .where(Place.parent_id.in_(compound_ids), Place.kind == PlaceKind.BUILDING, there(on))
        .group_by(Place.parent_id)
    )
    return {parent_id: number for parent_id, number in rows if parent_id is not None}


def _inside(subdistrict: Place, kind: PlaceKind) -> list[Place]:
    return list(
        db.session.scalars(
            select(Place).where(Place.subdistrict_id == subdistrict.id, Place.kind == kind).order_by(Place.id)
        )
    )
