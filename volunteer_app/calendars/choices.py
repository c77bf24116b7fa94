"""What one can subscribe to, for the page that offers it."""

from datetime import date

from sqlalchemy import select

from ..database import db, holding
from ..places.models import Place, PlaceKind
from ..places.queries import there

OFFERED = (PlaceKind.COMMUNITY, PlaceKind.COMPOUND, PlaceKind.VENUE)
"""A building's activities are its compound's, so the page leaves buildings out; their feeds exist all the same."""


def places(subdistrict: Place, *, words: str = "", on: date) -> dict[PlaceKind, list[Place]]:
    """The places of a sub-district that are there on a day, by kind and in order of entry: one query.

    Args:
        words: what somebody typed into the search box.
    """
    query = select(Place).where(Place.subdistrict_id == subdistrict.id, Place.kind.in_(OFFERED), there(on))
    query = query.where(*holding(words, Place.name))
    found = list(db.session.scalars(query.order_by(Place.id)))
    return {kind: [place for place in found if place.kind is kind] for kind in OFFERED}
