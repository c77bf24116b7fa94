"""Kept pages: whole bodies of public pages, kept in this process by everything they depend on.

A key holds the stamp of what is shown, so that a change makes a new key; nothing is ever cleared by hand. Only
guests without a pending message get kept pages: these hold no token and no name of an account.
"""

import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from flask import Flask, current_app, g, make_response, request, session
from flask_babel import get_locale
from markupsafe import Markup
from werkzeug.wrappers import Response

from .. import clock
from ..store import Body, Store
from .addresses import asked
from .preferences import in_wechat
from .session import signed_in

MOST_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was rendered, and what names exactly this text."""

    body: Body
    etag: str

    @classmethod
    def of(cls, text: str) -> "Page":
        """Keep *text*."""
        body = Body.of(text.encode())
        return cls(body, hashlib.sha256(body.plain).hexdigest()[:20])


def keep_pages(app: Flask) -> None:
    """Give *app* a shelf of its own."""
    app.extensions["kept"] = Store(MOST_BYTES, lambda page: page.body.size())


def kept(key: Hashable, render: Callable[[], str]) -> Response:
    """The page of *key*: from the shelf for guests, else rendered.

    Args:
        key: what the page depends on beside its address, language, type, look and the minute: its stamp above all.
        render: makes the page.
    """
    if signed_in() or session.keys() - {"csrf_token"}:
        return make_response(render())
    return _answer(_page(("page", key), render))


def kept_part(key: Hashable, render: Callable[[], str]) -> Markup:
    """A part of a page that is the same for everyone, kept in the same way: also whoever is signed in gets it.

    It must hold no token, and nothing of the account.
    """
    return Markup(_page(("part", key), render).body.plain.decode())  # noqa: S704 - a template made it


def _page(key: Hashable, render: Callable[[], str]) -> Page:
    # Times of activities are whole minutes: so within a minute nothing opens, begins or ends.
    minute = clock.now().replace(second=0)
    query = tuple(sorted(asked().items()))
    whole = (request.path, query, key, str(get_locale()), g.large_type, g.look, in_wechat(), minute)
    shelf: Store[Page] = current_app.extensions["kept"]
    page = shelf.get(whole)
    if page is None:
        page = Page.of(render())
        shelf.put(whole, page)
    return page


def _answer(page: Page) -> Response:
    packed = bool(request.accept_encodings["gzip"])
    response = make_response(page.body.packed if packed else page.body.plain)
    response.mimetype = "text/html"
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding, Accept-Language, Cookie"
    response.set_etag(f"{page.etag}{'-gz' if packed else ''}")
    return response.make_conditional(request)
