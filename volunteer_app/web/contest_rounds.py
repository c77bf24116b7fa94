"""Rounds, for their office: making one from a template or from a former one, changing it, publishing, cancelling."""

from dataclasses import replace

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from .. import clock
from ..contests import queries
from ..contests.access import can_keep
from ..contests.models import Round
from ..contests.rounds import checks, cloning, keeping, telling, templates
from ..contests.rounds.checks import RoundFaulty
from ..contests.rounds.templates import Template
from ..database import db
from ..errors import BadInput
from ..people.roles import OFFICE, scope
from ..places.keeping import NameTaken
from ..places.models import Place
from ..words import say
from . import office
from .access import require, staff
from .forms.contest_rounds import CancelRoundForm, CopyForm, CriteriaForm, RoundForm
from .forms.stale import Changed, changes, packed
from .running import own_office
from .session import actor

pages = Blueprint("contest_rounds", __name__, url_prefix="/contests")

Answer = str | tuple[str, int] | Response


@pages.get("/new")
@staff
def new() -> str:
    """Choose what kind of contest it is; then one form, filled from that kind's template."""
    around = _office()
    key = request.args.get("template", "")
    if key not in templates.CHOICES:
        return render_template("contest_rounds/choice.html", choices=templates.CHOICES)
    template = templates.of_key(key)
    values = templates.values(template, since=clock.today(), number=keeping.next_number(around))
    return _new(RoundForm.showing(values), template)


@pages.post("/new")
@staff
def add() -> Answer:
    """Make a draft; sent twice, it's made once."""
    around = _office()
    template = _template()
    form = RoundForm()
    if not form.validate_on_submit():
        return _new(form, template), 422
    try:
        round = keeping.add(around, form.values(), template.criteria, by=actor().id)
    except NameTaken as taken:
        form.name.errors = [say(taken.message)]
        return _new(form, template), 422
    except RoundFaulty as faulty:
        form.blame(faulty.faults)
        return _new(form, template), 422
    return _done(round, gettext("The draft is made. Nobody else sees it until you publish it."))


@pages.get("/<slug>/edit")
@staff
def edit(slug: str) -> str:
    """A round to be changed."""
    round = _round(slug)
    form = RoundForm.showing(keeping.shown(round))
    return _edit(form, round)


@pages.post("/<slug>/edit")
@staff
def change(slug: str) -> Answer:
    """Change what may still change."""
    round = _round(slug)
    keeping.hold(round)
    form = RoundForm()
    form.leave_out(_settled(round))
    if not form.validate_on_submit():
        return _edit(form, round), 422
    if changed := changes(form, keeping.shown(round)):
        return _edit(form, round, changed), 409
    try:
        keeping.change(round, form.values(), by=actor().id)
    except NameTaken as taken:
        form.name.errors = [say(taken.message)]
        return _edit(form, round), 422
    except RoundFaulty as faulty:
        for other in form.blame(faulty.faults):
            flash(say(other), "failed")
        return _edit(form, round), 422
    return _done(round, gettext("The changes are saved."))


@pages.get("/<slug>/criteria")
@staff
def criteria(slug: str) -> str:
    """The criteria to be changed, a row each."""
    round = _round(slug)
    return _criteria(CriteriaForm.of(keeping.of_round(round)), round)


@pages.post("/<slug>/criteria")
@staff
def set_criteria(slug: str) -> Answer:
    """Give the round these criteria; a row left empty is gone."""
    round = _round(slug)
    keeping.hold(round)
    form = CriteriaForm.sent()
    if not form.validate_on_submit():
        return _criteria(form, round), 422
    present = keeping.of_round(round)
    seen = packed({"criteria": present})
    if form.seen.data != seen and form.criteria() != present:
        form.seen.data = seen
        return _criteria(form, round, changed=True), 409
    try:
        keeping.set_criteria(round, form.criteria(), by=actor().id)
    except RoundFaulty as faulty:
        return _criteria(form, round, fault=say(faulty.message)), 422
    return _done(round, gettext("The criteria are saved."))


@pages.get("/<slug>/copy")
@staff
def copy(slug: str) -> str:
    """See what the next round would be: the same weekdays, 52 weeks later."""
    round = _round(slug)
    proposal = cloning.proposed(round, today=clock.today())
    form = CopyForm(formdata=None, data={"name": proposal.name, "number": proposal.number, "judges": True})
    return _copy(form, round, proposal)


