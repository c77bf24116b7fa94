"""07-attendance: who was where, and when."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import make_sign_up
from volunteer_app import clock
from volunteer_app.activities import stamps
from volunteer_app.activities.models import Activity, ActivityState, Attendance, SignUp
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.people.models import Person
from volunteer_app.teams.models import Team

from .books import (
    ATTENDANCE,
    CAME,
    CHOIR,
    GUARD,
    OFFICE,
    PLACES,
    SUNG,
    attendance,
    bring,
    changes,
    faults,
    outcomes,
    plan_of,
    reasons,
    sheet,
    teams,
)


def hours() -> list[tuple[str, str, str | None]]:
    """Start of the activity, check-in, check-out of every attendance."""
    query = select(Activity.starts_at, Attendance.checked_in_at, Attendance.checked_out_at).join(Activity)
    rows = db.session.execute(query.order_by(Attendance.checked_in_at)).all()
    return [tuple(value and f"{clock.local(value):%d %H:%M}" for value in row) for row in rows]


def came(hour: str | None, until: str | None, **other: str) -> list[str | None]:
    row: list[str | None] = [*CAME[:5], hour, until]
    for header, cell in other.items():
        row[ATTENDANCE.index(header)] = cell
    return row


def test_an_attendance(app: Flask) -> None:
    bring(OFFICE, teams(CHOIR), plan_of(SUNG))
    team = db.session.scalars(select(Team)).one()
    before = stamps.of_team(team.id)
    later = datetime.fromisoformat("2020-11-26T10:00+08:00")
    with clock.frozen(later):
        plan = bring(attendance(CAME, came("19:10", None, 姓名="李晓", 联系电话="19900000003")))
    assert outcomes(plan) == [("签到", 2, 0, 0, 0, 0)]
    assert hours() == [("04 19:00", "04 19:05", "04 20:30"), ("04 19:00", "04 19:10", None)]
    people = db.session.scalars(select(Person.name).join(Attendance, Attendance.person_id == Person.id)).all()
    assert sorted(people) == ["李晓", "赵建国"]
    assert db.session.query(SignUp).count() == 0, "an attendance makes no sign-up"
    assert before is not None
    assert stamps.of_team(team.id) == (before[0], later), "it's counted, and no calendar shows it"


def test_it_belongs_to_a_sign_up_that_is_there(sqlite_app: Flask) -> None:
    bring(OFFICE, teams(CHOIR), plan_of(SUNG))
    activity = db.session.scalars(select(Activity)).one()
    leader = db.session.scalars(select(Person)).one()
    sign_up = make_sign_up(activity, leader)
    bring(attendance(CAME))
    assert db.session.scalars(select(Attendance.sign_up_id)).all() == [sign_up.id]


def test_a_correction(app: Flask) -> None:
    bring(OFFICE, teams(CHOIR), plan_of(SUNG), attendance(CAME))
    assert changes(bring(attendance(came("19:05", "20:15")))) == [{"签退时间": ("20:30", "20:15")}]
    assert changes(bring(attendance(came("19:05", None)))) == [{"签退时间": ("20:15", "")}]
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "correct")).all()
    assert {(entry.subject, entry.subject_id) for entry in entries} == {
        ("attendance", db.session.scalars(select(Attendance.id)).one())
    }
    few = [header for header in ATTENDANCE if header != "签退时间"]
    assert outcomes(bring(attendance(CAME[:6], header=few))) == [("签到", 0, 0, 1, 0, 0)]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (came("20:00", "19:30"), "签退时间", "the check-out lies before the check-in"),
        (came("17:59", "20:00"), "签到时间", "more than an hour outside the hours of the activity"),
        (came("21:31", None), "签到时间", "more than an hour outside the hours of the activity"),
        (came("19:05", "20:00", 日期="2020-11-26"), "日期", "2020-11-26 lies in the future"),
        (came("19:05", "20:00", 日期="2020-11-05"), "主题", "云台合唱团 has no activity 歌咏比赛 on 2020-11-05"),
        (came("19:05", "20:00", 主题="诗会"), "主题", "云台合唱团 has no activity 诗会 on 2020-11-04"),
        (came("19:05", "20:00", 队伍名称="舞蹈队"), "队伍名称", "青云街道 has no team 舞蹈队"),
        (came(None, "20:00"), "签到时间", "must not be blank"),
        (came("19:05", "20:00", 联系电话=""), "联系电话", "must not be blank"),
    ],
)
def test_faults(sqlite_app: Flask, row: list[str | None], column: str, reason: str) -> None:
    bring(OFFICE, teams(CHOIR), plan_of(SUNG))
    assert reasons(attendance(row)) == [(2, column, reason)]


@pytest.mark.parametrize(
    ("hour", "until"), [("18:00", "19:00"), ("21:30", "22:00"), ("19:05", "19:05"), ("19:00", "23:59")]
)
def test_an_hour_outside_is_clipped_and_not_refused(sqlite_app: Flask, hour: str, until: str) -> None:
    bring(OFFICE, teams(CHOIR), plan_of(SUNG))
    assert outcomes(bring(attendance(came(hour, until)))) == [("签到", 1, 0, 0, 0, 0)]


def test_after_midnight(sqlite_app: Flask) -> None:
    bring(OFFICE, teams(CHOIR), plan_of([*SUNG[:4], "22:00", "次日01:00", *SUNG[6:]]))
    bring(attendance(came("次日00:10", "次日01:00")))
    assert hours() == [("04 22:00", "05 00:10", "05 01:00")]
    assert outcomes(bring(attendance(came("次日00:10", "次日01:00")))) == [("签到", 0, 0, 1, 0, 0)]


def test_of_several_activities_the_one_whose_hours_hold_the_check_in(sqlite_app: Flask) -> None:
    second = [*SUNG[:4], "21:00", "22:00", *SUNG[6:]]
    bring(OFFICE, teams(CHOIR), plan_of(SUNG, second))
    others = [("李晓", "19900000003", "20:50", "22:00"), ("王芳", "19900000004", "22:30", None)]
    rows = [came(hour, until, 姓名=name, 联系电话=phone) for name, phone, hour, until in others]
    bring(attendance(CAME, *rows))
    assert [row[:2] for row in hours()] == [
        ("04 19:00", "04 19:05"),
        ("04 19:00", "04 20:50"),
        ("04 21:00", "04 22:30"),
    ]
    assert outcomes(bring(attendance(CAME, *rows))) == [("签到", 0, 0, 3, 0, 0)]
    # The same person at both of them.
    assert outcomes(bring(attendance(CAME, came("21:00", "22:00"), *rows))) == [("签到", 1, 0, 3, 0, 0)]


def test_a_person_once_at_an_activity(sqlite_app: Flask) -> None:
    bring(OFFICE, teams(CHOIR), plan_of(SUNG))
    assert reasons(attendance(CAME, came("19:30", "20:00", 姓名="赵 建国"))) == [
        (3, "姓名", "twice in the ledgers: already in row 2 of 07-attendance-签到.csv")
    ]


OVERLAP = "赵建国 was at “{}” from {} to {}: two attendances of one person overlap"
PATROL = [None, "2020-11-04", "巡逻", "云台志愿服务队", "20:00", "21:00", None, None, "已开展"]


def test_attendances_of_one_person_do_not_overlap(sqlite_app: Flask) -> None:
    bring(OFFICE, teams(CHOIR, GUARD), plan_of(SUNG, PATROL))
    patrol = came("20:15", "21:00", 队伍名称="云台志愿服务队", 主题="巡逻")
    both = OVERLAP.format("歌咏比赛 · 云台合唱团", "19:05", "20:30")
    assert reasons(attendance(CAME, patrol)) == [(3, "签到时间", both)]
    bring(attendance(CAME))
    assert reasons(attendance(patrol)) == [(2, "签到时间", both)], "nor with those that are there"
    bring(attendance(came("19:05", "20:15"), patrol))
    inside = OVERLAP.format("巡逻 · 云台志愿服务队", "20:15", "21:00")
    assert reasons(attendance(came("19:05", "20:16"))) == [(2, "签到时间", inside)], "nor by a correction"
    assert reasons(attendance(came("19:05", None))) == [], "a blank check-out is no time at all"


def test_attendances_elsewhere_count_too(sqlite_app: Flask) -> None:
    bring(OFFICE, teams(CHOIR), plan_of(SUNG), attendance(CAME))
    there = sheet("01-places-楼院.csv", PLACES, [["柳浪街道", "云台社区", "云台里", "无主管"]])
    bring(there, teams(CHOIR), subdistrict="柳浪街道")
    bring(plan_of(SUNG), subdistrict="柳浪街道")
    said = OVERLAP.format("歌咏比赛 · 云台合唱团", "19:05", "20:30")
    assert reasons(attendance(came("20:00", "20:30")), subdistrict="柳浪街道") == [(2, "签到时间", said)]


def test_attendances_of_one_command_in_two_subdistricts(sqlite_app: Flask) -> None:
    there = sheet("01-places-楼院.csv", PLACES, [["柳浪街道", "云台社区", "云台里", "无主管"]])
    bring(OFFICE, teams(CHOIR), plan_of(SUNG))
    bring(there, teams(CHOIR), subdistrict="柳浪街道")
    bring(plan_of(SUNG), subdistrict="柳浪街道")
    header = [*ATTENDANCE, "街道"]
    rows = [[*CAME, "青云街道"], [*came("20:00", "20:30"), "柳浪街道"]]
    said = [OVERLAP.format("歌咏比赛 · 云台合唱团", *span) for span in (("20:00", "20:30"), ("19:05", "20:30"))]
    assert reasons(attendance(*rows, header=header)) == [(2, "签到时间", said[0]), (3, "签到时间", said[1])]
    bring(attendance(rows[0], header=header))
    # Corrected by the same command, it's no longer in the way.
    moved = [[*came("19:05", "20:00"), "青云街道"], rows[1]]
    assert reasons(attendance(*moved, header=header)) == []


def test_nothing_is_enforced_that_belongs_to_the_live_flow(sqlite_app: Flask) -> None:
    full = [*SUNG[:7], "1", "取消"]
    bring(OFFICE, teams(CHOIR), plan_of(full))
    plan = bring(attendance(CAME, came("19:10", None, 姓名="李晓", 联系电话="19900000003")))
    assert outcomes(plan) == [("签到", 2, 0, 0, 0, 0)]
    assert db.session.scalars(select(Activity.state)).one() is ActivityState.CANCELLED


def test_what_follows_from_a_refused_activity_is_no_fault_of_its_own(sqlite_app: Flask) -> None:
    bring(OFFICE, teams(CHOIR))
    assert faults(plan_of([*SUNG[:5], "18:00", *SUNG[6:]]), attendance(CAME)) == [
        "06-activity-plan-主题活动.csv [主题活动] row 2, column 结束时间: the end is not after the start"
    ]


def test_a_month_leaves_the_others_alone(sqlite_app: Flask) -> None:
    october = [None, "2020-10-07", *SUNG[2:]]
    bring(OFFICE, teams(CHOIR), plan_of(SUNG, october), attendance(CAME, came("19:05", "20:30", 日期="2020-10-07")))
    assert outcomes(bring(attendance(CAME))) == [("签到", 0, 0, 1, 0, 1)]
    assert [row[0] for row in hours()] == ["07 19:00", "04 19:00"]


def test_seconds_of_the_live_flow_are_kept(sqlite_app: Flask) -> None:
    bring(OFFICE, teams(CHOIR), plan_of(SUNG), attendance(came("19:05:07", "20:30")))
    row = db.session.scalars(select(Attendance)).one()
    assert row.checked_in_at == datetime.fromisoformat("2020-11-04T19:05:07+08:00")
    assert row.checked_out_at == row.checked_in_at + timedelta(minutes=84, seconds=53)
