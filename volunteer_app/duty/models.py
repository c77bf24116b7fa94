"""Pairing, Leave, PlannedVisit, Visit and its photos; Assignment."""

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, String, Time, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..activities.models import Activity, new_uid
from ..database import Base, UtcDateTime, words
from ..people.models import Account, Person
from ..photos.models import Photo
from ..places.models import Place

PLEDGE = 180
"""Minutes a week that a cadre gives unless a pairing says otherwise: the weekly three hours."""


class VisitKind(StrEnum):
    """What a visit was: 入户走访, 值守服务, 参加主题活动, 议事协商, 解决问题, 化解矛盾."""

    HOME_VISIT = "home_visit"
    ON_DUTY = "on_duty"
    THEMED_ACTIVITY = "themed_activity"
    CONSULTATION = "consultation"
    PROBLEM_SOLVING = "problem_solving"
    MEDIATION = "mediation"


class VisitState(StrEnum):
    """Whether somebody of the community has confirmed a logged visit."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    RETURNED = "returned"
    """Sent back with a reason: it counts for nothing until it's corrected and confirmed."""


class Force(StrEnum):
    """The seven forces of a compound: six, and joint enforcement (综合执法)."""

    OFFICE = "office"
    COMMUNITY = "community"
    WARDENS = "wardens"
    PATROL = "patrol"
    PROPERTY = "property"
    CLEANSING = "cleansing"
    ENFORCEMENT = "enforcement"


class Pairing(Base):
    """A cadre and the compound that they serve; one without dates is open at that end.

    Who comes back after an end gets another row: the weeks before stay due as they were.
    """

    __tablename__ = "pairing"
    __table_args__ = (
        Index(
            "uq_pairing_open",
            "person_id",
            "compound_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subdistrict_id: Mapped[int] = mapped_column(ForeignKey(Place.id), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    compound_id: Mapped[int] = mapped_column(ForeignKey(Place.id), index=True)
    department: Mapped[str] = mapped_column(String(60), default="")
    """科室 of the office."""
    post: Mapped[str] = mapped_column(String(60), default="")
    """职务."""
    minutes_a_week: Mapped[int] = mapped_column(default=PLEDGE)
    weekday: Mapped[int | None]
    """The usual day, Monday 0 to Sunday 6."""
    usual_starts: Mapped[time | None] = mapped_column(Time)
    usual_ends: Mapped[time | None] = mapped_column(Time)
    since: Mapped[date | None] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    """The last day."""

    person: Mapped[Person] = relationship()
    compound: Mapped[Place] = relationship(foreign_keys=compound_id)
    subdistrict: Mapped[Place] = relationship(foreign_keys=subdistrict_id)


class Leave(Base):
    """请假: days on which a cadre is away, both ends included."""

    __tablename__ = "leave"
    __table_args__ = (UniqueConstraint("subdistrict_id", "person_id", "since"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subdistrict_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(100), default="")

    person: Mapped[Person] = relationship()


class Visit(Base):
    """What a cadre did in a compound, from when to when: an entry of the duty log."""

    __tablename__ = "visit"
    __table_args__ = (
        UniqueConstraint("subdistrict_id", "person_id", "starts_at"),
        Index("ix_visit_compound_id_state", "compound_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subdistrict_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    compound_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """None while it's going on."""
    kind: Mapped[VisitKind] = mapped_column(words(VisitKind))
    what: Mapped[str] = mapped_column(String(500), default="")
    """What was done."""
    problems_solved: Mapped[int] = mapped_column(default=0)
    disputes_mediated: Mapped[int] = mapped_column(default=0)
    activity_id: Mapped[int | None] = mapped_column(ForeignKey(Activity.id), index=True)
    """The themed activity that was joined: its attendance is then no service record."""
    state: Mapped[VisitState] = mapped_column(words(VisitState), default=VisitState.WAITING)
    reason: Mapped[str] = mapped_column(String(100), default="")
    """Why it was returned."""
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    """Who entered it."""
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was confirmed or sent back last; one that waits again was sent back then."""
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))

    person: Mapped[Person] = relationship()
    compound: Mapped[Place] = relationship(foreign_keys=compound_id)
    activity: Mapped[Activity | None] = relationship()


class PlannedVisit(Base):
    """An appointment of a cadre, shown in their private calendar; logging it makes a Visit of it."""

    __tablename__ = "planned_visit"
    __table_args__ = (UniqueConstraint("person_id", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True, default=new_uid)
    subdistrict_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    compound_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(String(200), default="")
    cancelled: Mapped[bool] = mapped_column(default=False)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey(Visit.id), unique=True)
    """What became of it."""
    revision: Mapped[int] = mapped_column(default=0)
    """The SEQUENCE of its event."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()
    compound: Mapped[Place] = relationship(foreign_keys=compound_id)
    visit: Mapped[Visit | None] = relationship()


class VisitPhoto(Base):
    """A photo as evidence of a visit."""

    __tablename__ = "visit_photo"

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey(Visit.id), index=True)
    photo_id: Mapped[int] = mapped_column(ForeignKey(Photo.id), unique=True)

    visit: Mapped[Visit] = relationship()
    photo: Mapped[Photo] = relationship()


class Assignment(Base):
    """分包下沉: who of a force answers for a compound; joint enforcement has several units."""

    __tablename__ = "assignment"
    __table_args__ = (UniqueConstraint("compound_id", "force", "unit"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subdistrict_id: Mapped[int] = mapped_column(ForeignKey(Place.id), index=True)
    compound_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
    force: Mapped[Force] = mapped_column(words(Force))
    unit: Mapped[str] = mapped_column(String(60), default="")
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    since: Mapped[date | None] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    """The last day."""

    person: Mapped[Person] = relationship()
    compound: Mapped[Place] = relationship(foreign_keys=compound_id)
