"""The second factor (动态验证码): six figures that an app on the owner's phone shows for half a minute (RFC 6238).

Required of whoever sees personal data of a place; a leader may have it, a demo account needs none.
"""

import hmac
import unicodedata

import pyotp

from .. import clock
from ..audit import trail
from ..database import lock
from ..errors import N_, Refused
from . import sessions
from .accounts import count_try, welcome
from .credentials import prove
from .models import Account, AccountSession
from .roles import RUNNING, is_administrator, living

SECONDS = 30
"""How long the same figures are shown."""
DRIFT = 1
"""How many half minutes a phone's clock may be wrong."""


def is_required(account: Account) -> bool:
    """Whether *account* may do nothing without a second factor: it sees people of a place."""
    return not account.demo and any(grant.role in RUNNING for grant in living(account))


def new_secret() -> str:
    """A secret to share with the app: 32 characters in base32."""
    return pyotp.random_base32()


def address(account: Account, secret: str, *, issuer: str) -> str:
    """What the app reads from a QR code.

    Args:
        issuer: the name under which the app lists it.
    """
    return pyotp.TOTP(secret).provisioning_uri(name=account.phone or account.email or "", issuer_name=issuer)


def switch_on(account: Account, secret: str, figures: str, *, session: AccountSession) -> None:
    """Ask for the second factor from now on; the first figures show that the app has the secret.

    The present *session* has shown it thereby; all others end.

    Raises:
        Refused: the figures are wrong, or it's switched on already.
    """
    lock(account)
    if account.totp_secret:
        raise Refused(N_("The second factor is switched on already."))
    step = _step(secret, figures, after=None)
    if step is None:
        raise Refused(
            N_("These figures don't fit. Enter those that the app shows now. The phone's clock must be right.")
        )
    account.totp_secret = secret
    account.totp_step = step
    session.second_factor = True
    sessions.end_all(account, but=session)
    trail.record("switch on second factor", account, by=account.id)


def show(account: Account, figures: str) -> None:
    """The second step of signing in.

    Raises:
        Refused: wrong figures, figures that were used before, or the account rests after too many tries. The caller
            commits: the count of tries must stay.
    """
    lock(account)
    _show(account, figures)
    welcome(account)


def switch_off(account: Account, password: str, figures: str) -> None:
    """Ask for it no longer; password and figures are the proof.

    Raises:
        Refused: one of them is wrong, or a role requires it. The caller commits: the count of tries must stay.
    """
    prove(account, password)
    if is_required(account):
        raise Refused(N_("Your role requires the second factor: it can't be switched off."))
    _show(account, figures)
    _forget(account)
    trail.record("switch off second factor", account, by=account.id)


def may_reset(account: Account, other: Account) -> bool:
    """Administrators, for others: their own they switch off, with its figures as the proof."""
    return is_administrator(account) and account.id != other.id


def reset(account: Account, *, by: int | None) -> None:
    """Take it away from somebody who lost their phone, and end their sessions: they set it up anew.

    Args:
        by: id of the administrator; None for the command line.

    Raises:
        Refused: there is none.
    """
    lock(account)
    if account.totp_secret is None:
        raise Refused(N_("This account has no second factor."))
    _forget(account)
    sessions.end_all(account)
    trail.record("reset second factor", account, by=by)


def _show(account: Account, figures: str) -> None:
    secret = account.totp_secret
    step = _step(secret, figures, after=account.totp_step) if secret else None
    if not count_try(account, step is not None):
        raise Refused(
            N_(
                "These figures don't fit, or they were used before. Wait until the app shows new ones. "
                "After some wrong tries an account rests for a while."
            )
        )
    account.totp_step = step


def _step(secret: str, figures: str, *, after: int | None) -> int | None:
    """The half minute in which the app shows *figures*: about now, and later than *after*. None where there is none."""
    typed = "".join(unicodedata.normalize("NFKC", figures).split())
    now = int(clock.now().timestamp()) // SECONDS
    for step in range(now - DRIFT, now + DRIFT + 1):
        fits = hmac.compare_digest(pyotp.HOTP(secret).at(step).encode(), typed.encode())
        if fits and (after is None or step > after):
            return step
    return None


def _forget(account: Account) -> None:
    account.totp_secret = account.totp_step = None
