"""Faults of office ledgers: where, and why; all of them at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import N_, Message, Problem, message


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one place of a ledger; without row and column where it is a matter of the sheet or the file."""

    file: str
    sheet: str
    row: int | None
    column: str | None
    reason: Message

    @property
    def line(self) -> Message:
        """The one line in which it is told: ``FILE [SHEET] row N, column NAME: reason``."""
        values = {"file": self.file, "sheet": self.sheet, "row": self.row, "column": self.column, "reason": self.reason}
        if self.row is not None and self.column is not None:
            return message(N_("%(file)s [%(sheet)s] row %(row)d, column %(column)s: %(reason)s"), **values)
        if self.row is not None:
            return message(N_("%(file)s [%(sheet)s] row %(row)d: %(reason)s"), **values)
        if self.sheet:
            return message(N_("%(file)s [%(sheet)s]: %(reason)s"), **values)
        return message(N_("%(file)s: %(reason)s"), **values)


class LedgersRefused(Problem):
    """The ledgers have faults: nothing was written."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(N_("The ledgers have faults (%(count)d); nothing was written."), count=len(faults))
        self.faults = list(faults)
