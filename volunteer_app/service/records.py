"""服务记录: what somebody gave as a volunteer, read from attendances and from what was entered by hand.

Duty is no service: hours that a cadre claimed or logged as duty make no record [domain rules, two kinds of hours].
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BigInteger, ColumnElement, and_, func, literal, select, type_coerce
from sqlalchemy.orm import aliased

from .. import clock
from ..activities.minutes import is_service, minutes_given, on_duty
from ..activities.models import Activity, Attendance, Theme
from ..activities.queries import TAKING_PLACE
from ..database import db
from ..people.models import Person
from ..places.models import Place
from ..teams.models import Team
from .models import RecordState, ServiceRecord


@dataclass(frozen=True, slots=True)
class Record:
    """One service record, with what the regulation asks for [R §7]; its person is known by whoever asked."""

    content: str
    place: str
    starts_at: datetime
    """When the service began and ended, inside the activity's hours."""
    ends_at: datetime
    minutes: int
    """Whole minutes actually given."""
    unit: str
    """组织单位."""
    in_charge: str
    """负责人."""
    late: bool = False
    activity_id: int | None = None
    """The activity whose attendance it stands on."""
    record_id: int | None = None
    """The row entered by hand."""

    @property
    def day(self) -> date:
        """The day on which the service began."""
        return clock.local(self.starts_at).date()


@dataclass(frozen=True, slots=True)
class Year:
    """The records of a calendar year, and their minutes."""

    year: int
    records: Sequence[Record]
    minutes: int


def of(person: Person, since: date | None = None, until: date | None = None) -> list[Record]:
    """The service records of *person* in order of time: two queries.

    They are the attendances of closed activities that count as volunteering, where minutes were given and no duty
    was claimed or logged, and what was entered by hand and approved, unless an approved correction replaces it, or an
    attendance or a visit on duty that was noted since holds the same hours.

    Args:
        since: only of service that began on this day or later.
        until: or on this day at the latest.
    """
    attended = _attended(person)
    found = [*attended, *(it for it in _by_hand(person) if not any(_overlap(it, other) for other in attended))]
    chosen = [it for it in found if (since is None or it.day >= since) and (until is None or it.day <= until)]
    return sorted(chosen, key=lambda it: (it.starts_at, it.ends_at, it.activity_id or 0, it.record_id or 0))


def digest(records: Iterable[Record]) -> str:
    """What *records* say, in a few characters: another one as soon as anything of it is corrected."""
    said = [
        (int(it.starts_at.timestamp()), int(it.ends_at.timestamp()), it.minutes, it.content, it.place, it.unit)
        for it in records
    ]
    return hashlib.sha256(repr(said).encode()).hexdigest()


def total(records: Iterable[Record]) -> int:
    """The minutes of *records*."""
    return sum(it.minutes for it in records)


def by_year(records: Iterable[Record]) -> list[Year]:
    """The same records by the calendar year in which each began, the latest year and record first."""
    years: dict[int, list[Record]] = {}
    for it in records:
        years.setdefault(it.day.year, []).insert(0, it)
    return [Year(year, rows, total(rows)) for year, rows in sorted(years.items(), reverse=True)]


def occupied(person: Person) -> list[Record]:
    """Where else *person* was: nobody serves in two places at once.

    These are all attendances, of whatever kind, and what was entered by hand and not refused: two queries.
    """
    return [*_attendances(person), *entered(person)]


def entered(person: Person) -> list[Record]:
    """What was entered by hand of *person* and not refused, unless an approved correction replaces it: one query."""
    return _entered(person, ServiceRecord.state.in_((RecordState.WAITING, RecordState.APPROVED)))


def _overlap(one: Record, other: Record) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _attended(person: Person) -> list[Record]:
    return _attendances(person, is_service(), Activity.closed_at.is_not(None))


def _by_hand(person: Person) -> list[Record]:
    hours = type_coerce(ServiceRecord.starts_at, BigInteger), type_coerce(ServiceRecord.ends_at, BigInteger)
    return _entered(person, ServiceRecord.state == RecordState.APPROVED, ~on_duty(ServiceRecord.person_id, *hours))


def _attendances(person: Person, *conditions: ColumnElement[bool]) -> list[Record]:
    leader = aliased(Person)
    rows = db.session.execute(
        select(
            Activity.id,
            Theme.name.label("content"),
            Activity.place_text,
            Place.name.label("place"),
            Activity.starts_at,
            Activity.ends_at,
            Attendance.checked_in_at,
            Attendance.checked_out_at,
            minutes_given().label("minutes"),
            func.coalesce(Team.name, literal("")).label("team"),
            func.coalesce(leader.name, literal("")).label("in_charge"),
        )
        .select_from(Attendance)
        .join(Activity, Attendance.activity_id == Activity.id)
        .join(Theme, Activity.theme_id == Theme.id)
        .join(Place, Activity.place_id == Place.id)
        .outerjoin(Team, Activity.team_id == Team.id)
        .outerjoin(leader, Team.leader_id == leader.id)
        .where(
            Attendance.person_id == person.id,
            Activity.state.in_(TAKING_PLACE),
            minutes_given() > 0,
            *conditions,
        )
    )
    return [
        Record(
            content=row.content,
            place=row.place_text or row.place,
            starts_at=max(row.checked_in_at, row.starts_at),
            ends_at=min(row.checked_out_at, row.ends_at),
            minutes=int(row.minutes),
            unit=row.team or row.place,
            in_charge=row.in_charge,
            activity_id=row.id,
        )
        for row in rows
    ]


def _entered(person: Person, *conditions: ColumnElement[bool]) -> list[Record]:
    newer = aliased(ServiceRecord)
    replaced = and_(newer.replaces_id == ServiceRecord.id, newer.state == RecordState.APPROVED)
    rows = db.session.scalars(
        select(ServiceRecord).where(
            ServiceRecord.person_id == person.id,
            *conditions,
            ~select(newer.id).where(replaced).exists(),
        )
    )
    return [
        Record(
            content=row.content,
            place=row.place_text,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            minutes=row.minutes,
            unit=row.unit,
            in_charge=row.in_charge,
            late=row.late,
            record_id=row.id,
        )
        for row in rows
    ]
