"""Signing up as the figures count it, in SQL: sign-ups, the waiting list, no-shows and walk-ins.

An activity for which nobody has a place or waits for one has none of them: whoever comes to an open event, and all whom
an imported attendance sheet names, are attendances and no walk-ins.
"""

from sqlalchemy import ColumnElement, and_, select

from ..activities.models import LIVING, Activity, Attendance, Shift, SignUp, SignUpState
from .definitions import Figure

CONFIRMED = SignUp.state == SignUpState.CONFIRMED
WAITING = SignUp.state == SignUpState.WAITING


def no_show() -> ColumnElement[bool]:
    """Whether somebody with a place stayed away, for a query that joins a sign-up with its activity.

    Nobody did before the attendance is closed, and whoever is excused never did. As sign-ups are counted, so are
    these: whoever had a place in two shifts is counted in both.
    """
    came = (
        select(Attendance.id)
        .where(Attendance.activity_id == Activity.id, Attendance.person_id == SignUp.person_id)
        .correlate(Activity, SignUp)
        .exists()
    )
    return and_(CONFIRMED, SignUp.excused.is_(False), Activity.closed_at.is_not(None), ~came)


def walk_in() -> ColumnElement[bool]:
    """Whether somebody came without a place where others had signed up, for a query that joins an attendance with its
    activity."""
    signed_up = select(SignUp.id).join(Shift, SignUp.shift_id == Shift.id).where(Shift.activity_id == Activity.id)
    anybody = signed_up.where(SignUp.state.in_(LIVING)).correlate(Activity).exists()
    expected = signed_up.where(SignUp.person_id == Attendance.person_id, CONFIRMED)
    return and_(anybody, ~expected.correlate(Activity, Attendance).exists())


def signed(figure: Figure) -> ColumnElement[bool]:
    """Which sign-ups *figure* counts, for a query that joins them with their activity."""
    return {Figure.SIGN_UPS: CONFIRMED, Figure.WAITING: WAITING, Figure.NO_SHOWS: no_show()}[figure]
