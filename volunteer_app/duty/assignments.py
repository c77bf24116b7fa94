"""The “6+1” frontline assignments (分包下沉): who of each force answers for a compound, and which are missing.

Six forces have one person each; joint enforcement has one for each of its units.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from .. import clock
from ..database import by_code_point, db, lock
from ..errors import N_, Refused
from ..people.consents import Purpose
from ..people.models import Account, Consent, Person, Role
from ..people.roles import OFFICE, Scope, scope
from ..places import queries
from ..places.keeping import is_there
from ..places.models import Place, PlaceKind
from . import terms
from .models import Assignment, Force

KEEPING = (*OFFICE, Role.SECRETARY)
"""Who says who answers for a compound."""
COLUMNS = ("unit", "person_id", "since", "until")
"""What is said of an assignment."""


class ForceTaken(Refused):
    """Somebody of this force, or of this unit, answers for the compound already."""


@dataclass(frozen=True, slots=True)
class Forces:
    """A compound's seven forces."""

    compound: Place
    assigned: dict[Force, list[Assignment]]
    """For each force who answers, or an empty list."""

    @property
    def missing(self) -> list[Force]:
        """The forces of which nobody answers."""
        return [force for force, rows in self.assigned.items() if not rows]


@dataclass(frozen=True, slots=True)
class Named:
    """An assignment as everyone may read it."""

    force: Force
    unit: str
    person: Person | None
    """None for whoever hasn't agreed to be named in public."""

    @property
    def position(self) -> int:
        """Where the force stands among the seven."""
        return list(Force).index(self.force)


def can_keep(account: Account | None, compound: Place) -> bool:
    """Whether *account* says who answers there: the office, and the secretary of the community."""
    return scope(account, KEEPING).holds(compound.path)


def standing(on: date) -> ColumnElement[bool]:
    """Assignments in force on a day."""
    begun = or_(Assignment.since.is_(None), Assignment.since <= on)
    return and_(begun, or_(Assignment.until.is_(None), Assignment.until >= on))


def compounds(
    subdistrict: Place,
    reach: Scope,
    *,
    on: date,
    community: Place | None = None,
    words: str = "",
    only_gaps: bool = False,
) -> Select[Place]:
    """A query of the compounds within *reach* that are there on a day, with their communities.

    Args:
        only_gaps: only those of which a force is missing.
    """
    query = queries.compounds(subdistrict, on=on, community=community, words=words)
    query = query.where(reach.within(Place.path))
    if only_gaps:
        whole = (
            select(Assignment.compound_id)
            .where(standing(on))
            .group_by(Assignment.compound_id)
            .having(func.count(Assignment.force.distinct()) == len(Force))
        )
        query = query.where(Place.id.not_in(whole))
    return query


def of_compounds(places: Collection[Place], *, on: date) -> list[Forces]:
    """The seven forces of several compounds on a day: one query."""
    query = (
        select(Assignment)
        .join(Assignment.person)
        .options(joinedload(Assignment.person))
        .where(Assignment.compound_id.in_([place.id for place in places]), standing(on))
        .order_by(by_code_point(Assignment.unit), Assignment.id)
    )
    found: dict[tuple[int, Force], list[Assignment]] = defaultdict(list)
    for row in db.session.scalars(query):
        found[row.compound_id, row.force].append(row)
    return [Forces(place, {force: found.get((place.id, force), []) for force in Force}) for place in places]


def coming(compound: Place, *, on: date) -> list[Assignment]:
    """Assignments of a compound that are still to begin."""
    query = select(Assignment).options(joinedload(Assignment.person))
    query = query.where(Assignment.compound_id == compound.id, Assignment.since > on)
    return list(db.session.scalars(query.order_by(Assignment.since, Assignment.id)))


def public(compound: Place, *, on: date) -> list[Named]:
    """Who answers for a compound, as its page says it: only who agreed to it is named [R §16]. Two queries at most."""
    (forces,) = of_compounds([compound], on=on)
    rows = [row for rows in forces.assigned.values() for row in rows]
    if not rows:
        return []
    agreed = set(
        db.session.scalars(
            select(Consent.person_id).where(
                Consent.person_id.in_([row.person_id for row in rows]),
                Consent.purpose == Purpose.NAMED,
                Consent.withdrawn_at.is_(None),
            )
        )
    )
    return [Named(row.force, row.unit, row.person if row.person_id in agreed else None) for row in rows]


