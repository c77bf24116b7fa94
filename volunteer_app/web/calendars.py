"""Calendars: the feeds that programs ask for, and the pages from which people subscribe."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from .. import clock
from ..activities import queries as activities
from ..activities.models import Activity, ActivityState, ThemeField
from ..activities.queries import Wanted
from ..calendars import choices, feeds, tokens
from ..calendars import private as own_calendar
from ..calendars.feeds import Feed
from ..database import db
from ..errors import BadInput
from ..people.models import Account
from ..places import queries as places
from ..places.models import Place, PlaceKind
from ..store import Body
from ..teams import queries as teams
from ..teams.models import TeamKind
from ..words import say
from . import office
from .access import member, public
from .filters import chosen, field_choices, kind_choices, words_typed
from .session import signed_in
from .subscriptions import Subscription

pages = Blueprint("calendars", __name__)
pages.add_app_template_global(Subscription.to, "subscription")

COMING = 5
"""How many coming activities a subscription page shows."""
CONTENT_TYPE = "text/calendar; charset=utf-8"
# Kept by whom they like, but asked about each time: the answer that nothing changed costs one query.
SHARED = "public, no-cache"
OWN = "private, no-cache"

Answer = str | tuple[str, int] | Response


@pages.get("/calendars/places/<slug>.ics")
@public
def place(slug: str) -> Answer:
    """Everything public of a place, as a feed."""
    return _feed(feeds.of_place, slug)


@pages.get("/calendars/teams/<slug>.ics")
@public
def team(slug: str) -> Answer:
    """A team's activities, as a feed."""
    return _feed(feeds.of_team, slug)


@pages.get("/calendars/private/<token>.ics")
@public
def private(token: str) -> Answer:
    """What one person signed up for, for whoever holds the token."""
    found = tokens.look_up(token)
    if found is None:
        return _problem(
            404, _no_calendar(), gettext("This private address is unknown. Copy it once more, to its very end.")
        )
    if not own_calendar.is_open(found):
        return _problem(
            410,
            gettext("This calendar is switched off"),
            gettext("Its address was replaced or revoked. Sign in to get a new one on the page Calendars."),
        )
    mine = own_calendar.of(found, base_url=_base_url())
    return _answer(lambda: mine.body, etag=mine.etag, last_modified=mine.last_modified, kept_by=OWN)


@pages.get("/activities/<int(max=2147483647):activity_id>.ics")
@public
def activity(activity_id: int) -> Answer:
    """One activity, to download."""
    found = db.session.get(Activity, activity_id)
    if found is None or found.state is ActivityState.DRAFT:
        abort(404)
    plain = feeds.of_activity(found, base_url=_base_url())
    response = _answer(lambda: Body.of(plain), etag=feeds.digest(plain), last_modified=found.changed_at, kept_by=SHARED)
    if response.status_code == 200:
        name = f"{clock.local(found.starts_at):%Y-%m-%d} {found.theme.name}.ics"
        response.headers["Content-Disposition"] = _attachment(f"activity-{found.id}.ics", name)
    return response


@pages.get("/calendars/")
@public
def index() -> str:
    """The present office's calendars to choose from, and one's own."""
    here = office.present()
    account = signed_in()
    field, kind = chosen(ThemeField, "theme"), chosen(TeamKind, "kind")
    words = words_typed()
    return render_template(
        "calendars/index.html",
        query=_query(field, kind),
        words=words,
        fields=field_choices(),
        kinds=kind_choices(),
        places=choices.places(here, words=words, on=clock.today()) if here else {},
        teams=teams.listed(teams.Wanted(subdistrict_id=here.id, kind=kind, words=words), on=clock.today())
        if here
        else [],
        living=tokens.living(account.person) if account else None,
        # Shown once: it's gone with this page.
        secret=session.pop("calendar_token", None) if account else None,
    )


@pages.get("/calendars/places/<slug>")
@public
def place_page(slug: str) -> str:
    """Subscribe to one place."""
    found = places.by_slug(_readable(slug))
    if found is None:
        abort(404)
    around = [*places.above(found), found]
    for it in around:
        if it.kind is PlaceKind.SUBDISTRICT:
            office.show(it)
    return _subject_page(
        name=found.name,
        around=[it for it in around if it.kind is not PlaceKind.DISTRICT and it is not found],
        feed="place",
        slug=slug,
        shown=Wanted(within=found),
        sheet=found,
    )


