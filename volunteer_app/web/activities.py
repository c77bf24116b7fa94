"""An activity's page, and the list of all activities."""

from enum import StrEnum

from flask import Blueprint, abort, render_template
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
from .filters import PAGE_SIZE, Page, chosen, field_choices, kind_choices, page_number, words_typed
from .filters import order as sort_order
from .session import signed_in

pages = Blueprint("activities", __name__)


class When(StrEnum):
    """Which activities the office's list shows: what is still to come, unless asked otherwise."""

    COMING = "coming"
    PAST = "past"
    ALL = "all"


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
    require(place is None or works_in(signed_in(), place))
    now = clock.now()
    when = chosen(When, "when") or When.COMING
    wanted = Wanted(
        within=place,
        kind=chosen(TeamKind, "kind"),
        field=chosen(ThemeField, "theme"),
        states=(state,) if (state := chosen(ActivityState, "state")) else tuple(ActivityState),
        ends_after=now if when is When.COMING else None,
        until=now if when is When.PAST else None,
        words=words_typed(),
    )
    total = queries.how_many(wanted) if place else 0
    count = max(-(-total // PAGE_SIZE), 1)
    number = min(page_number(), count)
    # What comes next stands first: the next activity of those to come, the latest of those that were.
    order = sort_order(("time",), "time" if when is When.COMING else "-time")
    rows = (
        queries.listed(wanted, at=now, newest_first=order == "-time", limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
        if place
        else []
    )
    return render_template(
        "activities/index.html",
        page=Page(rows, number, count, total),
        order=order,
        whens=[(None, gettext("Coming"), ""), ("past", gettext("Past"), ""), ("all", gettext("All"), "")],
        states=[(None, gettext("All"), ""), *((it.value, word(it), "") for it in ActivityState)],
        kinds=kind_choices(),
        fields=field_choices(),
        public=PUBLIC,
    )
