"""The desk for teams: adding, changing, naming the leader, dissolving and restoring them."""

from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import contains_eager
from werkzeug.wrappers import Response

from .. import clock
from ..activities.planning import endings, holders, renames
from ..database import by_code_point, db, holding
from ..errors import BadInput, Refused
from ..people.models import Person
from ..people.roles import STAFF, scope
from ..places import queries as places
from ..places.keeping import NameTaken
from ..places.models import Place
from ..teams import access, keeping, roster
from ..teams.keeping import SlotFaulty
from ..teams.models import Team
from ..words import say
from . import office
from .access import member, require, staff
from .filters import paged, words_typed
from .forms.endings import LastDayForm
from .forms.stale import Changed, changes
from .forms.teams import NOBODY, OTHER, LeaderForm, TeamForm, shown
from .roster import chosen, own_team
from .running import own_office
from .session import actor

pages = Blueprint("team_desk", __name__, url_prefix="/teams")

Answer = str | tuple[str, int] | Response


@pages.get("/new")
@staff
def new() -> Answer:
    """The form of a new team, at the place that the address names."""
    around = _office()
    asked = places.by_slug(request.args.get("place", ""))
    return _new(TeamForm(formdata=None, data={"place": str(asked.id) if asked else ""}), around)


@pages.post("/new")
@staff
def add() -> Answer:
    """Add a team."""
    around = _office()
    form = TeamForm()
    form.offer(_homes(around), holders.venues(around, on=clock.today()))
    if not form.validate_on_submit():
        return _new(form, around), 422
    values = form.values()
    home = db.session.get_one(Place, values.pop("place_id"))
    try:
        team = keeping.add(home, values, by=actor().id)
    except (NameTaken, SlotFaulty) as bad:
        _blame(form, bad)
        return _new(form, around), 422
    renames.team_counted(team)
    db.session.commit()
    flash(gettext("%(team)s is added. Now say who leads it, and who belongs to it.", team=team.name))
    return redirect(url_for("teams.show", slug=team.slug), 303)


@pages.get("/dissolved")
@staff
def dissolved() -> str:
    """The dissolved teams of the office, as far as the account keeps them: searched, paged."""
    around = _office()
    query = (
        select(Team)
        .join(Team.place)
        .options(contains_eager(Team.place))
        .where(Team.subdistrict_id == around.id, Team.dissolved.is_not(None))
        .where(scope(actor(), STAFF).matches(Place.path, Team.id))
    )
    query = query.where(*holding(words_typed(), Team.name)).order_by(by_code_point(Team.name), Team.id)
    return render_template("team_desk/dissolved.html", page=paged(query))


@pages.get("/<slug>/edit")
@member
def edit(slug: str) -> Answer:
    """A team to be changed: all of it by the staff, a part by its leader."""
    team = own_team(slug)
    return _edit(_offered(TeamForm.showing(shown(team)), team), team)


@pages.post("/<slug>/edit")
@member
def change(slug: str) -> Answer:
    """Change a team; calendars that show it say so."""
    team = own_team(slug)
    form = _offered(TeamForm(), team)
    if not form.validate_on_submit():
        return _edit(form, team), 422
    keeping.hold(team)
    if changed := changes(form, shown(team)):
        return _edit(form, team, changed), 409
    try:
        renames.change_team(team, form.values(), by=actor().id)
    except (NameTaken, SlotFaulty) as bad:
        _blame(form, bad)
        return _edit(form, team), 422
    db.session.commit()
    flash(gettext("The changes are saved."))
    return redirect(url_for("teams.show", slug=slug), 303)


@pages.get("/<slug>/leader")
@staff
def leader(slug: str) -> Answer:
    """Who leads a team, to be changed."""
    team = _edited(slug)
    return _leader(LeaderForm.showing(_leading(team)), team)


@pages.post("/<slug>/leader")
@staff
def name_leader(slug: str) -> Answer:
    """Say who leads a team: one of its members, or somebody who joins it now."""
    team = _edited(slug)
    form = LeaderForm()
    form.offer(_candidates(team))
    if not form.validate_on_submit():
        return _leader(form, team), 422
    keeping.hold(team)
    if changed := changes(form, _leading(team)):
        return _leader(form, team, changed), 409
    person = None
    if form.member.data == OTHER:
        person = chosen(form, team)
        if person is None:
            return _leader(form, team), 422
    elif form.member.data != NOBODY:
        person = db.session.get_one(Person, int(form.member.data))
    roster.name_leader(team, person, by=actor().id)
    renames.team_counted(team)
    db.session.commit()
    flash(gettext("The changes are saved."))
    return redirect(url_for("teams.show", slug=slug), 303)


