"""Corrections after closing, on pages."""

from datetime import timedelta

import pytest

from tests import factories as make
from volunteer_app import clock
from volunteer_app.activities.attendance import keeping
from volunteer_app.activities.models import Attendance
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db


@pytest.fixture
def row(sqlite_app, cast):
    """An attendance of the cast's team's activity from 9:00 to 10:30 yesterday, closed."""
    begun = clock.midnight(clock.today()) - timedelta(hours=15)
    activity = make.make_activity(cast.team, starts_at=begun, places=9)
    row = make.make_attendance(activity, make.make_sign_up(activity, make.make_person("陈伟平")).person)
    make.make_sign_up(activity, make.make_person("高玉静"))
    keeping.close(activity, by=None)
    return row


@pytest.fixture
def at(sqlite_client, cast, sign_in, row):
    """The address of the attendance, and the leader signed in."""
    sign_in(sqlite_client, cast.leader)
    return f"/activities/{row.activity_id}/attendance"


def test_hours_are_corrected_with_a_reason(sqlite_client, at, row):
    address = f"{at}/people/{row.person_id}/correction"
    assert 'value="09:00"' in sqlite_client.get(address).text
    for data in (
        {"came": "09:10", "left": "10:00", "reason": ""},
        {"came": "x", "left": "10:00", "reason": "看错"},
        {"came": "10:10", "left": "09:50", "reason": "看错"},
    ):
        wrong = sqlite_client.post(address, data=data)
        assert wrong.status_code == 422
        assert f'value="{data["came"]}"' in wrong.text

    assert sqlite_client.post(address, data={"came": "09:10", "left": "", "reason": "看错"}).status_code == 303
    assert (clock.local(row.checked_in_at).hour, clock.local(row.checked_in_at).minute) == (9, 10)
    assert row.checked_out_at is None
    assert db.session.query(AuditEntry).filter_by(action="correct").one().reason == "看错"


def test_somebody_is_taken_off(sqlite_client, at, row):
    address = f"{at}/people/{row.person_id}/removal"
    assert sqlite_client.post(address, data={"reason": " "}).status_code == 422
    assert sqlite_client.post(address, data={"reason": "签错人"}).status_code == 303
    assert db.session.query(Attendance).count() == 0
    assert sqlite_client.post(address, data={"reason": "签错人"}).status_code == 404


def test_somebody_forgotten_is_added(sqlite_client, at, row):
    address = f"{at}/addition"
    assert 'value="10:30"' in sqlite_client.get(address).text
    data = {"name": "李大妈", "phone": "13800000001", "came": "09:00", "left": "10:30", "reason": "漏签"}
    far = sqlite_client.post(address, data=data | {"came": "03:00"})
    assert (far.status_code, db.session.query(Attendance).count()) == (422, 1)

    assert sqlite_client.post(address, data=data).status_code == 303
    again = sqlite_client.post(address, data=data)
    assert again.status_code == 422
    assert "漏签" in again.text
    assert db.session.query(Attendance).count() == 2


def test_no_shows_are_read_and_excused_after_closing(sqlite_client, at, row):
    page = sqlite_client.get(at).text
    absent = page.partition('id="no-shows"')[2]
    assert "高玉静" in absent
    assert "陈伟平" not in absent


def test_attendance_is_opened_again_with_a_reason(sqlite_client, at, row):
    wrong = sqlite_client.post(f"{at}/reopening", data={"reason": ""})
    assert wrong.status_code == 422
    assert '<details class="more" open>' in wrong.text
    assert sqlite_client.post(f"{at}/reopening", data={"reason": "少录了人"}).status_code == 303
    assert row.activity.closed_at is None


def test_another_leader_corrects_nothing(sqlite_client, cast, sign_in, row):
    sign_in(sqlite_client, make.make_other_leader(cast))
    at = f"/activities/{row.activity_id}/attendance"
    assert sqlite_client.get(f"{at}/people/{row.person_id}/correction").status_code == 403
    assert sqlite_client.get(f"{at}/addition").status_code == 403
    for address in (
        f"{at}/people/{row.person_id}/correction",
        f"{at}/people/{row.person_id}/removal",
        f"{at}/addition",
        f"{at}/reopening",
    ):
        assert sqlite_client.post(address, data={"reason": "x"}).status_code == 403