@pages.post("/<slug>/copy")
@staff
def make_copy(slug: str) -> Answer:
    """Make a draft of it; sent twice, it's made once."""
    round = _round(slug)
    form = CopyForm()
    proposal = cloning.proposed(round, today=clock.today())
    if not form.validate_on_submit():
        return _copy(form, round, proposal), 422
    name, number = form.name.data or "", form.number.data
    try:
        made = cloning.clone(
            round, name=name, number=number, judges=bool(form.judges.data), today=clock.today(), by=actor().id
        )
    except RoundFaulty as faulty:
        flash(say(faulty.message), "failed")
        return _copy(form, round, proposal), 422
    except NameTaken as taken:
        form.name.errors = [say(taken.message)]
        return _copy(form, round, proposal), 422
    return _done(made, gettext("The draft is made. Nobody else sees it until you publish it."))


@pages.get("/<slug>/publication")
@staff
def publication(slug: str) -> str:
    """Say what publishing means, and ask."""
    round = _round(slug)
    return render_template("contest_rounds/publication.html", round=round, criteria=keeping.of_round(round))


@pages.post("/<slug>/publication")
@staff
def publish(slug: str) -> Answer:
    """Show the round to everyone."""
    round = _round(slug)
    try:
        keeping.publish(round, by=actor().id)
    except RoundFaulty as faulty:
        flash(say(faulty.message), "failed")
        return redirect(url_for("contest_rounds.edit", slug=slug), 303)
    return _done(round, gettext("The round is published."))


@pages.get("/<slug>/cancellation")
@staff
def cancellation(slug: str) -> str:
    """Ask why it's called off."""
    return _cancellation(CancelRoundForm(formdata=None), _round(slug))


@pages.post("/<slug>/cancellation")
@staff
def cancel(slug: str) -> Answer:
    """Call it off; the page stays, with the reason."""
    round = _round(slug)
    form = CancelRoundForm()
    if not form.validate_on_submit():
        return _cancellation(form, round), 422
    try:
        keeping.cancel(round, form.reason.data or "", by=actor().id)
    except BadInput as bad:
        form.reason.errors = [say(bad.message)]
        return _cancellation(form, round), 422
    db.session.commit()
    flash(gettext("The round is cancelled."))
    return redirect(url_for("contest_rounds.cancellation", slug=slug), 303)


@pages.get("/<slug>/removal")
@staff
def removal(slug: str) -> str:
    """Ask whether a draft is to be given up."""
    return render_template("contest_rounds/removal.html", round=_round(slug))


@pages.post("/<slug>/removal")
@staff
def discard(slug: str) -> Response:
    """Take a draft away."""
    keeping.discard(_round(slug), by=actor().id)
    db.session.commit()
    flash(gettext("The draft is gone."))
    return redirect(url_for("contests.index"), 303)


def _office() -> Place:
    """The sub-district whose rounds the account keeps."""
    around = own_office(scope(actor(), OFFICE))
    if around is None:
        abort(403)
    return around


def _round(slug: str) -> Round:
    round = queries.of_slug(slug)
    if round is None:
        abort(404)
    require(can_keep(actor(), round.subdistrict))
    office.show(round.subdistrict)
    return round


def _template() -> Template:
    """The template of the address."""
    key = request.args.get("template", "")
    if key not in templates.CHOICES:
        abort(404)
    return templates.of_key(key)


def _settled(round: Round) -> tuple[str, ...]:
    """What isn't asked for any more: whatever stands since entries have begun."""
    return () if keeping.may_change_criteria(round) else checks.SETTLED


def _new(form: RoundForm, template: Template) -> str:
    return render_template("contest_rounds/new.html", form=form, template=template)


def _edit(form: RoundForm, round: Round, changed: list[Changed] | None = None) -> str:
    form.leave_out(name for name in _settled(round) if name in form)
    may = keeping.may_change(round)
    return render_template("contest_rounds/edit.html", form=form, round=round, changed=changed or [], may_change=may)


def _criteria(form: CriteriaForm, round: Round, *, changed: bool = False, fault: str = "") -> str:
    return render_template(
        "contest_rounds/criteria.html",
        form=form,
        round=round,
        changed=changed,
        fault=fault,
        may_change=keeping.may_change_criteria(round),
    )


def _copy(form: CopyForm, round: Round, proposal: cloning.Proposal) -> str:
    shown = replace(proposal, name=form.name.data or proposal.name)
    return render_template("contest_rounds/copy.html", form=form, round=round, proposal=shown)


def _cancellation(form: CancelRoundForm, round: Round) -> str:
    may = round.published_at is not None and keeping.may_change(round)
    calls = telling.how_many(actor()) if round.cancelled_at else 0
    return render_template("contest_rounds/cancellation.html", form=form, round=round, may_cancel=may, calls=calls)


def _done(round: Round, said: str) -> Response:
    db.session.commit()
    flash(said)
    return redirect(url_for("contests.show", slug=round.slug), 303)
