"""Reads of activities for lists and pages: a fixed number of queries, whatever the number of rows."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from .. import clock
from ..database import db, holding
from ..people.roles import Scope
from ..places.models import Place, PlaceKind
from ..teams.models import Team, TeamKind
from .models import LIVING, Activity, ActivityState, Attendance, Shift, SignUp, SignUpState, Theme, ThemeField
from .offer import Counted, Offer, offer, over_shifts

PUBLIC = (ActivityState.PUBLISHED, ActivityState.CANCELLED, ActivityState.HELD)
"""States that everyone sees; a draft is its team's own."""
TAKING_PLACE = (ActivityState.PUBLISHED, ActivityState.HELD)
"""States of what takes place, or did."""

PLACES_OVER_SHIFTS = case((func.count(Shift.id) == func.count(Shift.places), func.sum(Shift.places)))
"""The rule of ``over_shifts`` in SQL, for a query of shifts grouped by activity."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shows: filters of a page or a feed, each None where it doesn't matter."""

    within: Place | None = None
    scope: Scope | None = None
    """What an account keeps: its teams' activities, and those of its places."""
    team_id: int | None = None
    venue_id: int | None = None
    kind: TeamKind | None = None
    field: ThemeField | None = None
    ends_after: datetime | None = None
    since: datetime | None = None
    """Activities that start at this moment or later."""
    until: datetime | None = None
    """Activities that start before this moment."""
    states: tuple[ActivityState, ...] = PUBLIC
    words: str = ""
    """What somebody typed into the search box: found in the theme, the team or the place."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An activity as a row of any list, with what it offers."""

    id: int
    title: str
    field: ThemeField
    team_name: str
    team_slug: str
    kind: TeamKind | None
    compound: str
    place_text: str
    starts_at: datetime
    ends_at: datetime
    state: ActivityState
    cancel_reason: str
    headcount: int | None
    opens_at: datetime | None
    closes_at: datetime | None
    offer: Offer

    @property
    def day(self) -> date:
        """The day on which it starts."""
        return clock.local(self.starts_at).date()


_COLUMNS = (
    Activity.id,
    Theme.name.label("title"),
    Theme.field,
    Team.name.label("team_name"),
    Team.slug.label("team_slug"),
    Team.kind,
    Place.name.label("compound"),
    Activity.place_text,
    Activity.starts_at,
    Activity.ends_at,
    Activity.state,
    Activity.cancel_reason,
    Activity.headcount,
    Activity.sign_up_opens_at.label("opens_at"),
    Activity.sign_up_closes_at.label("closes_at"),
)


def matching(wanted: Wanted, *columns: Any) -> Select[*tuple[Any, ...]]:
    """A query of *columns* over the activities that *wanted* asks for, joined with theme, team and place."""
    query = (
        select(*columns)
        .select_from(Activity)
        .join(Theme, Activity.theme_id == Theme.id)
        .join(Place, Activity.place_id == Place.id)
        .outerjoin(Team, Activity.team_id == Team.id)
        .where(Activity.state.in_(wanted.states))
    )
    if wanted.within:
        query = query.where(_inside(wanted.within))
    if wanted.scope is not None:
        query = query.where(wanted.scope.matches(Place.path, Activity.team_id))
    if wanted.team_id is not None:
        query = query.where(Activity.team_id == wanted.team_id)
    if wanted.venue_id is not None:
        query = query.where(Activity.venue_id == wanted.venue_id)
    if wanted.kind:
        query = query.where(Team.kind == wanted.kind)
    if wanted.field:
        query = query.where(Theme.field == wanted.field)
    if wanted.ends_after:
        query = query.where(Activity.ends_at > wanted.ends_after)
    if wanted.since:
        query = query.where(Activity.starts_at >= wanted.since)
    if wanted.until:
        query = query.where(Activity.starts_at < wanted.until)
    return query.where(*holding(wanted.words, Theme.name, Team.name, Activity.place_text, Place.name))


def listed(
    wanted: Wanted, *, at: datetime, newest_first: bool = False, limit: int | None = None, offset: int = 0
) -> list[Listed]:
    """The rows of a list in order of time, with what each offers at the moment *at*: three queries."""
    query = matching(wanted, *_COLUMNS)
    order = (Activity.starts_at.desc(), Activity.id.desc()) if newest_first else (Activity.starts_at, Activity.id)
    return _with_offers(db.session.execute(query.order_by(*order).limit(limit).offset(offset)).all(), at)


def how_many(wanted: Wanted) -> int:
    """How many activities *wanted* asks for."""
    return db.session.scalar(matching(wanted, func.count(Activity.id))) or 0


