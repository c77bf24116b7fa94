"""Teams: the list of all, and a team's public page with its leader masked."""

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from .. import clock
from ..activities import queries as activities
from ..activities import stamps
from ..activities.planning import holders
from ..activities.queries import Wanted
from ..contests.role_models import queries as role_models
from ..people.models import Account
from ..people.roles import STAFF, scope, works_in
from ..places import queries as places
from ..reports.counts import of_team
from ..teams import access, keeping, queries, roster
from ..teams.models import Team, TeamKind
from . import office
from .access import public
from .filters import chosen, community_choices, kind_choices, order, paged, words_typed
from .forms.roster import JoinForm
from .kept import kept
from .session import signed_in

pages = Blueprint("teams", __name__)

COMING = 6
"""How many coming activities a team's page shows."""


@pages.get("/teams/")
@public
def index() -> str:
    """All teams of the office: searched, filtered, sorted, paged."""
    place = office.present()
    if place is None:
        return render_template("teams/index.html", page=None)
    communities = places.communities(place)
    community = next((it for it in communities if it.slug == request.args.get("community")), None)
    wanted = queries.Wanted(
        subdistrict_id=place.id, within=community, kind=chosen(TeamKind, "kind"), words=words_typed()
    )
    sorted_by = order(queries.ORDERS, "name")
    page = paged(queries.matching(wanted, on=clock.today(), order=sorted_by))
    return render_template(
        "teams/index.html",
        page=page,
        order=sorted_by,
        members=queries.member_counts([team.id for team in page.rows], on=clock.today()),
        kinds=kind_choices(),
        communities=community_choices(place),
        community=community,
        may_add=bool(holders.places(scope(signed_in(), STAFF), place, on=clock.today())) if signed_in() else False,
    )


@pages.get("/teams/<slug>")
@public
def show(slug: str) -> Response:
    """One team: its slot, what comes next, whom to ask, and its calendar."""
    team = queries.by_slug(slug)
    if team is None:
        abort(404)
    office.show(team.subdistrict)
    account = signed_in()
    honoured = role_models.of_team(team.id)

    def render() -> str:
        now = clock.now()
        return render_template(
            "teams/show.html",
            team=team,
            coming=activities.listed(Wanted(team_id=team.id, ends_after=now), at=now, limit=COMING),
            year=_year(team),
            past=activities.listed(Wanted(team_id=team.id, until=now), at=now, newest_first=True, limit=3),
            members=queries.member_count(team, on=clock.today()),
            above=places.above(team.place),
            total=queries.how_many(team.subdistrict_id, on=clock.today()),
            inside=works_in(account, team.subdistrict),
            there=keeping.is_there(team, clock.today()),
            may_edit=access.can_edit(account, team),
            may_keep=access.can_keep(account, team),
            role_models=honoured,
            shown_name=role_models.shown_name,
            **_joining(account, team),
        )

    # Who withdraws consent is gone at once: so the kept page depends on whom it names.
    named = tuple((it.id, it.decided_at) for it in honoured)
    return kept((team.id, stamps.of_team(team.id), named), render)


def _joining(account: Account | None, team: Team) -> dict[str, object]:
    """Whether the visitor belongs to the team, or asked to; and the form to ask."""
    if account is None:
        return {"belongs": False, "asked": None, "form": None}
    membership = roster.of(team, account.person)
    return {
        "belongs": membership is not None and roster.lasts(membership),
        "asked": roster.open_request(team, account.person),
        "form": JoinForm(formdata=None),
    }


def _year(team: Team) -> dict[str, object]:
    """What the team did in the year of today, with the period for the way to its rows."""
    today = clock.today()
    count = of_team(team.id, today.replace(month=1, day=1), today)
    return {"held": count.held, "attendances": count.attendances, "first": today.replace(month=1, day=1), "last": today}
