"""Planned visits: appointments of a cadre, once or weekly; one tap makes a visit of one that has begun.

A planned visit is shown in the cadre's private calendar, so each change raises its revision and its moment of change.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from .. import clock
from ..activities.models import Activity, Theme
from ..activities.queries import TAKING_PLACE
from ..activities.stamps import later
from ..audit import trail
from ..database import db, lock
from ..errors import N_, Refused
from ..people.models import Person
from ..places.models import Place
from ..workdays import Special, Workdays
from . import visits
from .hours import EntryFaulty, check, said
from .models import PlannedVisit, Visit

MOST_WEEKS = 26
"""Half a year at once."""
WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A themed activity at the compound of a planned visit, at its time."""

    activity_id: int
    title: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Clashes:
    """What else there is at the time of a planned visit: shown, and never forbidden."""

    activities: list[Meeting]
    holiday: Special | None


def plan(
    person: Person,
    compound: Place,
    starts_at: datetime,
    ends_at: datetime,
    note: str = "",
    *,
    weeks: int = 1,
    by: int | None,
) -> list[PlannedVisit]:
    """Plan a visit, or the same one of several weeks. Sent twice, it's planned once.

    Args:
        weeks: how many, the first one included.
        by: id of the account that acts.

    Raises:
        EntryFaulty: hours that can't be, another plan that begins then, or a compound that isn't the cadre's.
    """
    lock(person)
    if not 1 <= weeks <= MOST_WEEKS:
        raise EntryFaulty("weeks", N_("Choose 1 to %(most)d weeks."), most=MOST_WEEKS)
    check(starts_at, ends_at)
    _check_coming(ends_at)
    visits.check_paired(person, compound, clock.local(starts_at).date())
    hours = [(starts_at + n * WEEK, ends_at + n * WEEK) for n in range(weeks)]
    query = select(PlannedVisit).where(PlannedVisit.person_id == person.id)
    there = {
        it.starts_at: it for it in db.session.scalars(query.where(PlannedVisit.starts_at.in_([h[0] for h in hours])))
    }
    for begins, ends in hours:
        row = there.get(begins)
        if row and not row.cancelled and (row.compound_id, row.ends_at) != (compound.id, ends):
            raise _taken(row)
    return [_planned(person, compound, its, note.strip(), there.get(its[0]), by=by) for its in hours]


def move(
    row: PlannedVisit,
    compound: Place,
    starts_at: datetime,
    ends_at: datetime,
    note: str,
    *,
    by: int | None,
) -> None:
    """Give one planned visit another time, compound or note.

    Raises:
        EntryFaulty: as for ``plan``.
        Refused: it's cancelled, a visit came of it already, or it's gone.
    """
    _lock_open(row)
    check(starts_at, ends_at)
    values = {"compound_id": compound.id, "starts_at": starts_at, "ends_at": ends_at, "note": note.strip()}
    changes = {name: (getattr(row, name), value) for name, value in values.items() if getattr(row, name) != value}
    if not changes:
        return
    _check_coming(ends_at)
    visits.check_paired(row.person, compound, clock.local(starts_at).date())
    query = select(PlannedVisit).where(PlannedVisit.person_id == row.person_id, PlannedVisit.id != row.id)
    other = db.session.scalar(query.where(PlannedVisit.starts_at == starts_at))
    if other and not other.cancelled:
        raise _taken(other)
    if other:
        # A cancelled one keeps its hours for calendars; a minute aside it's in nobody's way.
        raise EntryFaulty("starts", N_("A visit that began then was cancelled: choose another start, or plan it anew."))
    for name, value in (values | {"subdistrict_id": compound.subdistrict_id}).items():
        setattr(row, name, value)
    _changed(row)
    trail.record("move", row, by=by, place_id=row.subdistrict_id, changes=changes)


def cancel(row: PlannedVisit, *, by: int | None) -> None:
    """Cancel one planned visit: calendars show it as cancelled. Cancelled twice, it's cancelled once.

    Raises:
        Refused: a visit came of it already, or it's gone.
    """
    lock(row.person)
    lock(row)
    if row.cancelled:
        return
    _check_no_visit(row)
    row.cancelled = True
    _changed(row)
    trail.record("cancel", row, by=by, place_id=row.subdistrict_id)


