"""Reads of rounds and entries that several pages share."""

from datetime import date

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import joinedload

from ..database import by_code_point, db
from ..people.models import Person
from ..people.roles import Scope
from ..places.models import Place
from .models import Entry, EntryState, Round


def of_slug(slug: str) -> Round | None:
    """The round of an address, with its sub-district."""
    return db.session.scalar(select(Round).options(joinedload(Round.subdistrict)).where(Round.slug == slug))


def rounds(subdistrict: Place, *, drafts: bool = False) -> Select[Round]:
    """A query of a sub-district's rounds, the latest first.

    Args:
        drafts: with those that aren't published, as the office sees them.
    """
    query = select(Round).where(Round.subdistrict_id == subdistrict.id)
    if not drafts:
        query = query.where(Round.published_at.is_not(None))
    return query.order_by(Round.entries_from.desc(), Round.id.desc())


def published_entries(round: Round) -> Select[Entry]:
    """A query of the entries that take part, with their places and who entered them, by name."""
    query = select(Entry).options(joinedload(Entry.place).joinedload(Place.parent), joinedload(Entry.person))
    query = query.where(Entry.round_id == round.id, Entry.state == EntryState.PUBLISHED)
    return query.order_by(by_code_point(Entry.name))


def undecided(day: date) -> ColumnElement[bool]:
    """The condition that judging or voting of a round isn't over on a day."""
    return or_(Round.judging_until >= day, Round.voting_until >= day)


def has_entered(person: Person, reach: Scope) -> bool:
    """Whether *person* entered something inside a scope: that's how the staff may know somebody who is in no team.

    Whose data were erased isn't known any more.
    """
    if person.anonymised_at is not None:
        return False
    query = select(Entry.id).join(Entry.place).where(Entry.person_id == person.id, reach.within(Place.path))
    return db.session.scalar(query.limit(1)) is not None
