"""The next round made from a former one: the same criteria and rules, whole years of weeks later, as a draft."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from ...database import db, lock
from ...people.models import Person
from ...places.models import Place
from ..models import Judge, Round
from . import checks, keeping, templates

YEAR = timedelta(weeks=52)
"""A year in whole weeks, so that every day keeps its weekday."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the follower of a round would be, for whoever is to agree to it."""

    name: str
    number: int
    days: dict[str, date | None]
    """The days of its windows, by column."""


def proposed(round: Round, *, today: date) -> Proposal:
    """The follower of *round*: so many times 52 weeks later that its first day is still to come.

    Args:
        today: the present day.
    """
    number = keeping.next_number(db.session.get_one(Place, round.subdistrict_id))
    days = _moved(round, today)
    since = days["entries_from"] or today
    name = templates.renamed(round.name, years=since.year - round.entries_from.year, number=number)
    if name == round.name:
        name = templates.with_year(name, since.year)[: checks.LONGEST_NAME]
    return Proposal(name, number, days)


def clone(round: Round, *, name: str, number: int | None, judges: bool, today: date, by: int | None) -> Round:
    """Make a draft from a former round; asked twice for the same name and number, it's made once.

    Args:
        name: what it's called.
        number: its number.
        judges: whether its panel has the same judges: not those who left the former one, whose data were erased, or
            who are a label of an office's ledger. A draft that is there already keeps the panel that it has by now.
        today: the present day.
        by: id of the account that acts.

    Raises:
        NameTaken: the sub-district has another round of that name.
        RoundFaulty: the former one was of a kind that can't be made any more.
    """
    subdistrict = db.session.get_one(Place, round.subdistrict_id)
    values = {**keeping.shown(round), **_rules_kept(round), **_moved(round, today), "name": name, "number": number}
    # Under the lock that adding takes, so that of two presses one makes it.
    lock(subdistrict)
    there = set(db.session.scalars(select(Round.id).where(Round.subdistrict_id == subdistrict.id)))
    made = keeping.add(subdistrict, values, keeping.of_round(round), by=by)
    if judges and made.id not in there:
        _copy_judges(round, made)
    return made


def _moved(round: Round, today: date) -> dict[str, date | None]:
    later = YEAR
    while round.entries_from + later < today:
        later += YEAR
    old = {name: getattr(round, name) for name in checks.DAYS}
    return {name: day and day + later for name, day in old.items()}


def _rules_kept(round: Round) -> dict[str, Any]:
    """The former publication period and number of winners within what a round may have now: an old ledger says more."""
    return {
        "notice_days": min(max(round.notice_days, 1), checks.MOST_NOTICE_DAYS),
        "winners": min(max(round.winners, 1), checks.MOST_WINNERS),
    }


def _copy_judges(round: Round, made: Round) -> None:
    panel = select(Judge).join(Judge.person).where(Judge.round_id == round.id, Judge.withdrawn_at.is_(None))
    for judge in db.session.scalars(panel.where(Person.anonymised_at.is_(None)).order_by(Judge.id)).all():
        db.session.add(Judge(round_id=made.id, label=judge.label, person_id=judge.person_id))
    db.session.flush()
