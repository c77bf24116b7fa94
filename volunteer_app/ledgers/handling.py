"""What each ledger's module gives for each of its sheets: to check and note a row, and to say a row again."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..errors import Message
from .columns import Column, SheetKind
from .entries import Came, Entry
from .reading import Row
from .register import Office

Thing = Entry | Came
"""What a row of a sheet stands for."""


@dataclass(frozen=True, kw_only=True)
class Handler:
    """A sheet in both directions."""

    kind: SheetKind
    blame: str
    """Key of the column that is named when two rows are the same."""
    note: Callable[[Row, Office], tuple[Thing, dict[str, Any] | None] | None]
    """Check a row and note it in the register; gives what it stands for and what the ledger said of it before (None
    where it's new). A row that can't be taken is marked as faulty, or gives None where another fault says why."""
    say: Callable[[Any], dict[str, Any]]
    """The values by key which a row of the ledger says of a thing."""
    existing: Callable[[Office], int]
    """How many rows the database has."""
    written: Callable[[Office, "Period"], "Written"]
    """The rows for an export."""
    check: Callable[[list[tuple[Row, Any]], Office], None] | None = None
    """Compares derived columns with what they are derived from, once all rows of the command are noted."""


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day of an export, both included; None for an open end. Places and teams have no days."""

    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """Rows of an export, with the derived values, and what the columns can't say."""

    rows: Iterable[dict[str, Any]]
    unsaid: list[Message]
    beside: Sequence[Column] = ()
    """Columns after those of the kind."""
