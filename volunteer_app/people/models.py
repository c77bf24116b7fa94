"""Person, Account and what belongs to it: sessions, roles, codes, family; and what a person agreed to."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..database import Base, UtcDateTime, words
from ..places.models import Place


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
    guardian_name: Mapped[str] = mapped_column(String(60), default="")
    """监护人 of somebody under 14, who also agreed for them [P §§28, 31]."""
    guardian_phone: Mapped[str] = mapped_column(String(20), default="")
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
    totp_secret: Mapped[str | None] = mapped_column(String(32))
    """The second factor: base32, shared with the app on the owner's phone; None where it isn't set up."""
    totp_step: Mapped[int | None]
    """The last half minute whose figures were used: none are taken twice."""
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    demo: Mapped[bool] = mapped_column(default=False)
    """Works on the loopback address alone."""

    person: Mapped[Person] = relationship()
    grants: Mapped[list["RoleGrant"]] = relationship(foreign_keys="RoleGrant.account_id", order_by="RoleGrant.id")


class AccountSession(Base):
    """A device on which an account is signed in; ending one is a moment, and its cookie then opens nothing."""

    __tablename__ = "account_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id), index=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """The cookie holds the key itself."""
    device: Mapped[str] = mapped_column(String(120), default="")
    """What the browser says of itself, for the owner to know it by."""
    second_factor: Mapped[bool] = mapped_column(default=False)
    """Whether the second factor was shown, too."""
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship()


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

    place: Mapped[Place | None] = relationship(lazy="joined")


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


class OneTimeCode(Base):
    """一次性口令: handed to a person by their leader or the office, who know them.

    Who shows it with the phone number may set the password of the person's account, which is made if there is none.
    """

    __tablename__ = "one_time_code"
    __table_args__ = (
        # One open code a person: a new one ends the one before.
        Index(
            "uq_one_time_code_open",
            "person_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    code_hash: Mapped[str] = mapped_column(String(200))
    made_by_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Used, replaced, or tried too often."""

    person: Mapped[Person] = relationship()


class RequestState(StrEnum):
    """Where a request that somebody has to decide stands."""

    WAITING = "waiting"
    GRANTED = "granted"
    DECLINED = "declined"


class AccountRequest(Base):
    """注册申请: somebody asks a sub-district for an account; it attaches to nobody until the office has called back."""

    __tablename__ = "account_request"
    __table_args__ = (Index("ix_account_request_subdistrict_id_state", "subdistrict_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subdistrict_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
    name: Mapped[str] = mapped_column(String(60))
    phone: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[RequestState] = mapped_column(words(RequestState), default=RequestState.WAITING)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))


class FamilyMember(Base):
    """家人: a person without an account, for whom an account may act."""

    __tablename__ = "family_member"
    __table_args__ = (UniqueConstraint("account_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()
