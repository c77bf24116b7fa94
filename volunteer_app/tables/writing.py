"""Writing tables as workbooks and CSV files; no text of ours is ever a formula there."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from .cells import Cell, Formula, defused

DAY = "yyyy-mm-dd"
MINUTES = "hh:mm"
SECONDS = "hh:mm:ss"


@dataclass(frozen=True)
class Table:
    """A sheet to write: a title over it (in workbooks only), a header, rows."""

    name: str
    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def workbook(tables: Iterable[Table]) -> bytes:
    """The tables as sheets of an .xlsx file: title in row 1, header in row 2."""
    target = io.BytesIO()
    # Rows leave memory as they are written.
    book = Workbook(target, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    formats = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "header": book.add_format({"bold": True, "bottom": 1}),
        DAY: book.add_format({"num_format": DAY}),
        MINUTES: book.add_format({"num_format": MINUTES}),
        SECONDS: book.add_format({"num_format": SECONDS}),
    }
    for table in tables:
        sheet = book.add_worksheet(table.name)
        sheet.freeze_panes(2, 0)
        for column, name in enumerate(table.header):
            sheet.set_column(column, column, max(10, 2 * len(name) + 4))
        sheet.write_string(0, 0, table.title, formats["title"])
        for column, name in enumerate(table.header):
            sheet.write_string(1, column, name, formats["header"])
        for row, cells in enumerate(table.rows, start=2):
            for column, cell in enumerate(cells):
                _write(sheet, row, column, cell, formats)
    book.close()
    return target.getvalue()


def csv_file(table: Table) -> bytes:
    """The table as CSV: header in row 1, UTF-8 with its mark, so that spreadsheet programs see the encoding."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow([defused(name) for name in table.header])
    for cells in table.rows:
        writer.writerow([_text(cell) for cell in cells])
    return target.getvalue().encode("utf-8-sig")


def _write(sheet: Worksheet, row: int, column: int, cell: Cell, formats: dict[str, Format]) -> None:
    match cell:
        case None | "":
            return
        case Formula(text=text) | str(text):
            sheet.write_string(row, column, text)
        case bool():
            sheet.write_boolean(row, column, cell)
        case int() | float():
            sheet.write_number(row, column, cell)
        case time():
            sheet.write_datetime(row, column, cell, formats[SECONDS if cell.second else MINUTES])
        case date():
            sheet.write_datetime(row, column, cell, formats[DAY])
        case _:
            sheet.write_string(row, column, str(cell))


def _text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case Formula(text=text) | str(text):
            return defused(text)
        case datetime():
            return cell.isoformat(" ", "seconds")
        case time():
            return f"{cell:%H:%M:%S}" if cell.second else f"{cell:%H:%M}"
        case float():
            return f"{cell:g}" if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        case _:
            return str(cell)
