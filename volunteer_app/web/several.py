"""Several activities of a week at once: choosing them, seeing what would happen, and then it does."""

import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from .. import clock
from ..activities.models import Activity, ActivityState
from ..activities.planning import changes, copies, drafts, several
from ..activities.planning.board import Row
from ..activities.planning.clashes import Clash
from ..activities.planning.several import Stuck
from ..database import db
from ..errors import BadInput, Message
from ..people.roles import scope
from ..words import say
from ..workdays import Special, Workdays
from . import deliveries
from .access import member, require
from .addresses import asked
from .forms.several import SeveralForm, What
from .planning_desk import asked_week, rows_of_week
from .running import own_activities
from .session import actor

pages = Blueprint("several", __name__, url_prefix="/planning/several")

Answer = str | tuple[str, int] | Response


@dataclass(slots=True)
class Line:
    """What would happen with an activity."""

    activity: Activity
    days: list[copies.Proposed] = field(default_factory=list)
    """Its copies."""
    to: tuple[datetime, datetime] | None = None
    """The hours to which it moves."""
    special: Special | None = None
    """The holiday on which that is."""
    in_the_way: list[Clash] = field(default_factory=list)
    problem: Message | None = None
    """Why it can't happen."""


@pages.get("")
@member
def choose() -> str:
    """The activities of the week, to be ticked; all of them already where the week is to be copied."""
    form = SeveralForm(formdata=None)
    rows = rows_of_week()
    if request.args.get("what") == What.COPY:
        form.what.data = What.COPY.value
        form.activity.data = [cell.id for row in rows for cell in row.cells]
    return _choice(form, rows)


@pages.post("")
@member
def act() -> Answer:
    """Show what would happen; and once that was agreed to, let it happen."""
    require(bool(scope(actor())))
    form = SeveralForm()
    form.offer()
    rows = rows_of_week()
    if not form.validate_on_submit():
        return _choice(form, rows), 422
    ticked = _ticked(form, rows)
    if wrong := _wrong(form, ticked):
        form.own.errors = [wrong]
        return _choice(form, rows), 422
    if "again" in request.form:
        return _choice(form, rows)
    chosen = own_activities(ticked)
    if not form.key.data:
        return _look(form, chosen)
    if not deliveries.is_new(form.key.data):
        flash(gettext("This was done already."))
        return _done()
    drafts.hold(*chosen)
    if form.seen.data != _seen(chosen):
        db.session.rollback()
        return _look(form, own_activities(ticked), stale=True)
    numbers = _numbers(chosen)
    try:
        made = _act(form, chosen)
    except Stuck:
        # The page says what stands in the way; nothing of the attempt stays.
        db.session.rollback()
        return _look(form, own_activities(ticked), stale=True)
    db.session.commit()
    flash(_said(form, numbers, made))
    return _done()


def _wrong(form: SeveralForm, ticked: set[int]) -> str | None:
    """What the form itself can't know."""
    if not ticked:
        return gettext("Tick the activities that you mean.")
    published = select(Activity.id).where(Activity.id.in_(ticked), Activity.state == ActivityState.PUBLISHED)
    try:
        several.check_number(ticked)
        if form.what.data == What.CALL_OFF and db.session.scalar(published.limit(1)):
            changes.check_reason(form.reason())
    except BadInput as bad:
        return say(bad.message)
    return None


def _ticked(form: SeveralForm, rows: list[Row]) -> set[int]:
    """What was ticked one by one, and all of the days that were, as far as it's still there.

    What was held is copied, and neither moved nor cancelled.
    """
    days: set[date] = set(form.day.data or ())
    without = {ActivityState.CANCELLED} | (set() if form.what.data == What.COPY else {ActivityState.HELD})
    cells = [cell for row in rows for cell in row.cells if cell.state not in without]
    of_days = {it.id for it in cells if clock.local(it.starts_at).date() in days}
    there = select(Activity.id).where(Activity.id.in_(form.activity.data or ()))
    return of_days | set(db.session.scalars(there))


