"""Calendars: the feeds that programs ask for, and the pages from which people subscribe."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from flask import Blueprint, abort, flash, redirect, render_template, session, url_for
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
from .conditional import OWN, SHARED, answer, base_url, no_calendar, problem, readable
from .filters import chosen, field_choices, kind_choices, words_typed
from .session import signed_in
from .subscriptions import Subscription

pages = Blueprint("calendars", __name__)
pages.add_app_template_global(Subscription.to, "subscription")

COMING = 5
"""How many coming activities a subscription page shows."""

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
        return problem(
            404, no_calendar(), gettext("This private address is unknown. Copy it once more, to its very end.")
        )
    if not own_calendar.is_open(found):
        return problem(
            410,
            gettext("This calendar is switched off"),
            gettext("Its address was replaced or revoked. Sign in to get a new one on the page Calendars."),
        )
    mine = own_calendar.of(found, base_url=base_url())
    return answer(lambda: mine.body, etag=mine.etag, last_modified=mine.last_modified, kept_by=OWN)


@pages.get("/activities/<int(max=2147483647):activity_id>.ics")
@public
def activity(activity_id: int) -> Answer:
    """One activity, to download."""
    found = db.session.get(Activity, activity_id)
    if found is None or found.state is ActivityState.DRAFT:
        abort(404)
    plain = feeds.of_activity(found, base_url=base_url())
    response = answer(lambda: Body.of(plain), etag=feeds.digest(plain), last_modified=found.changed_at, kept_by=SHARED)
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
    found = places.by_slug(readable(slug))
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
    found = teams.by_slug(readable(slug))
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
    except BadInput as bad:
        return problem(404, no_calendar(), say(bad.message))
    found = find(readable(slug), base_url=base_url(), field=field, kind=kind)
    if found is None:
        return problem(404, no_calendar(), gettext("Choose a place or a team on the page Calendars."))
    return answer(lambda: feeds.body(found), etag=found.etag, last_modified=found.last_modified, kept_by=SHARED)


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
