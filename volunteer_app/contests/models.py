"""Round with its criteria, judges, entries, score sheets and votes; objections."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..activities.models import new_uid
from ..database import Base, UtcDateTime, new_slug, words
from ..people.models import Account, Person
from ..photos.models import Photo
from ..places.models import Place


class ContestKind(StrEnum):
    """楼栋评比赛 and 晒最美."""

    BEST_BUILDING = "best_building"
    SHOW_YOUR_BEST = "show_your_best"


class Subject(StrEnum):
    """What is entered: 楼栋, 单元楼道, 阳台, 庭院, 家庭."""

    BUILDING = "building"
    STAIRWELL = "stairwell"
    BALCONY = "balcony"
    COURTYARD = "courtyard"
    FAMILY = "family"


class VoteUnit(StrEnum):
    """Who has one vote: each resident, or each household."""

    RESIDENT = "resident"
    HOUSEHOLD = "household"


class Channel(StrEnum):
    """How a vote came: the round offers one of the first three, and paper beside it."""

    ACCOUNT = "account"
    """By somebody signed in."""
    STAFF = "staff"
    """Taken down by the staff, who know the person."""
    CODE = "code"
    """By the code on a household's card."""
    PAPER = "paper"
    """By a paper ballot that two people entered."""


class EntryState(StrEnum):
    """What became of an entry; a withdrawn one may be sent in again."""

    WAITING = "waiting"
    PUBLISHED = "published"
    RETURNED = "returned"
    """Sent back with a reason, to be corrected."""
    WITHDRAWN = "withdrawn"


