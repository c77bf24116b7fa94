"""How a result comes about: examples counted by hand, and rules that hold for all of them."""

from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_app.contests.outcome.results import Candidate, Line, results, two_decimals, winners


def computed(*candidates: Candidate, full_points: int = 100, judges: int = 70) -> list[Line]:
    return results(candidates, full_points=full_points, judges_weight=judges, voters_weight=100 - judges)


def named(lines: list[Line]) -> list[tuple[int | None, str, str | None]]:
    return [(it.rank, it.candidate.name, str(it.score) if it.score is not None else None) for it in lines]


def test_an_example_counted_by_hand() -> None:
    """Means 90 and 82.5; 40 votes of 50 are 80, 50 of 50 are 100: 63 + 24 and 57.75 + 30."""
    first, second = computed(Candidate(1, "一号楼", (88, 92), 40), Candidate(2, "二号楼", (80, 85), 50))
    assert (first.candidate.key, first.rank, first.score) == (2, 1, Decimal("87.75"))
    assert (first.mean, first.judges_part) == (Fraction("82.5"), Fraction("57.75"))
    assert (first.votes_scaled, first.votes_part) == (Fraction(100), Fraction(30))
    assert (second.candidate.key, second.rank, second.score) == (1, 2, Decimal("87.00"))
    assert (second.mean, second.judges_part) == (Fraction(90), Fraction(63))
    assert (second.votes_scaled, second.votes_part) == (Fraction(80), Fraction(24))


def test_what_reads_alike_goes_by_name_in_code_points() -> None:
    """One vote of 30,000 less is a thousandth of a point, which doesn't show; 一 is U+4E00, 三 U+4E09, 二 U+4E8C."""
    lines = computed(
        Candidate(1, "二号楼", (90,), 30_000),
        Candidate(2, "三号楼", (90,), 29_999),
        Candidate(3, "一号楼", (90,), 29_999),
    )
    assert named(lines) == [(1, "一号楼", "93.00"), (2, "三号楼", "93.00"), (3, "二号楼", "93.00")]


def test_an_erased_name_keeps_its_place_among_equals() -> None:
    lines = computed(Candidate(1, "已匿名 1", (90,), 0, tie=1), Candidate(2, "万家", (90,), 0, tie=2))
    assert named(lines) == [(1, "已匿名 1", "63.00"), (2, "万家", "63.00")]


def test_a_hundredth_is_no_tie() -> None:
    lines = computed(Candidate(1, "一号楼", (90,), 1000), Candidate(2, "二号楼", (90,), 999))
    assert named(lines) == [(1, "一号楼", "93.00"), (2, "二号楼", "92.97")]


def test_a_veto_leaves_out_the_entry_and_its_votes() -> None:
    """The vetoed one had 200 votes: the most are now 50."""
    lines = computed(
        Candidate(1, "一号楼", (100,), 200, vetoed=True),
        Candidate(2, "二号楼", (80,), 50),
        Candidate(3, "三号楼", (60,), 25),
    )
    assert named(lines) == [(1, "二号楼", "86.00"), (2, "三号楼", "57.00"), (None, "一号楼", None)]
    assert (lines[2].mean, lines[2].votes_scaled, lines[2].votes_part) == (Fraction(100), 0, 0)


def test_an_absent_judge_neither_helps_nor_harms() -> None:
    """The mean is over the sheets that count: of two, and of three with the same mean."""
    lines = computed(Candidate(1, "一号楼", (80, 90), 1), Candidate(2, "二号楼", (80, 85, 90), 1))
    assert named(lines) == [(1, "一号楼", "89.50"), (2, "二号楼", "89.50")]


def test_without_a_sheet_that_counts_there_is_no_rank() -> None:
    """Every judge stepped aside or was absent."""
    lines = computed(Candidate(1, "一号楼", (), 50), Candidate(2, "二号楼", (10,), 1))
    assert named(lines) == [(1, "二号楼", "7.60"), (None, "一号楼", None)]
    assert lines[1].mean is None
    assert lines[1].votes_scaled == 100


def test_in_a_round_without_judges_nobody_needs_a_sheet() -> None:
    lines = computed(Candidate(1, "一号楼", (), 1), Candidate(2, "二号楼", (), 3), judges=0)
    assert named(lines) == [(1, "二号楼", "100.00"), (2, "一号楼", "33.33")]


def test_in_a_round_without_votes_judges_decide_alone() -> None:
    lines = computed(Candidate(1, "一号楼", (85,), 0), Candidate(2, "二号楼", (85, 86), 0), judges=100)
    assert named(lines) == [(1, "二号楼", "85.50"), (2, "一号楼", "85.00")]


