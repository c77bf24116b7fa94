"""Working days: the State Council's holidays and make-up workdays, an office's own special days, and estimates.

A year for which no notice has been published yet has only its statutory days: what is computed from it is marked as
estimated (预计) and computed anew when the notice is there.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

import holidays
from sqlalchemy import Date, String, select
from sqlalchemy.orm import Mapped, mapped_column

from .database import Base, db, words


class SpecialKind(StrEnum):
    """Why a day is not what its weekday says."""

    HOLIDAY = "holiday"
    MAKEUP_WORKDAY = "makeup_workday"


class SpecialDay(Base):
    """A day which an office set itself: it stands above the published notices, which change in mid-year."""

    __tablename__ = "special_day"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    kind: Mapped[SpecialKind] = mapped_column(words(SpecialKind))
    name: Mapped[str] = mapped_column(String(60), default="")


@dataclass(frozen=True)
class Special:
    """What is special about a day, with its name in Chinese and English."""

    kind: SpecialKind
    name: str
    name_en: str


@dataclass(frozen=True)
class Due:
    """The last day of a limit; *estimated* where it rests on a year without a published notice."""

    day: date
    estimated: bool


class Workdays:
    """The calendar of working days, with an office's own days over the published ones."""

    def __init__(self, own: Iterable[SpecialDay] = ()) -> None:
        self._own = {row.day: Special(row.kind, row.name, row.name) for row in own}

    @classmethod
    def current(cls) -> "Workdays":
        """The calendar as the office keeps it now."""
        return cls(db.session.scalars(select(SpecialDay)))

    def special(self, day: date) -> Special | None:
        """What is special about *day*, or None where its weekday decides."""
        return self._own.get(day) or _published(day.year).get(day)

    def holiday(self, day: date) -> Special | None:
        """The holiday on *day*, also where it's a weekend in the middle of one; None on any other day.

        Notices count the weekend in (1 to 8 October), the published days are only those that would be workdays.
        """
        around = [self._beyond_weekend(day, step) for step in (timedelta(days=-1), timedelta(days=1))]
        special = self.special(day) or (around[0] if all(around) and day.weekday() >= 5 else None)
        return special if special and special.kind is SpecialKind.HOLIDAY else None

    def _beyond_weekend(self, day: date, step: timedelta) -> Special | None:
        """What is special about the nearest day that isn't merely a weekend's."""
        day += step
        while day.weekday() >= 5 and not self.special(day):
            day += step
        special = self.special(day)
        return special if special and special.kind is SpecialKind.HOLIDAY else None

    def is_workday(self, day: date) -> bool:
        """Whether offices work on *day*."""
        special = self.special(day)
        if special:
            return special.kind is SpecialKind.MAKEUP_WORKDAY
        return day.weekday() < 5

    def is_published(self, year: int) -> bool:
        """Whether the notice of *year* is known, from the library or entered by the office.

        Every notice since 2001 has make-up workdays, and no statutory day is one.
        """
        days = [*_published(year).items(), *self._own.items()]
        return any(day.year == year and it.kind is SpecialKind.MAKEUP_WORKDAY for day, it in days)

    def add(self, day: date, working_days: int) -> Due:
        """The last day of a limit of *working_days* counted from *day*, which itself does not count.

        The receipt day isn't moved if it is no working day [domain rules, four-part slip].
        """
        estimated = False
        while working_days > 0:
            day += timedelta(days=1)
            estimated = estimated or not self.is_published(day.year)
            working_days -= self.is_workday(day)
        return Due(day, estimated)


@lru_cache(maxsize=32)
def _published(year: int) -> Mapping[date, Special]:
    chinese = holidays.country_holidays("CN", years=year, language="zh_CN")
    english = holidays.country_holidays("CN", years=year, language="en_US")
    feasts = {day: (_feast(name), _feast(english.get(day, ""))) for day, name in chinese.items() if day.year == year}
    days = {
        day: Special(SpecialKind.HOLIDAY, *(names if names[0] else _around(day, feasts)))
        for day, names in feasts.items()
    }
    days |= {day: Special(SpecialKind.MAKEUP_WORKDAY, "", "") for day in chinese.weekend_workdays if day.year == year}
    return days


def _feast(name: str) -> str:
    """The feast's name alone: the library adds how the day came to be free; a swapped day has no feast."""
    feast = re.split(r"（| \(", name, maxsplit=1)[0].replace("; ", ", " if name.isascii() else "、")
    if feast.startswith(("休息日", "Day off")):
        return ""
    return feast.removesuffix("延长假期").removesuffix(" Extended Holiday")


def _around(day: date, feasts: Mapping[date, tuple[str, str]]) -> tuple[str, str]:
    """The feast which a swapped day prolongs: the one that has most days among the free days around it."""
    named = []
    for step in (timedelta(days=-1), timedelta(days=1)):
        near = day + step
        while near in feasts or near.weekday() >= 5:
            if feasts.get(near, ("", ""))[0]:
                named.append(feasts[near])
            near += step
    return max(named, key=named.count) if named else ("", "")
