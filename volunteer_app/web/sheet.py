"""The sign-in sheet of paper: printed before, entered afterwards."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from .. import clock
from ..activities.attendance import names as reading
from ..activities.attendance import sheet as domain
from ..activities.attendance.names import Fault
from ..activities.attendance.presence import Hours, check_hours, hours_at
from ..activities.attendance.roll import Entry, Roll, roll
from ..activities.attendance.sheet import Line
from ..activities.models import Activity, Attendance
from ..database import db
from ..errors import BadInput
from ..words import say
from .access import member
from .attendance import phase
from .filters import Page, paging
from .forms.attendance import BLANK_LINES, MOST_LINES, LineForm, NamesForm, SheetForm
from .forms.fields import number
from .running import own_activity
from .session import actor

pages = Blueprint("sheet", __name__, url_prefix="/activities/<int(max=2147483647):activity_id>/sheet")

LINES_TO_PRINT = 20
"""At least so many lines stand on the paper; below the names so many blank ones as are left, and never fewer than 5."""
LINES_AT_ONCE = MOST_LINES - BLANK_LINES
"""Names on a page of the form; whoever stands on another one stays as they are."""


@pages.get("")
@member
def show(activity_id: int) -> str:
    """The sheet to print: names, and blank columns for signature and hours."""
    activity = own_activity(activity_id)
    entries = _in_order(roll(activity))
    return render_template(
        "sheet/show.html",
        activity=activity,
        entries=entries,
        blank=max(LINES_TO_PRINT - len(entries), 5),
    )


@pages.get("/entry")
@member
def entry(activity_id: int) -> str:
    """The form that repeats the sheet, line by line."""
    activity = own_activity(activity_id)
    its = roll(activity)
    entries = _in_order(its)
    number, pages = paging(len(entries), LINES_AT_ONCE)
    page = Page(entries[(number - 1) * LINES_AT_ONCE : number * LINES_AT_ONCE], number, pages, len(entries))
    lines = [_line(activity, each) for each in page.rows] + [_blank(activity)] * BLANK_LINES
    return _entry(activity, its, SheetForm(lines=lines, headcount=activity.headcount), [], page)


@pages.post("/entry")
@member
def enter(activity_id: int) -> Response | tuple[str, int]:
    """Write down all lines, or none where one of them has a fault."""
    activity = own_activity(activity_id)
    its = roll(activity)
    try:
        form = SheetForm()
    except ValueError:  # a line whose number is none
        abort(400)
    valid = form.validate_on_submit()
    lines = [_said(activity, its, line.form) for line in form.lines]
    faulty = [line for line in form.lines if line.form.errors]
    if not valid or faulty:
        return _entry(activity, its, form, faulty), 422
    domain.enter(activity, [it for it in lines if it], headcount=form.headcount.data, by=actor().id)
    db.session.commit()
    flash(gettext("The sheet is entered. Look at the list, then close the attendance."))
    return redirect(url_for("attendance.index", activity_id=activity.id), 303)


@pages.get("/names")
@member
def names(activity_id: int) -> str:
    """One line a person, for whoever types fast."""
    activity = own_activity(activity_id)
    return _names(activity, NamesForm(formdata=None, data={"headcount": activity.headcount}), [])


@pages.post("/names")
@member
def enter_names(activity_id: int) -> Response | tuple[str, int]:
    """Write down all lines, or none where one of them has a fault."""
    activity = own_activity(activity_id)
    form = NamesForm()
    lines, faults = reading.read(form.names.data or "", activity)
    if not form.validate_on_submit() or faults:
        return _names(activity, form, faults), 422
    domain.enter(activity, lines, headcount=form.headcount.data, by=actor().id)
    db.session.commit()
    flash(
        ngettext(
            "%(num)d line is entered. Look at the list, then close the attendance.",
            "%(num)d lines are entered. Look at the list, then close the attendance.",
            len(lines),
        )
    )
    return redirect(url_for("attendance.index", activity_id=activity.id), 303)


def _names(activity: Activity, form: NamesForm, faults: Sequence[Fault]) -> str:
    return render_template(
        "sheet/names.html",
        activity=activity,
        phase=phase(activity),
        form=form,
        faults=[(fault, say(fault.message)) for fault in faults],
    )


def _in_order(its: Roll) -> list[Entry]:
    """By name, and those who only wait for a place below the others."""
    return sorted(its.entries, key=lambda entry: entry.section == "waiting")


def _line(activity: Activity, entry: Entry) -> dict[str, Any]:
    """Somebody on the roll: their hours if they came, else those of their shift."""
    row, shift = entry.attendance, entry.sign_up.shift if entry.sign_up else activity
    hours = (row.checked_in_at, row.checked_out_at) if row else (shift.starts_at, shift.ends_at)
    return {"person_id": str(entry.person.id), "was_there": "1" if row else "", "there": bool(row)} | _shown(hours)


def _blank(activity: Activity) -> dict[str, Any]:
    return _shown((activity.starts_at, activity.ends_at))


def _shown(hours: Hours) -> dict[str, Any]:
    came_at, left_at = hours
    return {"came": clock.local(came_at).time(), "left": left_at and clock.local(left_at).time()}


def _said(activity: Activity, its: Roll, form: LineForm) -> Line | None:
    """What a line says; None for an empty one. Faults stand at its fields."""
    name, phone, on_roll = form.name.data or "", form.phone.data or "", bool(form.person_id.data)
    if not on_roll and not name and not phone:
        return None
    there = form.there.data if on_roll else True
    person_id = number(form.person_id.data)
    entry = its.of_person(person_id) if person_id else None
    if on_roll and entry is None:
        if not there:
            return None
        form.person_id.data = ""
        form.name.errors = [gettext("They aren't on the list any more: write name and phone number here.")]
        return None
    if not on_roll and not name:
        form.name.errors = [gettext("Enter the name of whoever was there.")]
    if not on_roll and not phone:
        form.phone.errors = [gettext("Enter a phone number, or count them among the people without a name.")]
    hours = _hours(activity, form, entry.attendance if entry else None) if there else None
    if form.errors:
        return None
    return Line(
        hours,
        person_id=person_id,
        name=name,
        phone=phone,
        was_there=bool(form.was_there.data),
    )


def _hours(activity: Activity, form: LineForm, row: Attendance | None) -> Hours | None:
    came, left = form.came.data, form.left.data
    if form.came.errors or form.left.errors:
        return None
    if came is None:
        form.came.errors = [gettext("Enter a time such as 19:00.")]
        return None
    hours = hours_at(activity, came, left, row)
    try:
        check_hours(activity, *hours)
    except BadInput as bad:
        form.came.errors = [say(bad.message)]
    return hours


def _entry(
    activity: Activity, its: Roll, form: SheetForm, faulty: Sequence[Any], page: Page[Entry] | None = None
) -> str:
    return render_template(
        "sheet/entry.html",
        activity=activity,
        phase=phase(activity),
        form=form,
        people={str(entry.person.id): entry for entry in its.entries},
        faulty=faulty,
        page=page,
    )
