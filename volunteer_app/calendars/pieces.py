"""Kept bytes, in this process: the event of each revision, so that a feed is joined and not written anew."""

from ..store import Store
from . import events
from .events import Shown

MOST_EVENT_BYTES = 8 * 1024 * 1024
"""Some 13,000 events; with its key an event takes about three times its bytes."""

_pieces: Store[bytes] = Store(MOST_EVENT_BYTES, len)


def piece(shown: Shown, *, base_url: str) -> bytes:
    """The event of an activity for public feeds.

    It's kept by the row itself, which holds the revision: where a name changed without one, the event isn't stale.
    """
    kept = _pieces.get((base_url, shown))
    if kept is None:
        kept = events.event(shown, base_url=base_url)
        _pieces.put((base_url, shown), kept)
    return kept
