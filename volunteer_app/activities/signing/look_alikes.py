"""People who could be the one whose name and phone were typed, among those whom the account may see."""

from sqlalchemy import or_

from ...database import db
from ...people.models import Person
from ...people.phones import clean_name, clean_phone
from ...people.roles import Scope
from ..visibility import people_of

MOST = 10
"""How many are shown; more of one name tell nobody anything."""


def look_alikes(scope: Scope, *, name: str, phone: str) -> list[Person]:
    """The visible people with that name or that phone; none where one has both: then it's no question who it is.

    Raises:
        BadInput: there is no such phone number.
    """
    name, number = clean_name(name), clean_phone(phone) if phone.strip() else None
    same = [Person.name == name] + ([Person.phone == number] if number else [])
    found = list(db.session.scalars(people_of(scope).where(or_(*same)).limit(MOST)))
    known = number and any((person.name, person.phone) == (name, number) for person in found)
    return [] if known else found
