"""Planning an activity: a new one, and every change of one that is there."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from .. import clock
from ..activities.models import Activity, ActivityState
from ..activities.planning import clashes, drafts, holders
from ..activities.planning.faults import Faulty
from ..database import db
from ..errors import BadInput, Refused
from ..people.roles import keeps, scope
from ..places import queries as places
from ..places.keeping import NameTaken
from ..places.models import Place
from ..teams import queries as teams
from ..teams.models import Team, TeamKind
from ..words import say
from . import office
from .access import member, require
from .forms.fields import hours_shown
from .forms.planning import PlanForm, shown
from .forms.stale import Changed, changes
from .running import own_activity, own_office
from .session import actor

pages = Blueprint("planning", __name__, url_prefix="/activities")

Answer = str | tuple[str, int] | Response


@dataclass(frozen=True)
class Holder:
    """Whose activity it is: a team's, or a place's own."""

    team: Team | None
    place: Place

    @property
    def subdistrict(self) -> Place:
        """Where its themes and venues are."""
        return db.session.get_one(Place, self.place.subdistrict_id)


@pages.get("/new")
@member
def new() -> Answer:
    """Whose activity it is, then the form with the proposals of that team's weekly slot."""
    reach = scope(actor())
    require(bool(reach))
    holder = _asked()
    if holder is None:
        place = own_office(reach)
        today = clock.today()
        mine = holders.teams(reach, place, on=today) if place else []
        around = holders.places(reach, place, on=today) if place else []
        if len(mine) != 1 or around:
            return render_template("planning/new.html", holder=None, teams=mine, places=around)
        holder = Holder(mine[0], mine[0].place)
    return _new(PlanForm(formdata=None, data=_proposed(holder)), holder)


@pages.post("/new")
@member
def add() -> Answer:
    """Keep it as a draft, or publish it at once."""
    holder = _asked()
    if holder is None:
        abort(404)
    form = _offered(PlanForm(), holder)
    if not form.validate_on_submit():
        return _new(form, holder), 422
    by = actor().id
    try:
        values = form.values(_theme_id(form, holder, by))
        activity = drafts.make(values, team=holder.team, place=holder.place, places=form.places.data, by=by)
        if "publish" in request.form and activity.state is ActivityState.DRAFT:
            drafts.publish(activity, by=by)
    except (BadInput, Refused) as problem:
        _blame(form, problem, form.day)
        return _new(form, holder), 422
    db.session.commit()
    flash(_told(activity))
    return redirect(url_for("activities.show", activity_id=activity.id), 303)


@pages.get("/<int(max=2147483647):activity_id>/edit")
@member
def edit(activity_id: int) -> Answer:
    """Everything about an activity, its shifts, and how many people a change concerns."""
    activity = own_activity(activity_id)
    drafts.check_open(activity)
    return _edit(_of(PlanForm.showing(shown(activity)), activity), activity)


@pages.post("/<int(max=2147483647):activity_id>/edit")
@member
def change(activity_id: int) -> Answer:
    """Change it; those who signed up are told of another time or place."""
    activity = own_activity(activity_id)
    drafts.check_open(activity)
    form = _of(PlanForm(), activity)
    if not form.validate_on_submit():
        return _edit(form, activity), 422
    by = actor().id
    try:
        # A new theme locks the sub-district, which comes before what is in it.
        values = form.values(_theme_id(form, Holder(activity.team, activity.place), by))
        drafts.hold(activity)
        if changed := changes(form, shown(activity)):
            db.session.rollback()
            return _edit(form, activity, changed), 409
        places, to_waiting = form.places.data if form.places else None, form.to_waiting.data or ()
        drafts.edit(activity, values, places=places, to_waiting=to_waiting, by=by)
    except (BadInput, Refused) as problem:
        _blame(form, problem, form.places or form.day)
        drafts.check_open(activity)
        return _edit(form, activity), 422
    db.session.commit()
    flash(gettext("The changes are saved."))
    return redirect(url_for("activities.show", activity_id=activity.id), 303)


def _asked() -> Holder | None:
    """The team or the place of the address; None where it names none."""
    team_slug, place_slug = request.args.get("team"), request.args.get("place")
    team = teams.by_slug(team_slug) if team_slug else None
    place = team.place if team else places.by_slug(place_slug) if place_slug else None
    if place is None:
        if team_slug or place_slug:
            abort(404)
        return None
    if team is None and place.kind not in holders.HOLDING:
        abort(404)
    require(holders.can_plan(actor(), team=team, place=place))
    return Holder(team, place)


def _proposed(holder: Holder) -> dict[str, object]:
    """What the team's weekly slot and its usual place propose."""
    team = holder.team
    if team is None:
        return {}
    usual = {
        "place_text": team.place_text,
        "venue": str(team.venue_id or ""),
        "counts": team.kind is TeamKind.VOLUNTEER_TEAM,
    }
    slot = clashes.next_slot(team)
    return usual | (hours_shown(*slot) if slot else {})


def _new(form: PlanForm, holder: Holder) -> str:
    office.show(holder.subdistrict)
    return render_template("planning/new.html", form=_offered(form, holder), holder=holder)


def _edit(form: PlanForm, activity: Activity, changed: list[Changed] | None = None) -> str:
    one = activity.shifts[0] if len(activity.shifts) == 1 else None
    return render_template(
        "planning/edit.html",
        form=form,
        activity=activity,
        changed=changed or [],
        told=drafts.people_to_tell(activity) if activity.state is ActivityState.PUBLISHED else 0,
        having=drafts.having_places(one) if one and form.places.errors else [],
    )


def _offered(form: PlanForm, holder: Holder, activity: Activity | None = None) -> PlanForm:
    today, around = clock.today(), holder.subdistrict
    form.offer(
        holders.themes(around, on=today, besides=activity.theme_id if activity else None),
        holders.venues(around, on=today, besides=activity.venue_id if activity else None),
        new_theme=keeps(actor(), holder.place),
    )
    return form


def _of(form: PlanForm, activity: Activity) -> PlanForm:
    """The form of an activity; where it has several shifts, each has its own places."""
    if len(activity.shifts) > 1:
        del form.places
    return _offered(form, Holder(activity.team, activity.place), activity)


def _theme_id(form: PlanForm, holder: Holder, by: int) -> int:
    typed = (form.new_theme.data or "").strip() if form.new_theme else ""
    if not typed:
        return int(form.theme.data)
    kind = holder.team.kind if holder.team else None
    return drafts.theme_named(typed, subdistrict=holder.subdistrict, kind=kind, by=by).id


def _blame(form: PlanForm, problem: BadInput | Refused, field: Any) -> None:
    """Put what a rule says at the field that it's about, at *field* where it's no fault of the plan itself."""
    # Nothing of the attempt stays.
    db.session.rollback()
    if isinstance(problem, Faulty):
        form.blame(problem.faults)
    elif isinstance(problem, NameTaken):
        form.new_theme.errors = [say(problem.message)]
    else:
        field.errors = [say(problem.message)]


def _told(activity: Activity) -> str:
    if activity.state is ActivityState.DRAFT:
        return gettext("The draft is saved. Look at it, then publish it.")
    return gettext("The activity is published.")
