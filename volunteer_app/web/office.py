"""Which sub-district's pages are shown: the one asked for, the account's own, the one shown last, or the first."""

from typing import cast

from flask import Flask, g, request
from werkzeug.wrappers import Response

from ..people.roles import own_subdistrict
from ..places import queries
from ..places.models import Place, PlaceKind
from .preferences import YEAR_SECONDS
from .session import signed_in


def present() -> Place | None:
    """The sub-district of the present request; None while the database has none."""
    if "office" not in g:
        g.office = _find()
    return cast("Place | None", g.office)


def show(subdistrict: Place) -> None:
    """This page belongs to *subdistrict*, whatever was shown before."""
    g.office = subdistrict


def remember_office(app: Flask) -> None:
    """``?office=<slug>`` is remembered by this device."""

    @app.after_request
    def remember(response: Response) -> Response:
        slug = request.args.get("office")
        office = g.get("office")
        if slug and office and office.slug == slug and request.cookies.get("office") != slug:
            secure = app.config["SESSION_COOKIE_SECURE"]
            response.set_cookie("office", slug, max_age=YEAR_SECONDS, samesite="Lax", secure=secure)
        return response


def _find() -> Place | None:
    asked = request.args.get("office")
    for slug in (asked, None if own_subdistrict(signed_in()) else request.cookies.get("office")):
        # An error page asks too, and PostgreSQL takes no NUL.
        place = queries.by_slug(slug) if slug and "\0" not in slug else None
        if place and place.kind is PlaceKind.SUBDISTRICT:
            return place
    return own_subdistrict(signed_in()) or next(iter(queries.subdistricts()), None)
