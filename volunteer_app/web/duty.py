"""A cadre's own page, made for a phone: this week's three hours, visits begun, stopped, logged and corrected."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from .. import clock
from ..activities.models import Activity
from ..clock import Week
from ..database import db
from ..duty import leaves, own, planned, visits
from ..duty.hours import LONGEST, EntryFaulty
from ..duty.models import Visit
from ..photos import keeping
from ..places.models import Place
from .access import member
from .forms.duty import StopForm, VisitForm, put_at_field, visit_shown
from .forms.fields import hours_shown, moment, number, typed
from .own_duty import Cadre, check_no_record, own_cadre, own_visit
from .photos import uploads
from .session import actor

pages = Blueprint("duty", __name__, url_prefix="/duty")


def lasting(minutes: int) -> str:
    """2 小时 10 分 · 2 h 10 min."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return gettext("%(minutes)d min", minutes=rest)
    if not rest:
        return gettext("%(hours)d h", hours=hours)
    return gettext("%(hours)d h %(minutes)d min", hours=hours, minutes=rest)


pages.add_app_template_filter(lasting, "lasting")


@pages.get("/")
@member
def index() -> str:
    """This week, what runs, what is planned, what was entered, and the weeks so far."""
    cadre = own_cadre()
    makes_up = current_app.config["SETTINGS"].duty_makes_up
    weeks = own.weeks(cadre.person, cadre.subdistrict, makes_up=makes_up)
    entered = own.visits_of(cadre.person)
    this = Week.this()
    plans = planned.of(cadre.person, this.shifted(-1).starts_at, this.shifted(1).ends_at)
    plans = [it for it in plans if it.starts_at >= this.starts_at or it.visit_id is None]
    compounds = cadre.compounds
    running = visits.running_of(cadre.person)
    return render_template(
        "duty/index.html",
        compounds=compounds,
        now=clock.now(),
        this=own.this_week(weeks[0], entered),
        weeks=weeks,
        running=running,
        overdue=running is not None and clock.now() - running.starts_at > LONGEST,
        plans=list(zip(plans, planned.clashes(plans), strict=True)),
        visits=entered,
        unclaimed=own.unclaimed(cadre.person, compounds),
        leaves=leaves.of(cadre.person, weeks[-1].week.monday),
    )


@pages.post("/start")
@member
def start() -> Response:
    """Begin a visit now, in the compound that was chosen."""
    cadre = own_cadre()
    chosen = number(request.form.get("compound"))
    compound = next((it for it in cadre.compounds if it.id == chosen), None)
    if compound is None:
        abort(400)
    visits.start(cadre.person, compound, by=actor().id)
    db.session.commit()
    flash(gettext("Your visit is running. Stop it when you leave."))
    return redirect(url_for("duty.index"), 303)


@pages.get("/visits/<int(max=2147483647):visit_id>/end")
@member
def ending(visit_id: int) -> str | Response:
    """Ask when a visit ended that ran for too long."""
    visit = own_visit(visit_id)
    if visit.ends_at is not None:
        return redirect(url_for("duty.edit", visit_id=visit.id), 303)
    latest = min(clock.now(), visit.starts_at + LONGEST)
    return render_template("duty/end.html", visit=visit, form=StopForm(formdata=None, ends=typed(latest)))


@pages.post("/visits/<int(max=2147483647):visit_id>/end")
@member
def end(visit_id: int) -> str | Response | tuple[str, int]:
    """End it at the moment that was typed."""
    visit = own_visit(visit_id)
    form = StopForm()
    if not form.validate_on_submit():
        return render_template("duty/end.html", visit=visit, form=form), 422
    try:
        visits.stop(visit, by=actor().id, ends_at=moment(form.ends.data))
    except EntryFaulty as faulty:
        put_at_field(form, faulty)
        return render_template("duty/end.html", visit=visit, form=form), 422
    db.session.commit()
    return _stopped(visit)


@pages.post("/visits/<int(max=2147483647):visit_id>/stop")
@member
def stop(visit_id: int) -> Response:
    """End a visit now; the form for what was done comes next."""
    visit = own_visit(visit_id)
    if visit.ends_at is None and clock.now() - visit.starts_at > LONGEST:
        return redirect(url_for("duty.ending", visit_id=visit.id), 303)
    visits.stop(visit, by=actor().id)
    db.session.commit()
    return _stopped(visit)


@pages.get("/visits/new")
@member
def new() -> str:
    """The form for a visit that is over: filled with the usual hours, or with an activity's."""
    cadre = own_cadre()
    compounds, claimable = cadre.compounds, own.unclaimed(cadre.person, cadre.compounds)
    wanted = number(request.args.get("activity"))
    activity = next((it for it in claimable if it.id == wanted), None)
    return _form(_new_form(cadre, compounds, claimable, activity), None)


