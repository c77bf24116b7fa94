"""ServiceRecord, Distinction and Certificate."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..database import Base, UtcDateTime, words
from ..people.models import Account, Person
from ..places.models import Place
from ..teams.models import Team


class RecordState(StrEnum):
    """Whether a second person has approved what was entered by hand."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"


class DistinctionKind(StrEnum):
    """培训 and 表彰: records of their own, without service minutes."""

    TRAINING = "training"
    AWARD = "award"


class ServiceRecord(Base):
    """Service that no attendance holds, entered by hand; a correction is a new row that names the one it replaces."""

    __tablename__ = "service_record"
    __table_args__ = (Index("ix_service_record_person_id_starts_at", "person_id", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subdistrict_id: Mapped[int] = mapped_column(ForeignKey(Place.id), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    team_id: Mapped[int | None] = mapped_column(ForeignKey(Team.id))
    """The team that organised it, where one did."""
    unit: Mapped[str] = mapped_column(String(60), default="")
    """The organising unit in words."""
    place_text: Mapped[str] = mapped_column(String(60), default="")
    content: Mapped[str] = mapped_column(String(200))
    in_charge: Mapped[str] = mapped_column(String(60), default="")
    """负责人: who answers for it."""
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    minutes: Mapped[int]
    """Whole minutes actually given, at most those between the two moments."""
    late: Mapped[bool] = mapped_column(default=False)
    """Entered more than ten working days after it [R §11]."""
    state: Mapped[RecordState] = mapped_column(words(RecordState), default=RecordState.WAITING)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("service_record.id"), unique=True)
    reason: Mapped[str] = mapped_column(String(200), default="")
    """Why it replaces the other one, or why it was refused."""
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))

    person: Mapped[Person] = relationship()
    team: Mapped[Team | None] = relationship()


class Distinction(Base):
    """A training or an award of a volunteer [R §§8, 9]."""

    __tablename__ = "distinction"

    id: Mapped[int] = mapped_column(primary_key=True)
    subdistrict_id: Mapped[int] = mapped_column(ForeignKey(Place.id), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    kind: Mapped[DistinctionKind] = mapped_column(words(DistinctionKind))
    title: Mapped[str] = mapped_column(String(100))
    giver: Mapped[str] = mapped_column(String(60), default="")
    """Who trained, or who awarded it."""
    day: Mapped[date] = mapped_column(Date)
    by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))

    person: Mapped[Person] = relationship()


class Certificate(Base):
    """志愿服务记录证明: what stood in somebody's records on the day of issue; free, numbered and to be verified."""

    __tablename__ = "certificate"

    id: Mapped[int] = mapped_column(primary_key=True)
    serial: Mapped[str] = mapped_column(String(24), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the end of the public address that verifies it."""
    subdistrict_id: Mapped[int] = mapped_column(ForeignKey(Place.id), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    issuer_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
    """The community whose residents' committee issues it [R §26]."""
    since: Mapped[date | None] = mapped_column(Date)
    until: Mapped[date] = mapped_column(Date)
    records: Mapped[int]
    """How many it attests."""
    minutes: Mapped[int]
    """How many minutes it attests."""
    digest: Mapped[str] = mapped_column(String(64))
    """Of all that these records say, so that a correction of any of it is seen."""
    issued_on: Mapped[date] = mapped_column(Date)
    handler_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    """经办人."""
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    revoke_reason: Mapped[str] = mapped_column(String(100), default="")

    person: Mapped[Person] = relationship()
    issuer: Mapped[Place] = relationship(foreign_keys=issuer_id)
