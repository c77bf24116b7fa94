"""What waits for confirmation beside an account, and whom to remind while there is still time. Reads only."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from .. import clock
from ..clock import Week
from ..database import db
from ..people.models import Person
from .accounts import Account
from .models import Pairing, Visit, VisitState
from .quota import CadreWeek, Stay

THURSDAY = 3


@dataclass(frozen=True, slots=True)
class Short:
    """A cadre who hasn't logged the week's minutes yet."""

    person: Person
    week: CadreWeek
    waiting: int
    """Minutes that nobody has confirmed yet."""

    @property
    def lacking(self) -> int:
        """Minutes that are still to be given."""
        return self.week.pledge - self.week.minutes - self.waiting


def waiting_minutes(subdistrict_id: int, first: Week, last: Week) -> dict[tuple[int, Week], int]:
    """Minutes that wait for confirmation, by the id of the person and the week in which the visit began: one query."""
    query = select(Visit.person_id, Visit.starts_at, Visit.ends_at).where(
        Visit.subdistrict_id == subdistrict_id,
        Visit.state == VisitState.WAITING,
        Visit.ends_at.is_not(None),
        Visit.starts_at >= first.starts_at,
        Visit.starts_at < last.ends_at,
    )
    found: dict[tuple[int, Week], int] = defaultdict(int)
    for person_id, starts_at, ends_at in db.session.execute(query):
        week = Week.of(clock.local(starts_at).date())
        found[person_id, week] += Stay(starts_at, ends_at or starts_at).minutes
    return dict(found)


def is_time(now: datetime) -> bool:
    """Whether the week is so far that who is short must be reminded: from Thursday 00:00 on."""
    return clock.local(now).weekday() >= THURSDAY


def short(accounts: Iterable[Account], week: Week, waiting: dict[tuple[int, Week], int]) -> list[Short]:
    """Who is due in *week* and lacks minutes also with those that wait for confirmation: whoever lacks most first."""
    rows = [
        Short(account.person, it, waiting.get((account.person.id, week), 0))
        for account in accounts
        for it in account.weeks
        if it.week == week and it.due
    ]
    return sorted((row for row in rows if row.lacking > 0), key=lambda row: -row.lacking)


def visits_of(person: Person, subdistrict_id: int, week: Week) -> list[Visit]:
    """All visits of a cadre that began in a week, whatever their state, with the compounds; the first one first."""
    query = select(Visit).options(joinedload(Visit.compound), joinedload(Visit.activity))
    query = query.where(
        Visit.person_id == person.id,
        Visit.subdistrict_id == subdistrict_id,
        Visit.starts_at >= week.starts_at,
        Visit.starts_at < week.ends_at,
    )
    return list(db.session.scalars(query.order_by(Visit.starts_at, Visit.id)))


def pairings_of(person: Person, subdistrict_id: int) -> list[Pairing]:
    """A cadre's pairings, with the compounds, also those that ended."""
    return list(db.session.scalars(_of(subdistrict_id).where(Pairing.person_id == person.id)))


def pairings_by_person(subdistrict_id: int, people: Iterable[Person]) -> dict[int, list[Pairing]]:
    """The pairings of several cadres, by the ids of the people: one query."""
    found: dict[int, list[Pairing]] = defaultdict(list)
    ids = [person.id for person in people]
    for pairing in db.session.scalars(_of(subdistrict_id).where(Pairing.person_id.in_(ids))):
        found[pairing.person_id].append(pairing)
    return dict(found)


def _of(subdistrict_id: int) -> Select[Pairing]:
    query = select(Pairing).options(joinedload(Pairing.compound)).where(Pairing.subdistrict_id == subdistrict_id)
    return query.order_by(Pairing.id)
