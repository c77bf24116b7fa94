"""From cells to values and back. Each parser takes a filled cell and raises BadInput with a reason for the fault."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum
from functools import lru_cache
from typing import Any

from .. import clock
from ..errors import N_, BadInput
from ..people.phones import clean_name, clean_phone
from ..tables.cells import Cell, Formula

DAY_SECONDS = 24 * 3600
LARGEST_NUMBER = 2_000_000_000

_DAY = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?(?:[ T]0?0:00(?::00)?)?\Z")
_TIME = re.compile(r"(次日)?\s*(\d{1,2}):(\d{2})(?::(\d{2}))?\Z")
_MONTH = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})月?\Z")
_WEEKDAYS = "一二三四五六日"

Parser = Callable[[Cell], Any]


def is_blank(cell: Cell) -> bool:
    """Whether nothing stands in the cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def plain(cell: Cell) -> str:
    """A cell as one line of text: whole numbers without their point, blanks at the ends and line breaks gone."""
    if isinstance(cell, Formula):
        raise BadInput(N_("a formula stands here, not a value: %(text)s"), text=cell.text[:60])
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def text(most: int) -> Parser:
    """Text of at most *most* characters."""

    def parse(cell: Cell) -> str:
        found = plain(cell)
        if len(found) > most:
            raise BadInput(N_("longer than %(count)d characters"), count=most)
        return found

    return parse


def name(cell: Cell) -> str:
    """A person's name in its one form."""
    found = clean_name(plain(cell))
    if len(found) > 60:
        raise BadInput(N_("longer than %(count)d characters"), count=60)
    return found


def phone(cell: Cell) -> str:
    """A phone number in its one form."""
    return clean_phone(plain(cell))


def day(cell: Cell) -> date:
    """A date cell, or 2020-01-10, 2020/1/10, 2020年1月10日."""
    if isinstance(cell, datetime):
        return _possible(cell.date())
    if isinstance(cell, date):
        return _possible(cell)
    return _day(plain(cell))


def day_not_to_come(cell: Cell) -> date:
    """A date up to today."""
    found = day(cell)
    if found > clock.today():
        raise BadInput(N_("%(day)s lies in the future"), day=found.isoformat())
    return found


def month(cell: Cell) -> str:
    """Year and month, 1949-12."""
    if isinstance(cell, date):
        return f"{_possible(cell):%Y-%m}"
    found = plain(cell)
    match = _MONTH.match(unicodedata.normalize("NFKC", found))
    if match is None or not 1 <= int(match[2]) <= 12 or not 1850 <= int(match[1]) <= clock.today().year:
        raise BadInput(N_("%(text)s is not a year and month, such as 1949-12"), text=found)
    return f"{match[1]}-{int(match[2]):02}"


def hour(cell: Cell) -> int:
    """A time of the day, in seconds since midnight: a time cell, 15:30, or 次日01:00 for the day after."""
    if isinstance(cell, datetime):
        cell = cell.time()
    if isinstance(cell, time):
        return cell.hour * 3600 + cell.minute * 60 + cell.second
    if isinstance(cell, timedelta):
        seconds = round(cell.total_seconds())
        if 0 <= seconds < 2 * DAY_SECONDS:
            return seconds
    return _hour(plain(cell))


def hour_of_one_day(cell: Cell) -> time:
    """A time of the day that isn't after midnight."""
    seconds = hour(cell)
    if seconds >= DAY_SECONDS:
        raise BadInput(N_("must end on the same day"))
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60)


def whole(cell: Cell) -> int:
    """A whole number, zero or more."""
    found = _number(cell)
    if found != int(found):
        raise BadInput(N_("%(text)s is not a whole number"), text=plain(cell))
    return int(found)


def tenth(cell: Cell) -> float:
    """A number of zero or more, to one decimal, half up."""
    return float(_number(cell).quantize(Decimal("0.1"), ROUND_HALF_UP))


def hours_a_week(cell: Cell) -> int:
    """Hours of a week as minutes: 3, or 2.5; to the whole minute, half up."""
    minutes = int((_number(cell) * 60).quantize(Decimal(1), ROUND_HALF_UP))
    if not 0 < minutes <= 7 * 24 * 60:
        raise BadInput(N_("%(text)s is no number of hours a week"), text=plain(cell))
    return minutes


