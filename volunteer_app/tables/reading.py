"""Reading workbooks and CSV files into typed cells, within bounds."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from python_calamine import CalamineError, CalamineWorkbook

from ..errors import N_, BadInput
from .archives import MOST_COLUMNS, Measured, measure
from .cells import Cell, Formula, as_meant

LARGEST = 20 * 1024 * 1024
"""Bytes of one file."""
MOST_ROWS = 200_000
"""Rows of one file, all its sheets together."""
WORKBOOKS = (".xlsx", ".xlsm")
OTHER_WORKBOOKS = (".xls", ".xlsb", ".et", ".ods")
"""What other programs write; only named, so that whoever sends one learns what to do."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as it stands in the file; row n of the file is ``rows[n - 1]``."""

    name: str
    """Empty for a CSV file: its name is the file's."""
    rows: list[list[Cell]]


def read(name: str, content: bytes) -> list[Sheet]:
    """The sheets of a file, by the ending of its name.

    Raises:
        BadInput: with a reason that follows the file's name in a list of faults.
    """
    if not content.strip():
        raise BadInput(N_("the file is empty"))
    if len(content) > LARGEST:
        raise BadInput(N_("the file is larger than %(megabytes)d MB"), megabytes=LARGEST >> 20)
    ending = PurePath(name).suffix.lower()
    if ending == ".csv":
        return [Sheet("", _csv(content))]
    if ending in WORKBOOKS:
        return _workbook(content)
    if ending in OTHER_WORKBOOKS:
        raise BadInput(N_("this kind of workbook is not read: save it as .xlsx, or as CSV"))
    raise BadInput(N_("this kind of file is not read: only .xlsx and .csv are"))


def _csv(content: bytes) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    try:
        for record in csv.reader(io.StringIO(_decoded(content), newline=""), strict=True):
            if len(rows) >= MOST_ROWS:
                raise BadInput(N_("the file has more than %(count)d rows"), count=MOST_ROWS)
            # A program may write a row of commas to the edge of its grid.
            while len(record) > MOST_COLUMNS and not record[-1]:
                record.pop()
            if len(record) > MOST_COLUMNS:
                raise BadInput(N_("the sheet has more than %(count)d columns"), count=MOST_COLUMNS)
            rows.append([as_meant(text) or None for text in record])
    except csv.Error as error:
        raise BadInput(N_("the file cannot be read as CSV (row %(row)d)"), row=len(rows) + 1) from error
    return rows


def _decoded(content: bytes) -> str:
    """UTF-8 with or without its mark, else GB18030: text in the second is hardly ever valid in the first."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadInput(N_("the file cannot be read as text: save it as CSV in UTF-8"))


def _workbook(content: bytes) -> list[Sheet]:
    measured = measure(content, most_rows=MOST_ROWS)
    if sum(sheet.rows for sheet in measured.values()) > MOST_ROWS:
        raise BadInput(N_("the file has more than %(count)d rows"), count=MOST_ROWS)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [
            Sheet(name, _as_cells(book.get_sheet_by_name(name).to_python(skip_empty_area=False), found))
            for name, found in measured.items()
        ]
    except CalamineError as error:
        raise BadInput(N_("the file cannot be read as a workbook")) from error
    if not any(sheet.rows for sheet in sheets):
        raise BadInput(N_("the file is empty"))
    return sheets


def _as_cells(read: Iterable[Sequence[Cell]], found: Measured) -> list[list[Cell]]:
    """Blank cells as None, and formulas which the reader passes over as blank."""
    rows = [[None if cell == "" else cell for cell in row] for row in read]
    for (row_index, column), text in found.formulas.items():
        while len(rows) <= row_index:
            rows.append([])
        row = rows[row_index]
        row.extend([None] * (column + 1 - len(row)))
        cell = row[column]
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            row[column] = Formula(text)
    return rows
