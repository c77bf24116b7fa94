"""Writing a plan: few statements, whatever the number of rows. Nothing here decides anything, and nothing commits."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import insert, select, update

from .. import clock
from ..activities import stamps
from ..activities.models import Activity, ActivityState, Attendance, Shift, Theme
from ..audit import trail
from ..database import Base, db, new_slug
from ..people.models import Person
from ..places import registry
from ..places.models import Place, PlaceKind
from ..teams.models import Membership, Team
from .outcomes import Plan
from .register import Entry, Office

REASON = "台账更正"
"""Why a row that was there was changed [ledgers: history is not the live flow]."""
ASKED_AT_ONCE = 5_000
"""Keys in one question for ids: databases take some ten thousand values at most."""
SHOWN = ("ends_at", "theme", "place_text", "venue", "places")
"""What a calendar shows of an activity, its state apart."""


def apply(plan: Plan, *, by: int | None) -> None:
    """Write what *plan* says, with its entries in the trail and the stamps of what it touched.

    Args:
        by: id of the account that imports; None for the command line.

    Raises:
        sqlalchemy.exc.IntegrityError: somebody else wrote the same rows in between.
    """
    _write_people(plan.offices)
    for office in plan.offices:
        shown, counted = _Writer(office, by).write()
        _record(plan, office, by)
        stamps.raise_counted(counted - shown)
        stamps.raise_shown(shown)
    db.session.flush()
    db.session.expire_all()


def _write_people(offices: Iterable[Office]) -> None:
    everyone = {id(office.people): office.people for office in offices}
    for people in everyone.values():
        entries = people.known.values()
        _insert(Person, [entry for entry in entries if entry.is_new], lambda entry: entry.values, key=("phone", "name"))
        changed = [entry for entry in entries if entry.differs]
        _update(Person, [{"id": e.id, "sex": e["sex"], "birth_month": e["birth_month"]} for e in changed])


class _Writer:
    """Writes the rows of one sub-district, each kind after those that it points at."""

    def __init__(self, office: Office, by: int | None) -> None:
        self.office = office
        self.by = by
        self.shown: set[str] = set()
        self.counted: set[str] = set()

    def write(self) -> tuple[set[str], set[str]]:
        """Write everything; gives the subjects of which something else is shown, and something else counted."""
        self._places()
        self._teams()
        self._activities()
        self._attendance()
        return self.shown, self.counted

    def _places(self) -> None:
        office = self.office
        if office.place.is_new:
            place = registry.add(PlaceKind.SUBDISTRICT, office.name, parent=registry.district())
            office.place.id, office.place.values["path"] = place.id, place.path
        for level in (office.communities, office.compounds, office.buildings):
            self._level(list(level.values()))
        self._level([venue for venues in office.venues.values() for venue in venues])

    def _level(self, entries: list[Entry]) -> None:
        """Insert and update places of one kind, whose parents have their ids already."""
        new = [entry for entry in entries if entry.is_new]
        _insert(Place, new, self._place, key=("slug",))
        moved = [entry for entry in entries if entry.differs and entry["parent"] is not entry.kept["parent"]]
        for entry in moved:
            self.shown |= stamps.subjects([entry.kept["path"]], team_ids=[])
            place, parent = db.session.get_one(Place, entry.id), db.session.get_one(Place, entry["parent"].id)
            registry.move(place, parent=parent)
            entry["path"] = place.path
            self.shown |= stamps.subjects([place.path], team_ids=[])
        for entry in new:
            entry["path"] = f"{entry['parent']['path']}{entry.id}/"
            self.counted |= stamps.subjects([entry["path"]], team_ids=[])
        _update(Place, [{"id": entry.id, "path": entry["path"]} for entry in new])
        keys = ("management", "households", "floors", "stairwells", "area_m2", "renovated")
        changed = [entry for entry in entries if entry.differs]
        _update(Place, [{"id": entry.id} | {key: entry[key] for key in keys} for entry in changed])
        self.counted |= stamps.subjects((entry["path"] for entry in changed), team_ids=[])

    def _place(self, entry: Entry) -> dict[str, Any]:
        values = {key: value for key, value in entry.values.items() if key not in ("parent", "path")}
        parent = entry["parent"].id
        unique_in = self.office.place.id if entry["kind"] is PlaceKind.COMPOUND else parent
        slug = {"slug": new_slug(), "path": ""}
        return values | slug | {"parent_id": parent, "unique_in_id": unique_in, "subdistrict_id": self.office.place.id}

    def _teams(self) -> None:
        teams = list(self.office.teams.values())
        changed = [team for team in teams if team.differs]
        fresh = [team for team in teams if team.is_new]
        new = _insert(Team, fresh, lambda team: self._team(team) | {"slug": new_slug()}, key=("slug",))
        _update(Team, [{"id": team.id} | self._team(team) for team in changed])
        for team in (*new, *changed):
            self.shown |= stamps.subjects([team["place"]["path"]], team_ids=[team.id or 0])
        members = list(self.office.members.values())
        altered = [member for member in members if member.differs]
        added = [member for member in members if member.is_new]
        _insert_all(Membership, [_member(member) for member in added])
        _update(Membership, [{"id": member.id} | _member(member) for member in altered])
        for team in {member["team"] for member in (*added, *altered)}:
            self.counted |= stamps.subjects([team["place"]["path"]], team_ids=[team.id or 0])

    def _team(self, team: Entry) -> dict[str, Any]:
        plain = {key: value for key, value in team.values.items() if key not in ("place", "venue", "leader")}
        ids = {"place_id": team["place"].id, "venue_id": _id(team["venue"]), "leader_id": _id(team["leader"])}
        return plain | ids | {"subdistrict_id": self.office.place.id}

    def _activities(self) -> None:
        office = self.office
        inside = {"subdistrict_id": office.place.id}
        themes = [theme for theme in office.themes.values() if theme.is_new]
        _insert(Theme, themes, lambda theme: theme.values | inside, key=("name", "subdistrict_id"))
        activities = list(office.activities.values())
        changed = [activity for activity in activities if activity.differs]
        for activity in changed:
            _revise(activity)
        fresh = [activity for activity in activities if activity.is_new]
        new = _insert(
            Activity, fresh, lambda activity: _activity(activity) | inside | {"uid": token_hex(16)}, key=("uid",)
        )
        _update(Activity, [{"id": activity.id} | _activity(activity) for activity in changed])
        _insert_all(Shift, [{"activity_id": activity.id} | _shift(activity) for activity in new])
        # A plain activity has one shift, which goes with it; several of them are not a matter of the ledger.
        plain = [activity for activity in changed if len(activity["shift_ids"]) == 1]
        _update(Shift, [{"id": activity["shift_ids"][0]} | _shift(activity) for activity in plain])
        for activity in (*new, *changed):
            self.shown |= _around(activity)
            if activity.kept and activity.kept["venue"]:
                self.shown |= stamps.subjects([activity.kept["venue"]["path"]], team_ids=[])

    def _attendance(self) -> None:
        came = self.office.attendance.values()
        new = [one for one in came if one.id is None]
        changed = [one for one in came if one.id is not None and one.changed]
        if new:
            starts = [one.activity["starts_at"] for one in new]
            sign_ups = self.office.sign_ups(min(starts), max(starts) + timedelta(seconds=1))
        _insert_all(
            Attendance,
            [
                {
                    "activity_id": one.activity.id,
                    "person_id": one.person.id,
                    "sign_up_id": sign_ups.get((one.activity.id or 0, one.person.id or 0)),
                    "checked_in_at": one.checked_in_at,
                    "checked_out_at": one.checked_out_at,
                    "by_id": self.by,
                }
                for one in new
            ],
        )
        _update(
            Attendance,
            [
                {
                    "id": one.id,
                    "checked_in_at": one.checked_in_at,
                    "checked_out_at": one.checked_out_at,
                    "by_id": self.by,
                }
                for one in changed
            ],
        )
        for activity in {one.activity for one in (*new, *changed)}:
            self.counted |= _around(activity)


def _id(entry: Entry | None) -> int | None:
    return entry.id if entry else None


def _member(member: Entry) -> dict[str, Any]:
    ids = {"team_id": member["team"].id, "person_id": member["person"].id}
    return ids | {key: member[key] for key in ("role", "since", "until")}


def _activity(activity: Entry) -> dict[str, Any]:
    keys = (
        "starts_at",
        "ends_at",
        "place_text",
        "state",
        "cancel_reason",
        "counts_as_service",
        "revision",
        "changed_at",
    )
    pointers = {f"{key}_id": _id(activity[key]) for key in ("team", "place", "venue", "theme")}
    return {key: activity[key] for key in keys} | pointers


def _shift(activity: Entry) -> dict[str, Any]:
    return {key: activity[key] for key in ("places", "starts_at", "ends_at")}


def _revise(activity: Entry) -> None:
    """A change which a calendar shows raises the revision; from planned to held shows nothing there."""
    cancelled = [values["state"] is ActivityState.CANCELLED for values in (activity.kept, activity.values)]
    if cancelled[0] != cancelled[1] or any(activity[key] != activity.kept[key] for key in SHOWN):
        activity["revision"] += 1
        activity["changed_at"] = clock.now()


def _around(activity: Entry) -> set[str]:
    venue = activity["venue"]
    paths = [activity["place"]["path"]] + ([venue["path"]] if venue else [])
    return stamps.subjects(paths, team_ids=[activity["team"].id])


def _record(plan: Plan, office: Office, by: int | None) -> None:
    """One entry for the import, and one for each row that was there and is different now."""
    place = db.session.get_one(Place, office.place.id)
    trail.record("import", place, by=by, place_id=place.id, changes={"sheets": plan.summary(office.name)})
    changed: dict[str, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    for correction in plan.corrections.get(office.name, []):
        changes = {header: list(pair) for header, pair in correction.changes.items()}
        changed[correction.table].append((correction.thing.id or 0, changes))
    for table, rows in changed.items():
        trail.record_many("correct", table, rows, by=by, place_id=place.id, reason=REASON)


def _insert(table: type[Base], entries: list[Entry], values: Any, *, key: tuple[str, ...]) -> list[Entry]:
    """Insert rows, and give each entry its id, found by *key*.

    Asking for the ids while inserting would be a statement for each row on SQLite.
    """
    rows = [values(entry) for entry in entries]
    _insert_all(table, rows)
    columns = [getattr(table, name) for name in key]
    ids: dict[tuple[Any, ...], int] = {}
    for start in range(0, len(rows), ASKED_AT_ONCE):
        wanted = {row[key[0]] for row in rows[start : start + ASKED_AT_ONCE]}
        query = select(table.id, *columns).where(columns[0].in_(wanted))  # type: ignore[attr-defined]
        ids |= {tuple(found[1:]): found[0] for found in db.session.execute(query)}
    for entry, row in zip(entries, rows, strict=True):
        entry.id = ids[tuple(row[name] for name in key)]
    return entries


def _insert_all(table: type[Base], rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(insert(table), rows)


def _update(table: type[Base], rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(update(table), rows)
