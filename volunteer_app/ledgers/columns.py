"""One description of the columns of a sheet, for reading and for writing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from ..tables.cells import Cell
from . import cells


def as_it_is(value: Any) -> Cell:
    """The value is a cell already."""
    return cast(Cell, value)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its Chinese header, the key of its value, and how a cell becomes the value and the value a cell."""

    header: str
    key: str
    parse: cells.Parser
    required: bool = False
    """The column must be there, and no cell of it blank."""
    needed: bool = False
    """The column must be there; its cells may be blank."""
    derived: bool = False
    """Checked with a warning, never stored."""
    write: Callable[[Any], Cell] = as_it_is
    secret: bool = False
    """What stood there before is neither shown nor noted in the trail: only that it's another value now."""


@dataclass(frozen=True, slots=True)
class SheetKind:
    """A sheet which this version knows."""

    ledger: str
    name: str
    title: str
    """What follows the sub-district's name in the title of an export."""
    columns: tuple[Column, ...]
    beside: Callable[[str], Column | None] | None = None
    """The column of a header that is none of these, where the rows of another sheet name columns of this one."""

    def column(self, key: str) -> Column:
        """The column of this key."""
        return next(column for column in self.columns if column.key == key)


SUBDISTRICT = Column("街道", "subdistrict", cells.text(60))
"""Any sheet may have this column; only the sheet of compounds is written with it."""

NUMBER = Column("序号", "number", cells.anything, derived=True)
