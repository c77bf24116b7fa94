"""Erasure (注销) as a whole: places are given back, memberships end, and nothing tells any more who the person was.

Attendances stay and count, with their minutes [P §47; domain rules, Privacy].
"""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from ... import clock
from ...database import db
from ...errors import N_, Refused
from ...people import erasure
from ...people.models import Account, Person
from ...people.roles import OFFICE, scope
from ...teams import roster
from ...teams.models import Membership, Team
from ...teams.queries import belongs, there
from ..models import LIVING, Activity, ActivityState, Attendance, Shift, SignUp
from ..planning import renames
from ..signing import signups, waiting
from ..visibility import is_visible
from . import traces


def may_erase(account: Account, person: Person) -> bool:
    """Officers, on the wish of somebody who lies in their scope; everyone erases their own data and the family's."""
    return is_visible(person, scope(account, OFFICE))


def check(person: Person, *, by: int) -> None:
    """Refuse to erase whom a team or the product can't be without.

    Args:
        by: id of the account that acts.

    Raises:
        Refused: whom to ask.
    """
    erasure.check(person, by=by)
    led = db.session.scalar(select(Team).where(Team.leader_id == person.id, there(clock.today())).order_by(Team.id))
    if led:
        raise Refused(N_("Somebody else has to lead %(team)s first: ask the office to name them."), team=led.name)


def erase(person: Person, *, by: int, place_id: int | None = None) -> None:
    """Erase the data of *person*; whoever waits for one of the places given back moves up.

    Args:
        by: id of the account that acts.
        place_id: the sub-district whose staff may read of it.

    Raises:
        Refused: as ``check`` says.
    """
    check(person, by=by)
    teams = _end_memberships(person, by=by)
    withdraw_coming(person, by=by)
    traces.wipe([person.id])
    erasure.anonymise(person, by=by, place_id=place_id)
    for team in teams:
        renames.team_counted(team)


def withdraw_coming(person: Person, *, by: int) -> int:
    """Give back all places in what has not begun yet, also after the deadline, and return how many there were."""
    # All at once, in the one order of locks; each withdrawal then finds its own taken. The person is locked where there
    # is no place either: whoever signs them up meanwhile was quicker, or waits and finds the data erased.
    waiting.lock_around([sign_up.shift_id for sign_up in coming(person)], [person.id])
    found = coming(person)
    for sign_up in found:
        late = clock.now() >= waiting.deadline(sign_up.shift.activity)
        signups.withdraw(sign_up, by=by, by_keeper=late)
    return len(found)


def coming(person: Person) -> list[SignUp]:
    """The places, and those in waiting lists, of shifts that have not begun yet: what somebody can still give back."""
    came = select(Attendance.activity_id).where(Attendance.person_id == person.id)
    return list(
        db.session.scalars(
            select(SignUp)
            .join(SignUp.shift)
            .join(Shift.activity)
            .options(contains_eager(SignUp.shift).contains_eager(Shift.activity))
            .where(SignUp.person_id == person.id, SignUp.state.in_(LIVING), Shift.starts_at > clock.now())
            .where(Activity.state != ActivityState.CANCELLED, Activity.closed_at.is_(None), Activity.id.not_in(came))
            .order_by(SignUp.shift_id)
        )
    )


def _end_memberships(person: Person, *, by: int) -> list[Team]:
    yesterday = clock.today() - timedelta(days=1)
    found = db.session.scalars(
        select(Membership)
        .join(Membership.team)
        .options(contains_eager(Membership.team))
        .where(Membership.person_id == person.id, belongs(clock.today()), there(clock.today()))
        .order_by(Membership.team_id)
    ).all()
    for membership in found:
        roster.end(membership, max(membership.since or yesterday, yesterday), by=by)
    return [membership.team for membership in found]
