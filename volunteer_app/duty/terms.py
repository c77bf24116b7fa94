"""What pairings and assignments share: a first and a last day, open where None, and columns that change one by one."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from .. import clock
from ..audit import trail
from ..database import db
from ..errors import N_, BadInput
from .models import Assignment, Pairing

Term = Pairing | Assignment
"""A row that holds from one day to another."""


class DaysFaulty(BadInput):
    """The first and the last day: they're in the wrong order, or others have them."""


def check_days(since: date | None, until: date | None) -> None:
    """Refuse days in the wrong order.

    Raises:
        DaysFaulty: the last day lies before the first one.
    """
    if since and until and until < since:
        raise DaysFaulty(N_("The last day lies before the first one."))


def lasts(row: Term) -> bool:
    """Whether a row hasn't ended."""
    return row.until is None or row.until >= clock.today()


def differences(row: Term, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The columns of which *values* say something else than the row, each with what was and what is to be."""
    return {name: [getattr(row, name), it] for name, it in values.items() if it != getattr(row, name)}


def write_down(action: str, row: Term, changes: Mapping[str, list[Any]], *, by: int | None) -> None:
    """Write what changes into a row that is locked, and into the trail."""
    for name, (_old, new) in changes.items():
        setattr(row, name, new)
    db.session.flush()
    record(action, row, by=by, changes=changes)


def end(row: Term, last_day: date, *, by: int | None) -> None:
    """Let a row that is locked end; ended twice, it's once.

    Raises:
        DaysFaulty: it would end before it began.
    """
    check_days(row.since, last_day)
    if changes := differences(row, {"until": last_day}):
        write_down("end", row, changes, by=by)


def record(action: str, row: Term, *, by: int | None, changes: Mapping[str, Any]) -> None:
    """Say in the trail what was done."""
    trail.record(action, row, by=by, place_id=row.subdistrict_id, changes=changes)
