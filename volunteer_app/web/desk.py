"""The leader's desk: what comes, what isn't closed, whom to call. For leaders, organizers and the staff alike."""

from datetime import timedelta
from itertools import groupby

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from .. import clock
from ..activities import calls as call_list
from ..activities import desk
from ..activities.access import can_run
from ..activities.models import Activity
from ..contests.access import REVIEWING
from ..contests.rounds import telling
from ..database import db
from ..notifications.models import Notice
from ..people.models import Account, Role
from ..people.roles import STAFF, Scope, scope
from .access import member, require
from .filters import PAGE_SIZE, Page, paging
from .notices import sentence
from .session import actor

pages = Blueprint("desk", __name__, url_prefix="/desk")

MOST = 30
"""Rows of a section; the pages of all activities hold the rest."""
COMING = 20
"""Coming activities on a page."""
RECENT = timedelta(days=7)
"""How long a call that was made stays below the list."""


@pages.get("/")
@member
def index() -> str:
    """Today and what comes, what isn't closed, who must be called, who wants to join, what is still a draft."""
    account, mine = _mine()
    total = desk.how_many_coming(mine)
    number, count = paging(total, COMING)
    return render_template(
        "desk/index.html",
        today_rows=desk.today(mine, limit=MOST) if number == 1 else [],
        unclosed=desk.unclosed(mine, limit=MOST) if number == 1 else [],
        unclosed_total=desk.how_many_unclosed(mine),
        calls=call_list.how_many(mine),
        contest_calls=telling.how_many(account) if scope(account, REVIEWING) else 0,
        asking=desk.asking(scope(account, (*STAFF, Role.LEADER))),
        drafts=desk.drafts(mine, limit=MOST) if number == 1 else [],
        page=Page(desk.coming(mine, limit=COMING, offset=(number - 1) * COMING), number, count, total),
    )


@pages.get("/calls")
@member
def calls() -> str:
    """Whom to call and what to say, activity by activity; below who was told."""
    _account, mine = _mine()
    total = call_list.how_many(mine)
    number, count = paging(total)
    rows = call_list.open_calls(mine, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    return render_template(
        "desk/calls.html",
        page=Page(rows, number, count, total),
        groups=[(activity, list(its)) for activity, its in groupby(rows, key=lambda it: it.activity)],
        told=call_list.told(mine, since=clock.now() - RECENT, limit=PAGE_SIZE),
        sentence=sentence,
    )


@pages.post("/calls/<int(max=2147483647):notice_id>/told")
@member
def tell(notice_id: int) -> Response:
    """They were told."""
    notice, activity, account = _notice(notice_id)
    call_list.tick(notice, scope(account), by=account.id)
    db.session.commit()
    return redirect(url_for("desk.calls", _anchor=f"a{activity.id}"), 303)


@pages.post("/calls/<int(max=2147483647):notice_id>/told/removal")
@member
def untell(notice_id: int) -> Response:
    """They weren't told after all."""
    notice, _activity, account = _notice(notice_id)
    call_list.untick(notice, scope(account), by=account.id)
    db.session.commit()
    flash(gettext("Back on the list."))
    return redirect(url_for("desk.calls"), 303)


def _mine() -> tuple[Account, Scope]:
    """Who has come, and how far they reach; whoever has no role has no desk."""
    account = actor()
    mine = scope(account)
    require(bool(mine))
    return account, mine


def _notice(notice_id: int) -> tuple[Notice, Activity, Account]:
    account, _scope = _mine()
    notice = db.session.get(Notice, notice_id)
    activity = db.session.get(Activity, notice.activity_id) if notice else None
    if notice is None or activity is None:
        abort(404)
    require(can_run(account, activity))
    return notice, activity, account
