"""The account of duty as lines and cells, with what waits beside it; and the sheets of its export."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import format_decimal, gettext

from .. import clock
from ..clock import Week
from ..duty.accounts import Account
from ..duty.quota import CadreWeek, Standing
from ..people.models import Person
from ..places.models import Place
from ..tables.cells import Cell as Written
from ..tables.writing import Table
from ..words import word
from .dates import span


@dataclass(frozen=True, slots=True)
class Cell:
    """A cadre's week as the table shows it."""

    account: CadreWeek
    waiting: int
    """Minutes that nobody has confirmed yet: they count for nothing, and stand apart."""
    running: bool
    """The week isn't over: nobody is short yet."""

    @property
    def week(self) -> Week:
        """Which week it is."""
        return self.account.week


@dataclass(frozen=True, slots=True)
class Line:
    """A cadre with their weeks."""

    person: Person
    cells: list[Cell]

    @property
    def due(self) -> int:
        """Weeks that were due, of those that are over."""
        return sum(cell.account.due for cell in self.cells if not cell.running)

    @property
    def met(self) -> int:
        """Weeks that were met, of those that are over; a week made up later isn't one."""
        return sum(cell.account.standing is Standing.MET for cell in self.cells if not cell.running)


@dataclass(frozen=True, slots=True)
class Counted:
    """What stands above the table."""

    cadres: int
    due: int
    met: int
    waiting: int
    """Minutes, of all weeks."""


def lines(found: Iterable[Account], waiting: dict[tuple[int, Week], int]) -> list[Line]:
    """The lines of a table; who was paired in none of its weeks and did nothing in them has none."""
    now = clock.now()
    made = [
        Line(
            account.person,
            [
                Cell(it, waiting.get((account.person.id, it.week), 0), running=it.week.ends_at > now)
                for it in account.weeks
            ],
        )
        for account in found
    ]
    return [
        line
        for line in made
        if any(it.account.standing is not Standing.NOT_DUE or it.account.minutes or it.waiting for it in line.cells)
    ]


def counted(rows: Sequence[Line]) -> Counted:
    """The totals of some lines."""
    return Counted(
        cadres=len(rows),
        due=sum(row.due for row in rows),
        met=sum(row.met for row in rows),
        waiting=sum(cell.waiting for row in rows for cell in row.cells),
    )


def export(place: Place, weeks: tuple[Week, Week], rows: list[Line]) -> list[Table]:
    """The sheets of a workbook: the table as the page shows it, and the list to count with."""
    names = [span(cell.week.monday, cell.week.sunday) for cell in rows[0].cells] if rows else []
    table = Table(
        gettext("Cadres and weeks"),
        _title(place, weeks),
        [gettext("Name"), gettext("Due"), gettext("Met"), *names],
        [[row.person.name, row.due, row.met, *(said(cell) for cell in row.cells)] for row in rows],
    )
    return [table, flat(place, weeks, rows)]


def flat(place: Place, weeks: tuple[Week, Week], rows: list[Line]) -> Table:
    """A line for each cadre and week: whoever adds up must not add rounded hours, so it keeps minutes."""
    header = [
        gettext("Name"),
        gettext("Monday of the week"),
        gettext("Standing"),
        gettext("Minutes due"),
        gettext("Minutes confirmed"),
        gettext("Minutes not confirmed yet"),
    ]
    written: list[list[Written]] = [
        [
            row.person.name,
            cell.week.monday,
            standing(cell),
            cell.account.pledge,
            cell.account.minutes,
            cell.waiting,
        ]
        for row in rows
        for cell in row.cells
    ]
    return Table(gettext("Weeks"), _title(place, weeks), header, written)


def said(cell: Cell) -> str:
    """What stands in a cell: hours, what lacks, or why nothing is due."""
    account = cell.account
    match account.standing:
        case Standing.MET:
            return length(account.minutes)
        case Standing.SHORT | Standing.MADE_UP if not cell.running:
            lacking = gettext("−%(minutes)s min", minutes=account.short_by)
            made_up = account.standing is Standing.MADE_UP
            return f"{lacking}{gettext(', ')}{word(Standing.MADE_UP)}" if made_up else lacking
        case Standing.SHORT | Standing.MADE_UP:
            return gettext("%(given)s so far", given=length(account.minutes))
    return word(account.standing)


def standing(cell: Cell) -> str:
    """The word of a cell; a week that isn't over can't be short."""
    short = cell.account.standing in (Standing.SHORT, Standing.MADE_UP)
    return gettext("Not over yet") if short and cell.running else word(cell.account.standing)


def length(minutes: int) -> str:
    """Minutes as hours to one decimal, or as minutes below one hour."""
    if minutes < 60:
        return gettext("%(minutes)s min", minutes=minutes)
    return gettext("%(hours)s h", hours=format_decimal(round(minutes / 60 + 1e-9, 1), "#,##0.0"))


def _title(place: Place, weeks: tuple[Week, Week]) -> str:
    first, last = weeks
    return f"{place.name} {gettext('The weekly three hours')} {span(first.monday, last.sunday)}"
