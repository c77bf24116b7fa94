"""An office's own special days: what a notice of mid-year changes, and what only this district has off."""

from datetime import date

from sqlalchemy import extract, select

from ..audit import trail
from ..database import db
from ..errors import N_, BadInput
from ..workdays import SpecialDay, SpecialKind

EARLIEST, LATEST = 2000, 2100
"""Years for which a day can be set: anything else is a slip of the pen."""


def of_year(year: int) -> list[SpecialDay]:
    """The days that were set for *year*, in order."""
    query = select(SpecialDay).where(extract("year", SpecialDay.day) == year).order_by(SpecialDay.day)
    return list(db.session.scalars(query))


def set_day(day: date, kind: SpecialKind, name: str, *, by: int | None) -> SpecialDay:
    """Say what *day* is, over the published notices; a day that was set already is set anew.

    Args:
        name: the feast, or why; may be empty.
        by: id of the account that acts.

    Raises:
        BadInput: no such year is planned for.
    """
    if not EARLIEST <= day.year <= LATEST:
        raise BadInput(N_("Choose a day between %(first)d and %(last)d."), first=EARLIEST, last=LATEST)
    row = db.session.get(SpecialDay, day)
    before = [row.kind.value, row.name] if row else None
    if row is None:
        row = SpecialDay(day=day)
        db.session.add(row)
    row.kind, row.name = kind, name.strip()
    db.session.flush()
    trail.record("set day", row, by=by, changes={day.isoformat(): [before, [kind.value, row.name]]})
    return row


def clear_day(row: SpecialDay, *, by: int | None) -> None:
    """Let the published notices decide again."""
    before = {row.day.isoformat(): [[row.kind.value, row.name], None]}
    trail.record("clear day", row, by=by, changes=before)
    db.session.delete(row)
    db.session.flush()
