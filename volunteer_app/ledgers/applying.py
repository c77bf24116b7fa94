"""Writing a plan: few statements, whatever the number of rows. Nothing here decides anything, and nothing commits."""

from collections import defaultdict
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from ..activities import stamps
from ..activities.models import Activity, ActivityState, Attendance, Shift, Theme, new_uid
from ..activities.planning import changes
from ..audit import trail
from ..database import db, new_slug
from ..people.models import Person
from ..places import registry
from ..places.models import Place, PlaceKind
from ..teams.models import Membership, Team
from .entries import Came, Entry
from .outcomes import Plan
from .register import Office, People
from .statements import insert_all, insert_entries, update_all
from .writing_contests import write_contests
from .writing_duty import write_duty

REASON = "台账更正"
"""Why a row that was there was changed [ledgers: history is not the live flow]."""
NAMING = ("负责人", "责任人", "报名人", "联系电话", "事由", "投给")
"""Columns that name a person, say why they are away, or for what somebody voted."""
SHOWN = (*(name.removesuffix("_id") for name in changes.SHOWN), "places")
"""What a calendar shows of an activity, its state apart."""
MANAGED = ("management", "households", "floors", "stairwells", "area_m2", "renovated")
"""What the ledgers say of a place, its name and where it lies apart."""


def apply(plan: Plan, *, by: int | None) -> None:
    """Write what *plan* says, with its entries in the trail and the stamps of what it touched.

    Args:
        by: id of the account that imports; None for the command line.

    Raises:
        sqlalchemy.exc.IntegrityError: somebody else wrote the same rows in between.
    """
    if plan.offices:
        _write_people(plan.offices[0].people)
    shown: set[str] = set()
    counted: set[str] = set()
    for office in plan.offices:
        writer = _Writer(office, by)
        writer.write()
        _record(plan, office, by)
        shown |= writer.shown
        counted |= writer.counted
    # Once for all: each raising is a second later than the one before.
    stamps.raise_shown(shown)
    stamps.raise_counted(counted - shown)
    db.session.flush()
    db.session.expire_all()


def _write_people(people: People) -> None:
    entries = people.known.values()
    insert_entries(
        Person, [entry for entry in entries if entry.is_new], lambda entry: entry.values, key=("phone", "name")
    )
    changed = [entry for entry in entries if entry.differs]
    update_all(Person, [{"id": e.id, "sex": e["sex"], "birth_month": e["birth_month"]} for e in changed])


