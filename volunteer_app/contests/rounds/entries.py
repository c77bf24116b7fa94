"""Entering something in a round (参评), changing it, withdrawing it, and sending it in again.

A name takes part once in a round: the round is locked first, then the entry, then the person. What was withdrawn can be
entered again, and its row is used again, also by a neighbour.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from ... import clock
from ...audit import trail
from ...database import db, lock, lock_all
from ...errors import N_, BadInput, Refused
from ...people import consents
from ...people.consents import Purpose
from ...people.models import Account, Person
from ...places.models import Place
from .. import windows
from ..models import Entry, EntryState, Round
from . import photos, siting, upkeep

LONGEST_NAME, LONGEST_ABOUT = 60, 500


class NameTaken(Refused):
    """Something of this name takes part already."""


class NameFaulty(BadInput):
    """There is no name, or it's too long."""


@dataclass(frozen=True, slots=True)
class Values:
    """What is said of an entry."""

    name: str
    place: Place
    about: str = ""

    def columns(self) -> dict[str, object]:
        """The columns of the row.

        Raises:
            NameFaulty: there is no name, or it's too long.
            BadInput: there is too much about it.
        """
        name, about = " ".join(self.name.split()), self.about.strip().replace("\r\n", "\n")
        if not 1 <= len(name) <= LONGEST_NAME:
            raise NameFaulty(N_("A name has 1 to %(most)d characters."), most=LONGEST_NAME)
        if len(about) > LONGEST_ABOUT:
            raise BadInput(N_("At most %(most)d characters."), most=LONGEST_ABOUT)
        return {"name": name, "place_id": self.place.id, "about": about}


def enter(round: Round, values: Values, person: Person, *, by: Account) -> tuple[Entry, list[str]]:
    """Enter something for *person*, who agrees that it's shown; sent twice, it's entered once.

    Whether *by* may enter for somebody else is ``access.can_enter_for_others``.

    Returns:
        The entry, which waits for review; and the names of photos of a former entrant, whose files go after the commit.

    Raises:
        Refused: the round takes no entries now.
        NameTaken: something of this name takes part already.
        PlaceUnfit: it can't be there.
        BadInput: it has no name, or too many words.
    """
    lock(round)
    if not windows.may_enter(round, at=clock.now()):
        raise Refused(N_("This contest takes no entries now."))
    siting.check(round, values.place)
    columns = values.columns()
    entry = _of_name(round, str(columns["name"]))
    gone: list[str] = []
    before: EntryState | None = None
    if entry is None:
        entry = Entry(round_id=round.id, person_id=person.id, entered_on=clock.today(), by_id=by.id, **columns)
        db.session.add(entry)
    else:
        lock(entry)
        if entry.state is not EntryState.WITHDRAWN:
            if entry.person_id == person.id and _differences(entry, columns) == {}:
                return entry, []
            raise NameTaken(N_("“%(name)s” takes part already."), name=entry.name)
        before = entry.state
        if entry.person_id != person.id:
            gone = photos.remove_all(entry)
        entry.person_id, entry.by_id, entry.entered_on = person.id, by.id, clock.today()
        _set(entry, columns)
        upkeep.settle(entry, EntryState.WAITING)
    _write(entry)
    consents.give(person, Purpose.CONTEST_ENTRY, by=by.id)
    _record("enter", entry, by=by.id, changes={"state": [before, EntryState.WAITING]})
    return entry, gone


def change(entry: Entry, values: Values, *, by: Account) -> dict[str, list[object]]:
    """Change what is said of an entry, and return what is different now.

    What was returned waits for review again, and so does what was published, unless whoever changes it reviews it.

    Raises:
        Refused: it can't be changed any more (``upkeep.hindrance``).
        NameTaken: something else of this name takes part.
        PlaceUnfit: it can't be there.
        BadInput: it has no name, or too many words.
    """
    lock(entry.round)
    lock(entry)
    upkeep.refuse(upkeep.hindrance(entry, by, at=clock.now()))
    columns = values.columns()
    changes = _differences(entry, columns)
    if changes.keys() & {"name", "place_id"} and upkeep.is_looked_at(entry, at=clock.now()):
        raise Refused(N_("Judging or voting has begun: what takes part keeps its name and its place."))
    if "place_id" in changes:
        siting.check(entry.round, values.place)
    if "name" in changes and (other := _of_name(entry.round, str(columns["name"]))):
        raise NameTaken(N_("“%(name)s” takes part already."), name=other.name)
    state: dict[str, list[str]] = {}
    if entry.state is EntryState.RETURNED:
        state = upkeep.settle(entry, EntryState.WAITING)
    elif changes:
        state = upkeep.look_again(entry, by)
    _set(entry, columns)
    _write(entry)
    if changes or state:
        # Words that somebody may want erased stay out of the trail.
        moved = {name: it for name, it in changes.items() if name == "place_id"}
        _record("change", entry, by=by.id, changes={**moved, **state})
    return changes


