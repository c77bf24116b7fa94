"""The office's side of a result: objections to answer, and what is put right, each time with a reason."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ..contests import access, queries
from ..contests.models import Criterion, Entry, Objection, ObjectionState, Round, ScoreSheet
from ..contests.outcome import corrections, objections, standings
from ..contests.outcome.standings import Placed
from ..contests.voting import households
from ..database import db
from ..errors import BadInput, Refused
from ..words import say
from . import contest_tables, office
from .access import require, staff
from .forms.contest_results import AnnulForm, AnswerForm, PointsForm, WhyForm
from .forms.fields import number
from .session import actor

pages = Blueprint("contest_corrections", __name__, url_prefix="/contests/<slug>/corrections")

Answer = str | tuple[str, int] | Response


@pages.get("")
@staff
def index(slug: str) -> str:
    """Objections with who made them, the entries to choose one, and the form that annuls a vote."""
    return _index(_round(slug))


@pages.post("/objections/<int(max=2147483647):objection_id>")
@staff
def answer(slug: str, objection_id: int) -> Answer:
    """Uphold or dismiss an objection."""
    round = _round(slug)
    objection = db.session.get(Objection, objection_id)
    if objection is None or objection.round_id != round.id:
        abort(404)
    form = AnswerForm()
    if not form.validate_on_submit():
        return _index(round, answering=(objection_id, form)), 422
    objections.answer(objection, ObjectionState(form.state.data), form.answer.data or "", by=actor().id)
    db.session.commit()
    flash(gettext("The answer stands on the result's page."))
    return redirect(url_for("contest_corrections.index", slug=slug), 303)


@pages.post("/votes")
@staff
def annul(slug: str) -> Answer:
    """Annul a vote, whoever it was for, or let it count again."""
    round = _round(slug)
    form = _annul_form(round, AnnulForm())
    if not form.validate_on_submit():
        return _index(round, annulling=form), 422
    by, reason, restore = actor().id, form.reason.data or "", "restore" in request.form
    try:
        if households.by_household(round):
            building = next(it for it in households.buildings(round) if it.slug == form.building.data)
            corrections.annul_households(
                round, building=building, door=form.door.data or "", reason=reason, by=by, restore=restore
            )
        else:
            corrections.annul_residents(
                round, name=form.name.data or "", phone=form.phone.number, reason=reason, by=by, restore=restore
            )
    except (BadInput, Refused) as problem:
        db.session.rollback()
        form.form_errors.append(say(problem.message))
        return _index(_round(slug), annulling=form), 409 if isinstance(problem, Refused) else 422
    db.session.commit()
    flash(gettext("The vote counts again.") if restore else gettext("The vote no longer counts."))
    return redirect(url_for("contest_corrections.index", slug=slug), 303)


@pages.get("/<entry_slug>")
@staff
def entry(slug: str, entry_slug: str) -> str:
    """An entry with its sheets, and what can be put right."""
    round = _round(slug)
    return _entry(round, _placed(round, entry_slug), {})


@pages.post("/<entry_slug>/points")
@staff
def points(slug: str, entry_slug: str) -> Answer:
    """Put the points of one criterion right."""
    round = _round(slug)
    placed = _placed(round, entry_slug)
    form = PointsForm()
    form.offer(placed.sheets, round.criteria)
    if not form.validate_on_submit():
        return _entry(round, placed, {"points": form}), 422
    sheet = db.session.get_one(ScoreSheet, int(form.sheet.data))
    criterion = db.session.get_one(Criterion, int(form.criterion.data))
    typed = number((form.points.data or "").strip())
    assert typed is not None  # noqa: S101 - the form is valid
    try:
        corrections.correct_points(sheet, criterion, typed, reason=form.reason.data or "", by=actor().id)
    except BadInput as bad:
        db.session.rollback()
        form.points.errors = [say(bad.message)]
        return _entry(_round(slug), _placed(round, entry_slug), {"points": form}), 422
    db.session.commit()
    return _corrected(slug, entry_slug)


@pages.post("/<entry_slug>/veto")
@staff
def veto(slug: str, entry_slug: str) -> Answer:
    """Leave it out of the ranking."""
    return _with_reason(slug, entry_slug, "veto", corrections.veto)


@pages.post("/<entry_slug>/lifting")
@staff
def lift(slug: str, entry_slug: str) -> Answer:
    """Let it be ranked again."""
    return _with_reason(slug, entry_slug, "lifting", corrections.lift_vetoes)


@pages.post("/<entry_slug>/withdrawal")
@staff
def withdraw(slug: str, entry_slug: str) -> Answer:
    """Take it out of the round, with its votes."""
    return _with_reason(slug, entry_slug, "withdrawal", corrections.withdraw)


@pages.post("/<entry_slug>/return")
@staff
def put_back(slug: str, entry_slug: str) -> Answer:
    """Let it take part again."""
    round = _round(slug)
    entry = next((it for it in corrections.taken_out(round) if it.slug == entry_slug), None)
    if entry is None:
        abort(404)
    form = WhyForm(prefix=entry_slug)
    if not form.validate_on_submit():
        return _index(round, returning=(entry_slug, form)), 422
    corrections.put_back(entry, reason=form.reason.data or "", by=actor().id)
    db.session.commit()
    return _corrected(slug, entry_slug)


def _round(slug: str) -> Round:
    round = queries.of_slug(slug)
    if round is None or not access.can_see(actor(), round):
        abort(404)
    require(access.can_keep(actor(), round.subdistrict))
    standings.check_closed(round)
    office.show(round.subdistrict)
    return round


def _placed(round: Round, entry_slug: str) -> Placed:
    placed = next((it for it in standings.of(round).entries if it.entry.slug == entry_slug), None)
    if placed is None:
        abort(404)
    return placed


def _with_reason(slug: str, entry_slug: str, what: str, verb: Callable[..., None]) -> Answer:
    round = _round(slug)
    entry: Entry = _placed(round, entry_slug).entry
    form = WhyForm(prefix=what)
    if not form.validate_on_submit():
        return _entry(round, _placed(round, entry_slug), {what: form}), 422
    verb(entry, reason=form.reason.data or "", by=actor().id)
    db.session.commit()
    return _corrected(slug, entry_slug if what != "withdrawal" else None)


def _corrected(slug: str, entry_slug: str | None) -> Response:
    flash(gettext("Corrected. Everyone reads on the result's page that something was put right, when and why."))
    address = (
        url_for("contest_corrections.entry", slug=slug, entry_slug=entry_slug)
        if entry_slug
        else url_for("contest_corrections.index", slug=slug)
    )
    return redirect(address, 303)


def _annul_form(round: Round, form: AnnulForm) -> AnnulForm:
    by_household = households.by_household(round)
    form.ask(households=by_household, buildings=households.buildings(round) if by_household else [])
    return form


def _index(
    round: Round,
    *,
    answering: tuple[int, AnswerForm] | None = None,
    annulling: AnnulForm | None = None,
    returning: tuple[str, WhyForm] | None = None,
) -> str:
    found = objections.of(round)
    returned = dict([returning] if returning else [])
    answered = dict([answering] if answering else [])
    return render_template(
        "contest_corrections/index.html",
        round=round,
        lines=contest_tables.components(standings.of(round, points=False)),
        waiting=[
            (it, answered.get(it.id) or AnswerForm(formdata=None, prefix=""))
            for it in found
            if it.state is ObjectionState.OPEN
        ],
        answered=[it for it in found if it.state is not ObjectionState.OPEN],
        taken_out=[
            (it, returned.get(it.slug) or WhyForm(formdata=None, prefix=it.slug)) for it in corrections.taken_out(round)
        ],
        annulling=annulling or (_annul_form(round, AnnulForm(formdata=None)) if round.voters_weight else None),
    )


def _entry(round: Round, placed: Placed, forms: dict[str, WhyForm]) -> str:
    points = forms.get("points") or PointsForm(formdata=None)
    assert isinstance(points, PointsForm)  # noqa: S101 - only that one has this name
    points.offer(placed.sheets, round.criteria)
    return render_template(
        "contest_corrections/entry.html",
        round=round,
        placed=placed,
        judges_say=contest_tables.judges_say,
        points=points,
        **{what: forms.get(what) or WhyForm(formdata=None, prefix=what) for what in ("veto", "lifting", "withdrawal")},
    )
