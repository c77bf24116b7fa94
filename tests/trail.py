"""What the audit trail says, for tests."""

from typing import Any

from sqlalchemy import select

from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import Base, db


def trail_of(row: Base) -> list[tuple[str, dict[str, Any]]]:
    """The actions and changes recorded about *row*, the oldest first."""
    db.session.flush()
    query = select(AuditEntry).where(AuditEntry.subject == row.__tablename__, AuditEntry.subject_id == row.id)
    return [(it.action, it.changes) for it in db.session.scalars(query.order_by(AuditEntry.id))]
