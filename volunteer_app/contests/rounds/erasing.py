"""What an erased person leaves of what they entered: that it took part, without their words and photos."""

from collections.abc import Iterable

from sqlalchemy import delete, select, update

from ... import clock
from ...database import db, lock_all
from ...people.erasure import ERASED
from ...people.models import Person
from ...photos.models import Photo
from .. import windows
from ..models import Entry, EntryPhoto, Objection, Subject
from . import entries

PLACES = (Subject.BUILDING, Subject.STAIRWELL)
"""What bears the name of a place; a family, and a balcony or a courtyard, may bear the name of who lives there."""


def forget(person: Person, *, by: int | None) -> list[str]:
    """Withdraw what *person* entered in rounds that still go on, and take away their words and photos.

    Results stay as they were, also where equal scores went by name; whoever erases the person records that.

    Args:
        by: id of the account that acts.

    Returns:
        The names of photos whose files are to be removed after the commit.
    """
    entries.withdraw_of(person, by=by)
    mine = entries.of_person(person)
    renamed = [it for it in mine if it.round.subject not in PLACES]
    decided = {it.round for it in renamed if windows.is_closed(it.round, at=clock.now())}
    lock_all(list(decided))
    lock_all(mine)
    _keep_order(round.id for round in decided)
    ids = [it.id for it in mine]
    found = db.session.execute(
        select(Photo.id, Photo.name)
        .join(EntryPhoto, EntryPhoto.photo_id == Photo.id)
        .where(EntryPhoto.entry_id.in_(ids))
    ).all()
    photos = [row.id for row in found]
    for statement in (
        delete(EntryPhoto).where(EntryPhoto.photo_id.in_(photos)),
        delete(Photo).where(Photo.id.in_(photos)),
        update(Entry).where(Entry.id.in_(ids)).values(about="", reason=""),
        # What they objected to still has its answer.
        update(Objection).where(Objection.person_id == person.id).values(name=ERASED, phone="", person_id=None),
    ):
        db.session.execute(statement)
    for entry in renamed:
        entry.name = f"{ERASED} {entry.id}"
    db.session.flush()
    db.session.expire_all()
    return [row.name for row in found]


def _keep_order(rounds: Iterable[int]) -> None:
    """Write down the places that names give in these rounds, and those that they gave before a name was erased."""
    for round_id in rounds:
        found = db.session.scalars(select(Entry).where(Entry.round_id == round_id)).all()
        for place, entry in enumerate(sorted(found, key=lambda it: (it.tie or 0, it.name)), 1):
            entry.tie = place
    db.session.flush()
