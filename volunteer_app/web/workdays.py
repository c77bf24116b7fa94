"""Holidays and make-up workdays of a year: the published ones, and an office's own over them."""

from datetime import date, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from .. import clock
from ..database import db
from ..errors import BadInput
from ..people.roles import is_administrator
from ..places import special_days
from ..words import say
from ..workdays import SpecialDay, SpecialKind, Workdays
from .access import require, staff
from .forms.workdays import SpecialDayForm
from .session import signed_in

pages = Blueprint("workdays", __name__)


@pages.get("/workdays/")
@staff
def index() -> str:
    """The special days of a year; administrators can set one."""
    return _index(SpecialDayForm(), _year())


@pages.post("/workdays/")
@staff
def add() -> str | tuple[str, int] | Response:
    """Set a day."""
    account = signed_in()
    require(is_administrator(account))
    form = SpecialDayForm()
    if not form.validate_on_submit():
        return _index(form, _year()), 422
    day = form.day.data
    assert account is not None and isinstance(day, date)  # noqa: S101, PT018 - @staff, and the form is valid
    try:
        special_days.set_day(day, SpecialKind(form.kind.data), form.name.data or "", by=account.id)
    except BadInput as bad:
        form.day.errors = [say(bad.message)]
        return _index(form, _year()), 422
    db.session.commit()
    flash(gettext("The day is set."))
    return redirect(url_for("workdays.index", year=day.year), 303)


@pages.post("/workdays/<day>/removal")
@staff
def remove(day: str) -> Response:
    """Let the published notices decide about a day again."""
    account = signed_in()
    require(is_administrator(account))
    row = db.session.get(SpecialDay, _day(day))
    if account is None or row is None:
        abort(404)
    special_days.clear_day(row, by=account.id)
    db.session.commit()
    flash(gettext("The published notice decides about this day again."))
    return redirect(url_for("workdays.index", year=row.day.year), 303)


def _index(form: SpecialDayForm, year: int) -> str:
    workdays = Workdays.current()
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
    return render_template(
        "workdays/index.html",
        form=form,
        year=year,
        rows=[(day, special) for day in days if (special := workdays.special(day))],
        own={row.day for row in special_days.of_year(year)},
        estimated=not workdays.is_published(year),
        may_set=is_administrator(signed_in()),
        first=special_days.EARLIEST,
        last=special_days.LATEST,
    )


def _year() -> int:
    """The year asked for, or the present one."""
    text = request.args.get("year", "")
    year = int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else clock.today().year
    return min(max(year, special_days.EARLIEST), special_days.LATEST)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        abort(404)
