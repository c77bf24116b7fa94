"""Judging on a phone: all sheets of a judge on one page, which goes on working while there is no connection."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from .. import clock
from ..contests import access, queries
from ..contests.judging import conflicts, panel, progress, sheets
from ..contests.judging.sheets import LONGEST, PointsFaulty
from ..contests.models import Entry, Judge
from ..contests.rounds import photos
from ..database import db
from ..errors import BadInput
from ..words import say
from . import deliveries, office
from .access import member, require
from .forms.contest_judging import SEEN, TEXTS, Typed, points_name, seen, shown, typed
from .session import actor

pages = Blueprint("contest_judging", __name__, url_prefix="/contests/<slug>/judging")

Answer = str | tuple[str, int] | Response


@dataclass(frozen=True)
class Faulty:
    """A form that was refused, with what was typed in it."""

    entry: Entry
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    """By the field's name."""


@pages.get("")
@member
def index(slug: str) -> str:
    """The judge's sheets, one below the other; once judging is over what they gave, to be read by them alone."""
    return _index(_judge(slug))


@pages.post("/<entry_slug>")
@member
def save(slug: str, entry_slug: str) -> Answer:
    """Keep a sheet, or the one field of it that was changed."""
    judge = _judge(slug)
    entry = _entry(judge, entry_slug)
    read = typed(judge.round.criteria)
    if not read.errors:
        _save(judge, entry, read)
    if deliveries.is_one_field():
        return _one_field(judge, entry, read)
    if read.errors:
        return _index(judge, Faulty(entry, read.values, read.errors)), 422
    return _back(judge, entry)


@pages.post("/<entry_slug>/recusal")
@member
def step_aside(slug: str, entry_slug: str) -> Answer:
    """Don't judge an entry, and say why."""
    judge = _judge(slug)
    entry = _entry(judge, entry_slug)
    reason = request.form.get("reason", "")
    try:
        if deliveries.is_new():
            sheets.step_aside(judge, entry, reason, at=deliveries.tapped_at(), by=actor().id)
    except BadInput as bad:
        return _index(judge, Faulty(entry, {"reason": reason}, {"reason": say(bad.message)})), 422
    db.session.commit()
    flash(gettext("You stepped aside for %(entry)s.", entry=entry.name))
    return _back(judge, entry)


@pages.post("/<entry_slug>/recusal/removal")
@member
def step_back(slug: str, entry_slug: str) -> Response:
    """Judge an entry after all."""
    judge = _judge(slug)
    entry = _entry(judge, entry_slug)
    if deliveries.is_new():
        sheets.step_back(judge, entry, at=deliveries.tapped_at(), by=actor().id)
        db.session.commit()
    return _back(judge, entry)


def _judge(slug: str) -> Judge:
    """Whoever is signed in, as a judge of the round of this address."""
    round = queries.of_slug(slug)
    if round is None:
        abort(404)
    account = actor()
    judge = panel.judge_of(account, round)
    require(judge is not None and access.can_see(account, round))
    assert judge is not None  # noqa: S101 - required just now
    office.show(round.subdistrict)
    return judge


def _entry(judge: Judge, slug: str) -> Entry:
    entry = db.session.scalar(select(Entry).where(Entry.slug == slug, Entry.round_id == judge.round_id))
    if entry is None:
        abort(404)
    return entry


def _save(judge: Judge, entry: Entry, read: Typed) -> None:
    """Keep what was typed; what the domain refuses of it stands at its field."""
    try:
        if deliveries.is_new():
            at = deliveries.tapped_at()
            sheets.save(judge, entry, read.points, **read.texts, shown=read.shown, at=at, by=actor().id)
    except PointsFaulty as bad:
        db.session.rollback()
        read.errors[points_name(bad.criterion_id)] = say(bad.message)
    else:
        db.session.commit()


def _index(judge: Judge, faulty: Faulty | None = None) -> str:
    all_own = progress.own(judge)
    refused = sheets.refusal(judge, at=clock.now())
    return render_template(
        "contest_judging/index.html",
        judge=judge,
        round=judge.round,
        all_own=all_own,
        photos=photos.shown_of([own.entry for own in all_own]),
        why_not=say(refused.message) if refused else "",
        faulty=faulty,
        saved=request.args.get("entry"),
        shown=shown,
        seen=seen,
        seen_name=SEEN,
        texts=TEXTS,
        points_name=points_name,
        longest=LONGEST,
        sentence=conflicts.sentence,
        far=progress.far_in(all_own),
    )


def _one_field(judge: Judge, entry: Entry, read: Typed) -> Answer:
    if read.errors:
        (text, *_) = read.errors.values()
        page = render_template("errors/problem.html", title=gettext("That can't be read"), text=text, status=422)
        return page, 422
    own, far = progress.own_of(judge, entry), progress.far(judge)
    return render_template("contest_judging/kept.html", round=judge.round, own=own, far=far)


def _back(judge: Judge, entry: Entry) -> Response:
    """The page again, at the sheet."""
    return redirect(
        url_for("contest_judging.index", slug=judge.round.slug, entry=entry.slug, _anchor=f"sheet-{entry.slug}"), 303
    )
