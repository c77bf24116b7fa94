"""Theme, Activity, Shift, SignUp, Receipt, Attendance, and the stamps by which readers know of a change."""

import secrets
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..database import Base, UtcDateTime, words
from ..people.models import Account, Person
from ..photos.models import Photo
from ..places.models import Place
from ..teams.models import Team

CODE_CHARACTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without those that look like another one."""


def new_uid() -> str:
    """What calendars know an activity by: random, with nothing of anybody in it."""
    return secrets.token_hex(16)


def new_code() -> str:
    """签到号 of a sign-up, to say aloud at the door: six characters that nobody mishears or misreads."""
    return "".join(secrets.choice(CODE_CHARACTERS) for _ in range(6))


class ThemeField(StrEnum):
    """The six fields of themes: 文体, 安全, 健康, 环境, 助邻, 学习."""

    CULTURE = "culture"
    SAFETY = "safety"
    HEALTH = "health"
    ENVIRONMENT = "environment"
    NEIGHBOURS = "neighbours"
    LEARNING = "learning"


class ActivityState(StrEnum):
    """Drafts are seen by their team alone; planned figures count all other states."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"
    HELD = "held"


class SignUpState(StrEnum):
    """Withdrawing is a state, and signing up again uses the row again."""

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    WITHDRAWN = "withdrawn"


LIVING = (SignUpState.CONFIRMED, SignUpState.WAITING)
"""Of whoever has a place, or waits for one."""


class Theme(Base):
    """What an activity is about; it gives the activity its title and its mark."""

    __tablename__ = "theme"
    __table_args__ = (UniqueConstraint("subdistrict_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subdistrict_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
    name: Mapped[str] = mapped_column(String(60))
    field: Mapped[ThemeField] = mapped_column(words(ThemeField))
    retired_on: Mapped[date | None] = mapped_column(Date)
    """From this day on it's no longer offered for new activities."""


class PlanningRun(Base):
    """One press of the button that makes a week or a month (排期批次), so that it can be undone."""

    __tablename__ = "planning_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    subdistrict_id: Mapped[int] = mapped_column(ForeignKey(Place.id), index=True)
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date] = mapped_column(Date)
    """The last day."""
    made: Mapped[int]
    """How many activities it made."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Activity(Base):
    """One activity of a team, at one time."""

    __tablename__ = "activity"
    __table_args__ = (
        # The week's page and the figures read a sub-district's time span; a team's page and feed read its own.
        Index("ix_activity_subdistrict_id_starts_at", "subdistrict_id", "starts_at"),
        UniqueConstraint("team_id", "starts_at"),
        Index("ix_activity_place_id_starts_at", "place_id", "starts_at"),
        Index("ix_activity_venue_id_starts_at", "venue_id", "starts_at"),
        # A weekly slot is planned once, even where its activity was moved to another day since.
        UniqueConstraint("team_id", "slot_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True, default=new_uid)
    """The same for ever, whatever else changes."""
    subdistrict_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
    team_id: Mapped[int | None] = mapped_column(ForeignKey(Team.id))
    place_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
    """The place whose activity it is: its team's, where it has a team."""
    theme_id: Mapped[int] = mapped_column(ForeignKey(Theme.id), index=True)
    place_text: Mapped[str] = mapped_column(String(60), default="")
    venue_id: Mapped[int | None] = mapped_column(ForeignKey(Place.id))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[ActivityState] = mapped_column(words(ActivityState))
    cancel_reason: Mapped[str] = mapped_column(String(100), default="")
    counts_as_service: Mapped[bool] = mapped_column(default=False)
    """Whether it is volunteering; a volunteer team's activities are, by default."""
    headcount: Mapped[int | None]
    """Attendances without names."""
    about: Mapped[str] = mapped_column(String(1000), default="")
    bring: Mapped[str] = mapped_column(String(200), default="")
    sign_up_opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sign_up_closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdraw_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Until then whoever can't come withdraws by themselves, and the next in the list moves up; None for the start."""
    popular: Mapped[bool] = mapped_column(default=False)
    """Wanted by many: nobody may hold more than a setting's number of places in such activities at once."""
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When its leader closed the attendance: from then on it's changed by corrections with a reason."""
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    slot_on: Mapped[date | None] = mapped_column(Date)
    """The day of the team's weekly slot for which it was made; None where it was planned by hand."""
    run_id: Mapped[int | None] = mapped_column(ForeignKey(PlanningRun.id), index=True)
    revision: Mapped[int] = mapped_column(default=0)
    """Rises with each change that a calendar shows: the SEQUENCE of its event."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it was last changed in a way that a calendar shows."""

    team: Mapped[Team | None] = relationship()
    subdistrict: Mapped[Place] = relationship(foreign_keys=subdistrict_id)
    place: Mapped[Place] = relationship(foreign_keys=place_id)
    venue: Mapped[Place | None] = relationship(foreign_keys=venue_id)
    theme: Mapped[Theme] = relationship()
    shifts: Mapped[list["Shift"]] = relationship(back_populates="activity", order_by="Shift.id")


class Shift(Base):
    """A part of an activity that people sign up for; a plain activity has one, and pages then don't mention it."""

    __tablename__ = "shift"

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey(Activity.id), index=True)
    title: Mapped[str] = mapped_column(String(60), default="")
    places: Mapped[int | None]
    """How many may come; None where nobody needs to sign up."""
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    needs: Mapped[str] = mapped_column(String(200), default="")

    activity: Mapped[Activity] = relationship(back_populates="shifts")


