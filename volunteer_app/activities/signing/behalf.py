"""Who it is that somebody else signs up, where perhaps no phone number tells."""

from collections.abc import Collection

from ... import clock
from ...audit import trail
from ...database import db
from ...people.accounts import find_or_add_person
from ...people.models import Person
from ...people.phones import clean_name


def person_of(
    *, name: str, phone: str, alike: Collection[Person], seen: Collection[int], chosen: int | None, by: int
) -> Person | None:
    """Whom a name, and a phone number if there is one, stand for; None where *alike* must be looked at first.

    Args:
        alike: the people of this name, read under a lock for which a second sender of the form waits.
        seen: ids of those whom the sender of the form was shown.
        chosen: id of one of them; 0 for none of them, which makes a new person; None while nothing was chosen.
        by: id of the account that acts.
    """
    if phone:
        return find_or_add_person(name=name, phone=phone)
    if chosen:
        return next((person for person in alike if person.id == chosen), None)
    if alike and (chosen is None or {person.id for person in alike} - set(seen)):
        return None
    person = Person(name=clean_name(name), created_at=clock.now())
    db.session.add(person)
    db.session.flush()
    trail.record("create", person, by=by)
    return person
