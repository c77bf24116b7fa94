"""What an activity offers at a moment: one decision for the row in a list, its page, and later the sign-up itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .models import ActivityState, Shift

FEW = 3
"""From so few free places on, a list says that only these are left."""


class OfferKind(StrEnum):
    """What a visitor can do, or why not."""

    CANCELLED = "cancelled"
    DRAFT = "draft"
    OVER = "over"
    RUNNING = "running"
    NOT_YET_OPEN = "not_yet_open"
    CLOSED = "closed"
    OPEN_TO_ALL = "open_to_all"
    FREE = "free"
    FEW_LEFT = "few_left"
    FULL = "full"


OPEN = (OfferKind.FREE, OfferKind.FEW_LEFT, OfferKind.FULL)
"""Signing up is possible: full means the waiting list."""


@dataclass(frozen=True, slots=True)
class Offer:
    """The decision, with the numbers that its words need."""

    kind: OfferKind
    places: int | None = None
    taken: int = 0
    waiting: int = 0
    attended: int = 0
    opens_at: datetime | None = None
    reason: str = ""

    @property
    def left(self) -> int:
        """How many places are free."""
        return max((self.places or 0) - self.taken, 0)

    @property
    def taken_percent(self) -> int:
        """How full it is, for the bar."""
        return min(100 * self.taken // self.places, 100) if self.places else 100


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted of an activity: confirmed and waiting sign-ups of all shifts, and attendances."""

    taken: int = 0
    waiting: int = 0
    attended: int = 0


def over_shifts(limits: Iterable[int | None]) -> int | None:
    """How many may come over all shifts; None where one of them has no limit, or there is none at all."""
    found = list(limits)
    return None if None in found or not found else sum(limit or 0 for limit in found)


def offer(
    *,
    state: ActivityState,
    starts_at: datetime,
    ends_at: datetime,
    places: int | None,
    counted: Counted,
    headcount: int = 0,
    opens_at: datetime | None,
    closes_at: datetime | None,
    reason: str,
    at: datetime,
) -> Offer:
    """Decide what an activity offers at the moment *at*.

    Args:
        places: how many may come, over all shifts; None where nobody needs to sign up.
        headcount: attendances without names.
        opens_at, closes_at: when signing up opens and closes; None for at once and for the start.
        reason: why it was cancelled.
    """
    if state is ActivityState.CANCELLED:
        return Offer(OfferKind.CANCELLED, reason=reason)
    kind = _kind(state, starts_at, ends_at, places, counted.taken, opens_at, closes_at, at)
    return Offer(
        kind,
        places=places,
        taken=counted.taken,
        waiting=counted.waiting,
        attended=counted.attended + headcount,
        opens_at=opens_at,
    )


def of_shift(shift: Shift, counted: Counted = Counted(), *, at: datetime) -> Offer:
    """What one shift offers at the moment *at*, whose sign-ups were *counted*."""
    activity = shift.activity
    return offer(
        state=activity.state,
        starts_at=activity.starts_at,
        ends_at=activity.ends_at,
        places=shift.places,
        counted=counted,
        opens_at=activity.sign_up_opens_at,
        closes_at=activity.sign_up_closes_at,
        reason=activity.cancel_reason,
        at=at,
    )


def _kind(
    state: ActivityState,
    starts_at: datetime,
    ends_at: datetime,
    places: int | None,
    taken: int,
    opens_at: datetime | None,
    closes_at: datetime | None,
    at: datetime,
) -> OfferKind:
    if state is ActivityState.DRAFT:
        return OfferKind.DRAFT
    if at >= starts_at or state is ActivityState.HELD:
        # The first who is checked in may be early.
        return OfferKind.OVER if at >= ends_at else OfferKind.RUNNING
    if places is None:
        return OfferKind.OPEN_TO_ALL
    if opens_at and at < opens_at:
        return OfferKind.NOT_YET_OPEN
    if closes_at and at >= closes_at:
        return OfferKind.CLOSED
    left = places - taken
    return OfferKind.FULL if left <= 0 else OfferKind.FEW_LEFT if left < FEW else OfferKind.FREE
