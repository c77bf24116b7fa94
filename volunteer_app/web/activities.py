"""An activity's page, and the list of all activities."""

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext

from .. import clock
from ..activities import queries
from ..activities.access import can_see
from ..activities.models import Activity, ActivityState, ThemeField
from ..activities.queries import PUBLIC, Listed, Wanted
from ..people.roles import works_in
from ..teams.models import TeamKind
from ..words import word
from . import office
from .access import public, require, staff
from .filters import PAGE_SIZE, Page, chosen, day_typed, field_choices, kind_choices, page_number, words_typed
from .session import signed_in

pages = Blueprint("activities", __name__)


@pages.get("/activities/<int(max=2147483647):activity_id>")
@public
def show(activity_id: int) -> str:
    """One activity: what, when, where, who, and what it offers."""
    activity = queries.one(activity_id)
    if activity is None:
        abort(404)
    require(can_see(signed_in(), activity))
    office.show(activity.subdistrict)
    return render_template(
        "activities/show.html",
        activity=activity,
        item=queries.as_listed(activity, at=clock.now()),
        following=_following(activity) if activity.state is ActivityState.CANCELLED else None,
        inside=works_in(signed_in(), activity.subdistrict),
    )


def _following(activity: Activity) -> Listed | None:
    """The team's next activity: what a cancelled one's visitors can go to instead."""
    wanted = Wanted(
        team_id=activity.team_id, since=max(activity.starts_at, clock.now()), states=(ActivityState.PUBLISHED,)
    )
    return next(iter(queries.listed(wanted, at=clock.now(), limit=1)), None) if activity.team_id else None


@pages.get("/activities/")
@staff
def index() -> str:
    """All activities of the office: searched, filtered, sorted by time, paged."""
    place = office.present()
    wanted = Wanted(
        within=place,
        kind=chosen(TeamKind, "kind"),
        field=chosen(ThemeField, "theme"),
        states=(state,) if (state := chosen(ActivityState, "state")) else tuple(ActivityState),
        since=day_typed("from"),
        until=day_typed("to", after=True),
        words=words_typed(),
    )
    require(place is None or works_in(signed_in(), place))
    total = queries.how_many(wanted) if place else 0
    count = max(-(-total // PAGE_SIZE), 1)
    number = min(page_number(), count)
    newest_first = request.args.get("sort", "-time") != "time"
    rows = (
        queries.listed(
            wanted, at=clock.now(), newest_first=newest_first, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE
        )
        if place
        else []
    )
    return render_template(
        "activities/index.html",
        page=Page(rows, number, count, total),
        order="-time" if newest_first else "time",
        states=[(None, gettext("All"), ""), *((it.value, word(it), "") for it in ActivityState)],
        kinds=kind_choices(),
        fields=field_choices(),
        public=PUBLIC,
    )
