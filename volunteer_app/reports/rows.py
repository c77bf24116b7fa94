"""The rows behind figures of activities, and how rows are listed.

In every query the column ``number`` says what a row adds to the figure, so that a figure and its rows can't part:
their number, or their sum, is the figure.

Who may see names is the door's business: what is named in here is for the office alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, case, func, literal, null, select, union_all
from sqlalchemy.types import String

from ..activities.minutes import is_service, minutes_given
from ..activities.models import Activity, Attendance, Shift, SignUp, Theme
from ..database import by_code_point, db
from ..people.models import Person
from ..places.models import Place
from ..teams.models import Team
from .definitions import SIGNING_UP, Figure
from .scope import Scope, conditions
from .signing import signed, walk_in

Query = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Listing:
    """Some rows of a figure, and what all of them are together."""

    rows: list[Any]
    total: int
    """How many rows there are."""
    amount: float
    """The figure: the sum of ``number`` over all rows."""


def listing(query: Query, *, order: str, limit: int | None = None, offset: int = 0) -> Listing:
    """Some rows of *query* in order, and the sum over all: two queries.

    Args:
        order: the name of a column, with a minus before it for descending; blanks stand last, the id decides ties.
    """
    every = query.subquery()
    total, amount = db.session.execute(
        select(func.count(), func.coalesce(func.sum(every.c.number), 0)).select_from(every)
    ).one()
    column = every.c[order.removeprefix("-")]
    if isinstance(column.type, String):
        column = by_code_point(column)
    ordered = column.desc() if order.startswith("-") else column.asc()
    rows = db.session.execute(
        select(every).order_by(ordered.nulls_last(), every.c.id).limit(limit).offset(offset)
    ).all()
    return Listing(list(rows), total, float(amount))


def sliced(lines: Sequence[Any], *, order: str, limit: int, offset: int = 0) -> Listing:
    """The same for rows that no query gives: each has its values, and ``number`` among them, as attributes.

    Equal lines keep the order in which they came.
    """
    ordered = sorted(lines, key=attrgetter(order.removeprefix("-")), reverse=order.startswith("-"))
    return Listing(ordered[offset : offset + limit], len(lines), float(sum(line.number for line in lines)))


def activities(scope: Scope, figure: Figure) -> Query:
    """Activities of *scope*, with what each adds to *figure*.

    For attendances, minutes and sign-ups only those that add something; for the states of activities each adds one.
    """
    came = (
        select(
            Attendance.activity_id,
            func.count().label("attended"),
            func.sum(_minutes(figure)).label("minutes"),
        )
        .join(Activity, Attendance.activity_id == Activity.id)
        .where(*conditions(scope))
        .group_by(Attendance.activity_id)
        .subquery()
    )
    attendances = func.coalesce(came.c.attended, 0) + func.coalesce(Activity.headcount, 0)
    minutes = func.coalesce(came.c.minutes, 0)
    adds = {Figure.ATTENDANCES: attendances, Figure.MINUTES: minutes, Figure.SERVICE_MINUTES: minutes}
    if figure in SIGNING_UP:
        adds[figure] = _of_signing_up(figure)
    number = adds.get(figure, literal(1))
    query = (
        select(
            Activity.id,
            Activity.starts_at,
            Activity.ends_at,
            Activity.state,
            Theme.name.label("theme"),
            Theme.field,
            Team.name.label("team"),
            Team.slug.label("team_slug"),
            Place.name.label("place"),
            Place.slug.label("place_slug"),
            attendances.label("attendances"),
            minutes.label("minutes"),
            number.label("number"),
        )
        .join(Theme, Activity.theme_id == Theme.id)
        .join(Place, Activity.place_id == Place.id)
        .outerjoin(Team, Activity.team_id == Team.id)
        .outerjoin(came, came.c.activity_id == Activity.id)
        .where(*conditions(scope))
    )
    return query.where(number > 0) if figure in adds else query


def _minutes(figure: Figure) -> ColumnElement[int]:
    """The minutes of an attendance; for volunteering time what is claimed as duty gives none."""
    given = minutes_given()
    return case((is_service(), given), else_=0) if figure is Figure.SERVICE_MINUTES else given


def _of_signing_up(figure: Figure) -> ScalarSelect[int]:
    """How many sign-ups, or walk-ins, an activity adds to *figure*."""
    number = select(func.count()).correlate(Activity)
    if figure is Figure.WALK_INS:
        return number.where(Attendance.activity_id == Activity.id, walk_in()).scalar_subquery()
    rows = number.select_from(SignUp).join(Shift, SignUp.shift_id == Shift.id)
    return rows.where(Shift.activity_id == Activity.id, signed(figure)).scalar_subquery()


def sign_ups(scope: Scope, figure: Figure) -> Query:
    """Single sign-ups of *scope* that *figure* counts, with names: for the office alone."""
    return (
        select(
            SignUp.id,
            SignUp.person_id,
            SignUp.asked_at,
            Activity.id.label("activity_id"),
            Activity.starts_at,
            Activity.ends_at,
            Theme.name.label("theme"),
            Theme.field,
            Team.name.label("team"),
            Team.slug.label("team_slug"),
            Person.name.label("person"),
            literal(1).label("number"),
        )
        .join(Shift, SignUp.shift_id == Shift.id)
        .join(Activity, Shift.activity_id == Activity.id)
        .join(Person, SignUp.person_id == Person.id)
        .join(Theme, Activity.theme_id == Theme.id)
        .outerjoin(Team, Activity.team_id == Team.id)
        .where(*conditions(scope), signed(figure))
    )


def attendances(scope: Scope, figure: Figure) -> Query:
    """Single attendances of *scope* with names, and one row for each headcount: for the office alone."""
    adds_minutes = figure in (Figure.MINUTES, Figure.SERVICE_MINUTES)
    minutes = _minutes(figure)
    named = (
        select(
            Attendance.id,
            Attendance.activity_id,
            Attendance.person_id,
            Attendance.checked_in_at,
            Attendance.checked_out_at,
            minutes.label("minutes"),
            (minutes if adds_minutes else literal(1)).label("number"),
        )
        .join(Activity, Attendance.activity_id == Activity.id)
        .where(*conditions(scope))
    )
    if adds_minutes:
        came = named.where(minutes > 0).subquery()
    elif figure is Figure.WALK_INS:
        came = named.where(walk_in()).subquery()
    else:
        heads = select(
            # Below all attendances and different for each activity: a row's id decides ties.
            (-Activity.id).label("id"),
            Activity.id.label("activity_id"),
            null().label("person_id"),
            null().label("checked_in_at"),
            null().label("checked_out_at"),
            literal(0).label("minutes"),
            Activity.headcount.label("number"),
        ).where(*conditions(scope), Activity.headcount > 0)
        came = union_all(named, heads).subquery()
    return (
        select(
            came.c.id,
            came.c.activity_id,
            came.c.person_id,
            came.c.checked_in_at,
            came.c.checked_out_at,
            came.c.minutes,
            came.c.number,
            Activity.starts_at,
            Activity.ends_at,
            Theme.name.label("theme"),
            Theme.field,
            Team.name.label("team"),
            Team.slug.label("team_slug"),
            Person.name.label("person"),
        )
        .join(Activity, came.c.activity_id == Activity.id)
        .join(Theme, Activity.theme_id == Theme.id)
        .outerjoin(Team, Activity.team_id == Team.id)
        .outerjoin(Person, came.c.person_id == Person.id)
    )


def people(scope: Scope) -> Query:
    """People who came in *scope*, each once: for the office alone."""
    return (
        select(
            Person.id,
            Person.name.label("person"),
            Person.phone,
            func.count().label("attendances"),
            func.sum(minutes_given()).label("minutes"),
            literal(1).label("number"),
        )
        .select_from(Attendance)
        .join(Activity, Attendance.activity_id == Activity.id)
        .join(Person, Attendance.person_id == Person.id)
        .where(*conditions(scope))
        .group_by(Person.id, Person.name, Person.phone)
    )
