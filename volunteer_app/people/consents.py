"""Consents (同意): what somebody agreed to, to which words, and until when [P §§14, 15].

The words stand here, once, with their version: a form shows them, and the row says which of them were read.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import bindparam, select

from .. import clock
from ..audit import trail
from ..database import db, lock
from ..errors import N_
from .models import Consent, Person


class Purpose(StrEnum):
    """What somebody can agree to."""

    SIGN_UP = "sign_up"
    """Name and phone number are kept for activities."""
    GUARDIAN = "guardian"
    """The same for somebody under 14, given by a guardian [P §31]."""
    NAMED = "named"
    """The name may stand in full where everyone reads it [R §16]."""
    CONTEST_ENTRY = "contest_entry"
    """What was entered in a contest may be shown with its photos [P §29]."""
    ROLE_MODEL = "role_model"
    """Somebody's story and photo may be shown as a role model's [P §29]."""


NEEDED = (Purpose.SIGN_UP, Purpose.GUARDIAN)
"""Without one of these nobody has a place in an activity."""


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody reads before they agree; new words get a new version."""

    version: str
    text: str
    """A source string with the place ``%(months)d``: how long people in no roster are kept (``kept_months``)."""


PURPOSES = {
    Purpose.SIGN_UP: Words(
        "1",
        N_(
            "The name and phone number are used by the team's leader and the office, to expect you and to call you "
            "when something changes. For people in no team they're deleted %(months)d months after the last activity."
        ),
    ),
    Purpose.GUARDIAN: Words(
        "1",
        N_(
            "As the guardian you agree that the child's name, and your name and phone number, are kept for the "
            "activities the child comes to. For people in no team they're deleted %(months)d months after the last "
            "activity."
        ),
    ),
    Purpose.NAMED: Words(
        "1",
        N_("Your name may be written in full on public pages and notice boards. Without this it's shown masked."),
    ),
    Purpose.CONTEST_ENTRY: Words(
        "1",
        N_(
            "What you enter, and its photos, are shown to everyone on the contest's pages once the office has looked "
            "at them. Your phone number is for the office alone, and you can withdraw the entry until the close."
        ),
    ),
    Purpose.ROLE_MODEL: Words(
        "1",
        N_(
            "The name, the story and the photo are shown to everyone on the pages of role models, of the team and of "
            "the place. They go from there when this is withdrawn."
        ),
    ),
}


_GIVEN = select(Consent).where(Consent.person_id == bindparam("person_id")).order_by(Consent.id)


def give(
    person: Person, purpose: Purpose, *, by: int | None = None, text_version: str = "", locked: bool = False
) -> Consent:
    """Note that *person* agreed; while they did so to the same words already, that row is returned.

    The person is locked: a shift must have been locked before.

    Args:
        by: id of the account that acts; None for a guest.
        text_version: the version of the words that were read; the present one if empty.
        locked: whether the person is locked already, as by signing up.
    """
    if not locked:
        lock(person)
    version = text_version or PURPOSES[purpose].version
    there = next((it for it in living(person) if it.purpose == purpose and it.text_version == version), None)
    if there:
        return there
    consent = Consent(person_id=person.id, purpose=purpose, text_version=version, given_at=clock.now())
    db.session.add(consent)
    db.session.flush()
    trail.record("agree", consent, by=by, changes={"purpose": [None, purpose]})
    return consent


def withdraw(person: Person, purpose: Purpose, *, by: int | None) -> bool:
    """End what *person* agreed to for *purpose*; returns whether there was anything to end.

    What follows from it, such as giving back places, is a matter of whoever calls.
    """
    lock(person)
    ended = [consent for consent in living(person) if consent.purpose == purpose]
    for consent in ended:
        consent.withdrawn_at = clock.now()
        trail.record("withdraw", consent, by=by, changes={"purpose": [purpose, None]})
    return bool(ended)


def lacking(people: Collection[Person]) -> set[int]:
    """Ids of those of *people* who agree to none of what is NEEDED for a place in an activity."""
    ids = {person.id for person in people}
    agreed = select(Consent.person_id).where(
        Consent.person_id.in_(ids), Consent.purpose.in_(NEEDED), Consent.withdrawn_at.is_(None)
    )
    return ids - set(db.session.scalars(agreed)) if ids else set()


def living(person: Person) -> list[Consent]:
    """What *person* agrees to at present, the oldest first."""
    return [consent for consent in given(person) if consent.withdrawn_at is None]


def given(person: Person) -> list[Consent]:
    """Everything *person* ever agreed to, the oldest first, also what was withdrawn."""
    return list(db.session.scalars(_GIVEN, {"person_id": person.id}))
