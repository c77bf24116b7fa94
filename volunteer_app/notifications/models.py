"""The outbox."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Base, UtcDateTime, words


class NoticeKind(StrEnum):
    """What happened: to somebody's place, most often."""

    PROMOTED = "promoted"
    """Moved up from the waiting list."""
    DEMOTED = "demoted"
    """Moved to the waiting list, because there are fewer places now."""
    RELEASED = "released"
    """Taken off the list by the leader or the staff."""
    MOVED = "moved"
    """The activity has another time or place."""
    CANCELLED = "cancelled"
    SHORT = "short"
    """A cadre lacks minutes of the week's three hours; it's about no activity but an office."""
    ENTRY_RETURNED = "entry_returned"
    """An entry of a contest was sent back; ``values`` name it and its round by their slugs."""
    ROUND_CANCELLED = "round_cancelled"
    """A round of a contest is cancelled in which somebody takes part."""


class Notice(Base):
    """Somebody has to be told something."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_activity_id_told_at", "activity_id", "told_at"),
        Index("ix_notice_kind_told_at", "kind", "told_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[NoticeKind] = mapped_column(words(NoticeKind))
    # String keys: notices lie below people and activities (bends named in the architecture).
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    """Where those work who have them told, when it's about no activity: an office, or the place of an entry."""
    sign_up_id: Mapped[int | None] = mapped_column(ForeignKey("sign_up.id"))
    values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What the sentence needs beside the rows: the old hours, the reason."""
    together: Mapped[str | None] = mapped_column(String(32))
    """The same for all that one press of a button brought about: each person is called once about all of it."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
