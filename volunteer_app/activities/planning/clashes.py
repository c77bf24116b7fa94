"""What else happens at a time: a team's other activities, and what somebody else does at the venue. Reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import and_, or_, select

from ... import clock
from ...database import db
from ...errors import N_, Message, message
from ...places import blocks
from ...teams.models import Team
from ..models import Activity, ActivityState, Theme
from ..queries import TAKING_PLACE

Hours = tuple[datetime, datetime]
"""From when to when."""

WEEKS_AHEAD = 12
"""How far ahead a free slot is looked for."""


@dataclass(frozen=True, slots=True)
class Plan:
    """When and where an activity would be."""

    hours: Hours
    team_id: int | None
    venue_id: int | None
    besides: int | None = None
    """Id of an activity that isn't in its own way."""


@dataclass(frozen=True, slots=True)
class Clash:
    """An activity that stands in the way of another one, or a time at which the venue can't be used."""

    id: int

    team_id: int | None
    team_name: str
    venue_id: int | None
    title: str
    """What it is, or why the venue can't be used."""
    starts_at: datetime
    ends_at: datetime
    state: ActivityState | None
    """None where the venue is blocked."""


def at_times(
    hours: Sequence[Hours], *, team_id: int | None, venue_id: int | None, besides: int | None = None
) -> list[list[Clash]]:
    """What stands in the way of an activity at each of *hours*, as ``of_plans`` finds it."""
    return of_plans([Plan(its, team_id, venue_id, besides) for its in hours])


def of_plans(plans: Sequence[Plan]) -> list[list[Clash]]:
    """What stands in the way of each plan, its team's own first: two queries at most, however many plans.

    A team's cancelled activity only counts where it began at the same moment: a team has one activity a moment. Drafts
    of others at the venue don't count, because nobody may know of them.
    """
    team_ids = {plan.team_id for plan in plans if plan.team_id is not None}
    venue_ids = {plan.venue_id for plan in plans if plan.venue_id is not None}
    if not team_ids and not venue_ids:
        return [[] for _ in plans]
    since, until = min(plan.hours[0] for plan in plans), max(plan.hours[1] for plan in plans)
    found = _activities(team_ids, venue_ids, since, until)
    if venue_ids:
        found += [
            Clash(it.id, None, "", it.venue_id, it.reason, it.starts_at, it.ends_at, None)
            for it in blocks.between(venue_ids, since, until)
        ]
    of_team, at_venue = _by(found, "team_id"), _by(found, "venue_id")
    return [_in_the_way(plan, of_team.get(plan.team_id, []), at_venue.get(plan.venue_id, [])) for plan in plans]


def _activities(team_ids: set[int], venue_ids: set[int], since: datetime, until: datetime) -> list[Clash]:
    query = (
        select(
            Activity.id,
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
            Activity.starts_at < until,
            Activity.ends_at > since,
            or_(
                Activity.team_id.in_(team_ids),
                and_(Activity.venue_id.in_(venue_ids), Activity.state.in_(TAKING_PLACE)),
            ),
        )
        .order_by(Activity.starts_at, Activity.id)
    )
    return [Clash(**{**row._mapping, "team_name": row.team_name or ""}) for row in db.session.execute(query)]


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


def _by(found: Iterable[Clash], column: str) -> dict[int | None, list[Clash]]:
    sorted_out: dict[int | None, list[Clash]] = {}
    for it in found:
        if (key := getattr(it, column)) is not None:
            sorted_out.setdefault(key, []).append(it)
    return sorted_out


def _in_the_way(plan: Plan, of_team: Iterable[Clash], at_venue: Iterable[Clash]) -> list[Clash]:
    starts_at, ends_at = plan.hours

    def then(it: Clash) -> bool:
        return it.starts_at < ends_at and starts_at < it.ends_at

    own = [
        it
        for it in of_team
        if it.id != plan.besides and (it.starts_at == starts_at if it.state is ActivityState.CANCELLED else then(it))
    ]
    seen = (it for it in at_venue if it.state is None or (it.id != plan.besides and it.state in TAKING_PLACE))
    return [*own, *(it for it in seen if then(it) and it not in own)]
