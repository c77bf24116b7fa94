"""Who stands on the roll, and where."""

from datetime import timedelta

import pytest

from tests import factories as make
from volunteer_app import clock
from volunteer_app.activities.attendance.roll import roll
from volunteer_app.activities.models import SignUpState


@pytest.fixture
def activity(app):
    """One with somebody in each section."""
    activity = make.make_activity(starts_at=clock.now() - timedelta(minutes=30), places=9)
    make.make_sign_up(activity, make.make_person("安一"))
    make.make_sign_up(activity, make.make_person("白二"), excused=True)
    make.make_sign_up(activity, make.make_person("程三"), SignUpState.WAITING)
    make.make_sign_up(activity, make.make_person("邓四"), SignUpState.WITHDRAWN)
    make.make_attendance(activity, make.make_sign_up(activity, make.make_person("方五")).person, checked_out_at=None)
    make.make_attendance(activity, make.make_person("高六"), checked_out_at=clock.now())
    return activity


def names(entries):
    return [entry.person.name for entry in entries]


def test_everybody_stands_in_one_section(activity):
    its = roll(activity)

    assert names(its.awaited) == ["安一"]
    assert names(its.excused) == ["白二"]
    assert names(its.waiting) == ["程三"]
    assert names(its.came) == ["方五"]
    assert names(its.left) == names(its.walk_ins) == ["高六"]
    assert len(its.entries) == 5


def test_a_code_is_found_however_it_was_typed(activity):
    entry = roll(activity).awaited[0]
    code = entry.sign_up.code

    assert roll(activity).of_code(f" {code[:3].lower()} {code[3:].lower()} ").person is entry.person
    assert roll(activity).of_code("") is None


def test_a_person_of_two_shifts_stands_there_once(activity):
    later = make.make_shift(activity, starts_at=activity.starts_at + timedelta(minutes=30), places=1)
    first = roll(activity).awaited[0]
    second = make.make_sign_up(activity, first.person, shift_id=later.id)

    its = roll(activity)
    assert names(its.awaited) == ["安一"]
    assert its.of_code(second.code).sign_up is first.sign_up


def test_names_and_numbers_are_searched(activity):
    its = roll(activity)
    phone = its.awaited[0].person.phone

    assert names(its.named("安")) == names(its.named(f"{phone[-4:]} 安")) == ["安一"]
    assert its.named("安 白") == []


def test_the_roll_takes_two_queries_however_long_it_is(activity, count_queries):
    for _ in range(3):
        make.make_attendance(activity, make.make_sign_up(activity).person)
    with count_queries() as queries:
        roll(activity)
    assert len(queries) == 2
