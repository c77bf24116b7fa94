"""The feed of an office's themes of the year, and where its QR code leads."""

from flask import Blueprint, abort, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ..calendars import themes
from ..places import queries as places
from ..places.models import PlaceKind
from .access import public
from .conditional import SHARED, answer, base_url, no_calendar, problem, readable

pages = Blueprint("theme_feeds", __name__, url_prefix="/calendars/themes")


@pages.get("/<slug>.ics")
@public
def feed(slug: str) -> Response | tuple[str, int]:
    """The themes of last year, this year and next year, each on its day."""
    found = themes.of(readable(slug), base_url=base_url())
    if found is None:
        return problem(404, no_calendar(), gettext("Choose a place or a team on the page Calendars."))
    return answer(lambda: found.body, etag=found.etag, last_modified=found.last_modified, kept_by=SHARED)


@pages.get("/<slug>")
@public
def page(slug: str) -> Response:
    """Where one subscribes: on the page of the themes, below them."""
    place = places.by_slug(readable(slug))
    if place is None or place.kind is not PlaceKind.SUBDISTRICT:
        abort(404)
    return redirect(url_for("theme_calendar.year", office=place.slug, _anchor="subscribe"), 303)
