"""Person, Account, RoleGrant, Consent."""

import secrets
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..database import Base, UtcDateTime, words
from ..places.models import Place


def new_stamp() -> str:
    """A random stamp for an account's sessions."""
    return secrets.token_urlsafe(16)


class Role(StrEnum):
    """What an account may do, and where: an administrator everywhere, an officer in a sub-district …"""

    ADMINISTRATOR = "administrator"
    OFFICER = "officer"
    SECRETARY = "secretary"
    LIAISON = "liaison"
    ORGANIZER = "organizer"
    LEADER = "leader"


class Sex(StrEnum):
    """性别, where somebody gave it."""

    FEMALE = "female"
    MALE = "male"


class Person(Base):
    """A human, known by phone and name together: a family may share a phone."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("phone", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), index=True)
    phone: Mapped[str | None] = mapped_column(String(20))
    sex: Mapped[Sex | None] = mapped_column(words(Sex))
    birth_month: Mapped[str | None] = mapped_column(String(7))
    """Year and month, 1949-12. As the sex: the first given value stays."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    anonymised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Account(Base):
    """A login of a person, by a phone number or a mail address of its own."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    phone: Mapped[str | None] = mapped_column(String(20), unique=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    session_stamp: Mapped[str] = mapped_column(String(22), default=new_stamp)
    """Stands in each session of the account: a new stamp ends them all."""
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    demo: Mapped[bool] = mapped_column(default=False)
    """Works on the loopback address alone."""

    person: Mapped[Person] = relationship()
    grants: Mapped[list["RoleGrant"]] = relationship(foreign_keys="RoleGrant.account_id", order_by="RoleGrant.id")


class RoleGrant(Base):
    """A role of an account, at a place or for a team, over a time."""

    __tablename__ = "role_grant"
    __table_args__ = (Index("ix_role_grant_account_id_role", "account_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    role: Mapped[Role] = mapped_column(words(Role))
    place_id: Mapped[int | None] = mapped_column(ForeignKey(Place.id))
    # A string key: teams lie above people (a bend named in the architecture).
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    """The last day on which it holds."""
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))

    place: Mapped[Place | None] = relationship()


class Consent(Base):
    """What a person agreed to, to which words, and until when [P §§14, 15]."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_person_id_purpose", "person_id", "purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    purpose: Mapped[str] = mapped_column(String(40))
    text_version: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
