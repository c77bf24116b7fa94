"""The one table of the trail."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Base, UtcDateTime


class AuditEntry(Base):
    """One change: who, when, what kind of thing, and which of its values changed from what to what."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "subject", "subject_id"),
        Index("ix_audit_entry_place_at", "place_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    # A string key: the trail lies below people, and who acted is a person's account (a bend named in the architecture).
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    door: Mapped[str] = mapped_column(String(20))
    """web, command or demo: where the change came in."""
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(40))
    """The table of what was changed."""
    subject_id: Mapped[int | None]
    # A string key for the same reason: places lie above the trail. It is the scope in which staff may read the entry.
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
