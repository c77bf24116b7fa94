"""Moving an activity: what else happens then, how many people are told, and then it's done."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from .. import clock
from ..activities.models import Activity, ActivityState
from ..activities.planning import drafts, holders, moves
from ..activities.planning.faults import Faulty
from ..database import db
from ..errors import BadInput, Refused
from ..words import say
from . import dates
from .access import member
from .forms.fields import hours
from .forms.moves import MoveForm, shown
from .forms.stale import Changed, changes
from .onward import onward
from .running import own_activity
from .session import actor

pages = Blueprint("moves", __name__, url_prefix="/activities")

Answer = str | tuple[str, int] | Response


@pages.get("/<int(max=2147483647):activity_id>/move")
@member
def move(activity_id: int) -> Answer:
    """When and where it is to be; the planning desk fills in the day to which it was dragged."""
    activity = own_activity(activity_id)
    drafts.check_open(activity)
    form = _offered(MoveForm.showing(shown(activity)), activity)
    asked = _day()
    if asked:
        form.day.data = asked
    return _page(form, activity, looked=asked is not None)


@pages.post("/<int(max=2147483647):activity_id>/move")
@member
def change(activity_id: int) -> Answer:
    """Move it, and have those who signed up told; or only look what else happens then."""
    activity = own_activity(activity_id)
    drafts.check_open(activity)
    form = _offered(MoveForm(), activity)
    if not form.validate_on_submit():
        return _page(form, activity), 422
    if "look" in request.form:
        return _page(form, activity, looked=True)
    drafts.hold(activity)
    if changed := changes(form, shown(activity)):
        db.session.rollback()
        return _page(form, activity, looked=True, changed=changed), 409
    try:
        moved = moves.move(activity, hours(form), **form.where, by=actor().id)
    except (BadInput, Refused) as problem:
        # Nothing of the attempt stays.
        db.session.rollback()
        drafts.check_open(activity)
        if isinstance(problem, Faulty):
            form.blame(problem.faults)
        else:
            form.day.errors = [say(problem.message)]
        return _page(form, activity), 422
    told = drafts.people_to_tell(activity) if moved and activity.state is ActivityState.PUBLISHED else 0
    db.session.commit()
    flash(_said(activity, told) if moved else gettext("Nothing is different."))
    there = onward() if request.form.get("next") else url_for("activities.show", activity_id=activity_id)
    return redirect(there, 303)


def _day() -> date | None:
    """The day that the address proposes, if it's one."""
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return None
    return day if clock.EARLIEST <= day <= clock.LATEST else None


def _offered(form: MoveForm, activity: Activity) -> MoveForm:
    form.offer(holders.venues(activity.subdistrict, on=clock.today(), besides=activity.venue_id))
    return form


def _page(form: MoveForm, activity: Activity, *, looked: bool = False, changed: list[Changed] | None = None) -> str:
    """The form.

    Args:
        looked: say what else happens at the time that the form names.
    """
    others = moves.in_the_way(activity, hours(form), venue_id=form.where["venue_id"]) if looked else None
    return render_template(
        "moves/move.html",
        form=form,
        activity=activity,
        others=others,
        changed=changed or [],
        told=drafts.people_to_tell(activity) if activity.state is ActivityState.PUBLISHED else 0,
    )


def _said(activity: Activity, told: int) -> str:
    when = dates.when(activity.starts_at, activity.ends_at)
    if told:
        return ngettext(
            "It's %(when)s now. %(num)d person will be told.",
            "It's %(when)s now. %(num)d people will be told.",
            told,
            when=when,
        )
    return gettext("It's %(when)s now.", when=when)
