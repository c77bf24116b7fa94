"""Corrections (更正) which people make of their own data, and of their family's [P §46]."""

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from ..audit import trail
from ..clock import today
from ..database import db, lock
from ..errors import N_, BadInput, Refused
from . import family
from .models import Account, Person, Sex
from .phones import clean_name, clean_phone

EARLIEST_BIRTH = "1900-01"


@dataclass(frozen=True, slots=True)
class Corrected:
    """A person's data as they should be."""

    name: str
    phone: str
    """As it was typed; empty to leave it as it is."""
    sex: Sex | None
    birth_month: str | None
    """Year and month, 1949-12."""


def correct(person: Person, corrected: Corrected, *, account: Account) -> bool:
    """Write the data of *person* anew, and return whether anything is different now.

    Another phone number becomes the account's too where it had the old one, and that of those in the family who share
    it: who holds the number signs in with it, so the door asks for the password first.

    Args:
        account: which acts, for itself or for somebody of its family.

    Raises:
        BadInput: there is no name, no such phone number, or no such month.
        Refused: somebody of this name and number is known, or the number opens another account.
    """
    phone = clean_phone(corrected.phone) if corrected.phone.strip() else person.phone
    name, month = clean_name(corrected.name), corrected.birth_month or None
    if not name:
        raise BadInput(N_("Enter a name."))
    if month and not EARLIEST_BIRTH <= month <= f"{today():%Y-%m}":
        raise BadInput(N_("Choose a month between 1900 and today."))
    moving = _sharing(person, account) if phone != person.phone else []
    for other in sorted({person, *moving}, key=lambda each: each.id):
        lock(other)
    values = {"name": name, "phone": phone, "sex": corrected.sex, "birth_month": month}
    changed = {column: value for column, value in values.items() if value != getattr(person, column)}
    if not changed:
        return False
    try:
        with db.session.begin_nested():
            if "phone" in changed:
                _move(person, moving, account, phone)
            for column, value in changed.items():
                setattr(person, column, value)
    except IntegrityError:
        # The same words for every reason: nobody learns by it whose number is known.
        raise Refused(N_("This can't be changed here: ask the office. They can put it right for you.")) from None
    # Without the values: in the trail they would outlive an erasure.
    trail.record("correct", person, by=account.id, changes={"columns": [None, sorted(changed)]})
    return True


def _sharing(person: Person, account: Account) -> list[Person]:
    """Those of the family who share the number of *person*, where it's the account's own person."""
    if person.id != account.person_id:
        return []
    return [link.person for link in family.members(account) if link.person.phone == person.phone]


def _move(person: Person, moving: list[Person], account: Account, phone: str | None) -> None:
    for other in moving:
        other.phone = phone
        if other.guardian_phone == person.phone:
            other.guardian_phone = phone or ""
    if account.person_id == person.id and account.phone == person.phone:
        account.phone = phone
