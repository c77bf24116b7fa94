"""RoleModel, and the records that support it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...activities.models import Activity
from ...database import Base, UtcDateTime, new_slug, words
from ...people.models import Account, Person
from ...photos.models import Photo
from ...places.models import Place
from ...service.models import Distinction
from ...teams.models import Team
from ..models import Entry


class RoleModelState(StrEnum):
    """From nomination to publication."""

    NOMINATED = "nominated"
    PUBLISHED = "published"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    """Taken back by whoever nominated it, or by the one it's about."""


class RoleModel(Base):
    """A role model (典型): a person or a team, for what, and where."""

    __tablename__ = "role_model"
    __table_args__ = (
        CheckConstraint("person_id IS NOT NULL OR team_id IS NOT NULL", name="somebody"),
        Index("ix_role_model_place_id_state", "place_id", "state"),
        Index("ix_role_model_team_id_state", "team_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(8), unique=True, default=new_slug)
    subdistrict_id: Mapped[int] = mapped_column(ForeignKey(Place.id), index=True)
    place_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
    """Where: a community, compound or building."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), index=True)
    """None for a whole team."""
    team_id: Mapped[int | None] = mapped_column(ForeignKey(Team.id))
    """The team itself, or that of the person."""
    title: Mapped[str] = mapped_column(String(60))
    """As what, such as 最美志愿者."""
    story: Mapped[str] = mapped_column(String(1000))
    photo_id: Mapped[int | None] = mapped_column(ForeignKey(Photo.id), unique=True)
    alt: Mapped[str] = mapped_column(String(100), default="")
    """What the photo shows."""
    state: Mapped[RoleModelState] = mapped_column(words(RoleModelState), default=RoleModelState.NOMINATED)
    reason: Mapped[str] = mapped_column(String(200), default="")
    """Why it was declined or withdrawn."""
    nominated_on: Mapped[date] = mapped_column(Date)
    by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))

    place: Mapped[Place] = relationship(foreign_keys=place_id)
    person: Mapped[Person | None] = relationship()
    team: Mapped[Team | None] = relationship()
    photo: Mapped[Photo | None] = relationship()


class Support(Base):
    """A record that supports a role model: an activity, a training or award, or an entry that won."""

    __tablename__ = "role_model_support"
    __table_args__ = (
        # Booleans don't add up on PostgreSQL.
        CheckConstraint(
            "CASE WHEN activity_id IS NULL THEN 0 ELSE 1 END + CASE WHEN distinction_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN entry_id IS NULL THEN 0 ELSE 1 END = 1",
            name="one",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    role_model_id: Mapped[int] = mapped_column(ForeignKey(RoleModel.id), index=True)
    activity_id: Mapped[int | None] = mapped_column(ForeignKey(Activity.id))
    distinction_id: Mapped[int | None] = mapped_column(ForeignKey(Distinction.id))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey(Entry.id))

    role_model: Mapped[RoleModel] = relationship()
    activity: Mapped[Activity | None] = relationship()
    distinction: Mapped[Distinction | None] = relationship()
    entry: Mapped[Entry | None] = relationship()
