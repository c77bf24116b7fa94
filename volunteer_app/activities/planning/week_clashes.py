"""What clashes in a week: facts of pure rules, for the planning desk to show in place. Nothing is forbidden by them.

Times are half-open: an activity that begins as another one ends is no clash.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar


class ClashKind(StrEnum):
    """What two activities of a week have in each other's way."""

    VENUE = "venue"
    BLOCKED = "blocked"
    """The venue can't be used."""
    LEADER = "leader"
    MEMBERS = "members"
    """People in two teams that meet at once, but whoever leads both."""
    THEME = "theme"
    """The same theme twice in one compound in the week, at whatever time."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An activity as the rules see it; what is None never clashes."""

    id: int
    team_id: int | None
    venue_id: int | None
    leader_id: int | None
    compound_id: int | None
    theme_id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Block:
    """A time at which a venue can't be used."""

    id: int
    venue_id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Fact:
    """What clashes with an entry."""

    kind: ClashKind
    other_id: int
    """The other activity's, the block's for BLOCKED, and for THEME that of the first of the others."""
    starts_at: datetime
    """From when on both take place; for THEME the hours of the other one."""
    ends_at: datetime
    number: int = 1
    """For MEMBERS how many people are in both teams, for THEME how many others there are."""


class Span(Protocol):
    """What takes place from one moment to another."""

    @property
    def starts_at(self) -> datetime:
        """Its first moment."""

    @property
    def ends_at(self) -> datetime:
        """The first moment after it."""


S = TypeVar("S", bound=Span)
Facts = dict[int, list[Fact]]


def find(entries: Iterable[Entry], blocks: Iterable[Block], members: Mapping[int, Set[int]]) -> Facts:
    """The facts of each entry that clashes, in the order of ``ClashKind``, then of time; other entries aren't in it.

    A sorted sweep for each venue, leader and member: no entry is compared with all others.

    Args:
        entries: the activities of a week, without the cancelled ones.
        members: ids of people by the id of their team.
    """
    entries = list(entries)
    found: Facts = defaultdict(list)
    for one, other in _at_once(entries, lambda it: it.venue_id):
        _note(found, ClashKind.VENUE, one, other)
    for entry, block in _blocked(entries, blocks):
        found[entry.id].append(Fact(ClashKind.BLOCKED, block.id, *_together(entry, block)))
    for one, other in _at_once(entries, lambda it: it.leader_id):
        if one.team_id != other.team_id:
            _note(found, ClashKind.LEADER, one, other)
    for (one, other), number in _in_both(entries, members).items():
        _note(found, ClashKind.MEMBERS, one, other, number)
    _note_themes(found, entries)
    kinds = list(ClashKind)
    for facts in found.values():
        facts.sort(key=lambda it: (kinds.index(it.kind), it.starts_at, it.other_id))
    return dict(found)


def sweep(spans: Iterable[S]) -> Iterator[tuple[S, S]]:
    """The pairs of *spans* that take place at once, the one that starts earlier first."""
    going_on: list[S] = []
    for span in sorted(spans, key=lambda it: it.starts_at):
        going_on = [it for it in going_on if it.ends_at > span.starts_at]
        for earlier in going_on:
            yield earlier, span
        going_on.append(span)


def _at_once(entries: Iterable[Entry], key: Callable[[Entry], int | None]) -> Iterator[tuple[Entry, Entry]]:
    """The pairs of entries with the same key that take place at once."""
    for same in _grouped(entries, key).values():
        yield from sweep(same)


def _blocked(entries: Iterable[Entry], blocks: Iterable[Block]) -> Iterator[tuple[Entry, Block]]:
    at_venue: dict[int, list[Entry | Block]] = defaultdict(list)
    rows: list[Entry | Block] = [*entries, *blocks]
    for it in rows:
        if it.venue_id is not None:
            at_venue[it.venue_id].append(it)
    for same in at_venue.values():
        for pair in sweep(same):
            for one, other in (pair, pair[::-1]):
                if isinstance(one, Entry) and isinstance(other, Block):
                    yield one, other


def _in_both(entries: Iterable[Entry], members: Mapping[int, Set[int]]) -> Counter[tuple[Entry, Entry]]:
    """How many people are in the teams of two entries that take place at once."""
    of_team = _grouped(entries, lambda it: it.team_id)
    teams: dict[int, list[int]] = defaultdict(list)
    for team_id in of_team:
        for person_id in members.get(team_id, ()):
            teams[person_id].append(team_id)
    both: Counter[tuple[Entry, Entry]] = Counter()
    for person_id, own in teams.items():
        for one, other in sweep(it for team_id in own for it in of_team[team_id]) if len(own) > 1 else ():
            leads_both = person_id == one.leader_id == other.leader_id
            if one.team_id != other.team_id and not leads_both:
                both[one, other] += 1
    return both


def _note_themes(found: Facts, entries: Iterable[Entry]) -> None:
    of_compound: dict[tuple[int, int], list[Entry]] = defaultdict(list)
    for it in entries:
        if it.compound_id is not None:
            of_compound[it.compound_id, it.theme_id].append(it)
    for same in of_compound.values():
        same.sort(key=lambda it: (it.starts_at, it.id))
        for it in same if len(same) > 1 else ():
            other = same[1] if it is same[0] else same[0]
            found[it.id].append(Fact(ClashKind.THEME, other.id, other.starts_at, other.ends_at, len(same) - 1))


def _grouped(entries: Iterable[Entry], key: Callable[[Entry], int | None]) -> dict[int, list[Entry]]:
    groups: dict[int, list[Entry]] = defaultdict(list)
    for it in entries:
        own = key(it)
        if own is not None:
            groups[own].append(it)
    return groups


def _together(one: Span, other: Span) -> tuple[datetime, datetime]:
    return max(one.starts_at, other.starts_at), min(one.ends_at, other.ends_at)


def _note(found: Facts, kind: ClashKind, one: Entry, other: Entry, number: int = 1) -> None:
    for it, its_other in ((one, other), (other, one)):
        found[it.id].append(Fact(kind, its_other.id, *_together(one, other), number))
