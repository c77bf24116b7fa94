"""/_styles: every piece and every state once, in development only."""

from datetime import timedelta

from flask import Blueprint, abort, current_app, render_template

from .. import clock
from ..activities.models import ActivityState, ThemeField
from ..activities.offer import Offer, OfferKind
from ..activities.queries import Listed
from ..teams.models import TeamKind
from .access import public

pages = Blueprint("styles", __name__)


@pages.get("/_styles")
@public
def show() -> str:
    """The pieces, drawn from made-up rows."""
    if not current_app.debug and not current_app.testing:
        abort(404)
    return render_template("styles/show.html", rows=[_row(kind) for kind in OfferKind], fields=list(ThemeField))


def _row(kind: OfferKind) -> Listed:
    starts_at = clock.now().replace(minute=0, second=0)
    number = list(OfferKind).index(kind)
    return Listed(
        id=number,
        title=f"{kind.value} {number}",
        field=list(ThemeField)[number % len(ThemeField)],
        team_name="志愿服务队",
        team_slug="a" * 8,
        kind=TeamKind.VOLUNTEER_TEAM,
        compound="",
        place_text="",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1, minutes=30),
        state=ActivityState.PUBLISHED,
        cancel_reason="",
        headcount=None,
        opens_at=None,
        closes_at=None,
        offer=Offer(
            kind, places=20, taken=14 if kind is OfferKind.FREE else 18, waiting=2, attended=18, opens_at=starts_at
        ),
    )
