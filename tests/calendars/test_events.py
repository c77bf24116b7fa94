"""One event, and the calendar around it."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events

from volunteer_app.activities.models import ActivityState, SignUpState, ThemeField
from volunteer_app.calendars import events
from volunteer_app.calendars.events import Shown
from volunteer_app.teams.models import TeamKind

from . import reading

BASE_URL = "https://calendars.example.org"
SHANGHAI = ZoneInfo("Asia/Shanghai")


def shown(**values: object) -> Shown:
    """What is shown of an activity."""
    row = Shown(
        activity_id=12,
        uid="0123456789abcdef0123456789abcdef",
        revision=3,
        changed_at=datetime(2020, 11, 1, 1, 2, 3, tzinfo=UTC),
        starts_at=datetime(2020, 11, 25, 11, 0, tzinfo=UTC),
        ends_at=datetime(2020, 11, 25, 12, 30, tzinfo=UTC),
        state=ActivityState.PUBLISHED,
        cancel_reason="",
        theme="冬季用火用电安全课",
        field=ThemeField.SAFETY,
        who="云台里消防安全志愿服务队",
        kind=TeamKind.VOLUNTEER_TEAM,
        place="云台里凉亭",
        community="云台社区",
        telephone="010-55550100",
        places=20,
    )
    return row._replace(**values)


def whole(row: Shown, mine: SignUpState | None = None) -> bytes:
    """A calendar with one event."""
    return events.calendar([events.event(row, base_url=BASE_URL, mine=mine)], name="云台社区 · 活动")


def test_every_line() -> None:
    assert reading.lines(whole(shown())) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//volunteer_app//activities//ZH",
        "NAME:云台社区 · 活动",
        "X-WR-CALNAME:云台社区 · 活动",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "X-WR-TIMEZONE:Asia/Shanghai",
        "BEGIN:VTIMEZONE",
        "TZID:Asia/Shanghai",
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        "TZNAME:CST",
        "TZOFFSETFROM:+0800",
        "TZOFFSETTO:+0800",
        "END:STANDARD",
        "END:VTIMEZONE",
        "BEGIN:VEVENT",
        "SUMMARY:冬季用火用电安全课 · 云台里消防安全志愿服务队",
        "DTSTART;TZID=Asia/Shanghai:20201125T190000",
        "DTEND;TZID=Asia/Shanghai:20201125T203000",
        "DTSTAMP:20201101T010203Z",
        "UID:0123456789abcdef0123456789abcdef",
        "SEQUENCE:3",
        "CATEGORIES:安全,志愿服务队",
        "DESCRIPTION:报名：https://calendars.example.org/activities/12\\n名额：20 人\\n街道电话：010-55550100",
        "LAST-MODIFIED:20201101T010203Z",
        "LOCATION:云台里凉亭（云台社区）",
        "STATUS:CONFIRMED",
        "URL:https://calendars.example.org/activities/12",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_neither_method_nor_an_id_of_the_calendar_nor_rules() -> None:
    names = [line.split(":")[0] for line in reading.lines(whole(shown()))]
    assert {"METHOD", "RRULE", "ORGANIZER", "ATTENDEE"} & set(names) == set()
    assert names.count("UID") == 1


def test_what_a_program_previews() -> None:
    calendar = icalendar.Calendar.from_ical(whole(shown()))
    (found,) = recurring_ical_events.of(calendar).between((2020, 11, 25), (2020, 11, 26))
    assert found.start == datetime(2020, 11, 25, 19, 0, tzinfo=SHANGHAI)
    assert found.end - found.start == timedelta(minutes=90)
    assert recurring_ical_events.of(calendar).between((2020, 11, 26), (2021, 11, 26)) == []


def test_an_end_after_midnight() -> None:
    row = shown(ends_at=datetime(2020, 11, 25, 17, 0, tzinfo=UTC))
    assert reading.event(whole(row)).end == datetime(2020, 11, 26, 1, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "text",
    [
        "逗号,分号;反斜杠\\和冒号:",
        "第一行\n第二行",
        "第一行\r\n第二行",
        "带控制符\x07的\x00字\u2028和\x85行",
        "单独的\r回车",
        "😀" * 15,
        "a" * 60,
        '引号"和^尖号',
    ],
)
def test_any_text_survives(text: str) -> None:
    row = shown(theme=text, place=text, who="甲队")
    readable = text.replace("\r\n", "\n")
    for sign in "\x07\x00\r\x85\u2028":
        readable = readable.replace(sign, " ")
    body = events.calendar([events.event(row, base_url=BASE_URL)], name=text)
    reading.lines(body)
    found = reading.event(body)
    assert str(found["summary"]) == f"{readable} · 甲队"
    assert str(found["location"]) == f"{readable}（云台社区）"
    escaped = re.sub(r"([\\\\,;])", r"\\\1", readable).replace("\n", "\\n")
    assert reading.lines(body)[3:5] == [f"NAME:{escaped}", f"X-WR-CALNAME:{escaped}"]


@pytest.mark.parametrize("length", range(20, 40))
def test_folding_between_characters_at_every_length(length: int) -> None:
    reading.lines(whole(shown(theme="课" * length, who=f"{'a' * (length % 3)}队")))


def test_a_summary_stays_under_255_characters() -> None:
    assert len(reading.event(whole(shown(theme="课" * 300)))["summary"]) == 254


def test_cancelled() -> None:
    row = shown(state=ActivityState.CANCELLED, cancel_reason="场地检修", revision=4)
    found = reading.event(whole(row, SignUpState.CONFIRMED))
    assert str(found["status"]) == "CANCELLED"
    assert str(found["summary"]) == "【已取消】冬季用火用电安全课 · 云台里消防安全志愿服务队"
    assert int(found["sequence"]) == 4
    assert str(found["description"]).splitlines()[0] == "取消原因：场地检修"
    assert found.walk("VALARM") == []


def test_cancelled_without_a_reason() -> None:
    row = shown(state=ActivityState.CANCELLED)
    assert str(reading.event(whole(row))["description"]).splitlines()[0] == "这场活动已取消。"


def test_held_stays_confirmed() -> None:
    assert str(reading.event(whole(shown(state=ActivityState.HELD)))["status"]) == "CONFIRMED"


def test_nobody_needs_to_sign_up() -> None:
    lines = str(reading.event(whole(shown(places=None, telephone="")))["description"]).splitlines()
    assert lines == ["直接参加，不用报名", "详情：https://calendars.example.org/activities/12"]


def test_the_community_is_said_once() -> None:
    assert str(reading.event(whole(shown(place="云台社区活动室")))["location"]) == "云台社区活动室"
    assert str(reading.event(whole(shown(community="")))["location"]) == "云台里凉亭"


def test_without_a_team() -> None:
    row = shown(who="云台社区", kind=None)
    found = reading.event(whole(row))
    assert str(found["summary"]) == "冬季用火用电安全课 · 云台社区"
    assert found["categories"].to_ical().decode() == "安全"


@pytest.mark.parametrize(("mine", "status"), [(SignUpState.CONFIRMED, "CONFIRMED"), (SignUpState.WAITING, "TENTATIVE")])
def test_alarms_in_a_personal_feed_alone(mine: SignUpState, status: str) -> None:
    found = reading.event(whole(shown(), mine))
    assert [alarm["trigger"].dt for alarm in found.walk("VALARM")] == [timedelta(days=-1), timedelta(hours=-2)]
    assert {str(alarm["action"]) for alarm in found.walk("VALARM")} == {"DISPLAY"}
    assert str(found["status"]) == status
    assert reading.event(whole(shown())).walk("VALARM") == []


def test_a_single_event_brings_no_calendar_of_its_own() -> None:
    body = events.calendar([events.event(shown(), base_url=BASE_URL)], name=None)
    names = {line.split(":")[0].split(";")[0] for line in reading.lines(body)}
    assert {"NAME", "X-WR-CALNAME", "REFRESH-INTERVAL", "METHOD"} & names == set()
    assert reading.event(body)


def test_an_empty_calendar_is_one() -> None:
    body = events.calendar([], name="云台社区 · 活动")
    assert reading.events(body) == []


def test_the_same_row_gives_the_same_bytes() -> None:
    assert whole(shown()) == whole(shown())