def _act(form: SeveralForm, chosen: list[Activity]) -> int:
    """Let it happen, and return how many drafts were made."""
    by = actor().id
    match What(form.what.data):
        case What.CALL_OFF:
            several.call_off(chosen, reason=form.reason(), by=by)
        case What.MOVE:
            several.move(chosen, form.days.data, by=by)
        case What.COPY:
            return len(copies.copy(_wishes(form, chosen), by=by))
    return 0


def _wishes(form: SeveralForm, chosen: Collection[Activity]) -> list[copies.Wish]:
    begun = [(it, clock.local(it.starts_at).date()) for it in chosen]
    return [(it, day + timedelta(weeks=n)) for n in range(1, form.weeks.data + 1) for it, day in begun]


def _look(form: SeveralForm, chosen: list[Activity], *, stale: bool = False) -> Answer:
    """What would happen."""
    chosen.sort(key=lambda it: (it.starts_at, it.id))
    lines = _lines(form, chosen)
    problems = any(line.problem for line in lines)
    form.seen.data, form.key.data = _seen(chosen), secrets.token_urlsafe(24)
    page = render_template(
        "several/preview.html",
        form=form,
        lines=lines,
        possible=bool(lines) and not problems and (form.what.data != What.COPY or _to_make(lines) > 0),
        to_make=_to_make(lines),
        numbers=_numbers(chosen),
        told=0 if form.what.data == What.COPY else several.people_to_tell(chosen),
        stale=stale,
        holiday=Workdays.current().holiday,
        keep=asked(),
    )
    return (page, 409) if stale else page


def _lines(form: SeveralForm, chosen: list[Activity]) -> list[Line]:
    lines = {it.id: Line(it) for it in chosen}
    problems: dict[int, Message] = {}
    if form.what.data == What.COPY:
        for proposed in copies.proposed(_wishes(form, chosen)):
            lines[proposed.activity.id].days.append(proposed)
    elif form.what.data == What.CALL_OFF:
        problems = several.not_called_off(chosen)
    else:
        far, workdays = timedelta(days=form.days.data), Workdays.current()
        clashing = several.in_the_way(chosen, form.days.data)
        problems = several.not_moved(chosen, form.days.data, clashing)
        for line in lines.values():
            it = line.activity
            line.to = it.starts_at + far, it.ends_at + far
            line.special = workdays.holiday(clock.local(line.to[0]).date())
            line.in_the_way = [other for other in clashing[it.id] if other.team_id != it.team_id or not it.team_id]
    for activity_id, problem in problems.items():
        lines[activity_id].problem = problem
    return list(lines.values())


def _to_make(lines: list[Line]) -> int:
    return sum(day.possible for line in lines for day in line.days)


def _numbers(chosen: Collection[Activity]) -> tuple[int, int]:
    """How many aren't drafts, and how many are."""
    drafts = sum(it.state is ActivityState.DRAFT for it in chosen)
    return len(chosen) - drafts, drafts


def _seen(chosen: Collection[Activity]) -> str:
    revisions = {str(it.id): it.revision for it in sorted(chosen, key=lambda it: it.id)}
    return json.dumps({"revisions": revisions, "people": several.people_to_tell(chosen)})


def _said(form: SeveralForm, numbers: tuple[int, int], made: int) -> str:
    published, drafts = numbers
    if form.what.data == What.COPY:
        return ngettext("%(num)d draft is made.", "%(num)d drafts are made.", made)
    if form.what.data == What.MOVE:
        return ngettext("%(num)d activity is moved.", "%(num)d activities are moved.", published + drafts)
    parts = [
        ngettext("%(num)d activity is cancelled.", "%(num)d activities are cancelled.", published) if published else "",
        ngettext("%(num)d draft is discarded.", "%(num)d drafts are discarded.", drafts) if drafts else "",
    ]
    return " ".join(filter(None, parts))


def _choice(form: SeveralForm, rows: list[Row]) -> str:
    form.offer()
    days = [
        (day, sorted(((row, cell) for row in rows for cell in row.days[n]), key=lambda it: it[1].starts_at))
        for n, day in enumerate(asked_week().days)
    ]
    return render_template("several/choose.html", form=form, days=days, week=asked_week(), keep=asked())


def _done() -> Response:
    back: dict[str, Any] = {**asked()}
    return redirect(url_for("planning_desk.week", **back), 303)
