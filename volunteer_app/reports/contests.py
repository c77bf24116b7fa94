"""The figures of contests: closed rounds with what took part, votes and participants, and the rows behind them.

A round belongs to the period in which it closes, and counts from then on: nothing here says a score or a number of
votes before. Nothing says who voted for what.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, literal, select, union

from .. import clock
from ..contests import windows
from ..contests.models import Entry, EntryState, Round
from ..contests.outcome import standings
from ..contests.voting.models import Vote
from ..database import db
from ..places.models import Place
from .definitions import Figure
from .periods import Period
from .rows import Query

Section = dict[str, object]


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A closed round with what it adds to each figure."""

    id: int
    name: str
    slug: str
    closed_on: date
    entries: int
    votes: int
    participants: int
    winners: tuple[tuple[str, float], ...]
    """Those that win with their scores, the first one first."""
    number: int
    """What it adds to the figure asked for."""


def of_contests(subdistrict_id: int, period: Period) -> Section:
    """Rounds that closed in a period, what took part, votes, participants and winners: a fixed number of queries."""
    lines = round_lines(subdistrict_id, period, Figure.ROUNDS)
    if not lines:
        return {}
    section: Section = {"rounds": len(lines)}
    section |= {key: sum(getattr(line, key) for line in lines) for key in ("entries", "votes", "participants")}
    winners = {line.name: [list(it) for it in line.winners] for line in lines if line.winners}
    return section | ({"winners": winners} if winners else {})


def round_lines(subdistrict_id: int, period: Period, figure: Figure) -> list[RoundLine]:
    """The rounds that closed in a period, in the order in which they did, with what each adds to *figure*."""
    rounds = _closed(subdistrict_id, period)
    if not rounds:
        return []
    ids = [round.id for round in rounds]
    entries, votes, participants = _entries(ids), _votes(ids), _participants(ids)
    lines = []
    for round, standing in zip(rounds, standings.of_all(rounds), strict=True):
        adds = {
            Figure.ROUNDS: 1,
            Figure.ENTRIES: entries[round.id],
            Figure.VOTES: votes[round.id],
            Figure.PARTICIPANTS: participants[round.id],
        }
        lines.append(
            RoundLine(
                id=round.id,
                name=round.name,
                slug=round.slug,
                closed_on=windows.decided_on(round),
                entries=entries[round.id],
                votes=votes[round.id],
                participants=participants[round.id],
                winners=tuple((it.entry.name, float(it.line.score or 0)) for it in standing.winners),
                number=adds[figure],
            )
        )
    return lines


def entry_rows(subdistrict_id: int, period: Period) -> Query:
    """What took part in the rounds that closed in a period; who entered it stands nowhere here."""
    ids = [round.id for round in _closed(subdistrict_id, period)]
    return (
        select(
            Entry.id,
            Entry.name,
            Entry.slug,
            Round.name.label("round"),
            Round.slug.label("round_slug"),
            Place.name.label("place"),
            Place.slug.label("place_slug"),
            Entry.entered_on,
            literal(1).label("number"),
        )
        .join(Round, Entry.round_id == Round.id)
        .join(Place, Entry.place_id == Place.id)
        .where(Entry.round_id.in_(ids), _taking_part())
    )


def _closed(subdistrict_id: int, period: Period) -> list[Round]:
    """The rounds that closed in a period, and are closed by now."""
    query = select(Round).where(Round.subdistrict_id == subdistrict_id, Round.entries_from <= period.last)
    found = db.session.scalars(query.order_by(Round.entries_from, Round.id))
    now = clock.now()
    rounds = [
        round
        for round in found
        if windows.is_closed(round, at=now) and period.first <= windows.decided_on(round) <= period.last
    ]
    return sorted(rounds, key=windows.decided_on)


def _taking_part() -> ColumnElement[bool]:
    return Entry.state == EntryState.PUBLISHED


def _counting(ids: list[int]) -> list[ColumnElement[bool]]:
    """The votes that count in a result: of what takes part still, and not annulled."""
    taking_part = select(Entry.id).where(Entry.round_id.in_(ids), _taking_part())
    return [Vote.round_id.in_(ids), Vote.annulled_at.is_(None), Vote.entry_id.in_(taking_part)]


def _entries(ids: list[int]) -> Counter[int]:
    query = select(Entry.round_id, func.count()).where(Entry.round_id.in_(ids), _taking_part())
    return Counter({row[0]: row[1] for row in db.session.execute(query.group_by(Entry.round_id))})


def _votes(ids: list[int], *conditions: ColumnElement[bool]) -> Counter[int]:
    query = select(Vote.round_id, func.count()).where(*_counting(ids), *conditions)
    return Counter({row[0]: row[1] for row in db.session.execute(query.group_by(Vote.round_id))})


def _participants(ids: list[int]) -> Counter[int]:
    """Distinct people who entered or voted in each round, and its households, whose votes name nobody."""
    entered = select(Entry.round_id, Entry.person_id).where(Entry.round_id.in_(ids), _taking_part())
    voted = select(Vote.round_id, Vote.person_id).where(*_counting(ids), Vote.person_id.is_not(None))
    people = union(entered, voted).subquery()
    query = select(people.c.round_id, func.count()).group_by(people.c.round_id)
    named = Counter({row[0]: row[1] for row in db.session.execute(query)})
    return named + _votes(ids, Vote.person_id.is_(None))
