"""The refused rows as a workbook: each as it stood, with what is wrong. Corrected there, it can be imported again."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from ..errors import Message
from ..tables.cells import Cell
from ..tables.writing import Table, workbook
from .faults import Fault
from .outcomes import Outcome, Plan, PlannedSheet

ROW = "原行号"
PROBLEM = "问题"
"""Headers which no ledger has: reading passes them over."""
FAULTS = ("文件", "工作表", "行", "栏", PROBLEM)


def refusals(plan: Plan, say: Callable[[Message], str]) -> bytes:
    """A workbook of the refused rows, sheet by sheet, and behind them all faults as a list.

    Args:
        say: puts a message into the language of whoever asks.
    """
    names: set[str] = set()
    tables = [
        _table(sheet, _unlike(sheet.kind.name, names), say) for sheet in plan.sheets if sheet.count(Outcome.REFUSED)
    ]
    rows = [[fault.file, fault.sheet, fault.row, fault.column, say(fault.reason)] for fault in plan.faults]
    return workbook([*tables, Table(_unlike(PROBLEM, names), PROBLEM, FAULTS, rows)])


def _unlike(name: str, names: set[str]) -> str:
    """A workbook has no two sheets of one name, but a command may have two files with such sheets."""
    number, free = 1, name
    while free in names:
        number += 1
        free = f"{name} ({number})"
    names.add(free)
    return free


def _table(sheet: PlannedSheet, name: str, say: Callable[[Message], str]) -> Table:
    reasons: dict[int, list[str]] = defaultdict(list)
    for fault in sheet.sheet.faults:
        if fault.row is not None:
            reasons[fault.row].append(_told(fault, say))
    header = [column.header for column in sheet.sheet.columns.values()]
    rows: list[Sequence[Cell]] = []
    for row in sheet.rows:
        if row.outcome is Outcome.REFUSED:
            raw = sheet.sheet.raw[row.number - 1]
            cells = [raw[index] if index < len(raw) else None for index in sheet.sheet.columns]
            rows.append([*cells, row.number, "；".join(reasons[row.number])])
    return Table(name, sheet.sheet.title or sheet.kind.title, [*header, ROW, PROBLEM], rows)


def _told(fault: Fault, say: Callable[[Message], str]) -> str:
    return f"{fault.column}：{say(fault.reason)}" if fault.column else say(fault.reason)
