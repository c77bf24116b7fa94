"""Signing up on an activity's page: with an account for oneself or the family, without one by name and phone.

Nobody learns here whether a name and a phone number are known: the same is asked, done and answered for everyone,
except that whoever has signed up for the same shift already is told so.
"""

import hashlib

from flask import Blueprint, abort, current_app, flash, redirect, request, url_for
from flask_babel import gettext, ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from ..activities import queries
from ..activities.access import can_see
from ..activities.models import LIVING, Receipt, Shift, SignUp, SignUpState
from ..activities.signing import receipts, signups
from ..database import db
from ..errors import Refused
from ..people import accounts, consents, family
from ..people.consents import Purpose
from ..people.models import Account, Person
from ..words import say
from . import activity_page, dates, device, limits
from .access import public, require
from .forms.sign_ups import GuestForm, MemberForm
from .session import signed_in
from .tickets import most_popular

pages = Blueprint("signing_up", __name__)

Answer = tuple[str, int] | Response


@pages.post("/activities/shifts/<int(max=2147483647):shift_id>/sign-ups")
@public
def add(shift_id: int) -> Answer:
    """Sign somebody up for a shift, or put them on its waiting list."""
    shift = db.session.get(Shift, shift_id, options=[joinedload(Shift.activity)])
    if shift is None:
        abort(404)
    account = signed_in()
    require(can_see(account, shift.activity))
    return _by_member(shift, account) if account else _by_guest(shift)


def outcome(sign_up: SignUp) -> str:
    """What a sign-up came to."""
    if sign_up.state is SignUpState.WAITING:
        return gettext("You're on the waiting list. When it's your turn, the leader tells you.")
    return gettext("A place is kept for you.")


def _by_guest(shift: Shift) -> Answer:
    if "person" in request.form:
        form = activity_page.new_guest_form()
        form.form_errors.append(gettext("You've been signed out. Sign in again, or give a name and a phone number."))
        return _page(shift.activity_id, form), 422
    form = GuestForm()
    if not form.validate_on_submit():
        return _page(shift.activity_id, form), 422
    _hold(shift)
    nonce = _nonce(form, shift)
    receipt = receipts.of_nonce(nonce)
    if receipt:
        return _to(receipt)
    limit = _over_limit(form, shift)
    if limit:
        form.form_errors.append(limit)
        return _page(shift.activity_id, form), 429
    person = accounts.find_or_add_person(name=form.name.data or "", phone=form.phone.number)
    try:
        sign_up = signups.sign_up(shift, person, by=None, known=device.sign_up_ids(), most_popular=most_popular())
    except Refused as refused:
        return _refused(shift.activity_id, refused, form)
    _agree(person, form)
    receipt = receipts.make(sign_up, token=device.token(nonce), nonce=nonce, device=device.present().name)
    answer = _to(receipt)
    said = outcome(sign_up)
    flash(gettext("%(said)s This page is your receipt: bookmark it or take a screenshot.", said=said))
    db.session.commit()
    return answer


def _nonce(form: GuestForm, shift: Shift) -> str:
    """The form's own mark with what it asks for: going back to sign somebody else up makes another receipt."""
    asked = f"{form.nonce.data} {shift.id} {form.phone.number} {form.name.data}"
    return hashlib.sha256(asked.encode()).hexdigest()[:32]


def _to(receipt: Receipt) -> Response:
    device.remember(receipt)
    return redirect(device.address(receipt), 303)


def _over_limit(form: GuestForm, shift: Shift) -> str | None:
    """Why this device can't sign anybody else up now; both limits know nothing of other devices' sign-ups."""
    most = current_app.config["SETTINGS"].people_per_device
    here = device.present()
    if here.tokens and receipts.people_on_device(here.name, shift) >= most:
        return ngettext(
            "This device has signed up %(num)d person for this. For more, use another device or call the office.",
            "This device has signed up %(num)d people for this. For more, use another device or call the office.",
            most,
        )
    next_at = limits.count_sign_up(form.phone.number)
    if next_at:
        return gettext(
            "From here this number was signed up very often within an hour. Try again after %(time)s.",
            time=dates.hour(next_at),
        )
    return None


def _agree(person: Person, form: GuestForm) -> None:
    consents.give(person, Purpose.SIGN_UP, locked=True)
    if form.child.data:
        consents.give(person, Purpose.GUARDIAN, locked=True)
        # As with all that somebody gave once, the first one stays.
        person.guardian_name = person.guardian_name or form.guardian_name.data or ""
        person.guardian_phone = person.guardian_phone or form.guardian_phone.number


def _by_member(shift: Shift, account: Account) -> Answer:
    people = family.people(account)
    form = activity_page.member_form(people)
    if not form.validate_on_submit():
        return _page(shift.activity_id, form), 422
    person = next(it for it in people if it.id == form.person.data)
    unasked = bool(consents.lacking([person]))
    if unasked and not form.consent.data:
        form.consent.errors = [gettext("Without your agreement the office can't keep a place for you.")]
        return _page(shift.activity_id, form), 422
    _hold(shift)
    try:
        sign_up = signups.sign_up(shift, person, by=account.id, most_popular=most_popular())
    except Refused as refused:
        there = db.session.scalar(
            select(SignUp.id).where(
                SignUp.shift_id == shift.id, SignUp.person_id == person.id, SignUp.state.in_(LIVING)
            )
        )
        if there:  # a second tap
            return redirect(url_for("sign_ups.show", sign_up_id=there), 303)
        return _refused(shift.activity_id, refused, form)
    if unasked:
        consents.give(person, Purpose.SIGN_UP, by=account.id, locked=True)
    flash(outcome(sign_up))
    answer = redirect(url_for("sign_ups.show", sign_up_id=sign_up.id), 303)
    db.session.commit()
    return answer


def _hold(shift: Shift) -> None:
    """Whoever sends the same form at the same time waits here, and then finds what the first one came to."""
    held = select(Shift.id).where(Shift.id == shift.id).with_for_update(key_share=True)
    if db.session.scalar(held) is None:  # taken away in the meantime
        abort(404)


def _refused(activity_id: int, refused: Refused, form: GuestForm | MemberForm) -> Answer:
    """The page again with the reason; nothing of the try stays, not even a person who was new."""
    db.session.rollback()
    form.form_errors.append(say(refused.message))
    return _page(activity_id, form), 409


def _page(activity_id: int, form: GuestForm | MemberForm) -> str:
    activity = queries.one(activity_id)
    assert activity is not None  # noqa: S101 - an activity is never deleted once it has been published
    return activity_page.show(activity, form)
