"""Photo."""

import secrets
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Base, UtcDateTime


def new_name() -> str:
    """What its files are called: nothing of what the sender called them."""
    return secrets.token_hex(16)


class Photo(Base):
    """A photo of which two files are kept, a large and a small one."""

    __tablename__ = "photo"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(32), unique=True, default=new_name)
    width: Mapped[int]
    """Pixels of the large file."""
    height: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # A string key: photos lie below people.
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
