"""Signing up (报名) and withdrawing. Who can't is decided in ``refusals``, whose turn it is in ``waiting``."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import bindparam, select

from ... import clock
from ...audit import trail
from ...database import db, lock
from ...errors import N_, Refused
from ...notifications import outbox
from ...notifications.models import NoticeKind
from ...people.models import Account, Person
from .. import stamps
from ..models import LIVING, Activity, Attendance, Shift, SignUp, SignUpState
from . import waiting
from .refusals import refusal

LONGEST_NOTE = 200
"""Characters of what somebody wants the leader to know."""
# Signing up must be quick where many do so at once: its statement is built once.
_FOUND = (
    select(SignUp)
    .where(SignUp.shift_id == bindparam("shift_id"), SignUp.person_id == bindparam("person_id"))
    .execution_options(populate_existing=True)
)


def sign_up(
    shift: Shift,
    person: Person,
    *,
    by: int | None,
    note: str = "",
    known: Collection[int] | None = None,
    waive: bool = False,
    most_popular: int,
) -> SignUp:
    """Give *person* a place in *shift*, or a turn in its waiting list; whoever withdrew before gets their row again.

    Args:
        by: id of the account that acts; None for a guest.
        note: what the leader should know.
        known, waive, most_popular: as for ``refusal``.

    Raises:
        Refused: there is a refusal.
    """
    at = clock.now()
    waiting.lock_shifts([shift.id])
    free = waiting.free_places(shift)
    queue = waiting.people_in([shift.id], SignUpState.WAITING) if free else set()
    waiting.lock_people({person.id, *queue})
    refused = refusal(shift, person, at=at, known=known, waive=waive, most_popular=most_popular)
    if refused:
        raise Refused(refused.message.text, **refused.message.values)
    # Whoever asked earlier and can take a place comes first.
    promoted = waiting.fill([shift], by=by) if queue else []
    free -= len(promoted)
    takes_it = free > 0 and not (queue and waiting.able(shift, most=1))
    state = SignUpState.CONFIRMED if takes_it else SignUpState.WAITING
    made = _found(shift, person) or SignUp(shift_id=shift.id, person_id=person.id, changed_at=at)
    changes = {"state": [made.state, state]}
    made.changed_at = stamps.later(made.changed_at) if made.state else at
    made.state, made.asked_at, made.excused = state, at, False
    made.by_id = None if by is None or _is_own(by, person) else by
    made.note = note.strip()[:LONGEST_NOTE]
    db.session.add(made)
    db.session.flush()
    _record("sign up", made, shift.activity, by=by, changes=changes)
    stamps.raise_counted(stamps.subjects_of(shift.activity))
    return made


def withdraw(sign_up: SignUp, *, by: int | None, by_keeper: bool = False) -> list[SignUp]:
    """Give a place up, and return who moved up from a waiting list; whoever has withdrawn already stays so.

    Args:
        by: id of the account that acts; None for a guest.
        by_keeper: the leader or the staff release the place: they may until the attendance is closed, and the person
            is told.

    Raises:
        Refused: it's too late, the activity is cancelled, or the person was checked in.
    """
    shifts = waiting.lock_around([sign_up.shift_id], [sign_up.person_id])
    db.session.refresh(sign_up)
    if sign_up.state is SignUpState.WITHDRAWN:
        return []
    activity = sign_up.shift.activity
    waiting.check_open(activity)
    if not by_keeper and clock.now() >= waiting.deadline(activity):
        raise Refused(N_("It's too late to withdraw here: please tell the leader or call the office."))
    came = select(Attendance.id).where(Attendance.activity_id == activity.id, Attendance.person_id == sign_up.person_id)
    if db.session.scalar(came):
        raise Refused(N_("They were checked in already: undo that first."))
    before, sign_up.state = sign_up.state, SignUpState.WITHDRAWN
    sign_up.changed_at = stamps.later(sign_up.changed_at)
    _record("withdraw", sign_up, activity, by=by, changes={"state": [before, sign_up.state]})
    if by_keeper:
        _tell(NoticeKind.RELEASED, sign_up, activity)
    promoted = waiting.fill(shifts, by=by)
    stamps.raise_counted(stamps.subjects_of(activity, *(each.shift.activity for each in promoted)))
    return promoted


def promote(sign_up: SignUp, *, by: int | None) -> None:
    """Give a free place to somebody in the waiting list, whoever's turn it is: the leader has asked them.

    Args:
        by: id of the account that acts.

    Raises:
        Refused: they don't wait, no place is free, they have a place elsewhere at that time, or it's too late.
    """
    waiting.lock_shifts([sign_up.shift_id])
    waiting.lock_people([sign_up.person_id])
    db.session.refresh(sign_up)
    waiting.check_open(sign_up.shift.activity)
    if sign_up.state is not SignUpState.WAITING:
        raise Refused(N_("%(name)s isn't on the waiting list any more."), name=sign_up.person.name)
    if not waiting.free_places(sign_up.shift):
        raise Refused(N_("No place is free."))
    if not waiting.is_able(sign_up):
        raise Refused(N_("%(name)s has a place elsewhere at that time."), name=sign_up.person.name)
    waiting.move(sign_up, SignUpState.CONFIRMED, by=by)
    stamps.raise_counted(stamps.subjects_of(sign_up.shift.activity))


def verify(sign_up: SignUp, *, by: int) -> None:
    """Note that somebody of the team or the office, the account *by*, knows the person, whom no roster names."""
    lock(sign_up)
    if sign_up.verified_by_id is not None:
        return
    sign_up.verified_by_id = by
    activity = sign_up.shift.activity
    _record("verify", sign_up, activity, by=by, changes={"verified_by_id": [None, by]})
    stamps.raise_counted(stamps.subjects_of(activity))


def tell_all(activity: Activity, kind: NoticeKind, values: Mapping[str, Any]) -> None:
    """Have everybody who has a place or waits for one told something, once each."""
    query = (
        select(SignUp)
        .join(Shift, SignUp.shift_id == Shift.id)
        .where(Shift.activity_id == activity.id, SignUp.state.in_(LIVING))
        .order_by(SignUp.id.desc())
    )
    for each in {each.person_id: each for each in db.session.scalars(query)}.values():
        _tell(kind, each, activity, values)


def _found(shift: Shift, person: Person) -> SignUp | None:
    return db.session.scalar(_FOUND, {"shift_id": shift.id, "person_id": person.id})


def _is_own(account_id: int, person: Person) -> bool:
    account = db.session.get(Account, account_id)
    return account is not None and account.person_id == person.id


def _tell(kind: NoticeKind, sign_up: SignUp, activity: Activity, values: Mapping[str, Any] | None = None) -> None:
    outbox.tell(kind, person_id=sign_up.person_id, activity_id=activity.id, sign_up_id=sign_up.id, values=values)


def _record(action: str, sign_up: SignUp, activity: Activity, *, by: int | None, changes: Mapping[str, Any]) -> None:
    trail.record(action, sign_up, by=by, place_id=activity.subdistrict_id, changes=changes)
