"""An activity's page as each visitor finds it, with the form to sign up: also the answer to a form that was refused."""

import secrets
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from flask import current_app, render_template
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from .. import clock
from ..activities import queries
from ..activities.access import can_run
from ..activities.models import LIVING, Activity, ActivityState, Receipt, Shift, SignUp, SignUpState
from ..activities.offer import Counted, Offer, of_shift
from ..activities.queries import Listed, Wanted
from ..activities.signing import refusals
from ..database import db
from ..errors import Message, message
from ..people import consents, family
from ..people.consents import PURPOSES, Purpose
from ..people.models import Person
from ..people.roles import works_in
from . import device, office
from .forms.sign_ups import GuestForm, MemberForm
from .session import signed_in
from .tickets import most_popular


@dataclass(frozen=True, slots=True)
class Choice:
    """A shift that can be chosen, or why not."""

    shift: Shift
    offer: Offer
    refusal: refusals.Refusal | None


def show(activity: Activity, form: GuestForm | MemberForm | None = None) -> str:
    """The page of *activity*; its places are counted, what else it shows is loaded with it.

    Args:
        form: as somebody sent it; a new one where nobody did.
    """
    office.show(activity.subdistrict)
    account = signed_in()
    item = queries.as_listed(activity, at=clock.now())
    people = family.people(account) if account else []
    standing = _standing(activity, people)
    single = len(activity.shifts) == 1
    if single:
        people = [person for person in people if person.id not in {sign_up.person_id for sign_up in standing}]
    if form is None:
        form = member_form(people) if account else new_guest_form()
    return render_template(
        "activities/show.html",
        activity=activity,
        item=item,
        following=_following(activity) if activity.state is ActivityState.CANCELLED else None,
        inside=works_in(account, activity.subdistrict),
        runs=can_run(account, activity),
        form=form,
        people=people,
        asked_consent=bool(consents.lacking(people)),
        choices=_choices(activity, item, people[0] if len(people) == 1 else None),
        standing=standing,
        receipts=[] if account else _receipts_here(activity),
        receipt_address=device.address,
        consent_words={purpose.value: consent_words(purpose) for purpose in (Purpose.SIGN_UP, Purpose.GUARDIAN)},
    )


def new_guest_form() -> GuestForm:
    """The form of somebody without an account, as it's first shown."""
    return GuestForm(formdata=None, nonce=secrets.token_hex(16))


def member_form(people: Collection[Person]) -> MemberForm:
    """The form of an account, which may act for *people*."""
    form = MemberForm()
    form.person.choices = [(person.id, person.name) for person in people]
    if len(people) == 1 and not form.is_submitted():
        form.person.data = next(iter(people)).id
    return form


def consent_words(purpose: Purpose) -> Message:
    """What somebody reads before they agree."""
    return message(PURPOSES[purpose].text, months=current_app.config["SETTINGS"].kept_months)


def _standing(activity: Activity, people: Collection[Person]) -> list[SignUp]:
    """The sign-ups of these people for this activity."""
    if not people:
        return []
    query = (
        select(SignUp)
        .options(joinedload(SignUp.person), joinedload(SignUp.shift))
        .where(
            SignUp.shift_id.in_(shift.id for shift in activity.shifts),
            SignUp.person_id.in_(person.id for person in people),
            SignUp.state.in_(LIVING),
        )
        .order_by(SignUp.id)
    )
    return list(db.session.scalars(query))


def _choices(activity: Activity, item: Listed, person: Person | None) -> list[Choice]:
    """The activity's shifts, and whether *person*, if it's known who comes, can sign up for each."""
    now = clock.now()
    if len(activity.shifts) == 1:
        shift = activity.shifts[0]
        refusal = refusals.refusal(shift, person, at=now, most_popular=most_popular())
        return [Choice(shift, item.offer, refusal)]
    counted: dict[int, dict[SignUpState, int]] = defaultdict(dict)
    for shift_id, state, number in db.session.execute(
        select(SignUp.shift_id, SignUp.state, func.count())
        .where(SignUp.shift_id.in_(shift.id for shift in activity.shifts))
        .group_by(SignUp.shift_id, SignUp.state)
    ):
        counted[shift_id][state] = number
    return [
        Choice(
            shift,
            of_shift(
                shift,
                Counted(
                    taken=counted[shift.id].get(SignUpState.CONFIRMED, 0),
                    waiting=counted[shift.id].get(SignUpState.WAITING, 0),
                ),
                at=now,
            ),
            # Who comes to which of them is known when the form is sent.
            refusals.refusal(shift, None, at=now, most_popular=most_popular()),
        )
        for shift in activity.shifts
    ]


def _receipts_here(activity: Activity) -> list[Receipt]:
    """This device's receipts for the activity."""
    shift_ids = {shift.id for shift in activity.shifts}
    return [
        receipt
        for receipt in device.receipts()
        if receipt.sign_up.shift_id in shift_ids and receipt.sign_up.state in LIVING
    ]


def _following(activity: Activity) -> Listed | None:
    """The team's next activity: what a cancelled one's visitors can go to instead."""
    wanted = Wanted(
        team_id=activity.team_id, since=max(activity.starts_at, clock.now()), states=(ActivityState.PUBLISHED,)
    )
    return next(iter(queries.listed(wanted, at=clock.now(), limit=1)), None) if activity.team_id else None
