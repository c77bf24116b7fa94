"""Working days: the vectors of the domain's rules, an office's own days, and years without a notice."""

from datetime import date, timedelta

import pytest

from volunteer_app.database import db
from volunteer_app.workdays import Due, SpecialDay, SpecialKind, Workdays


@pytest.mark.parametrize(
    ("received", "working_days", "due"),
    [
        ("2020-01-22", 2, "2020-02-03"),
        ("2020-01-23", 2, "2020-02-04"),
        ("2020-09-25", 2, "2020-09-28"),
        ("2020-09-30", 2, "2020-10-10"),
        ("2020-11-04", 2, "2020-11-06"),
        ("2025-09-30", 2, "2025-10-10"),
        ("2026-02-12", 2, "2026-02-14"),
        ("2026-02-13", 2, "2026-02-24"),
        ("2026-02-15", 2, "2026-02-25"),
        ("2026-09-18", 2, "2026-09-21"),
        ("2020-09-25", 10, "2020-10-15"),
        ("2026-02-07", 10, "2026-02-27"),
    ],
)
def test_due_dates(received, working_days, due):
    found = Workdays().add(date.fromisoformat(received), working_days)
    assert (found.day, found.estimated) == (date.fromisoformat(due), False)


def test_a_year_without_a_notice_is_estimated():
    assert Workdays().add(date(2026, 12, 29), 2).estimated is False
    assert Workdays().add(date(2026, 12, 30), 2).estimated is True
    assert Workdays().add(date(2027, 3, 1), 2).estimated is True


def test_a_notice_which_the_office_entered_ends_the_estimate():
    entered = [SpecialDay(day=date(2027, 1, 3), kind=SpecialKind.MAKEUP_WORKDAY, name="")]
    assert Workdays(entered).add(date(2026, 12, 31), 1) == Due(date(2027, 1, 3), False)
    assert Workdays(entered).is_published(2027)
    assert not Workdays(entered).is_published(2028)


def test_nothing_to_wait_for():
    assert Workdays().add(date(2020, 11, 7), 0).day == date(2020, 11, 7)


def test_special_days_have_names():
    calendar = Workdays()
    national = calendar.special(date(2026, 10, 1))
    assert (national.kind, national.name, national.name_en) == (SpecialKind.HOLIDAY, "国庆节", "National Day")
    makeup = calendar.special(date(2020, 9, 27))
    assert makeup.kind is SpecialKind.MAKEUP_WORKDAY
    assert calendar.special(date(2020, 11, 4)) is None
    assert calendar.is_workday(date(2020, 9, 27))
    assert not calendar.is_workday(date(2020, 11, 7))
    assert not calendar.is_workday(date(2026, 10, 1))


def test_an_offices_own_days_stand_above_the_notice(app):
    db.session.add(SpecialDay(day=date(2020, 11, 5), kind=SpecialKind.HOLIDAY, name="街道运动会"))
    db.session.add(SpecialDay(day=date(2020, 11, 7), kind=SpecialKind.MAKEUP_WORKDAY))
    db.session.commit()
    calendar = Workdays.current()
    assert calendar.special(date(2020, 11, 5)).name == "街道运动会"
    assert calendar.add(date(2020, 11, 4), 2).day == date(2020, 11, 7)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2020-10-01", "2020-10-08"),
        ("2020-05-01", "2020-05-05"),
        ("2026-02-16", "2026-02-20"),
        ("2020-01-24", "2020-01-30"),
    ],
)
def test_a_weekend_in_the_middle_of_a_holiday_belongs_to_it(first: str, last: str) -> None:
    workdays = Workdays()
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    while day <= end:
        assert workdays.holiday(day), day
        day += timedelta(days=1)


def test_other_weekends_and_make_up_workdays_are_no_holidays() -> None:
    workdays = Workdays()
    for day in ("2020-11-07", "2020-11-08", "2020-09-27", "2020-10-10", "2020-10-11", "2020-11-04"):
        assert workdays.holiday(date.fromisoformat(day)) is None
