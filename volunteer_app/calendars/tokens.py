"""Tokens of private feeds: who knows one reads one person's calendar, until it's replaced or revoked.

A token is shown once, when it's made; the database keeps its hash. It's 32 random bytes, so a plain hash will do.
"""

import hashlib
import secrets

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from .. import clock
from ..audit import trail
from ..database import db, lock
from ..errors import N_, Refused
from ..people.models import Person
from .models import CalendarToken

OWN = "own"
"""The scope of a person's own calendar."""


def make(person: Person, *, by: int | None) -> str:
    """Make the token of *person* and return it: it can't be read again.

    Args:
        by: id of the account that acts.

    Raises:
        Refused: there is one already.
    """
    lock(person)
    if living(person):
        raise Refused(N_("You have a private calendar address already. Replace it to get a new one."))
    return _made(person, by=by)


def replace(person: Person, *, by: int | None) -> str:
    """Revoke the token of *person* and return a new one: the old address answers that it's gone.

    Raises:
        Refused: there is none to replace.
    """
    lock(person)
    _end(person, "replace", by=by)
    return _made(person, by=by)


def revoke(person: Person, *, by: int | None) -> None:
    """Revoke the token of *person*: its address answers that it's gone, and programs switch the calendar off.

    Raises:
        Refused: there is none.
    """
    lock(person)
    _end(person, "revoke", by=by)


def living(person: Person) -> CalendarToken | None:
    """The token of *person* that works, if there is one."""
    return db.session.scalar(
        select(CalendarToken).where(
            CalendarToken.person_id == person.id, CalendarToken.scope == OWN, CalendarToken.revoked_at.is_(None)
        )
    )


def look_up(secret: str) -> CalendarToken | None:
    """The row of a token, with its person; one that was revoked or replaced says so itself. None for an unknown one."""
    return db.session.scalar(
        select(CalendarToken).options(joinedload(CalendarToken.person)).where(CalendarToken.token_hash == _hash(secret))
    )


def _made(person: Person, *, by: int | None) -> str:
    secret = secrets.token_urlsafe(32)
    token = CalendarToken(person_id=person.id, scope=OWN, token_hash=_hash(secret), created_at=clock.now())
    db.session.add(token)
    db.session.flush()
    trail.record("make", token, by=by)
    return secret


def _end(person: Person, action: str, *, by: int | None) -> None:
    token = living(person)
    if token is None:
        raise Refused(N_("You have no private calendar address."))
    token.revoked_at = clock.now()
    # Before a new one is added: a person has one living token.
    db.session.flush()
    trail.record(action, token, by=by)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
