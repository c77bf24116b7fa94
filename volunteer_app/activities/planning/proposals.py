"""What a week or a month would have, from the slots of the teams and the themes of the year. Reads only."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from ... import clock
from ...clock import Week
from ...database import by_code_point, db
from ...errors import N_, BadInput, Message, message
from ...people.roles import Scope
from ...places.models import Place
from ...teams.models import Team, TeamKind
from ...workdays import Workdays
from ..models import Activity, Shift, Theme
from ..year import calendar
from . import clashes, faults, slots
from .slots import Slot

LONGEST = timedelta(days=92)
"""A quarter: what is planned further ahead is planned anew anyway."""


class Outcome(StrEnum):
    """What becomes of a slot."""

    MAKE = "make"
    THERE = "there"
    """It was made before, or somebody planned that day by hand."""
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class Proposed:
    """A slot of a team, and what would become of it."""

    team: Team
    slot_on: date
    outcome: Outcome
    starts_at: datetime
    ends_at: datetime
    theme: Theme | None = None
    places: int | None = None
    """How many may come; None where nobody needs to sign up."""
    reason: Message | None = None
    """Why it's left out."""
    moved: bool = False
    """It falls on a holiday, and the team meets on another day."""

    @property
    def key(self) -> str:
        """What a form calls it."""
        return f"{self.team.id}:{self.slot_on}"

    @property
    def day(self) -> date:
        """The day on which it would be held."""
        return clock.local(self.starts_at).date()


@dataclass(frozen=True, slots=True)
class _Last:
    """What a team did last: other than a volunteer team it goes on with that."""

    theme: Theme
    places: int | None


def propose(subdistrict: Place, since: date, until: date, *, reach: Scope) -> list[Proposed]:
    """What would be made from one day to another, in the order of time: a fixed number of queries.

    Volunteer teams take the theme of the week. All others go on with their own, and take that of the week where they
    have none yet; places are as many as last time.

    Args:
        until: the last day, included.
        reach: whose teams.

    Raises:
        BadInput: the days are the wrong way round, more than LONGEST, or outside the calendar.
    """
    if not clock.EARLIEST <= min(since, until) <= max(since, until) <= clock.LATEST:
        raise BadInput(N_("Enter a day such as 2020-11-04."))
    if until < since:
        raise BadInput(N_("The last day comes before the first."))
    if until - since > LONGEST:
        raise BadInput(N_("At most three months at a time: choose an earlier last day."))
    teams = _teams(subdistrict, since, until, reach)
    workdays = Workdays.current()
    pairs = [(team, slot) for team in teams for slot in slots.of_team(team, since, until, workdays)]
    themes = calendar.of_weeks(subdistrict, Week.of(since - timedelta(days=7)), Week.of(until + timedelta(days=7)))
    last, taken = _last(teams), _taken(teams, since, until)
    found = [_propose(team, slot, themes, last.get(team.id), taken) for team, slot in pairs]
    return sorted(found, key=lambda it: (it.starts_at, it.team.name, it.team.id))


def counted(proposed: Iterable[Proposed]) -> dict[Outcome, int]:
    """How many of each outcome."""
    numbers = Counter(it.outcome for it in proposed)
    return {outcome: numbers[outcome] for outcome in Outcome}


def _teams(subdistrict: Place, since: date, until: date, reach: Scope) -> list[Team]:
    """The teams whose weeks are made from their slots, where they are there on one of the days."""
    query = (
        select(Team)
        .join(Team.place)
        .options(joinedload(Team.venue), joinedload(Team.place))
        .where(Team.subdistrict_id == subdistrict.id, reach.matches(Place.path, Team.id))
        .where(Team.weekday.is_not(None), or_(Team.founded.is_(None), Team.founded <= until))
        .where(or_(Team.dissolved.is_(None), Team.dissolved > since))
        .order_by(by_code_point(Team.name), Team.id)
    )
    return [team for team in db.session.scalars(query) if team.plans_by_slot]


def _last(teams: Iterable[Team]) -> dict[int, _Last]:
    """For each team the theme and the places of its latest activity."""
    ids = [team.id for team in teams]
    latest = (
        select(Activity.team_id, func.max(Activity.starts_at).label("starts_at"))
        .where(Activity.team_id.in_(ids))
        .group_by(Activity.team_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Activity.team_id, Theme, func.min(Shift.places), func.count(Shift.id))
        .join(latest, (Activity.team_id == latest.c.team_id) & (Activity.starts_at == latest.c.starts_at))
        .join(Theme, Activity.theme_id == Theme.id)
        .join(Shift, Shift.activity_id == Activity.id)
        .group_by(Activity.team_id, Theme.id)
    )
    return {row[0]: _Last(row[1], row[2] if row[3] == 1 else None) for row in rows if row[0]}


def _taken(teams: Iterable[Team], since: date, until: date) -> set[tuple[int, date]]:
    """The days of each team for which there is something: slots that were made, and days on which it meets.

    A slot's activity that was moved counts on both days: on its own so that it isn't made again, and on the other one
    because the team meets then.
    """
    near = max(slots.NEAR)
    rows = db.session.execute(
        select(Activity.team_id, Activity.slot_on, Activity.starts_at).where(
            Activity.team_id.in_([team.id for team in teams]),
            or_(
                Activity.slot_on.between(since, until),
                (Activity.starts_at >= clock.midnight(since - near))
                & (Activity.starts_at < clock.midnight(until + near + timedelta(days=1))),
            ),
        )
    )
    return {
        (team_id, day)
        for team_id, slot_on, starts_at in rows
        for day in (slot_on, clock.local(starts_at).date())
        if team_id and day
    }


def _propose(
    team: Team,
    slot: Slot,
    themes: Mapping[Week, list[Theme]],
    last: _Last | None,
    taken: set[tuple[int, date]],
) -> Proposed:
    assert team.slot_starts is not None  # noqa: S101 - a team without hours has no slots
    assert team.slot_ends is not None  # noqa: S101 - as above
    day = slot.day or slot.on
    starts_at, ends_at = clashes.span(day, team.slot_starts, team.slot_ends)
    theme = _theme(team, day, themes, last)
    reason = None
    if {(team.id, slot.on), (team.id, day)} & taken:
        outcome = Outcome.THERE
    elif reason := _left_out(team, slot, starts_at, theme):
        outcome = Outcome.LEFT_OUT
    else:
        outcome = Outcome.MAKE
    return Proposed(
        team,
        slot.on,
        outcome,
        starts_at,
        ends_at,
        theme=theme,
        places=last.places if last else None,
        reason=reason,
        moved=slot.day is not None and slot.day != slot.on,
    )


def _theme(team: Team, day: date, themes: Mapping[Week, list[Theme]], last: _Last | None) -> Theme | None:
    of_week = next(iter(themes.get(Week.of(day), [])), None)
    own = last.theme if last and (last.theme.retired_on is None or day < last.theme.retired_on) else None
    return of_week or own if team.kind is TeamKind.VOLUNTEER_TEAM else own or of_week


def _left_out(team: Team, slot: Slot, starts_at: datetime, theme: Theme | None) -> Message | None:
    if slot.day is None:
        return message(N_("It falls on a holiday."))
    if starts_at <= clock.now():
        return message(N_("This day is over."))
    if theme is None:
        return message(N_("There is no theme for it: take over the themes of the year, or plan it by hand."))
    return faults.absent(slot.day, team=team, venue=team.venue, theme=theme)
