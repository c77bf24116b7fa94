"""Service records: what is one, and what is none."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest

from volunteer_app import clock
from volunteer_app.activities.models import ActivityState
from volunteer_app.database import db
from volunteer_app.service import records
from volunteer_app.service.models import RecordState, ServiceRecord

from ..factories import Cast, make_attendance
from .service import held, on_duty, served

pytestmark = pytest.mark.usefixtures("app")
Counting = Callable[[], AbstractContextManager[list[str]]]


def by_hand(cast: Cast, content: str, begun: str, minutes: int = 60, **values: object) -> ServiceRecord:
    starts_at = clock.at(date.fromisoformat(begun), clock.local(clock.now()).time())
    values = {"state": RecordState.APPROVED, "unit": "红十字会", "place_text": "社区中心", "in_charge": "孟娟"} | values
    row = ServiceRecord(
        subdistrict_id=cast.subdistrict.id,
        person_id=cast.volunteer.person_id,
        content=content,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        minutes=minutes,
        entered_at=clock.now(),
        **values,
    )
    db.session.add(row)
    db.session.flush()
    return row


def contents(cast: Cast, **period: date) -> list[tuple[str, int]]:
    return [(it.content, it.minutes) for it in records.of(cast.volunteer.person, **period)]


def test_a_record_has_all_that_the_regulation_asks_for(cast: Cast) -> None:
    activity = held(cast, "清洁楼道", "2020-11-04T19:00", 90)
    came = {"checked_in_at": activity.starts_at - timedelta(minutes=10)}
    left = {"checked_out_at": activity.starts_at + timedelta(minutes=61, seconds=59)}
    make_attendance(activity, cast.volunteer.person, **came, **left)
    (it,) = records.of(cast.volunteer.person)
    assert (it.content, it.place, it.day, it.minutes) == ("清洁楼道", "院内小广场", date(2020, 11, 4), 61)
    assert (it.unit, it.in_charge, it.activity_id) == ("云台里志愿服务队", "赵建国", activity.id)
    assert (it.starts_at, it.ends_at) == (activity.starts_at, left["checked_out_at"])


def test_what_is_no_record(cast: Cast) -> None:
    person = cast.volunteer.person
    served(cast, person, "清洁楼道", "2020-11-04T19:00")
    make_attendance(held(cast, "排练", "2020-11-05T19:00", counts_as_service=False), person)
    make_attendance(held(cast, "没关", "2020-11-06T19:00", closed_at=None), person)
    make_attendance(held(cast, "取消", "2020-11-07T19:00", state=ActivityState.CANCELLED), person)
    make_attendance(held(cast, "没签退", "2020-11-08T19:00"), person, checked_out_at=None)
    served(cast, cast.leader.person, "别人的", "2020-11-09T19:00")
    on_duty(cast, person)
    assert contents(cast) == [("清洁楼道", 90)]


def test_by_hand_only_what_was_approved_and_not_replaced(cast: Cast) -> None:
    first = by_hand(cast, "送餐", "2020-11-03")
    by_hand(cast, "待批", "2020-11-04", state=RecordState.WAITING)
    by_hand(cast, "不准", "2020-11-05", state=RecordState.REFUSED)
    correction = by_hand(cast, "送餐", "2020-11-03", 45, state=RecordState.WAITING, replaces_id=first.id, late=True)
    assert contents(cast) == [("送餐", 60)]
    correction.state = RecordState.APPROVED
    db.session.flush()
    (it,) = records.of(cast.volunteer.person)
    assert (it.record_id, it.minutes, it.late, it.unit, it.place, it.in_charge) == (
        correction.id,
        45,
        True,
        "红十字会",
        "社区中心",
        "孟娟",
    )


def test_an_attendance_noted_since_holds_the_hours_alone(cast: Cast) -> None:
    row = by_hand(cast, "义卖", "2020-11-04")
    other = by_hand(cast, "义诊", "2020-11-05")
    assert contents(cast) == [("义卖", 60), ("义诊", 60)]
    begun = clock.local(row.starts_at).isoformat()[:16]
    served(cast, cast.volunteer.person, "清洁楼道", begun, 30)
    assert contents(cast) == [("清洁楼道", 30), ("义诊", 60)]
    assert other.state is RecordState.APPROVED


def test_a_digest_tells_of_any_correction(cast: Cast) -> None:
    row = by_hand(cast, "义卖", "2020-11-04")
    before = records.digest(records.of(cast.volunteer.person))
    assert before == records.digest(records.of(cast.volunteer.person))
    for column, value in (("content", "义诊"), ("place_text", "广场"), ("unit", "居委会"), ("minutes", 59)):
        kept = getattr(row, column)
        setattr(row, column, value)
        db.session.flush()
        assert records.digest(records.of(cast.volunteer.person)) != before
        setattr(row, column, kept)
        db.session.flush()
    assert before == records.digest(records.of(cast.volunteer.person))


def test_periods_and_years_are_shanghais(cast: Cast) -> None:
    person = cast.volunteer.person
    # Both began in UTC's 2019; the later one in Shanghai's 2020.
    served(cast, person, "守岁", "2019-12-31T23:30", 60)
    served(cast, person, "元旦健步", "2020-01-01T06:00", 50)
    by_hand(cast, "送餐", "2020-11-03", 45)
    assert contents(cast) == [("守岁", 60), ("元旦健步", 50), ("送餐", 45)]
    assert contents(cast, since=date(2020, 1, 1)) == [("元旦健步", 50), ("送餐", 45)]
    assert contents(cast, until=date(2019, 12, 31)) == [("守岁", 60)]
    assert contents(cast, since=date(2020, 1, 1), until=date(2020, 1, 1)) == [("元旦健步", 50)]
    years = records.by_year(records.of(person))
    assert [(it.year, it.minutes, [row.content for row in it.records]) for it in years] == [
        (2020, 95, ["送餐", "元旦健步"]),
        (2019, 60, ["守岁"]),
    ]


def test_two_queries_however_many_there_are(cast: Cast, count_queries: Counting) -> None:
    person = cast.volunteer.person
    for count in (1, 6):
        for number in range(count):
            served(cast, person, f"第{count}{number}课", f"2020-{count + 3:02}-{number + 1:02}T09:00")
            by_hand(cast, "送餐", f"2020-09-{count + number:02}")
        db.session.commit()
        db.session.refresh(person)
        with count_queries() as queries:
            records.of(person)
        assert len(queries) == 2
