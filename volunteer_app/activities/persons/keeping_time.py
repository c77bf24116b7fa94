"""How long people in no roster keep their names [P §47]: after that what they did counts without one.

Photos of signed sheets show the names of everyone, so they go after the same time.
"""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import InstrumentedAttribute

from ... import clock
from ...audit import trail
from ...database import db
from ...people import erasure
from ...people.models import Account, FamilyMember, Person
from ...teams.models import Membership, MembershipRequest, Team
from ..attendance import evidence
from ..models import Activity, Attendance, Shift, SignUp
from . import traces

Keeping = InstrumentedAttribute[int] | InstrumentedAttribute[int | None]
"""A column that names a person."""


def anonymise_old(*, months: int, kept_by: Sequence[Keeping] = (), dry_run: bool = False) -> int:
    """Take the names of people in no roster whose time is over, and return how many they were.

    In a roster is whoever is or was a member or a leader of a team, has or had an account, or is in a family. The time
    runs from the end of the last activity that somebody signed up for or came to, and at the earliest from the day on
    which they were entered: what an office imports from former years isn't forgotten the next morning, when a
    corrected import still has to find it.

    Args:
        months: how long names are kept (``kept_months``).
        kept_by: columns of what lies above and names a person for longer, such as a cadre's pairing or a certificate.
        dry_run: only count them.
    """
    over = _over(before=clock.midnight(months_ago(clock.today(), months)), kept_by=kept_by)
    query = select(Person.id).where(over).order_by(Person.id)
    if dry_run:
        return len(db.session.scalars(query).all())
    # Locked first and asked again: whoever signed up in between keeps the name.
    db.session.scalars(query.with_for_update()).all()
    people = db.session.scalars(query).all()
    erasure.forget_requests(clock.midnight(months_ago(clock.today(), months)))
    if people:
        traces.wipe(people)
        erasure.forget(people)
        trail.record("anonymise", Person(), by=None, changes={"people": [0, len(people)]})
    return len(people)


def remove_photos(*, months: int, dry_run: bool = False) -> list[str]:
    """Take the photos of signed sheets away that are as old: they show names too.

    Args:
        months: how long after the end of their activity they are kept.
        dry_run: only name them.

    Returns:
        Their names: the files go once that is committed.
    """
    before = clock.midnight(months_ago(clock.today(), months))
    return evidence.names_of_old(before=before) if dry_run else evidence.remove_old(before=before, by=None)


def months_ago(day: date, months: int) -> date:
    """The same day of an earlier month, or that month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _over(*, before: datetime, kept_by: Sequence[Keeping]) -> ColumnElement[bool]:
    asked = select(SignUp.person_id).join(Shift).join(Activity).where(Activity.ends_at >= before)
    came = select(Attendance.person_id).join(Activity).where(Activity.ends_at >= before)
    rosters = (
        Membership.person_id,
        MembershipRequest.person_id,
        Team.leader_id,
        Account.person_id,
        FamilyMember.person_id,
        *kept_by,
    )
    condition = Person.anonymised_at.is_(None) & (Person.created_at < before)
    for person_id in rosters:
        condition &= ~exists().where(person_id == Person.id)
    return condition & Person.id.not_in(asked) & Person.id.not_in(came)
