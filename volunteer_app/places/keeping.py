"""Keeping places: adding, changing, moving, retiring and restoring them, each with its entry in the trail.

Every verb holds the sub-district, so that two offices' hands at once make no name twice and retire nothing under
somebody's feet. Calendars show names and telephones, and teams and activities hang on places: both lie above, so doors
change, move and retire through ``activities.renames`` and ``activities.endings``.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from .. import clock
from ..audit import trail
from ..database import db, lock
from ..errors import N_, BadInput, Refused
from . import registry
from .models import Place, PlaceKind

BELOW = {
    PlaceKind.DISTRICT: (PlaceKind.SUBDISTRICT,),
    PlaceKind.SUBDISTRICT: (PlaceKind.COMMUNITY, PlaceKind.VENUE),
    PlaceKind.COMMUNITY: (PlaceKind.COMPOUND, PlaceKind.VENUE),
    PlaceKind.COMPOUND: (PlaceKind.BUILDING, PlaceKind.VENUE),
}
"""What may lie directly in what; nothing lies in a building or a venue."""
COLUMNS = {
    PlaceKind.DISTRICT: ("name",),
    PlaceKind.SUBDISTRICT: ("name", "telephone", "office_hours"),
    PlaceKind.COMMUNITY: ("name", "telephone", "office_hours"),
    PlaceKind.COMPOUND: ("name", "management", "households", "area_m2", "renovated"),
    PlaceKind.BUILDING: ("name", "stairwells", "floors", "households"),
    PlaceKind.VENUE: ("name",),
}
"""What is said of a place of each kind."""
LASTING = (PlaceKind.DISTRICT, PlaceKind.SUBDISTRICT)
"""Kinds that are neither moved nor retired: whole offices stand on them."""


class NameTaken(BadInput):
    """Something else has this name."""


def add(kind: PlaceKind, *, parent: Place, values: Mapping[str, Any], by: int | None) -> Place:
    """Add a place below *parent*; sent twice, the second is refused because of its name.

    Args:
        values: columns by name, of COLUMNS; the name among them.
        by: id of the account that acts.

    Raises:
        NameTaken: there is one of that kind and name already.
        Refused: nothing of that kind lies there, or *parent* is retired.
    """
    hold(parent)
    db.session.refresh(parent)
    if kind not in BELOW.get(parent.kind, ()) or not is_there(parent, clock.today()):
        raise Refused(N_("Nothing can be added to %(place)s."), place=parent.name)
    name = clean(values["name"])
    _check_name(name, kind, parent)
    rest = {column: value for column, value in values.items() if column != "name"}
    place = registry.add(kind, name, parent=parent, **rest)
    trail.record("add", place, by=by, place_id=place.subdistrict_id, changes={"name": ["", name]})
    return place


def change(place: Place, values: Mapping[str, Any], *, by: int | None) -> dict[str, list[Any]]:
    """Change what is said of a place, and return what is different now: for each column the old and the new value.

    Args:
        values: columns by name, of COLUMNS.
        by: id of the account that acts.

    Raises:
        NameTaken: another one has that name.
    """
    unknown = set(values) - set(COLUMNS[place.kind])
    if unknown:
        raise ValueError(f"not for a {place.kind}: {sorted(unknown)}")
    hold(place)
    new = {**values, "name": clean(values["name"])} if "name" in values else values
    changes = {name: [getattr(place, name), it] for name, it in new.items() if it != getattr(place, name)}
    if "name" in changes and place.parent:
        _check_name(new["name"], place.kind, place.parent)
    for name, (_old, it) in changes.items():
        setattr(place, name, it)
    db.session.flush()
    if changes:
        trail.record("change", place, by=by, place_id=place.subdistrict_id, changes=changes)
    return changes


def move(place: Place, parent: Place, *, by: int | None) -> bool:
    """Move a place below another one of its sub-district, with everything in it; return whether it lay elsewhere.

    Raises:
        NameTaken: a place of that kind and name lies there already.
        Refused: it can't lie there.
    """
    hold(place)
    db.session.refresh(parent)
    if place.parent_id == parent.id:
        return False
    fits = place.kind in BELOW.get(parent.kind, ()) and parent.subdistrict_id == place.subdistrict_id
    if place.kind in LASTING or not fits or not is_there(parent, clock.today()):
        raise Refused(N_("%(place)s can't lie in %(parent)s."), place=place.name, parent=parent.name)
    if place.kind is not PlaceKind.COMPOUND:
        _check_name(place.name, place.kind, parent)
    changes = {"parent_id": [place.parent_id, parent.id]}
    trail.record("move", place, by=by, place_id=place.subdistrict_id, changes=changes)
    registry.move({place.id: parent.id}, subdistrict_id=place.subdistrict_id or 0)
    return True


def retire(place: Place, last_day: date, *, by: int | None) -> None:
    """Let a place end, with everything in it that is still there; figures of earlier days keep it.

    Args:
        last_day: the last day on which it's there.

    Raises:
        Refused: a whole office stands on it.
    """
    hold(place)
    if place.kind in LASTING:
        raise Refused(N_("%(place)s can't be retired: an office stands on it."), place=place.name)
    _set_retired(place, last_day + timedelta(days=1), Place.retired_on.is_(None), action="retire", by=by)


def restore(place: Place, *, by: int | None) -> None:
    """Let a retired place be there again, with what was retired along with it.

    Raises:
        Refused: the place around it is retired too.
    """
    hold(place)
    if place.parent and place.parent.retired_on:
        raise Refused(N_("%(place)s is retired too: restore that first."), place=place.parent.name)
    _set_retired(place, None, Place.retired_on == place.retired_on, action="restore", by=by)


def is_there(place: Place, on: date) -> bool:
    """Whether *place* is there on a day."""
    return place.retired_on is None or place.retired_on > on


def hold(place: Place) -> None:
    """Lock the sub-district around a place, and the place itself.

    Names in a sub-district, and what hangs on what, change in one hand at a time. It's the first lock of all, before
    those of teams and activities.
    """
    if place.subdistrict_id not in (None, place.id):
        lock(db.session.get_one(Place, place.subdistrict_id))
    lock(place)


def clean(name: str) -> str:
    """A name on one line, without blanks at its ends.

    Raises:
        BadInput: nothing is left.
    """
    plain = " ".join(name.split())
    if not plain:
        raise BadInput(N_("Enter a name."))
    return plain


def _check_name(name: str, kind: PlaceKind, parent: Place) -> None:
    """Refuse a name that is taken where it would have to be unique."""
    within = registry.unique_in(kind, parent.id, parent.subdistrict_id)
    found = db.session.scalar(select(Place).where(Place.unique_in_id == within, Place.kind == kind, Place.name == name))
    if found is None:
        return
    if found.retired_on:
        raise NameTaken(N_("%(name)s is there already, but retired: restore it instead."), name=name)
    raise NameTaken(N_("%(name)s is there already."), name=name)


def _set_retired(place: Place, day: date | None, which: Any, *, action: str, by: int | None) -> None:
    """Set the day of *place* and of what lies in it and fulfils *which*; nothing happens where it's set already."""
    if place.retired_on == day:
        return
    changes = {"retired_on": [place.retired_on, day]}
    inside = list(db.session.scalars(select(Place).where(Place.path.startswith(place.path), which)))
    for each in {place, *inside}:
        each.retired_on = day
    db.session.flush()
    rows = [(each.id, changes) for each in inside if each is not place]
    trail.record(action, place, by=by, place_id=place.subdistrict_id, changes=changes)
    trail.record_many(action, Place.__tablename__, rows, by=by, place_id=place.subdistrict_id, reason=place.name)
