"""Mine: what a person signed up for and gave, and on any device the sign-ups made there without an account."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from .. import clock
from ..activities.persons import own
from ..activities.persons.own import OwnSignUp
from ..contests.judging import panel
from ..contests.rounds import entries
from ..database import db
from ..people import family
from ..people.models import Account, RequestState
from ..people.privacy import mask_name
from ..teams.models import Membership, MembershipRequest
from ..teams.queries import belongs
from . import device
from .access import public
from .notices import sentence
from .session import signed_in

pages = Blueprint("mine", __name__)

PAST = 10
"""How many past sign-ups and attendances the page shows; all of them are under one's data."""
NEWS = timedelta(days=30)
"""How long the page says what changed."""


@dataclass(frozen=True)
class Line:
    """A sign-up in a list, and where it leads."""

    it: OwnSignUp
    address: str
    name: str
    """In full for oneself and the family; a device may be anybody's."""


@pages.get("/mine")
@public
def index() -> str:
    """Coming first, then past: this device's sign-ups for a guest, all that concerns them for a member."""
    account = signed_in()
    receipts = {receipt.sign_up_id: device.address(receipt) for receipt in device.receipts()}
    people = {person.id: person.name for person in family.people(account)} if account else {}
    mine = own.of_people(people) if people else []
    known = {it.id for it in mine}
    lines = [Line(it, url_for("sign_ups.show", sign_up_id=it.id), it.name) for it in mine]
    here = own.of_sign_ups(receipts.keys() - known) if receipts.keys() - known else []
    lines += [Line(it, receipts[it.id], mask_name(it.name)) for it in here]
    coming, past = _parted(lines)
    return render_template(
        "mine/index.html",
        coming=coming,
        past=past[:PAST],
        whose=len({line.it.person_id for line in lines} | people.keys()) > 1,
        **(_of_member(account, people) if account else {}),
    )


def _parted(lines: Iterable[Line]) -> tuple[list[Line], list[Line]]:
    """What is still to come, the nearest first, and what is over, the latest first."""
    now = clock.now()
    ordered = sorted(lines, key=lambda line: (line.it.starts_at, line.it.id))
    coming = [line for line in ordered if line.it.ends_at > now]
    return coming, [line for line in reversed(ordered) if line.it.ends_at <= now]


def _of_member(account: Account, people: dict[int, str]) -> dict[str, object]:
    person_id = account.person_id
    today = clock.today()
    return {
        "people": people,
        "news": [
            (notice, sentence(notice, activity)) for notice, activity in own.notices(people, since=clock.now() - NEWS)
        ],
        "attendances": own.attendances(person_id, limit=PAST),
        "total": own.totals(person_id),
        "this_year": own.totals(person_id, since=today.replace(month=1, day=1)),
        "memberships": db.session.scalars(
            select(Membership)
            .options(joinedload(Membership.team))
            .where(Membership.person_id == person_id, belongs(today))
            .order_by(Membership.id)
        ).all(),
        "to_judge": panel.rounds_to_judge(person_id, on=today),
        "entries": entries.of_person(account.person)[:PAST],
        "requests": db.session.scalars(
            select(MembershipRequest)
            .options(joinedload(MembershipRequest.team))
            .where(MembershipRequest.person_id == person_id, MembershipRequest.state != RequestState.GRANTED)
            .order_by(MembershipRequest.id.desc())
            .limit(PAST)
        ).all(),
    }
