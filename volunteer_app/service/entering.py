"""Service that no attendance holds, entered by hand: it counts once a second person approved it.

A correction is a new row that names the one it replaces; nothing is overwritten.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from .. import clock, deliveries
from ..activities.visibility import people_of
from ..audit import trail
from ..database import db, lock
from ..errors import N_, BadInput, Message, Refused, message
from ..people import family
from ..people.models import Account, Person
from ..people.roles import STAFF, scope
from ..places.models import Place
from ..teams.models import Team
from ..workdays import Workdays
from . import access, records
from .models import RecordState, ServiceRecord
from .records import Record

WORKING_DAYS = 10
"""Within so many a record is due after the service [R §11]."""
LONGEST = timedelta(hours=24)
LONGEST_REASON = 200


class EntryFaulty(BadInput):
    """What was entered can't be; *field* says where."""

    def __init__(self, field: str, text: str, /, **values: object) -> None:
        super().__init__(text, **values)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What was typed of a service."""

    content: str
    starts_at: datetime
    ends_at: datetime
    minutes: int | None = None
    """Whole minutes actually given; None for all between the two moments."""
    team: Team | None = None
    unit: str = ""
    """The organising unit; the team's name where there is none."""
    place_text: str = ""
    in_charge: str = ""
    """Who answers for it; the team's leader where there is none."""

    @property
    def most_minutes(self) -> int:
        """The whole minutes between the two moments."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60


def enter(person: Person, entry: Entry, *, subdistrict: Place, key: str, by: int) -> ServiceRecord | None:
    """Enter a service of *person*, which then waits for approval; None where the same form came before.

    Args:
        subdistrict: whose record it is.
        key: of the form.
        by: id of the account that acts.

    Raises:
        EntryFaulty: something is missing, lies in the future, or the minutes are too many.
        Refused: it overlaps with something else of this person, or the person's data were erased.
    """
    _check(entry)
    lock(person)
    if not deliveries.is_new(key):
        return None
    _check_free(person, entry.content, entry.starts_at, entry.ends_at)
    row = _row(person, entry, subdistrict.id, by)
    db.session.add(row)
    db.session.flush()
    trail.record("enter", row, by=by, place_id=subdistrict.id)
    return row


def correct(record: ServiceRecord, entry: Entry, reason: str, *, key: str, by: int) -> ServiceRecord | None:
    """Enter what replaces *record* once it's approved; None where the same form came before.

    Raises:
        EntryFaulty: as ``enter``, or no reason is given.
        Refused: as ``enter``; *record* isn't approved, or was corrected already.
    """
    reason = reason.strip()
    if not reason:
        raise EntryFaulty("reason", N_("Say why it's corrected."))
    _check(entry)
    lock(record.person)
    if not deliveries.is_new(key):
        return None
    lock(record)
    if record.state is not RecordState.APPROVED:
        raise Refused(N_("Only what was approved can be corrected."))
    if replaced_by([record]):
        raise Refused(N_("Somebody has corrected it already."))
    _check_free(record.person, entry.content, entry.starts_at, entry.ends_at, besides=[record.id])
    row = _row(record.person, entry, record.subdistrict_id, by)
    row.replaces_id, row.reason = record.id, reason
    db.session.add(row)
    db.session.flush()
    trail.record("correct", row, by=by, place_id=row.subdistrict_id, reason=reason)
    return row


def approve(record: ServiceRecord, *, by: Account) -> None:
    """Let *record* count; twice is once.

    Raises:
        Refused: *by* entered it, or is the person or of their family; it was refused, or it overlaps with something by
            now.
    """
    _to_decide(record, by)
    if record.state is RecordState.APPROVED:
        return
    if record.state is RecordState.REFUSED:
        raise Refused(N_("Somebody has refused it already."))
    besides = [it for it in (record.id, record.replaces_id) if it is not None]
    _check_free(record.person, record.content, record.starts_at, record.ends_at, besides=besides)
    _conclude(record, RecordState.APPROVED, "approve", by)


def refuse(record: ServiceRecord, reason: str, *, by: Account) -> None:
    """Refuse *record* for a reason; twice is once. What it was to replace can be corrected anew.

    Raises:
        EntryFaulty: there is no reason.
        Refused: *by* entered it, or is the person or of their family; or it was approved.
    """
    reason = reason.strip()
    if not reason:
        raise EntryFaulty("reason", N_("Say why it's refused."))
    _to_decide(record, by)
    if record.state is RecordState.REFUSED:
        return
    if record.state is RecordState.APPROVED:
        raise Refused(N_("Somebody has approved it already."))
    record.reason, record.replaces_id = reason, None
    _conclude(record, RecordState.REFUSED, "refuse", by, reason)


def of(person: Person) -> list[ServiceRecord]:
    """All that was entered by hand of *person*, whatever became of it, the latest service first: one query."""
    query = select(ServiceRecord).options(joinedload(ServiceRecord.team)).where(ServiceRecord.person_id == person.id)
    return list(db.session.scalars(query.order_by(ServiceRecord.starts_at.desc(), ServiceRecord.id.desc())))


def replaced_by(rows: Iterable[ServiceRecord]) -> dict[int, ServiceRecord]:
    """The corrections of *rows* that wait or were approved, by the id of what they replace."""
    query = select(ServiceRecord).where(ServiceRecord.replaces_id.in_([it.id for it in rows]))
    return {it.replaces_id: it for it in db.session.scalars(query) if it.replaces_id is not None}


def originals(rows: Iterable[ServiceRecord]) -> dict[int, ServiceRecord]:
    """What *rows* are to replace, by the ids of the corrections: one query."""
    corrections = {it.replaces_id: it.id for it in rows if it.replaces_id is not None}
    query = select(ServiceRecord).where(ServiceRecord.id.in_(corrections))
    return {corrections[it.id]: it for it in db.session.scalars(query)}


def waiting(account: Account, subdistrict: Place) -> Select[ServiceRecord]:
    """A query of what waits for approval where *account* is staff, the first entered first."""
    reach = scope(account, STAFF)
    teams = select(Team.id).join(Place, Team.place_id == Place.id).where(reach.within(Place.path))
    people = people_of(reach).with_only_columns(Person.id).order_by(None)
    inside = or_(
        ServiceRecord.team_id.in_(teams), and_(ServiceRecord.team_id.is_(None), ServiceRecord.person_id.in_(people))
    )
    return (
        select(ServiceRecord)
        .join(ServiceRecord.person)
        .options(joinedload(ServiceRecord.team), contains_eager(ServiceRecord.person))
        .where(ServiceRecord.subdistrict_id == subdistrict.id, ServiceRecord.state == RecordState.WAITING, inside)
        .where(Person.anonymised_at.is_(None))
        .order_by(ServiceRecord.entered_at, ServiceRecord.id)
    )


def _check(entry: Entry) -> None:
    if not entry.content.strip():
        raise EntryFaulty("content", N_("Say what was done."))
    if entry.ends_at <= entry.starts_at:
        raise EntryFaulty("ends", N_("The end must be after the start."))
    if entry.ends_at > clock.now():
        raise EntryFaulty("ends", N_("Only what is over can be recorded."))
    if entry.ends_at - entry.starts_at > LONGEST:
        raise EntryFaulty("ends", N_("One record holds 24 hours at most."))
    if entry.minutes is not None and not 1 <= entry.minutes <= entry.most_minutes:
        raise EntryFaulty("minutes", N_("Enter a number from 1 to %(most)d."), most=entry.most_minutes)


def _row(person: Person, entry: Entry, subdistrict_id: int, by: int) -> ServiceRecord:
    team = entry.team
    leader = team.leader.name if team and team.leader else ""
    return ServiceRecord(
        subdistrict_id=subdistrict_id,
        person_id=person.id,
        team_id=team.id if team else None,
        unit=entry.unit.strip() or (team.name if team else ""),
        place_text=entry.place_text.strip(),
        content=entry.content.strip(),
        in_charge=entry.in_charge.strip() or leader,
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        minutes=entry.most_minutes if entry.minutes is None else entry.minutes,
        late=_is_late(entry.ends_at),
        state=RecordState.WAITING,
        entered_at=clock.now(),
        by_id=by,
    )


def _check_free(
    person: Person, content: str, starts_at: datetime, ends_at: datetime, *, besides: Iterable[int] = ()
) -> None:
    """Refuse what overlaps with something else of *person*, and name both [domain rules]."""
    if person.anonymised_at:
        raise Refused(N_("This person's data were erased."))
    left_out = set(besides)
    others = [it for it in records.occupied(person) if it.record_id is None or it.record_id not in left_out]
    for it in sorted(others, key=lambda it: it.starts_at):
        if it.starts_at < ends_at and it.ends_at > starts_at:
            raise Refused(
                N_("“%(new)s” overlaps with “%(other)s” (%(when)s)."),
                new=content.strip(),
                other=it.content,
                when=_when(it),
            )


def _when(it: Record) -> Message:
    starts, ends = clock.local(it.starts_at), clock.local(it.ends_at)
    return message(
        N_("%(day)s, %(starts)s–%(ends)s"), day=f"{starts:%Y-%m-%d}", starts=f"{starts:%H:%M}", ends=f"{ends:%H:%M}"
    )


def _is_late(ends_at: datetime) -> bool:
    return clock.today() > Workdays.current().add(clock.local(ends_at).date(), WORKING_DAYS).day


def _to_decide(record: ServiceRecord, by: Account) -> None:
    """Lock what is to be decided, and refuse whoever must not."""
    lock(record.person)
    lock(record)
    if not access.is_second(by, record):
        raise Refused(N_("A second person decides: neither who entered it nor whose record it is."))
    if record.person_id in family.household(by.person_id):
        raise Refused(N_("It's a record of somebody of your family: a colleague decides."))


def _conclude(record: ServiceRecord, state: RecordState, action: str, by: Account, reason: str = "") -> None:
    changes = {"state": [record.state, state]}
    record.state, record.decided_at, record.decided_by_id = state, clock.now(), by.id
    trail.record(action, record, by=by.id, place_id=record.subdistrict_id, reason=reason, changes=changes)
