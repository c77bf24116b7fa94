"""The planning desk of a week: each team's activities day by day, with what clashes. Reads only.

It takes a fixed number of queries, whatever the number of teams and activities.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Row as SqlRow
from sqlalchemy import select
from sqlalchemy.orm import aliased

from ... import clock
from ...clock import Week
from ...database import db
from ...errors import N_, Message, message
from ...people.roles import Scope
from ...places import blocks
from ...places.models import Place, PlaceKind
from ...teams.models import Membership, Team
from ...teams.queries import belongs
from ...teams.queries import there as team_there
from ..models import Activity, ActivityState, Theme, ThemeField
from ..queries import TAKING_PLACE
from ..themes import field_of
from .week_clashes import Block, ClashKind, Entry, Fact, find

AFTER = timedelta(days=1)
"""How long after its end a week is looked through for what the activities of its last night run into."""

Found = SqlRow[*tuple[Any, ...]]
Venue = aliased(Place)


@dataclass(frozen=True, slots=True)
class Cell:
    """An activity in its row's day."""

    id: int
    title: str
    field: ThemeField
    starts_at: datetime
    ends_at: datetime
    state: ActivityState
    where: str
    elsewhere: bool
    """Whether that isn't the team's usual place."""
    clashes: list[Message]

    @property
    def can_move(self) -> bool:
        """Whether it's still to come, and will take place."""
        return self.state is not ActivityState.CANCELLED and self.starts_at > clock.now()


@dataclass(slots=True)
class Row:
    """A team's week, or that of a place's own activities."""

    team: Team | None
    name: str
    place_path: str
    usual: str = ""
    """Its usual place."""
    about: ThemeField | None = None
    """Of what the team does."""
    days: list[list[Cell]] = field(default_factory=lambda: [[] for _ in range(7)])

    @property
    def cells(self) -> list[Cell]:
        """Its activities in order of time."""
        return [cell for day in self.days for cell in day]

    @property
    def clashes(self) -> int:
        """How many of its activities clash."""
        return sum(bool(cell.clashes) for cell in self.cells)

    @property
    def empty(self) -> bool:
        """Whether a team that meets every week doesn't: nothing is planned, or all of it was cancelled."""
        meets = self.team is not None and self.team.plans_by_slot
        return meets and all(cell.state is ActivityState.CANCELLED for cell in self.cells)

    @property
    def drafts(self) -> list[Cell]:
        """What of it is to be published."""
        return [cell for cell in self.cells if cell.state is ActivityState.DRAFT]


def of_week(week: Week, subdistrict: Place, reach: Scope) -> list[Row]:
    """A row for each team that *reach* holds, by weekly slot, then for the places with activities of their own."""
    teams = _teams(week, subdistrict, reach)
    found = _found(week, subdistrict)
    clashes = _clashes(week, found, reach)
    rows = {("team", team.id): _of_team(team, path, usual) for team, path, usual in teams}
    for it in found:
        begun = clock.local(it.starts_at).date()
        if not (week.monday <= begun <= week.sunday and _own(it, reach)):
            continue
        key = ("team", it.team_id) if it.team_id else ("place", it.place_id)
        if key not in rows:
            # A team that is gone by Sunday keeps what it had before.
            rows[key] = _of_team(it.Team, it.path, "") if it.Team else Row(None, it.place_name, it.path)
        where = it.place_text or it.venue_name or ""
        rows[key].days[begun.weekday()].append(
            Cell(
                id=it.id,
                title=it.title,
                field=it.field,
                starts_at=it.starts_at,
                ends_at=it.ends_at,
                state=it.state,
                where=where,
                elsewhere=where != rows[key].usual,
                clashes=clashes.get(it.id, []),
            )
        )
    return sorted(rows.values(), key=_order)


def _of_team(team: Team, path: str, usual: str) -> Row:
    return Row(team, team.name, path, usual, field_of(f"{team.focus} {team.name}", team.kind))


def _order(row: Row) -> tuple[bool, int, time, str]:
    team = row.team
    if team is None or team.weekday is None:
        return team is None, 7, time.max, row.name
    return False, team.weekday, team.slot_starts or time.max, row.name


def _teams(week: Week, subdistrict: Place, reach: Scope) -> list[tuple[Team, str, str]]:
    query = (
        select(Team, Place.path, Venue.name)
        .join(Place, Team.place_id == Place.id)
        .outerjoin(Venue, Team.venue_id == Venue.id)
        .where(Team.subdistrict_id == subdistrict.id, team_there(week.sunday), reach.matches(Place.path, Team.id))
    )
    return [(team, path, team.place_text or venue or "") for team, path, venue in db.session.execute(query)]


