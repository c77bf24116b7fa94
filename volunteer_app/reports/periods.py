"""Periods: a first and a last day, both included, in the product's zone."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from .. import clock
from ..clock import EARLIEST, LATEST, Week
from ..errors import N_, BadInput


class Span(StrEnum):
    """What a period is in the calendar."""

    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Period:
    """The days from *first* to *last*, both included."""

    first: date
    last: date

    @classmethod
    def of(cls, first: date, last: date) -> "Period":
        """The period between two days that somebody chose.

        Raises:
            BadInput: it ends before it starts, or lies out of reach.
        """
        if last < first:
            raise BadInput(N_("The last day comes before the first one. Swap them, or choose another day."))
        if first < EARLIEST or last > LATEST:
            raise BadInput(N_("Choose days between %(first)d and %(last)d."), first=EARLIEST.year, last=LATEST.year)
        return cls(first, last)

    @classmethod
    def week(cls, day: date) -> "Period":
        """The week, Monday to Sunday, in which *day* lies."""
        week = Week.of(day)
        return cls(week.monday, week.sunday)

    @classmethod
    def month(cls, day: date) -> "Period":
        """The calendar month in which *day* lies."""
        return cls(day.replace(day=1), _month_end(day))

    @classmethod
    def year(cls, day: date) -> "Period":
        """The calendar year in which *day* lies."""
        return cls(date(day.year, 1, 1), date(day.year, 12, 31))

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def starts_at(self) -> datetime:
        """The moment at which it begins."""
        return clock.midnight(self.first)

    @property
    def ends_at(self) -> datetime:
        """The first moment after it."""
        return clock.midnight(self.last + timedelta(days=1))

    @property
    def span(self) -> Span:
        """Whether it is a whole week, month or year of the calendar."""
        for span, whole in ((Span.WEEK, self.week), (Span.MONTH, self.month), (Span.YEAR, self.year)):
            if self == whole(self.first):
                return span
        return Span.DAYS

    def before(self) -> "Period":
        """The period before: the month before a month, the year before a year, else as many days."""
        return self._beside(self.first - timedelta(days=1), timedelta(days=-self.days))

    def after(self) -> "Period":
        """The period after, in the same way."""
        return self._beside(self.last + timedelta(days=1), timedelta(days=self.days))

    def compared(self, today: date) -> "Period":
        """What its figures are compared with: the period before, and of that no more days than have passed of this.

        A month which has seen its 10th day is compared with the first ten days of the month before: a whole month
        would always be ahead of it.
        """
        before = self.before()
        if not self.first <= today < self.last:
            return before
        return Period(before.first, min(before.first + (today - self.first), before.last))

    def clipped(self, week: Week) -> "Period":
        """The part of *week* that lies in it."""
        return Period(max(week.monday, self.first), min(week.sunday, self.last))

    def _beside(self, day: date, shift: timedelta) -> "Period":
        span = self.span
        if span is Span.MONTH:
            return self.month(day)
        if span is Span.YEAR:
            return self.year(day)
        return Period(self.first + shift, self.last + shift)


def weeks_between(first: Week, last: Week) -> list[Week]:
    """All weeks from *first* to *last*, both included."""
    return [first.shifted(n) for n in range((last.monday - first.monday).days // 7 + 1)]


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
