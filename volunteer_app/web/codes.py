"""One-time codes: the staff and leaders make one for somebody they know; whoever has one opens an account with it."""

from time import monotonic

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext
from werkzeug.wrappers import Response

from .. import clock
from ..activities import visibility
from ..activities.persons.codes import may_make, seen_in
from ..activities.visibility import SEE_PEOPLE
from ..database import db
from ..errors import BadInput, Refused, message
from ..people import accounts, codes, consents
from ..people.codes import VALID_FOR
from ..people.consents import Purpose
from ..people.models import Person
from ..people.roles import scope
from ..words import say
from . import session
from .access import member, public, require
from .accounts import Answer, go_on, refuse_late
from .forms.accounts import CodeForm
from .limits import limiter
from .session import actor

pages = Blueprint("codes", __name__)


@pages.get("/code")
@public
def enter() -> str:
    """The form for phone number, one-time code and a new password."""
    return _enter(CodeForm())


@pages.post("/code")
@public
@limiter.limit("20 per minute; 100 per hour")
def redeem() -> Answer:
    """Open the account, or set its password anew."""
    form = CodeForm()
    if not form.validate_on_submit():
        return _enter(form), 422
    began = monotonic()
    try:
        account = codes.redeem(
            form.login.data or "",
            form.code.data or "",
            form.password.data or "",
            loopback=session.on_loopback(),
        )
    except BadInput as bad:
        form.password.errors = [say(bad.message)]
        return _enter(form), 422
    except Refused as refused:
        form.code.errors = [refuse_late(refused, began)]
        return _enter(form), 422
    consents.give(account.person, Purpose.SIGN_UP, by=account.id)
    flash(gettext("Your password is set. Keep it to yourself: nobody of the office will ask for it."))
    return go_on(account)


@pages.post("/people/<int(max=2147483647):person_id>/code")
@member
@limiter.limit("60 per hour")
def add(person_id: int) -> Response:
    """Make a code for somebody whom one sees and may trust with an account."""
    account = actor()
    person = db.session.get(Person, person_id)
    if person is None:
        abort(404)
    require(may_make(account, person))
    digits = codes.make(person, by=account, place_id=seen_in(account, person))
    db.session.commit()
    return show_once(person, digits)


@pages.get("/code/made")
@member
def show() -> str:
    """The code that was just made: once, and then it's gone."""
    person_id, digits = cookie.pop("code", (0, ""))
    person = db.session.get(Person, person_id)
    other = accounts.of_person(person) if person else None
    return render_template(
        "codes/show.html",
        person=person,
        digits=digits,
        login=(other.phone or other.email) if other else person and person.phone,
        expires_at=clock.now() + VALID_FOR,
        on_list=person is not None and visibility.is_visible(person, scope(actor(), SEE_PEOPLE)),
    )


def show_once(person: Person, digits: str) -> Response:
    """To the page that shows the code once: until then it's in the maker's own signed cookie."""
    cookie["code"] = [person.id, digits]
    return redirect(url_for("codes.show"), 303)


def _enter(form: CodeForm) -> str:
    words = message(consents.PURPOSES[Purpose.SIGN_UP].text, months=current_app.config["SETTINGS"].kept_months)
    return render_template("codes/enter.html", form=form, consent=words, next=request.values.get("next", ""))
