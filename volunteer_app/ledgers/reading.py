"""From files to rows of known sheets: finding the header, the columns in any order, and the value of each cell."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

from ..errors import N_, BadInput, Message, message
from ..tables import reading
from ..tables.cells import Cell, Formula
from . import cells
from .columns import SUBDISTRICT, Column, SheetKind
from .faults import Fault

HEADER_WITHIN = 10
"""The header stands in one of so many first rows."""
TOTALS = ("合计", "总计")
MOST_FAULTS = 10_000
"""Faults in the cells of one sheet; with more of them it's another kind of table, and nobody reads them all."""

_COPY = re.compile(r"\s*[(（]\d+[)）]\Z")


@dataclass(frozen=True)
class Source:
    """A file of ledgers. Files of one folder belong together: its 01-places says whose they are."""

    label: str
    """What it is called in what is told to people."""
    folder: str
    load: Callable[[], bytes]
    by: int | None = None
    """Id of the account that sent it; None for a file on disk."""

    @classmethod
    def of_file(cls, path: Path, label: str = "") -> "Source":
        """A file on disk; read anew whenever it is planned again."""
        return cls(label or path.name, str(path.parent), path.read_bytes)


@dataclass(slots=True, eq=False)
class Row:
    """A row of a known sheet: the values of its cells by key, for those columns which the sheet has."""

    sheet: "ReadSheet"
    number: int
    values: dict[str, Any]
    faulty: bool = False

    def __contains__(self, key: str) -> bool:
        """Whether the sheet has this column."""
        return key in self.values

    def __getitem__(self, key: str) -> Any:
        """The value of this column; None where the cell is blank, or the column is absent."""
        return self.values.get(key)

    def fault(self, key: str, text: str, /, **values: object) -> None:
        """Refuse the row because of one of its columns."""
        self.faulty = True
        self.sheet.faults.append(
            Fault(self.sheet.file, self.sheet.name, self.number, self.sheet.header_of(key), message(text, **values))
        )

    def warn(self, key: str, text: str, /, **values: object) -> None:
        """Say that something doesn't agree, and take the row all the same."""
        self.sheet.warnings.append(
            Fault(self.sheet.file, self.sheet.name, self.number, self.sheet.header_of(key), message(text, **values))
        )


@dataclass(slots=True, eq=False)
class ReadSheet:
    """A known sheet of a file, with its title, its columns and its rows."""

    file: str
    folder: str
    name: str
    kind: SheetKind
    title: str
    header_row: int
    """As people count rows, from 1."""
    columns: dict[int, Column]
    raw: list[list[Cell]]
    """All rows of the sheet as they stand in the file."""
    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    beside: list[Column] = field(default_factory=list)
    """Of the columns those that no kind has: the rows of another sheet name them."""

    def header_of(self, key: str) -> str:
        """The header of a key."""
        own = next((column for column in self.columns.values() if column.key == key), None)
        return (own or self.kind.column(key)).header

    def fault(self, row: int | None, column: str | None, text: str, /, **values: object) -> None:
        """Note a fault of the sheet itself."""
        self.faults.append(Fault(self.file, self.name, row, column, message(text, **values)))


@dataclass
class Read:
    """What the files of one command hold."""

    sheets: list[ReadSheet] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    skipped: list[Message] = field(default_factory=list)


def read(source: Source, kinds: dict[str, SheetKind], later: dict[str, str], into: Read) -> None:
    """Read one file into *into*.

    Args:
        kinds: the sheets which this version knows, by name.
        later: names of sheets of ledgers which it doesn't know yet, with the ledger of each.
    """
    try:
        sheets = reading.read(source.label, source.load())
    except BadInput as bad:
        into.faults.append(Fault(source.label, "", None, None, bad.message))
        return
    stem = _COPY.sub("", unicodedata.normalize("NFC", PurePath(source.label).stem))
    for sheet in sheets:
        name = unicodedata.normalize("NFC", sheet.name.strip() or stem.rpartition("-")[2])
        kind = kinds.get(name) or (None if name in later else _by_header(sheet.rows, kinds))
        if kind:
            into.sheets.append(_known(source, kind, sheet.rows))
        elif name in later:
            text = N_("%(file)s [%(sheet)s]: skipped, this version does not read %(ledger)s yet")
            into.skipped.append(message(text, file=source.label, sheet=name, ledger=later[name]))
        elif any(not cells.is_blank(cell) for row in sheet.rows for cell in row):
            text = N_("%(file)s [%(sheet)s]: skipped, not a sheet of a known ledger")
            into.skipped.append(message(text, file=source.label, sheet=name))


