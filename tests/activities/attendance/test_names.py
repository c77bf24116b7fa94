"""One line a person: who is meant, when they were there, and what can't be read."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from tests.factories import Cast, make_activity, make_attendance, make_membership, make_person, make_sign_up
from volunteer_app import clock
from volunteer_app.activities.attendance import names
from volunteer_app.activities.models import Activity
from volunteer_app.people.models import Person


@pytest.fixture
def activity(app: Flask, cast: Cast) -> Activity:
    """Yesterday from 19:00 to 20:30."""
    return make_activity(cast.team, starts_at=clock.midnight(clock.today()) - timedelta(hours=5))


def hour(moment: datetime | None) -> str:
    return f"{clock.local(moment):%H:%M}" if moment else ""


def lines(text: str, activity: Activity) -> list[tuple[int | None, str, str, str, str]]:
    found, faults = names.read(text, activity)
    assert faults == []
    return [(it.person_id, it.name, it.phone, *map(hour, it.hours)) for it in found]


def faults(text: str, activity: Activity) -> list[tuple[int, str]]:
    return [(it.number, it.message.text % it.message.values) for it in names.read(text, activity)[1]]


def member(cast: Cast, name: str, **values: object) -> Person:
    person = make_person(name)
    make_membership(cast.team, person, **values)
    return person


def test_a_name_alone_was_there_as_planned(activity: Activity, cast: Cast) -> None:
    signed, known = make_person("王秀兰"), member(cast, "李娟")
    make_sign_up(activity, signed)
    assert lines("王秀兰\n\n  李　娟 \n", activity) == [
        (signed.id, "王秀兰", "", "19:00", "20:30"),
        (known.id, "李娟", "", "19:00", "20:30"),
    ]


@pytest.mark.parametrize(
    ("typed", "came", "left"),
    [
        ("19:10 20:20", "19:10", "20:20"),
        ("19：10，20：20", "19:10", "20:20"),
        ("1910 2020", "19:10", "20:20"),
        ("19:10-20:20", "19:10", "20:20"),
        ("19:10", "19:10", "20:30"),
    ],
)
def test_times_as_people_type_them(activity: Activity, cast: Cast, typed: str, came: str, left: str) -> None:
    known = member(cast, "李娟")
    assert lines(f"李娟 {typed}", activity) == [(known.id, "李娟", "", came, left)]


def test_somebody_new_has_a_number(activity: Activity) -> None:
    assert lines("周小川 139-0000-7701 19:10", activity) == [(None, "周小川", "13900007701", "19:10", "20:30")]


def test_hours_that_are_known_stay(activity: Activity) -> None:
    there = make_person("王秀兰")
    make_attendance(activity, there)
    assert lines("王秀兰", activity) == []
    assert lines("王秀兰 19:20 20:00", activity) == [(there.id, "王秀兰", "", "19:20", "20:00")]


def test_two_of_one_name_are_told_apart_by_their_numbers(activity: Activity, cast: Cast) -> None:
    first, second = make_person("李娟", "13900007711"), make_person("李娟", "13900007722")
    make_sign_up(activity, first)
    make_membership(cast.team, second)
    assert faults("李娟", activity) == [
        (1, "Several people are called 李娟 (139****7711, 139****7722): add the phone number.")
    ]
    assert lines("李娟 13900007722", activity)[0][0] == second.id


def test_what_cannot_be_read_says_so_at_its_line(activity: Activity, cast: Cast) -> None:
    member(cast, "李娟")
    member(cast, "走了", until=date(2020, 1, 1))
    text = "李娟\n李娟\n走了\n19:00\n李娟 19:00 19:30 20:00\n李娟 05:00\n王 1390000\n"
    assert faults(text, activity) == [
        (2, "They stand in line 1 already."),
        (3, "Nobody on the list or in the team is called 走了: add a phone number, or count them below."),
        (4, "There is no name in this line."),
        (5, "Write at most two times: when they came, and when they left."),
        (6, "They stand in line 1 already."),
        (7, "1390000 is not a phone number: a mobile number has 11 digits."),
    ]
    assert faults("李娟 05:00", activity) == [
        (1, "That's too far from the activity: at most an hour before it or two hours after it.")
    ]


def test_too_many_lines(activity: Activity) -> None:
    assert faults("王\n" * 501, activity) == [(501, "At most 500 lines at a time.")]
