"""Who may come: every endpoint says it with one of these; a test lists those that don't."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from ..people.models import Account
from ..people.roles import is_staff
from .session import signed_in

P = ParamSpec("P")
R = TypeVar("R")


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Anyone may come."""
    view.access = "public"  # type: ignore[attr-defined]  # a function has what it's given
    return view


def member(view: Callable[P, R]) -> Callable[P, R | Response]:
    """Whoever is signed in may come; others are asked to sign in and come back here."""
    return _guard(view, "member", lambda _account: True)


def staff(view: Callable[P, R]) -> Callable[P, R | Response]:
    """Officers and administrators may come; what they see there is filtered by their scope."""
    return _guard(view, "staff", is_staff)


def require(allowed: bool) -> None:
    """Go on only where a rule of an ``access`` module allows it.

    Raises:
        werkzeug.exceptions.Forbidden: it doesn't.
    """
    if not allowed:
        abort(403)


def _guard(view: Callable[P, R], access: str, may: Callable[[Account], bool]) -> Callable[P, R | Response]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        account = signed_in()
        if account is None:
            return redirect(url_for("accounts.login", next=request.full_path.rstrip("?")), 303)
        require(may(account))
        return view(*args, **kwargs)

    guarded.access = access  # type: ignore[attr-defined]  # as above
    return guarded
