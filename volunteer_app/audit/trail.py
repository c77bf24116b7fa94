"""Writing the trail."""

from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from typing import Any

from sqlalchemy import func, insert, select

from .. import clock
from ..database import Base, db, plain
from .models import AuditEntry

COMMAND, WEB, DEMO = "command", "web", "demo"

door: ContextVar[str] = ContextVar("door", default=COMMAND)
"""Where the present change comes in: each door sets it once."""


def record(
    action: str,
    thing: Base,
    *,
    by: int | None,
    place_id: int | None = None,
    reason: str = "",
    changes: Mapping[str, Any] | None = None,
) -> None:
    """Add one entry in the present transaction.

    Args:
        action: a verb of the domain, such as "import" or "revoke".
        thing: the changed row; it must have its id already.
        by: id of the account that acted; None for the command line and the product itself.
        place_id: the place in whose scope staff may read the entry.
        changes: for each value the old and the new one, as the rows hold them.
    """
    db.session.add(
        AuditEntry(
            at=clock.now(),
            account_id=by,
            door=door.get(),
            action=action,
            subject=thing.__tablename__,
            subject_id=getattr(thing, "id", None),
            place_id=place_id,
            reason=reason,
            changes=plain(changes or {}),
        )
    )


def record_many(
    action: str,
    subject: str,
    changed: Iterable[tuple[int, Mapping[str, Any]]],
    *,
    by: int | None,
    place_id: int | None,
    reason: str,
) -> None:
    """Add an entry for each of many rows of one table, given as (id, changes)."""
    rows = [
        {
            "at": clock.now(),
            "account_id": by,
            "door": door.get(),
            "action": action,
            "subject": subject,
            "subject_id": row_id,
            "place_id": place_id,
            "reason": reason,
            "changes": plain(changes),
        }
        for row_id, changes in changed
    ]
    if rows:
        db.session.execute(insert(AuditEntry), rows)


def position() -> int:
    """How far the trail reaches: equal positions mean that nothing was changed in between.

    It's the number of entries, not the highest id: ids are given out before their transactions end.
    """
    return db.session.scalar(select(func.count()).select_from(AuditEntry)) or 0