class ObjectionState(StrEnum):
    """Whether the office has answered an objection."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


class Round(Base):
    """A contest's round (期): from entering over judging and voting to the result."""

    __tablename__ = "contest_round"
    __table_args__ = (
        UniqueConstraint("subdistrict_id", "name"),
        Index("ix_contest_round_subdistrict_id_entries_from", "subdistrict_id", "entries_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True, default=new_uid)
    """What calendars know it by."""
    slug: Mapped[str] = mapped_column(String(8), unique=True, default=new_slug)
    subdistrict_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
    number: Mapped[int | None]
    """期次."""
    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[ContestKind] = mapped_column(words(ContestKind))
    subject: Mapped[Subject] = mapped_column(words(Subject))
    about: Mapped[str] = mapped_column(String(1000), default="")
    entries_from: Mapped[date] = mapped_column(Date)
    entries_until: Mapped[date] = mapped_column(Date)
    judging_from: Mapped[date | None] = mapped_column(Date)
    """None for a round without judges."""
    judging_until: Mapped[date | None] = mapped_column(Date)
    voting_from: Mapped[date | None] = mapped_column(Date)
    """None for a round without votes."""
    voting_until: Mapped[date | None] = mapped_column(Date)
    notice_days: Mapped[int] = mapped_column(default=5)
    """How many days of publication (公示) follow the close, before the result stands."""
    judges_weight: Mapped[int]
    """Percent; with the voters' it makes 100."""
    voters_weight: Mapped[int]
    vote_unit: Mapped[VoteUnit] = mapped_column(words(VoteUnit), default=VoteUnit.RESIDENT)
    channel: Mapped[Channel] = mapped_column(words(Channel), default=Channel.ACCOUNT)
    """The one channel beside paper; never PAPER itself."""
    paper: Mapped[bool] = mapped_column(default=False)
    """Whether paper ballots are taken, too."""
    winners: Mapped[int] = mapped_column(default=3)
    """How many entries win."""
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """None for a draft, which the office alone sees."""
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel_reason: Mapped[str] = mapped_column(String(100), default="")
    revision: Mapped[int] = mapped_column(default=0)
    """The SEQUENCE of its events."""
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it last changed in a way that a calendar shows."""

    subdistrict: Mapped[Place] = relationship()
    criteria: Mapped[list["Criterion"]] = relationship(
        back_populates="round", order_by="(Criterion.position, Criterion.id)"
    )


class Criterion(Base):
    """What judges give points for (评分标准), and how many at most."""

    __tablename__ = "criterion"
    __table_args__ = (UniqueConstraint("round_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey(Round.id))
    name: Mapped[str] = mapped_column(String(40))
    points: Mapped[int]
    """满分: the most that a judge gives."""
    position: Mapped[int] = mapped_column(default=0)

    round: Mapped[Round] = relationship(back_populates="criteria")


class Judge(Base):
    """A judge (评委) of a round; one from an office's ledger is a label without a person."""

    __tablename__ = "judge"
    __table_args__ = (UniqueConstraint("round_id", "label"), UniqueConstraint("round_id", "person_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey(Round.id))
    label: Mapped[str] = mapped_column(String(40))
    """What the result page calls the judge, such as 评委甲."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), index=True)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Who left the panel before the close: their sheets don't count."""

    round: Mapped[Round] = relationship()
    person: Mapped[Person | None] = relationship()


class Entry(Base):
    """What takes part (参评对象)."""

    __tablename__ = "entry"
    __table_args__ = (UniqueConstraint("round_id", "name"), Index("ix_entry_place_id_state", "place_id", "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(8), unique=True, default=new_slug)
    round_id: Mapped[int] = mapped_column(ForeignKey(Round.id))
    name: Mapped[str] = mapped_column(String(60))
    place_id: Mapped[int] = mapped_column(ForeignKey(Place.id))
    """The building where it is one, else the nearest place that is known, a community at the widest."""
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    """报名人: who entered it."""
    about: Mapped[str] = mapped_column(String(500), default="")
    entered_on: Mapped[date] = mapped_column(Date)
    state: Mapped[EntryState] = mapped_column(words(EntryState), default=EntryState.WAITING)
    reason: Mapped[str] = mapped_column(String(100), default="")
    """Why it was returned."""
    by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    """Who typed it: a liaison or building lead enters for a resident, too."""
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    veto_reason: Mapped[str] = mapped_column(String(200), default="")
    """Why it was left out of the ranking (一票否决) by the office after the close; judges' vetoes stand on sheets."""
    veto_lifted: Mapped[str] = mapped_column(String(200), default="")
    """Why judges' vetoes don't hold, as the office decided on an objection."""
    tie: Mapped[int | None]
    """Its place by name among its round's entries, kept when a name is erased; None while names say it."""

    round: Mapped[Round] = relationship()
    place: Mapped[Place] = relationship()
    person: Mapped[Person] = relationship()


class EntryPhoto(Base):
    """A photo of an entry, and what it shows for those who don't see it."""

    __tablename__ = "entry_photo"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey(Entry.id), index=True)
    photo_id: Mapped[int] = mapped_column(ForeignKey(Photo.id), unique=True)
    alt: Mapped[str] = mapped_column(String(100), default="")

    entry: Mapped[Entry] = relationship()
    photo: Mapped[Photo] = relationship()


class ScoreSheet(Base):
    """What one judge gave one entry (评分表); it counts once each criterion has its points."""

    __tablename__ = "score_sheet"
    __table_args__ = (UniqueConstraint("entry_id", "judge_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey(Entry.id))
    judge_id: Mapped[int] = mapped_column(ForeignKey(Judge.id), index=True)
    veto_reason: Mapped[str] = mapped_column(String(200), default="")
    """一票否决, for a fire, a crime or a mass dispute; empty where there's none."""
    recused_reason: Mapped[str] = mapped_column(String(200), default="")
    """Why the judge steps aside for this entry (回避); its points then don't count."""
    note: Mapped[str] = mapped_column(String(200), default="")
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    entry: Mapped[Entry] = relationship()
    judge: Mapped[Judge] = relationship()
    scores: Mapped[list["Score"]] = relationship(back_populates="sheet")


class Score(Base):
    """Points for one criterion."""

    __tablename__ = "score"

    sheet_id: Mapped[int] = mapped_column(ForeignKey(ScoreSheet.id), primary_key=True)
    criterion_id: Mapped[int] = mapped_column(ForeignKey(Criterion.id), primary_key=True, index=True)
    points: Mapped[int]

    sheet: Mapped[ScoreSheet] = relationship(back_populates="scores")
    criterion: Mapped[Criterion] = relationship()


class Objection(Base):
    """异议 against a published result, answered by the office before the result stands."""

    __tablename__ = "objection"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey(Round.id), index=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey(Entry.id))
    name: Mapped[str] = mapped_column(String(60))
    """Who objects, and their phone: for the office alone."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), index=True)
    """Who was signed in; a name and a number that somebody typed prove nothing."""
    phone: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(String(500))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[ObjectionState] = mapped_column(words(ObjectionState), default=ObjectionState.OPEN)
    answer: Mapped[str] = mapped_column(String(500), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))

    round: Mapped[Round] = relationship()
    entry: Mapped[Entry | None] = relationship()
