"""Sign-ups of an account and its family, each on its page; and the list of who comes, for those who keep it."""

from collections import Counter
from io import BytesIO

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from .. import clock
from ..activities.access import can_run
from ..activities.models import Activity, SignUp, SignUpState
from ..activities.signing import behalf, signups, waiting, who_comes
from ..activities.signing.look_alikes import look_alikes
from ..activities.signing.who_comes import Coming
from ..activities.visibility import SEE_PEOPLE
from ..database import db
from ..errors import Refused
from ..people import consents, family
from ..people.consents import Purpose
from ..people.models import Person
from ..people.roles import scope
from ..tables.writing import Table, workbook
from ..words import say, word
from . import dates, office, tickets
from .access import member, require
from .filters import words_typed
from .forms.sign_ups import BehalfForm
from .running import own_activity
from .session import actor
from .signing_up import outcome
from .tickets import Links, Ticket

pages = Blueprint("sign_ups", __name__)

Answer = str | tuple[str, int] | Response


@pages.get("/sign-ups/<int(max=2147483647):sign_up_id>")
@member
def show(sign_up_id: int) -> str:
    """A sign-up of one's own, or of the family, as it stands now."""
    return render_template("sign_ups/show.html", it=_ticket(sign_up_id), own=True)


@pages.get("/sign-ups/<int(max=2147483647):sign_up_id>/withdrawal")
@member
def withdrawal(sign_up_id: int) -> str | Response:
    """Asks once more before the place is given back."""
    it = _ticket(sign_up_id)
    return render_template("sign_ups/withdrawal.html", it=it, own=True) if it.can_withdraw else _back(sign_up_id)


@pages.post("/sign-ups/<int(max=2147483647):sign_up_id>/withdrawal")
@member
def withdraw(sign_up_id: int) -> Response:
    """Give the place back; the next in the waiting list moves up."""
    signups.withdraw(_own(sign_up_id), by=actor().id)
    db.session.commit()
    flash(gettext("You've withdrawn."))
    return _back(sign_up_id)


@pages.post("/sign-ups/<int(max=2147483647):sign_up_id>/renewal")
@member
def renew(sign_up_id: int) -> Response:
    """Sign up again after withdrawing."""
    sign_up = _own(sign_up_id)
    if consents.lacking([sign_up.person]):
        # Whoever took back that name and phone number are kept agrees anew, in the form.
        return redirect(url_for("activities.show", activity_id=sign_up.shift.activity_id, _anchor="sign-up"), 303)
    if sign_up.state is SignUpState.WITHDRAWN:
        most = tickets.most_popular()
        signups.sign_up(sign_up.shift, sign_up.person, by=actor().id, most_popular=most)
        db.session.commit()
        flash(outcome(sign_up))
    return _back(sign_up_id)


@pages.get("/activities/<int(max=2147483647):activity_id>/sign-ups")
@member
def index(activity_id: int) -> str:
    """Who comes, who waits, and a form for somebody who can't sign up by themselves."""
    activity = own_activity(activity_id)
    return _index(activity, _behalf_form(activity))


@pages.post("/activities/<int(max=2147483647):activity_id>/sign-ups")
@member
def add(activity_id: int) -> Answer:
    """Sign somebody up on their behalf; people of the same name are looked at first where there is no phone number."""
    activity = own_activity(activity_id)
    form = _behalf_form(activity)
    if not form.validate_on_submit():
        return _index(activity, form), 422
    account = actor()
    # A second sender of the form waits here, and then sees whom the first one entered.
    shift = next(iter(waiting.lock_shifts([form.shift.data])), None)
    if shift is None:  # taken away in the meantime
        abort(404)
    name, phone = form.name.data or "", form.phone.number
    alike = [] if phone else look_alikes(scope(account, SEE_PEOPLE), name=name, phone="")
    person = behalf.person_of(
        name=name, phone=phone, alike=alike, seen=form.seen_ids, chosen=form.chosen_id, by=account.id
    )
    if person is None:
        form.chosen.errors = [gettext("There are people of this name. Choose one of them, or somebody new.")]
        return _index(activity, form, alike), 422
    try:
        sign_up = signups.sign_up(shift, person, by=account.id, waive=True, most_popular=tickets.most_popular())
    except Refused as refused:
        db.session.rollback()
        form.form_errors.append(say(refused.message))
        return _index(own_activity(activity_id), form), 409
    signups.verify(sign_up, by=account.id)
    consents.give(person, Purpose.SIGN_UP, by=account.id)
    db.session.commit()
    said = {
        SignUpState.CONFIRMED: gettext("%(name)s has a place.", name=person.name),
        SignUpState.WAITING: gettext("%(name)s is on the waiting list.", name=person.name),
    }
    flash(said[sign_up.state])
    return redirect(url_for("sign_ups.index", activity_id=activity_id), 303)


