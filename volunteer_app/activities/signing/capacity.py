"""How many may come to a shift: more places let people move up, fewer send some back to the waiting list."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...audit import trail
from ...database import db
from ...errors import N_, BadInput, Refused
from .. import stamps
from ..models import LIVING, Shift, SignUp, SignUpState
from . import waiting

MOST_PLACES = 9_999


def set_places(shift: Shift, places: int | None, *, by: int | None, to_waiting: Collection[int] = ()) -> list[SignUp]:
    """Change how many may come to a shift, and return who moved up from the waiting list.

    Args:
        places: None where nobody needs to sign up.
        by: id of the account that acts.
        to_waiting: ids of the sign-ups that lose their place, where more people have one than there are places now.

    Raises:
        BadInput: it's no number from 1 to MOST_PLACES.
        Refused: it's closed or cancelled; people have signed up where nobody would need to; more people have a place
            than there would be places, and it isn't said who of them should wait.
    """
    if places is not None and not 1 <= places <= MOST_PLACES:
        raise BadInput(N_("Enter a number from 1 to %(most)d."), most=MOST_PLACES)
    leaving_ids = db.session.scalars(select(SignUp.person_id).where(SignUp.id.in_(to_waiting)))
    shifts = waiting.lock_around([shift.id], leaving_ids)
    if places == shift.places:
        return []
    waiting.check_open(shift.activity)
    sign_ups = _living(shift)
    if places is None and sign_ups:
        raise Refused(N_("People have signed up already, so the number of places stays limited."))
    confirmed = [sign_up for sign_up in sign_ups if sign_up.state is SignUpState.CONFIRMED]
    too_many = max(len(confirmed) - places, 0) if places is not None else 0
    leaving = [sign_up for sign_up in confirmed if sign_up.id in to_waiting] if too_many else []
    if len(leaving) != too_many:
        raise Refused(
            N_("%(count)d people have a place: %(names)s. Choose %(many)d of them for the waiting list."),
            count=len(confirmed),
            names=", ".join(sign_up.person.name for sign_up in confirmed),
            many=too_many,
        )
    changes = {"places": [shift.places, places]}
    shift.places = places
    for sign_up in leaving:
        waiting.move(sign_up, SignUpState.WAITING, by=by)
    trail.record("change places", shift, by=by, place_id=shift.activity.subdistrict_id, changes=changes)
    promoted = waiting.fill(shifts, by=by)
    stamps.raise_counted(stamps.subjects_of(shift.activity, *(each.shift.activity for each in promoted)))
    return promoted


def _living(shift: Shift) -> list[SignUp]:
    """Who has a place, by the time at which they asked, and who waits."""
    query = select(SignUp).where(SignUp.shift_id == shift.id, SignUp.state.in_(LIVING))
    query = query.options(joinedload(SignUp.person)).order_by(SignUp.asked_at, SignUp.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))
