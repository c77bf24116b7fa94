"""What becomes of a plan: published, copied, called off, or given up while it's a draft."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from .. import clock
from ..activities.models import Activity, ActivityState
from ..activities.planning import changes, copies, drafts
from ..clock import Week
from ..database import db
from ..errors import BadInput
from ..words import say
from .access import member
from .forms.publications import CancelForm, ChosenForm, DaysForm, WeeksForm
from .running import own_activities, own_activity
from .session import actor

pages = Blueprint("publications", __name__, url_prefix="/activities")

Answer = str | tuple[str, int] | Response


@pages.post("/<int(max=2147483647):activity_id>/publication")
@member
def publish(activity_id: int) -> Response:
    """Show a draft to everyone."""
    activity = own_activity(activity_id)
    drafts.publish(activity, by=actor().id)
    db.session.commit()
    flash(gettext("The activity is published."))
    return redirect(url_for("activities.show", activity_id=activity_id), 303)


@pages.post("/publications")
@member
def publish_chosen() -> Response:
    """Show the drafts ticked in the list to everyone; those which can't be stay drafts."""
    form = ChosenForm()
    chosen = own_activities(set(form.activity.data or ()) if form.validate_on_submit() else set())
    refused = drafts.publish_many(chosen, by=actor().id)
    db.session.commit()
    published = len(chosen) - len(refused)
    if published:
        flash(ngettext("%(num)d activity is published.", "%(num)d activities are published.", published))
    for problem in refused:
        flash(say(problem), "failed")
    if not chosen:
        flash(gettext("Tick the drafts that you want to publish."), "failed")
    return redirect(url_for("activities.index", state=ActivityState.DRAFT), 303)


@pages.get("/<int(max=2147483647):activity_id>/copy")
@member
def copy(activity_id: int) -> Answer:
    """Choose a day, or a day of each week, and see what would be made."""
    activity = own_activity(activity_id)
    if "day" not in request.args:
        return _copy(activity, WeeksForm(formdata=None, data={"day": _next_day(activity)}))
    form = WeeksForm(request.args)
    day = form.day.data
    if not form.validate() or day is None:
        return _copy(activity, form), 422
    try:
        days = copies.weekly(day, form.until.data)
    except BadInput as bad:
        form.until.errors = [say(bad.message)]
        return _copy(activity, form), 422
    return _copy(activity, form, copies.proposed((activity, day) for day in days))


@pages.post("/<int(max=2147483647):activity_id>/copies")
@member
def make_copies(activity_id: int) -> Response:
    """Make drafts of the days that were agreed to; sent twice, they are made once."""
    activity = own_activity(activity_id)
    form = DaysForm()
    if not form.validate_on_submit() or not form.days.data:
        flash(gettext("Tick the days to copy to."), "failed")
        return redirect(url_for("publications.copy", activity_id=activity_id), 303)
    made = copies.copy([(activity, day) for day in form.days.data], by=actor().id)
    db.session.commit()
    flash(
        ngettext("%(num)d draft is made.", "%(num)d drafts are made.", len(made))
        if made
        else gettext("All of them were there already.")
    )
    team = activity.team and activity.team.slug
    return redirect(url_for("activities.index", state=ActivityState.DRAFT, team=team), 303)


@pages.get("/<int(max=2147483647):activity_id>/cancellation")
@member
def cancellation(activity_id: int) -> str:
    """Ask why, and say how many people will be told; once it's cancelled, the way to the call list."""
    return _cancellation(own_activity(activity_id), CancelForm(formdata=None))


@pages.post("/<int(max=2147483647):activity_id>/cancellation")
@member
def cancel(activity_id: int) -> Answer:
    """Call it off."""
    activity = own_activity(activity_id)
    form = CancelForm()
    form.offer()
    if not form.validate_on_submit():
        return _cancellation(activity, form), 422
    try:
        changes.cancel(activity, reason=form.reason(), by=actor().id)
    except BadInput as bad:
        form.own.errors = [say(bad.message)]
        return _cancellation(activity, form), 422
    db.session.commit()
    flash(gettext("The activity is cancelled."))
    return redirect(url_for("publications.cancellation", activity_id=activity_id), 303)


@pages.get("/<int(max=2147483647):activity_id>/removal")
@member
def removal(activity_id: int) -> str:
    """Ask whether a draft is to be given up."""
    return render_template("publications/removal.html", activity=own_activity(activity_id))


@pages.post("/<int(max=2147483647):activity_id>/removal")
@member
def discard(activity_id: int) -> Response:
    """Take a draft away."""
    activity = own_activity(activity_id)
    drafts.discard(activity, by=actor().id)
    db.session.commit()
    flash(gettext("The draft is gone."))
    return redirect(url_for("activities.index", state=ActivityState.DRAFT), 303)


def _copy(activity: Activity, form: WeeksForm, rows: list[copies.Proposed] | None = None) -> str:
    return render_template("publications/copy.html", activity=activity, form=form, rows=rows)


def _next_day(activity: Activity) -> object:
    """The same weekday in the first week after the activity that is still to come."""
    begun = clock.local(activity.starts_at).date()
    week = max(Week.of(begun), Week.this().shifted(-1)).shifted(1)
    day = week.days[begun.weekday()]
    return day if day > clock.today() else week.shifted(1).days[begun.weekday()]


def _cancellation(activity: Activity, form: CancelForm) -> str:
    form.offer()
    told = drafts.people_to_tell(activity)
    return render_template("publications/cancellation.html", activity=activity, form=form, told=told)
