"""The account of the weekly three hours: which weeks are due, and which are met. Pure: rows in, weeks out.

A week is due where pairings cover all its days and leave doesn't; public holidays don't lessen it. It's met where the
minutes of its visits reach the pledge. Due is per cadre and week, whatever the number of pairings [facts, definitions].
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from .. import clock
from ..clock import Week

DAY = timedelta(days=1)


class Standing(StrEnum):
    """What became of a cadre's week."""

    MET = "met"
    MADE_UP = "made_up"
    """Short, and made up in the week after: shown where the office allows it, changing no figure."""
    SHORT = "short"
    ON_LEAVE = "on_leave"
    """Away on all its days: it isn't due."""
    NOT_DUE = "not_due"
    """No pairing covers all its days."""


@dataclass(frozen=True, slots=True)
class Span:
    """Days from one to another, both included; open where None."""

    since: date | None
    until: date | None

    def holds(self, day: date) -> bool:
        """Whether *day* is one of them."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Paired(Span):
    """A pairing as the account needs it."""

    minutes_a_week: int


@dataclass(frozen=True, slots=True)
class Stay:
    """A visit as the account needs it."""

    starts_at: datetime
    ends_at: datetime

    @property
    def minutes(self) -> int:
        """Whole minutes."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60


@dataclass(frozen=True, slots=True)
class CadreWeek:
    """A cadre's week."""

    week: Week
    pledge: int
    """Minutes; 0 where it isn't due."""
    minutes: int
    standing: Standing

    @property
    def due(self) -> bool:
        """Whether the three hours were due."""
        return self.standing in (Standing.MET, Standing.MADE_UP, Standing.SHORT)

    @property
    def short_by(self) -> int:
        """Minutes that lack."""
        return max(self.pledge - self.minutes, 0)


def account(
    pairings: Sequence[Paired],
    leaves: Sequence[Span],
    visits: Iterable[Stay],
    first: Week,
    last: Week,
    *,
    makes_up: bool = False,
) -> list[CadreWeek]:
    """The weeks of one cadre from *first* to *last*, in order.

    A visit over midnight counts to the week in which it began. What is made up is looked for one week beyond *last*.

    Args:
        visits: those that count, in any order.
        makes_up: whether a shortfall may be made up in the week after.
    """
    given: dict[Week, int] = defaultdict(int)
    for visit in visits:
        given[Week.of(clock.local(visit.starts_at).date())] += visit.minutes
    weeks, week = [], first
    while week <= last:
        weeks.append(_week(week, pairings, leaves, given, makes_up=makes_up))
        week = week.shifted(1)
    return weeks


def whole_weeks(since: date, until: date) -> tuple[Week, Week] | None:
    """The first and the last week that lie in a period with all their days; None where none does."""
    first, last = Week.of(since + 6 * DAY), Week.of(until + DAY).shifted(-1)
    return (first, last) if first <= last else None


def pledge_of(week: Week, pairings: Sequence[Paired]) -> int | None:
    """What was pledged for a week, of several pairings the most; None where a day of it is covered by none."""
    if not all(any(it.holds(day) for it in pairings) for day in week.days):
        return None
    return max(it.minutes_a_week for it in pairings if any(it.holds(day) for day in week.days))


def owes_the_same(before: Sequence[Paired], after: Sequence[Paired], last: Week) -> bool:
    """Whether two sets of pairings pledge the same for every week until *last*."""
    ends = {day for it in (*before, *after) for day in (it.since, it.until) if day}
    # Before the first of these days nothing changes from week to week, so that one week stands for all of them.
    week = min(Week.of(min(ends, default=last.monday)).shifted(-1), last)
    while week <= last:
        if pledge_of(week, before) != pledge_of(week, after):
            return False
        week = week.shifted(1)
    return True


def _week(
    week: Week, pairings: Sequence[Paired], leaves: Sequence[Span], given: dict[Week, int], *, makes_up: bool
) -> CadreWeek:
    minutes, pledge = given[week], pledge_of(week, pairings)
    if pledge is None:
        return CadreWeek(week, 0, minutes, Standing.NOT_DUE)
    if _away(week, leaves):
        return CadreWeek(week, 0, minutes, Standing.ON_LEAVE)
    if minutes >= pledge:
        return CadreWeek(week, pledge, minutes, Standing.MET)
    after = week.shifted(1)
    due_after = 0 if _away(after, leaves) else pledge_of(after, pairings) or 0
    made_up = makes_up and given[after] - due_after >= pledge - minutes
    return CadreWeek(week, pledge, minutes, Standing.MADE_UP if made_up else Standing.SHORT)


def _away(week: Week, leaves: Sequence[Span]) -> bool:
    return all(any(it.holds(day) for it in leaves) for day in week.days)
