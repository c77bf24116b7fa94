"""A team's roster for whoever keeps it; and asking to join, for everyone with an account."""

from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from .. import clock
from ..activities.planning import renames
from ..activities.signing.look_alikes import look_alikes
from ..activities.visibility import SEE_PEOPLE
from ..database import db
from ..errors import BadInput, Refused
from ..people.models import Person
from ..people.roles import scope
from ..teams import access, queries, roster
from ..teams.models import MemberRole, Membership, MembershipRequest, Team
from ..words import say
from . import office
from .access import member, require
from .filters import order, paged, words_typed
from .forms.endings import LastDayForm
from .forms.roster import NEW, JoinForm, PersonForm, RoleForm
from .session import actor

pages = Blueprint("roster", __name__, url_prefix="/teams/<slug>")

Answer = str | tuple[str, int] | Response


@pages.get("/roster")
@member
def index(slug: str) -> Answer:
    """Who belongs to a team, with phones; and who wants to."""
    team = own_team(slug)
    sorted_by = order(roster.ORDERS, "role")
    query = roster.members(team, on=clock.today(), words=words_typed(), order=sorted_by)
    return render_template(
        "roster/index.html", team=team, page=paged(query), order=sorted_by, requests=roster.open_requests(team)
    )


@pages.get("/roster/sheet")
@member
def sheet(slug: str) -> Answer:
    """The whole roster on paper."""
    team = own_team(slug)
    rows = db.session.scalars(roster.members(team, on=clock.today())).all()
    return render_template("roster/sheet.html", team=team, rows=rows)


@pages.get("/roster/new")
@member
def new(slug: str) -> Answer:
    """The form of a new member."""
    return _new(PersonForm(formdata=None), own_team(slug))


@pages.post("/roster/new")
@member
def add(slug: str) -> Answer:
    """Take somebody into a team; where people look alike, ask which of them it is."""
    team = own_team(slug)
    form = PersonForm()
    if not form.validate_on_submit():
        return _new(form, team), 422
    person = chosen(form, team)
    if person is None:
        return _new(form, team), 422
    roster.add(team, person, by=actor().id)
    return _done(team, gettext("%(name)s belongs to the team.", name=person.name))


@pages.get("/roster/<int(max=2147483647):membership_id>/end")
@member
def ending(slug: str, membership_id: int) -> Answer:
    """The last day of somebody's membership."""
    membership = _membership(slug, membership_id)
    return _ending(LastDayForm(formdata=None, data={"last_day": clock.today()}), membership)


@pages.post("/roster/<int(max=2147483647):membership_id>/end")
@member
def end(slug: str, membership_id: int) -> Answer:
    """Let somebody's membership end."""
    membership = _membership(slug, membership_id)
    form = LastDayForm()
    if not form.validate_on_submit():
        return _ending(form, membership), 422
    last_day = form.last_day.data
    assert isinstance(last_day, date)  # noqa: S101 - the form is valid
    try:
        roster.end(membership, last_day, by=actor().id)
    except (BadInput, Refused) as problem:
        form.last_day.errors = [say(problem.message)]
        return _ending(form, membership), 409 if isinstance(problem, Refused) else 422
    return _done(membership.team, gettext("The membership of %(name)s ends.", name=membership.person.name))


@pages.post("/roster/<int(max=2147483647):membership_id>/role")
@member
def role(slug: str, membership_id: int) -> Answer:
    """Make somebody one of those who lead the team, or a plain member again."""
    membership = _membership(slug, membership_id)
    form = RoleForm()
    if not form.validate_on_submit():
        abort(400)
    roster.set_role(membership, MemberRole(form.role.data), by=actor().id)
    return _done(membership.team, gettext("The changes are saved."))


@pages.post("/requests")
@member
def ask(slug: str) -> Answer:
    """Ask to join a team."""
    team = _team(slug)
    form = JoinForm()
    if not form.validate_on_submit():
        abort(400)
    roster.ask(team, actor().person, note=form.note.data or "", by=actor().id)
    db.session.commit()
    flash(gettext("You've asked to join. The leader decides, and you find the answer under “Mine”."))
    return redirect(url_for("teams.show", slug=slug), 303)


@pages.post("/requests/withdrawal")
@member
def withdraw(slug: str) -> Answer:
    """Take one's own request back."""
    team = _team(slug)
    request = roster.open_request(team, actor().person)
    if request:
        roster.withdraw(request, by=actor().id)
    db.session.commit()
    flash(gettext("You've taken your request back."))
    return redirect(url_for("teams.show", slug=slug), 303)


@pages.post("/requests/<int(max=2147483647):request_id>/approval")
@member
def grant(slug: str, request_id: int) -> Answer:
    """Take whoever asked into the team."""
    request = _request(slug, request_id)
    roster.grant(request, by=actor().id)
    return _done(request.team, gettext("%(name)s belongs to the team.", name=request.person.name))


@pages.post("/requests/<int(max=2147483647):request_id>/refusal")
@member
def decline(slug: str, request_id: int) -> Answer:
    """Tell whoever asked that they can't join."""
    request = _request(slug, request_id)
    roster.decline(request, by=actor().id)
    return _done(request.team, gettext("%(name)s finds the answer under “Mine”.", name=request.person.name))


def own_team(slug: str) -> Team:
    """The team of this address, which the account keeps.

    Raises:
        werkzeug.exceptions.NotFound: there is none.
        werkzeug.exceptions.Forbidden: somebody else keeps it.
    """
    team = _team(slug)
    require(access.can_keep(actor(), team))
    return team


def chosen(form: PersonForm, team: Team) -> Person | None:
    """The person whom a valid form names; None where it now says what is wrong, or asks who of several it is."""
    name, phone = form.name.data or "", form.phone.data or ""
    try:
        alike = look_alikes(scope(actor(), SEE_PEOPLE), name=name, phone=phone)
        if picked := next((person for person in alike if form.who.data == str(person.id)), None):
            return picked
        if alike and form.who.data != NEW:
            form.ask_who(alike)
            return None
        if not phone.strip() and not access.can_edit(actor(), team):
            form.phone.errors = [gettext("Enter a phone number; the office can add somebody without one.")]
            return None
        return roster.person_of(team, name=name, phone=phone)
    except BadInput as bad:
        form.phone.errors = [say(bad.message)]
        return None


def _team(slug: str) -> Team:
    team = queries.by_slug(slug)
    if team is None:
        abort(404)
    office.show(team.subdistrict)
    return team


def _membership(slug: str, membership_id: int) -> Membership:
    team, membership = own_team(slug), db.session.get(Membership, membership_id)
    if membership is None or membership.team_id != team.id:
        abort(404)
    return membership


def _request(slug: str, request_id: int) -> MembershipRequest:
    team, request = own_team(slug), db.session.get(MembershipRequest, request_id)
    if request is None or request.team_id != team.id:
        abort(404)
    return request


def _new(form: PersonForm, team: Team) -> str:
    return render_template("roster/new.html", form=form, team=team, may_edit=access.can_edit(actor(), team))


def _ending(form: LastDayForm, membership: Membership) -> str:
    return render_template("roster/ending.html", form=form, membership=membership, team=membership.team)


def _done(team: Team, said: str) -> Response:
    """The end of every change of a roster: pages that count the members are written anew."""
    renames.team_counted(team)
    db.session.commit()
    flash(said)
    return redirect(url_for("roster.index", slug=team.slug), 303)
