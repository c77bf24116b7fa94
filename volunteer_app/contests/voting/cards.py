"""Household cards (户码): a code for each household of a round, printed once, kept as a keyed hash."""

import secrets
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from ... import clock
from ...activities.models import CODE_CHARACTERS
from ...audit import trail
from ...database import db
from ...errors import N_, BadInput, Refused
from ...places.models import Place
from ..models import Channel, Round
from .households import door
from .keys import insert_new
from .models import HouseholdCard

CHARACTERS = 10
MOST_DOORS = 500
"""Cards of one printing: 50 sheets of paper."""
NONE_MISSING = N_("All these households have a card already. A lost one is replaced.")
NONE_THERE = N_("None of these households has a card that could be replaced.")

Sealed = Callable[[str], str]
"""Makes the keyed hash of a text; nobody without the key can."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A card as it's printed: the only time that its code is known."""

    building: Place
    door: str
    code: str


def doors_of(*, stairwells: int, floors: int, doors: int) -> list[str]:
    """The doors of a building: 1-101 … by stairwells, floors and doors on each floor.

    Raises:
        BadInput: these are more than one printing takes.
    """
    if stairwells * floors * doors > MOST_DOORS:
        raise BadInput(N_("At most %(most)d doors at once."), most=MOST_DOORS)
    return [
        f"{stairwell}-{floor}{number:02d}"
        for stairwell in range(1, stairwells + 1)
        for floor in range(1, floors + 1)
        for number in range(1, doors + 1)
    ]


def typed_doors(text: str) -> list[str]:
    """The doors of a typed list, each once, in its one form: one a line, or with commas between them.

    Raises:
        BadInput: one of them is no door, there is none, or there are too many.
    """
    texts = [it for it in text.replace("，", "\n").replace(",", "\n").replace("；", "\n").splitlines() if it.strip()]
    found = list(dict.fromkeys(door(it) for it in texts))
    if not found:
        raise BadInput(N_("Write at least one door."))
    if len(found) > MOST_DOORS:
        raise BadInput(N_("At most %(most)d doors at once."), most=MOST_DOORS)
    return found


def make(round: Round, building: Place, doors: Sequence[str], *, sealed: Sealed, by: int) -> list[Printed]:
    """Make the cards of those *doors* that have none; return them, to be printed now or never.

    Args:
        doors: each in its one form.
        by: id of the account that acts.

    Raises:
        Refused: the round has no cards, or its voting is over.
    """
    _check(round, building)
    return _made_cards(round, building, doors, "make cards", sealed=sealed, by=by)


def replace(round: Round, building: Place, doors: Sequence[str], *, sealed: Sealed, by: int) -> list[Printed]:
    """Make new cards for those *doors* that have one: the old ones open nothing from now on.

    Args:
        doors: each in its one form.
        by: id of the account that acts.

    Raises:
        Refused: the round has no cards, or its voting is over.
    """
    _check(round, building)
    lost = (
        update(HouseholdCard)
        .where(
            HouseholdCard.round_id == round.id,
            HouseholdCard.building_id == building.id,
            HouseholdCard.door.in_(doors),
            HouseholdCard.replaced_at.is_(None),
        )
        .values(replaced_at=clock.now())
        .returning(HouseholdCard.door)
        .execution_options(synchronize_session=False)
    )
    ended = set(db.session.scalars(lost))
    return _made_cards(round, building, [it for it in doors if it in ended], "replace cards", sealed=sealed, by=by)


def of_code(round: Round, code: str, *, sealed: Sealed) -> HouseholdCard | None:
    """The card that *code* opens in *round*.

    An unknown code, one of another round and a replaced one are the same: one hash, one query, nothing found.
    """
    plain = "".join(it for it in unicodedata.normalize("NFKC", code).upper() if it.isalnum())
    query = select(HouseholdCard).options(joinedload(HouseholdCard.building)).where(HouseholdCard.round_id == round.id)
    query = query.where(HouseholdCard.code_hash == _hash(round, plain, sealed), HouseholdCard.replaced_at.is_(None))
    return db.session.scalar(query)


def in_groups(code: str) -> str:
    """A code as people read it: ABCDE-FGHJK."""
    return f"{code[:5]}-{code[5:]}"


def counts(round: Round) -> dict[int, int]:
    """How many households have a card, by the ids of buildings; how many have used theirs nobody reads."""
    query = select(HouseholdCard.building_id, func.count()).where(
        HouseholdCard.round_id == round.id, HouseholdCard.replaced_at.is_(None)
    )
    rows = db.session.execute(query.group_by(HouseholdCard.building_id)).all()
    return {row[0]: row[1] for row in rows}


def doors(round: Round, building: Place) -> list[str]:
    """The doors of *building* that have a card, as they were made."""
    query = select(HouseholdCard.door).where(
        HouseholdCard.round_id == round.id,
        HouseholdCard.building_id == building.id,
        HouseholdCard.replaced_at.is_(None),
    )
    return sorted(db.session.scalars(query), key=_numerically)


def _check(round: Round, building: Place) -> None:
    if round.channel is not Channel.CODE or round.voting_until is None:
        raise Refused(N_("This round has no household cards."))
    if round.published_at is None:
        raise Refused(N_("Publish the round first: a draft's cards would be lost with it."))
    if round.cancelled_at is not None or clock.today() > round.voting_until:
        raise Refused(N_("Voting is over: no cards are made any more."))
    if building.subdistrict_id != round.subdistrict_id:
        raise Refused(N_("This building belongs to another sub-district."))


def _made_cards(
    round: Round, building: Place, doors: Iterable[str], action: str, *, sealed: Sealed, by: int
) -> list[Printed]:
    codes = {it: "".join(secrets.choice(CODE_CHARACTERS) for _ in range(CHARACTERS)) for it in doors}
    rows = [
        {
            "round_id": round.id,
            "building_id": building.id,
            "door": it,
            "code_hash": _hash(round, code, sealed),
            "made_at": clock.now(),
            "by_id": by,
        }
        for it, code in codes.items()
    ]
    new = {row.door for row in insert_new(HouseholdCard, rows, HouseholdCard.door)}
    if new:
        said = {"building_id": [None, building.id], "cards": [None, len(new)]}
        trail.record(action, round, by=by, place_id=round.subdistrict_id, changes=said)
    return [Printed(building, it, code) for it, code in codes.items() if it in new]


def _hash(round: Round, code: str, sealed: Sealed) -> str:
    return sealed(f"{round.id} {code}")


def _numerically(text: str) -> tuple[list[tuple[int, str]], str]:
    return [(int(part) if part.isdecimal() else 0, part) for part in text.split("-")], text