@pages.get("/<slug>/dissolution")
@staff
def dissolution(slug: str) -> Answer:
    """What a team still has to do, and the last day on which it's there."""
    return _dissolution(LastDayForm(formdata=None, data={"last_day": clock.today()}), _edited(slug))


@pages.post("/<slug>/dissolution")
@staff
def dissolve(slug: str) -> Answer:
    """Let a team end."""
    team = _edited(slug)
    form = LastDayForm()
    if not form.validate_on_submit():
        return _dissolution(form, team), 422
    last_day = form.last_day.data
    assert isinstance(last_day, date)  # noqa: S101 - the form is valid
    try:
        endings.dissolve_team(team, last_day, by=actor().id)
    except (Refused, BadInput) as problem:
        form.last_day.errors = [say(problem.message)]
        return _dissolution(form, team, last_day), 409 if isinstance(problem, Refused) else 422
    db.session.commit()
    flash(gettext("%(team)s is dissolved. Its page stays, and there you can restore it.", team=team.name))
    return redirect(url_for("teams.show", slug=slug), 303)


@pages.post("/<slug>/restoration")
@staff
def restore(slug: str) -> Answer:
    """Let a dissolved team be there again."""
    team = _edited(slug)
    keeping.restore(team, by=actor().id)
    renames.team_counted(team)
    db.session.commit()
    flash(gettext("%(team)s is there again.", team=team.name))
    return redirect(url_for("teams.show", slug=slug), 303)


def _office() -> Place:
    """The sub-district in which the account keeps teams: that of the place in the address, or the one shown."""
    asked = places.by_slug(request.args.get("place", ""))
    if asked and asked.subdistrict_id:
        office.show(db.session.get_one(Place, asked.subdistrict_id))
    around = own_office(scope(actor(), STAFF))
    if around is None:
        abort(404)
    return around


def _homes(around: Place) -> list[Place]:
    """The places to which the account may give teams."""
    return holders.places(scope(actor(), STAFF), around, on=clock.today())


def _edited(slug: str) -> Team:
    team = own_team(slug)
    require(access.can_edit(actor(), team))
    return team


def _offered(form: TeamForm, team: Team) -> TeamForm:
    editing = access.can_edit(actor(), team)
    today, around = clock.today(), team.subdistrict
    homes = _homes(around) if editing else []
    if editing and team.place not in homes:
        homes = [team.place, *homes]
    venues = holders.venues(around, on=today, besides=team.venue_id)
    form.offer(homes, venues, has_slot=team.weekday is not None)
    return form


def _leading(team: Team) -> dict[str, str]:
    return {"member": str(team.leader_id or NOBODY)}


def _candidates(team: Team) -> list[Person]:
    """The members, and whoever leads the team without being one."""
    people = [it.person for it in db.session.scalars(roster.members(team, on=clock.today()))]
    return people if team.leader is None or team.leader in people else [team.leader, *people]


def _blame(form: TeamForm, bad: NameTaken | SlotFaulty) -> None:
    field = form.name if isinstance(bad, NameTaken) else form.slot_ends
    field.errors = [say(bad.message)]


def _new(form: TeamForm, around: Place) -> str:
    form.offer(_homes(around), holders.venues(around, on=clock.today()))
    return render_template("team_desk/new.html", form=form)


def _edit(form: TeamForm, team: Team, changed: list[Changed] | None = None) -> str:
    return render_template("team_desk/edit.html", form=form, team=team, changed=changed or [])


def _leader(form: LeaderForm, team: Team, changed: list[Changed] | None = None) -> str:
    form.offer(_candidates(team))
    return render_template("team_desk/leader.html", form=form, team=team, changed=changed or [])


def _dissolution(form: LastDayForm, team: Team, last_day: date | None = None) -> str:
    hanging = endings.on_team(team, last_day or clock.today())
    return render_template("team_desk/dissolution.html", form=form, team=team, hanging=hanging)
