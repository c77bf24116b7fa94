"""The minutes of an attendance, in one place for figures, rows and a person's own page."""

from sqlalchemy import BigInteger, ColumnElement, case, exists, literal, type_coerce

from .models import Activity, Attendance, DutyClaim


def minutes_given() -> ColumnElement[int]:
    """The minutes of an attendance, for a query that joins it with its activity.

    They are the whole minutes of check-in to check-out that lie inside the activity's hours; a blank check-out gives
    none [facts]. Moments are kept as seconds, so that this is plain integer arithmetic on both databases.
    """
    came, left = type_coerce(Attendance.checked_in_at, BigInteger), type_coerce(Attendance.checked_out_at, BigInteger)
    starts, ends = type_coerce(Activity.starts_at, BigInteger), type_coerce(Activity.ends_at, BigInteger)
    since = case((came < starts, starts), else_=came)
    until = case((left > ends, ends), else_=left)
    # A blank check-out makes the comparison NULL, which is not true: the else decides.
    return case((until > since, (until - since) // literal(60, BigInteger)), else_=literal(0, BigInteger))


def is_service() -> ColumnElement[bool]:
    """Whether an attendance is volunteering, for a query that joins it with its activity.

    The activity says so; what is claimed as a cadre's duty is none [domain rules, two kinds of hours].
    """
    its = DutyClaim.activity_id == Attendance.activity_id, DutyClaim.person_id == Attendance.person_id
    return Activity.counts_as_service.is_(True) & ~exists().where(*its).correlate(Attendance)
