"""Households (户): a building and the number of a door, written in one way, whatever was typed."""

import re
import unicodedata
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased, contains_eager

from ... import clock
from ...database import db, holding
from ...errors import N_, BadInput
from ...people.roles import Scope
from ...places.models import Place, PlaceKind
from ...places.queries import there
from ..models import Channel, Round, VoteUnit

LONGEST_DOOR = 20
DASHES = re.compile(r"[-\u2010-\u2015\u2212ー#/.·、]|单元|门")
"""What stands between the stairwell and the door: people write one of these."""
END = "-室号户"
DOOR = re.compile(r"[0-9A-Z\u4e00-\u9fff]+(?:-[0-9A-Z\u4e00-\u9fff]+)*")
LEADING_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")


@dataclass(frozen=True, slots=True)
class Household:
    """A household: its building, and its door in the form that ``door`` gives."""

    building: Place
    door: str


def door(text: str) -> str:
    """The number of a door in its one form: 2单元301室, ２－３０１ and 2 - 0301 are all 2-301.

    Raises:
        BadInput: nothing that stands on a door.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).upper().split())
    plain = re.sub("-+", "-", DASHES.sub("-", plain)).strip("-").rstrip(END)
    plain = LEADING_ZEROS.sub("", plain)
    if len(plain) > LONGEST_DOOR or not DOOR.fullmatch(plain):
        raise BadInput(N_("Write the door as it stands on it, such as 2-301."))
    return plain


def by_household(round: Round) -> bool:
    """Whether a round's votes are the households': a card is a household's, whatever the round says of the unit."""
    return round.vote_unit is VoteUnit.HOUSEHOLD or round.channel is Channel.CODE


def voting(round: Round, *, within: Scope | None = None, words: str = "") -> Select[Place]:
    """A query of the buildings whose households may vote, with their compounds, in order of entry.

    Args:
        within: only those in this scope.
        words: parts of the name of a building or its compound.
    """
    above = aliased(Place)
    query = select(Place).join(above, Place.parent_id == above.id)
    query = query.options(contains_eager(Place.parent.of_type(above)))
    query = query.where(
        Place.subdistrict_id == round.subdistrict_id, Place.kind == PlaceKind.BUILDING, there(clock.today())
    )
    if within is not None:
        query = query.where(within.within(Place.path))
    return query.where(*holding(words, Place.name, above.name)).order_by(Place.parent_id, Place.id)


def buildings(round: Round, *, within: Scope | None = None) -> list[Place]:
    """The same buildings, all of them: one query."""
    return list(db.session.scalars(voting(round, within=within)))


def full_name(building: Place) -> str:
    """A building with its compound before it, where its own name doesn't begin with it."""
    above = building.parent.name if building.parent else ""
    return building.name if building.name.startswith(above) else f"{above}{building.name}"
