"""The second factor: setting it up, showing it when signing in, switching it off, and starting anew for somebody."""

from time import monotonic

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext
from werkzeug.wrappers import Response

from ..database import db
from ..errors import Refused
from ..people import accounts, totp
from ..people.models import Person
from ..people.roles import is_administrator
from ..words import say
from . import session
from .access import halfway, member, public, require
from .accounts import Answer, refuse_late
from .forms.accounts import FiguresForm, SwitchOffForm
from .limits import limiter
from .onward import onward
from .session import own_session

pages = Blueprint("second_factor", __name__)


@pages.get("/login/second-factor")
@public
def ask() -> Answer:
    """The second step of signing in."""
    if session.awaiting() is None:
        return _first_step()
    return _ask(FiguresForm())


@pages.post("/login/second-factor")
@public
@limiter.limit("30 per minute")
def log_in() -> Answer:
    """Show the figures, and be signed in."""
    account = session.awaiting()
    if account is None:
        return _first_step()
    form = FiguresForm()
    if not form.validate_on_submit():
        return _ask(form), 422
    began = monotonic()
    try:
        totp.show(account, form.figures.data or "")
    except Refused as refused:
        form.figures.errors = [refuse_late(refused, began)]
        return _ask(form), 422
    session.start(account, second_factor=True)
    db.session.commit()
    return redirect(onward(), 303)


@pages.get("/account/second-factor")
@halfway
def show() -> str:
    """The code to scan; where it's switched on already, the way to switch it off."""
    account = own_session().account
    if account.totp_secret:
        return _show(SwitchOffForm())
    if "totp" not in cookie:
        # Kept in the signed cookie until the first figures show that the app has it; it's the owner's own secret.
        cookie["totp"] = totp.new_secret()
    return _show(FiguresForm())


@pages.post("/account/second-factor")
@halfway
@limiter.limit("10 per minute")
def switch_on() -> Answer:
    """Confirm with the first figures."""
    row = own_session()
    form = FiguresForm()
    secret = cookie.get("totp")
    if row.account.totp_secret or not secret:
        return redirect(url_for("second_factor.show"), 303)
    if not form.validate_on_submit():
        return _show(form), 422
    try:
        totp.switch_on(row.account, secret, form.figures.data or "", session=row)
    except Refused as refused:
        form.figures.errors = [say(refused.message)]
        return _show(form), 422
    db.session.commit()
    del cookie["totp"]
    flash(gettext("The second factor is switched on. From now on you sign in with your password and the app."))
    return redirect(onward() if request.form.get("next") else url_for("accounts.mine"), 303)


@pages.post("/account/second-factor/removal")
@member
@limiter.limit("10 per minute")
def switch_off() -> Answer:
    """Sign in with the password alone again."""
    account = own_session().account
    form = SwitchOffForm()
    if not form.validate_on_submit():
        return _show(form), 422
    try:
        totp.switch_off(account, form.present.data or "", form.figures.data or "")
    except Refused as refused:
        db.session.commit()
        form.form_errors = [say(refused.message)]
        return _show(form), 422
    db.session.commit()
    flash(gettext("The second factor is switched off."))
    return redirect(url_for("accounts.mine"), 303)


@pages.post("/people/<int(max=2147483647):person_id>/second-factor/removal")
@member
def reset(person_id: int) -> Response:
    """Start anew for somebody who lost their phone; they're signed out everywhere."""
    account = own_session().account
    person = db.session.get(Person, person_id)
    other = accounts.of_person(person) if person else None
    require(is_administrator(account))
    if other is None:
        abort(404)
    require(totp.may_reset(account, other))
    totp.reset(other, by=account.id)
    db.session.commit()
    flash(gettext("The second factor is taken away. They sign in with their password, and set up a new one."))
    return redirect(url_for("people.show", person_id=person_id), 303)


def _first_step() -> Response:
    flash(gettext("That took too long. Start again with your password."), "failed")
    return redirect(url_for("accounts.login", next=request.values.get("next")), 303)


def _ask(form: FiguresForm) -> str:
    return render_template("accounts/second_step.html", form=form, next=request.values.get("next", ""))


def _show(form: FiguresForm | SwitchOffForm) -> str:
    account = own_session().account
    secret = cookie.get("totp", "")
    return render_template(
        "accounts/second_factor.html",
        form=form,
        owner=account,
        required=totp.is_required(account),
        secret=secret,
        address=totp.address(account, secret, issuer=gettext("The neighbourhood's week")) if secret else "",
        next=request.values.get("next", ""),
    )
