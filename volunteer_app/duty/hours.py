"""The hours of an entry, and what is wrong with them, by field."""

from datetime import datetime, timedelta

from .. import clock
from ..errors import N_, BadInput

LONGEST = timedelta(hours=24)
"""Of one visit: who forgot to end it says when it ended."""
SHORTEST = timedelta(minutes=1)


class EntryFaulty(BadInput):
    """Something in an entry that can't be kept, and the field at which it stands."""

    def __init__(self, field: str, text: str, /, **values: object) -> None:
        super().__init__(text, **values)
        self.field = field


def check(starts_at: datetime, ends_at: datetime) -> None:
    """Check that hours follow each other, and aren't too long.

    Raises:
        EntryFaulty: they don't, or are.
    """
    if ends_at - starts_at < SHORTEST:
        raise EntryFaulty("ends", N_("The end must come after the start."))
    if ends_at - starts_at > LONGEST:
        raise EntryFaulty("ends", N_("A visit has at most 24 hours: enter a longer one day by day."))


def said(starts_at: datetime, ends_at: datetime | None) -> str:
    """Hours in a sentence, the same in each language: 2020-11-25 14:00–16:00, or 2020-11-25 14:00– while it lasts."""
    begun = f"{clock.local(starts_at):%Y-%m-%d %H:%M}–"
    if ends_at is None:
        return begun
    same_day = clock.local(starts_at).date() == clock.local(ends_at).date()
    return f"{begun}{clock.local(ends_at):%H:%M}" if same_day else f"{begun}{clock.local(ends_at):%Y-%m-%d %H:%M}"
