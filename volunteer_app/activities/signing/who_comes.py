"""Who comes to an activity, as those who keep its list see it."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import case, select
from sqlalchemy.orm import aliased, contains_eager

from ... import clock
from ...database import db
from ...people.models import Account, Person
from ...teams.models import Membership, Team
from ...teams.queries import belongs
from ..models import Activity, Shift, SignUp, SignUpState

ORDER = (SignUpState.CONFIRMED, SignUpState.WAITING, SignUpState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Coming:
    """A line of the list."""

    sign_up: SignUp
    number: int
    """Which place of the shift, or which in its waiting list."""
    verified: bool
    """Whether a roster of the sub-district, or somebody who keeps the list, knows the person (else 未核实)."""
    by_name: str
    """Who signed them up; empty where they did so themselves."""


def listed(activity: Activity) -> list[Coming]:
    """The sign-ups of *activity*, shift by shift: places, the waiting list in its order, who withdrew; one query."""
    by = aliased(Person)
    known = (
        select(Membership.id)
        .join(Team, Membership.team_id == Team.id)
        .where(
            Membership.person_id == SignUp.person_id,
            Team.subdistrict_id == activity.subdistrict_id,
            belongs(clock.today()),
        )
        .exists()
    )
    rows = db.session.execute(
        select(SignUp, known.label("known"), by.name.label("by_name"))
        .join(SignUp.shift)
        .join(SignUp.person)
        .outerjoin(Account, SignUp.by_id == Account.id)
        .outerjoin(by, Account.person_id == by.id)
        .options(contains_eager(SignUp.shift), contains_eager(SignUp.person))
        .where(Shift.activity_id == activity.id)
        .order_by(
            Shift.id,
            case({state: number for number, state in enumerate(ORDER)}, value=SignUp.state),
            SignUp.asked_at,
            SignUp.id,
        )
    ).all()
    numbers: Counter[tuple[int, SignUpState]] = Counter()
    lines = []
    for sign_up, is_known, by_name in rows:
        numbers[sign_up.shift_id, sign_up.state] += 1
        lines.append(
            Coming(
                sign_up,
                number=numbers[sign_up.shift_id, sign_up.state],
                verified=bool(is_known) or sign_up.verified_by_id is not None,
                by_name=by_name or "",
            )
        )
    return lines
