"""What a cadre's own page shows: their pairings, this week, their visits. Reads only, a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import joinedload

from .. import clock
from ..activities.models import Activity, Attendance
from ..clock import Week
from ..database import db
from ..people.models import Person
from ..places.models import Place
from . import accounts
from .models import Pairing, Visit, VisitState
from .quota import CadreWeek, Standing, Stay

WEEKS_SHOWN = 12
RECENT = 20
"""How many entries the page shows."""


@dataclass(frozen=True, slots=True)
class ThisWeek:
    """This week's minutes: those that count, and those that still wait to be confirmed."""

    pledge: int
    """0 where the week isn't due."""
    confirmed: int
    waiting: int

    @property
    def share(self) -> int:
        """Confirmed minutes in whole per cent of the pledge, 100 at most."""
        return min(100, 100 * self.confirmed // self.pledge) if self.pledge else 0

    @property
    def waiting_share(self) -> int:
        """Waiting minutes in the same way, where the confirmed ones leave room."""
        return min(100 - self.share, 100 * self.waiting // self.pledge) if self.pledge else 0


def pairings_of(person_id: int, day: date) -> list[Pairing]:
    """The pairings of a person in force on *day*, the youngest first, with their compounds."""
    query = select(Pairing).options(joinedload(Pairing.compound), joinedload(Pairing.subdistrict))
    in_force = _in_force(day)
    return list(
        db.session.scalars(
            query.where(Pairing.person_id == person_id, *in_force).order_by(
                Pairing.since.desc().nulls_last(), Pairing.id.desc()
            )
        )
    )


def is_cadre(person_id: int) -> bool:
    """Whether a person has a pairing today: one query."""
    mine = select(Pairing.id).where(Pairing.person_id == person_id, *_in_force(clock.today()))
    return bool(db.session.scalar(select(exists(mine))))


def weeks(person: Person, subdistrict: Place, *, makes_up: bool = False) -> list[CadreWeek]:
    """The last weeks of a cadre, the present one first; none before the pairings began."""
    first, last = accounts.weeks_back(WEEKS_SHOWN)
    found = accounts.of_cadre(person, subdistrict, first, last, makes_up=makes_up)
    while len(found) > 1 and found[0].standing is Standing.NOT_DUE and not found[0].minutes:
        found.pop(0)
    return found[::-1]


def this_week(week: CadreWeek, visits: Sequence[Visit]) -> ThisWeek:
    """This week's minutes.

    Args:
        week: the account of it.
        visits: entries of the cadre, those of this week among them.
    """
    waiting = sum(
        Stay(it.starts_at, it.ends_at).minutes
        for it in visits
        if it.state is VisitState.WAITING and it.ends_at and week.week.starts_at <= it.starts_at < week.week.ends_at
    )
    return ThisWeek(week.pledge, week.minutes, waiting)


def visits_of(person: Person) -> list[Visit]:
    """The entries of a cadre that are over: all of this week, of those before some; and all that were returned."""
    query = (
        select(Visit)
        .options(joinedload(Visit.compound), joinedload(Visit.activity).joinedload(Activity.theme))
        .where(Visit.person_id == person.id, Visit.ends_at.is_not(None))
        .order_by(Visit.starts_at.desc())
    )
    this, recent = Week.this().starts_at, query.limit(RECENT)
    found = {it.id: it for it in db.session.scalars(recent)}
    always = or_(Visit.state == VisitState.RETURNED, Visit.starts_at >= this)
    found |= {it.id: it for it in db.session.scalars(query.where(always))}
    return sorted(found.values(), key=lambda it: it.starts_at, reverse=True)


def last_compound(person: Person) -> int | None:
    """The compound of the cadre's last visit."""
    query = select(Visit.compound_id).where(Visit.person_id == person.id)
    return db.session.scalar(query.order_by(Visit.starts_at.desc()).limit(1))


def usual_hours(pairing: Pairing, today: date, *, coming: bool = False) -> tuple[datetime, datetime] | None:
    """The last usual hours of a pairing that are over, or the next ones to come; None where it has none.

    Without a usual weekday, they are those of any day.
    """
    if pairing.usual_starts is None or pairing.usual_ends is None:
        return None
    back = (today.weekday() - pairing.weekday) % 7 if pairing.weekday is not None else 0
    step = timedelta(days=7 if pairing.weekday is not None else 1)
    starts_at, ends_at = (
        clock.at(today - timedelta(days=back), it) for it in (pairing.usual_starts, pairing.usual_ends)
    )
    if ends_at <= starts_at:
        ends_at += timedelta(days=1)
    while not coming and ends_at > clock.now():
        starts_at, ends_at = starts_at - step, ends_at - step
    while coming and starts_at < clock.now():
        starts_at, ends_at = starts_at + step, ends_at + step
    return starts_at, ends_at


def unclaimed(person: Person, compounds: Sequence[Place]) -> list[Activity]:
    """Themed activities of these compounds that the cadre came to in this week or the last, and hasn't claimed."""
    claimed = select(Visit.activity_id).where(Visit.person_id == person.id, Visit.activity_id.is_not(None))
    inside = or_(*(Place.path.startswith(it.path) for it in compounds))
    query = (
        select(Activity)
        .join(Attendance, Attendance.activity_id == Activity.id)
        .join(Place, Activity.place_id == Place.id)
        .options(joinedload(Activity.theme))
        .where(
            Attendance.person_id == person.id,
            Activity.ends_at <= clock.now(),
            Activity.starts_at >= Week.this().shifted(-1).starts_at,
            Activity.id.not_in(claimed),
            inside,
        )
    )
    return list(db.session.scalars(query.order_by(Activity.starts_at.desc())))


def _in_force(day: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return or_(Pairing.since.is_(None), Pairing.since <= day), or_(Pairing.until.is_(None), Pairing.until >= day)
