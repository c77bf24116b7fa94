"""What an account signs in with: its owner changes password and mail address, the office sets a password anew."""

import re

from sqlalchemy.exc import IntegrityError

from .. import clock
from ..audit import trail
from ..database import db, lock
from ..errors import N_, BadInput, Refused
from . import sessions
from .accounts import FREE_TRIES, LOCKED_FOR, count_try, hashed, matches
from .models import Account

MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
LONGEST_MAIL = 254


def change_password(account: Account, present: str, new: str) -> None:
    """Let somebody change their own password, with the present one as proof; all sessions end.

    Raises:
        Refused: the present password is wrong. The caller commits: the count of tries must stay.
        BadInput: the new one is too short.
    """
    new_hash = hashed(new)
    prove(account, present)
    give_password(account, new_hash, by=account.id)


def set_password(account: Account, password: str, *, by: int | None) -> None:
    """Give *account* a new password and end all its sessions; what wasn't committed before is rolled back.

    Raises:
        BadInput: the password is too short.
    """
    password_hash = hashed(password)
    lock(account)
    give_password(account, password_hash, by=by)


def give_password(account: Account, password_hash: str, *, by: int | None) -> None:
    """Write what ``hashed`` made of a new password of the locked *account*, and end all sessions."""
    account.password_hash = password_hash
    account.failed_logins = 0
    account.locked_until = None
    sessions.end_all(account)
    trail.record("set password", account, by=by)


def change_email(account: Account, present: str, email: str) -> None:
    """Let somebody sign in with another mail address too, or with none; the present password is the proof.

    Raises:
        BadInput: it's no address.
        Refused: the password is wrong, or the address can't be used. The caller commits: the count of tries must stay.
    """
    address = email.strip().lower() or None
    if address and (len(address) > LONGEST_MAIL or not MAIL.fullmatch(address)):
        raise BadInput(N_("That isn't a mail address."))
    prove(account, present)
    if address is None and account.phone is None:
        raise BadInput(N_("You sign in with this address alone: it can't be taken away."))
    try:
        with db.session.begin_nested():
            account.email = address
    except IntegrityError:
        # Somebody has it; who, is told to nobody.
        raise BadInput(N_("This address can't be used.")) from None
    trail.record("change mail address", account, by=account.id)


def prove(account: Account, password: str) -> None:
    """Ask the owner for the password once more, and lock the account; what wasn't committed before is rolled back.

    A wrong one counts as at signing in: a session left open on a desk must not be a way to guess it.

    Raises:
        Refused: it's wrong, or the account rests. The caller commits: the count of tries must stay.
    """
    password_hash = account.password_hash
    db.session.rollback()
    right = matches(password_hash, password)
    lock(account)
    if count_try(account, right and account.password_hash == password_hash):
        return
    if account.locked_until and clock.now() < account.locked_until:
        raise Refused(
            N_("After %(tries)d wrong passwords an account rests for %(minutes)d minutes. Try again later."),
            tries=FREE_TRIES,
            minutes=LOCKED_FOR.seconds // 60,
        )
    raise Refused(N_("That isn't your present password."))
