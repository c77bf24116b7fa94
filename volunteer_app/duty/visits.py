"""Visits: logged afterwards, or begun and stopped on the spot; corrected and thrown away until they're confirmed.

Whoever writes here holds the lock of the cadre, so that no two visits of one cadre overlap.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select, update

from .. import clock
from ..activities.models import Activity
from ..audit import trail
from ..clock import Week
from ..database import db, lock
from ..errors import N_, Refused
from ..people.models import Person
from ..places.models import Place, PlaceKind
from . import access, claims, evidence
from .hours import LONGEST, SHORTEST, EntryFaulty, check, said
from .models import Pairing, PlannedVisit, Visit, VisitKind, VisitState

USUAL_KIND = VisitKind.ON_DUTY
"""What a visit is until the cadre says more."""
OPEN = (VisitState.WAITING, VisitState.RETURNED)
"""States in which the cadre may still change a visit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a cadre enters of a visit."""

    compound_id: int
    starts_at: datetime
    ends_at: datetime
    kind: VisitKind = USUAL_KIND
    what: str = ""
    problems_solved: int = 0
    disputes_mediated: int = 0
    activity_id: int | None = None
    """The themed activity that was joined: the visit then is of that kind, whatever *kind* says."""

    @property
    def columns(self) -> dict[str, Any]:
        """As the columns of a visit hold them."""
        joined = {"kind": VisitKind.THEMED_ACTIVITY} if self.activity_id else {}
        return asdict(self) | {"what": self.what.strip()} | joined


def log(person: Person, entry: Entry, *, by: int | None, as_office: bool = False) -> Visit:
    """Log a visit that is over. Sent twice, it's logged once.

    Args:
        by: id of the account that acts.
        as_office: whether the office enters it, which may do so however late.

    Raises:
        EntryFaulty: it lies in the future or too far back, is too long, overlaps with another visit of the cadre, is
            in no compound of theirs, or its activity is claimed already.
    """
    activity = claims.locked(entry.activity_id)
    lock(person)
    same = db.session.scalar(select(Visit).where(Visit.person_id == person.id, Visit.starts_at == entry.starts_at))
    if same and _differences(same, entry.columns) == {}:
        return same
    compound = _check(person, entry, activity, besides=None)
    if not as_office:
        _check_not_late(entry.starts_at)
    visit = Visit(
        subdistrict_id=compound.subdistrict_id, person_id=person.id, entered_at=clock.now(), by_id=by, **entry.columns
    )
    db.session.add(visit)
    db.session.flush()
    trail.record("log", visit, by=by, place_id=visit.subdistrict_id, changes=_opening(visit))
    claims.follow(person, None, activity)
    return visit


def start(person: Person, compound: Place, *, by: int | None) -> Visit:
    """Begin a visit now. Begun twice, it began once.

    Raises:
        Refused: another one is running elsewhere.
        EntryFaulty: the cadre isn't paired in this sub-district.
    """
    lock(person)
    running = running_of(person)
    if running and running.compound_id == compound.id:
        return running
    if running:
        raise Refused(
            N_("A visit is running already, in %(place)s since %(when)s: stop it first."),
            place=running.compound.name,
            when=f"{clock.local(running.starts_at):%Y-%m-%d %H:%M}",
        )
    check_paired(person, compound, clock.today())
    visit = Visit(
        subdistrict_id=compound.subdistrict_id,
        person_id=person.id,
        compound_id=compound.id,
        starts_at=clock.now(),
        kind=USUAL_KIND,
        entered_at=clock.now(),
        by_id=by,
    )
    db.session.add(visit)
    db.session.flush()
    trail.record("start", visit, by=by, place_id=visit.subdistrict_id, changes=_opening(visit))
    return visit


def stop(visit: Visit, *, by: int | None, ends_at: datetime | None = None) -> None:
    """End a running visit, now or at a moment that is typed. One that was ended stays as it is.

    Raises:
        EntryFaulty: it ran for more than a day and no end is typed, or one at which it can't have ended.
        Refused: it began this very minute.
    """
    lock(visit.person)
    lock(visit)
    if visit.ends_at is not None:
        return
    now = clock.now()
    if ends_at is None and now - visit.starts_at > LONGEST:
        raise EntryFaulty("ends", N_("It began more than 24 hours ago: say when it ended."))
    if ends_at is None and now - visit.starts_at < SHORTEST:
        raise Refused(N_("It began less than a minute ago. Throw it away if that was a mistake."))
    ended = ends_at or now
    check(visit.starts_at, ended)
    _check_past(ended)
    _check_free(visit.person, visit.starts_at, ended, besides=visit.id)
    visit.ends_at = ended
    db.session.flush()
    trail.record("stop", visit, by=by, place_id=visit.subdistrict_id, changes={"ends_at": [None, ended]})
    claims.recount(visit.person, visit.starts_at, ended)


def change(visit: Visit, entry: Entry, *, by: int | None) -> None:
    """Write other values into a visit that nobody has confirmed; one that was returned waits again.

    Raises:
        EntryFaulty: as for ``log``.
        Refused: it's confirmed or still running, or gone.
    """
    activity = claims.locked(entry.activity_id, visit.activity_id)
    lock(visit.person)
    lock(visit)
    _check_open(visit)
    if visit.ends_at is None:
        raise Refused(N_("The visit is still running: stop it first."))
    compound = _check(visit.person, entry, activity, besides=visit.id)
    # What was sent back may be corrected however late, in its own week.
    if visit.state is VisitState.WAITING or _week(entry.starts_at) != _week(visit.starts_at):
        _check_not_late(entry.starts_at)
    changes = _differences(visit, entry.columns)
    if visit.state is VisitState.RETURNED:
        changes["state"] = (visit.state, VisitState.WAITING)
    if not changes:
        return
    before, hours = visit.activity_id, (visit.starts_at, visit.ends_at)
    for column, value in (entry.columns | {"subdistrict_id": compound.subdistrict_id}).items():
        setattr(visit, column, value)
    # When and by whom it was sent back stays: who confirms it now sees that it was.
    visit.state, visit.reason = VisitState.WAITING, ""
    db.session.flush()
    trail.record("change", visit, by=by, place_id=visit.subdistrict_id, changes=changes)
    claims.follow(visit.person, before, activity)
    claims.recount(visit.person, *hours)


def discard(visit: Visit, *, by: int | None) -> list[str]:
    """Throw a visit away that nobody has confirmed, also one that still runs.

    Returns:
        The names of its photos: their files go once that is committed.

    Raises:
        Refused: it's confirmed, or gone.
    """
    claims.locked(visit.activity_id)
    lock(visit.person)
    lock(visit)
    _check_open(visit)
    person, claimed, hours = visit.person, visit.activity_id, (visit.starts_at, visit.ends_at or clock.now())
    trail.record("discard", visit, by=by, place_id=visit.subdistrict_id, changes=_opening(visit, gone=True))
    names = evidence.remove_all(visit)
    db.session.execute(update(PlannedVisit).where(PlannedVisit.visit_id == visit.id).values(visit_id=None))
    db.session.delete(visit)
    db.session.flush()
    claims.follow(person, claimed, None)
    claims.recount(person, *hours)
    return names


def running_of(person: Person) -> Visit | None:
    """The visit of a cadre that is going on."""
    return db.session.scalar(select(Visit).where(Visit.person_id == person.id, Visit.ends_at.is_(None)))


def check_paired(person: Person, compound: Place, day: date) -> None:
    """Check that a cadre serves in the sub-district of *compound* on *day*.

    Raises:
        EntryFaulty: they don't, or it's no compound.
    """
    query = select(Pairing).where(Pairing.person_id == person.id, Pairing.subdistrict_id == compound.subdistrict_id)
    if compound.kind is not PlaceKind.COMPOUND or not access.is_cadre(db.session.scalars(query), day):
        raise EntryFaulty(
            "compound", N_("No pairing of yours here holds on %(day)s: ask the office."), day=day.isoformat()
        )


def last_moment_of(starts_at: datetime) -> datetime:
    """The first moment at which a visit is too late for the cadre: the week after its own is over."""
    return _week(starts_at).shifted(1).ends_at


def _check(person: Person, entry: Entry, activity: Activity | None, *, besides: int | None) -> Place:
    """All that a whole entry must be; returns its compound."""
    check(entry.starts_at, entry.ends_at)
    _check_past(entry.ends_at)
    compound = db.session.get_one(Place, entry.compound_id)
    check_paired(person, compound, clock.local(entry.starts_at).date())
    if activity:
        claims.check(person, activity, compound, entry.starts_at, entry.ends_at, besides=besides)
    claims.check_apart(person, activity, entry.starts_at, entry.ends_at)
    _check_free(person, entry.starts_at, entry.ends_at, besides=besides)
    return compound


def _check_past(ends_at: datetime) -> None:
    if ends_at > clock.now():
        raise EntryFaulty("ends", N_("A visit is logged once it's over. Plan it, or start it now."))


def _check_not_late(starts_at: datetime) -> None:
    if clock.now() >= last_moment_of(starts_at):
        raise EntryFaulty(
            "day", N_("A visit is entered by the end of the week after it. Ask the office to enter this one.")
        )


def during(person: Person, starts_at: datetime, ends_at: datetime, *, besides: int | None = None) -> Visit | None:
    """The first visit of *person* that has some of these hours; a running one lasts until it's stopped."""
    query = select(Visit).where(
        Visit.person_id == person.id,
        Visit.starts_at < ends_at,
        or_(Visit.ends_at.is_(None), Visit.ends_at > starts_at),
    )
    if besides is not None:
        query = query.where(Visit.id != besides)
    return db.session.scalar(query.order_by(Visit.starts_at).limit(1))


def _check_free(person: Person, starts_at: datetime, ends_at: datetime, *, besides: int | None) -> None:
    """Refuse hours in which the cadre was elsewhere."""
    if other := during(person, starts_at, ends_at, besides=besides):
        raise EntryFaulty(
            "starts",
            N_("The visit of %(this)s overlaps with yours of %(other)s in %(place)s."),
            this=said(starts_at, ends_at),
            other=said(other.starts_at, other.ends_at),
            place=other.compound.name,
        )


def _check_open(visit: Visit) -> None:
    if visit.state not in OPEN:
        raise Refused(N_("The visit is confirmed already. Whoever confirmed it can send it back."))


def _differences(visit: Visit, columns: dict[str, Any]) -> dict[str, Any]:
    return {name: (getattr(visit, name), value) for name, value in columns.items() if getattr(visit, name) != value}


def _opening(visit: Visit, *, gone: bool = False) -> dict[str, Any]:
    """A new visit in the trail, or one that is gone."""
    values = {name: getattr(visit, name) for name in ("person_id", "compound_id", "starts_at", "ends_at", "kind")}
    return {name: [value, None] if gone else [None, value] for name, value in values.items()}


def _week(moment: datetime) -> Week:
    return Week.of(clock.local(moment).date())
