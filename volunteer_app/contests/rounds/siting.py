"""Where an entry is: a building in a best-building round, else the nearest place that is known."""

from sqlalchemy import select

from ... import clock
from ...database import db
from ...errors import N_, BadInput
from ...places.models import Place, PlaceKind
from ...places.queries import there
from ..models import Round, Subject

HOMES = (PlaceKind.BUILDING, PlaceKind.COMPOUND, PlaceKind.COMMUNITY)
"""Where what isn't a whole building can be, from the inside out."""


class PlaceUnfit(BadInput):
    """What is entered can't be there."""


def check(round: Round, place: Place) -> None:
    """Check that something of *place* can take part in *round*.

    Raises:
        PlaceUnfit: it's of another sub-district, it's gone, or the contest is about another kind of place.
    """
    if place.subdistrict_id != round.subdistrict_id:
        raise PlaceUnfit(N_("It lies in another sub-district."))
    if place.retired_on is not None and place.retired_on <= clock.today():
        raise PlaceUnfit(N_("The place is no longer there."))
    if round.subject is Subject.BUILDING and place.kind is not PlaceKind.BUILDING:
        raise PlaceUnfit(N_("This contest is about buildings: choose a building."))
    if place.kind not in HOMES:
        raise PlaceUnfit(N_("Choose a building, a compound or a community."))


def candidates(round: Round, around: Place) -> list[Place]:
    """The places that can be chosen in and around a compound: its buildings, then itself and its community.

    Args:
        around: a compound, one of its buildings, or a community.
    """
    if around.kind is PlaceKind.BUILDING and around.parent is not None:
        around = around.parent
    inside = select(Place).where(Place.parent_id == around.id, Place.kind == PlaceKind.BUILDING, there(clock.today()))
    buildings = list(db.session.scalars(inside.order_by(Place.id)))
    if round.subject is Subject.BUILDING:
        return buildings
    wider = [around, around.parent] if around.kind is PlaceKind.COMPOUND else [around]
    return [*buildings, *(it for it in wider if it is not None and it.kind in HOMES)]
