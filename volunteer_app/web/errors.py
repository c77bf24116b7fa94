"""Error pages that help: what happened, and where to go from here."""

from flask import Flask, current_app, render_template
from flask_babel import gettext
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from ..database import db
from ..errors import BadInput, Problem, Refused
from ..words import say


def show_errors(app: Flask) -> None:
    """Answer every error with a page in the user's language; nothing of the failed request stays."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(RateLimitExceeded, _too_many)
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(Refused, lambda error: _page(409, gettext("That can't be done"), say(error.message)))
    app.register_error_handler(BadInput, _unreadable)
    app.register_error_handler(Exception, _failed)


def _page(status: int, title: str, text: str) -> tuple[str, int]:
    db.session.rollback()
    return render_template("errors/problem.html", title=title, text=text, status=status), status


def _unreadable(error: BadInput) -> tuple[str, int]:
    # A view that takes a form catches this itself: here it's an unknown week or filter in an address.
    return _page(404, gettext("There's nothing at this address"), say(error.message))


def _http(error: HTTPException) -> tuple[str, int] | Response:
    if error.code is None or error.code < 400:
        return error.get_response()
    title, text = {
        403: (
            gettext("You can't open this page"),
            gettext("Your account doesn't work for the office it belongs to."),
        ),
        404: (
            gettext("There's nothing at this address"),
            gettext("The address may be mistyped, or the page is no longer here."),
        ),
        405: (gettext("That can't be done here"), gettext("Go back and try it from the page.")),
        413: (gettext("The file is too large"), gettext("A file may have up to 20 MB. Split it, or send it as CSV.")),
    }.get(error.code, (gettext("That can't be read"), gettext("Go back, check what you entered, and try again.")))
    return _page(error.code, title, text)


def _too_many(_error: RateLimitExceeded) -> tuple[str, int]:
    return _page(429, gettext("Too many tries"), gettext("Wait a few minutes, then try again."))


def _stale(_error: CSRFError) -> tuple[str, int]:
    return _page(
        400,
        gettext("This form is too old"),
        gettext("Nothing was saved. Open the page anew and send it again; your browser must allow cookies."),
    )


def _failed(error: Exception) -> tuple[str, int]:
    if isinstance(error, Problem):
        return _page(400, gettext("That can't be done"), say(error.message))
    current_app.logger.exception("a request failed")
    return _page(
        500, gettext("That didn't work"), gettext("It isn't your fault, and nothing was saved. Try again in a minute.")
    )
