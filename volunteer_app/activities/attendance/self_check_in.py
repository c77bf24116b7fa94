"""Checking in oneself: the code that the leader's phone shows, another one each minute of the server's clock.

A photo of it that is sent to a friend is over within two minutes. What any phone's clock says doesn't matter.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta

from ... import clock
from ..models import Activity

MINUTE = timedelta(minutes=1)
BYTES = 12
"""Of a code: nobody guesses one within its two minutes."""


def code(activity: Activity, *, secret: bytes, at: datetime | None = None) -> str:
    """The code of a minute, to be shown at the venue.

    Args:
        secret: the product's own.
        at: a moment of that minute; None for now.
    """
    minute = int((at or clock.now()).timestamp()) // 60
    told = hmac.digest(secret, f"check-in {activity.id} {minute}".encode(), hashlib.sha256)
    return urlsafe_b64encode(told[:BYTES]).decode()


def is_current(shown: str, activity: Activity, *, secret: bytes) -> bool:
    """Whether *shown* is the code of this minute or of the one before: scanning and loading a page take a while."""
    now = clock.now()
    current = (code(activity, secret=secret, at=moment) for moment in (now, now - MINUTE))
    return shown.isascii() and any(hmac.compare_digest(shown, each) for each in current)
