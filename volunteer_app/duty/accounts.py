"""The accounts of cadres: their pairings, leaves and visits, put together by ``quota``. Reads only."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, select

from .. import clock
from ..clock import Week
from ..database import by_code_point, db
from ..people.models import Person
from ..people.roles import Scope
from ..places.models import Place
from . import quota
from .models import Leave, Pairing, Visit, VisitState
from .quota import CadreWeek, Paired, Span, Stay


@dataclass(frozen=True, slots=True)
class Account:
    """A cadre with their weeks."""

    person: Person
    weeks: list[CadreWeek]


def of_office(
    subdistrict: Place, first: Week, last: Week, *, reach: Scope | None = None, makes_up: bool = False
) -> list[Account]:
    """The accounts of a sub-district's cadres with confirmed visits, by name: four queries, whatever their number.

    Args:
        reach: only cadres of a compound in it; None for all.
    """
    paired = select(Pairing.person_id).join(Place, Pairing.compound_id == Place.id)
    paired = paired.where(Pairing.subdistrict_id == subdistrict.id)
    if reach is not None:
        paired = paired.where(reach.within(Place.path))
    cadres = select(Person).where(Person.id.in_(paired)).order_by(by_code_point(Person.name), Person.id)
    people = list(db.session.scalars(cadres))
    return _accounts(people, subdistrict.id, first, last, makes_up=makes_up)


def of_cadre(person: Person, subdistrict: Place, first: Week, last: Week, *, makes_up: bool = False) -> list[CadreWeek]:
    """The weeks of one cadre."""
    return _accounts([person], subdistrict.id, first, last, makes_up=makes_up)[0].weeks


def counting(subdistrict_id: int, first: Week, last: Week) -> Select[Visit]:
    """The visits that count in some weeks: confirmed ones that are over, by the week in which they began."""
    return select(Visit).where(
        Visit.subdistrict_id == subdistrict_id,
        Visit.state == VisitState.CONFIRMED,
        Visit.ends_at.is_not(None),
        Visit.starts_at >= first.starts_at,
        Visit.starts_at < last.ends_at,
    )


def _accounts(
    people: Iterable[Person], subdistrict_id: int, first: Week, last: Week, *, makes_up: bool
) -> list[Account]:
    people = list(people)
    ids = [person.id for person in people]
    pairings: dict[int, list[Paired]] = defaultdict(list)
    for it in db.session.scalars(select(Pairing).where(Pairing.subdistrict_id == subdistrict_id)):
        pairings[it.person_id].append(Paired(it.since, it.until, it.minutes_a_week))
    leaves: dict[int, list[Span]] = defaultdict(list)
    # What is made up lies one week beyond.
    beyond = last.shifted(1)
    away = select(Leave).where(Leave.subdistrict_id == subdistrict_id, Leave.person_id.in_(ids))
    for leave in db.session.scalars(away.where(Leave.until >= first.monday, Leave.since <= beyond.sunday)):
        leaves[leave.person_id].append(Span(leave.since, leave.until))
    visits: dict[int, list[Stay]] = defaultdict(list)
    for visit in db.session.scalars(counting(subdistrict_id, first, beyond).where(Visit.person_id.in_(ids))):
        visits[visit.person_id].append(Stay(visit.starts_at, visit.ends_at or visit.starts_at))
    return [
        Account(
            person,
            quota.account(pairings[person.id], leaves[person.id], visits[person.id], first, last, makes_up=makes_up),
        )
        for person in people
    ]


def weeks_back(number: int) -> tuple[Week, Week]:
    """The last *number* weeks, this one included."""
    this = Week.of(clock.today())
    return Week.of(this.monday - timedelta(weeks=number - 1)), this
