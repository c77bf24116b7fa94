"""Weekly slots around the holidays of 2020 and 2026, by hand."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_app.activities.planning import slots
from volunteer_app.teams.models import HolidayRule, Team
from volunteer_app.workdays import SpecialDay, SpecialKind, Workdays

PUBLISHED = Workdays()


def team(weekday: int | None, rule: HolidayRule = HolidayRule.SKIP) -> Team:
    return Team(weekday=weekday, slot_starts=time(19), slot_ends=time(20, 30), holiday_rule=rule)


def days(its: Team, since: str, until: str, workdays: Workdays = PUBLISHED) -> list[tuple[str, str]]:
    found = slots.of_team(its, date.fromisoformat(since), date.fromisoformat(until), workdays)
    return [(f"{it.on:%m-%d}", f"{it.day:%m-%d}" if it.day else "") for it in found]


def test_every_week_has_one() -> None:
    assert days(team(2), "2020-11-01", "2020-11-30") == [(f"11-{day:02}",) * 2 for day in (4, 11, 18, 25)]
    assert days(team(0), "2020-11-02", "2020-11-02") == [("11-02", "11-02")]
    assert days(team(1), "2020-11-02", "2020-11-02") == []


@pytest.mark.parametrize(
    ("rule", "met"),
    [
        # National Day and Mid-Autumn: 1 to 8 October 2020 are free.
        (HolidayRule.SKIP, ["", ""]),
        (HolidayRule.KEEP, ["10-01", "10-08"]),
        (HolidayRule.SHIFT, ["09-30", "10-09"]),
    ],
)
def test_thursdays_around_national_day(rule: HolidayRule, met: list[str]) -> None:
    found = days(team(3, rule), "2020-10-01", "2020-10-15")
    assert found == [("10-01", met[0]), ("10-08", met[1]), ("10-15", "10-15")]


def test_in_the_middle_of_a_long_holiday_there_is_no_near_day() -> None:
    # Sunday 4 October: 1 to 7 are free as far as three days reach.
    assert days(team(6, HolidayRule.SHIFT), "2020-10-04", "2020-10-04") == [("10-04", "")]
    # Spring Festival 2026: 15 to 23 February.
    assert days(team(3, HolidayRule.SHIFT), "2026-02-19", "2026-02-19") == [("02-19", "")]
    assert days(team(0, HolidayRule.SHIFT), "2026-02-16", "2026-02-16") == [("02-16", "02-15")]


def test_the_later_day_comes_first() -> None:
    own = Workdays([SpecialDay(day=date(2020, 11, 4), kind=SpecialKind.HOLIDAY, name="")])
    assert days(team(2, HolidayRule.SHIFT), "2020-11-04", "2020-11-04", own) == [("11-04", "11-05")]


def test_a_make_up_workday_changes_nothing() -> None:
    # Sunday 27 September and Saturday 10 October 2020 are workdays.
    assert days(team(6), "2020-09-27", "2020-09-27") == [("09-27", "09-27")]
    assert days(team(5), "2020-10-10", "2020-10-10") == [("10-10", "10-10")]


def test_without_a_weekday_there_are_none() -> None:
    assert days(team(None), "2020-11-01", "2020-11-30") == []


@given(
    st.integers(0, 6),
    st.dates(date(2019, 1, 1), date(2026, 12, 1)),
    st.integers(0, 92),
    st.sampled_from(list(HolidayRule)),
)
def test_one_a_week_and_never_twice_on_a_day(weekday: int, since: date, length: int, rule: HolidayRule) -> None:
    until = since + timedelta(days=length)
    found = list(slots.of_team(team(weekday, rule), since, until, PUBLISHED))
    assert [it.on for it in found] == [
        day for day in (since + timedelta(days=n) for n in range(length + 1)) if day.weekday() == weekday
    ]
    met = [it.day for it in found if it.day]
    assert len(set(met)) == len(met)
    if rule is not HolidayRule.KEEP:
        assert [PUBLISHED.holiday(day) for day in met] == [None] * len(met)
