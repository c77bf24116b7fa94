"""Signing in and out, and one's own account. The second factor has a module of its own."""

from time import monotonic, sleep

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from ..database import db
from ..errors import BadInput, Refused
from ..people import accounts, credentials, sessions, totp
from ..people.models import Account, AccountSession
from ..people.roles import living
from ..teams.models import Team
from ..words import say
from . import session, user_agents
from .access import halfway, member, public
from .forms.accounts import LoginForm, MailForm, PasswordForm
from .limits import count_new_login, limiter
from .onward import onward
from .session import actor, own_session

pages = Blueprint("accounts", __name__)
pages.add_app_template_filter(user_agents.in_words, "device")

Answer = str | tuple[str, int] | Response

REFUSED_AFTER = 0.25
"""Seconds after which each refused password or code is answered, whatever was wrong; checking one takes far less."""


@pages.get("/login")
@public
def login() -> Answer:
    """The form to sign in."""
    if session.present():
        return redirect(onward(), 303) if session.signed_in() else redirect(url_for("second_factor.show"), 303)
    return _login(LoginForm())


@pages.post("/login")
@public
@limiter.limit("30 per minute; 300 per hour")
def log_in() -> Answer:
    """Sign in; where a second factor is set up, it's asked for next."""
    form = LoginForm()
    if not form.validate_on_submit():
        return _login(form), 422
    began = monotonic()
    try:
        account = accounts.log_in(form.login.data or "", form.password.data or "", loopback=session.on_loopback())
    except Refused as refused:
        form.password.errors = [refuse_late(refused, began)]
        return _login(form), 422
    return go_on(account)


@pages.post("/logout")
@halfway
def log_out() -> Response:
    """Sign out on this device."""
    session.end()
    db.session.commit()
    flash(gettext("You've signed out."))
    return redirect(url_for("home.week"), 303)


@pages.get("/account")
@halfway
def mine() -> str:
    """One's own account: roles, how one signs in, and where one is signed in."""
    row = own_session()
    grants = living(row.account)
    led = db.session.scalars(select(Team).where(Team.id.in_([it.team_id for it in grants if it.team_id])))
    return render_template(
        "accounts/mine.html",
        owner=row.account,
        present=row,
        grants=grants,
        teams={team.id: team for team in led},
        sessions=sessions.living(row.account),
        required=totp.is_required(row.account),
    )


@pages.get("/account/password")
@halfway
def password() -> str:
    """The form for a new password."""
    return render_template("accounts/password.html", form=PasswordForm())


@pages.post("/account/password")
@halfway
@limiter.limit("10 per minute")
def change_password() -> Answer:
    """Change one's own password; every other session ends."""
    row = own_session()
    form = PasswordForm()
    if not form.validate_on_submit():
        return render_template("accounts/password.html", form=form), 422
    account, second_factor = row.account, row.second_factor
    try:
        credentials.change_password(account, form.present.data or "", form.password.data or "")
    except Refused as refused:
        # The count of wrong tries must stay, although nothing else happened.
        db.session.commit()
        form.present.errors = [say(refused.message)]
        return render_template("accounts/password.html", form=form), 422
    except BadInput as bad:
        form.password.errors = [say(bad.message)]
        return render_template("accounts/password.html", form=form), 422
    session.start(account, second_factor=second_factor)
    db.session.commit()
    flash(gettext("Your password has changed. On other devices you have to sign in again."))
    return redirect(url_for("accounts.mine"), 303)


@pages.get("/account/mail")
@member
def mail() -> str:
    """The form for one's mail address."""
    return render_template("accounts/mail.html", form=MailForm(email=actor().email))


@pages.post("/account/mail")
@member
@limiter.limit("10 per minute")
def change_mail() -> Answer:
    """Add, change or take away the mail address with which one signs in."""
    account = actor()
    form = MailForm()
    if not form.validate_on_submit():
        return render_template("accounts/mail.html", form=form), 422
    if not count_new_login(account.id):
        form.email.errors = [gettext("You've tried several addresses today. Try again tomorrow, or ask the office.")]
        return render_template("accounts/mail.html", form=form), 429
    try:
        credentials.change_email(account, form.present.data or "", form.email.data or "")
    except Refused as refused:
        db.session.commit()
        form.present.errors = [say(refused.message)]
        return render_template("accounts/mail.html", form=form), 422
    except BadInput as bad:
        form.email.errors = [say(bad.message)]
        return render_template("accounts/mail.html", form=form), 422
    db.session.commit()
    flash(gettext("Your mail address is saved."))
    return redirect(url_for("accounts.mine"), 303)


@pages.post("/account/sessions/<int(max=2147483647):session_id>/ending")
@halfway
def end_session(session_id: int) -> Response:
    """Sign out on one other device."""
    account = own_session().account
    other = db.session.get(AccountSession, session_id)
    if other is None or other.account_id != account.id:
        abort(404)
    sessions.end(other, by=account.id)
    db.session.commit()
    flash(gettext("That device is signed out."))
    return redirect(url_for("accounts.mine", _anchor="devices"), 303)


@pages.post("/account/sessions/ending")
@halfway
def end_sessions() -> Response:
    """Sign out on all devices but this one."""
    sessions.end_others(own_session())
    db.session.commit()
    flash(gettext("All other devices are signed out."))
    return redirect(url_for("accounts.mine", _anchor="devices"), 303)


def refuse_late(refused: Refused, began: float) -> str:
    """Keep what was counted, let the time pass that every refusal takes, and say why.

    To count a wrong try takes longer than to know nobody: a clock would tell who has an account.

    Args:
        began: when the check began, as ``monotonic`` says.
    """
    db.session.commit()
    sleep(max(0.0, REFUSED_AFTER - (monotonic() - began)))
    return say(refused.message)


def go_on(account: Account) -> Response:
    """After password or code: to the second factor where one is set up or required, else signed in."""
    if account.totp_secret:
        session.await_second_step(account)
        db.session.commit()
        return redirect(url_for("second_factor.ask", next=request.values.get("next")), 303)
    session.start(account)
    db.session.commit()
    if session.lacks_second_factor(account, shown=False):
        return redirect(url_for("second_factor.show", next=request.values.get("next")), 303)
    return redirect(onward(), 303)


def _login(form: LoginForm) -> str:
    return render_template(
        "accounts/login.html", form=form, next=request.values.get("next", ""), idle=session.is_idle()
    )
