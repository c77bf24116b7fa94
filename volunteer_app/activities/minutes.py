"""The minutes of an attendance, in one place for figures, rows and a person's own page."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, String, case, column, exists, literal, table, type_coerce

from .models import Activity, Attendance, DutyClaim

# By its name: duty lies above, and the hours that it takes are no volunteering in whatever reads attendances.
_VISIT = table(
    "visit",
    column("person_id", Integer),
    column("starts_at", BigInteger),
    column("ends_at", BigInteger),
    column("state", String),
)
_RETURNED = "returned"


def minutes_given() -> ColumnElement[int]:
    """The minutes of an attendance, for a query that joins it with its activity.

    They are the whole minutes of check-in to check-out that lie inside the activity's hours; a blank check-out gives
    none [facts]. Moments are kept as seconds, so that this is plain integer arithmetic on both databases.
    """
    since, until = _inside()
    # A blank check-out makes the comparison NULL, which is not true: the else decides.
    return case((until > since, (until - since) // literal(60, BigInteger)), else_=literal(0, BigInteger))


def is_service() -> ColumnElement[bool]:
    """Whether an attendance is volunteering, for a query that joins it with its activity.

    The activity says so; what is claimed as a cadre's duty is none, nor what they logged as a visit: the same hours
    stand in one ledger, whichever was noted first [domain rules, two kinds of hours].
    """
    its = DutyClaim.activity_id == Attendance.activity_id, DutyClaim.person_id == Attendance.person_id
    claimed = exists().where(*its).correlate(Attendance)
    return Activity.counts_as_service.is_(True) & ~claimed & ~on_duty(Attendance.person_id, *_inside())


def on_duty(person_id: Any, since: Any, until: Any) -> ColumnElement[bool]:
    """Whether somebody logged a visit that has some of the hours from *since* until *until*.

    One that was sent back counts for nothing, and one that is going on not yet.

    Args:
        person_id: a column of a table that the query has.
        since: seconds, as moments are kept.
        until: in the same way.
    """
    its = _VISIT.c.person_id == person_id, _VISIT.c.starts_at < until, _VISIT.c.ends_at > since
    return exists().where(*its, _VISIT.c.state != _RETURNED).correlate_except(_VISIT)


def _inside() -> tuple[ColumnElement[int], ColumnElement[int]]:
    """From when to when an attendance lies inside its activity's hours, in seconds; no end where it's blank."""
    came, left = type_coerce(Attendance.checked_in_at, BigInteger), type_coerce(Attendance.checked_out_at, BigInteger)
    starts, ends = type_coerce(Activity.starts_at, BigInteger), type_coerce(Activity.ends_at, BigInteger)
    return case((came < starts, starts), else_=came), case((left > ends, ends), else_=left)
