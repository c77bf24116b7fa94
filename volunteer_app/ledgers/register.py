"""The rows of a sub-district in memory, as they are and as they will be: ledgers are checked against them.

A few queries load it; planning changes ``values`` only, and ``applying`` writes what differs from ``kept``.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import func, select

from .. import clock
from ..activities.models import Activity, Attendance, Shift, SignUp, SignUpState, Theme
from ..activities.offer import over_shifts
from ..database import db
from ..people.models import Person
from ..places.models import Place, PlaceKind
from ..teams.models import Membership, Team
from .contest_register import Contests
from .duty_register import Duty
from .entries import Came, Entry


class People:
    """Everyone with a phone, by phone and name; unknown ones are noted as new."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], Entry] = {}
        self.by_id: dict[int, Entry] = {}
        for row in db.session.execute(select(Person.id, Person.name, Person.phone, Person.sex, Person.birth_month)):
            entry = Entry.of(Person, row.id, row._asdict())
            self.by_id[row.id] = entry
            if row.phone is not None:
                self.known[row.phone, row.name] = entry

    def find_or_add(self, phone: str, name: str) -> Entry:
        """The person of this phone and name."""
        entry = self.known.get((phone, name))
        if entry is None:
            values = {"name": name, "phone": phone, "sex": None, "birth_month": None, "created_at": clock.now()}
            entry = self.known[phone, name] = Entry(Person, None, values)
        return entry


