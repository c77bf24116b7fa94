"""Answers to calendar programs: the calendar, or that it hasn't changed, or a page that says why there is none."""

from collections.abc import Callable, Iterable
from datetime import datetime

from flask import current_app, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from ..store import Body

CONTENT_TYPE = "text/calendar; charset=utf-8"
# Kept by whom they like, but asked about each time: the answer that nothing changed costs one query.
SHARED = "public, no-cache"
OWN = "private, no-cache"


def answer(body: Callable[[], Body], *, etag: str, last_modified: datetime, kept_by: str) -> Response:
    """The calendar, or 304 where the program has it already."""
    packed = request.accept_encodings.quality("gzip") > 0
    # The packed bytes are other bytes, so a strong tag must differ; whoever knows either has this calendar.
    tags = (etag, f"{etag}-gzip")
    if _is_known(tags, last_modified):
        response = Response(status=304)
    else:
        whole = body()
        response = Response(whole.packed if packed else whole.plain, content_type=CONTENT_TYPE)
        if packed:
            response.headers["Content-Encoding"] = "gzip"
    response.set_etag(tags[packed])
    response.last_modified = last_modified
    response.headers["Cache-Control"] = kept_by
    response.headers["Vary"] = "Accept-Encoding"
    return response


def _is_known(tags: Iterable[str], last_modified: datetime) -> bool:
    """Whether the program has this already: by its tags where it sends any, by its date where not (RFC 9110 13.2.2)."""
    if "If-None-Match" in request.headers:
        return any(request.if_none_match.contains_weak(tag) for tag in tags)
    try:
        since = request.if_modified_since
    except OverflowError:  # a year that no calendar has
        return False
    return since is not None and last_modified <= since


def problem(status: int, title: str, text: str) -> tuple[str, int]:
    """A page that helps, where there is no calendar."""
    return render_template("errors/problem.html", title=title, text=text, status=status), status


def no_calendar() -> str:
    """The heading of that page."""
    return gettext("There's no calendar at this address")


def readable(slug: str) -> str:
    """*slug* if it could be one: databases don't agree on what else may stand in an address."""
    return slug if slug.isascii() and slug.isalnum() else ""


def base_url() -> str:
    """Where people reach the product, for the addresses in calendars."""
    return str(current_app.config["SETTINGS"].base_url)
