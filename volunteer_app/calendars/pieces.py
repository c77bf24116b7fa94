"""Kept bytes, in this process: the event of each revision, so that a feed is joined and not written anew."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from . import events
from .events import Shown

V = TypeVar("V")

MOST_EVENT_BYTES = 8 * 1024 * 1024
"""Some 13,000 events; with its key an event takes about three times its bytes."""


class Store(Generic[V]):
    """Values by key; the least recently used ones go when all together are too large. Threads may share it."""

    def __init__(self, most_bytes: int, size: Callable[[V], int]) -> None:
        self._most = most_bytes
        self._size = size
        self._bytes = 0
        self._values: OrderedDict[Hashable, V] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> V | None:
        """The value of *key*, if it's still there."""
        with self._lock:
            value = self._values.get(key)
            if value is not None:
                self._values.move_to_end(key)
            return value

    def put(self, key: Hashable, value: V) -> None:
        """Keep *value*, and let go of what was asked for longest ago."""
        with self._lock:
            before = self._values.pop(key, None)
            if before is not None:
                self._bytes -= self._size(before)
            self._values[key] = value
            self._bytes += self._size(value)
            while self._bytes > self._most:
                _, gone = self._values.popitem(last=False)
                self._bytes -= self._size(gone)


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
