"""The clock, the zone and the week."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from volunteer_app import clock
from volunteer_app.clock import Month, Week
from volunteer_app.errors import BadInput


def test_now_is_in_utc_and_whole_seconds():
    moment = clock.now()
    assert (moment.tzinfo, moment.microsecond) == (UTC, 0)
    # The real clock itself is what is compared with here.
    assert abs(datetime.now(UTC) - moment) < timedelta(seconds=2)


def test_the_day_turns_in_shanghai():
    with clock.frozen(datetime(2020, 11, 4, 15, 59, 59, tzinfo=UTC)):
        assert clock.today() == date(2020, 11, 4)
    with clock.frozen(datetime(2020, 11, 4, 16, 0, tzinfo=UTC)):
        assert clock.today() == date(2020, 11, 5)


def test_freezing_ends_where_it_began():
    outer, inner = (datetime(2020, 11, day, tzinfo=UTC) for day in (1, 2))
    with clock.frozen(outer):
        with clock.frozen(inner):
            assert clock.now() == inner
        assert clock.now() == outer


def test_wall_clock_times_are_shanghai_times():
    assert clock.at(date(2020, 11, 4), time(19)) == datetime(2020, 11, 4, 11, tzinfo=UTC)
    assert clock.midnight(date(2020, 11, 4)) == datetime(2020, 11, 3, 16, tzinfo=UTC)
    assert clock.local(datetime(2020, 11, 4, 11, tzinfo=UTC)).hour == 19


@pytest.mark.parametrize(
    ("text", "monday"),
    [
        ("2020-W45", date(2020, 11, 2)),
        ("2020-11-08", date(2020, 11, 2)),
        ("2020-W53", date(2020, 12, 28)),
        ("2021-01-03", date(2020, 12, 28)),
        ("2026-W53", date(2026, 12, 28)),
    ],
)
def test_weeks_are_read(text, monday):
    assert Week.parse(text).monday == monday


@pytest.mark.parametrize(
    "text", ["", "2020", "2021-W53", "2020-W00", "2020-13-01", "W45", "2020-W45-1", "本周", "9999-W54"]
)
def test_what_is_no_week_is_bad_input(text):
    with pytest.raises(BadInput):
        Week.parse(text)


def test_a_week_knows_its_ends():
    week = Week.parse("2020-W45")
    assert str(week) == "2020-W45"
    assert (week.days[0], week.days[6], week.sunday) == (date(2020, 11, 2), date(2020, 11, 8), date(2020, 11, 8))
    assert week.starts_at == datetime(2020, 11, 1, 16, tzinfo=UTC)
    assert week.ends_at == datetime(2020, 11, 8, 16, tzinfo=UTC)
    assert week.ends_at == week.shifted(1).starts_at


def test_weeks_have_an_order_and_move():
    week = Week.parse("2020-W53")
    assert str(week.shifted(1)) == "2021-W01"
    assert week.shifted(-1) < week < week.shifted(1)
    assert week.shifted(52).shifted(-52) == week


@pytest.mark.parametrize("weeks", [500_000, -500_000])
def test_no_week_lies_beyond_the_calendar(weeks):
    with pytest.raises(BadInput):
        Week.parse("2020-W45").shifted(weeks)


def test_the_present_week(now):
    assert Week.this() == Week(date(2020, 11, 23))


def test_months() -> None:
    month = Month.parse("2020-12")
    assert (str(month), month.first, month.last, len(month.days)) == (
        "2020-12",
        date(2020, 12, 1),
        date(2020, 12, 31),
        31,
    )
    assert [str(month.shifted(n)) for n in (-12, -11, -1, 1, 14)] == [
        "2019-12",
        "2020-01",
        "2020-11",
        "2021-01",
        "2022-02",
    ]
    assert Month.of(date(2020, 2, 29)).last == date(2020, 2, 29)
    assert Month.parse("2020-02") < month


@pytest.mark.parametrize(
    "text", ["2020-13", "2020", "2020-11-04", "1980-01", "9999-12", "x", "", "2020-W45", "\u0663020-11"]
)
def test_what_is_no_month(text: str) -> None:
    with pytest.raises(BadInput):
        Month.parse(text)
