"""Sessions of accounts: one row a device, known by a random key which its cookie holds; the table keeps the hash."""

import hashlib
import secrets

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from .. import clock
from ..audit import trail
from ..database import db
from .models import Account, AccountSession

LONGEST_DEVICE = 120


def start(account: Account, *, device: str, second_factor: bool = False) -> str:
    """Begin a session of *account* and return its key: it can't be read again.

    Args:
        device: what the browser says of itself.
        second_factor: whether the second factor was shown.
    """
    key = secrets.token_urlsafe(32)
    session = AccountSession(
        account_id=account.id,
        key_hash=_hash(key),
        device=device[:LONGEST_DEVICE],
        second_factor=second_factor,
        started_at=clock.now(),
    )
    db.session.add(session)
    db.session.flush()
    return key


def find(key: str, *, loopback: bool) -> AccountSession | None:
    """The living session of *key*, with its account and person.

    Args:
        loopback: whether the request comes from the machine itself, where alone demo accounts work.
    """
    session = db.session.scalar(
        select(AccountSession)
        .join(AccountSession.account)
        .options(
            joinedload(AccountSession.account).joinedload(Account.person),
            joinedload(AccountSession.account).selectinload(Account.grants),
        )
        .where(AccountSession.key_hash == _hash(key), AccountSession.ended_at.is_(None), Account.disabled_at.is_(None))
    )
    if session is None or (session.account.demo and not loopback):
        return None
    if session.account.totp_secret and not session.second_factor:
        # Begun in the moment in which the second factor was switched on.
        return None
    return session


def living(account: Account) -> list[AccountSession]:
    """The sessions of *account* that aren't ended, the newest first."""
    return list(
        db.session.scalars(
            select(AccountSession)
            .where(AccountSession.account_id == account.id, AccountSession.ended_at.is_(None))
            .order_by(AccountSession.id.desc())
        )
    )


def end(session: AccountSession, *, by: int | None) -> None:
    """End one session: its cookie opens nothing from now on."""
    if session.ended_at is None:
        session.ended_at = clock.now()
        trail.record("end session", session, by=by)


def end_others(session: AccountSession) -> None:
    """End the sessions of the same account on all other devices."""
    end_all(session.account, but=session)
    trail.record("end other sessions", session.account, by=session.account_id)


def end_all(account: Account, *, but: AccountSession | None = None) -> None:
    """End every session of *account*, on all devices, except *but*; what this is part of stands in the trail."""
    db.session.execute(
        update(AccountSession)
        .where(
            AccountSession.account_id == account.id,
            AccountSession.ended_at.is_(None),
            AccountSession.id != (but.id if but else 0),
        )
        .values(ended_at=clock.now())
    )


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
