"""Keeping teams: adding, changing, naming the leader, dissolving and restoring them, each with its entry in the trail.

Who belongs to a team is a matter of ``roster``. Calendars show teams, and activities hang on them: both lie above, so
doors change and dissolve teams through ``activities.renames`` and ``activities.endings``.
"""

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import select

from .. import clock
from ..audit import trail
from ..database import db, lock
from ..errors import N_, BadInput, Refused
from ..people.models import Person
from ..places import keeping as places
from ..places.keeping import NameTaken
from ..places.models import Place, PlaceKind
from .models import Team

HOMES = (PlaceKind.SUBDISTRICT, PlaceKind.COMMUNITY, PlaceKind.COMPOUND)
"""What a team can belong to."""
SLOT = ("weekday", "slot_starts", "slot_ends")
KEPT = (*SLOT, "holiday_rule", "slot_planned", "place_text", "venue_id", "focus", "about")
"""Columns that the leader changes too."""
EDITED = ("name", "kind", "place_id", "founded", *KEPT)
"""Columns that the staff change."""


class SlotFaulty(BadInput):
    """A weekly slot that can't be."""


def add(place: Place, values: Mapping[str, Any], *, by: int | None) -> Team:
    """Add a team to a place; sent twice, the second is refused because of its name.

    Args:
        values: columns by name, of EDITED without the place; name and kind among them.
        by: id of the account that acts.

    Raises:
        NameTaken: the sub-district has a team of this name.
        SlotFaulty: its weekly slot can't be.
        Refused: no team can belong to *place*.
    """
    places.hold(place)
    _check_home(place)
    values = {**values, "name": places.clean(values["name"])}
    check_slot(*(values.get(name) for name in SLOT))
    _check_name(values["name"], place.subdistrict_id)
    team = Team(place_id=place.id, subdistrict_id=place.subdistrict_id, **values)
    db.session.add(team)
    db.session.flush()
    trail.record("add", team, by=by, place_id=team.subdistrict_id, changes={"name": ["", team.name]})
    return team


def change(team: Team, values: Mapping[str, Any], *, by: int | None) -> dict[str, list[Any]]:
    """Change a team, and return what is different now: for each column the old and the new value.

    Args:
        values: columns by name, of EDITED.
        by: id of the account that acts.

    Raises:
        NameTaken: another team of the sub-district has that name.
        SlotFaulty: the weekly slot can't be.
        Refused: no team can belong to the new place.
    """
    unknown = set(values) - set(EDITED)
    if unknown:
        raise ValueError(f"not for a team: {sorted(unknown)}")
    hold(team)
    new = {**values, "name": places.clean(values["name"])} if "name" in values else values
    changes = {name: [getattr(team, name), it] for name, it in new.items() if it != getattr(team, name)}
    if "name" in changes:
        _check_name(new["name"], team.subdistrict_id)
    if "place_id" in changes:
        _check_home(db.session.get_one(Place, new["place_id"]), team.subdistrict_id)
    check_slot(*(new.get(name, getattr(team, name)) for name in SLOT))
    for name, (_old, it) in changes.items():
        setattr(team, name, it)
    db.session.flush()
    db.session.expire(team, ["place", "venue"])
    if changes:
        trail.record("change", team, by=by, place_id=team.subdistrict_id, changes=changes)
    return changes


def name_leader(team: Team, person: Person | None, *, by: int | None) -> None:
    """Say who answers for a team; None where nobody does for now."""
    hold(team)
    after = person.id if person else None
    if team.leader_id == after:
        return
    changes = {"leader_id": [team.leader_id, after]}
    team.leader_id = after
    db.session.flush()
    db.session.expire(team, ["leader"])
    trail.record("change", team, by=by, place_id=team.subdistrict_id, changes=changes)


def dissolve(team: Team, last_day: date, *, by: int | None) -> None:
    """Let a team end; figures of earlier days keep it.

    Args:
        last_day: the last day on which it's there.

    Raises:
        BadInput: it would end before it was founded.
    """
    hold(team)
    if team.founded and last_day < team.founded:
        raise BadInput(N_("That is before the team was founded."))
    _set_dissolved(team, last_day + timedelta(days=1), action="dissolve", by=by)


def restore(team: Team, *, by: int | None) -> None:
    """Let a dissolved team be there again.

    Raises:
        Refused: its place is retired.
    """
    hold(team)
    if team.dissolved:
        _check_home(team.place)
        _set_dissolved(team, None, action="restore", by=by)


def is_there(team: Team, on: date) -> bool:
    """Whether *team* isn't dissolved on a day."""
    return team.dissolved is None or team.dissolved > on


def hold(team: Team) -> None:
    """Lock the sub-district of a team, then the team: the order of all locks."""
    places.hold(team.subdistrict)
    lock(team)


def _check_home(place: Place, subdistrict_id: int | None = None) -> None:
    """Refuse a place to which no team can belong, or one of another sub-district than this."""
    fits = place.kind in HOMES and subdistrict_id in (None, place.subdistrict_id)
    if not fits or not places.is_there(place, clock.today()):
        raise Refused(N_("No team can belong to %(place)s."), place=place.name)


def _check_name(name: str, subdistrict_id: int | None) -> None:
    found = db.session.scalar(select(Team).where(Team.subdistrict_id == subdistrict_id, Team.name == name))
    if found is None:
        return
    if found.dissolved:
        raise NameTaken(N_("There was a team “%(name)s”, which is dissolved: restore it instead."), name=name)
    raise NameTaken(N_("There is a team “%(name)s” already."), name=name)


def check_slot(weekday: int | None, starts: time | None, ends: time | None) -> None:
    """Refuse a weekly slot that can't be.

    Raises:
        SlotFaulty: a part of it is missing, or it would end before it starts.
    """
    given = [it is not None for it in (weekday, starts, ends)]
    if any(given) and not all(given):
        raise SlotFaulty(N_("A weekly slot has a day, a start and an end: fill in all three, or none."))
    if starts and ends and ends <= starts:
        raise SlotFaulty(N_("It would end before it starts."))


def _set_dissolved(team: Team, day: date | None, *, action: str, by: int | None) -> None:
    if team.dissolved == day:
        return
    changes = {"dissolved": [team.dissolved, day]}
    team.dissolved = day
    db.session.flush()
    trail.record(action, team, by=by, place_id=team.subdistrict_id, changes=changes)
