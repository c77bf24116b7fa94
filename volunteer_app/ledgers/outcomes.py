"""What becomes of each row, sheet and command: the plan that is shown before anything is written."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ..errors import Message
from . import cells
from .columns import Column, SheetKind
from .entries import Came, Entry
from .faults import Fault
from .reading import ReadSheet, Row
from .register import Office


class Outcome(StrEnum):
    """What becomes of a row."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row of a file and what becomes of it."""

    number: int
    outcome: Outcome
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)
    """For a changed row: by header the old and the new cell, as they read."""


@dataclass(slots=True)
class PlannedSheet:
    """A sheet of a file and what becomes of its rows."""

    sheet: ReadSheet
    offices: set[str] = field(default_factory=set)
    rows: list[PlannedRow] = field(default_factory=list)
    missing: int = 0
    """Rows of the database that are not in this file: they stay."""

    @property
    def kind(self) -> SheetKind:
        """Which sheet it is."""
        return self.sheet.kind

    @property
    def read(self) -> int:
        """How many rows were read."""
        return len(self.rows)

    def count(self, outcome: Outcome) -> int:
        """How many rows have this outcome."""
        return sum(row.outcome is outcome for row in self.rows)

    def of(self, outcome: Outcome, most: int) -> list[PlannedRow]:
        """The first rows with this outcome."""
        found = (row for row in self.rows if row.outcome is outcome)
        return [row for row, _n in zip(found, range(most), strict=False)]

    def cells_of(self, row: PlannedRow) -> list[str]:
        """The row as it stands in the file, as text."""
        raw = self.sheet.raw[row.number - 1]
        return [cells.spoken(raw[index]) if index < len(raw) else "" for index in self.sheet.columns]


@dataclass(frozen=True, slots=True)
class Correction:
    """A changed row for the trail."""

    thing: Entry | Came
    changes: dict[str, tuple[str, str]]


@dataclass
class Plan:
    """What a command would do: shown first, then entered."""

    position: int
    """How far the audit trail reached when this was planned."""
    again: Callable[[], "Plan"]
    """Plans the same files anew."""
    sheets: list[PlannedSheet] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    skipped: list[Message] = field(default_factory=list)
    offices: list[Office] = field(default_factory=list)
    corrections: dict[str, list[Correction]] = field(default_factory=dict)
    """By sub-district."""

    def total(self, outcome: Outcome) -> int:
        """How many rows of all sheets have this outcome."""
        return sum(sheet.count(outcome) for sheet in self.sheets)

    @property
    def changes_something(self) -> bool:
        """Whether entering it would write anything."""
        return bool(self.total(Outcome.ADDED) or self.total(Outcome.CHANGED))

    def summary(self, office: str | None = None) -> list[dict[str, Any]]:
        """What became of each sheet, in numbers: of all sheets, or of those with rows of one sub-district."""
        return [
            {"ledger": sheet.kind.ledger, "sheet": sheet.kind.name, "file": sheet.sheet.file, "read": sheet.read}
            | {outcome.value: sheet.count(outcome) for outcome in Outcome}
            | {"missing": sheet.missing, "subdistricts": sorted(sheet.offices)}
            for sheet in self.sheets
            if office is None or office in sheet.offices
        ]

    @property
    def digest(self) -> str:
        """The same for two plans that would do the same."""
        digest = hashlib.sha256()
        for sheet in self.sheets:
            digest.update(repr((sheet.sheet.file, sheet.kind.name, sorted(sheet.offices))).encode())
            for row in sheet.rows:
                digest.update(repr((row.number, row.outcome.value, row.changes)).encode())
        digest.update(repr([(fault.file, fault.row, fault.column) for fault in self.faults]).encode())
        return digest.hexdigest()


def compare(
    kind: SheetKind, row: Row, before: dict[str, Any] | None, after: dict[str, Any]
) -> tuple[Outcome, dict[str, tuple[str, str]]]:
    """What becomes of a row, by what its columns said before and say now.

    Args:
        before: the values by key; None where the row is new.
    """
    if before is None:
        return Outcome.ADDED, {}
    changes = {
        column.header: (
            "" if column.secret else _spoken(column, before.get(column.key)),
            _spoken(column, after[column.key]),
        )
        for column in (*kind.columns, *row.sheet.beside)
        if column.key in row and not column.derived and before.get(column.key) != after[column.key]
    }
    return (Outcome.CHANGED if changes else Outcome.UNCHANGED), changes


def _spoken(column: Column, value: Any) -> str:
    return "" if value is None else cells.spoken(column.write(value))
