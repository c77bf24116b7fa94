"""Tables of a period: the lines of each grouping with their words and ways to rows, and the sheets of its export."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Row

from .. import clock
from ..activities.models import ThemeField
from ..places.models import Place
from ..reports.counts import Count
from ..reports.definitions import SIGNING_UP, Figure
from ..reports.participation import Line, Participation, PlaceName
from ..reports.periods import Period
from ..tables.cells import Cell
from ..tables.writing import Table
from ..words import word
from .dates import span
from .report_words import figure_name

COUNTED = (
    Figure.PLANNED,
    Figure.HELD,
    Figure.CANCELLED,
    Figure.ATTENDANCES,
    Figure.PEOPLE,
    Figure.MINUTES,
    Figure.SERVICE_MINUTES,
)
"""What every table of a page counts, in this order."""
COLUMNS = (*COUNTED, *SIGNING_UP)
"""What every export counts. A page has a second table for signing up: eleven columns are too many in large type."""

NONE = "none"
"""In an address: what a place holds without a team."""


class Grouping(StrEnum):
    """What a table has a line for."""

    TEAMS = "teams"
    KINDS = "kinds"
    THEMES = "themes"
    FIELDS = "fields"
    COMMUNITIES = "communities"
    COMPOUNDS = "compounds"
    WEEKS = "weeks"


TITLES = {
    Grouping.TEAMS: _l("By team"),
    Grouping.KINDS: _l("By kind of team"),
    Grouping.THEMES: _l("By theme"),
    Grouping.FIELDS: _l("By field"),
    Grouping.COMMUNITIES: _l("By community"),
    Grouping.COMPOUNDS: _l("By compound"),
    Grouping.WEEKS: _l("By week"),
}
HEADINGS = {
    Grouping.TEAMS: _l("Team"),
    Grouping.KINDS: _l("Kind"),
    Grouping.THEMES: _l("Theme"),
    Grouping.FIELDS: _l("Field"),
    Grouping.COMMUNITIES: _l("Community"),
    Grouping.COMPOUNDS: _l("Compound"),
    Grouping.WEEKS: _l("Week"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a table with everything a page says of it."""

    name: str
    count: Count
    period: Period
    filters: dict[str, str]
    """What the address of its rows asks for."""
    address: str = ""
    """The page of the thing itself."""
    field: ThemeField | None = None
    """Whose mark stands before the name."""


def signed_up(count: Count) -> bool:
    """Whether anybody signed up for what was counted."""
    return any(getattr(count, figure.value) for figure in SIGNING_UP)


def entries(grouping: Grouping, found: Participation, period: Period) -> list[Entry]:
    """The lines of one grouping."""
    return _MAKERS[grouping](found, period)


def export(place: Place, period: Period, found: Participation, idle: Sequence[Row[Any]]) -> list[Table]:
    """The sheets of a workbook: the totals, each grouping, and the teams without an activity."""
    title = f"{place.name} {span(period.first, period.last)}"
    totals = Table(
        gettext("Totals"),
        title,
        [gettext("Figure"), gettext("Number")],
        [[_heading(figure), getattr(found.total, figure.value)] for figure in COLUMNS],
    )
    groups = [
        Table(
            str(TITLES[grouping]),
            title,
            [str(HEADINGS[grouping]), *(_heading(figure) for figure in COLUMNS)],
            [[entry.name, *_numbers(entry.count)] for entry in entries(grouping, found, period)],
        )
        for grouping in Grouping
    ]
    without = Table(
        figure_name(Figure.IDLE_TEAMS),
        title,
        [gettext("Team"), gettext("Place"), gettext("Last activity")],
        [[row.team, row.place, clock.local(row.last_held_at).date() if row.last_held_at else None] for row in idle],
    )
    return [totals, *groups, without]


def flat(place: Place, found: Participation, period: Period) -> Table:
    """All groupings below one another, for a CSV file."""
    rows: list[list[Cell]] = [[gettext("Totals"), place.name, *_numbers(found.total)]]
    for grouping in Grouping:
        rows += [
            [str(TITLES[grouping]), entry.name, *_numbers(entry.count)] for entry in entries(grouping, found, period)
        ]
    header = [gettext("Table"), gettext("Line"), *(_heading(figure) for figure in COLUMNS)]
    return Table(gettext("Participation"), place.name, header, rows)


def _numbers(count: Count) -> list[Cell]:
    return [getattr(count, figure.value) for figure in COLUMNS]


def _heading(figure: Figure) -> str:
    """An export keeps minutes: whoever adds them up must not add rounded hours."""
    if figure is Figure.MINUTES:
        return gettext("Minutes given")
    if figure is Figure.SERVICE_MINUTES:
        return gettext("Minutes of volunteering")
    return figure_name(figure)


def _teams(found: Participation, period: Period) -> list[Entry]:
    return [
        Entry(
            line.of.name if line.of else gettext("Without a team"),
            line.count,
            period,
            {"team": line.of.slug if line.of else NONE},
            url_for("teams.show", slug=line.of.slug) if line.of else "",
        )
        for line in found.teams
    ]


def _kinds(found: Participation, period: Period) -> list[Entry]:
    return [
        Entry(
            word(line.of) if line.of else gettext("Without a team"),
            line.count,
            period,
            {"kind": line.of.value} if line.of else {"team": NONE},
        )
        for line in found.kinds
    ]


def _themes(found: Participation, period: Period) -> list[Entry]:
    return [
        Entry(line.of.name, line.count, period, {"theme": str(line.of.id)}, field=line.of.field)
        for line in found.themes
    ]


def _fields(found: Participation, period: Period) -> list[Entry]:
    return [Entry(word(line.of), line.count, period, {"field": line.of.value}, field=line.of) for line in found.fields]


def _places(lines: list[Line[PlaceName]], period: Period) -> list[Entry]:
    return [
        Entry(
            gettext("%(place)s itself", place=line.of.name) if line.of.directly else line.of.name,
            line.count,
            period,
            {"place": line.of.slug, **({"directly": "1"} if line.of.directly else {})},
            url_for("places.show", slug=line.of.slug),
        )
        for line in lines
    ]


def _weeks(found: Participation, period: Period) -> list[Entry]:
    parts = [(period.clipped(line.of), line.count) for line in found.weeks]
    return [Entry(span(part.first, part.last), count, part, {}) for part, count in parts]


_MAKERS: dict[Grouping, Callable[[Participation, Period], list[Entry]]] = {
    Grouping.TEAMS: _teams,
    Grouping.KINDS: _kinds,
    Grouping.THEMES: _themes,
    Grouping.FIELDS: _fields,
    Grouping.COMMUNITIES: lambda found, period: _places(found.communities, period),
    Grouping.COMPOUNDS: lambda found, period: _places(found.compounds, period),
    Grouping.WEEKS: _weeks,
}
