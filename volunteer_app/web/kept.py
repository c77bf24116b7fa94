"""Kept pages: whole bodies of public pages, kept in this process by everything they depend on.

A key holds the stamp of what is shown, so that a change makes a new key; nothing is ever cleared by hand. Only
guests without a pending message get kept pages: these hold no token and no name of an account.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock

from flask import Flask, current_app, g, make_response, request, session
from flask_babel import get_locale
from werkzeug.wrappers import Response

from .. import clock
from .session import signed_in

MOST_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Body:
    """A page as it was rendered, plain and compressed."""

    plain: bytes
    packed: bytes
    etag: str

    @classmethod
    def of(cls, text: str) -> "Body":
        """Keep *text*."""
        plain = text.encode()
        # Without a time of its own the same page packs to the same bytes.
        return cls(plain, gzip.compress(plain, 6, mtime=0), hashlib.sha256(plain).hexdigest()[:20])


class Shelf:
    """The least recently used bodies go when there are too many bytes."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._bytes = 0
        self._bodies: OrderedDict[Hashable, Body] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Body | None:
        """The body of *key*, if it's still there."""
        with self._lock:
            if key in self._bodies:
                self._bodies.move_to_end(key)
            return self._bodies.get(key)

    def put(self, key: Hashable, body: Body) -> None:
        """Keep *body*, and let go of the oldest ones."""
        with self._lock:
            self._bodies[key] = body
            self._bytes += len(body.plain) + len(body.packed)
            while self._bytes > self._most:
                _, gone = self._bodies.popitem(last=False)
                self._bytes -= len(gone.plain) + len(gone.packed)


def keep_pages(app: Flask) -> None:
    """Give *app* a shelf of its own."""
    app.extensions["kept"] = Shelf(MOST_BYTES)


def kept(key: Hashable, render: Callable[[], str]) -> Response:
    """The page of *key*: from the shelf for guests, else rendered.

    Args:
        key: what the page depends on beside language, type, look and the minute: its address, its stamp.
        render: makes the page.
    """
    if signed_in() or session:
        return make_response(render())
    # Times of activities are whole minutes: so within a minute nothing opens, begins or ends.
    minute = clock.now().replace(second=0)
    whole = (request.path, key, str(get_locale()), g.large_type, g.look, minute)
    shelf: Shelf = current_app.extensions["kept"]
    body = shelf.get(whole)
    if body is None:
        body = Body.of(render())
        shelf.put(whole, body)
    return _answer(body)


def _answer(body: Body) -> Response:
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = make_response(body.packed if packed else body.plain)
    response.mimetype = "text/html"
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding, Accept-Language, Cookie"
    response.set_etag(f"{body.etag}{'-gz' if packed else ''}")
    return response.make_conditional(request)