def weekday(cell: Cell) -> int:
    """一 to 日 (also 周一, 星期一, 天) as 0 to 6."""
    found = plain(cell)
    sign = found.removeprefix("星期").removeprefix("礼拜").removeprefix("周").replace("天", "日")
    if len(sign) != 1 or sign not in _WEEKDAYS:
        raise BadInput(N_("%(text)s is not a day of the week (一 to 日)"), text=found)
    return _WEEKDAYS.index(sign)


def choice(values: Mapping[str, Any]) -> Parser:
    """One of the words of *values*."""

    def parse(cell: Cell) -> Any:
        found = plain(cell)
        if found not in values:
            raise BadInput(N_("%(text)s is none of %(choices)s"), text=found, choices="、".join(values))
        return values[found]

    return parse


def anything(cell: Cell) -> str | None:
    """For columns that are only checked: their text; a formula is as good as a blank."""
    return None if isinstance(cell, Formula) else plain(cell)


def hour_cell(seconds: int) -> Cell:
    """The opposite of ``hour``: a time cell, or text where it lies on the day after."""
    inside = seconds % DAY_SECONDS
    moment = time(inside // 3600, inside // 60 % 60, inside % 60)
    if seconds < DAY_SECONDS:
        return moment
    return f"次日{moment:%H:%M:%S}" if moment.second else f"次日{moment:%H:%M}"


def hours_cell(minutes: int) -> Cell:
    """The opposite of ``hours_a_week``: two decimals tell all minutes apart."""
    return round(minutes / 60, 2)


def weekday_cell(number: int) -> Cell:
    """0 to 6 as 一 to 日."""
    return _WEEKDAYS[number]


def choice_cell(values: Mapping[str, Any]) -> Callable[[Any], Cell]:
    """The opposite of ``choice``: of several words for one value, the first."""
    words: dict[Any, str] = {}
    for word, value in values.items():
        words.setdefault(value, word)
    return lambda value: words[value]


def spoken(cell: Cell) -> str:
    """A cell as it reads on a preview and in the trail."""
    if cell is None:
        return ""
    if isinstance(cell, StrEnum):
        return cell.value
    if isinstance(cell, time):
        return f"{cell:%H:%M:%S}" if cell.second else f"{cell:%H:%M}"
    if isinstance(cell, datetime) and cell.time() == time.min:
        return cell.date().isoformat()
    if isinstance(cell, Formula):
        return cell.text
    return plain(cell)


def _possible(found: date) -> date:
    if not 1900 <= found.year <= 2200:
        raise BadInput(N_("%(text)s is not a day of the calendar"), text=found.isoformat())
    return found


@lru_cache(maxsize=5_000)
def _day(found: str) -> date:
    match = _DAY.match(unicodedata.normalize("NFKC", found))
    try:
        if match is None:
            raise ValueError
        return _possible(date(*(int(part) for part in match.groups())))
    except ValueError as error:
        raise BadInput(N_("%(text)s is not a day of the calendar"), text=found) from error


@lru_cache(maxsize=5_000)
def _hour(found: str) -> int:
    match = _TIME.match(unicodedata.normalize("NFKC", found))
    if match is None:
        raise BadInput(N_("%(text)s is not a time of the day, such as 15:30"), text=found)
    next_day, hours, minutes, seconds = match[1], int(match[2]), int(match[3]), int(match[4] or 0)
    if minutes > 59 or seconds > 59 or hours > 24 or (hours == 24 and (minutes or seconds or next_day)):
        raise BadInput(N_("%(text)s is not a time of the day, such as 15:30"), text=found)
    return (DAY_SECONDS if next_day else 0) + hours * 3600 + minutes * 60 + seconds


def _number(cell: Cell) -> Decimal:
    if isinstance(cell, bool | date | time | timedelta):
        raise BadInput(N_("%(text)s is not a number"), text=spoken(cell))
    found = plain(cell)
    try:
        number = Decimal(unicodedata.normalize("NFKC", found).replace(",", ""))
        finite = number.is_finite()
    except InvalidOperation:
        finite = False
    if not finite:
        raise BadInput(N_("%(text)s is not a number"), text=found)
    if number < 0:
        raise BadInput(N_("%(text)s is less than nothing"), text=found)
    if number > LARGEST_NUMBER:
        raise BadInput(N_("%(text)s is too large"), text=found)
    return number
