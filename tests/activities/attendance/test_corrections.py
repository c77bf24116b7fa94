"""After closing: each correction has a reason and leaves what stood there before in the trail."""

from datetime import timedelta

import pytest

from tests import factories as make
from volunteer_app import clock
from volunteer_app.activities.attendance import corrections, keeping
from volunteer_app.activities.models import ActivityState, Attendance
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused

QUARTER = timedelta(minutes=15)


@pytest.fixture
def row(app):
    """An attendance from beginning to end of an activity that is closed."""
    activity = make.make_activity(starts_at=clock.now() - timedelta(hours=5))
    row = make.make_attendance(activity)
    keeping.close(activity, by=None)
    return row


def last_entry():
    return db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()


def test_other_hours_leave_the_old_ones_in_the_trail(row):
    old, new = row.checked_in_at, row.checked_in_at + QUARTER

    corrections.correct(row, checked_in_at=new, checked_out_at=row.checked_out_at, reason=" 看错了表 ", by=None)

    assert row.checked_in_at == new
    entry = last_entry()
    assert (entry.action, entry.reason, entry.place_id) == ("correct", "看错了表", row.activity.subdistrict_id)
    assert entry.changes == {"checked_in_at": [old.isoformat(), new.isoformat()]}


def test_somebody_forgotten_is_added_and_linked(row):
    activity = row.activity
    sign_up = make.make_sign_up(activity)
    hours = {"checked_in_at": activity.starts_at, "checked_out_at": None}

    added = corrections.add_late(activity, sign_up.person, **hours, reason="漏签", by=None)

    assert (added.sign_up_id, added.checked_out_at, last_entry().reason) == (sign_up.id, None, "漏签")
    with pytest.raises(Refused, match="already"):
        corrections.add_late(activity, sign_up.person, **hours, reason="漏签", by=None)


def test_who_was_not_there_goes_and_stays_in_the_trail(row):
    corrections.remove(row, reason="签错人", by=None)

    assert db.session.query(Attendance).count() == 0
    assert row.activity.state is ActivityState.HELD
    entry = last_entry()
    assert (entry.action, entry.changes["person_id"]) == ("remove", [row.person_id, None])


def test_opening_again_takes_the_closing_back(row):
    activity = row.activity
    corrections.reopen(activity, reason="少录了人", by=None)

    assert (activity.closed_at, activity.closed_by_id, activity.state) == (None, None, ActivityState.HELD)
    keeping.undo_check_in(row, by=None)
    assert activity.state is ActivityState.PUBLISHED


@pytest.mark.parametrize("reason", ["", "  ", "长" * 201])
def test_without_a_reason_of_some_length_nothing_is_corrected(row, reason):
    hours = {"checked_in_at": row.checked_in_at, "checked_out_at": None}
    for correct in (
        lambda: corrections.correct(row, **hours, reason=reason, by=None),
        lambda: corrections.add_late(row.activity, make.make_person(), **hours, reason=reason, by=None),
        lambda: corrections.remove(row, reason=reason, by=None),
        lambda: corrections.reopen(row.activity, reason=reason, by=None),
    ):
        with pytest.raises(BadInput):
            correct()
    assert row.checked_out_at is not None


def test_hours_outside_the_activity_are_refused(row):
    with pytest.raises(BadInput):
        corrections.correct(
            row, checked_in_at=row.checked_in_at, checked_out_at=row.checked_in_at - QUARTER, reason="x", by=None
        )


def test_what_is_open_is_changed_without_corrections(sqlite_app):
    row = make.make_attendance(make.make_activity(starts_at=clock.now()))

    with pytest.raises(Refused, match="still open"):
        corrections.remove(row, reason="x", by=None)
