"""A sheet of paper, entered afterwards."""

from datetime import timedelta

import pytest

from tests import factories as make
from volunteer_app import clock
from volunteer_app.activities.attendance import sheet
from volunteer_app.activities.attendance.sheet import Line
from volunteer_app.activities.models import Attendance
from volunteer_app.database import db
from volunteer_app.errors import Refused
from volunteer_app.people.models import Person


def test_lines_add_change_and_take_away(app):
    activity = make.make_activity(starts_at=clock.now() - timedelta(hours=3), places=9)
    hours = activity.starts_at, activity.ends_at
    later = activity.starts_at + timedelta(minutes=10), None
    new = make.make_sign_up(activity)
    other, gone, meanwhile = (make.make_attendance(activity) for _ in range(3))

    sheet.enter(
        activity,
        [
            Line(hours, person_id=new.person_id),
            Line(later, person_id=other.person_id, was_there=True),
            Line(None, person_id=gone.person_id, was_there=True),
            Line(None, person_id=meanwhile.person_id),
            Line(hours, name="李大妈", phone="13800000009"),
        ],
        headcount=2,
        by=None,
    )

    walk_in = db.session.query(Person).filter_by(name="李大妈").one()
    found = {row.person_id: (row.checked_in_at, row.checked_out_at) for row in db.session.query(Attendance)}
    assert found == {new.person_id: hours, other.person_id: later, meanwhile.person_id: hours, walk_in.id: hours}
    assert activity.headcount == 2


def test_a_closed_activity_takes_no_sheet(sqlite_app):
    activity = make.make_activity(starts_at=clock.now(), closed_at=clock.now())

    with pytest.raises(Refused):
        sheet.enter(activity, [], headcount=None, by=None)
