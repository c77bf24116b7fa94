"""What concerns a person."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import Cast, make_activity, make_attendance, make_person, make_sign_up
from volunteer_app import clock
from volunteer_app.activities.models import ActivityState, SignUpState
from volunteer_app.activities.persons import own
from volunteer_app.database import db
from volunteer_app.notifications import outbox
from volunteer_app.notifications.models import NoticeKind


def test_numbers_of_places_and_of_the_waiting_list(app: Flask, cast: Cast) -> None:
    activity = make_activity(cast.team, "包饺子", places=2)
    earlier = clock.now() - timedelta(hours=1)
    make_sign_up(activity, asked_at=earlier)
    mine = make_sign_up(activity, cast.volunteer.person)
    make_sign_up(activity, state=SignUpState.WAITING, asked_at=earlier)
    relative = make_sign_up(activity, make_person("孙小虎"), SignUpState.WAITING)
    found = own.of_people([cast.volunteer.person_id, relative.person_id])
    assert [(it.id, it.name, it.title, it.state, it.number, it.stands) for it in found] == [
        (mine.id, "孙桂兰", "包饺子", SignUpState.CONFIRMED, 2, True),
        (relative.id, "孙小虎", "包饺子", SignUpState.WAITING, 2, True),
    ]
    assert own.of_sign_ups([relative.id]) == found[1:]
    assert own.of_people([]) == []


def test_withdrawn_and_cancelled_stand_no_more(app: Flask, cast: Cast) -> None:
    make_sign_up(make_activity(cast.team, places=2), cast.volunteer.person, SignUpState.WITHDRAWN)
    later = clock.now() + timedelta(days=2)
    off = make_activity(cast.team, places=2, starts_at=later, state=ActivityState.CANCELLED, cancel_reason="下雨")
    make_sign_up(off, cast.volunteer.person)
    found = own.of_people([cast.volunteer.person_id])
    assert [(it.state, it.cancelled, it.cancel_reason, it.stands) for it in found] == [
        (SignUpState.WITHDRAWN, False, "", False),
        (SignUpState.CONFIRMED, True, "下雨", False),
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_one_query_for_any_number(app: Flask, cast: Cast, count_queries: object, rows: int) -> None:
    for days in range(rows):
        starts = clock.now() + timedelta(days=days + 1)
        make_sign_up(make_activity(cast.team, places=2, starts_at=starts), cast.volunteer.person)
    db.session.expire_all()
    person_id = cast.volunteer.person_id
    with count_queries() as queries:
        assert len(own.of_people([person_id])) == rows
    assert len(queries) == 1


def test_only_minutes_inside_the_activity_count(app: Flask, cast: Cast) -> None:
    person = cast.volunteer.person
    starts = datetime.fromisoformat("2020-11-20T09:00+08:00")
    early = make_activity(cast.team, "早", starts_at=starts, state=ActivityState.HELD)
    make_attendance(early, person, checked_in_at=starts - timedelta(minutes=20), checked_out_at=early.ends_at)
    blank = make_activity(cast.team, "空", starts_at=starts + timedelta(days=1), state=ActivityState.HELD)
    make_attendance(blank, person, checked_out_at=None)
    last_year = make_activity(cast.team, "旧", starts_at=starts - timedelta(days=365), state=ActivityState.HELD)
    make_attendance(last_year, person)
    dance = make_activity(
        cast.team, "舞", starts_at=starts + timedelta(days=2), state=ActivityState.HELD, counts_as_service=False
    )
    make_attendance(dance, person)
    assert [(it.title, it.minutes) for it in own.attendances(person.id)] == [
        ("舞", 90),
        ("空", 0),
        ("早", 90),
        ("旧", 90),
    ]
    assert [it.title for it in own.attendances(person.id, limit=1)] == ["舞"]
    assert own.totals(person.id) == own.Totals(attendances=4, minutes=270, service_minutes=180)
    assert own.totals(person.id, since=date(2020, 1, 1)) == own.Totals(3, 180, 90)
    assert own.totals(cast.leader.person_id) == own.Totals(0, 0, 0)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    stays=st.lists(st.tuples(st.integers(-7200, 9000), st.none() | st.integers(-7200, 9000)), max_size=4),
)
def test_totals_are_the_sum_of_the_rows(sqlite_app: Flask, stays: list[tuple[int, int | None]]) -> None:
    person = make_person()
    for number, (came, left) in enumerate(stays):
        activity = make_activity(starts_at=clock.now() - timedelta(days=number + 1), counts_as_service=number % 2 == 0)
        make_attendance(
            activity,
            person,
            checked_in_at=activity.starts_at + timedelta(seconds=came),
            checked_out_at=None if left is None else activity.starts_at + timedelta(seconds=left),
        )
    rows = own.attendances(person.id)
    total = own.totals(person.id)
    assert total.minutes == sum(row.minutes for row in rows)
    assert total.service_minutes == sum(row.minutes for row in rows if row.counts_as_service)
    assert all(0 <= row.minutes <= 90 for row in rows)
    db.session.rollback()


def test_what_changed_lately(app: Flask, cast: Cast) -> None:
    activity = make_activity(cast.team, places=2)
    for person, kind in ((cast.volunteer.person, NoticeKind.PROMOTED), (cast.leader.person, NoticeKind.MOVED)):
        outbox.tell(kind, person_id=person.id, activity_id=activity.id)
    old = outbox.tell(NoticeKind.MOVED, person_id=cast.volunteer.person_id, activity_id=activity.id)
    old.made_at = clock.now() - timedelta(days=40)
    db.session.flush()
    found = own.notices([cast.volunteer.person_id], since=clock.now() - timedelta(days=30))
    assert [(notice.kind, about.id) for notice, about in found] == [(NoticeKind.PROMOTED, activity.id)]
