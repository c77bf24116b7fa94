"""The only reader of the clock, and the one time zone: Asia/Shanghai.

Times are stored in UTC and shown in this zone; a week is Monday to Sunday in it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import total_ordering
from zoneinfo import ZoneInfo

from .errors import N_, BadInput

ZONE = ZoneInfo("Asia/Shanghai")
EARLIEST = date(1990, 1, 1)
LATEST = date(2199, 12, 31)
"""Days before and after hold a slip of the finger, and no activity; at the calendar's own ends nothing can be added."""

_frozen: datetime | None = None


def now() -> datetime:
    """The present moment, in UTC, in whole seconds."""
    return (_frozen or datetime.now(UTC)).replace(microsecond=0)


def today() -> date:
    """The present day in the product's zone."""
    return local(now()).date()


def freeze(moment: datetime | None) -> None:
    """Stop the clock at *moment* (with its zone), or let it run again with None."""
    global _frozen
    _frozen = moment and moment.astimezone(UTC)


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Stop the clock at *moment* inside a ``with`` block."""
    before = _frozen
    freeze(moment)
    try:
        yield
    finally:
        freeze(before)


def local(moment: datetime) -> datetime:
    """*moment* in the product's zone."""
    return moment.astimezone(ZONE)


def at(day: date, hour: time) -> datetime:
    """The moment, in UTC, of a wall-clock time of the product's zone."""
    return datetime.combine(day, hour, tzinfo=ZONE).astimezone(UTC)


def midnight(day: date) -> datetime:
    """The moment, in UTC, at which *day* begins."""
    return at(day, time.min)


@total_ordering
@dataclass(frozen=True)
class Week:
    """A week from Monday to Sunday, known by its Monday."""

    monday: date

    @classmethod
    def of(cls, day: date) -> "Week":
        """The week in which *day* lies."""
        return cls(day - timedelta(days=day.weekday()))

    @classmethod
    def this(cls) -> "Week":
        """The present week."""
        return cls.of(today())

    @classmethod
    def parse(cls, text: str) -> "Week":
        """Read an ISO week such as 2020-W45, or any day of it such as 2020-11-04.

        Raises:
            BadInput: *text* is neither.
        """
        try:
            if "W" in text:
                year, number = text.split("-W")
                day = date.fromisocalendar(int(year), int(number), 1)
            else:
                day = date.fromisoformat(text)
        except (ValueError, OverflowError) as error:
            raise BadInput(N_("%(text)s is not a week."), text=text) from error
        if not EARLIEST <= day <= LATEST:
            raise BadInput(N_("%(text)s is not a week."), text=text)
        return cls.of(day)

    def __str__(self) -> str:
        """The ISO name of the week, such as 2020-W45."""
        year, number, _ = self.monday.isocalendar()
        return f"{year}-W{number:02}"

    def __lt__(self, other: "Week") -> bool:
        return self.monday < other.monday

    @property
    def sunday(self) -> date:
        """The week's last day."""
        return self.monday + timedelta(days=6)

    @property
    def days(self) -> list[date]:
        """The seven days, Monday first."""
        return [self.monday + timedelta(days=n) for n in range(7)]

    @property
    def starts_at(self) -> datetime:
        """The moment at which the week begins."""
        return midnight(self.monday)

    @property
    def ends_at(self) -> datetime:
        """The first moment after the week."""
        return midnight(self.monday + timedelta(days=7))

    def shifted(self, weeks: int) -> "Week":
        """The week *weeks* later, or earlier where negative.

        Raises:
            BadInput: no calendar holds that week.
        """
        try:
            return Week(self.monday + timedelta(weeks=weeks))
        except OverflowError as error:
            raise BadInput(N_("%(text)s is not a week."), text=f"{self}{weeks:+}") from error


@total_ordering
@dataclass(frozen=True)
class Month:
    """A month of the calendar, known by its first day."""

    first: date

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month in which *day* lies."""
        return cls(day.replace(day=1))

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Read a month such as 2020-11.

        Raises:
            BadInput: *text* is none.
        """
        try:
            first = date.fromisoformat(f"{text}-01")
        except ValueError as error:
            raise BadInput(N_("%(text)s is not a month."), text=text) from error
        if not EARLIEST <= first <= LATEST:
            raise BadInput(N_("%(text)s is not a month."), text=text)
        return cls(first)

    def __str__(self) -> str:
        """The month as addresses name it, such as 2020-11."""
        return f"{self.first:%Y-%m}"

    def __lt__(self, other: "Month") -> bool:
        return self.first < other.first

    @property
    def last(self) -> date:
        """The month's last day."""
        return self.shifted(1).first - timedelta(days=1)

    @property
    def days(self) -> list[date]:
        """All its days."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    def shifted(self, months: int) -> "Month":
        """The month *months* later, or earlier where negative."""
        year, month = divmod(self.first.year * 12 + self.first.month - 1 + months, 12)
        return Month(date(year, month + 1, 1))
