"""Counts of activities: planned, held and cancelled, attendances (人次), people (人数) and minutes. Nothing is stored.

The database sums up here; the count in every direction at once is in ``participation``.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlalchemy.sql.functions import Function

from .. import clock
from ..activities.minutes import is_service, minutes_given
from ..activities.models import Activity, ActivityState, Attendance, Shift, SignUp
from ..clock import Week
from ..database import db
from .definitions import Figure
from .periods import Period, weeks_between
from .scope import Scope, conditions
from .signing import signed, walk_in


@dataclass(frozen=True, slots=True)
class Count:
    """What was counted of some activities; definitions stand in ``definitions``."""

    planned: int = 0
    held: int = 0
    cancelled: int = 0
    attendances: int = 0
    people: int = 0
    minutes: int = 0
    service_minutes: int = 0
    sign_ups: int = 0
    waiting: int = 0
    no_shows: int = 0
    walk_ins: int = 0


def totals(scope: Scope) -> Count:
    """The count of *scope* alone: three queries that the database sums up."""
    planned, held, cancelled, headcount = db.session.execute(
        select(
            func.count(Activity.id),
            func.count(case((Activity.state == ActivityState.HELD, 1))),
            func.count(case((Activity.state == ActivityState.CANCELLED, 1))),
            func.sum(Activity.headcount),
        ).where(*conditions(scope))
    ).one()
    minutes = minutes_given()
    attendances, people, given, service, walk_ins = db.session.execute(
        select(
            func.count(),
            func.count(Attendance.person_id.distinct()),
            func.coalesce(func.sum(minutes), 0),
            func.coalesce(func.sum(case((is_service(), minutes), else_=0)), 0),
            func.count(case((walk_in(), 1))),
        )
        .select_from(Attendance)
        .join(Activity, Attendance.activity_id == Activity.id)
        .where(*conditions(scope))
    ).one()
    sign_ups, waiting, no_shows = db.session.execute(
        select(
            func.count(case((signed(Figure.SIGN_UPS), 1))),
            func.count(case((signed(Figure.WAITING), 1))),
            func.count(case((signed(Figure.NO_SHOWS), 1))),
        )
        .select_from(SignUp)
        .join(Shift, SignUp.shift_id == Shift.id)
        .join(Activity, Shift.activity_id == Activity.id)
        .where(*conditions(scope))
    ).one()
    return Count(
        planned=planned,
        held=held,
        cancelled=cancelled,
        # PostgreSQL sums bigints to Decimal.
        attendances=attendances + int(headcount or 0),
        people=people,
        minutes=int(given),
        service_minutes=int(service),
        sign_ups=sign_ups,
        waiting=waiting,
        no_shows=no_shows,
        walk_ins=walk_ins,
    )


def weekly(subdistrict_id: int, first: Week, last: Week) -> list[tuple[Week, int]]:
    """Attendances of each whole week from *first* to *last*, zeros included, for a line through time."""
    scope = Scope(subdistrict_id, Period(first.monday, last.sunday))
    numbers: dict[Week, int] = defaultdict(int)
    for starts_at, headcount, number in db.session.execute(
        select(Activity.starts_at, Activity.headcount, func.count(Attendance.id))
        .outerjoin(Attendance, Attendance.activity_id == Activity.id)
        .where(*conditions(scope))
        .group_by(Activity.id, Activity.starts_at, Activity.headcount)
    ):
        numbers[Week.of(clock.local(starts_at).date())] += number + (headcount or 0)
    return [(week, numbers[week]) for week in weeks_between(first, last)]


def first_held(subdistrict_id: int) -> date | None:
    """The day of the earliest activity that was held; None where none ever was."""
    return _day_held(subdistrict_id, func.min(Activity.starts_at))


def last_held(subdistrict_id: int) -> date | None:
    """The day of the latest activity that was held; None where none ever was."""
    return _day_held(subdistrict_id, func.max(Activity.starts_at))


def _day_held(subdistrict_id: int, which: Function[datetime]) -> date | None:
    starts_at = db.session.scalar(
        select(which).where(Activity.subdistrict_id == subdistrict_id, Activity.state == ActivityState.HELD)
    )
    return starts_at and clock.local(starts_at).date()


def of_team(team_id: int, first: date, last: date) -> Count:
    """The count of one team from *first* to *last*, both included: three small queries, for its page."""
    return totals(Scope(None, Period(first, last), team_id=team_id))