@pages.get("/activities/<int(max=2147483647):activity_id>/sign-ups.xlsx")
@member
def table(activity_id: int) -> Response:
    """The list as a workbook."""
    activity = own_activity(activity_id)
    header = [
        gettext("No."),
        gettext("Shift"),
        gettext("State"),
        gettext("Name"),
        gettext("Phone"),
        gettext("Asked at"),
        gettext("Signed up by"),
        gettext("Known"),
        gettext("Note"),
    ]
    rows = [
        [
            line.number,
            line.sign_up.shift.title,
            word(line.sign_up.state),
            line.sign_up.person.name,
            line.sign_up.person.phone,
            f"{clock.local(line.sign_up.asked_at):%Y-%m-%d %H:%M}",
            line.by_name,
            gettext("yes") if line.verified else gettext("no"),
            line.sign_up.note,
        ]
        for line in who_comes.listed(activity)
    ]
    title = f"{activity.theme.name} {dates.when(activity.starts_at, activity.ends_at)}"
    content = workbook([Table(gettext("Sign-ups"), title, header, rows)])
    return send_file(BytesIO(content), as_attachment=True, download_name=f"sign-ups-{activity.id}.xlsx", max_age=0)


@pages.post("/sign-ups/<int(max=2147483647):sign_up_id>/promotion")
@member
def promote(sign_up_id: int) -> Response:
    """Give somebody in the waiting list a free place."""
    sign_up = _kept_by_actor(sign_up_id)
    signups.promote(sign_up, by=actor().id)
    return _changed(sign_up, gettext("%(name)s has a place.", name=sign_up.person.name))


@pages.post("/sign-ups/<int(max=2147483647):sign_up_id>/verification")
@member
def verify(sign_up_id: int) -> Response:
    """Say that one knows the person."""
    sign_up = _kept_by_actor(sign_up_id)
    signups.verify(sign_up, by=actor().id)
    return _changed(sign_up, gettext("%(name)s is known now.", name=sign_up.person.name))


@pages.get("/sign-ups/<int(max=2147483647):sign_up_id>/release")
@member
def release(sign_up_id: int) -> str | Response:
    """Asks once more before somebody's place is released."""
    sign_up = _kept_by_actor(sign_up_id)
    if sign_up.state is SignUpState.WITHDRAWN:
        return redirect(url_for("sign_ups.index", activity_id=sign_up.shift.activity_id), 303)
    return render_template("sign_ups/release.html", sign_up=sign_up, activity=sign_up.shift.activity)


@pages.post("/sign-ups/<int(max=2147483647):sign_up_id>/release")
@member
def release_place(sign_up_id: int) -> Response:
    """Take somebody off the list, who is told."""
    sign_up = _kept_by_actor(sign_up_id)
    signups.withdraw(sign_up, by=actor().id, by_keeper=True)
    return _changed(sign_up, gettext("The place of %(name)s is released.", name=sign_up.person.name))


def _ticket(sign_up_id: int) -> Ticket:
    sign_up = _own(sign_up_id)
    links = Links(
        page=url_for("sign_ups.show", sign_up_id=sign_up_id),
        withdrawal=url_for("sign_ups.withdraw", sign_up_id=sign_up_id),
        again=url_for("sign_ups.renew", sign_up_id=sign_up_id),
        calendar=url_for("calendars.activity", activity_id=sign_up.shift.activity_id),
    )
    return tickets.ticket(sign_up, links)


def _own(sign_up_id: int) -> SignUp:
    """A sign-up of the account's own person or family; to everyone else it isn't there."""
    sign_up = db.session.get(SignUp, sign_up_id)
    if sign_up is None or not family.acts_for(actor(), sign_up.person_id):
        abort(404)
    office.show(sign_up.shift.activity.subdistrict)
    return sign_up


def _back(sign_up_id: int) -> Response:
    return redirect(url_for("sign_ups.show", sign_up_id=sign_up_id), 303)


def _kept_by_actor(sign_up_id: int) -> SignUp:
    """A sign-up for an activity that the account runs."""
    sign_up = db.session.get(SignUp, sign_up_id)
    if sign_up is None:
        abort(404)
    require(can_run(actor(), sign_up.shift.activity))
    office.show(sign_up.shift.activity.subdistrict)
    return sign_up


def _changed(sign_up: SignUp, said: str) -> Response:
    db.session.commit()
    flash(said)
    return redirect(url_for("sign_ups.index", activity_id=sign_up.shift.activity_id), 303)


def _behalf_form(activity: Activity) -> BehalfForm:
    form = BehalfForm()
    form.shift.choices = [(shift.id, shift.title) for shift in activity.shifts]
    if len(activity.shifts) == 1 and not form.is_submitted():
        form.shift.data = activity.shifts[0].id
    return form


def _index(activity: Activity, form: BehalfForm, alike: list[Person] | None = None) -> str:
    words = words_typed().split()
    lines = who_comes.listed(activity)
    return render_template(
        "sign_ups/index.html",
        activity=activity,
        form=form,
        alike=alike or [],
        words=request.args.get("q", ""),
        shifts=[
            (shift, [line for line in lines if line.sign_up.shift_id == shift.id and _named(line, words)])
            for shift in activity.shifts
        ],
        taken=Counter(line.sign_up.shift_id for line in lines if line.sign_up.state is SignUpState.CONFIRMED),
        total=len(lines),
    )


def _named(line: Coming, words: list[str]) -> bool:
    person = line.sign_up.person
    return all(it in person.name or it in (person.phone or "") for it in words)
