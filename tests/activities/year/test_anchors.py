"""Days on which anchors fall, against a table written by hand from printed calendars."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer_app.activities.year import anchors
from volunteer_app.activities.year.models import AnchorKind, ThemeAnchor

YEARS = range(2020, 2031)
LUNAR = {
    "春节": (1, 1, "01-25 02-12 02-01 01-22 02-10 01-29 02-17 02-06 01-26 02-13 02-03"),
    "元宵": (1, 15, "02-08 02-26 02-15 02-05 02-24 02-12 03-03 02-20 02-09 02-27 02-17"),
    "端午": (5, 5, "06-25 06-14 06-03 06-22 06-10 05-31 06-19 06-09 05-28 06-16 06-05"),
    "七夕": (7, 7, "08-25 08-14 08-04 08-22 08-10 08-29 08-19 08-08 08-26 08-16 08-05"),
    "中秋": (8, 15, "10-01 09-21 09-10 09-29 09-17 10-06 09-25 09-15 10-03 09-22 09-12"),
    "重阳": (9, 9, "10-25 10-14 10-04 10-23 10-11 10-29 10-18 10-08 10-26 10-16 10-05"),
    "小年": (12, 23, "01-17 02-04 01-25 01-14 02-02 01-22 02-10 01-30 01-19 02-06 01-26"),
    "除夕": (12, 30, "01-24 02-11 01-31 01-21 02-09 01-28 02-16 02-05 01-25 02-12 02-02"),
    # Twice in 2022, never in 2023.
    "腊八": (12, 8, "01-02 01-20 01-10,12-30 - 01-18 01-07 01-26 01-15 01-04 01-22 01-11"),
}
TERMS = {
    "小寒": (0, "01-06 01-05 01-05 01-05 01-06 01-05 01-05 01-05 01-06 01-05 01-05"),
    "大寒": (1, "01-20 01-20 01-20 01-20 01-20 01-20 01-20 01-20 01-20 01-20 01-20"),
    "立春": (2, "02-04 02-03 02-04 02-04 02-04 02-03 02-04 02-04 02-04 02-03 02-04"),
    "清明": (6, "04-04 04-04 04-05 04-05 04-04 04-04 04-05 04-05 04-04 04-04 04-05"),
    "夏至": (11, "06-21 06-21 06-21 06-21 06-21 06-21 06-21 06-21 06-21 06-21 06-21"),
    "大暑": (13, "07-22 07-22 07-23 07-23 07-22 07-22 07-23 07-23 07-22 07-22 07-23"),
    "立冬": (20, "11-07 11-07 11-07 11-08 11-07 11-07 11-07 11-07 11-07 11-07 11-07"),
    "冬至": (23, "12-21 12-21 12-22 12-22 12-21 12-21 12-22 12-22 12-21 12-21 12-22"),
}


def anchor(kind: AnchorKind, *, days_later: int = 0, **values: int) -> ThemeAnchor:
    return ThemeAnchor(kind=kind, days_later=days_later, **values)


def fallen(it: ThemeAnchor) -> list[str]:
    """The days of each year of the table, as the table writes them."""
    return [",".join(f"{day:%m-%d}" for day in anchors.days(it, year)) or "-" for year in YEARS]


@pytest.mark.parametrize("name", LUNAR)
def test_lunar_days(name: str) -> None:
    month, day, expected = LUNAR[name]
    assert fallen(anchor(AnchorKind.LUNAR, month=month, day=day)) == expected.split()


@pytest.mark.parametrize("name", TERMS)
def test_solar_terms(name: str) -> None:
    term, expected = TERMS[name]
    assert fallen(anchor(AnchorKind.TERM, term=term)) == expected.split()


@pytest.mark.parametrize(
    ("nth", "weekday", "month", "year", "expected"),
    [
        (3, 6, 5, 2020, date(2020, 5, 17)),  # 助残日
        (3, 6, 5, 2026, date(2026, 5, 17)),
        (2, 5, 9, 2020, date(2020, 9, 12)),  # 世界急救日
        (3, 5, 9, 2026, date(2026, 9, 19)),  # 国防教育日
        (-1, 5, 2, 2020, date(2020, 2, 29)),
        (-1, 5, 5, 2026, date(2026, 5, 30)),
        (1, 0, 6, 2020, date(2020, 6, 1)),
        (4, 6, 2, 2026, date(2026, 2, 22)),
    ],
)
def test_weekdays(nth: int, weekday: int, month: int, year: int, expected: date) -> None:
    assert anchors.days(anchor(AnchorKind.WEEKDAY, nth=nth, weekday=weekday, month=month), year) == [expected]


def test_days_of_a_month() -> None:
    assert anchors.days(anchor(AnchorKind.DAY, month=3, day=5), 2020) == [date(2020, 3, 5)]
    leap = anchor(AnchorKind.DAY, month=2, day=29)
    assert [anchors.days(leap, year) for year in (2020, 2021)] == [[date(2020, 2, 29)], []]


def test_days_later_go_over_the_turn_of_the_year() -> None:
    after = anchor(AnchorKind.DAY, month=12, day=31, days_later=1)
    assert anchors.days(after, 2021) == [date(2021, 1, 1)]
    before = anchor(AnchorKind.DAY, month=1, day=1, days_later=-1)
    assert anchors.days(before, 2020) == [date(2020, 12, 31)]


def test_a_spare_has_no_day_and_the_tables_end() -> None:
    assert anchors.days(anchor(AnchorKind.SPARE), 2020) == []
    assert anchors.days(anchor(AnchorKind.LUNAR, month=5, day=5), 2150) == []
    assert anchors.days(anchor(AnchorKind.TERM, term=6), 2150) == []


@given(month=st.integers(1, 12), day=st.integers(1, 30), later=st.integers(-60, 60), year=st.integers(1990, 2098))
def test_each_lunar_day_falls_once_between_two_others(month: int, day: int, later: int, year: int) -> None:
    """Over the years none is lost and none is doubled: they lie 353 to 385 days apart."""
    it = anchor(AnchorKind.LUNAR, month=month, day=day, days_later=later)
    found = [day for near in range(year - 1, year + 3) for day in anchors.days(it, near)]
    apart = {after - before for before, after in pairwise(found)}
    assert all(timedelta(days=353) <= it <= timedelta(days=385) for it in apart)