class SignUp(Base):
    """A person's place in a shift, or in its waiting list."""

    __tablename__ = "sign_up"
    __table_args__ = (
        UniqueConstraint("shift_id", "person_id"),
        Index("ix_sign_up_shift_id_state_asked_at", "shift_id", "state", "asked_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey(Shift.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    state: Mapped[SignUpState] = mapped_column(words(SignUpState))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """With the id it orders the waiting list."""
    by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    """Who entered it, where it wasn't the person."""
    note: Mapped[str] = mapped_column(String(200), default="")
    code: Mapped[str] = mapped_column(String(6), default=new_code)
    excused: Mapped[bool] = mapped_column(default=False)
    """请假: whoever is excused is no no-show."""
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    """Who of the team or the office knows the person, where no roster does (未核实 until then)."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    shift: Mapped[Shift] = relationship()
    person: Mapped[Person] = relationship()


class Receipt(Base):
    """报名凭条 of whoever signed up without an account: a private link, kept as a hash, and the form it came from."""

    __tablename__ = "receipt"

    id: Mapped[int] = mapped_column(primary_key=True)
    sign_up_id: Mapped[int] = mapped_column(ForeignKey(SignUp.id), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    nonce: Mapped[str] = mapped_column(String(32), unique=True)
    """The form's: sent twice, it's one sign-up and one receipt."""
    device_hash: Mapped[str] = mapped_column(String(64), index=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)

    sign_up: Mapped[SignUp] = relationship()


class Attendance(Base):
    """A person at an activity, once. Without a sign-up it's a walk-in; its minutes are derived."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("activity_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey(Activity.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    sign_up_id: Mapped[int | None] = mapped_column(ForeignKey(SignUp.id))
    checked_in_at: Mapped[datetime] = mapped_column(UtcDateTime)
    checked_out_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Blank counts as 0 minutes until corrected."""
    by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))

    activity: Mapped[Activity] = relationship()
    person: Mapped[Person] = relationship()


class DutyClaim(Base):
    """A person's part in an activity that is claimed as duty: whenever they are checked in, it's no volunteering."""

    __tablename__ = "duty_claim"

    activity_id: Mapped[int] = mapped_column(ForeignKey(Activity.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True, index=True)


class SheetPhoto(Base):
    """A photo of the signed sheet of paper, as evidence of who was there."""

    __tablename__ = "sheet_photo"

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey(Activity.id), index=True)
    photo_id: Mapped[int] = mapped_column(ForeignKey(Photo.id), unique=True)

    activity: Mapped[Activity] = relationship()
    photo: Mapped[Photo] = relationship()


class Stamp(Base):
    """When what is shown of a team, a venue or a place last changed; readers compare it instead of the rows."""

    __tablename__ = "stamp"

    subject: Mapped[str] = mapped_column(String(24), primary_key=True)
    """``team:5`` or ``place:12``; a venue is a place."""
    shown_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Rises by at least a second with each change that a calendar shows, and never goes back."""
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Rises too with sign-ups and attendance, which no public calendar shows."""
