"""What a page sends later by itself, after it had no connection: once, and with the time at which it was tapped.

A form with ``data-queue`` is sent by static/queue.js, which adds two fields: a random key of the tap, and how many
seconds ago it was, so that a wrong clock on the phone does no harm. Without scripts neither is there, and the form is
a form like any other.
"""

from datetime import datetime, timedelta

from flask import request

from .. import clock, deliveries
from ..deliveries import LONGEST_KEY
from .forms.fields import number

KEY, AGE = "_key", "_age"
MOST_SECONDS = int(deliveries.KEPT.total_seconds())


def is_new() -> bool:
    """Whether what this request asks for wasn't done before; to be asked in the transaction that does it."""
    key = request.form.get(KEY, "")[:LONGEST_KEY]
    return not key or deliveries.is_new(key)


def tapped_at(*, first: datetime, last: datetime) -> datetime | None:
    """When it was tapped, between two moments; None for just now.

    Args:
        first: no tap can have been earlier.
        last: a later one counts as at this moment.
    """
    seconds = number(request.form.get(AGE))
    if not seconds:
        return None
    return min(max(clock.now() - timedelta(seconds=min(seconds, MOST_SECONDS)), first), last)
