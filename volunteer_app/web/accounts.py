"""Signing in and out, and one's own account."""

from time import monotonic, sleep
from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ..database import db
from ..errors import BadInput, Refused
from ..people import accounts
from ..people.roles import living
from ..words import say
from . import session
from .access import member, public
from .forms.accounts import LoginForm, PasswordForm
from .limits import limiter

pages = Blueprint("accounts", __name__)

Answer = str | tuple[str, int] | Response

REFUSED_AFTER = 0.25
"""Seconds after which each refused password is answered, whatever was wrong; checking one takes far less."""


@pages.get("/login")
@public
def login() -> Answer:
    """The form to sign in."""
    if session.signed_in():
        return redirect(_onward(), 303)
    return render_template("accounts/login.html", form=LoginForm(), next=request.args.get("next", ""))


@pages.post("/login")
@public
@limiter.limit("30 per minute; 300 per hour")
def log_in() -> Answer:
    """Sign in."""
    form = LoginForm()
    if not form.validate_on_submit():
        return render_template("accounts/login.html", form=form, next=request.form.get("next", "")), 422
    began = monotonic()
    try:
        account = accounts.log_in(form.login.data or "", form.password.data or "", loopback=session.on_loopback())
    except Refused as refused:
        # The count of wrong tries must stay, although nothing else happened.
        db.session.commit()
        # To count a wrong try takes longer than to know nobody: a clock would tell who has an account.
        sleep(max(0.0, REFUSED_AFTER - (monotonic() - began)))
        form.password.errors = [say(refused.message)]
        return render_template("accounts/login.html", form=form, next=request.form.get("next", "")), 422
    session.start(account)
    db.session.commit()
    return redirect(_onward(), 303)


@pages.post("/logout")
@member
def log_out() -> Response:
    """Sign out on this device."""
    session.end()
    db.session.commit()
    flash(gettext("You've signed out."))
    return redirect(url_for("home.week"), 303)


@pages.get("/account")
@member
def mine() -> Answer:
    """One's own account: roles, password, signing out."""
    return _mine(PasswordForm())


@pages.post("/account/password")
@member
@limiter.limit("10 per minute")
def password() -> Answer:
    """Change one's own password; every other session ends."""
    account = session.signed_in()
    assert account is not None  # noqa: S101 - @member
    form = PasswordForm()
    if not form.validate_on_submit():
        return _mine(form), 422
    try:
        accounts.change_password(account, form.present.data or "", form.password.data or "")
    except Refused as refused:
        form.present.errors = [say(refused.message)]
        return _mine(form), 422
    except BadInput as bad:
        form.password.errors = [say(bad.message)]
        return _mine(form), 422
    session.start(account)
    db.session.commit()
    flash(gettext("Your password has changed. On other devices you have to sign in again."))
    return redirect(url_for("accounts.mine"), 303)


def _mine(form: PasswordForm) -> str:
    account = session.signed_in()
    return render_template("accounts/mine.html", form=form, grants=living(account) if account else [])


def _onward() -> str:
    """Where to go after signing in: back to the page that asked for it, on this host only."""
    onward = request.values.get("next", "")
    parts = urlsplit(onward)
    if not onward.startswith("/") or onward.startswith("//") or "\\" in onward or parts.netloc or parts.scheme:
        return url_for("home.week")
    return onward
