"""The theme calendar (年度主题): which day each theme has in a year, and which week has which theme.

A week has one main theme. Where the days of several fall in it, the firmest stays and the others go to a free week
near by; a week that none falls in takes a spare [domain rules, weekly themes].
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import cycle

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from ...clock import Week
from ...database import db
from ...places.models import Place
from ..models import Theme
from . import anchors
from .models import AnchorKind, ThemeAnchor, ThemeMove

FARTHEST = {AnchorKind.DAY: 1, AnchorKind.LUNAR: 1, AnchorKind.TERM: 1, AnchorKind.WEEKDAY: 3}
"""Weeks by which a theme goes aside for another one: a feast stays near its day, what belongs to a season need not."""
FIRMEST = (AnchorKind.DAY, AnchorKind.LUNAR, AnchorKind.TERM, AnchorKind.WEEKDAY)
"""Whose week it stays where several fall in it, the firmest first."""


@dataclass(frozen=True, slots=True)
class ThemeDay:
    """A theme in one year."""

    theme: Theme
    anchor: ThemeAnchor
    day: date | None
    """None for a spare, which has no day of its own."""
    anchored_on: date | None
    """The day on which it would fall if it weren't moved."""
    moved: bool
    week: Week
    """The week that has it: that of its day, unless it went aside for another theme."""


def of_year(subdistrict: Place, year: int) -> list[ThemeDay]:
    """The themes of the weeks of an ISO *year*, week by week with the main one first: two queries."""
    return of_years(subdistrict, year, year)


def of_years(subdistrict: Place, first: int, last: int) -> list[ThemeDay]:
    """The themes of the weeks of some ISO years, as ``of_year``: two queries."""
    return [it for week in _weeks(subdistrict, first, last).values() for it in week]


def left_out(subdistrict: Place, year: int) -> list[ThemeMove]:
    """The days in the weeks of an ISO *year* that its office left out, in order: one query."""
    weeks = weeks_of(year)
    query = (
        select(ThemeMove)
        .join(ThemeMove.anchor)
        .join(ThemeAnchor.theme)
        .options(contains_eager(ThemeMove.anchor).contains_eager(ThemeAnchor.theme))
        .where(
            ThemeAnchor.subdistrict_id == subdistrict.id,
            ThemeAnchor.off.is_(False),
            Theme.retired_on.is_(None),
            ThemeMove.moved_to.is_(None),
            ThemeMove.anchored_on.between(weeks[0].monday, weeks[-1].sunday),
        )
    )
    rows = db.session.scalars(query.order_by(ThemeMove.anchored_on, ThemeMove.id))
    # What hangs on something else since then may fall on the day no more.
    return [it for it in rows if it.anchored_on in anchors.days(it.anchor, it.anchored_on.year)]


def of_weeks(subdistrict: Place, first: Week, last: Week) -> dict[Week, list[Theme]]:
    """The themes of each week from *first* to *last*, the main one first: two queries.

    A week has none where the office has no theme calendar, or one without a spare.
    """
    found = _weeks(subdistrict, _year(first), _year(last))
    return {week: [it.theme for it in held] for week, held in found.items() if first <= week <= last}


def weeks_of(year: int) -> list[Week]:
    """The 52 or 53 weeks of an ISO *year*."""
    # 4 January always lies in the first one, and 28 December in the last one.
    first, last = Week.of(date(year, 1, 4)), Week.of(date(year, 12, 28))
    return [first.shifted(n) for n in range((last.monday - first.monday).days // 7 + 1)]


def _year(week: Week) -> int:
    return week.monday.isocalendar().year


def _weeks(subdistrict: Place, first: int, last: int) -> dict[Week, list[ThemeDay]]:
    """All weeks of the ISO years *first* to *last*: a year is shared out as a whole, whichever weeks are asked for."""
    living = list(
        db.session.scalars(
            select(ThemeAnchor)
            .join(ThemeAnchor.theme)
            .options(joinedload(ThemeAnchor.theme))
            .where(ThemeAnchor.subdistrict_id == subdistrict.id, ThemeAnchor.off.is_(False), Theme.retired_on.is_(None))
            .order_by(ThemeAnchor.id)
        )
    )
    moves = {
        (move.anchor_id, move.anchored_on): move
        for move in db.session.scalars(
            select(ThemeMove).join(ThemeMove.anchor).where(ThemeAnchor.subdistrict_id == subdistrict.id)
        )
    }
    spares = [anchor for anchor in living if anchor.kind is AnchorKind.SPARE]
    # A day of the year before or after may have been moved into these.
    fallen = list(_fallen(living, moves, range(first - 1, last + 2)))
    shared: dict[Week, list[ThemeDay]] = {}
    for year in range(first, last + 1):
        shared |= _shared_out(weeks_of(year), fallen, spares)
    return shared


def _fallen(
    living: Iterable[ThemeAnchor], moves: dict[tuple[int, date], ThemeMove], years: range
) -> Iterator[ThemeDay]:
    for anchor in living:
        for anchored_on in (day for year in years for day in anchors.days(anchor, year)):
            move = moves.get((anchor.id, anchored_on))
            day = move.moved_to if move else anchored_on
            if day:
                yield ThemeDay(anchor.theme, anchor, day, anchored_on, moved=bool(move), week=Week.of(day))


def _shared_out(
    weeks: Iterable[Week], fallen: Iterable[ThemeDay], spares: Iterable[ThemeAnchor]
) -> dict[Week, list[ThemeDay]]:
    shared: dict[Week, list[ThemeDay]] = {week: [] for week in weeks}
    for it in sorted(fallen, key=_firmness):
        if it.week in shared:
            shared[it.week].append(it)
    # Where the office itself put two into one week, both stay.
    seconds = [it for held in shared.values() for it in held[1:] if not it.moved]
    for it in seconds:
        free = next((week for week in _near(it.week, FARTHEST[it.anchor.kind]) if shared.get(week) == []), None)
        if free:
            shared[it.week].remove(it)
            shared[free].append(replace(it, week=free))
    for spare, week in zip(cycle(spares), [week for week, held in shared.items() if not held], strict=False):
        shared[week].append(ThemeDay(spare.theme, spare, None, None, moved=False, week=week))
    return shared


def _firmness(it: ThemeDay) -> tuple[bool, int, date | None, int]:
    return not it.moved, FIRMEST.index(it.anchor.kind), it.day, it.anchor.id


def _near(week: Week, farthest: int) -> Iterator[Week]:
    """The weeks to which a theme may go, the nearest first, and the later one of two as near."""
    for far in range(1, farthest + 1):
        yield week.shifted(far)
        yield week.shifted(-far)
