"""Why somebody can't sign up: the one decision, for the button and for the answer to the form.

Full is no refusal: it means the waiting list.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, bindparam, select

from ... import clock
from ...database import db
from ...errors import N_, Message, message
from ...people.models import Person
from ..models import LIVING, Activity, ActivityState, Shift, SignUp, SignUpState, Theme
from ..offer import OPEN, OfferKind, of_shift

_LATER_FOR_KEEPERS = (OfferKind.NOT_YET_OPEN, OfferKind.CLOSED, OfferKind.RUNNING)

# Signing up must be quick where many do so at once: its statement is built once.
_LIVING = (
    select(
        SignUp.id,
        SignUp.shift_id,
        SignUp.state,
        Shift.starts_at,
        Shift.ends_at,
        Activity.starts_at.label("begins_at"),
        Activity.popular,
        Theme.name.label("title"),
    )
    .join(Shift, SignUp.shift_id == Shift.id)
    .join(Activity, Shift.activity_id == Activity.id)
    .join(Theme, Activity.theme_id == Theme.id)
    .where(SignUp.person_id == bindparam("person_id"), SignUp.state.in_(LIVING))
    .where(Activity.state != ActivityState.CANCELLED, Shift.ends_at > bindparam("after"))
    .order_by(Shift.starts_at, SignUp.id)
)


class RefusalKind(StrEnum):
    """Why somebody can't sign up: the first ones are the same as in what an activity offers."""

    DRAFT = "draft"
    CANCELLED = "cancelled"
    OVER = "over"
    RUNNING = "running"
    NOT_YET_OPEN = "not_yet_open"
    CLOSED = "closed"
    OPEN_TO_ALL = "open_to_all"
    ANONYMISED = "anonymised"
    ALREADY = "already"
    CLASH = "clash"
    TOO_MANY = "too_many"


_WORDS = {
    RefusalKind.DRAFT: N_("This activity isn't published yet."),
    RefusalKind.CANCELLED: N_("This activity was cancelled."),
    RefusalKind.OVER: N_("This activity is over."),
    RefusalKind.RUNNING: N_("This activity has begun: ask its leader at the venue."),
    RefusalKind.NOT_YET_OPEN: N_("Sign-up hasn't opened yet."),
    RefusalKind.CLOSED: N_("Sign-up has closed"),
    RefusalKind.OPEN_TO_ALL: N_("Just come, no sign-up needed"),
    RefusalKind.ANONYMISED: N_("The data of this person were erased."),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why somebody can't sign up, in a sentence for the page beside the button and for the answer to the form."""

    kind: RefusalKind
    message: Message


def refusal(
    shift: Shift,
    person: Person | None,
    *,
    at: datetime,
    known: Collection[int] | None = None,
    waive: bool = False,
    most_popular: int,
) -> Refusal | None:
    """Why *person* can't sign up for *shift* at the moment *at*, or None: the one decision, for page and form.

    Args:
        person: None where nobody knows yet who will sign up.
        known: ids of the sign-ups that whoever asks may know of; None for all of the person's. A clash and the limit
            look at no others, so that nobody learns where somebody else is. That somebody has signed up for this very
            shift is always said: it's the one thing that can't be hidden.
        waive: a leader or the staff sign somebody up: times of opening and closing and the limit don't count for them,
            and they may until the activity ends or its attendance is closed.
        most_popular: how many places in popular activities somebody may hold or wait for.
    """
    found = _of_the_shift(shift, at, waive)
    if found or person is None:
        return found
    return _of_the_person(shift, person, at, known, None if waive else most_popular)


def _of_the_shift(shift: Shift, at: datetime, waive: bool) -> Refusal | None:
    activity = shift.activity
    kind = of_shift(shift, at=at).kind
    if waive and kind in _LATER_FOR_KEEPERS and activity.closed_at is None:
        kind = OfferKind.FULL if shift.places is not None else OfferKind.OPEN_TO_ALL
    if kind in OPEN:
        return None
    why = RefusalKind(kind.value)
    return Refusal(why, message(_WORDS[why]))


def _of_the_person(
    shift: Shift, person: Person, at: datetime, known: Collection[int] | None, most_popular: int | None
) -> Refusal | None:
    if person.anonymised_at is not None:
        return Refusal(RefusalKind.ANONYMISED, message(_WORDS[RefusalKind.ANONYMISED]))
    living = _living(shift, person, at)
    if any(row.shift_id == shift.id for row in living):
        already = message(N_("%(name)s has signed up for this already."), name=person.name)
        return Refusal(RefusalKind.ALREADY, already)
    others = [row for row in living if known is None or row.id in known]
    for row in others:
        overlaps = row.starts_at < shift.ends_at and shift.starts_at < row.ends_at
        if row.state is SignUpState.CONFIRMED and overlaps:
            hours = f"{clock.local(row.starts_at):%H:%M}–{clock.local(row.ends_at):%H:%M}"
            clash = message(
                N_("At that time there is a place in “%(title)s” already (%(hours)s)."), title=row.title, hours=hours
            )
            return Refusal(RefusalKind.CLASH, clash)
    popular = [row for row in others if row.popular and row.begins_at > at]
    if shift.activity.popular and most_popular is not None and len(popular) >= most_popular:
        too_many = message(
            N_("Nobody may hold or wait for more than %(most)d places in popular activities at once."),
            most=most_popular,
        )
        return Refusal(RefusalKind.TOO_MANY, too_many)
    return None


def _living(shift: Shift, person: Person, at: datetime) -> Sequence[Row[*tuple[Any, ...]]]:
    """The person's sign-ups that stand: for *shift*, and for what isn't over yet."""
    return db.session.execute(_LIVING, {"person_id": person.id, "after": min(at, shift.starts_at)}).all()
