"""The words of figures: units, changes against another period, names of periods and of what was filtered."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from flask_babel import format_date, gettext, ngettext

from .. import clock
from ..reports.definitions import DEFINITIONS, NAMES, PLACES, SIGNED, WEEKS, Figure
from ..reports.periods import Period, Span
from .dates import chinese, month, span
from .html import number, service_hours

TIMES = (Figure.MINUTES, Figure.SERVICE_MINUTES, Figure.DUTY_MINUTES)
"""Counted in minutes, shown in hours to one decimal."""


def figure_name(figure: Figure) -> str:
    """What people call a figure."""
    return gettext(NAMES[figure])


def definition(figure: Figure) -> str:
    """How a figure is counted."""
    return gettext(DEFINITIONS[figure])


def amount(figure: Figure, value: float) -> str:
    """The figure as it's written: minutes in hours."""
    return service_hours(int(value)) if figure in TIMES else number(int(value) if value == int(value) else value)


def unit(figure: Figure, value: float) -> str:
    """The word after the number."""
    many = int(value)
    if figure in TIMES:
        return gettext("hours")
    if figure is Figure.RENOVATED_AREA:
        return gettext("m²")
    if figure in SIGNED:
        return ngettext("sign-up", "sign-ups", many)
    if figure in (Figure.ATTENDANCES, Figure.WALK_INS):
        return ngettext("attendance", "attendances", many)
    if figure in (Figure.PEOPLE, Figure.MEMBERS):
        return ngettext("person", "people", many)
    if figure is Figure.MEMBERSHIPS:
        return ngettext("membership", "memberships", many)
    if figure in (Figure.TEAMS, Figure.IDLE_TEAMS):
        return ngettext("team", "teams", many)
    if figure in (Figure.BUILDINGS, Figure.RENOVATED_BUILDINGS):
        return ngettext("building", "buildings", many)
    if figure in (Figure.HOUSEHOLDS, Figure.RENOVATED_HOUSEHOLDS):
        return ngettext("household", "households", many)
    if figure in PLACES or figure is Figure.FULLY_STAFFED:
        return ngettext("compound", "compounds", many)
    return _unit_of_duty(figure, many) or _unit_of_contests(figure, many) or ngettext("activity", "activities", many)


def _unit_of_duty(figure: Figure, many: int) -> str:
    """The word after a number of assignments, or of the weekly three hours; empty for any other."""
    if figure in WEEKS:
        return ngettext("cadre's week", "cadres' weeks", many)
    match figure:
        case Figure.ASSIGNMENTS:
            return ngettext("assignment", "assignments", many)
        case Figure.CADRES:
            return ngettext("cadre", "cadres", many)
        case Figure.VISITS:
            return ngettext("visit", "visits", many)
        case Figure.PROBLEMS_SOLVED:
            return ngettext("problem", "problems", many)
        case Figure.DISPUTES_MEDIATED:
            return ngettext("dispute", "disputes", many)
        case Figure.LEAVES:
            return ngettext("leave", "leaves", many)
        case _:
            return ""


def _unit_of_contests(figure: Figure, many: int) -> str:
    """The word after a number of contests; empty for any other."""
    match figure:
        case Figure.ROUNDS:
            return ngettext("round", "rounds", many)
        case Figure.ENTRIES:
            return ngettext("entry", "entries", many)
        case Figure.VOTES:
            return ngettext("vote", "votes", many)
        case Figure.PARTICIPANTS:
            return ngettext("participant", "participants", many)
        case _:
            return ""


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure changed against another period, ready for a sentence."""

    more: bool
    difference: str
    """Empty where nothing changed."""
    percent: str
    """One decimal, half up; empty where the other period has none to compare with."""
    period: str


def change(figure: Figure, now: int, before: int, period: Period) -> Change:
    """How a figure changed against *period*, where it was *before*."""
    return Change(
        more=now > before,
        difference=amount(figure, abs(now - before)) if now != before else "",
        percent=_one_decimal(Fraction(100 * abs(now - before), before)) if before else "",
        period=period_name(period),
    )


def period_name(period: Period) -> str:
    """A month or a year by name, other periods by both ends."""
    if period.span is Span.MONTH:
        if period.first.year != clock.today().year:
            return month(period.first)
        return format_date(period.first, "MMM" if chinese() else "MMMM")
    if period.span is Span.YEAR:
        return gettext("the year %(year)s", year=str(period.first.year))
    return span(period.first, period.last)


def neighbours(period: Period) -> tuple[str, str]:
    """What the ways to the period before and after it are called."""
    return {
        Span.WEEK: (gettext("Previous week"), gettext("Following week")),
        Span.MONTH: (gettext("Previous month"), gettext("Following month")),
        Span.YEAR: (gettext("Previous year"), gettext("Following year")),
        Span.DAYS: (gettext("Period before"), gettext("Period after")),
    }[period.span]


def short_day(value: date) -> str:
    """8/10 · 10 Aug: below a chart."""
    return f"{value.month}/{value.day}" if chinese() else format_date(value, "d MMM")


def _one_decimal(value: Fraction) -> str:
    """One decimal, half up."""
    tenths = int(value * 10 + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}"
