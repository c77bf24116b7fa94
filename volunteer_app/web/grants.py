"""Roles: who has which where, giving and ending them. For officers inside their sub-district, and administrators."""

from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from .. import clock
from ..activities import visibility
from ..database import db, holding
from ..errors import BadInput, Refused
from ..people import accounts, granting, requests
from ..people.models import Account, Person, Role, RoleGrant
from ..people.roles import OFFICE, Scope, is_administrator, scope, standing, works_in
from ..places.models import Place
from ..places.queries import there
from ..teams import queries as teams
from ..teams.models import Team
from ..words import say
from . import office
from .access import require, staff
from .accounts import Answer
from .filters import paged, words_typed
from .forms.grants import AT_ONCE, EndForm, GrantForm
from .session import actor

pages = Blueprint("grants", __name__)


@pages.get("/grants/")
@staff
def index() -> str:
    """Who has which role where; those which ended stand behind a link."""
    account = actor()
    own = scope(account, OFFICE)
    require(bool(own))
    ended = request.args.get("state") == "ended"
    page = paged(_matching(own, ended=ended, words=words_typed()))
    owners = db.session.scalars(
        select(Account)
        .options(joinedload(Account.person))
        .where(Account.id.in_([it for grant in page.rows for it in (grant.account_id, grant.granted_by_id) if it]))
    )
    led = db.session.scalars(
        select(Team).options(joinedload(Team.place)).where(Team.id.in_([it.team_id for it in page.rows if it.team_id]))
    )
    return render_template(
        "grants/index.html",
        page=page,
        ended=ended,
        people={owner.id: owner.person for owner in owners},
        teams={team.id: team for team in led},
    )


@pages.get("/grants/new")
@staff
def add() -> str:
    """First which role; then who gets it, and where."""
    team = teams.by_slug(request.args.get("team", ""))
    if team:
        office.show(team.subdistrict)
    here = _here()
    role = Role.LEADER if team else _role(request.args.get("role", ""))
    if role is None:
        return render_template("grants/add.html", roles=_roles(), form=None)
    return _add(_form(role, here, team=team.slug if team else None, since=clock.today()), role)


@pages.post("/grants/new")
@staff
def give() -> Answer:
    """Give a role."""
    account = actor()
    here = _here()
    role = _role(request.form.get("role", ""))
    if role is None:
        abort(404)
    form = _form(role, here)
    if not form.validate_on_submit():
        return _add(form, role), 422
    place, team = _chosen(form, role, here)
    require(granting.may_give(account, role, team.place if team else place))
    other = accounts.find(form.login.data or "")
    if other is None or not _may_know(account, other, here):
        form.login.errors = [
            gettext(
                "Your office knows no account with this number. They can ask for one, and the office hands out a code."
            )
        ]
        return _add(form, role), 422
    try:
        granting.give(
            other,
            role,
            place=place,
            team_id=team.id if team else None,
            since=form.since.data or clock.today(),
            until=form.until.data,
            subdistrict_id=team.subdistrict_id if team else None,
            by=account.id,
        )
    except BadInput as bad:
        form.until.errors = [say(bad.message)]
        return _add(form, role), 422
    except Refused as refused:
        form.login.errors = [say(refused.message)]
        return _add(form, role), 422
    db.session.commit()
    flash(gettext("%(name)s has the role now.", name=other.person.name))
    return redirect(url_for("grants.index"), 303)


@pages.get("/grants/<int(max=2147483647):grant_id>/ending")
@staff
def ending(grant_id: int) -> str:
    """Ask before a role ends."""
    grant, team = _endable(grant_id)
    return _ending(EndForm(), grant, team)


