"""The feed of one contest round."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from .. import clock
from ..contests.models import Round
from ..store import Body
from . import contests, events, shown
from .feeds import digest


@dataclass(frozen=True, slots=True)
class RoundFeed:
    """The feed as of one moment."""

    body: Body
    etag: str
    last_modified: datetime


def of(round: Round, *, base_url: str) -> RoundFeed:
    """The feed of a published round.

    Args:
        round: with its sub-district.
        base_url: where people reach the product, without a slash at the end.
    """
    found = contests.of_round(round, today=clock.today(), base_url=base_url)
    plain = events.calendar(found, name=f"{round.subdistrict.name} · {round.name}")
    return RoundFeed(Body.of(plain), digest(plain), _last_modified(round))


def _last_modified(round: Round) -> datetime:
    """The last change, or the midnight from which a cancelled round is shown no more; it never goes back."""
    if round.cancelled_at is None or contests.is_shown(round, clock.today()):
        return round.changed_at
    gone = clock.local(round.cancelled_at).date() + shown.CANCELLED_STAYS + timedelta(days=1)
    return max(round.changed_at, clock.midnight(gone))
