"""Tokens of private feeds."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..database import Base, UtcDateTime
from ..people.models import Person


class CalendarToken(Base):
    """The right to read one person's calendar; only its hash is kept. A revoked one stays, to be answered with 410."""

    __tablename__ = "calendar_token"
    __table_args__ = (
        # One living token a person and scope.
        Index(
            "uq_calendar_token_living",
            "person_id",
            "scope",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    scope: Mapped[str] = mapped_column(String(20), default="own")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()