@pages.post("/grants/<int(max=2147483647):grant_id>/ending")
@staff
def end(grant_id: int) -> Answer:
    """End a role: at once, or with today as its last day."""
    grant, team = _endable(grant_id)
    form = EndForm()
    if not form.validate_on_submit():
        return _ending(form, grant, team), 422
    last_day = clock.today() - timedelta(days=1 if form.when.data == AT_ONCE else 0)
    granting.end(grant, last_day=last_day, by=actor().id, subdistrict_id=team.subdistrict_id if team else None)
    db.session.commit()
    flash(gettext("The role is ended."))
    return redirect(url_for("grants.index"), 303)


def _matching(own: Scope, *, ended: bool, words: str) -> Select[RoleGrant]:
    """Grants within *own*, the latest first: those of today and later, or those that ended."""
    query = (
        select(RoleGrant)
        .outerjoin(Place, RoleGrant.place_id == Place.id)
        .outerjoin(Team, RoleGrant.team_id == Team.id)
        .where(or_(own.matches(Place.path, RoleGrant.team_id), visibility.teams_in(own)))
        .order_by(RoleGrant.id.desc())
    )
    over = RoleGrant.until < clock.today()
    query = query.where(over if ended else or_(RoleGrant.until.is_(None), ~over))
    named = select(Account.id).join(Account.person).where(*holding(words, Person.name, Account.phone))
    return query.where(RoleGrant.account_id.in_(named)) if words else query


def _here() -> Place:
    """The office whose roles are given."""
    here = office.present()
    if here is None:
        abort(404)
    require(works_in(actor(), here))
    return here


def _role(text: str) -> Role | None:
    return next((role for role in _roles() if role.value == text), None)


def _roles() -> list[Role]:
    """The roles which the account may give."""
    everything = is_administrator(actor())
    return [role for role in Role if everything or role is not Role.ADMINISTRATOR]


def _form(role: Role, here: Place, **values: object) -> GrantForm:
    """The form with what *role* needs to know."""
    form = GrantForm(data={"role": role.value, **values})
    if role is Role.LEADER:
        listed = teams.listed(teams.Wanted(subdistrict_id=here.id), on=clock.today())
        form.team.choices = [("", ""), *((team.slug, team.name) for team in listed)]
    else:
        del form.team
    if role in granting.PLACES:
        kinds = granting.PLACES[role]
        found = db.session.scalars(
            select(Place)
            .where(Place.subdistrict_id == here.id, Place.kind.in_(kinds), there(clock.today()))
            .order_by(Place.id)
        )
        options = [(place.slug, place.name) for place in found]
        form.place.choices = options if len(options) == 1 else [("", ""), *options]
    else:
        del form.place
    return form


def _chosen(form: GrantForm, role: Role, here: Place) -> tuple[Place | None, Team | None]:
    """The place and the team of a valid form: its choices are those of *here* alone."""
    team = teams.by_slug(form.team.data) if role is Role.LEADER else None
    query = select(Place).where(Place.subdistrict_id == here.id)
    place = db.session.scalar(query.where(Place.slug == form.place.data)) if role in granting.PLACES else None
    return place, team


def _may_know(account: Account, other: Account, here: Place) -> bool:
    """Whether the office may learn that *other* is there: somebody it sees, trusts already, or gave a code."""
    own = scope(account, OFFICE)
    return (
        visibility.is_visible(other.person, own)
        or any(grant.place and own.holds(grant.place.path) for grant in standing(other))
        or requests.was_granted(other, here)
        or own.everywhere
    )


def _add(form: GrantForm, role: Role) -> str:
    return render_template("grants/add.html", form=form, role=role, roles=_roles())


def _endable(grant_id: int) -> tuple[RoleGrant, Team | None]:
    """A role that the account may end, and its team."""
    grant = db.session.get(RoleGrant, grant_id)
    if grant is None:
        abort(404)
    team = db.session.get(Team, grant.team_id) if grant.team_id else None
    require(granting.may_give(actor(), grant.role, team.place if team else grant.place))
    return grant, team


def _ending(form: EndForm, grant: RoleGrant, team: Team | None) -> str:
    owner = db.session.get_one(Account, grant.account_id)
    return render_template("grants/ending.html", form=form, grant=grant, team=team, owner=owner)
