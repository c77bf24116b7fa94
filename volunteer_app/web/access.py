"""Who may come: every endpoint says it with one of these; a test lists those that don't."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ..people.models import Account
from ..people.roles import is_staff, last_ended
from ..words import word
from . import dates, session

P = ParamSpec("P")
R = TypeVar("R")


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Anyone may come."""
    view.access = "public"  # type: ignore[attr-defined]  # a function has what it's given
    return view


def member(view: Callable[P, R]) -> Callable[P, R | Response]:
    """Whoever is signed in may come; others are asked to sign in and come back here."""
    return _guard(view, "member", lambda _account: True)


def halfway(view: Callable[P, R]) -> Callable[P, R | Response]:
    """As ``member``, and also who has still to set up the second factor that a role requires."""
    return _guard(view, "member", lambda _account: True, also_halfway=True)


def staff(view: Callable[P, R]) -> Callable[P, R | Response]:
    """Whoever works for an office or a community may come; what they see there is filtered by their scope."""
    return _guard(view, "staff", is_staff)


def require(allowed: bool) -> None:
    """Go on only where a rule of an ``access`` module allows it; whose role ended is told so.

    Raises:
        werkzeug.exceptions.Forbidden: it doesn't.
    """
    if allowed:
        return
    account = session.signed_in()
    ended = last_ended(account) if account else None
    if ended is None or ended.until is None:
        abort(403)
    text = gettext(
        "Your role “%(role)s” ended on %(day)s. Ask your office if you still need it.",
        role=word(ended.role),
        day=dates.day(ended.until),
    )
    page = render_template("errors/problem.html", title=gettext("You can't open this page"), text=text, status=403)
    abort(make_response(page, 403))


def _guard(
    view: Callable[P, R], access: str, may: Callable[[Account], bool], *, also_halfway: bool = False
) -> Callable[P, R | Response]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        row = session.present()
        if row is None:
            return redirect(url_for("accounts.login", next=_back()), 303)
        if not also_halfway and session.signed_in() is None:
            return redirect(url_for("second_factor.show", next=_back()), 303)
        require(may(row.account))
        return view(*args, **kwargs)

    guarded.access = access  # type: ignore[attr-defined]  # as above
    return guarded


def _back() -> str | None:
    """The page to come back to: this one, or the one with the form that was sent."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    sent_from = urlsplit(request.referrer or "")
    if sent_from.netloc != request.host:
        return None
    return sent_from.path + (f"?{sent_from.query}" if sent_from.query else "")
