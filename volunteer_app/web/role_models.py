"""Role models: the list and the story for everyone; nominating somebody or a whole team."""

from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from .. import clock
from ..activities.planning import holders
from ..contests.access import REVIEWING
from ..contests.role_models import access, nominating, publishing, queries
from ..contests.role_models.models import RoleModel, RoleModelState
from ..database import db
from ..errors import BadInput, Refused
from ..people.consents import PURPOSES, Purpose
from ..people.models import Account, Person
from ..people.roles import STAFF, scope
from ..places.models import Place
from ..teams import queries as teams
from ..teams.models import Membership, Team
from ..words import say
from . import office
from .access import member, public, require
from .filters import paged
from .forms.fields import number
from .forms.role_models import NominationForm
from .session import actor, signed_in

pages = Blueprint("role_models", __name__, url_prefix="/role-models")

Answer = str | tuple[str, int] | Response


@pages.get("/")
@public
def index() -> str:
    """The role models of the office shown, the latest first, by year."""
    around = office.present()
    if around is None:
        return render_template("role_models/index.html", page=None)
    years = queries.years(around)
    year = next((it for it in years if str(it) == request.args.get("year")), None)
    return render_template(
        "role_models/index.html",
        page=paged(queries.published(around, year)),
        shown_name=queries.shown_name,
        may_review=bool(scope(signed_in(), REVIEWING)),
        years=[(None, gettext("All"), ""), *((str(it), str(it), "") for it in years)],
        year=year,
    )


@pages.get("/<slug>")
@public
def show(slug: str) -> str:
    """A story; what isn't published is seen by those who may do something with it."""
    model, account = found(slug), signed_in()
    own = access.is_about(account, model)
    return render_template(
        "role_models/show.html",
        model=model,
        shown_name=queries.shown_name,
        shown=queries.is_shown(model),
        inside=access.can_see_unpublished(account, model),
        own=own,
        agrees=model.person is None or publishing.agrees(model.person),
        words=PURPOSES[Purpose.ROLE_MODEL].text,
        supports=queries.supports(model),
        may_review=model.state is RoleModelState.NOMINATED and access.can_review(account, model),
        may_change=access.can_change(account, model),
        may_withdraw=access.can_withdraw(account, model),
        may_note=own or access.can_review(account, model),
    )


@pages.get("/nomination")
@member
def nomination() -> str:
    """The form; without a team or a person the teams to choose from."""
    team, person = _asked(actor())
    if team is None and person is None:
        return render_template("role_models/choice.html", teams=_own_teams(actor()))
    return _nomination(team, person, NominationForm(formdata=None))


@pages.post("/nomination")
@member
def nominate() -> Answer:
    """Nominate; the same form once more adds nothing."""
    account = actor()
    team, person = _asked(account)
    form = NominationForm()
    if team is None and person is None:
        abort(404)
    form.ask(None if team else _places(account))
    if not form.validate_on_submit():
        return _nomination(team, person, form), 422
    key = form.delivery(account)
    try:
        if team:
            place = team.place
            person = nominating.member_of(team, form.name.data) if form.name.data else None
        else:
            place = next(it for it in _places(account) if it.slug == form.place.data)
        model = nominating.nominate(
            place=place,
            team=team,
            person=person,
            title=form.title.data or "",
            story=form.story.data or "",
            key=key,
            by=account.id,
        )
    except (BadInput, Refused) as problem:
        db.session.rollback()
        (form.name if team else form.title).errors = [say(problem.message)]
        return _nomination(*_asked(actor()), form), 409 if isinstance(problem, Refused) else 422
    db.session.commit()
    if model is None:
        return redirect(url_for("role_models.nomination"), 303)
    flash(gettext("Nominated. Add a photo and the records that support it; the office or the community decides."))
    return redirect(url_for("role_models.show", slug=model.slug), 303)


def found(slug: str) -> RoleModel:
    """The role model of an address, as far as whoever asks may see it.

    Raises:
        werkzeug.exceptions.NotFound: there is none, or it isn't theirs to see.
    """
    model = queries.of_slug(slug)
    if model is None or not (queries.is_shown(model) or access.can_see_unpublished(signed_in(), model)):
        abort(404)
    office.show(db.session.get_one(Place, model.subdistrict_id))
    return model


def _asked(account: Account) -> tuple[Team | None, Person | None]:
    """The team or the person that the address names, if they may be nominated."""
    if slug := request.args.get("team"):
        team = teams.by_slug(slug)
        if team is None:
            abort(404)
        require(access.can_nominate_in(account, team))
        office.show(team.subdistrict)
        return team, None
    person_id = number(request.args.get("person"))
    if person_id is None:
        return None, None
    person = db.session.get(Person, person_id)
    if person is None:
        abort(404)
    require(access.can_nominate(account, person))
    return None, person


def _own_teams(account: Account) -> Sequence[Team]:
    """The teams that somebody belongs to or leads."""
    own = select(Membership.team_id).where(Membership.person_id == account.person_id, teams.belongs(clock.today()))
    mine = Team.id.in_(own) | Team.id.in_(scope(account).team_ids)
    return db.session.scalars(select(Team).where(mine, teams.there(clock.today())).order_by(Team.id)).all()


def _places(account: Account) -> Sequence[Place]:
    around = office.present()
    return holders.places(scope(account, STAFF), around, on=clock.today()) if around else []


def _nomination(team: Team | None, person: Person | None, form: NominationForm) -> str:
    if "place" in form and "name" in form:
        form.ask(None if team else _places(actor()))
    return render_template("role_models/nomination.html", team=team, person=person, form=form)
