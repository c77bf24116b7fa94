"""Vote, HouseholdCard and PaperBallot.

A household is a building and the number on the door, as the card or the ballot says it.
"""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...database import Base, UtcDateTime, words
from ...people.models import Account, Person
from ...places.models import Place
from ..models import Channel, Entry, Round


class Vote(Base):
    """A vote; the two keys let each person, and each household, have one in a round, whatever the channel."""

    __tablename__ = "vote"
    __table_args__ = (
        UniqueConstraint("round_id", "person_id"),
        UniqueConstraint("round_id", "building_id", "door"),
        Index("ix_vote_entry_id", "entry_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey(Round.id))
    entry_id: Mapped[int] = mapped_column(ForeignKey(Entry.id))
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), index=True)
    """None for a household's, whose card names nobody."""
    building_id: Mapped[int | None] = mapped_column(ForeignKey(Place.id))
    """None for a resident's."""
    door: Mapped[str | None] = mapped_column(String(20))
    """The household's number in its building, such as 2-301; None for a resident's."""
    channel: Mapped[Channel] = mapped_column(words(Channel))
    day: Mapped[date] = mapped_column(Date)
    by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    """Who took it down for the voter."""
    annulled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """It doesn't count: the office found, after the close, that it had no right to be."""
    annul_reason: Mapped[str] = mapped_column(String(100), default="")

    round: Mapped[Round] = relationship()
    person: Mapped[Person | None] = relationship()


class HouseholdCard(Base):
    """The code of a household for one round: printed once, kept as a keyed hash, replaced when it's lost."""

    __tablename__ = "household_card"
    __table_args__ = (
        Index(
            "uq_household_card_open",
            "round_id",
            "building_id",
            "door",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey(Round.id))
    building_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
    door: Mapped[str] = mapped_column(String(20))
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    replaced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """From then on this code opens nothing."""

    round: Mapped[Round] = relationship()
    building: Mapped[Place] = relationship()


class PaperBallot(Base):
    """A paper ballot as two people read it; where they agree it becomes a vote."""

    __tablename__ = "paper_ballot"
    __table_args__ = (
        UniqueConstraint("round_id", "person_id"),
        UniqueConstraint("round_id", "building_id", "door"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey(Round.id))
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    building_id: Mapped[int | None] = mapped_column(ForeignKey(Place.id))
    door: Mapped[str | None] = mapped_column(String(20))
    first_entry_id: Mapped[int] = mapped_column(ForeignKey(Entry.id))
    first_by_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    second_entry_id: Mapped[int | None] = mapped_column(ForeignKey(Entry.id))
    second_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    second_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    vote_id: Mapped[int | None] = mapped_column(ForeignKey(Vote.id), unique=True)

    round: Mapped[Round] = relationship()
    person: Mapped[Person | None] = relationship()
    building: Mapped[Place | None] = relationship()
