"""What a page sent by itself after the connection came back: each piece is taken once, however often it arrives."""

from datetime import datetime, timedelta

from sqlalchemy import String, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from . import clock
from .database import Base, UtcDateTime, db

KEPT = timedelta(days=30)
"""For how long a page may send the same piece again; a phone that was off for longer asks its owner."""
LONGEST_KEY = 64


class Delivery(Base):
    """A piece that was taken; its key was made by the page that sent it."""

    __tablename__ = "delivery"

    key: Mapped[str] = mapped_column(String(LONGEST_KEY), primary_key=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


def is_new(key: str) -> bool:
    """Note that the piece of *key* came, and return whether it's the first time.

    It stands or falls with the transaction that does what the piece asks for: where that fails, the key isn't taken.
    Two that come at once: the second waits for the first one's end.

    Args:
        key: random, of LONGEST_KEY characters at most.
    """
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    row = {"key": key, "received_at": clock.now()}
    noting = dialect.insert(Delivery).values(row).on_conflict_do_nothing().returning(Delivery.key)
    return db.session.scalar(noting) is not None


def forget_old() -> int:
    """Forget the keys older than KEPT, and return how many they were."""
    gone = db.session.execute(delete(Delivery).where(Delivery.received_at < clock.now() - KEPT))
    return int(gone.rowcount)  # type: ignore[attr-defined]  # a DELETE's result has it