def add(compound: Place, force: Force, values: Mapping[str, Any], *, by: int | None) -> Assignment:
    """Say who answers for a compound; the row of a unit that ended is used again, and sent twice it's once.

    Args:
        values: columns by name, of COLUMNS.

    Raises:
        DaysFaulty: the last day lies before the first one.
        ForceTaken: somebody does already.
        Refused: it's no compound that is there.
    """
    terms.check_days(values.get("since"), values.get("until"))
    _hold(compound)
    db.session.refresh(compound)
    if compound.kind is not PlaceKind.COMPOUND or not is_there(compound, clock.today()):
        raise Refused(N_("%(place)s is no compound that is there."), place=compound.name)
    found = _of_unit(compound.id, force, values["unit"])
    if found and not terms.differences(found, values):
        return found
    if found and terms.lasts(found):
        raise _taken(found)
    _check_free(compound.id, force, besides=found)
    if found is None:
        row = Assignment(subdistrict_id=compound.subdistrict_id, compound_id=compound.id, force=force, **dict(values))
        db.session.add(row)
        db.session.flush()
        terms.record("add", row, by=by, changes={name: [None, getattr(row, name)] for name in COLUMNS})
        return row
    _put_down("restore", found, terms.differences(found, values), by=by)
    return found


def change(assignment: Assignment, values: Mapping[str, Any], *, by: int | None) -> bool:
    """Change what is said of an assignment; return whether anything was different.

    Raises:
        DaysFaulty: the last day lies before the first one.
        ForceTaken: another one is of that unit, or of the force, already.
    """
    hold(assignment)
    new = {name: getattr(assignment, name) for name in COLUMNS} | dict(values)
    terms.check_days(new["since"], new["until"])
    changes = terms.differences(assignment, values)
    if not changes:
        return False
    other = _of_unit(assignment.compound_id, assignment.force, new["unit"])
    if other and other.id != assignment.id:
        raise _taken(other)
    if new["until"] is None or new["until"] >= clock.today():
        _check_free(assignment.compound_id, assignment.force, besides=assignment)
    _put_down("change", assignment, changes, by=by)
    return True


def end(assignment: Assignment, last_day: date, *, by: int | None) -> None:
    """Let an assignment end.

    Raises:
        DaysFaulty: it would end before it began.
    """
    hold(assignment)
    terms.end(assignment, last_day, by=by)


def hold(assignment: Assignment) -> None:
    """Take the locks of an assignment, and read it afresh."""
    _hold(assignment.compound)
    lock(assignment)


def _hold(compound: Place) -> None:
    # The sub-district's: two who name somebody for one force at once would both find it free.
    lock(db.session.get_one(Place, compound.subdistrict_id))


def _of_unit(compound_id: int, force: Force, unit: str) -> Assignment | None:
    same = Assignment.compound_id == compound_id, Assignment.force == force, Assignment.unit == unit
    return db.session.scalar(select(Assignment).where(*same))


def _check_free(compound_id: int, force: Force, *, besides: Assignment | None) -> None:
    """Refuse a second person of a force that has one; joint enforcement has several units."""
    if force is Force.ENFORCEMENT:
        return
    lasting = or_(Assignment.until.is_(None), Assignment.until >= clock.today())
    query = select(Assignment).where(Assignment.compound_id == compound_id, Assignment.force == force, lasting)
    if besides:
        query = query.where(Assignment.id != besides.id)
    if other := db.session.scalar(query.order_by(Assignment.id).limit(1)):
        raise _taken(other)


def _taken(row: Assignment) -> ForceTaken:
    return ForceTaken(N_("%(name)s is named there already: change or end that first."), name=row.person.name)


def _put_down(action: str, assignment: Assignment, changes: Mapping[str, list[Any]], *, by: int | None) -> None:
    terms.write_down(action, assignment, changes, by=by)
    db.session.expire(assignment, ["person"])
