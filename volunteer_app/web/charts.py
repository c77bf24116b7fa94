"""Charts: where the points of a line and the lengths of bars lie, in per cent. The macros only draw them."""

from collections.abc import Sequence
from dataclasses import dataclass

LEFT, RIGHT, TOP, BOTTOM = 3.0, 97.0, 8.0, 86.0
"""Where the line's ends, its highest grid line and zero lie."""
NEAR = 12.0
"""Labels closer than this to one another would touch on a phone."""

LOW = 76.0
"""Below this height there is no room for a label above the axis."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a line, and the label that stands at it, if any."""

    x: float
    y: float
    value: int
    name: str
    labelled: bool
    above: bool
    anchor: str
    tick: bool
    """Whether its name stands below the axis."""


@dataclass(frozen=True, slots=True)
class LineChart:
    """A line through time: zero is on the axis; labels stand at the last point and at the extremes."""

    points: list[Point]
    grid: list[tuple[float, int]]
    """Height and value of each grid line, zero first."""

    @property
    def lowest(self) -> int:
        """The smallest value."""
        return min(point.value for point in self.points)

    @property
    def highest(self) -> int:
        """The largest value."""
        return max(point.value for point in self.points)


def line(named: Sequence[tuple[str, int]]) -> LineChart | None:
    """A line through *named* values in their order; None where there is nothing to draw."""
    values = [value for _, value in named]
    if len(values) < 2 or not any(values):
        return None
    ceiling = _ceiling(max(values))
    last = len(values) - 1
    xs = [LEFT + (RIGHT - LEFT) * n / last for n in range(last + 1)]
    highest, lowest = values.index(max(values)), values.index(min(values))
    labels = {last: True}
    if RIGHT - xs[highest] >= NEAR:
        labels[highest] = True
    if lowest not in labels and (RIGHT - xs[lowest] >= NEAR or highest == last):
        labels[lowest] = False
    ticks = {0, last // 3, 2 * last // 3, last} if last >= 6 else {0, last}
    points = [
        Point(
            x=xs[n],
            y=_height(value, ceiling),
            value=value,
            name=name,
            labelled=n in labels,
            # At the left a label above the line would cover the grid's own; near zero one below would cover the axis.
            above=(labels.get(n, True) and xs[n] >= NEAR) or _height(value, ceiling) > LOW,
            anchor="start" if n == 0 else "end" if n == last else "middle",
            tick=n in ticks,
        )
        for n, (name, value) in enumerate(named)
    ]
    return LineChart(points, [(_height(value, ceiling), value) for value in (0, ceiling // 2, ceiling)])


def share(value: int, of: int) -> float:
    """The length of a bar, in per cent of the longest one."""
    return round(100 * value / of, 1) if of else 0


def _ceiling(highest: int) -> int:
    """The value of the highest grid line: an even number with one digit that isn't zero, or ten of its kind."""
    step = 1
    while True:
        for digit in (2, 4, 6, 8):
            if digit * step >= highest:
                return digit * step
        step *= 10


def _height(value: int, ceiling: int) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * value / ceiling, 1)
