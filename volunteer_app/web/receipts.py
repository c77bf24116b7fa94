"""Receipts of whoever signed up without an account: a private link that shows the place and gives it back."""

from flask import Blueprint, abort, current_app, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ..activities.models import Activity, SignUp, SignUpState
from ..activities.queries import Wanted
from ..activities.signing import receipts, signups
from ..calendars import events, shown
from ..database import db
from ..people import consents
from . import device, office, tickets
from .access import public
from .conditional import CONTENT_TYPE
from .signing_up import outcome
from .tickets import Links, Ticket

pages = Blueprint("receipts", __name__)


@pages.get("/receipts/<token>")
@public
def show(token: str) -> str:
    """The receipt as it stands now."""
    return render_template("receipts/show.html", it=_ticket(token))


@pages.get("/receipts/<token>.ics")
@public
def calendar(token: str) -> Response:
    """The shift as a calendar to save, with reminders: the same event as the activity's own."""
    sign_up = _opened(token)
    if sign_up.state is SignUpState.WITHDRAWN:
        return _back(token)
    shift, activity = sign_up.shift, sign_up.shift.activity
    (row,) = shown.read(Wanted(states=(activity.state,)), Activity.id == activity.id)
    row = row._replace(
        starts_at=shift.starts_at, ends_at=shift.ends_at, changed_at=max(row.changed_at, sign_up.changed_at)
    )
    event = events.event(row, base_url=current_app.config["SETTINGS"].base_url, mine=sign_up.state)
    response = Response(events.calendar([event], name=None), content_type=CONTENT_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="activity-{activity.id}.ics"'
    return response


@pages.get("/receipts/<token>/withdrawal")
@public
def withdrawal(token: str) -> str | Response:
    """Asks once more before the place is given back."""
    it = _ticket(token)
    return render_template("receipts/withdrawal.html", it=it) if it.can_withdraw else _back(token)


@pages.post("/receipts/<token>/withdrawal")
@public
def withdraw(token: str) -> Response:
    """Give the place back; the next in the waiting list moves up."""
    signups.withdraw(_opened(token), by=None)
    db.session.commit()
    flash(gettext("You've withdrawn."))
    return _back(token)


@pages.post("/receipts/<token>/sign-up")
@public
def again(token: str) -> Response:
    """Sign up again after withdrawing: the receipt stays the same."""
    sign_up = _opened(token)
    if consents.lacking([sign_up.person]):
        # Whoever took back that name and phone number are kept agrees anew, in the form.
        return redirect(url_for("activities.show", activity_id=sign_up.shift.activity_id, _anchor="sign-up"), 303)
    if sign_up.state is SignUpState.WITHDRAWN:
        most = tickets.most_popular()
        signups.sign_up(sign_up.shift, sign_up.person, by=None, known=_known(sign_up), most_popular=most)
        db.session.commit()
        flash(outcome(sign_up))
    return _back(token)


def _ticket(token: str) -> Ticket:
    sign_up = _opened(token)
    links = Links(
        page=url_for("receipts.show", token=token),
        withdrawal=url_for("receipts.withdraw", token=token),
        again=url_for("receipts.again", token=token),
        calendar=url_for("receipts.calendar", token=token),
    )
    return tickets.ticket(sign_up, links, known=_known(sign_up))


def _opened(token: str) -> SignUp:
    """The sign-up of a private link; whoever comes with another one gets a page that helps."""
    receipt = receipts.find(token)
    if receipt is None:
        title = gettext("There's no receipt at this address")
        text = gettext("Copy the link again, to its very end. If you've lost it, ask the leader or call the office.")
        abort(make_response(render_template("errors/problem.html", title=title, text=text, status=404), 404))
    if receipt.sign_up.person.anonymised_at:
        title = gettext("This receipt is gone")
        text = gettext("The name and phone number were deleted, and the receipt with them.")
        abort(make_response(render_template("errors/problem.html", title=title, text=text, status=410), 410))
    office.show(receipt.sign_up.shift.activity.subdistrict)
    return receipt.sign_up


def _known(sign_up: SignUp) -> set[int]:
    """Whoever has the link knows of this sign-up, and of what else this device signed up for."""
    return {sign_up.id, *device.sign_up_ids()}


def _back(token: str) -> Response:
    return redirect(url_for("receipts.show", token=token), 303)
