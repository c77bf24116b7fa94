"""What a page sends later by itself, after it had no connection: once, and with the time at which it was tapped.

A form with ``data-queue`` is sent by static/queue.js, which adds two fields: a random key of the tap, and how many
seconds ago it was, so that a wrong clock on the phone does no harm. Without scripts neither is there, and the form is
a form like any other. Of one with ``data-queue-change`` each field comes by itself, and says so in a third.
"""

import hashlib
from datetime import datetime, timedelta

from flask import request

from .. import clock, deliveries
from .forms.fields import number
from .session import signed_in

KEY, AGE, FIELD = "_key", "_age", "_field"
MOST_SECONDS = int(deliveries.KEPT.total_seconds())


def is_new(key: str | None = None) -> bool:
    """Whether what this request asks for wasn't done before; to be asked in the transaction that does it.

    A key is worth something only for whoever sent it and for what it asked for.

    Args:
        key: of the form; None where the page's script has made one.
    """
    key = request.form.get(KEY, "") if key is None else key
    if not key:
        return True
    account = signed_in()
    whole = f"{account.id if account else ''} {request.path} {key}"
    return deliveries.is_new(hashlib.sha256(whole.encode()).hexdigest())


def tapped_at() -> datetime | None:
    """When it was tapped; None for just now."""
    seconds = number(request.form.get(AGE))
    return clock.now() - timedelta(seconds=min(seconds, MOST_SECONDS)) if seconds else None


def is_one_field() -> bool:
    """Whether the page sent one field by itself: it wants no page back, only the parts of it that have changed."""
    return FIELD in request.form
