"""The days of a year on which an anchor falls: by the calendar, by n-th weekdays, by the moon and by the solar terms.

What stands in the database isn't touched here. The tables of the moon and the terms are the borax library's; they end
in 2100, and beyond them an anchor that hangs on either has no day.
"""

import calendar
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from borax.calendars.lunardate import MAX_LUNAR_YEAR, MIN_LUNAR_YEAR, LCalendars, LunarDate, TermUtils

from ...errors import N_, BadInput, Message, message
from .models import AnchorKind, ThemeAnchor

MOST_DAYS_LATER = 60
"""How far from what it hangs on a theme's day may lie, either way."""
NTH = (1, 2, 3, 4, -1)
"""Which weekday of a month: a fifth one isn't in each."""
TERMS = range(24)
LONGEST_LUNAR_MONTH = 30
COLUMNS = {
    AnchorKind.DAY: ("month", "day"),
    AnchorKind.WEEKDAY: ("month", "nth", "weekday"),
    AnchorKind.LUNAR: ("month", "day"),
    AnchorKind.TERM: ("term",),
    AnchorKind.SPARE: (),
}
"""The columns that say on what a theme hangs, beside how many days later."""
EVERY = ("kind", "month", "day", "nth", "weekday", "term", "days_later")
_LONGEST = 2024  # a leap year


class AnchorFaulty(BadInput):
    """Something on which no theme can hang: what is wrong with it, by column."""

    def __init__(self, faults: Mapping[str, Message]) -> None:
        first = next(iter(faults.values()))
        super().__init__(first.text, **first.values)
        self.faults = dict(faults)


def checked(columns: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of an anchor, all of them: those foreign to its kind are None, and a spare is never later.

    Args:
        columns: by name; the kind among them.

    Raises:
        AnchorFaulty: no theme can hang on this.
    """
    kind = AnchorKind(columns["kind"])
    own = {name: columns.get(name) for name in COLUMNS[kind]}
    later = 0 if kind is AnchorKind.SPARE else columns.get("days_later") or 0
    faults = {name: fault for name in own if (fault := _fault(name, own, kind))}
    if abs(later) > MOST_DAYS_LATER:
        faults["days_later"] = message(
            N_("Enter at most %(most)d days, with a minus for days before."), most=MOST_DAYS_LATER
        )
    if faults:
        raise AnchorFaulty(faults)
    return {**dict.fromkeys(EVERY), **own, "kind": kind, "days_later": later}


def _fault(name: str, columns: Mapping[str, int | None], kind: AnchorKind) -> Message | None:
    value = columns[name]
    match name:
        case "month" if value not in range(1, 13):
            return message(N_("Choose a month."))
        case "day" if value is None or value < 1:
            return message(N_("Choose a day."))
        case "day" if value is not None and value > _longest(columns["month"], kind):
            return message(N_("The month has no such day."))
        case "nth" if value not in NTH:
            return message(N_("Choose which weekday of the month it is."))
        case "weekday" if value not in range(7):
            return message(N_("Choose a weekday."))
        case "term" if value not in TERMS:
            return message(N_("Choose a solar term."))
    return None


def _longest(month: int | None, kind: AnchorKind) -> int:
    """The days of a month in the years in which it's longest; of one that isn't chosen yet, those of any."""
    if kind is AnchorKind.LUNAR:
        return LONGEST_LUNAR_MONTH
    return calendar.monthrange(_LONGEST, month)[1] if month and 1 <= month <= 12 else 31


def days(anchor: ThemeAnchor, year: int) -> list[date]:
    """The days of the Gregorian *year* on which *anchor* falls, in order.

    A day of the twelfth lunar month falls into some years twice and into others never; a spare has no day.
    """
    later = timedelta(days=anchor.days_later)
    # What hangs on last December can fall in January, and so can the last days of last lunar year.
    found = (_day(anchor, near) for near in (year - 1, year, year + 1))
    return sorted(it + later for it in found if it and (it + later).year == year)


def _day(anchor: ThemeAnchor, year: int) -> date | None:
    """The day on which *anchor* hangs in *year*, a lunar one for LUNAR; None where that year has no such day."""
    match anchor:
        case ThemeAnchor(kind=AnchorKind.DAY, month=int(month), day=int(day)):
            # 29 February is a day of leap years alone.
            return date(year, month, day) if day <= calendar.monthrange(year, month)[1] else None
        case ThemeAnchor(kind=AnchorKind.WEEKDAY, month=int(month), nth=int(nth), weekday=int(weekday)):
            return _nth_weekday(year, month, nth, weekday)
        case ThemeAnchor(kind=AnchorKind.LUNAR, month=int(month), day=int(day)):
            return _lunar(year, month, day)
        case ThemeAnchor(kind=AnchorKind.TERM, term=int(term)):
            return _term(year, term)
    return None


def _nth_weekday(year: int, month: int, nth: int, weekday: int) -> date:
    first, length = calendar.monthrange(year, month)
    found = range(1 + (weekday - first) % 7, length + 1, 7)
    return date(year, month, found[nth - 1 if nth > 0 else nth])


@lru_cache(maxsize=1024)
def _lunar(year: int, month: int, day: int) -> date | None:
    """A day of the lunar *year*; of its leap month there is none, and day 30 is the month's last one."""
    if not MIN_LUNAR_YEAR <= year <= MAX_LUNAR_YEAR:
        return None
    found: date = LunarDate(year, month, min(day, LCalendars.ndays(year, month))).to_solar_date()
    return found


@lru_cache(maxsize=1024)
def _term(year: int, term: int) -> date | None:
    if not MIN_LUNAR_YEAR < year <= MAX_LUNAR_YEAR:
        return None
    found: date = TermUtils.nth_term_day(year, term)
    return found
