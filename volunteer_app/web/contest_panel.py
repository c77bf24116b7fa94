"""The panel of a round, kept by the office: who judges, and how far they have come. Points stand on no such page."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from .. import clock
from ..contests import access, queries
from ..contests.judging import panel, progress
from ..contests.judging.panel import LabelTaken
from ..contests.models import Judge, Round
from ..database import db
from ..errors import BadInput, Refused
from ..words import say
from . import office
from .access import require, staff
from .forms.contest_panel import JudgeForm
from .session import actor

pages = Blueprint("contest_panel", __name__, url_prefix="/contests/<slug>/panel")

Answer = str | tuple[str, int] | Response


@pages.get("")
@staff
def index(slug: str) -> str:
    """The judges and the entries, each with how many sheets are done; and the form of another judge."""
    return _index(_round(slug), JudgeForm(formdata=None))


@pages.post("")
@staff
def add(slug: str) -> Answer:
    """Take somebody onto the panel, or back onto it."""
    round = _round(slug)
    form = JudgeForm()
    if not form.validate_on_submit():
        return _index(round, form), 422
    try:
        judge = panel.add(
            round,
            name=form.name.data or "",
            phone=form.phone.data or "",
            label=form.label.data or "",
            by=actor().id,
        )
    except (BadInput, Refused) as problem:
        db.session.rollback()
        field = form.label if isinstance(problem, LabelTaken) else form.name
        field.errors = [say(problem.message)]
        return _index(_round(slug), form), 409 if isinstance(problem, Refused) else 422
    db.session.commit()
    flash(gettext("%(name)s is on the panel, as %(label)s.", name=form.name.data, label=judge.label))
    return _back(slug)


@pages.post("/<int(max=2147483647):judge_id>/removal")
@staff
def remove(slug: str, judge_id: int) -> Response:
    """Take somebody off the panel who hasn't begun; done twice it's done once."""
    judge = _judge(_round(slug), judge_id)
    if judge:
        label = judge.label
        panel.remove(judge, by=actor().id)
        db.session.commit()
        flash(gettext("%(label)s is taken off the panel.", label=label))
    return _back(slug)


@pages.post("/<int(max=2147483647):judge_id>/leaving")
@staff
def leave(slug: str, judge_id: int) -> Response:
    """Let a judge leave, whose sheets then don't count."""
    judge = _judge(_round(slug), judge_id)
    if judge is None:
        abort(404)
    panel.leave(judge, by=actor().id)
    db.session.commit()
    flash(gettext("%(label)s has left the panel: their sheets don't count.", label=judge.label))
    return _back(slug)


def _round(slug: str) -> Round:
    """The round of this address, which the account keeps."""
    round = queries.of_slug(slug)
    if round is None:
        abort(404)
    require(access.can_keep(actor(), round.subdistrict))
    office.show(round.subdistrict)
    return round


def _judge(round: Round, judge_id: int) -> Judge | None:
    judge = db.session.get(Judge, judge_id)
    return judge if judge and judge.round_id == round.id else None


def _index(round: Round, form: JudgeForm) -> str:
    return render_template(
        "contest_panel/index.html",
        round=round,
        progress=progress.of(round),
        may_change=panel.may_change(round, at=clock.now()),
        form=form,
    )


def _back(slug: str) -> Response:
    return redirect(url_for("contest_panel.index", slug=slug), 303)
