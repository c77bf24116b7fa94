"""Writing a ledger from the database, in the shape in which it's read: importing an export changes nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .. import clock
from ..audit import trail
from ..database import only_reading
from ..errors import N_, BadInput, Message
from ..places.models import Place
from ..tables.cells import Cell
from ..tables.writing import Table, csv_file, workbook
from . import catalogue, contests
from .columns import Column
from .handling import Period
from .register import Office, People

FORMATS = ("xlsx", "csv")


@dataclass(frozen=True, slots=True)
class Exported:
    """Files by name, and what the columns of the ledger can't say."""

    files: dict[str, bytes]
    unsaid: list[Message]


def export(ledger: str, subdistrict: Place, period: Period, *, file_format: str, by: int | None = None) -> Exported:
    """Write the ledger of a sub-district as it is at one moment; what the session had not committed is rolled back.

    That of contests says who voted for what, so that somebody took it home is noted in the trail; the caller commits.

    Args:
        ledger: such as 07-attendance, 07 or attendance.
        period: which activities, attendances, visits and leaves, by their day, and which rounds, by the day on which
            they are decided; all else is written as it is.
        file_format: xlsx for one workbook, csv for one file a sheet.
        by: id of the account that takes it home; None for the command line.

    Raises:
        BadInput: there's no such ledger; the period ends before it begins, or lies out of reach.
    """
    since, until = bounds(period)
    handlers = catalogue.of_ledger(ledger)
    with only_reading():
        office = Office(subdistrict.name, subdistrict, People())
        _load(handlers[0].kind.ledger, office, since, until)
    tables, unsaid = [], []
    for handler in handlers:
        written = handler.written(office, period)
        unsaid += written.unsaid
        kind = handler.kind
        columns = (*kind.columns, *written.beside)
        header = [column.header for column in columns]
        tables.append(Table(kind.name, f"{subdistrict.name}{kind.title}", header, _cells(columns, written.rows)))
    if handlers[0].kind.ledger == contests.LEDGER:
        trail.record("export", subdistrict, by=by, place_id=subdistrict.id, changes={"ledger": contests.LEDGER})
    if file_format == "csv":
        names = (f"{handler.kind.ledger}-{handler.kind.name}.csv" for handler in handlers)
        return Exported({name: csv_file(table) for name, table in zip(names, tables, strict=True)}, unsaid)
    return Exported({f"{handlers[0].kind.ledger}.xlsx": workbook(tables)}, unsaid)


def bounds(period: Period) -> tuple[datetime | None, datetime | None]:
    """The first moment of *period* and the first one after it; None for an open end.

    Raises:
        BadInput: the period ends before it begins, or lies out of reach.
    """
    if period.since and period.until and period.until < period.since:
        raise BadInput(N_("The last day lies before the first."))
    if any(day and not clock.EARLIEST <= day <= clock.LATEST for day in (period.since, period.until)):
        first, last = clock.EARLIEST.year, clock.LATEST.year
        raise BadInput(N_("Choose days between %(first)d and %(last)d."), first=first, last=last)
    since = clock.midnight(period.since) if period.since else None
    return since, clock.midnight(period.until + timedelta(days=1)) if period.until else None


def _load(ledger: str, office: Office, since: datetime | None, until: datetime | None) -> None:
    if ledger == "02-teams":
        office.load_teams()
    elif ledger == "03-assignments":
        office.duty.load_assignments()
    elif ledger == "04-cadres":
        office.duty.load_cadres()
    elif ledger == "05-service-log":
        office.duty.load_cadres()
        office.duty.load_visits(since, until)
    elif ledger == "06-activity-plan":
        office.load_activities(since, until)
    elif ledger == "07-attendance":
        office.load_activities(since, until)
        office.load_attendance(since, until)
    elif ledger == contests.LEDGER:
        office.contests.load_rounds()
        office.contests.load_sheets()
        office.contests.load_votes()


def _cells(columns: Sequence[Column], rows: Iterable[dict[str, Any]]) -> Iterator[list[Cell]]:
    for row in rows:
        values = ((column, row.get(column.key)) for column in columns)
        yield [None if value is None else column.write(value) for column, value in values]
