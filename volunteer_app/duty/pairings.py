"""Pairings (结对): which cadre serves which compound, how much, and from when to when.

A cadre and a compound have one row at a time: who comes back after an end gets another one.
"""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import aliased, contains_eager

from .. import clock
from ..audit import trail
from ..database import by_code_point, db, holding, in_order, lock
from ..errors import N_, BadInput, Refused
from ..people.models import Account, Person
from ..people.roles import OFFICE, Scope, scope
from ..places.keeping import is_there
from ..places.models import Place, PlaceKind
from .models import Pairing

ORDERS = ("name", "compound", "since")
"""What a list can be sorted by."""
COLUMNS = ("department", "post", "minutes_a_week", "weekday", "usual_starts", "usual_ends", "since", "until")
"""What is said of a pairing."""
MOST_MINUTES = 2400
"""A week: forty hours."""


class TimesFaulty(BadInput):
    """The usual hours: one of them is missing, or they end before they start."""


class DaysFaulty(BadInput):
    """The last day lies before the first one."""


class MinutesFaulty(BadInput):
    """Nobody gives so many minutes a week."""


def can_keep(account: Account | None, compound: Place) -> bool:
    """Whether *account* adds, changes and ends pairings there: the office alone, whose cadres they are."""
    return scope(account, OFFICE).holds(compound.path)


def current(on: date) -> ColumnElement[bool]:
    """Pairings that haven't ended on a day, also those still to begin."""
    return or_(Pairing.until.is_(None), Pairing.until >= on)


def listed(
    subdistrict: Place,
    reach: Scope,
    *,
    on: date,
    ended: bool = False,
    community: Place | None = None,
    words: str = "",
    order: str = "name",
) -> Select[Pairing]:
    """A query of pairings within *reach*, with cadres, compounds and communities.

    Args:
        ended: those that ended before the day, instead of the others.
        words: parts of a name, a phone number, a department or a compound's name.
        order: one of ORDERS, with a minus for descending.
    """
    compound, above = aliased(Place), aliased(Place)
    query = (
        select(Pairing)
        .join(Pairing.person)
        .join(Pairing.compound.of_type(compound))
        .join(above, compound.parent_id == above.id)
        .options(
            contains_eager(Pairing.person),
            contains_eager(Pairing.compound.of_type(compound)).contains_eager(compound.parent.of_type(above)),
        )
        .where(Pairing.subdistrict_id == subdistrict.id, reach.within(compound.path))
    )
    query = query.where(~current(on) if ended else current(on))
    if community:
        query = query.where(compound.path.startswith(community.path))
    query = query.where(*holding(words, Person.name, Person.phone, Pairing.department, compound.name))
    name = by_code_point(Person.name)
    columns = {"name": [name, Person.id], "compound": [above.id, compound.id, name], "since": [Pairing.since, name]}
    wanted = columns[order.lstrip("-")]
    return query.order_by(*in_order(wanted, descending=order.startswith("-")), Pairing.id)


def add(person: Person, compound: Place, values: Mapping[str, Any], *, by: int | None) -> Pairing:
    """Pair a cadre with a compound; sent twice, it's once.

    Args:
        values: columns by name, of COLUMNS.

    Raises:
        BadInput: what is said can't be (``check``), or it would begin before an earlier one has ended.
        Refused: the two are paired already, and something else is said; or it's no compound that is there.
    """
    check(values)
    lock(db.session.get_one(Place, compound.subdistrict_id))
    db.session.refresh(compound)
    if compound.kind is not PlaceKind.COMPOUND or not is_there(compound, clock.today()):
        raise Refused(N_("%(place)s is no compound that is there."), place=compound.name)
    query = select(Pairing).where(Pairing.person_id == person.id, Pairing.compound_id == compound.id)
    for other in db.session.scalars(query.order_by(Pairing.id)):
        if not _changes(other, values):
            return other
        if lasts(other):
            raise Refused(
                N_("%(name)s is paired with %(place)s already: change that pairing."),
                name=person.name,
                place=compound.name,
            )
        _check_apart(other, values.get("since"), values.get("until"))
    row = Pairing(subdistrict_id=compound.subdistrict_id, person_id=person.id, compound_id=compound.id, **dict(values))
    db.session.add(row)
    db.session.flush()
    _record("add", row, by=by, changes={"since": [None, row.since], "until": [None, row.until]})
    return row


def change(pairing: Pairing, values: Mapping[str, Any], *, by: int | None) -> bool:
    """Change what is said of a pairing; return whether anything was different.

    Raises:
        BadInput: what is said can't be (``check``).
    """
    lock(pairing)
    whole = {name: getattr(pairing, name) for name in COLUMNS} | dict(values)
    check(whole)
    others = select(Pairing).where(
        Pairing.person_id == pairing.person_id, Pairing.compound_id == pairing.compound_id, Pairing.id != pairing.id
    )
    for other in db.session.scalars(others):
        _check_apart(other, whole["since"], whole["until"])
    changes = _changes(pairing, values)
    if changes:
        _write(pairing, changes)
        _record("change", pairing, by=by, changes=changes)
    return bool(changes)


def end(pairing: Pairing, last_day: date, *, by: int | None) -> None:
    """Let a pairing end; what was logged stays.

    Raises:
        DaysFaulty: it would end before it began.
    """
    lock(pairing)
    if pairing.since and last_day < pairing.since:
        raise DaysFaulty(N_("That is before the pairing began."))
    if pairing.until == last_day:
        return
    changes = {"until": [pairing.until, last_day]}
    _write(pairing, changes)
    _record("end", pairing, by=by, changes=changes)


def lasts(pairing: Pairing) -> bool:
    """Whether a pairing hasn't ended."""
    return pairing.until is None or pairing.until >= clock.today()


def check(values: Mapping[str, Any]) -> None:
    """Refuse what can't be said of a pairing.

    Raises:
        MinutesFaulty: the minutes a week.
        TimesFaulty: the usual hours.
        DaysFaulty: the first and the last day.
    """
    minutes = values.get("minutes_a_week")
    if minutes is not None and not 1 <= minutes <= MOST_MINUTES:
        raise MinutesFaulty(N_("Enter a number from 1 to %(most)d."), most=MOST_MINUTES)
    starts, ends = values.get("usual_starts"), values.get("usual_ends")
    if (starts is None) != (ends is None):
        raise TimesFaulty(N_("Enter when it begins and when it ends, or neither."))
    if isinstance(starts, time) and isinstance(ends, time) and ends <= starts:
        raise TimesFaulty(N_("The end lies before the start."))
    since, until = values.get("since"), values.get("until")
    if since and until and until < since:
        raise DaysFaulty(N_("The last day lies before the first one."))


def _check_apart(other: Pairing, since: date | None, until: date | None) -> None:
    """Refuse days that two pairings of a cadre with one compound would both have."""
    begins_after = other.until is not None and since is not None and since > other.until
    ends_before = until is not None and other.since is not None and until < other.since
    if not begins_after and not ends_before:
        raise DaysFaulty(N_("They have another pairing in these days: begin after its last day."))


def _changes(pairing: Pairing, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {name: [getattr(pairing, name), it] for name, it in values.items() if it != getattr(pairing, name)}


def _write(pairing: Pairing, changes: Mapping[str, list[Any]]) -> None:
    for name, (_old, new) in changes.items():
        setattr(pairing, name, new)
    db.session.flush()


def _record(action: str, pairing: Pairing, *, by: int | None, changes: Mapping[str, Any]) -> None:
    trail.record(action, pairing, by=by, place_id=pairing.subdistrict_id, changes=changes)