@pages.post("/visits/new")
@member
def add() -> str | Response | tuple[str, int]:
    """Log it."""
    cadre = own_cadre()
    form = VisitForm()
    form.offer(cadre.compounds, own.unclaimed(cadre.person, cadre.compounds) + _sent_activity(form, cadre))
    if not form.validate_on_submit():
        return _form(form, None), 422
    entry = form.entry()
    try:
        check_no_record(cadre.person, entry.starts_at, entry.ends_at)
        visits.log(cadre.person, entry, by=actor().id)
    except EntryFaulty as faulty:
        put_at_field(form, faulty)
        return _form(form, None), 422
    db.session.commit()
    flash(gettext("Your visit is logged. It counts once the community has confirmed it."))
    return redirect(url_for("duty.index"), 303)


@pages.get("/visits/<int(max=2147483647):visit_id>")
@member
def edit(visit_id: int) -> str | Response:
    """A visit of one's own that is over, as a form while nobody has confirmed it."""
    visit = own_visit(visit_id)
    if visit.ends_at is None:
        return redirect(url_for("duty.ending", visit_id=visit.id), 303)
    form = VisitForm(formdata=None, data=visit_shown(visit))
    form.offer(*_offered(visit))
    return _form(form, visit)


@pages.post("/visits/<int(max=2147483647):visit_id>")
@member
def change(visit_id: int) -> str | Response | tuple[str, int]:
    """Correct it; one that was sent back waits again."""
    visit = own_visit(visit_id)
    form = VisitForm()
    form.offer(*_offered(visit))
    if not form.validate_on_submit():
        return _form(form, visit), 422
    entry = form.entry(visit)
    try:
        check_no_record(visit.person, entry.starts_at, entry.ends_at)
        visits.change(visit, entry, by=actor().id)
    except EntryFaulty as faulty:
        put_at_field(form, faulty)
        return _form(form, visit), 422
    db.session.commit()
    flash(gettext("Your visit is kept. It counts once the community has confirmed it."))
    return redirect(url_for("duty.index"), 303)


@pages.get("/visits/<int(max=2147483647):visit_id>/removal")
@member
def removal(visit_id: int) -> str:
    """Ask before a visit goes for good."""
    return render_template("duty/removal.html", visit=own_visit(visit_id))


@pages.post("/visits/<int(max=2147483647):visit_id>/removal")
@member
def remove(visit_id: int) -> Response:
    """Throw it away, then the files of its photos."""
    names = visits.discard(own_visit(visit_id), by=actor().id)
    db.session.commit()
    for name in names:
        keeping.remove_files(name, uploads())
    flash(gettext("The visit is gone."))
    return redirect(url_for("duty.index"), 303)


def _stopped(visit: Visit) -> Response:
    flash(gettext("The visit is over. Say what was done."))
    return redirect(url_for("duty.edit", visit_id=visit.id), 303)


def _new_form(cadre: Cadre, compounds: list[Place], claimable: list[Activity], activity: Activity | None) -> VisitForm:
    values: dict[str, object] = {"compound": compounds[0].id, "day": clock.today()}
    if activity:
        around = next((it for it in compounds if activity.place.path.startswith(it.path)), compounds[0])
        values |= hours_shown(activity.starts_at, activity.ends_at)
        values |= {"compound": around.id, "activity": activity.id, "kind": "themed_activity"}
        values |= {"what": activity.theme.name}
    else:
        pairing = next(it for it in cadre.pairings if it.compound_id == compounds[0].id)
        usual = own.usual_hours(pairing, clock.today())
        values |= hours_shown(*usual) if usual else {}
    form = VisitForm(formdata=None, data=values)
    form.offer(compounds, claimable)
    return form


def _sent_activity(form: VisitForm, cadre: Cadre) -> list[Activity]:
    """The activity that was sent and is claimed already: sent twice, the form is as valid as the first time."""
    sent = form.activity.data
    visit = sent and db.session.query(Visit).filter_by(person_id=cadre.person.id, activity_id=sent).first()
    return [visit.activity] if visit and visit.activity else []


def _offered(visit: Visit) -> tuple[list[Place], list[Activity]]:
    """What may be chosen for a visit: what it has, and what the cadre has today."""
    pairings = own.pairings_of(visit.person_id, clock.today())
    compounds = [visit.compound, *(it.compound for it in pairings if it.compound_id != visit.compound_id)]
    claimed = [visit.activity] if visit.activity else []
    return compounds, [*claimed, *own.unclaimed(visit.person, compounds)]


def _form(form: VisitForm, visit: Visit | None) -> str:
    open_still = visit is None or visit.state in visits.OPEN
    return render_template("duty/visit.html", form=form, visit=visit, open=open_still)
