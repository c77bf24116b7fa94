"""Dates and times as people say them, in Chinese and English. They go through here alone."""

from datetime import date, datetime

from flask_babel import format_date, get_locale, gettext

from .. import clock
from ..activities.planning.slot_changes import NewSlot
from ..clock import Week
from ..teams.models import Team


def chinese() -> bool:
    """Whether the request is answered in Chinese."""
    return str(get_locale()).startswith("zh")


def day(value: date) -> str:
    """11月4日 · 4 November; with the year where it isn't the present one."""
    this_year = value.year == clock.today().year
    if chinese():
        return f"{value.month}月{value.day}日" if this_year else f"{value.year}年{value.month}月{value.day}日"
    return format_date(value, "d MMMM" if this_year else "d MMMM y")


def weekday(value: date) -> str:
    """周三 · Wed."""
    return f"周{'一二三四五六日'[value.weekday()]}" if chinese() else format_date(value, "EEE")


def weekday_named(number: int) -> str:
    """The weekday of a number, Monday 0: 周三 · Wed."""
    # 2024 began on a Monday.
    return weekday(date(2024, 1, 1 + number))


def weekday_short(value: date) -> str:
    """三 · W: for the strip of a phone."""
    return "一二三四五六日"[value.weekday()] if chinese() else format_date(value, "EEEEE")


def month_before(value: date) -> str:
    """What comes before the numeral of a day where it's read aloud: 11月."""
    return f"{value.month}月" if chinese() else ""


def month_after(value: date) -> str:
    """And what comes after it: 日 · November."""
    return "日" if chinese() else format_date(value, " MMMM")


def day_and_weekday(value: date) -> str:
    """11月4日（周三） · Wed 4 November."""
    return f"{day(value)}（{weekday(value)}）" if chinese() else f"{weekday(value)} {day(value)}"


def near(value: date) -> str:
    """Today and tomorrow by name; empty for other days."""
    distance = (value - clock.today()).days
    return gettext("today") if distance == 0 else gettext("tomorrow") if distance == 1 else ""


def span(first: date, last: date) -> str:
    """11月23日–29日 · 23–29 November: both ends, and nothing said twice."""
    if first == last:
        return day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{day(first)}–{last.day}日" if chinese() else f"{first.day}–{day(last)}"
    if first.year == last.year and chinese():
        return f"{day(first)}–{last.month}月{last.day}日"
    return f"{format_date(first, 'd MMMM') if first.year == last.year else day(first)}–{day(last)}"


def hour(moment: datetime) -> str:
    """19:00."""
    return f"{clock.local(moment):%H:%M}"


def day_part(moment: datetime) -> str:
    """Morning, afternoon or evening: parts of a long day in a list."""
    begun = clock.local(moment).hour
    return gettext("Morning") if begun < 12 else gettext("Afternoon") if begun < 18 else gettext("Evening")


def until(starts_at: datetime, ends_at: datetime) -> str:
    """The end of a span: 20:30, or 次日01:00 after midnight."""
    if clock.local(ends_at).date() > clock.local(starts_at).date():
        return gettext("%(time)s next day", time=hour(ends_at))
    return hour(ends_at)


def hours(starts_at: datetime, ends_at: datetime) -> str:
    """19:00–20:30."""
    return f"{hour(starts_at)}–{until(starts_at, ends_at)}"


def when(starts_at: datetime, ends_at: datetime) -> str:
    """11月4日（周三）19:00–20:30 · Wed 4 November, 19:00–20:30."""
    start = day_and_weekday(clock.local(starts_at).date())
    return f"{start}{'' if chinese() else ', '}{hours(starts_at, ends_at)}"


def moment(value: datetime) -> str:
    """11月25日 17:00 · 25 November, 17:00."""
    return f"{day(clock.local(value).date())}{' ' if chinese() else ', '}{hour(value)}"


def month(value: date) -> str:
    """2019年1月 · January 2019."""
    return f"{value.year}年{value.month}月" if chinese() else format_date(value, "MMMM y")


def month_named(number: int) -> str:
    """5月 · May."""
    return f"{number}月" if chinese() else format_date(date(2024, number, 1), "MMMM")


def birth_month(value: str) -> str:
    """The month of somebody's birth, kept as 1949-12: 1949年12月 · December 1949."""
    return month(date.fromisoformat(f"{value}-01"))


def week_name(value: date) -> str:
    """The ISO name of the week in which a day lies, for addresses."""
    return str(Week.of(value))


def slot_day(team: Team | NewSlot) -> str:
    """每周三 · Every Wed."""
    if team.weekday is None:
        return ""
    return gettext("Every %(weekday)s", weekday=weekday(date(2024, 1, 1 + team.weekday)))


def slot_hours(team: Team | NewSlot) -> str:
    """19:00–20:30."""
    return f"{team.slot_starts:%H:%M}–{team.slot_ends:%H:%M}" if team.slot_starts and team.slot_ends else ""


def slot(team: Team | NewSlot) -> str:
    """A weekly slot in one piece; empty where it has none."""
    return f"{slot_day(team)} {slot_hours(team)}".strip()
