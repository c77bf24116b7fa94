"""Team, Membership, and the wish to become a member."""

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, String, Time, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..database import Base, UtcDateTime, new_slug, words
from ..people.models import Account, Person, RequestState
from ..places.models import Place


class TeamKind(StrEnum):
    """What a team is; ``KIND_NAMES`` has the words of the office."""

    CULTURAL_GROUP = "cultural_group"
    VOLUNTEER_TEAM = "volunteer_team"
    PARTY_BRANCH = "party_branch"
    SELF_MANAGEMENT_COMMITTEE = "self_management_committee"
    OWNERS_COMMITTEE = "owners_committee"


KIND_NAMES = {
    TeamKind.CULTURAL_GROUP: "文体组织",
    TeamKind.VOLUNTEER_TEAM: "志愿服务队",
    TeamKind.PARTY_BRANCH: "临时党支部",
    TeamKind.SELF_MANAGEMENT_COMMITTEE: "自管会",
    TeamKind.OWNERS_COMMITTEE: "业委会",
}
"""类别 as ledgers, figures and feeds say it, whatever the language of whoever asks."""


class HolidayRule(StrEnum):
    """What a team does with a weekly slot that falls on a holiday."""

    SKIP = "skip"
    SHIFT = "shift"
    """It meets on the nearest day that is none."""
    KEEP = "keep"


class MemberRole(StrEnum):
    """职务 in a team: its leader (队长) or a member (队员)."""

    LEADER = "leader"
    MEMBER = "member"


class Team(Base):
    """A team of residents with a weekly slot."""

    __tablename__ = "team"
    __table_args__ = (UniqueConstraint("subdistrict_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[TeamKind] = mapped_column(words(TeamKind))
    name: Mapped[str] = mapped_column(String(60))
    slug: Mapped[str] = mapped_column(String(8), unique=True, default=new_slug)
    subdistrict_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
    place_id: Mapped[int] = mapped_column(ForeignKey(Place.id), index=True)
    """The compound, community or sub-district it belongs to."""
    leader_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), index=True)
    """负责人: who answers for the team to the office."""
    founded: Mapped[date | None] = mapped_column(Date)
    dissolved: Mapped[date | None] = mapped_column(Date)
    """The first day on which it is no longer there."""
    weekday: Mapped[int | None]
    """Day of the weekly slot, Monday 0 to Sunday 6."""
    slot_starts: Mapped[time | None] = mapped_column(Time)
    slot_ends: Mapped[time | None] = mapped_column(Time)
    place_text: Mapped[str] = mapped_column(String(60), default="")
    venue_id: Mapped[int | None] = mapped_column(ForeignKey(Place.id), index=True)
    holiday_rule: Mapped[HolidayRule] = mapped_column(words(HolidayRule), default=HolidayRule.SKIP)
    slot_planned: Mapped[bool | None]
    """Whether weeks are made from its slot; None where its kind decides (``plans_by_slot``)."""
    focus: Mapped[str] = mapped_column(String(60), default="")
    """服务内容: what it is about, in a few words."""
    about: Mapped[str] = mapped_column(String(500), default="")

    place: Mapped[Place] = relationship(foreign_keys=place_id)
    subdistrict: Mapped[Place] = relationship(foreign_keys=subdistrict_id)
    venue: Mapped[Place | None] = relationship(foreign_keys=venue_id)
    leader: Mapped[Person | None] = relationship()

    @property
    def plans_by_slot(self) -> bool:
        """Whether weeks are made from its slot: those of cultural groups and volunteer teams, of others on request."""
        by_kind = self.kind in (TeamKind.CULTURAL_GROUP, TeamKind.VOLUNTEER_TEAM)
        return by_kind if self.slot_planned is None else self.slot_planned


class Membership(Base):
    """A person in a team, from one day to another."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("team_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey(Team.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    role: Mapped[MemberRole] = mapped_column(words(MemberRole))
    since: Mapped[date | None] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    """The last day of membership."""

    team: Mapped[Team] = relationship()
    person: Mapped[Person] = relationship()


class MembershipRequest(Base):
    """入队申请: a person wants to join a team; its leader or the staff decide."""

    __tablename__ = "membership_request"
    __table_args__ = (
        # One open request a person and team.
        Index(
            "uq_membership_request_waiting",
            "team_id",
            "person_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey(Team.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    note: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[RequestState] = mapped_column(words(RequestState), default=RequestState.WAITING)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))

    team: Mapped[Team] = relationship()
    person: Mapped[Person] = relationship()
