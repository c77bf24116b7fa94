"""What concerns a person: sign-ups, attendances with their minutes, and what changed. Reads alone."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, literal, select, true
from sqlalchemy.orm import joinedload

from ... import clock
from ...database import db
from ...notifications.models import Notice
from ...people.models import Person
from ...teams.models import Team
from ..minutes import is_service, minutes_given
from ..models import LIVING, Activity, ActivityState, Attendance, Shift, SignUp, SignUpState, Theme, ThemeField
from ..queries import PUBLIC

MOST_NOTICES = 10


@dataclass(frozen=True, slots=True)
class OwnSignUp:
    """A sign-up as its person reads it."""

    id: int
    person_id: int
    name: str
    state: SignUpState
    number: int
    """Which place of the shift, or which in its waiting list."""
    excused: bool
    activity_id: int
    title: str
    field: ThemeField
    team_name: str
    place_text: str
    activity_state: ActivityState
    cancel_reason: str
    shift_title: str
    starts_at: datetime
    """The shift's hours."""
    ends_at: datetime

    @property
    def cancelled(self) -> bool:
        """Whether the activity was called off."""
        return self.activity_state is ActivityState.CANCELLED

    @property
    def stands(self) -> bool:
        """Whether the person is expected, or waits."""
        return self.state in LIVING and not self.cancelled


@dataclass(frozen=True, slots=True)
class Totals:
    """What somebody gave, in attendances and minutes."""

    attendances: int
    minutes: int
    service_minutes: int
    """Only of activities that count as volunteering."""


def of_people(people: Collection[int], *, inside: ColumnElement[bool] | None = None) -> list[OwnSignUp]:
    """The sign-ups of these people by the shift's time, withdrawn ones too: one query.

    Args:
        people: their ids.
        inside: only of activities of this condition.
    """
    return _sign_ups(SignUp.person_id.in_(people), true() if inside is None else inside)


def of_sign_ups(ids: Collection[int]) -> list[OwnSignUp]:
    """The sign-ups of these ids, in the same way: what the receipts of a device stand for."""
    return _sign_ups(SignUp.id.in_(ids))


def _sign_ups(*which: ColumnElement[bool]) -> list[OwnSignUp]:
    shifts = select(SignUp.shift_id).join(Shift).join(Activity).where(*which)
    ranked = (
        select(
            SignUp,
            func.row_number()
            .over(partition_by=(SignUp.shift_id, SignUp.state), order_by=(SignUp.asked_at, SignUp.id))
            .label("number"),
        )
        .where(SignUp.shift_id.in_(shifts))
        .subquery()
    )
    rows = db.session.execute(
        select(
            SignUp.id,
            SignUp.person_id,
            Person.name,
            SignUp.state,
            ranked.c.number,
            SignUp.excused,
            Activity.id.label("activity_id"),
            Theme.name.label("title"),
            Theme.field,
            func.coalesce(Team.name, literal("")).label("team_name"),
            Activity.place_text,
            Activity.state.label("activity_state"),
            Activity.cancel_reason,
            Shift.title.label("shift_title"),
            Shift.starts_at,
            Shift.ends_at,
        )
        .join(ranked, ranked.c.id == SignUp.id)
        .join(Person, SignUp.person_id == Person.id)
        .join(Shift, SignUp.shift_id == Shift.id)
        .join(Activity, Shift.activity_id == Activity.id)
        .join(Theme, Activity.theme_id == Theme.id)
        .outerjoin(Team, Activity.team_id == Team.id)
        .where(*which)
        .order_by(Shift.starts_at, SignUp.id)
    )
    return [OwnSignUp(**row._mapping) for row in rows]


def attendances(person_id: int, *, limit: int | None = None) -> list[Row[Any]]:
    """The person's attendances with their minutes, the latest first."""
    query = (
        select(
            Activity.id.label("activity_id"),
            Theme.name.label("title"),
            Theme.field,
            func.coalesce(Team.name, literal("")).label("team_name"),
            is_service().label("counts_as_service"),
            Attendance.checked_in_at,
            Attendance.checked_out_at,
            minutes_given().label("minutes"),
        )
        .select_from(Attendance)
        .join(Activity, Attendance.activity_id == Activity.id)
        .join(Theme, Activity.theme_id == Theme.id)
        .outerjoin(Team, Activity.team_id == Team.id)
        .where(Attendance.person_id == person_id, Activity.state.in_(PUBLIC))
        .order_by(Activity.starts_at.desc(), Attendance.id.desc())
    )
    return list(db.session.execute(query.limit(limit)))


def totals(person_id: int, *, since: date | None = None) -> Totals:
    """What the person gave in activities that began on *since* or later; in all without it."""
    minutes = minutes_given()
    query = (
        select(
            func.count(),
            func.coalesce(func.sum(minutes), 0),
            func.coalesce(func.sum(case((is_service(), minutes), else_=0)), 0),
        )
        .select_from(Attendance)
        .join(Activity, Attendance.activity_id == Activity.id)
        .where(Attendance.person_id == person_id, Activity.state.in_(PUBLIC))
    )
    if since:
        query = query.where(Activity.starts_at >= clock.midnight(since))
    return Totals(*(int(number) for number in db.session.execute(query).one()))


def notices(people: Collection[int], *, since: datetime) -> list[tuple[Notice, Activity]]:
    """What these people were or have to be told since a moment, the latest first, with all that its sentence says."""
    query = (
        select(Notice, Activity)
        .join(Activity, Notice.activity_id == Activity.id)
        .options(joinedload(Activity.theme), joinedload(Activity.place), joinedload(Activity.venue))
        .where(Notice.person_id.in_(people), Notice.made_at >= since)
        .order_by(Notice.id.desc())
        .limit(MOST_NOTICES)
    )
    return [(notice, activity) for notice, activity in db.session.execute(query)]