def test_nobody_voted() -> None:
    """Votes give nothing to anybody; the judges' part stays what it was."""
    lines = computed(Candidate(1, "一号楼", (90,), 0), Candidate(2, "二号楼", (80,), 0))
    assert named(lines) == [(1, "一号楼", "63.00"), (2, "二号楼", "56.00")]
    assert [it.votes_part for it in lines] == [0, 0]


def test_nobody_voted_in_a_round_of_votes_alone() -> None:
    lines = computed(Candidate(1, "二号楼", (), 0), Candidate(2, "一号楼", (), 0), judges=0)
    assert named(lines) == [(1, "一号楼", "0.00"), (2, "二号楼", "0.00")]


def test_criteria_that_do_not_make_a_hundred() -> None:
    """60 of 80 points are 75 of a hundred."""
    (line,) = computed(Candidate(1, "一号楼", (60,), 0), full_points=80, judges=100)
    assert (line.mean, line.score) == (Fraction(75), Decimal("75.00"))


def test_without_criteria_no_sheet_says_anything() -> None:
    (line,) = computed(Candidate(1, "一号楼", (0,), 4), full_points=0)
    assert (line.mean, line.score, line.rank) == (None, None, None)


def test_no_entry_at_all() -> None:
    assert computed() == []


def test_winners_are_those_who_are_ranked() -> None:
    lines = computed(
        Candidate(1, "一号楼", (90,), 0),
        Candidate(2, "二号楼", (80,), 0, vetoed=True),
        Candidate(3, "三号楼", (70,), 0),
    )
    assert [it.candidate.key for it in winners(lines, 1)] == [1]
    assert [it.candidate.key for it in winners(lines, 3)] == [1, 3]
    assert winners(lines, 0) == []


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (Fraction(0), "0.00"),
        (Fraction(5, 1000), "0.01"),
        (Fraction(84_995, 1000), "85.00"),
        (Fraction(84_985, 1000), "84.99"),
        (Fraction(84_975, 1000), "84.98"),
        (Fraction(849_849_999, 10_000_000), "84.98"),
        (Fraction(2, 3), "0.67"),
        (Fraction(100), "100.00"),
    ],
)
def test_half_a_hundredth_goes_up(number: Fraction, expected: str) -> None:
    assert str(two_decimals(number)) == expected


def test_the_edge_comes_up_in_a_score() -> None:
    """Mean 86.05 × 70 percent + 82.5 × 30 percent = 60.235 + 24.75 = 84.985."""
    most, line = computed(Candidate(1, "一号楼", (100,), 40), Candidate(2, "二号楼", (1721,), 33), full_points=2000)[
        -2:
    ]
    scores = {it.candidate.key: str(it.score) for it in (most, line)}
    assert scores[2] == "84.99"


def candidates() -> st.SearchStrategy[list[Candidate]]:
    one = st.builds(
        Candidate,
        key=st.integers(0, 10_000),
        name=st.text("一二三号楼甲乙", min_size=1, max_size=4),
        sheets=st.lists(st.integers(0, 100), max_size=5).map(tuple),
        votes=st.integers(0, 3_000),
        vetoed=st.booleans(),
    )
    return st.lists(one, max_size=12, unique_by=(lambda it: it.key, lambda it: it.name))


@given(entered=candidates(), full_points=st.integers(100, 400), judges=st.integers(0, 100))
def test_every_result(entered: list[Candidate], full_points: int, judges: int) -> None:
    """By the definition, in its own words: and however the entries came in."""
    lines = computed(*entered, full_points=full_points, judges=judges)
    assert lines == computed(*reversed(entered), full_points=full_points, judges=judges)
    assert {it.candidate.key for it in lines} == {it.key for it in entered}
    ranked = [it for it in lines if it.rank is not None]
    assert [it.rank for it in lines] == [*range(1, len(ranked) + 1), *[None] * (len(lines) - len(ranked))]
    most = max((it.votes for it in entered if not it.vetoed), default=0)
    for it in lines:
        own = it.candidate
        assert (it.rank is None) == (own.vetoed or (judges > 0 and not own.sheets))
        assert (it.score is None) == (it.rank is None)
        if it.score is None:
            continue
        mean = Fraction(sum(own.sheets), len(own.sheets)) / full_points * 100 if own.sheets else Fraction(0)
        votes = Fraction(own.votes, most) * 100 if most else Fraction(0)
        exact = (mean * judges + votes * (100 - judges)) / 100
        assert int(it.score * 100) == floor(exact * 100 + Fraction(1, 2))
        assert 0 <= it.score <= 100
    order = [(-it.score, it.candidate.name) for it in ranked if it.score is not None]
    assert order == sorted(order)