def send_again(entry: Entry, *, by: Account) -> None:
    """Send in again what was returned or withdrawn, as it is now; its entrant agrees anew. Sent twice, it's once.

    Raises:
        Refused: the contest is closed, or entries are and it was withdrawn.
    """
    lock(entry.round)
    lock(entry)
    if entry.state in (EntryState.WAITING, EntryState.PUBLISHED):
        return
    upkeep.refuse(upkeep.hindrance_to_send_again(entry, at=clock.now()))
    siting.check(entry.round, entry.place)
    changes = upkeep.settle(entry, EntryState.WAITING)
    db.session.flush()
    consents.give(entry.person, Purpose.CONTEST_ENTRY, by=by.id)
    _record("send again", entry, by=by.id, changes=changes)


def withdraw(entry: Entry, *, by: int | None) -> None:
    """Take an entry back: until the close, after which the office alone corrects. Withdrawn twice, it's once.

    Raises:
        Refused: the contest is closed.
    """
    lock(entry.round)
    lock(entry)
    _withdraw(entry, by=by)


def withdraw_of(person: Person, *, by: int | None) -> int:
    """Take back whatever *person* entered in rounds that aren't closed, as when they no longer agree; how many."""
    found = [it for it in of_person(person) if it.state is not EntryState.WITHDRAWN]
    found = [it for it in found if not windows.is_closed(it.round, at=clock.now())]
    lock_all([it.round for it in found])
    lock_all(found)
    for entry in found:
        _withdraw(entry, by=by)
    return len(found)


def of_person(person: Person) -> list[Entry]:
    """What *person* entered, the latest first, with rounds and places."""
    query = select(Entry).options(joinedload(Entry.round), joinedload(Entry.place))
    return list(db.session.scalars(query.where(Entry.person_id == person.id).order_by(Entry.id.desc())))


def of_slug(slug: str) -> Entry | None:
    """The entry of an address, with its round, place and entrant."""
    query = select(Entry).options(joinedload(Entry.round), joinedload(Entry.place), joinedload(Entry.person))
    return db.session.scalar(query.where(Entry.slug == slug))


def _withdraw(entry: Entry, *, by: int | None) -> None:
    if entry.state is EntryState.WITHDRAWN:
        return
    upkeep.refuse(upkeep.hindrance_to_withdraw(entry, at=clock.now()))
    changes = upkeep.settle(entry, EntryState.WITHDRAWN)
    db.session.flush()
    _record("withdraw", entry, by=by, changes=changes)


def _of_name(round: Round, name: str) -> Entry | None:
    return db.session.scalar(select(Entry).where(Entry.round_id == round.id, Entry.name == name))


def _differences(entry: Entry, columns: dict[str, object]) -> dict[str, list[object]]:
    return {name: [getattr(entry, name), it] for name, it in columns.items() if it != getattr(entry, name)}


def _set(entry: Entry, columns: dict[str, object]) -> None:
    for name, value in columns.items():
        setattr(entry, name, value)


def _write(entry: Entry) -> None:
    """Write the row; an import, which takes no lock of the round, may have been faster.

    Raises:
        NameTaken: it was.
    """
    name = entry.name
    try:
        db.session.flush()
    except IntegrityError as error:
        raise NameTaken(N_("“%(name)s” takes part already."), name=name) from error
    db.session.expire(entry, ["place", "person"])


def _record(action: str, entry: Entry, *, by: int | None, changes: Mapping[str, object]) -> None:
    trail.record(action, entry, by=by, place_id=entry.round.subdistrict_id, changes=changes)