def log(row: PlannedVisit, *, by: int | None) -> Visit:
    """Make a visit of a planned one that has begun: with its hours, or until now. Done twice, it's one visit.

    Raises:
        Refused: it's cancelled, hasn't begun, or is gone.
        EntryFaulty: as for ``visits.log``.
    """
    lock(row.person)
    lock(row)
    if row.visit:
        return row.visit
    _check_kept(row)
    if row.starts_at > clock.now():
        raise Refused(N_("This visit hasn't begun yet."))
    entry = visits.Entry(
        compound_id=row.compound_id,
        starts_at=row.starts_at,
        ends_at=min(row.ends_at, clock.now()),
        what=row.note,
    )
    visit = visits.log(row.person, entry, by=by)
    other = db.session.scalar(select(PlannedVisit).where(PlannedVisit.visit_id == visit.id))
    if other is None:
        row.visit = visit
        _changed(row)
    return visit


def of(person: Person, since: datetime, until: datetime) -> list[PlannedVisit]:
    """The planned visits of a cadre that begin in some time and aren't cancelled, in order."""
    query = select(PlannedVisit).options(joinedload(PlannedVisit.compound), joinedload(PlannedVisit.visit))
    return list(
        db.session.scalars(
            query.where(
                PlannedVisit.person_id == person.id,
                PlannedVisit.starts_at >= since,
                PlannedVisit.starts_at < until,
                PlannedVisit.cancelled.is_(False),
            ).order_by(PlannedVisit.starts_at)
        )
    )


def clashes(rows: Sequence[PlannedVisit]) -> list[Clashes]:
    """What else there is at the time of each of *rows*: activities of its compound, and a holiday. Two queries."""
    if not rows:
        return []
    workdays = Workdays.current()
    there = _activities(
        {row.compound for row in rows}, min(it.starts_at for it in rows), max(it.ends_at for it in rows)
    )
    return [
        Clashes(
            [
                Meeting(activity.id, theme, activity.starts_at, activity.ends_at)
                for activity, theme, path in there
                if path.startswith(row.compound.path)
                and activity.starts_at < row.ends_at
                and activity.ends_at > row.starts_at
            ],
            workdays.holiday(clock.local(row.starts_at).date()),
        )
        for row in rows
    ]


def _activities(compounds: Iterable[Place], since: datetime, until: datetime) -> list[tuple[Activity, str, str]]:
    subdistricts = {it.subdistrict_id for it in compounds}
    query = (
        select(Activity, Theme.name, Place.path)
        .join(Theme, Activity.theme_id == Theme.id)
        .join(Place, Activity.place_id == Place.id)
        .where(
            Activity.subdistrict_id.in_(subdistricts),
            Activity.state.in_(TAKING_PLACE),
            Activity.starts_at < until,
            Activity.ends_at > since,
        )
        .order_by(Activity.starts_at, Activity.id)
    )
    return [(activity, theme, path) for activity, theme, path in db.session.execute(query)]


def _planned(
    person: Person,
    compound: Place,
    hours: tuple[datetime, datetime],
    note: str,
    row: PlannedVisit | None,
    *,
    by: int | None,
) -> PlannedVisit:
    if row and not row.cancelled:
        return row
    if row is None:
        row = PlannedVisit(person_id=person.id, starts_at=hours[0], changed_at=clock.now())
        db.session.add(row)
    else:
        # Its event was cancelled before: the same one takes place again.
        row.cancelled = False
        row.revision += 1
        row.changed_at = later(row.changed_at)
    its = {"subdistrict_id": compound.subdistrict_id, "compound_id": compound.id, "ends_at": hours[1], "note": note}
    for name, value in its.items():
        setattr(row, name, value)
    db.session.flush()
    trail.record("plan", row, by=by, place_id=row.subdistrict_id, changes={"starts_at": [None, row.starts_at]})
    return row


def _changed(row: PlannedVisit) -> None:
    row.revision += 1
    row.changed_at = later(row.changed_at)
    db.session.flush()


def _taken(other: PlannedVisit) -> EntryFaulty:
    return EntryFaulty(
        "starts",
        N_("You planned a visit that begins then already: %(when)s in %(place)s."),
        when=said(other.starts_at, other.ends_at),
        place=other.compound.name,
    )


def _lock_open(row: PlannedVisit) -> None:
    lock(row.person)
    lock(row)
    _check_kept(row)
    _check_no_visit(row)


def _check_kept(row: PlannedVisit) -> None:
    if row.cancelled:
        raise Refused(N_("This planned visit is cancelled."))


def _check_no_visit(row: PlannedVisit) -> None:
    if row.visit_id is not None:
        raise Refused(N_("A visit was logged for this already."))


def _check_coming(ends_at: datetime) -> None:
    if ends_at <= clock.now():
        raise EntryFaulty("day", N_("What is over can't be planned: log it as a visit."))
