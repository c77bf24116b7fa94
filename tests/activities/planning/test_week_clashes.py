"""What clashes in a week, checked against comparing everything with everything."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from volunteer_app.activities.planning.week_clashes import Block, ClashKind, Entry, Fact, find

MONDAY = datetime(2020, 11, 22, 16, tzinfo=UTC)
"""The first moment of Monday 23 November where the product is."""


def at(hours: float) -> datetime:
    """A moment of the week, by the hours since it began."""
    return MONDAY + timedelta(hours=hours)


def entry(id_: int, starts: float = 19, ends: float = 20.5, **values: int) -> Entry:
    """An activity about a theme of its own, which clashes with nothing unless said otherwise."""
    values = {"theme_id": id_} | values
    nothing = dict.fromkeys(("team_id", "venue_id", "leader_id", "compound_id"))
    return Entry(id=id_, starts_at=at(starts), ends_at=at(ends), **{**nothing, **values})


def test_two_at_one_venue() -> None:
    found = find([entry(1, venue_id=7), entry(2, 19.5, 21.5, venue_id=7)], [], {})
    assert found == {
        1: [Fact(ClashKind.VENUE, 2, at(19.5), at(20.5))],
        2: [Fact(ClashKind.VENUE, 1, at(19.5), at(20.5))],
    }


def test_adjacent_is_no_clash() -> None:
    assert find([entry(1, 9, 10, venue_id=7), entry(2, 10, 11, venue_id=7)], [], {}) == {}


def test_the_same_hours_and_overnight() -> None:
    night = [entry(1, 23, 25, venue_id=7), entry(2, 24.5, 26, venue_id=7), entry(3, 24.5, 26, venue_id=7)]
    assert {id_: [it.other_id for it in facts] for id_, facts in find(night, [], {}).items()} == {
        1: [2, 3],
        2: [1, 3],
        3: [1, 2],
    }


def test_a_venue_that_cannot_be_used() -> None:
    blocks = [Block(5, 7, at(18), at(20)), Block(6, 8, at(18), at(20)), Block(9, 7, at(20.5), at(22))]
    assert find([entry(1, venue_id=7)], blocks, {}) == {1: [Fact(ClashKind.BLOCKED, 5, at(19), at(20))]}


def test_one_leader_of_two_teams_is_counted_once() -> None:
    entries = [entry(1, team_id=1, leader_id=40), entry(2, team_id=2, leader_id=40)]
    found = find(entries, [], {1: {40, 41, 42}, 2: {40, 42}})
    assert found[1] == [
        Fact(ClashKind.LEADER, 2, at(19), at(20.5)),
        Fact(ClashKind.MEMBERS, 2, at(19), at(20.5), number=1),
    ]


def test_a_leader_who_is_a_member_of_the_other_team() -> None:
    found = find([entry(1, team_id=1, leader_id=40), entry(2, team_id=2, leader_id=41)], [], {1: {40}, 2: {40, 41}})
    assert found[2] == [Fact(ClashKind.MEMBERS, 1, at(19), at(20.5), number=1)]


def test_the_same_theme_in_one_compound() -> None:
    entries = [entry(n, 24 * n, 24 * n + 1, compound_id=3, theme_id=8) for n in (1, 2, 3)]
    elsewhere = entry(4, compound_id=4, theme_id=8)
    assert find([*entries, elsewhere], [], {}) == {
        1: [Fact(ClashKind.THEME, 2, at(48), at(49), number=2)],
        2: [Fact(ClashKind.THEME, 1, at(24), at(25), number=2)],
        3: [Fact(ClashKind.THEME, 1, at(24), at(25), number=2)],
    }


ids = st.none() | st.integers(1, 3)
# Half hours over three days: overnight, adjacent and identical times are frequent.
times = st.tuples(st.integers(0, 144), st.integers(1, 12)).map(lambda it: (at(it[0] / 2), at(sum(it) / 2)))
entries_of_weeks = st.lists(
    st.builds(lambda hours, *rest: (*rest, *hours), times, ids, ids, ids, ids, st.integers(1, 3)),
    max_size=12,
).map(lambda rows: [Entry(n, *row) for n, row in enumerate(rows)])
blocks_of_weeks = st.lists(st.builds(lambda hours, venue: (venue, *hours), times, st.integers(1, 3)), max_size=4).map(
    lambda rows: [Block(n, *row) for n, row in enumerate(rows)]
)
members_of_teams = st.dictionaries(st.integers(1, 3), st.sets(st.integers(1, 5)))


@given(entries_of_weeks, blocks_of_weeks, members_of_teams)
def test_random_weeks(entries: list[Entry], blocks: list[Block], members: dict[int, set[int]]) -> None:
    found = {
        (id_, it.kind, it.other_id, it.starts_at, it.ends_at, it.number)
        for id_, facts in find(entries, blocks, members).items()
        for it in facts
        if it.kind is not ClashKind.THEME
    }
    assert found == set(brute_force(entries, blocks, members))


@given(entries_of_weeks)
def test_random_themes(entries: list[Entry]) -> None:
    found = find(entries, [], {})
    for it in entries:
        same = [
            other
            for other in entries
            if it.compound_id and other is not it
            if (other.compound_id, other.theme_id) == (it.compound_id, it.theme_id)
        ]
        first = min(same, key=lambda other: (other.starts_at, other.id), default=None)
        facts = [(fact.other_id, fact.number) for fact in found.get(it.id, []) if fact.kind is ClashKind.THEME]
        assert facts == ([(first.id, len(same))] if first else [])


def brute_force(
    entries: list[Entry], blocks: list[Block], members: dict[int, set[int]]
) -> Iterator[tuple[object, ...]]:
    """Every fact but those about themes, from comparing each activity with each other one, in minutes."""
    for it in entries:
        for block in blocks:
            both = minutes(it) & minutes(block)
            if both and it.venue_id == block.venue_id:
                yield it.id, ClashKind.BLOCKED, block.id, *ends(both), 1
        for other in entries:
            both = minutes(it) & minutes(other)
            if it is other or not both:
                continue
            if it.venue_id and it.venue_id == other.venue_id:
                yield it.id, ClashKind.VENUE, other.id, *ends(both), 1
            if it.team_id == other.team_id:
                continue
            if it.leader_id and it.leader_id == other.leader_id:
                yield it.id, ClashKind.LEADER, other.id, *ends(both), 1
            people = members.get(it.team_id, set()) & members.get(other.team_id, set())
            people -= {it.leader_id} & {other.leader_id}
            if people:
                yield it.id, ClashKind.MEMBERS, other.id, *ends(both), len(people)


def minutes(span: Entry | Block) -> set[int]:
    """The minutes of the week in which it takes place."""
    return set(range(*(int((it - MONDAY).total_seconds() // 60) for it in (span.starts_at, span.ends_at))))


def ends(both: set[int]) -> tuple[datetime, datetime]:
    """The first minute and the one after the last."""
    return MONDAY + timedelta(minutes=min(both)), MONDAY + timedelta(minutes=max(both) + 1)
