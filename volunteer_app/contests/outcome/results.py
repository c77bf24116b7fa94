"""How a result comes about: a pure function of sheets, votes and weights.

    final score = judges' mean × judges' weight + 100 × votes ÷ most votes of the round × voters' weight

* A judge's sheet counts once each criterion has its points; it's scaled to a hundred where the criteria make another
  sum. The mean is over the sheets that count: an absent judge, one who stepped aside and one who left the panel
  neither help nor harm.
* An entry without a sheet that counts isn't ranked in a round with judges' weight. Where nobody voted, votes give
  nothing to anybody.
* A veto leaves its entry out of the ranking, and the entry's votes don't make the most votes of the round.
* What reads alike is alike: scores that are equal with two decimals, half up, go by name in code-point order.
  Where a name of the round was erased since, they go by the places that the names gave: whoever won stays the winner.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry with all that its result is made of."""

    key: int
    name: str
    sheets: tuple[int, ...]
    """The points of each sheet that counts."""
    votes: int
    vetoed: bool = False
    tie: int | None = None
    """Its place by name, kept when a name of its round was erased."""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry's line of the result."""

    candidate: Candidate
    mean: Fraction | None
    """The judges' mean, out of a hundred; None without a sheet."""
    judges_part: Fraction
    """What the mean adds to the score."""
    votes_scaled: Fraction
    """Votes out of a hundred for the most."""
    votes_part: Fraction
    score: Decimal | None
    """With two decimals, half up; None where it isn't ranked."""
    rank: int | None
    """From 1; None where it isn't ranked."""


def results(candidates: Sequence[Candidate], *, full_points: int, judges_weight: int, voters_weight: int) -> list[Line]:
    """The lines of a result: ranked ones first, in their order, then the others by name.

    Args:
        candidates: every entry that takes part.
        full_points: the sum of what the criteria give at most.
        judges_weight: percent.
        voters_weight: percent.

    Source: the ledgers' rules ("Final score of a contest") and the figures' ("Ties"); ``Entry.tie``, since erasing
    somebody's words leaves what was decided [P §47].
    """
    most = max((it.votes for it in candidates if not it.vetoed), default=0)
    lines = [_line(it, most, full_points, judges_weight, voters_weight) for it in candidates]
    ranked = sorted((line for line in lines if line.score is not None), key=_place)
    others = sorted((line for line in lines if line.score is None), key=lambda line: _by_name(line.candidate))
    return [*(_ranked(line, rank) for rank, line in enumerate(ranked, 1)), *others]


def two_decimals(number: Fraction) -> Decimal:
    """A number of at least 0 as it's printed: two decimals, half up."""
    # Whole numbers alone: a Decimal division would round before the rounding.
    twice = number * HUNDRED * 2
    return Decimal((twice.numerator // twice.denominator + 1) // 2).scaleb(-2)


def winners(lines: Iterable[Line], number: int) -> list[Line]:
    """The first *number* of those that are ranked."""
    return [line for line in lines if line.rank is not None and line.rank <= number]


def _line(it: Candidate, most: int, full_points: int, judges_weight: int, voters_weight: int) -> Line:
    mean = Fraction(sum(it.sheets) * HUNDRED, len(it.sheets) * full_points) if it.sheets and full_points else None
    scaled = Fraction(HUNDRED * it.votes, most) if most and not it.vetoed else Fraction(0)
    judges_part = (mean or Fraction(0)) * judges_weight / HUNDRED
    votes_part = scaled * voters_weight / HUNDRED
    ranked = not it.vetoed and (mean is not None or judges_weight == 0)
    score = two_decimals(judges_part + votes_part) if ranked else None
    return Line(it, mean, judges_part, scaled, votes_part, score, None)


def _place(line: Line) -> tuple[Decimal, int, str]:
    return -(line.score or Decimal(0)), *_by_name(line.candidate)


def _by_name(it: Candidate) -> tuple[int, str]:
    return it.tie or 0, it.name


def _ranked(line: Line, rank: int) -> Line:
    return replace(line, rank=rank)