def _found(week: Week, subdistrict: Place) -> Sequence[Found]:
    """All activities of a sub-district around a week, in order of time: those of others may be in the way."""
    query = (
        select(
            *(Activity.id, Activity.team_id, Activity.place_id, Activity.venue_id, Activity.theme_id),
            *(Activity.place_text, Activity.starts_at, Activity.ends_at, Activity.state),
            *(Theme.name.label("title"), Theme.field, Team),
            *(Place.name.label("place_name"), Place.path, Place.kind.label("place_kind")),
            Venue.name.label("venue_name"),
        )
        .join(Theme, Activity.theme_id == Theme.id)
        .join(Place, Activity.place_id == Place.id)
        .outerjoin(Team, Activity.team_id == Team.id)
        .outerjoin(Venue, Activity.venue_id == Venue.id)
        .where(
            Activity.subdistrict_id == subdistrict.id,
            Activity.starts_at < week.ends_at + AFTER,
            Activity.ends_at > week.starts_at,
        )
        .order_by(Activity.starts_at, Activity.id)
    )
    return list(db.session.execute(query))


def _own(it: Found, reach: Scope) -> bool:
    return reach.holds(it.path, team_id=it.team_id)


def _clashes(week: Week, found: Iterable[Found], reach: Scope) -> dict[int, list[Message]]:
    """What clashes with each activity, in sentences."""
    own = [it for it in found if _own(it, reach) and it.state is not ActivityState.CANCELLED]
    # Nobody may know of others' drafts, nor of anything but where and when the rest of theirs takes place.
    others = [it for it in found if not _own(it, reach) and it.state in TAKING_PLACE]
    entries = [*(_entry(it, week) for it in own), *(_stranger(it) for it in others)]
    venue_ids = {it.venue_id for it in own if it.venue_id}
    blocked = blocks.between(venue_ids, week.starts_at, week.ends_at + AFTER)
    spans = [Block(it.id, it.venue_id, it.starts_at, it.ends_at) for it in blocked]
    facts = find(entries, spans, _members(week, {it.Team for it in own if it.Team}))
    by_id, reasons = {it.id: it for it in own}, {it.id: it.reason for it in blocked}
    return {
        id_: [_said(fact, it, by_id.get(fact.other_id), reasons) for fact in facts.get(id_, [])]
        for id_, it in by_id.items()
    }


def _entry(it: Found, week: Week) -> Entry:
    counts = it.place_kind is PlaceKind.COMPOUND and week.starts_at <= it.starts_at < week.ends_at
    return Entry(
        id=it.id,
        team_id=it.team_id,
        venue_id=it.venue_id,
        leader_id=it.Team.leader_id if it.Team else None,
        compound_id=it.place_id if counts else None,
        theme_id=it.theme_id,
        starts_at=it.starts_at,
        ends_at=it.ends_at,
    )


def _stranger(it: Found) -> Entry:
    return Entry(it.id, None, it.venue_id, None, None, it.theme_id, it.starts_at, it.ends_at)


def _members(week: Week, teams: Iterable[Team]) -> Mapping[int, set[int]]:
    """Ids of the people of each team in a week, its leader among them."""
    members: dict[int, set[int]] = defaultdict(set)
    for team in teams:
        if team.leader_id:
            members[team.id].add(team.leader_id)
    rows = select(Membership.team_id, Membership.person_id).where(
        Membership.team_id.in_(members.keys() | {team.id for team in teams}), belongs(week.sunday)
    )
    for team_id, person_id in db.session.execute(rows):
        members[team_id].add(person_id)
    return members


def _said(fact: Fact, it: Found, other: Found | None, reasons: Mapping[int, str]) -> Message:
    """A sentence about a fact; without the *other* one's name where it's none of the account's own."""
    hours = f"{clock.local(fact.starts_at):%H:%M}–{clock.local(fact.ends_at):%H:%M}"
    if fact.kind is ClashKind.BLOCKED:
        text = N_("%(venue)s can't be used %(hours)s: %(reason)s")
        return message(text, venue=it.venue_name, hours=hours, reason=reasons[fact.other_id])
    if other is None:
        return message(N_("%(venue)s is taken %(hours)s"), venue=it.venue_name, hours=hours)
    holder = other.Team.name if other.Team else other.place_name
    if fact.kind is ClashKind.VENUE:
        return message(N_("%(holder)s uses %(venue)s too, %(hours)s"), holder=holder, venue=it.venue_name, hours=hours)
    if fact.kind is ClashKind.LEADER:
        return message(N_("its leader leads %(holder)s too, %(hours)s"), holder=holder, hours=hours)
    if fact.kind is ClashKind.MEMBERS:
        text = N_("%(holder)s meets too, %(hours)s; members in both: %(number)s")
        return message(text, holder=holder, hours=hours, number=fact.number)
    if fact.number == 1:
        return message(N_("%(holder)s has the same theme this week"), holder=holder)
    return message(N_("%(number)s others here have the same theme this week"), number=fact.number)
