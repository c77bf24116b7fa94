"""/_styles: every piece and every state once, in development only."""

from datetime import timedelta

from flask import Blueprint, abort, current_app, render_template
from flask_babel import gettext

from .. import clock
from ..activities.models import ActivityState, ThemeField
from ..activities.offer import Offer, OfferKind
from ..activities.queries import Listed
from ..clock import Week
from ..teams.models import TeamKind
from ..words import word
from . import charts, report_words
from .access import public
from .filters import Page
from .forms.accounts import LoginForm

CAME = (671, 690, 702, 688, 782, 731, 740, 714)
"""Attendances of eight weeks, for the pieces that show numbers."""

pages = Blueprint("styles", __name__)


@pages.get("/_styles")
@public
def show() -> str:
    """The pieces, drawn from made-up rows."""
    if not current_app.debug and not current_app.testing:
        abort(404)
    form = LoginForm(formdata=None)
    form.password.errors = [gettext("Enter your password.")]
    weeks = [Week.this().shifted(-distance) for distance in range(7, -1, -1)]
    return render_template(
        "styles/show.html",
        rows=[_row(kind) for kind in OfferKind],
        fields=list(ThemeField),
        form=form,
        line=charts.line([(report_words.short_day(week.monday), came) for week, came in zip(weeks, CAME, strict=True)]),
        weeks=list(zip(weeks, CAME, strict=True)),
        page=Page(rows=[], number=2, pages=3, total=120),
    )


def _row(kind: OfferKind) -> Listed:
    starts_at = clock.now().replace(minute=0, second=0)
    number = list(OfferKind).index(kind)
    return Listed(
        id=number,
        title=gettext("Themed activity"),
        field=list(ThemeField)[number % len(ThemeField)],
        team_name=word(TeamKind.VOLUNTEER_TEAM),
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