class Office:
    """The places, teams, activities and attendances of one sub-district."""

    def __init__(self, name: str, place: Place | None, people: People) -> None:
        self.name = name
        self.people = people
        self.place = _entry(place) if place else Entry(Place, None, {"kind": PlaceKind.SUBDISTRICT, "name": name})
        self.communities: dict[str, Entry] = {}
        self.compounds: dict[str, Entry] = {}
        self.buildings: dict[tuple[Entry, str], Entry] = {}
        self.venues: dict[str, list[Entry]] = defaultdict(list)
        self.teams: dict[str, Entry] = {}
        self.members: dict[tuple[Entry, Entry], Entry] = {}
        self.themes: dict[str, Entry] = {}
        self.activities: dict[tuple[Entry, datetime], Entry] = {}
        self.others: list[Entry] = []
        """Activities without a team, which no ledger can say."""
        self.attendance: dict[tuple[Entry, Entry], Came] = {}
        self.elsewhere: dict[Entry, list[tuple[datetime, datetime, str, str]]] = defaultdict(list)
        """Attendances of the same people in other sub-districts: from, to, theme, team."""
        self.beside: list[Office] = []
        self.duty = Duty(self)
        """Who answers for which compound, the cadres, and their visits."""
        self.contests = Contests(self)
        """Rounds with all that belongs to them."""
        self.refused: set[tuple[str, str]] = set()
        """Kind and name of what another row of the same command should have brought, and could not."""
        self.by_id: dict[int, Entry] = {}
        if place:
            self._load_places(place)

    # Loading: a fixed number of queries for each kind of sheet.

    def load_teams(self) -> None:
        """Teams and memberships."""
        if self.teams or self.place.id is None:
            return
        teams: dict[int, Entry] = {}
        for team in db.session.scalars(select(Team).where(Team.subdistrict_id == self.place.id).order_by(Team.id)):
            entry = Entry.of(Team, team.id, _values(team))
            entry["place"] = self.by_id[team.place_id]
            entry["venue"] = self.by_id.get(team.venue_id) if team.venue_id else None
            entry["leader"] = self.people.by_id[team.leader_id] if team.leader_id else None
            entry.kept = dict(entry.values)
            teams[team.id] = self.teams[team.name] = entry
        columns = Membership.id, Membership.team_id, Membership.person_id, Membership.role, Membership.since
        query = select(*columns, Membership.until).join(Team).where(Team.subdistrict_id == self.place.id)
        for row in db.session.execute(query.order_by(Membership.team_id, Membership.id)):
            team_entry, person = teams[row.team_id], self.people.by_id[row.person_id]
            values = {"team": team_entry, "person": person, "role": row.role, "since": row.since, "until": row.until}
            self.members[team_entry, person] = Entry.of(Membership, row.id, values)

    def load_activities(self, since: datetime | None = None, until: datetime | None = None) -> None:
        """Themes, and the activities that start in a span; all of them where it's open."""
        self.load_teams()
        if self.place.id is None or self.activities:
            return
        themes: dict[int, Entry] = {}
        for theme in db.session.scalars(select(Theme).where(Theme.subdistrict_id == self.place.id)):
            themes[theme.id] = self.themes[theme.name] = Entry.of(
                Theme, theme.id, {"name": theme.name, "field": theme.field}
            )
        inside = _inside(self.place.id, since, until)
        shifts: dict[int, list[tuple[int, int | None]]] = defaultdict(list)
        for row in db.session.execute(
            select(Shift.activity_id, Shift.id, Shift.places).join(Activity).where(*inside).order_by(Shift.id)
        ):
            shifts[row.activity_id].append((row.id, row.places))
        teams = {team.id: team for team in self.teams.values()}
        columns = [getattr(Activity, key) for key in _ACTIVITY]
        for row in db.session.execute(select(*columns).where(*inside).order_by(Activity.starts_at, Activity.id)):
            values = row._asdict()
            values |= {
                "team": teams.get(row.team_id),
                "place": self.by_id[row.place_id],
                "venue": self.by_id.get(row.venue_id) if row.venue_id else None,
                "theme": themes[row.theme_id],
                "shift_ids": tuple(shift_id for shift_id, _places in shifts[row.id]),
                "places": over_shifts(places for _id, places in shifts[row.id]),
            }
            entry = Entry.of(Activity, row.id, values)
            if entry["team"] is None:
                self.others.append(entry)
            else:
                self.activities[entry["team"], row.starts_at] = entry

    def load_attendance(self, since: datetime | None = None, until: datetime | None = None) -> None:
        """Attendances at the activities that start in a span; all of them where it's open."""
        if self.place.id is None:
            return
        by_id = {entry.id: entry for entry in (*self.activities.values(), *self.others)}
        columns = Attendance.id, Attendance.activity_id, Attendance.person_id
        times = Attendance.checked_in_at, Attendance.checked_out_at
        inside = _inside(self.place.id, since, until)
        query = select(*columns, *times).join(Activity)
        for row in db.session.execute(query.where(*inside).order_by(Activity.starts_at, Attendance.id)):
            activity, person = by_id[row.activity_id], self.people.by_id[row.person_id]
            came = Came(row.id, activity, person, row.checked_in_at, row.checked_out_at)
            self.attendance[activity, person] = came

    def load_elsewhere(self, since: datetime, until: datetime, *, beside: list["Office"]) -> None:
        """Attendances of a span in other sub-districts, where the same people may have been.

        Args:
            beside: sub-districts of the same command: what they will be is in memory, and counts.
        """
        self.beside = beside
        times = Attendance.checked_in_at, Attendance.checked_out_at
        elsewhere = (
            select(Attendance.person_id, *times, Theme.name, Team.name)
            .select_from(Attendance)
            .join(Activity)
            .join(Theme)
            .outerjoin(Team, Activity.team_id == Team.id)
            .where(Activity.subdistrict_id.not_in([office.place.id or 0 for office in (self, *beside)]))
            .where(Activity.starts_at >= since, Activity.starts_at < until)
        )
        for person_id, starts, ends, theme, team in db.session.execute(elsewhere):
            if ends is not None:
                self.elsewhere[self.people.by_id[person_id]].append((starts, ends, theme, team or ""))

    def count_attendances(self) -> int:
        """How many attendances the sub-district has, in all its time."""
        query = select(func.count()).select_from(Attendance).join(Activity)
        return db.session.scalar(query.where(Activity.subdistrict_id == self.place.id)) or 0

    def sign_ups(self, since: datetime, until: datetime) -> dict[tuple[int, int], int]:
        """Confirmed sign-ups of a span, by activity and person."""
        query = (
            select(Shift.activity_id, SignUp.person_id, SignUp.id)
            .join(Shift, SignUp.shift_id == Shift.id)
            .join(Activity, Shift.activity_id == Activity.id)
            .where(*_inside(self.place.id, since, until), SignUp.state == SignUpState.CONFIRMED)
        )
        return {(activity, person): sign_up for activity, person, sign_up in db.session.execute(query)}

    # Finding what a row refers to.

    @cached_property
    def on_day(self) -> dict[tuple[date, Entry, str], list[Entry]]:
        """The activities by day, team and theme; asked for when all of them are noted."""
        found: dict[tuple[date, Entry, str], list[Entry]] = defaultdict(list)
        for (team, starts_at), activity in self.activities.items():
            found[clock.local(starts_at).date(), team, activity["theme"]["name"]].append(activity)
        return dict(found)

    def venue_named(self, name: str, near: Entry) -> Entry | None:
        """The venue of this name: the one below *near* where there are several."""
        venues = self.venues.get(name, [])
        return next((venue for venue in venues if venue["parent"] is near), venues[0] if len(venues) == 1 else None)

    def new_place(self, kind: PlaceKind, name: str, parent: Entry, **values: object) -> Entry:
        """Note a place as new."""
        return Entry(Place, None, dict.fromkeys(_PLACE) | {"kind": kind, "name": name, "parent": parent} | values)

    def entries(self) -> Iterator[Entry]:
        """Every row but attendances, in an order in which each comes after those that it points at."""
        yield self.place
        yield from self.communities.values()
        yield from self.compounds.values()
        yield from self.buildings.values()
        for venues in self.venues.values():
            yield from venues
        yield from self.teams.values()
        yield from self.members.values()
        yield from self.themes.values()
        yield from self.activities.values()
        yield from self.duty.entries()

    def _load_places(self, place: Place) -> None:
        self.by_id[place.id] = self.place
        query = select(Place).where(Place.subdistrict_id == place.id, Place.id != place.id)
        # A place's path is longer than that of the place around it.
        for row in db.session.scalars(query.order_by(func.length(Place.path), Place.id)):
            entry = _entry(row)
            entry["parent"] = self.by_id.get(row.parent_id or 0, self.place)
            entry.kept = dict(entry.values)
            self.by_id[row.id] = entry
            match row.kind:
                case PlaceKind.COMMUNITY:
                    self.communities[row.name] = entry
                case PlaceKind.COMPOUND:
                    self.compounds[row.name] = entry
                case PlaceKind.BUILDING:
                    self.buildings[entry["parent"], row.name] = entry
                case PlaceKind.VENUE:
                    self.venues[row.name].append(entry)


_PLACE = ("management", "households", "floors", "stairwells", "area_m2", "renovated", "retired_on")
_TEAM = ("kind", "name", "founded", "dissolved", "weekday", "slot_starts", "slot_ends", "place_text", "focus")
_ACTIVITY = (
    *("id", "team_id", "place_id", "venue_id", "theme_id", "place_text", "starts_at", "ends_at", "state"),
    *("cancel_reason", "counts_as_service", "headcount", "revision", "changed_at"),
)


def _entry(place: Place) -> Entry:
    values = {"kind": place.kind, "name": place.name, "path": place.path} | {key: getattr(place, key) for key in _PLACE}
    return Entry.of(Place, place.id, values)


def _values(team: Team) -> dict[str, Any]:
    return {key: getattr(team, key) for key in _TEAM}


def _inside(subdistrict_id: int | None, since: datetime | None, until: datetime | None) -> list[Any]:
    conditions = [Activity.subdistrict_id == subdistrict_id]
    if since is not None:
        conditions.append(Activity.starts_at >= since)
    if until is not None:
        conditions.append(Activity.starts_at < until)
    return conditions
