"""Self check-in: the leader's phone shows a code that changes each minute, and whoever scans it says who has come.

The scanned code is exchanged for a leave of ten minutes on this device, so that nobody has to type within a minute;
passed on, the leave is of no use on another device.
"""

from datetime import timedelta

from flask import Blueprint, abort, current_app, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext
from itsdangerous import BadSignature, URLSafeSerializer
from limits import RateLimitItemPerDay
from werkzeug.wrappers import Response

from .. import clock
from ..activities import queries
from ..activities.attendance import keeping, roll, self_check_in
from ..activities.models import Activity, ActivityState
from ..database import db
from ..people import consents, family
from ..people.consents import Purpose
from ..people.models import Person
from . import device, office
from .access import member, public
from .activity_page import consent_words
from .attendance import Phase, phase
from .forms.self_check_in import ArrivalForm, WalkUpForm
from .html import public_address
from .limits import limiter
from .running import own_activity
from .session import signed_in

pages = Blueprint("self_check_in", __name__)

LEAVE = timedelta(minutes=10)
"""How long after scanning somebody may still say who has come."""

Answer = str | tuple[str, int] | Response
NEW = "new-"
"""Before the names of the second form's fields: both stand on one page."""
CODE = "/activities/<int(max=2147483647):activity_id>/attendance/code"
HERE = "/here/<int(max=2147483647):activity_id>"


@pages.get(CODE)
@member
def show(activity_id: int) -> str:
    """The code of this minute, large: to be held out to whoever comes."""
    return _code("self_check_in/code.html", own_activity(activity_id))


@pages.get(f"{CODE}/now")
@member
def now(activity_id: int) -> str:
    """The code alone, for the page that asks for it again and again."""
    return _code("self_check_in/now.html", own_activity(activity_id))


@pages.get(f"{HERE}/<code>")
@public
def scan(activity_id: int, code: str) -> Answer:
    """Exchange the code for a leave, and ask who has come."""
    activity = _activity(activity_id)
    if not self_check_in.is_current(code, activity, secret=_secret()):
        return _over()
    device.keep(device.present())
    return _page(activity, leave=_serializer().dumps([activity.id, device.present().name, _seconds()]))


@pages.post(HERE)
@public
@limiter.limit("60 per minute")
def arrive(activity_id: int) -> Answer:
    """Somebody whom this phone knows has come."""
    activity = _activity(activity_id)
    people = _known(activity)
    form = ArrivalForm()
    form.offer(people)
    if not _has_leave(activity, form.leave.data):
        return _over()
    valid = form.validate_on_submit()
    person = next((it for it in people if it.id == form.person.data), None)
    if not valid or person is None:
        return _page(activity, known=form), 422
    unasked = bool(consents.lacking([person]))
    if not form.agrees(unasked):
        return _page(activity, known=form), 422
    account = signed_in()
    by = account.id if account else None
    keeping.check_in(activity, person, by=by)
    if unasked:
        consents.give(person, Purpose.SIGN_UP, by=by)
    return _done(activity, person.name)


@pages.post(f"{HERE}/new")
@public
@limiter.limit("60 per minute")
def arrive_new(activity_id: int) -> Answer:
    """Somebody whom this phone doesn't know has come: by name and phone number, as those who sign up."""
    activity = _activity(activity_id)
    form = WalkUpForm(prefix=NEW)
    if not _has_leave(activity, form.leave.data):
        return _over()
    if not form.validate_on_submit():
        return _page(activity, new=form), 422
    most = RateLimitItemPerDay(current_app.config["SETTINGS"].people_per_device)
    here = "here", str(activity.id), device.present().name
    if not limiter.limiter.test(most, *here):
        form.form_errors.append(gettext("This phone has checked in many people already: please tell the leader."))
        return _page(activity, new=form), 429
    name = form.name.data or ""
    present = keeping.walk_in(activity, name=name, phone=form.phone.number, by=None)
    if present:
        consents.give(present.person, Purpose.SIGN_UP)
    limiter.limiter.hit(most, *here)
    return _done(activity, name)


def _activity(activity_id: int) -> Activity:
    activity = queries.one(activity_id)
    if activity is None or activity.state is ActivityState.DRAFT:
        abort(404)
    office.show(activity.subdistrict)
    return activity


def _done(activity: Activity, name: str) -> Response:
    """The same for everyone: nobody learns here whether a name and a number were known."""
    db.session.commit()
    flash(gettext("%(name)s is checked in. Nothing more is to be done.", name=name))
    return redirect(url_for("activities.show", activity_id=activity.id), 303)


def _known(activity: Activity) -> list[Person]:
    """Whom this phone may check in without typing: one's family, or who signed up on it for this activity."""
    account = signed_in()
    if account:
        return family.people(account)
    of_this = (it.sign_up for it in device.receipts() if it.sign_up.shift.activity_id == activity.id)
    return list({it.person_id: it.person for it in of_this}.values())


def _code(template: str, activity: Activity) -> str:
    code = self_check_in.code(activity, secret=_secret())
    return render_template(
        template,
        activity=activity,
        open=phase(activity) in (Phase.OPEN, Phase.OVER),
        came=len(roll.roll(activity).attended),
        address=public_address(url_for("self_check_in.scan", activity_id=activity.id, code=code)),
    )


def _page(
    activity: Activity,
    *,
    leave: str = "",
    known: ArrivalForm | None = None,
    new: WalkUpForm | None = None,
) -> str:
    """The page that asks who has come; a form that was refused keeps what was typed, the other one its leave."""
    sent = known or new
    leave = leave or (sent.leave.data or "" if sent else "")
    people = _known(activity)
    if known is None:
        known = ArrivalForm(formdata=None, leave=leave)
        known.offer(people)
    return render_template(
        "self_check_in/here.html",
        activity=activity,
        people=people,
        known=known,
        new=new or WalkUpForm(formdata=None, prefix=NEW, leave=leave),
        asked_consent=bool(consents.lacking(people)),
        consent_words=consent_words(Purpose.SIGN_UP),
        open=phase(activity) in (Phase.OPEN, Phase.OVER),
    )


def _has_leave(activity: Activity, text: str | None) -> bool:
    try:
        activity_id, name, since = _serializer().loads(text or "")
        age = _seconds() - int(since)
    except (BadSignature, ValueError, TypeError):
        return False
    return (activity_id, name) == (activity.id, device.present().name) and 0 <= age <= LEAVE.total_seconds()


def _over() -> Response:
    title = gettext("This code is over")
    text = gettext(
        "It changes every minute. Scan the one that the leader's phone shows now, or tell the leader that you're here."
    )
    return make_response(render_template("errors/problem.html", title=title, text=text, status=410), 410)


def _seconds() -> int:
    return int(clock.now().timestamp())


def _secret() -> bytes:
    return str(current_app.config["SECRET_KEY"]).encode()


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="check-in")
