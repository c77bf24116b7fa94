"""Values kept in this process, bounded by their bytes: rendered pages, feeds, events of calendars."""

import gzip
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

V = TypeVar("V")


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


@dataclass(frozen=True, slots=True)
class Body:
    """An answer's bytes, plain and compressed."""

    plain: bytes
    packed: bytes

    @classmethod
    def of(cls, plain: bytes) -> "Body":
        """Both forms; without a time of its own the same body packs to the same bytes."""
        return cls(plain, gzip.compress(plain, 6, mtime=0))

    def size(self) -> int:
        """The bytes of both."""
        return len(self.plain) + len(self.packed)
