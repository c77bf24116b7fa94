"""Star levels (星级) by hours of service: the thresholds are an office's setting."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Star:
    """How many stars somebody has, and how far the next one is."""

    level: int
    """0 before the first one."""
    next_hours: int | None
    """The hours that the next star asks for; None with all of them."""
    missing_minutes: int
    """Until the next star."""


def star(minutes: int, hours: Sequence[int]) -> Star:
    """The star of *minutes* of service.

    Args:
        hours: what each star asks for, rising.
    """
    level = sum(minutes >= needed * 60 for needed in hours)
    following = hours[level] if level < len(hours) else None
    return Star(level, following, 0 if following is None else following * 60 - minutes)
