"""Review of a contest's entries: the list of those that wait, publishing several at once, sending one back."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from ..contests import access, queries
from ..contests.models import Entry, Round
from ..contests.rounds import entries, photos, review
from ..contests.rounds.review import Outcome
from ..database import db
from ..errors import BadInput, Refused
from ..words import say
from . import office
from .access import require, staff
from .filters import paged
from .forms.contest_entries import EntryReturnForm, PublishForm
from .session import actor

pages = Blueprint("contest_review", __name__, url_prefix="/contests")

Answer = str | tuple[str, int] | Response


@pages.get("/<slug>/review")
@staff
def index(slug: str) -> str:
    """The entries that wait for review, each with what stands in the way of publishing it."""
    round, account = _round(slug), actor()
    page = paged(review.waiting(round, account))
    rows = photos.of_entries(page.rows)
    lines = [(it, rows.get(it.id, []), review.hindrance(account, it)) for it in page.rows]
    return render_template(
        "contest_entries/review.html",
        round=round,
        page=page,
        lines=lines,
        any_possible=any(no is None for _, _, no in lines),
        mark=review.mark,
    )


@pages.post("/<slug>/review")
@staff
def publish(slug: str) -> Answer:
    """Publish what was ticked, or the one entry whose button was pressed."""
    round, account = _round(slug), actor()
    form = PublishForm()
    if not form.validate_on_submit():
        abort(400)
    marks = form.marks()
    found = review.find(round, list(marks))
    if not found:
        flash(gettext("Tick the entries that you publish."), "failed")
        return _back(slug)
    require(all(review.can_decide(account, entry) for entry in found))
    outcome = review.publish(round, found, marks, by=account)
    db.session.commit()
    _say(outcome)
    return _back(slug)


@pages.get("/entries/<entry_slug>/return")
@staff
def returning(entry_slug: str) -> str:
    """Ask why an entry is sent back."""
    entry = _entry(entry_slug)
    return _returning(EntryReturnForm(formdata=None, data={"seen": review.mark(entry, photos.of(entry))}), entry)


@pages.post("/entries/<entry_slug>/return")
@staff
def send_back(entry_slug: str) -> Answer:
    """Send an entry back to whoever entered it, with the reason."""
    entry = _entry(entry_slug)
    form = EntryReturnForm()
    if not form.validate_on_submit():
        return _returning(form, entry), 422
    try:
        review.return_(entry, form.reason.data or "", form.seen.data or "", by=actor())
    except (BadInput, Refused) as problem:
        db.session.rollback()
        form.reason.errors = [say(problem.message)]
        form.seen.data = review.mark(entry, photos.of(entry))
        return _returning(form, entry), 409 if isinstance(problem, Refused) else 422
    db.session.commit()
    flash(gettext("%(name)s is sent back. Whoever entered it stands on the call list.", name=entry.name))
    return _back(entry.round.slug)


def _round(slug: str) -> Round:
    round = queries.of_slug(slug)
    if round is None or not access.can_see(actor(), round):
        abort(404)
    require(review.can_open(actor(), round))
    office.show(round.subdistrict)
    return round


def _entry(entry_slug: str) -> Entry:
    entry = entries.of_slug(entry_slug)
    if entry is None:
        abort(404)
    require(review.can_decide(actor(), entry))
    office.show(entry.round.subdistrict)
    return entry


def _returning(form: EntryReturnForm, entry: Entry) -> str:
    return render_template("contest_entries/return.html", form=form, entry=entry, rows=photos.of(entry))


def _back(slug: str) -> Response:
    return redirect(url_for("contest_review.index", slug=slug), 303)


def _say(outcome: Outcome) -> None:
    """Say what is published, and name what isn't."""
    if outcome.published:
        number = len(outcome.published)
        flash(ngettext("%(num)d entry is published.", "%(num)d entries are published.", number))
    for entry, reason in outcome.left_out:
        flash(f"{gettext('Not published: %(name)s.', name=entry.name)} {say(reason)}", "failed")
