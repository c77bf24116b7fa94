"""What a page that lost its connection sends later arrives once: each sending has a key of its own (一次送达)."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from . import clock
from .database import Base, UtcDateTime, insert_many


class Delivery(Base):
    """A sending that arrived."""

    __tablename__ = "delivery"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
