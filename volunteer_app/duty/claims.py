"""A themed activity claimed as duty: it's one visit, and its attendance then makes no service record.

What was noted as volunteering stands in the way of a visit of the same hours (``check_apart``). What is noted once the
visit is there counts as duty alone (``activities.minutes.on_duty``).
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from ..activities import stamps
from ..activities.minutes import is_service
from ..activities.models import Activity, ActivityState, Attendance, DutyClaim
from ..database import db, lock
from ..errors import N_
from ..people.models import Person
from ..places.models import Place
from .hours import EntryFaulty
from .models import Visit

AROUND = timedelta(hours=1)
"""So long before and after an activity a visit that joins it may last: to set up, and to tidy away."""
CLAIMED = (ActivityState.PUBLISHED, ActivityState.HELD)


def locked(*activity_ids: int | None) -> Activity | None:
    """Lock what is claimed and what was, in the order of ids, and return the first of *activity_ids*, if there is one.

    Raises:
        EntryFaulty: there is no such activity.
    """
    found = {it: db.session.get(Activity, it) for it in sorted({it for it in activity_ids if it is not None})}
    for row in found.values():
        if row is None:
            raise EntryFaulty("activity", N_("This activity isn't there any more."))
        lock(row)
    first = activity_ids[0]
    return found[first] if first is not None else None


def check(
    person: Person,
    activity: Activity,
    compound: Place,
    starts_at: datetime,
    ends_at: datetime,
    *,
    besides: int | None,
) -> None:
    """Check that *person* can claim *activity* with a visit to *compound*.

    Args:
        besides: id of the visit that claims it already.

    Raises:
        EntryFaulty: it was cancelled, took place elsewhere or at another time, or another visit claims it.
    """
    if activity.state not in CLAIMED or not activity.place.path.startswith(compound.path):
        raise EntryFaulty("activity", N_("This activity didn't take place in %(place)s."), place=compound.name)
    if activity.starts_at >= ends_at or activity.ends_at <= starts_at:
        raise EntryFaulty("starts", N_("The activity was at another time."))
    if starts_at < activity.starts_at - AROUND or ends_at > activity.ends_at + AROUND:
        raise EntryFaulty("starts", N_("What joins an activity lies around it: log the rest as a visit of its own."))
    query = select(Visit).where(Visit.person_id == person.id, Visit.activity_id == activity.id)
    if besides is not None:
        query = query.where(Visit.id != besides)
    if db.session.scalar(query):
        raise EntryFaulty("activity", N_("This activity is one of your visits already: it counts once."))


def check_apart(person: Person, activity: Activity | None, starts_at: datetime, ends_at: datetime) -> None:
    """Check that no volunteering of *person* lies in these hours, except the activity that they claim.

    Raises:
        EntryFaulty: the same hours would be duty and volunteering.
    """
    query = (
        select(Activity)
        .join(Attendance, Attendance.activity_id == Activity.id)
        .where(Attendance.person_id == person.id, is_service())
        .where(Activity.starts_at < ends_at, Activity.ends_at > starts_at)
        .where(Activity.id != (activity.id if activity else 0))
        .limit(1)
    )
    if other := db.session.scalar(query):
        raise EntryFaulty(
            "activity",
            N_("You were at “%(title)s” then: choose it as the activity joined, or enter other hours."),
            title=other.theme.name,
        )


def recount(person: Person, starts_at: datetime, ends_at: datetime) -> None:
    """Raise the stamps of what *person* came to in these hours: a visit takes them now, or leaves them again."""
    query = (
        select(Activity)
        .join(Attendance, Attendance.activity_id == Activity.id)
        .where(Attendance.person_id == person.id, Activity.counts_as_service.is_(True))
        .where(Activity.starts_at < ends_at, Activity.ends_at > starts_at)
    )
    stamps.raise_counted(stamps.subjects_of(*db.session.scalars(query)))


def follow(person: Person, before: int | None, activity: Activity | None) -> None:
    """Claim the activity that *person*'s visit now names, and free the one that it named before."""
    now = activity.id if activity else None
    if before == now:
        return
    if before is not None:
        db.session.execute(delete(DutyClaim).where(DutyClaim.activity_id == before, DutyClaim.person_id == person.id))
    if now is not None:
        db.session.add(DutyClaim(activity_id=now, person_id=person.id))
    db.session.flush()
    changed = [db.session.get_one(Activity, it) for it in (before, now) if it is not None]
    stamps.raise_counted(stamps.subjects_of(*changed))
