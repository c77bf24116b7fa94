"""Receipts (报名凭条) of whoever signed up without an account: a private link, of which only a hash is kept."""

from collections.abc import Iterable
from hashlib import sha256

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import contains_eager, joinedload

from ... import clock
from ...database import db
from ...people.models import Person
from ..models import LIVING, Activity, Receipt, Shift, SignUp

# Signing up must be quick where many do so at once: its statements are built once.
_OF_NONCE = select(Receipt).where(Receipt.nonce == bindparam("nonce"))
_SIGN_UP_IDS = (
    select(Receipt.sign_up_id)
    .join(Receipt.sign_up)
    .join(SignUp.person)
    .where(Receipt.token_hash.in_(bindparam("hashes", expanding=True)), Person.anonymised_at.is_(None))
)


def make(sign_up: SignUp, *, token: str, nonce: str, device: str) -> Receipt:
    """Make the receipt of a sign-up.

    Args:
        token: the end of the private link, made at the door.
        nonce: the form's own; one that was sent twice has its receipt already, see ``of_nonce``.
        device: what the device is known by.
    """
    receipt = Receipt(
        sign_up_id=sign_up.id, token_hash=_hash(token), nonce=nonce, device_hash=_hash(device), made_at=clock.now()
    )
    db.session.add(receipt)
    db.session.flush()
    return receipt


def find(token: str) -> Receipt | None:
    """The receipt that a private link opens."""
    return db.session.scalar(_whole().where(Receipt.token_hash == _hash(token)))


def of_nonce(nonce: str) -> Receipt | None:
    """The receipt that was made when this form was sent."""
    return db.session.scalar(_OF_NONCE, {"nonce": nonce})


def of_tokens(tokens: Iterable[str]) -> list[Receipt]:
    """The receipts of a device that keeps these tokens, in the order in which the activities begin: one query."""
    query = _whole().where(Receipt.token_hash.in_({_hash(token) for token in tokens}))
    return list(db.session.scalars(query.order_by(Shift.starts_at, Receipt.id)))


def sign_up_ids(tokens: Iterable[str]) -> set[int]:
    """Which sign-ups a device that keeps these tokens knows of."""
    return set(db.session.scalars(_SIGN_UP_IDS, {"hashes": [_hash(token) for token in tokens]}))


def people_on_device(device: str, shift: Shift) -> int:
    """How many people this device has signed up for *shift* who haven't withdrawn."""
    query = (
        select(func.count(SignUp.id.distinct()))
        .join(Receipt, Receipt.sign_up_id == SignUp.id)
        .where(Receipt.device_hash == _hash(device), SignUp.shift_id == shift.id, SignUp.state.in_(LIVING))
    )
    return db.session.scalar(query) or 0


def _whole() -> Select[Receipt]:
    """Receipts with all that their pages show."""
    signed_up = contains_eager(Receipt.sign_up)
    activity = signed_up.contains_eager(SignUp.shift).joinedload(Shift.activity)
    return (
        select(Receipt)
        .join(Receipt.sign_up)
        .join(SignUp.shift)
        .options(
            signed_up.joinedload(SignUp.person),
            activity.options(joinedload(Activity.theme), joinedload(Activity.place), joinedload(Activity.team)),
        )
    )


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
