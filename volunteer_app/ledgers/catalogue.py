"""All ledgers: those that this version reads and writes, and those that later ones will."""

from ..errors import N_, BadInput
from . import (
    activity_plan,
    assignments,
    attendance,
    cadres,
    contest_criteria,
    contest_entries,
    contest_sheets,
    contest_votes,
    contests,
    places,
    service_log,
    teams,
)
from .columns import SheetKind
from .handling import Handler

HANDLERS: tuple[Handler, ...] = (
    *places.HANDLERS,
    *teams.HANDLERS,
    *assignments.HANDLERS,
    *cadres.HANDLERS,
    *service_log.HANDLERS,
    *activity_plan.HANDLERS,
    *attendance.HANDLERS,
    *contests.HANDLERS,
    *contest_criteria.HANDLERS,
    *contest_entries.HANDLERS,
    *contest_sheets.HANDLERS,
    *contest_votes.HANDLERS,
)
"""In the order in which the sheets of a command are taken, whatever the names of the files."""

BY_NAME: dict[str, Handler] = {handler.kind.name: handler for handler in HANDLERS}
KINDS: dict[str, SheetKind] = {handler.kind.name: handler.kind for handler in HANDLERS}
LEDGERS: tuple[str, ...] = tuple(dict.fromkeys(handler.kind.ledger for handler in HANDLERS))

_LATER = {
    "08-requests": "民情台账",
    "10-partners": "联建协议 协议事项 资源库 联建项目 联建活动",
    "11-renovation": "改造台账",
}
LATER: dict[str, str] = {sheet: ledger for ledger, sheets in _LATER.items() for sheet in sheets.split()}
"""Sheets that are named as skipped, with their ledger."""


def of_ledger(ledger: str) -> tuple[Handler, ...]:
    """The sheets of a ledger, which may be called 02-teams, 02 or teams.

    Raises:
        BadInput: this version has no such ledger.
    """
    for name in LEDGERS:
        if ledger in (name, *name.split("-", 1)):
            return tuple(handler for handler in HANDLERS if handler.kind.ledger == name)
    raise BadInput(N_("There's no ledger %(name)s: %(known)s."), name=ledger, known=", ".join(LEDGERS))
