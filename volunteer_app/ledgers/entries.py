"""The rows of the register in memory, as they are and as they will be."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from ..activities.models import Attendance
from ..database import Base


@dataclass(slots=True, eq=False)
class Entry:
    """A row of a table. A value that points at another row is that row's Entry, which may have no id yet."""

    table: type[Base]
    id: int | None
    values: dict[str, Any]
    kept: dict[str, Any] = field(default_factory=dict)
    """The values which the database has; empty for a new row."""

    @classmethod
    def of(cls, table: type[Base], row_id: int, values: dict[str, Any]) -> "Entry":
        """A row that is there already."""
        return cls(table, row_id, values, dict(values))

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.values[key] = value

    @property
    def is_new(self) -> bool:
        """Whether the database doesn't have it yet."""
        return self.id is None

    @property
    def differs(self) -> bool:
        """Whether it's there, and something of it is to change."""
        return bool(self.kept) and self.values != self.kept


@dataclass(slots=True, eq=False)
class Came:
    """An attendance: an Entry of few words, since there are so many of them."""

    table: ClassVar[type[Base]] = Attendance
    id: int | None
    activity: Entry
    person: Entry
    checked_in_at: datetime
    checked_out_at: datetime | None
    changed: bool = False
