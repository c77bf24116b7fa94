"""Adding places and moving them: the only writer of ids, paths and names."""

from sqlalchemy import select

from ..database import db
from .models import Place, PlaceKind

DISTRICT_NAME = "本区"
"""What a district is called until its office names it."""


def district() -> Place:
    """The district at the top; made when the first sub-district needs it."""
    found = db.session.scalar(select(Place).where(Place.kind == PlaceKind.DISTRICT).order_by(Place.id).limit(1))
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
    _settle(place, parent)
    return place


def move(place: Place, *, parent: Place) -> None:
    """Move *place* and everything in it below *parent*, inside one sub-district."""
    before = place.path
    place.parent_id = parent.id
    _settle(place, parent)
    for inner in db.session.scalars(select(Place).where(Place.path.startswith(before), Place.id != place.id)):
        inner.path = place.path + inner.path.removeprefix(before)
    db.session.flush()


def _settle(place: Place, parent: Place | None) -> None:
    place.path = f"{parent.path if parent else '/'}{place.id}/"
    place.unique_in_id = place.subdistrict_id if place.kind is PlaceKind.COMPOUND else place.parent_id
    db.session.flush()
