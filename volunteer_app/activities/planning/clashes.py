"""What else happens at a time: a team's other activities, and what somebody else does at the venue. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import and_, false, or_, select

from ... import clock
from ...database import db
from ...errors import N_, Message, message
from ...teams.models import Team
from ..models import Activity, ActivityState, Theme
from ..queries import TAKING_PLACE

Hours = tuple[datetime, datetime]
"""From when to when."""

WEEKS_AHEAD = 12
"""How far ahead a free slot is looked for."""


@dataclass(frozen=True, slots=True)
class Clash:
    """An activity that stands in the way of another one."""

    team_id: int | None
    team_name: str
    venue_id: int | None
    title: str
    starts_at: datetime
    ends_at: datetime
    state: ActivityState


def at_times(
    hours: Sequence[Hours], *, team_id: int | None, venue_id: int | None, besides: int | None = None
) -> list[list[Clash]]:
    """What stands in the way at each of *hours*, the team's own first: one query, however many hours.

    A team's cancelled activity only counts where it began at the same moment: a team has one activity a moment. Drafts
    of others at the venue don't count, because nobody may know of them.

    Args:
        besides: id of an activity that isn't in its own way.
    """
    if not hours or (team_id is None and venue_id is None):
        return [[] for _ in hours]
    seen = Activity.state.in_(TAKING_PLACE)
    query = (
        select(
            Activity.team_id,
            Team.name.label("team_name"),
            Activity.venue_id,
            Theme.name.label("title"),
            Activity.starts_at,
            Activity.ends_at,
            Activity.state,
        )
        .join(Theme, Activity.theme_id == Theme.id)
        .outerjoin(Team, Activity.team_id == Team.id)
        .where(
            Activity.starts_at < max(ends_at for _, ends_at in hours),
            Activity.ends_at > min(starts_at for starts_at, _ in hours),
            or_(
                Activity.team_id == team_id if team_id is not None else false(),
                and_(Activity.venue_id == venue_id, seen) if venue_id is not None else false(),
            ),
        )
        .order_by(Activity.starts_at, Activity.id)
    )
    if besides is not None:
        query = query.where(Activity.id != besides)
    found = [Clash(**{**row._mapping, "team_name": row.team_name or ""}) for row in db.session.execute(query)]
    return [
        sorted((it for it in found if _in_the_way(it, its, team_id)), key=lambda it: it.team_id != team_id)
        for its in hours
    ]


def next_slot(team: Team) -> Hours | None:
    """The hours of *team*'s next weekly slot at which it has nothing planned yet; None where it has no slot."""
    if team.weekday is None or team.slot_starts is None or team.slot_ends is None:
        return None
    first = clock.Week.this().monday + timedelta(days=team.weekday)
    slots = [span(first + timedelta(weeks=n), team.slot_starts, team.slot_ends) for n in range(WEEKS_AHEAD)]
    coming = [hours for hours in slots if hours[0] > clock.now()]
    planned = at_times(coming, team_id=team.id, venue_id=None)
    return next((hours for hours, others in zip(coming, planned, strict=True) if not others), None)


def span(day: date, starts: time, ends: time) -> Hours:
    """The hours of *day* from one time to another; an end before the start is on the next day."""
    return clock.at(day, starts), clock.at(day + timedelta(days=ends < starts), ends)


def said(clash: Clash) -> Message:
    """A sentence about a clash of a team with itself."""
    if clash.state is ActivityState.CANCELLED:
        return message(
            N_("The team's cancelled “%(title)s” began at this very time: begin a few minutes earlier or later."),
            title=clash.title,
        )
    return message(N_("The team has “%(title)s” at that time."), title=clash.title)


def _in_the_way(it: Clash, hours: Hours, team_id: int | None) -> bool:
    if it.state is ActivityState.CANCELLED:
        return it.team_id == team_id and it.starts_at == hours[0]
    return it.starts_at < hours[1] and hours[0] < it.ends_at
