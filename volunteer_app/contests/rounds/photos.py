"""Photos of an entry, each with words for those who don't see it.

Everyone sees them once the entry is published, while whoever entered it agrees to that; before and after, only those
who may change the entry.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import joinedload

from ... import clock
from ...audit import trail
from ...database import db, lock
from ...errors import N_, BadInput, Refused
from ...people.consents import Purpose
from ...people.models import Account, Consent
from ...photos import keeping
from ...photos.taking import Taken
from .. import access
from ..models import Entry, EntryPhoto, EntryState
from . import upkeep

MOST = 9
"""Photos of one entry."""
LONGEST_ALT = 100


def of(entry: Entry) -> list[EntryPhoto]:
    """The photos of an entry, in the order in which they came."""
    query = select(EntryPhoto).options(joinedload(EntryPhoto.photo)).where(EntryPhoto.entry_id == entry.id)
    return list(db.session.scalars(query.order_by(EntryPhoto.id)))


def of_entries(entries: Sequence[Entry]) -> dict[int, list[EntryPhoto]]:
    """The photos of several entries by their ids, whoever may see them: one query."""
    return _by_entry(EntryPhoto.entry_id.in_([it.id for it in entries]))


def shown_of(entries: Sequence[Entry]) -> dict[int, list[EntryPhoto]]:
    """Those of several entries' photos that everyone sees, by the ids of the entries: one query."""
    return _by_entry(EntryPhoto.entry_id.in_([it.id for it in entries]), Entry.state == EntryState.PUBLISHED, _agreed())


def are_shown(entry: Entry) -> bool:
    """Whether everyone sees what the entry says of itself: it's published, and whoever entered it agrees."""
    if entry.state is not EntryState.PUBLISHED or entry.round.published_at is None:
        return False
    return bool(db.session.scalar(select(Entry.id).where(Entry.id == entry.id, _agreed())))


def can_see(account: Account | None, entry: Entry) -> bool:
    """Whether *account* sees the photos of an entry."""
    return access.can_change(account, entry) or are_shown(entry)


def add(entry: Entry, taken: Sequence[Taken], folder: Path, *, by: Account) -> list[EntryPhoto]:
    """Keep photos of an entry, all of them or none; what was sent twice is kept once.

    Args:
        folder: where uploads are kept.

    Returns:
        A row for each that is new.

    Raises:
        Refused: they would be more than MOST, or the entry can't be changed any more.
    """
    lock(entry)
    rows = of(entry)
    # The same picture may have been chosen twice, too.
    fresh = {it.mark: it for it in taken if keeping.sent_before(rows, it) is None}
    if not fresh:
        return []
    upkeep.refuse(upkeep.hindrance(entry, by, at=clock.now()))
    if len(rows) + len(fresh) > MOST:
        raise Refused(
            N_("An entry has at most %(most)d photos: there are %(there)d, and you chose %(new)d more."),
            most=MOST,
            there=len(rows),
            new=len(fresh),
        )
    added = [EntryPhoto(entry_id=entry.id, photo=keeping.keep(it, folder, by=by.id)) for it in fresh.values()]
    db.session.add_all(added)
    changes = upkeep.look_again(entry, by)
    db.session.flush()
    for row in added:
        _record("add", row, entry, by=by.id, changes={"entry_id": [None, entry.id]})
    if changes:
        trail.record("change", entry, by=by.id, place_id=entry.round.subdistrict_id, changes=changes)
    return added


def describe(entry: Entry, words: Mapping[int, str], *, by: Account) -> None:
    """Say what photos show, for those who don't see them.

    Args:
        words: by the ids of the rows; what is left out stays as it is.

    Raises:
        BadInput: one has more than LONGEST_ALT characters.
        Refused: the entry can't be changed any more.
    """
    lock(entry)
    changed = [(row, words[row.id].strip()) for row in of(entry) if row.id in words]
    changed = [(row, text) for row, text in changed if text != row.alt]
    if not changed:
        return
    upkeep.refuse(upkeep.hindrance(entry, by, at=clock.now()))
    for row, text in changed:
        if len(text) > LONGEST_ALT:
            raise BadInput(N_("At most %(most)d characters."), most=LONGEST_ALT)
        _record("change", row, entry, by=by.id, changes={})
        row.alt = text
    changes = upkeep.look_again(entry, by)
    db.session.flush()
    if changes:
        trail.record("change", entry, by=by.id, place_id=entry.round.subdistrict_id, changes=changes)


def remove(row: EntryPhoto, *, by: Account) -> str:
    """Take a photo away, and return its name: its files go once that is committed.

    What was published stays so: nothing new is shown.

    Raises:
        Refused: the entry can't be changed any more, or the photo is gone.
    """
    entry = row.entry
    lock(entry)
    lock(row)
    upkeep.refuse(upkeep.hindrance(entry, by, at=clock.now()))
    _record("remove", row, entry, by=by.id, changes={"entry_id": [entry.id, None]})
    return _remove(row)


def remove_all(entry: Entry) -> list[str]:
    """Take the photos of an entry away that isn't its entrant's any more, and return their names."""
    return [_remove(row) for row in of(entry)]


def _agreed() -> ColumnElement[bool]:
    """Whether whoever entered it agrees that it's shown."""
    agreed = Consent.purpose == Purpose.CONTEST_ENTRY, Consent.withdrawn_at.is_(None)
    return exists().where(Consent.person_id == Entry.person_id, *agreed)


def _by_entry(*which: ColumnElement[bool]) -> dict[int, list[EntryPhoto]]:
    query = select(EntryPhoto).options(joinedload(EntryPhoto.photo)).join(Entry, EntryPhoto.entry_id == Entry.id)
    found: dict[int, list[EntryPhoto]] = defaultdict(list)
    for row in db.session.scalars(query.where(*which).order_by(EntryPhoto.id)):
        found[row.entry_id].append(row)
    return found


def _remove(row: EntryPhoto) -> str:
    photo = row.photo
    db.session.delete(row)
    db.session.flush()
    keeping.remove(photo)
    return photo.name


def _record(action: str, row: EntryPhoto, entry: Entry, *, by: int, changes: Mapping[str, object]) -> None:
    trail.record(action, row, by=by, place_id=entry.round.subdistrict_id, changes=changes)
