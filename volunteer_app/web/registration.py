"""Asking for an account, and the office's list of who asked.

To ask is answered in the same way, by the same statements, whoever is known: it reads nothing of people or accounts.
"""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import or_, select
from werkzeug.wrappers import Response

from ..activities import visibility
from ..activities.persons.codes import may_open
from ..database import db
from ..errors import N_, BadInput, Refused
from ..people import accounts, requests
from ..people.models import Account, AccountRequest, Person
from ..people.roles import OFFICE, scope, works_in
from ..places import queries as places
from ..places.models import Place
from ..words import say
from . import office
from .access import public, require, staff
from .accounts import Answer
from .codes import show_once
from .filters import paged
from .forms.accounts import RequestForm
from .limits import limiter
from .session import actor, signed_in

pages = Blueprint("registration", __name__)

MOST_ALIKE = 20
"""How many people a request's page offers as the one who asked."""


@pages.get("/registration")
@public
def ask() -> str:
    """The form to ask for an account."""
    here = office.present()
    return _ask(_form(subdistrict=here.slug if here else None))


@pages.post("/registration")
@public
@limiter.limit("10 per minute; 60 per hour")
def add() -> Answer:
    """Ask an office for an account."""
    form = _form()
    if not form.validate_on_submit():
        return _ask(form), 422
    chosen = places.by_slug(form.subdistrict.data)
    if chosen is None:
        abort(404)
    try:
        requests.ask(chosen, name=form.name.data or "", phone=form.phone.data or "", note=form.note.data or "")
    except BadInput as bad:
        form.phone.errors = [say(bad.message)]
        return _ask(form), 422
    db.session.commit()
    return redirect(url_for("registration.asked", office=chosen.slug), 303)


@pages.get("/registration/asked")
@public
def asked() -> str:
    """What happens next: the same for everyone."""
    return render_template("registration/asked.html")


@pages.get("/registration/requests")
@staff
def index() -> str:
    """Who asked this office for an account."""
    here = office.present()
    require(here is None or works_in(signed_in(), here))
    if here is None:
        return render_template("registration/index.html", page=None)
    waiting = request.args.get("state") != "decided"
    return render_template("registration/index.html", page=paged(requests.of(here, waiting=waiting)), waiting=waiting)


@pages.get("/registration/requests/<int(max=2147483647):request_id>")
@staff
def show(request_id: int) -> str:
    """One request, beside the people who could be the one who asked."""
    account, asking = _asking(request_id)
    return render_template(
        "registration/show.html",
        asking=asking,
        alike=_alike(account, asking),
        number_signs_in=db.session.scalar(select(Account.id).where(Account.phone == asking.phone)) is not None,
    )


@pages.post("/registration/requests/<int(max=2147483647):request_id>/code")
@staff
def grant(request_id: int) -> Response:
    """Make a code for the person who asked: one of those whom the office knows, or somebody new."""
    account, asking = _asking(request_id)
    chosen = request.form.get("person", "")
    if chosen:
        person = next((it for it in _alike(account, asking) if str(it.id) == chosen), None)
        if person is None:
            abort(404)
    else:
        person = accounts.find_or_add_person(name=asking.name, phone=asking.phone)
    if not may_open(account, person):
        raise Refused(N_("This person works for another office, or has more rights than you. Ask an administrator."))
    digits = requests.grant(asking, person, by=account)
    db.session.commit()
    return show_once(person, digits)


@pages.post("/registration/requests/<int(max=2147483647):request_id>/refusal")
@staff
def decline(request_id: int) -> Response:
    """Give no account."""
    account, asking = _asking(request_id)
    requests.decline(asking, by=account)
    db.session.commit()
    flash(gettext("The request is declined."))
    return redirect(url_for("registration.index"), 303)


def _asking(request_id: int) -> tuple[Account, AccountRequest]:
    """Who acts, and the request they may decide."""
    account = actor()
    asking = db.session.get(AccountRequest, request_id)
    if asking is None:
        abort(404)
    subdistrict = db.session.get_one(Place, asking.subdistrict_id)
    require(works_in(account, subdistrict))
    office.show(subdistrict)
    return account, asking


def _alike(account: Account, asking: AccountRequest) -> list[Person]:
    """People in the scope of *account* who have the name or the number of whoever asked."""
    alike = or_(Person.phone == asking.phone, Person.name == asking.name)
    return list(db.session.scalars(visibility.people_of(scope(account, OFFICE)).where(alike).limit(MOST_ALIKE)))


def _form(subdistrict: str | None = None) -> RequestForm:
    form = RequestForm(data={"subdistrict": subdistrict})
    form.subdistrict.choices = [(it.slug, it.name) for it in places.subdistricts()]
    return form


def _ask(form: RequestForm) -> str:
    return render_template("registration/ask.html", form=form)
