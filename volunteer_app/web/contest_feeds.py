"""The feed of a contest round, and the page from which people subscribe to it."""

from flask import Blueprint, abort, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from .. import clock
from ..calendars import contest_feeds
from ..contests import queries
from ..contests.models import Round
from . import office
from .access import public
from .conditional import SHARED, answer, base_url, no_calendar, problem, readable
from .contests import timeline

pages = Blueprint("contest_feeds", __name__, url_prefix="/calendars/contests")


@pages.get("/<slug>.ics")
@public
def feed(slug: str) -> Response | tuple[str, int]:
    """When entries and votes are taken, and when the result is published."""
    round = _published(slug)
    if round is None:
        return problem(404, no_calendar(), gettext("Choose a round on the page Contests."))
    found = contest_feeds.of(round, base_url=base_url())
    return answer(lambda: found.body, etag=found.etag, last_modified=found.last_modified, kept_by=SHARED)


@pages.get("/<slug>")
@public
def page(slug: str) -> str:
    """Subscribe to one round."""
    round = _published(slug)
    if round is None:
        abort(404)
    office.show(round.subdistrict)
    return render_template(
        "calendars/contest.html",
        round=round,
        parts=timeline(round, today=clock.today()),
        feed=url_for("contest_feeds.feed", slug=round.slug),
    )


def _published(slug: str) -> Round | None:
    """The round of an address; drafts have no calendar, for nobody."""
    round = queries.of_slug(readable(slug))
    return round if round and round.published_at is not None else None
