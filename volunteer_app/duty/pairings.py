"""Pairings (结对): which cadre serves which compound, how much, and from when to when.

A cadre and a compound have one row at a time: who comes back after an end gets another one.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import aliased, contains_eager

from .. import clock
from ..clock import Week
from ..database import by_code_point, db, holding, in_order, lock
from ..errors import N_, BadInput, Refused
from ..people.models import Account, Person
from ..people.roles import OFFICE, Scope, scope
from ..places.keeping import is_there
from ..places.models import Place, PlaceKind
from . import quota, terms
from .models import Pairing, Visit
from .quota import Paired
from .terms import DaysFaulty

ORDERS = ("name", "compound", "since")
"""What a list can be sorted by."""
COLUMNS = ("department", "post", "minutes_a_week", "weekday", "usual_starts", "usual_ends", "since", "until")
"""What is said of a pairing."""
MOST_MINUTES = 2400
"""A week: forty hours."""


class TimesFaulty(BadInput):
    """The usual hours: one of them is missing, or they end before they start."""


class MinutesFaulty(BadInput):
    """Nobody gives so many minutes a week."""


class WeeksSettled(Refused):
    """The change would reach back into weeks that are settled."""

    def __init__(self, field: str) -> None:
        super().__init__(
            N_("Weeks that are settled would change: let this pairing end, and begin another one after its last day.")
        )
        self.field = field
        """The column that reaches back."""


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
        if not terms.differences(other, values):
            return other
        if terms.lasts(other):
            raise Refused(
                N_("%(name)s is paired with %(place)s already: change that pairing."),
                name=person.name,
                place=compound.name,
            )
        _check_apart(other, values.get("since"), values.get("until"))
    row = Pairing(subdistrict_id=compound.subdistrict_id, person_id=person.id, compound_id=compound.id, **dict(values))
    db.session.add(row)
    db.session.flush()
    terms.record("add", row, by=by, changes={"since": [None, row.since], "until": [None, row.until]})
    return row


def change(pairing: Pairing, values: Mapping[str, Any], *, by: int | None) -> bool:
    """Change what is said of a pairing; return whether anything was different.

    What a cadre owed in a week stays as it was once the week is over, or a visit of theirs stands in it.

    Raises:
        BadInput: what is said can't be (``check``).
        WeeksSettled: another number of minutes, or other days, would change such a week.
    """
    lock(pairing)
    whole = {name: getattr(pairing, name) for name in COLUMNS} | dict(values)
    check(whole)
    others = select(Pairing).where(
        Pairing.person_id == pairing.person_id, Pairing.compound_id == pairing.compound_id, Pairing.id != pairing.id
    )
    for other in db.session.scalars(others):
        _check_apart(other, whole["since"], whole["until"])
    changes = terms.differences(pairing, values)
    _check_settled(pairing, changes)
    if changes:
        terms.write_down("change", pairing, changes, by=by)
    return bool(changes)


def end(pairing: Pairing, last_day: date, *, by: int | None) -> None:
    """Let a pairing end; what was logged stays.

    Raises:
        DaysFaulty: it would end before it began.
    """
    lock(pairing)
    terms.end(pairing, last_day, by=by)


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
    terms.check_days(values.get("since"), values.get("until"))


def _check_apart(other: Pairing, since: date | None, until: date | None) -> None:
    """Refuse days that two pairings of a cadre with one compound would both have."""
    begins_after = other.until is not None and since is not None and since > other.until
    ends_before = until is not None and other.since is not None and until < other.since
    if not begins_after and not ends_before:
        raise DaysFaulty(N_("They have another pairing in these days: begin after its last day."))


def _check_settled(pairing: Pairing, changes: Mapping[str, list[Any]]) -> None:
    """Refuse what would change the account of a settled week."""
    reaching = [name for name in ("minutes_a_week", "since", "until") if name in changes]
    if not reaching:
        return
    query = select(Pairing).where(
        Pairing.person_id == pairing.person_id,
        Pairing.subdistrict_id == pairing.subdistrict_id,
        Pairing.id != pairing.id,
    )
    others = [Paired(it.since, it.until, it.minutes_a_week) for it in db.session.scalars(query)]
    was = Paired(pairing.since, pairing.until, pairing.minutes_a_week)
    becomes = replace(was, **{name: changes[name][1] for name in reaching})
    if not quota.owes_the_same([*others, was], [*others, becomes], _last_settled(pairing.person_id)):
        raise WeeksSettled(reaching[0])


def _last_settled(person_id: int) -> Week:
    """The last week that is over, or the present one where a visit of the cadre stands in it."""
    this = Week.this()
    visited = select(Visit.id).where(Visit.person_id == person_id, Visit.starts_at >= this.starts_at)
    return this if db.session.scalar(visited.limit(1)) else this.shifted(-1)
