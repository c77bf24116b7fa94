"""Adding places and moving them: the only writer of ids, paths and names."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, update

from ..database import db, insert_many, new_slug
from .models import Place, PlaceKind

DISTRICT_NAME = "本区"
"""What a district is called until its office names it."""


def district() -> Place:
    """The district at the top; made when the first sub-district needs it.

    Raises:
        sqlalchemy.exc.IntegrityError: somebody else makes it at this very moment.
    """
    found = db.session.scalar(select(Place).where(Place.kind == PlaceKind.DISTRICT))
    return found or add(PlaceKind.DISTRICT, DISTRICT_NAME, parent=None)


def add(kind: PlaceKind, name: str, *, parent: Place | None, **values: object) -> Place:
    """Add a place below *parent* (None for a district); *values* are further columns.

    Raises:
        sqlalchemy.exc.IntegrityError: there is one of that kind and name already.
    """
    place = Place(kind=kind, name=name, parent_id=parent.id if parent else None, **values)
    db.session.add(place)
    db.session.flush()
    if kind is PlaceKind.SUBDISTRICT:
        place.subdistrict_id = place.id
    elif parent:
        place.subdistrict_id = parent.subdistrict_id
    place.path = path_below(parent.path if parent else "/", place.id)
    place.unique_in_id = unique_in(kind, place.parent_id, place.subdistrict_id)
    db.session.flush()
    return place


def add_many(
    kind: PlaceKind, new: Sequence[tuple[int, str, Mapping[str, Any]]], *, subdistrict_id: int
) -> list[tuple[int, str]]:
    """Add places of one kind to a sub-district, and return the id and the path of each: three statements.

    Args:
        new: for each place its parent's id, its parent's path, and its columns, the name among them.

    Raises:
        sqlalchemy.exc.IntegrityError: there is one of that kind and name already.
    """
    rows = [
        {
            **values,
            "kind": kind,
            "slug": new_slug(),
            "path": "",
            "parent_id": parent_id,
            "subdistrict_id": subdistrict_id,
            "unique_in_id": unique_in(kind, parent_id, subdistrict_id),
        }
        for parent_id, _path, values in new
    ]
    ids = insert_many(Place, rows, key=("slug",))
    paths = [path_below(path, place_id) for place_id, (_parent, path, _values) in zip(ids, new, strict=True)]
    added = list(zip(ids, paths, strict=True))
    if added:
        db.session.execute(update(Place), [{"id": place_id, "path": path} for place_id, path in added])
    return added


def move(parents: Mapping[int, int], *, subdistrict_id: int) -> None:
    """Move places below other parents of their sub-district, with everything in them: two statements.

    Args:
        parents: the id of the new parent, by the id of each place that moves.
    """
    if not parents:
        return
    columns = Place.id, Place.kind, Place.parent_id, Place.path
    rows = db.session.execute(select(*columns).where(Place.subdistrict_id == subdistrict_id)).all()
    parent_of = {row.id: parents.get(row.id, row.parent_id) for row in rows}
    paths: dict[int, str] = {row.id: row.path for row in rows if row.id == subdistrict_id}

    def settled(place_id: int) -> str:
        if place_id not in paths:
            paths[place_id] = path_below(settled(parent_of[place_id]), place_id)
        return paths[place_id]

    moved = [
        {
            "id": row.id,
            "path": settled(row.id),
            "parent_id": parent_of[row.id],
            "unique_in_id": unique_in(row.kind, parent_of[row.id], subdistrict_id),
        }
        for row in rows
        if settled(row.id) != row.path
    ]
    if moved:
        db.session.execute(update(Place), moved)
        db.session.expire_all()


def path_below(path: str, place_id: int) -> str:
    """The path of a place, given that of its parent."""
    return f"{path}{place_id}/"


def unique_in(kind: PlaceKind, parent_id: int | None, subdistrict_id: int | None) -> int | None:
    """Where a place's name is unique."""
    return subdistrict_id if kind is PlaceKind.COMPOUND else parent_id