class _Writer:
    """Writes the rows of one sub-district, each kind after those that it points at."""

    def __init__(self, office: Office, by: int | None) -> None:
        self.office = office
        self.by = by
        # The subjects of which a calendar shows something else, and something else is counted.
        self.shown: set[str] = set()
        self.counted: set[str] = set()

    def write(self) -> None:
        """Write everything."""
        self._places()
        self._teams()
        self._activities()
        self._attendance()
        self.counted |= write_duty(self.office, by=self.by)
        shown, counted = write_contests(self.office, by=self.by)
        self.shown |= shown
        self.counted |= counted

    def _places(self) -> None:
        office = self.office
        if office.place.is_new:
            place = registry.add(PlaceKind.SUBDISTRICT, office.name, parent=registry.district())
            office.place.id, office.place.values["path"] = place.id, place.path
        moved = [
            *self._level(PlaceKind.COMMUNITY, list(office.communities.values())),
            *self._level(PlaceKind.COMPOUND, list(office.compounds.values())),
            *self._level(PlaceKind.BUILDING, list(office.buildings.values())),
            *self._level(PlaceKind.VENUE, [venue for venues in office.venues.values() for venue in venues]),
        ]
        if moved:
            # An event names the community around its place.
            ids = [entry.id for entry in moved]
            self.shown |= changes.revise_many(Activity.place_id.in_(ids) | Activity.venue_id.in_(ids))

    def _level(self, kind: PlaceKind, entries: list[Entry]) -> list[Entry]:
        """Write the places of one kind, whose parents are written already; gives those that lie elsewhere now."""
        new = [entry for entry in entries if entry.is_new]
        changed = [entry for entry in entries if entry.differs]
        below = [(entry["parent"].id, entry["parent"]["path"], _place(entry)) for entry in new]
        for entry, (place_id, path) in zip(
            new, registry.add_many(kind, below, subdistrict_id=self.office.place.id or 0), strict=True
        ):
            entry.id, entry["path"] = place_id, path
        update_all(Place, [{"id": entry.id} | {key: entry[key] for key in MANAGED} for entry in changed])
        registry.move(
            {entry.id or 0: entry["parent"].id for entry in changed if entry["parent"] is not entry.kept["parent"]},
            subdistrict_id=self.office.place.id or 0,
        )
        moved = []
        for entry in entries:
            path = registry.path_below(entry["parent"]["path"], entry.id or 0)
            if path != entry["path"]:
                # The places which it leaves show something else too.
                self.shown |= stamps.subjects([entry["path"], path], team_ids=[])
                entry["path"] = path
                moved.append(entry)
        self.counted |= stamps.subjects((entry["path"] for entry in (*new, *changed)), team_ids=[])
        return moved

    def _teams(self) -> None:
        teams = list(self.office.teams.values())
        changed = [team for team in teams if team.differs]
        new = [team for team in teams if team.is_new]
        insert_entries(Team, new, lambda team: self._team(team) | {"slug": new_slug()}, key=("slug",))
        update_all(Team, [{"id": team.id} | self._team(team) for team in changed])
        for team in (*new, *changed):
            self.counted |= stamps.subjects([team["place"]["path"]], team_ids=[team.id or 0])
        moved = [team for team in changed if team["place"] is not team.kept["place"]]
        if moved:
            # An activity is its team's place's, so it goes along; the places which it leaves show something else too.
            self.shown |= stamps.subjects((team.kept["place"]["path"] for team in moved), team_ids=[])
            home = select(Team.place_id).where(Team.id == Activity.team_id).scalar_subquery()
            along = update(Activity).where(Activity.team_id.in_([team.id for team in moved])).values(place_id=home)
            db.session.execute(along.execution_options(synchronize_session=False))
        # An event names its team's kind, and the community around its place.
        if told := {team.id for team in changed if team in moved or team["kind"] is not team.kept["kind"]}:
            self.shown |= changes.revise_many(Activity.team_id.in_(told))
        members = list(self.office.members.values())
        altered = [member for member in members if member.differs]
        added = [member for member in members if member.is_new]
        insert_all(Membership, [_member(member) for member in added])
        update_all(Membership, [{"id": member.id} | _member(member) for member in altered])
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
        insert_entries(Theme, themes, lambda theme: theme.values | inside, key=("name", "subdistrict_id"))
        activities = list(office.activities.values())
        new = [activity for activity in activities if activity.is_new]
        changed = [activity for activity in activities if activity.differs]
        revised = [activity for activity in changed if _revise(activity)]
        insert_entries(Activity, new, lambda activity: _activity(activity) | _origin(activity) | inside, key=("uid",))
        update_all(Activity, [{"id": activity.id} | _activity(activity) for activity in changed])
        insert_all(Shift, [{"activity_id": activity.id} | _shift(activity) for activity in new])
        # A plain activity has one shift, which goes with it; several of them are not a matter of the ledger.
        plain = [activity for activity in changed if len(activity["shift_ids"]) == 1]
        update_all(Shift, [{"id": activity["shift_ids"][0]} | _shift(activity) for activity in plain])
        for activity in (*new, *revised):
            self.shown |= _around(activity)
            if activity.kept and activity.kept["venue"]:
                self.shown |= stamps.subjects([activity.kept["venue"]["path"]], team_ids=[])
        for activity in changed:
            self.counted |= _around(activity)

    def _attendance(self) -> None:
        came = self.office.attendance.values()
        new = [one for one in came if one.id is None]
        changed = [one for one in came if one.id is not None and one.changed]
        if new:
            starts = [one.activity["starts_at"] for one in new]
            sign_ups = self.office.sign_ups(min(starts), max(starts) + timedelta(seconds=1))
        insert_all(
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
        update_all(
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
    keys = ("ends_at", "place_text", "state", "cancel_reason", "revision", "changed_at")
    ids = {f"{key}_id": _id(activity[key]) for key in ("venue", "theme")}
    # What the ledger says was held has nothing left to be closed on a leader's desk.
    closed_at = activity["ends_at"] if activity["state"] is ActivityState.HELD else None
    return {key: activity[key] for key in keys} | ids | {"closed_at": closed_at}


def _origin(activity: Entry) -> dict[str, Any]:
    """What a row of the ledger never changes."""
    ids = {"uid": new_uid(), "team_id": activity["team"].id, "place_id": activity["place"].id}
    return ids | {key: activity[key] for key in ("starts_at", "counts_as_service")}


def _shift(activity: Entry) -> dict[str, Any]:
    return {key: activity[key] for key in ("places", "starts_at", "ends_at")}


def _revise(activity: Entry) -> bool:
    """Raise the revision where a calendar shows something else now; that it was held shows nothing there."""
    before, after = (
        ActivityState.PUBLISHED if values["state"] is ActivityState.HELD else values["state"]
        for values in (activity.kept, activity.values)
    )
    if before is after and all(activity.values.get(key) == activity.kept.get(key) for key in SHOWN):
        return False
    activity["revision"] += 1
    activity["changed_at"] = stamps.later(activity.kept["changed_at"])
    return True


def _around(activity: Entry) -> set[str]:
    venue = activity["venue"]
    paths = [activity["place"]["path"]] + ([venue["path"]] if venue else [])
    return stamps.subjects(paths, team_ids=[activity["team"].id])


def _place(entry: Entry) -> dict[str, Any]:
    return {key: entry[key] for key in ("name", "retired_on", *MANAGED)}


def _rows(thing: Entry | Came) -> list[int]:
    """The ids of the rows that a row of a ledger corrects: several where it stands for one of each round."""
    things = thing.values.get("rows", [thing]) if isinstance(thing, Entry) else [thing]
    return [it.id or 0 for it in things]


def _record(plan: Plan, office: Office, by: int | None) -> None:
    """One entry for the import, and one for each row that was there and is different now."""
    place = db.session.get_one(Place, office.place.id)
    trail.record("import", place, by=by, place_id=place.id, changes={"sheets": plan.summary(office.name)})
    changed: dict[str, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    for correction in plan.corrections.get(office.name, []):
        changes = {
            # The trail outlives whoever has their data erased: of them it says only that they changed.
            header: [] if header in NAMING else list(pair)
            for header, pair in correction.changes.items()
        }
        changed[correction.thing.table.__tablename__] += ((row_id, changes) for row_id in _rows(correction.thing))
    for table, rows in changed.items():
        trail.record_many("correct", table, rows, by=by, place_id=place.id, reason=REASON)
