"""Reads of places."""

from sqlalchemy import select

from ..database import db
from .models import Place, PlaceKind


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


def _inside(subdistrict: Place, kind: PlaceKind) -> list[Place]:
    return list(
        db.session.scalars(
            select(Place).where(Place.subdistrict_id == subdistrict.id, Place.kind == kind).order_by(Place.id)
        )
    )
