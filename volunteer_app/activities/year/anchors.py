"""The days of a year on which an anchor falls: by the calendar, by n-th weekdays, by the moon and by the solar terms.

What stands in the database isn't touched here. The tables of the moon and the terms are the borax library's; they end
in 2100, and beyond them an anchor that hangs on either has no day.
"""

import calendar
from datetime import date, timedelta
from functools import lru_cache

from borax.calendars.lunardate import MAX_LUNAR_YEAR, MIN_LUNAR_YEAR, LCalendars, LunarDate, TermUtils

from .models import AnchorKind, ThemeAnchor

MOST_DAYS_LATER = 60
"""How far from what it hangs on a theme's day may lie, either way."""


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