def _by_header(rows: list[list[Cell]], kinds: dict[str, SheetKind]) -> SheetKind | None:
    """The one kind whose columns are exactly those of a sheet with another name, such as a renamed CSV file."""
    for row in rows[:HEADER_WITHIN]:
        headers = {_header(cell) for cell in row} - {"", SUBDISTRICT.header}
        fitting = [
            kind
            for kind in kinds.values()
            if (kind.beside or headers <= {column.header for column in kind.columns})
            and headers >= {column.header for column in kind.columns if column.required or column.needed}
        ]
        if len(fitting) == 1:
            return fitting[0]
    return None


def _known(source: Source, kind: SheetKind, rows: list[list[Cell]]) -> ReadSheet:
    known = {column.header: column for column in (*kind.columns, SUBDISTRICT)}
    found = [sum(_header(cell) in known for cell in row) for row in rows[:HEADER_WITHIN]]
    at = max(range(len(found)), key=found.__getitem__, default=0)
    title = next((cells.spoken(c) for row in rows[:at] for c in row if not cells.is_blank(c)), "")
    sheet = ReadSheet(source.label, source.folder, kind.name, kind, title, at + 1, {}, rows)
    if not found or found[at] < 2:
        sheet.fault(None, None, N_("no row holds the headers of this sheet: %(headers)s"), headers="、".join(known))
        return sheet
    for index, cell in enumerate(rows[at]):
        header = _header(cell)
        column = known.get(header)
        if column is None and kind.beside and header and (column := kind.beside(header)):
            sheet.beside.append(column)
        if column is None:
            continue
        if column in sheet.columns.values():
            sheet.fault(at + 1, column.header, N_("the column is there twice"))
        sheet.columns[index] = column
    for column in kind.columns:
        if (column.required or column.needed) and column not in sheet.columns.values():
            sheet.fault(at + 1, column.header, N_("the column is missing"))
    if not sheet.faults:
        sheet.rows = list(_rows(sheet))
    return sheet


def _header(cell: Cell) -> str:
    return (
        "" if cell is None or isinstance(cell, Formula) else unicodedata.normalize("NFKC", "".join(str(cell).split()))
    )


def _rows(sheet: ReadSheet) -> Iterator[Row]:
    columns = list(sheet.columns.items())
    number_at = next((index for index, column in columns if column.key == "number"), 0)
    for number, raw in enumerate(sheet.raw[sheet.header_row :], start=sheet.header_row + 1):
        if len(sheet.faults) >= MOST_FAULTS:
            text = N_("from here on nothing was checked: there are %(count)d faults above already")
            return sheet.fault(number, None, text, count=MOST_FAULTS)
        if all(cells.is_blank(cell) for cell in raw):
            continue
        if any(_starts(raw, at) for at in {0, number_at}):
            continue
        row = Row(sheet, number, {})
        for index, column in columns:
            cell = raw[index] if index < len(raw) else None
            row.values[column.key] = None
            if cells.is_blank(cell):
                if column.required:
                    row.fault(column.key, N_("must not be blank"))
                continue
            try:
                row.values[column.key] = column.parse(cell)
            except BadInput as bad:
                row.fault(column.key, bad.message.text, **bad.message.values)
        yield row


def _starts(raw: list[Cell], at: int) -> bool:
    """Whether the row is a total: it says so in its first column, or in the one of the running number."""
    return at < len(raw) and isinstance(raw[at], str) and "".join(str(raw[at]).split()) in TOTALS