@pages.get("/calendars/teams/<slug>")
@public
def team_page(slug: str) -> str:
    """Subscribe to one team."""
    found = teams.by_slug(_readable(slug))
    if found is None:
        abort(404)
    office.show(found.subdistrict)
    return _subject_page(
        name=found.name,
        around=[found.subdistrict] if found.place_id == found.subdistrict_id else [found.subdistrict, found.place],
        feed="team",
        slug=slug,
        shown=Wanted(team_id=found.id),
        sheet=found.place,
    )


@pages.post("/calendars/private")
@member
def private_address() -> Response:
    """Make one's private address."""
    return _with_new_address(tokens.make, gettext("Your private address is made."))


@pages.post("/calendars/private/replacement")
@member
def replacement() -> Response:
    """Replace it: the old one is gone."""
    return _with_new_address(tokens.replace, gettext("You have a new private address. The old one no longer works."))


@pages.post("/calendars/private/revocation")
@member
def revocation() -> Response:
    """Revoke it."""
    account = _account()
    tokens.revoke(account.person, by=account.id)
    db.session.commit()
    session.pop("calendar_token", None)
    flash(gettext("Your private calendar is switched off."))
    return redirect(url_for("calendars.index", _anchor="private"), 303)


def _feed(find: Callable[..., Feed | None], slug: str) -> Answer:
    try:
        field, kind = chosen(ThemeField, "theme"), chosen(TeamKind, "kind")
    except BadInput as problem:
        return _problem(404, _no_calendar(), say(problem.message))
    found = find(_readable(slug), base_url=_base_url(), field=field, kind=kind)
    if found is None:
        return _problem(404, _no_calendar(), gettext("Choose a place or a team on the page Calendars."))
    return _answer(lambda: feeds.body(found), etag=found.etag, last_modified=found.last_modified, kept_by=SHARED)


def _answer(body: Callable[[], Body], *, etag: str, last_modified: datetime, kept_by: str) -> Response:
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


def _attachment(plain: str, name: str) -> str:
    """Content-Disposition with a readable name (RFC 5987), and one in ASCII for old programs."""
    readable = re.sub(r'[\x00-\x1f\\/:*?"<>|]+', " ", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(readable, safe='')}"


def _subject_page(*, name: str, around: list[Place], feed: str, slug: str, shown: Wanted, sheet: Place) -> str:
    field, kind = chosen(ThemeField, "theme"), chosen(TeamKind, "kind")
    now = clock.now()
    wanted = Wanted(within=shown.within, team_id=shown.team_id, field=field, kind=kind, ends_after=now)
    return render_template(
        "calendars/subject.html",
        name=name,
        around=around,
        feed=url_for(f"calendars.{feed}", slug=slug, **_query(field, kind)),
        of_team=feed == "team",
        sheet=sheet,
        fields=field_choices(),
        kinds=kind_choices(),
        coming=activities.listed(wanted, at=now, limit=COMING),
    )


def _query(field: ThemeField | None, kind: TeamKind | None) -> dict[str, Any]:
    """The filters of an address."""
    return {name: str(value) for name, value in (("theme", field), ("kind", kind)) if value}


def _account() -> Account:
    account = signed_in()
    if account is None:
        abort(403)
    return account


def _with_new_address(make: Callable[..., str], said: str) -> Response:
    account = _account()
    secret = make(account.person, by=account.id)
    db.session.commit()
    session["calendar_token"] = secret
    flash(said)
    return redirect(url_for("calendars.index", _anchor="private"), 303)


def _problem(status: int, title: str, text: str) -> tuple[str, int]:
    return render_template("errors/problem.html", title=title, text=text, status=status), status


def _no_calendar() -> str:
    return gettext("There's no calendar at this address")


def _readable(slug: str) -> str:
    """*slug* if it could be one: databases don't agree on what else may stand in an address."""
    return slug if slug.isascii() and slug.isalnum() else ""


def _base_url() -> str:
    return str(current_app.config["SETTINGS"].base_url)
