"""Making a week or a month: which days, what would be made, what was made, and taking it back."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from .. import clock
from ..activities.models import Activity, ActivityState, PlanningRun
from ..activities.planning import drafts, proposals, runs
from ..activities.planning.proposals import Outcome, Proposed
from ..clock import Month, Week
from ..database import db
from ..errors import BadInput
from ..people.roles import Scope, scope
from ..places.models import Place
from ..words import say
from . import office
from .access import member, require
from .filters import PAGE_SIZE, Page, paging
from .forms.planning_runs import PeriodForm, RunForm
from .running import own_office
from .session import actor

pages = Blueprint("planning_runs", __name__, url_prefix="/planning/runs")

Answer = str | tuple[str, int] | Response
Days = tuple[date, date]
Row = TypeVar("Row", Activity, Proposed)


@pages.get("/")
@member
def index() -> str:
    """What was made so far, the latest first: one's own runs, and all of an office that one plans for."""
    reach, place = _own()
    whole = reach.holds(place.path)
    query = select(PlanningRun).where(PlanningRun.subdistrict_id == place.id)
    query = query if whole else query.where(PlanningRun.by_id == actor().id)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    number, count = paging(total, PAGE_SIZE)
    ordered = query.order_by(PlanningRun.id.desc()).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
    page = Page(list(db.session.scalars(ordered)), number, count, total)
    return render_template("planning_runs/index.html", page=page)


@pages.get("/new")
@member
def new() -> Answer:
    """What would be made in some days: next month, where the address names none."""
    asked = bool(request.args.get("from"))
    since, until = _days(Month.of(clock.today()).shifted(1))
    form = PeriodForm(request.args if asked else None, data={"since": since, "until": until})
    return _new(form, validate=asked)


@pages.post("/")
@member
def add() -> Answer:
    """Make what is ticked; what was made since is there already: the same form sent twice leads to its one run."""
    reach, place = _own()
    form = RunForm()
    if not form.validate_on_submit():
        return _new(PeriodForm(request.form), validate=True), 422
    publish = "publish" in request.form
    only = set(form.make.data or ())
    try:
        run, _ = runs.make(place, *form.days, reach=reach, only=only, publish=publish, by=actor().id)
    except BadInput:  # the page says what is wrong with these days
        db.session.rollback()
        return _new(PeriodForm(request.form), validate=True), 422
    db.session.commit()
    run = run or runs.sent_before(place, *form.days, only=only, by=actor().id)
    if run is None:
        flash(gettext("Nothing was to be made: it's there already, or nothing is ticked."), "failed")
        days: dict[str, Any] = dict(zip(("from", "to"), map(str, form.days), strict=True))
        return redirect(url_for("planning_runs.new", **days), 303)
    if any(row.state is ActivityState.DRAFT for row in runs.activities(run)):
        flash(ngettext("%(num)d draft is made.", "%(num)d drafts are made.", run.made))
    else:
        flash(ngettext("%(num)d activity is published.", "%(num)d activities are published.", run.made))
    return redirect(url_for("planning_runs.show", run_id=run.id), 303)


@pages.get("/<int(max=2147483647):run_id>")
@member
def show(run_id: int) -> str:
    """What a run made, and what can be done with it."""
    run = _run(run_id)
    rows = runs.activities(run)
    return render_template(
        "planning_runs/show.html",
        run=run,
        weeks=_by_week(rows),
        drafts=sum(row.state is ActivityState.DRAFT for row in rows),
        undoable=run.undone_at is None and bool(runs.untouched(run)),
    )


@pages.post("/<int(max=2147483647):run_id>/publication")
@member
def publish(run_id: int) -> Response:
    """Show all its drafts to everyone."""
    run = _run(run_id)
    waiting = [row for row in runs.activities(run) if row.state is ActivityState.DRAFT]
    refused = drafts.publish_many(waiting, by=actor().id)
    db.session.commit()
    published = len(waiting) - len(refused)
    flash(ngettext("%(num)d activity is published.", "%(num)d activities are published.", published))
    # A month has few themes: what is said of many is said once.
    for problem in dict.fromkeys(map(say, refused)):
        flash(problem, "failed")
    return redirect(url_for("planning_runs.show", run_id=run.id), 303)


@pages.get("/<int(max=2147483647):run_id>/undoing")
@member
def undoing(run_id: int) -> str:
    """Ask before it's taken back."""
    run = _run(run_id)
    rows = runs.activities(run)
    going = len(runs.untouched(run))
    return render_template("planning_runs/undoing.html", run=run, going=going, staying=len(rows) - going)


@pages.post("/<int(max=2147483647):run_id>/undoing")
@member
def undo(run_id: int) -> Response:
    """Take back what nobody has touched since."""
    run = _run(run_id)
    gone = runs.undo(run, by=actor().id)
    db.session.commit()
    flash(ngettext("%(num)d activity is taken back.", "%(num)d activities are taken back.", gone))
    return redirect(url_for("planning_runs.show", run_id=run.id), 303)


def _own() -> tuple[Scope, Place]:
    """What the account plans, and the office it's in."""
    reach = scope(actor())
    require(bool(reach))
    place = own_office(reach)
    if place is None:
        abort(404)
    return reach, place


def _run(run_id: int) -> PlanningRun:
    run = db.session.get(PlanningRun, run_id)
    if run is None:
        abort(404)
    require(runs.can_keep(actor(), run))
    office.show(db.session.get_one(Place, run.subdistrict_id))
    return run


def _new(form: PeriodForm, *, validate: bool) -> str:
    reach, place = _own()
    proposed: list[Proposed] = []
    if not validate or form.validate():
        try:
            proposed = proposals.propose(place, *form.days, reach=reach)
        except BadInput as bad:
            form.until.errors = [say(bad.message)]
    return render_template(
        "planning_runs/new.html",
        form=form,
        spans=_spans(clock.today()),
        weeks=_by_week([it for it in proposed if it.outcome is Outcome.MAKE]),
        left_out=[it for it in proposed if it.outcome is Outcome.LEFT_OUT],
        numbers={outcome.value: number for outcome, number in proposals.counted(proposed).items()},
        any=bool(proposed),
    )


def _spans(today: date) -> list[tuple[str, Days]]:
    """The days that are planned most."""
    week, month = Week.of(today).shifted(1), Month.of(today)
    return [
        (gettext("Next week"), (week.monday, week.sunday)),
        (gettext("The rest of this month"), (today, month.last)),
        (gettext("Next month"), _days(month.shifted(1))),
        (gettext("The month after"), _days(month.shifted(2))),
    ]


def _days(month: Month) -> Days:
    return month.first, month.last


def _by_week(rows: Sequence[Row]) -> list[tuple[Week, list[Row]]]:
    """The rows of each week, in the order of time."""
    weeks: dict[Week, list[Row]] = {}
    for row in rows:
        weeks.setdefault(Week.of(clock.local(row.starts_at).date()), []).append(row)
    return list(weeks.items())