# The page that is opened most: its statements are built once.
_ONE = (
    select(Activity)
    .options(
        joinedload(Activity.team).joinedload(Team.leader),
        joinedload(Activity.place),
        joinedload(Activity.venue),
        joinedload(Activity.theme),
        joinedload(Activity.subdistrict),
        selectinload(Activity.shifts),
    )
    .where(Activity.id == bindparam("activity_id"))
)
_SIGN_UPS_OF_ONE = (
    select(SignUp.state, func.count())
    .join(Shift, SignUp.shift_id == Shift.id)
    .where(Shift.activity_id == bindparam("activity_id"))
    .group_by(SignUp.state)
)
_ATTENDED_OF_ONE = select(func.count()).where(Attendance.activity_id == bindparam("activity_id"))


def one(activity_id: int) -> Activity | None:
    """An activity with all that its page shows."""
    return db.session.scalar(_ONE, {"activity_id": activity_id})


def as_listed(activity: Activity, *, at: datetime) -> Listed:
    """An activity that is loaded already as the row of a list, whatever its state."""
    key = {"activity_id": activity.id}
    sign_ups = dict(db.session.execute(_SIGN_UPS_OF_ONE, key).all())
    numbers = Counted(
        taken=sign_ups.get(SignUpState.CONFIRMED, 0),
        waiting=sign_ups.get(SignUpState.WAITING, 0),
        attended=(db.session.scalar(_ATTENDED_OF_ONE, key) or 0) if at >= activity.starts_at else 0,
    )
    team = activity.team
    return Listed(
        id=activity.id,
        title=activity.theme.name,
        field=activity.theme.field,
        team_name=team.name if team else "",
        team_slug=team.slug if team else "",
        kind=team.kind if team else None,
        compound=activity.place.name,
        place_text=activity.place_text,
        starts_at=activity.starts_at,
        ends_at=activity.ends_at,
        state=activity.state,
        cancel_reason=activity.cancel_reason,
        headcount=activity.headcount,
        opens_at=activity.sign_up_opens_at,
        closes_at=activity.sign_up_closes_at,
        offer=offer(
            state=activity.state,
            starts_at=activity.starts_at,
            ends_at=activity.ends_at,
            places=over_shifts(shift.places for shift in activity.shifts),
            counted=numbers,
            headcount=activity.headcount or 0,
            opens_at=activity.sign_up_opens_at,
            closes_at=activity.sign_up_closes_at,
            reason=activity.cancel_reason,
            at=at,
        ),
    )


def counted(activity_ids: Iterable[int]) -> dict[int, tuple[int | None, Counted]]:
    """For each activity its places over all shifts, and its sign-ups and attendances."""
    ids = list(activity_ids)
    if not ids:
        return {}
    places: dict[int, int | None] = dict(
        db.session.execute(
            select(Shift.activity_id, PLACES_OVER_SHIFTS).where(Shift.activity_id.in_(ids)).group_by(Shift.activity_id)
        ).all()
    )
    taken: dict[int, dict[SignUpState, int]] = defaultdict(dict)
    for activity_id, state, number in db.session.execute(
        select(Shift.activity_id, SignUp.state, func.count())
        .join(SignUp, SignUp.shift_id == Shift.id)
        .where(Shift.activity_id.in_(ids), SignUp.state.in_(LIVING))
        .group_by(Shift.activity_id, SignUp.state)
    ):
        taken[activity_id][state] = number
    attended = dict(
        db.session.execute(
            select(Attendance.activity_id, func.count())
            .where(Attendance.activity_id.in_(ids))
            .group_by(Attendance.activity_id)
        ).all()
    )
    return {
        activity_id: (
            places.get(activity_id),
            Counted(
                taken=taken[activity_id].get(SignUpState.CONFIRMED, 0),
                waiting=taken[activity_id].get(SignUpState.WAITING, 0),
                attended=attended.get(activity_id, 0),
            ),
        )
        for activity_id in ids
    }


def _inside(place: Place) -> ColumnElement[bool]:
    if place.kind is PlaceKind.SUBDISTRICT:
        return Activity.subdistrict_id == place.id
    if place.kind is PlaceKind.VENUE:
        return Activity.venue_id == place.id
    # Held by somebody of this place, or at a venue in it.
    venues = select(Place.id).where(Place.path.startswith(place.path), Place.kind == PlaceKind.VENUE)
    return or_(Place.path.startswith(place.path), Activity.venue_id.in_(venues.correlate(None)))


def _with_offers(rows: Iterable[Row[*tuple[Any, ...]]], at: datetime) -> list[Listed]:
    rows = list(rows)
    numbers = counted(row.id for row in rows)
    return [
        Listed(
            **row._mapping,
            offer=offer(
                state=row.state,
                starts_at=row.starts_at,
                ends_at=row.ends_at,
                places=numbers[row.id][0],
                counted=numbers[row.id][1],
                headcount=row.headcount or 0,
                opens_at=row.opens_at,
                closes_at=row.closes_at,
                reason=row.cancel_reason,
                at=at,
            ),
        )
        for row in rows
    ]
