"""The figures of the frontline assignments and of the weekly three hours, and the rows behind them.

Duty minutes stand for themselves: they are never added to those of volunteers.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, func, literal, null, or_, select, type_coerce
from sqlalchemy.orm import aliased

from ..database import db
from ..duty import accounts
from ..duty.models import Assignment, Force, Leave, Pairing, Visit, VisitState
from ..duty.quota import CadreWeek, Standing, whole_weeks
from ..people.models import Person
from ..places.models import Place
from .definitions import Figure
from .periods import Period
from .rows import Query
from .scope import compounds_there

Section = dict[str, object]


def assignments(subdistrict_id: int, day: date) -> Section:
    """Assignments as at *day*, and the compounds in which no force is missing: two queries."""
    number = db.session.scalar(select(func.count()).select_from(Assignment).where(_answers(subdistrict_id, day)))
    if not number:
        return {}
    staffed = db.session.scalar(select(func.count()).select_from(_staffed(subdistrict_id, day).subquery()))
    return {"assignments": number, "compounds_fully_staffed": staffed or 0}


def of_cadres(subdistrict_id: int, period: Period) -> Section:
    """Cadres, their confirmed visits, their weeks and leaves, of a period: a fixed number of queries."""
    number, minutes, problems, disputes = db.session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(_minutes()), 0),
            func.coalesce(func.sum(Visit.problems_solved), 0),
            func.coalesce(func.sum(Visit.disputes_mediated), 0),
        ).where(_counted(subdistrict_id, period))
    ).one()
    paired = select(func.count(Pairing.person_id.distinct())).where(_paired(subdistrict_id, period))
    away = select(func.count()).select_from(Leave).where(_away(subdistrict_id, period))
    cadres, leaves = db.session.scalar(paired) or 0, db.session.scalar(away) or 0
    if not (number or cadres or leaves):
        return {}
    weeks = [week for _person, week in _cadre_weeks(subdistrict_id, period)]
    return {
        "cadres": cadres,
        "visits": number,
        # PostgreSQL sums bigints to Decimal.
        "minutes": int(minutes),
        "problems_solved": int(problems),
        "disputes_mediated": int(disputes),
        "cadre_weeks_due": sum(week.due for week in weeks),
        "cadre_weeks_met": sum(week.standing is Standing.MET for week in weeks),
        "leaves": leaves,
    }


# The rows behind them. Who may see names is the door's business, and says so by *names*.


def assignment_rows(subdistrict_id: int, day: date, *, names: bool) -> Query:
    """Who answers for which compound on *day*; without *names* only for which force."""
    return (
        select(
            Assignment.id,
            Place.name.label("place"),
            Place.slug.label("place_slug"),
            Assignment.force,
            Assignment.unit,
            *_person(Assignment.person_id, names=names),
            Assignment.since,
            literal(1).label("number"),
        )
        .join(Place, Assignment.compound_id == Place.id)
        .join(Person, Assignment.person_id == Person.id)
        .where(_answers(subdistrict_id, day))
    )


def staffed_rows(subdistrict_id: int, day: date) -> Query:
    """Compounds in which no force is missing on *day*."""
    around = aliased(Place)
    number = select(func.count()).where(Assignment.compound_id == Place.id, _answers(subdistrict_id, day))
    return (
        select(
            Place.id,
            Place.name.label("place"),
            Place.slug.label("place_slug"),
            around.name.label("around"),
            around.slug.label("around_slug"),
            number.correlate(Place).scalar_subquery().label("people"),
            literal(1).label("number"),
        )
        .join(around, Place.parent_id == around.id)
        .where(Place.id.in_(_staffed(subdistrict_id, day)))
    )


def cadre_rows(subdistrict_id: int, period: Period) -> Query:
    """Cadres of a period, each once, with their visits in it: for the office alone."""
    mine = and_(_counted(subdistrict_id, period), Visit.person_id == Person.id)
    visits = select(func.count()).where(mine).correlate(Person).scalar_subquery()
    minutes = select(func.coalesce(func.sum(_minutes()), 0)).where(mine).correlate(Person).scalar_subquery()
    paired = select(Pairing.person_id).where(_paired(subdistrict_id, period))
    return select(
        Person.id,
        Person.name.label("person"),
        Person.phone,
        visits.label("visits"),
        minutes.label("minutes"),
        literal(1).label("number"),
    ).where(Person.id.in_(paired))


def visit_rows(subdistrict_id: int, period: Period, figure: Figure, *, names: bool) -> Query:
    """Confirmed visits of a period, with what each adds to *figure*; without *names* neither who nor what was done."""
    adds: dict[Figure, ColumnElement[Any]] = {
        Figure.DUTY_MINUTES: _minutes(),
        Figure.PROBLEMS_SOLVED: Visit.problems_solved.expression,
        Figure.DISPUTES_MEDIATED: Visit.disputes_mediated.expression,
    }
    number = adds.get(figure, literal(1))
    query = (
        select(
            Visit.id,
            Visit.starts_at,
            Visit.ends_at,
            Visit.kind,
            Place.name.label("place"),
            Place.slug.label("place_slug"),
            *_person(Visit.person_id, names=names),
            (Visit.what if names else null()).label("what"),
            _minutes().label("minutes"),
            Visit.problems_solved,
            Visit.disputes_mediated,
            number.label("number"),
        )
        .join(Place, Visit.compound_id == Place.id)
        .join(Person, Visit.person_id == Person.id)
        .where(_counted(subdistrict_id, period))
    )
    return query.where(number > 0) if figure in adds else query


def leave_rows(subdistrict_id: int, period: Period) -> Query:
    """Leaves with a day in a period: for the office alone."""
    return (
        select(
            Leave.id,
            *_person(Leave.person_id, names=True),
            Leave.since,
            Leave.until,
            Leave.reason,
            literal(1).label("number"),
        )
        .join(Person, Leave.person_id == Person.id)
        .where(_away(subdistrict_id, period))
    )


@dataclass(frozen=True, slots=True)
class WeekLine:
    """A week of a cadre; without names a week of all of them."""

    monday: date
    number: int
    person_id: int | None = None
    person: str | None = None
    minutes: int | None = None
    pledge: int | None = None
    standing: Standing | None = None


def week_rows(subdistrict_id: int, period: Period, figure: Figure, *, names: bool) -> list[WeekLine]:
    """The weeks of cadres that *figure* counts, by cadre; without *names* how many there are in each week.

    They come from an account, not from a query: ``rows.sliced`` lists them.
    """
    met = figure is Figure.WEEKS_MET
    found = [
        (person, week)
        for person, week in _cadre_weeks(subdistrict_id, period)
        if (week.standing is Standing.MET if met else week.due)
    ]
    if not names:
        mondays = Counter(week.week.monday for _person, week in found)
        return [WeekLine(monday, number) for monday, number in sorted(mondays.items())]
    return [
        WeekLine(week.week.monday, 1, person.id, person.name, week.minutes, week.pledge, week.standing)
        for person, week in found
    ]


def _cadre_weeks(subdistrict_id: int, period: Period) -> list[tuple[Person, CadreWeek]]:
    """The weeks of all cadres that lie wholly in a period, by name: due or not."""
    weeks = whole_weeks(period.first, period.last)
    office = db.session.get(Place, subdistrict_id)
    if weeks is None or office is None:
        return []
    return [(account.person, week) for account in accounts.of_office(office, *weeks) for week in account.weeks]


def _minutes() -> ColumnElement[int]:
    """The whole minutes of a visit: moments are kept as seconds."""
    starts, ends = type_coerce(Visit.starts_at, BigInteger), type_coerce(Visit.ends_at, BigInteger)
    return (ends - starts) // literal(60, BigInteger)


def _person(person_id: Any, *, names: bool) -> tuple[Any, ...]:
    """Who it was, or nobody, under the same columns."""
    if not names:
        return (null().label("person_id"), null().label("person"))
    return (person_id.label("person_id"), Person.name.label("person"))


def _counted(subdistrict_id: int, period: Period) -> ColumnElement[bool]:
    return and_(
        Visit.subdistrict_id == subdistrict_id,
        Visit.state == VisitState.CONFIRMED,
        Visit.ends_at.is_not(None),
        Visit.starts_at >= period.starts_at,
        Visit.starts_at < period.ends_at,
    )


def _paired(subdistrict_id: int, period: Period) -> ColumnElement[bool]:
    return and_(Pairing.subdistrict_id == subdistrict_id, *_holding(Pairing, period.first, period.last))


def _away(subdistrict_id: int, period: Period) -> ColumnElement[bool]:
    return and_(Leave.subdistrict_id == subdistrict_id, Leave.since <= period.last, Leave.until >= period.first)


def _answers(subdistrict_id: int, day: date) -> ColumnElement[bool]:
    return and_(
        Assignment.subdistrict_id == subdistrict_id,
        Assignment.compound_id.in_(compounds_there(subdistrict_id, day)),
        *_holding(Assignment, day, day),
    )


def _holding(table: type[Pairing] | type[Assignment], first: date, last: date) -> tuple[ColumnElement[bool], ...]:
    """Open where there's no day; both ends are included."""
    return or_(table.since.is_(None), table.since <= last), or_(table.until.is_(None), table.until >= first)


def _staffed(subdistrict_id: int, day: date) -> Select[int]:
    return (
        select(Assignment.compound_id)
        .where(_answers(subdistrict_id, day))
        .group_by(Assignment.compound_id)
        .having(func.count(Assignment.force.distinct()) == len(Force))
    )
