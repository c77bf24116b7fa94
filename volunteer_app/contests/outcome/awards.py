"""Awards (获奖): who won what, once a result stands. Nothing is stored: an award follows from the result.

The first three win the first, second and third prize (一、二、三等奖); further winners a merit award (优秀奖).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from ... import clock
from ...database import db
from ...places.models import Place
from .. import windows
from ..models import Entry, EntryState, Round
from . import standings
from .standings import Placed, Standing


class Prize(StrEnum):
    """What a winner wins."""

    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    MERIT = "merit"


@dataclass(frozen=True, slots=True)
class Award:
    """An award: the round, the entry with its components, the prize."""

    round: Round
    placed: Placed
    prize: Prize
    day: date
    """The first day on which the result could stand."""

    @property
    def entry(self) -> Entry:
        """What won it."""
        return self.placed.entry


def prize(rank: int) -> Prize:
    """The prize of a rank, 1 for the first."""
    return dict(enumerate(Prize, 1)).get(rank, Prize.MERIT)


def of_standing(standing: Standing) -> list[Award]:
    """The awards of a round in their order; none before its result stands."""
    if not standing.stands:
        return []
    day = windows.notice_until(standing.round) + timedelta(days=1)
    return [Award(standing.round, it, prize(it.line.rank), day) for it in standing.winners if it.line.rank is not None]


def of_place(place: Place) -> list[Award]:
    """What was won in *place* and within it, the latest first.

    One query where nobody there ever took part, else as many as a result takes, for however many rounds.
    """
    inside = select(Place.id).where(Place.path.startswith(place.path))
    return _won(Entry.place_id.in_(inside))


def of_entries(ids: Sequence[int]) -> list[Award]:
    """The awards of these entries, the latest first: in the same number of queries."""
    return _won(Entry.id.in_(ids)) if ids else []


def of_entrant(person_id: int) -> list[Award]:
    """The awards of what somebody entered, the latest first."""
    return _won(Entry.person_id == person_id)


def _won(which: ColumnElement[bool]) -> list[Award]:
    entered = select(Entry.id, Entry.round_id).where(which, Entry.state == EntryState.PUBLISHED)
    found = db.session.execute(entered).all()
    own = {row.id for row in found}
    if not own:
        return []
    query = select(Round).options(joinedload(Round.subdistrict)).where(Round.id.in_({row.round_id for row in found}))
    rounds = standings.stand(db.session.scalars(query).all(), at=clock.now())
    won = [award for standing in standings.of_all(rounds) for award in of_standing(standing)]
    return sorted(
        (it for it in won if it.entry.id in own),
        key=lambda it: (it.day, it.round.id, -(it.placed.line.rank or 0)),
        reverse=True,
    )
