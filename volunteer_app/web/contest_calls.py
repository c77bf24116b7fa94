"""Whom to call about contests: who has to put an entry right, and who takes part in a cancelled round."""

from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from .. import clock
from ..contests.access import REVIEWING
from ..contests.rounds import telling
from ..database import db
from ..notifications.models import Notice
from ..people.models import Account
from ..people.roles import scope
from .access import require, staff
from .filters import PAGE_SIZE, Page, paging
from .notices import about_contest
from .session import actor

pages = Blueprint("contest_calls", __name__, url_prefix="/contests/calls")

RECENT = timedelta(days=7)
"""How long a call that was made stays below the list."""


@pages.get("/")
@staff
def index() -> str:
    """Whom to call and what to say; below who was told."""
    account = _reviewer()
    total = telling.how_many(account)
    number, count = paging(total)
    rows = telling.open_calls(account, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    return render_template(
        "contests/calls.html",
        page=Page(rows, number, count, total),
        told=telling.told(account, since=clock.now() - RECENT, limit=PAGE_SIZE),
        sentence=about_contest,
    )


@pages.post("/<int(max=2147483647):notice_id>/told")
@staff
def tell(notice_id: int) -> Response:
    """They were told."""
    telling.tick(_notice(notice_id), by=actor().id)
    db.session.commit()
    return redirect(url_for("contest_calls.index"), 303)


@pages.post("/<int(max=2147483647):notice_id>/told/removal")
@staff
def untell(notice_id: int) -> Response:
    """They weren't told after all."""
    telling.untick(_notice(notice_id), by=actor().id)
    db.session.commit()
    flash(gettext("Back on the list."))
    return redirect(url_for("contest_calls.index"), 303)


def _reviewer() -> Account:
    account = actor()
    require(bool(scope(account, REVIEWING)))
    return account


def _notice(notice_id: int) -> Notice:
    notice = telling.find(notice_id, _reviewer())
    if notice is None:
        abort(404)
    return notice
