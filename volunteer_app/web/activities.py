"""An activity's page, and the list of all activities."""

from enum import StrEnum

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext

from .. import clock
from ..activities import queries
from ..activities.access import can_see
from ..activities.models import ActivityState, ThemeField
from ..activities.queries import Wanted
from ..people.roles import is_staff, scope
from ..teams import queries as teams
from ..teams.models import TeamKind
from ..words import word
from . import activity_page
from .access import member, public, require
from .filters import PAGE_SIZE, Page, chosen, field_choices, kind_choices, paging, words_typed
from .filters import order as sort_order
from .running import own_office
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
    return activity_page.show(activity)


@pages.get("/activities/")
@member
def index() -> str:
    """The activities that an account runs, drafts among them: searched, filtered, sorted by time, paged."""
    reach = scope(signed_in())
    require(bool(reach))
    place = own_office(reach)
    team = teams.by_slug(slug) if (slug := request.args.get("team")) else None
    if slug and team is None:
        abort(404)
    now = clock.now()
    when, state = chosen(When, "when") or When.COMING, chosen(ActivityState, "state")
    wanted = Wanted(
        within=place,
        scope=reach,
        team_id=team.id if team else None,
        kind=chosen(TeamKind, "kind"),
        field=chosen(ThemeField, "theme"),
        states=(state,) if state else tuple(ActivityState),
        ends_after=now if when is When.COMING else None,
        until=now if when is When.PAST else None,
        words=words_typed(),
    )
    total = queries.how_many(wanted) if place else 0
    number, count = paging(total)
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
        team=team,
        chosen_state=state,
        may_import=is_staff(signed_in()),
    )
