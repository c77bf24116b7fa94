"""Rate limits: how often one address may send forms, and how often a phone number may be signed up from it.

An office or a carrier shares one address among many people: limits by address are generous.
"""

import hashlib
import hmac
from datetime import UTC, datetime

from flask import current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import RateLimitItemPerDay, RateLimitItemPerHour

from ..config import Settings


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


LOGINS_A_DAY = 5
"""How often an account may ask for another number or address to sign in with: one that is taken is refused."""
GUESSES_AN_HOUR = 30
"""How many codes of household cards that open nothing one address may try in a round."""

limiter = Limiter(
    get_remote_address,
    application_limits=[lambda: f"{_settings().posts_per_minute} per minute"],
    application_limits_exempt_when=lambda: request.method != "POST",
)
"""All forms of one address together are limited; single views add limits of their own."""


def count_sign_up(phone: str) -> datetime | None:
    """Count a sign-up with *phone*; where there were too many in an hour, return when the next may come.

    Counted for a number and an address together: by the number alone a stranger would learn that somebody else used
    it this hour.
    """
    item = RateLimitItemPerHour(_settings().sign_ups_per_phone)
    secret = str(current_app.config["SECRET_KEY"]).encode()
    # Where limits are kept outside this process no phone number is written down.
    key = "sign-up", hmac.digest(secret, phone.encode(), hashlib.sha256).hex(), get_remote_address()
    if limiter.limiter.hit(item, *key):
        return None
    return datetime.fromtimestamp(limiter.limiter.get_window_stats(item, *key).reset_time, UTC)


def count_new_login(account_id: int) -> bool:
    """Count that an account asks for another phone number or mail address; false where it did so too often in a day.

    Otherwise a member would learn of any number whether it signs somebody in.
    """
    return limiter.limiter.hit(RateLimitItemPerDay(LOGINS_A_DAY), "new-login", str(account_id))


def may_guess_code(round_id: int) -> bool:
    """Whether an address may try a household's code; false where it tried too many that open nothing."""
    return limiter.limiter.test(RateLimitItemPerHour(GUESSES_AN_HOUR), "card", str(round_id), get_remote_address())


def count_wrong_code(round_id: int) -> None:
    """Count that a code opened nothing: whoever has a card is never counted, however many share an address."""
    limiter.limiter.hit(RateLimitItemPerHour(GUESSES_AN_HOUR), "card", str(round_id), get_remote_address())
