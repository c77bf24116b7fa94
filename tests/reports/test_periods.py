"""Periods: whole weeks, months and years, their neighbours, and what an unfinished one is compared with."""

from datetime import UTC, date, datetime

import pytest

from volunteer_app.clock import Week
from volunteer_app.errors import BadInput
from volunteer_app.reports.periods import Period, Span, weeks_between

OCTOBER = Period(date(2020, 10, 1), date(2020, 10, 31))


def test_a_period_begins_and_ends_at_midnight_in_shanghai() -> None:
    assert OCTOBER.starts_at == datetime(2020, 9, 30, 16, tzinfo=UTC)
    assert OCTOBER.ends_at == datetime(2020, 10, 31, 16, tzinfo=UTC)
    assert OCTOBER.days == 31


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        (
            date(2020, 11, 5),
            date(2020, 11, 4),
            "The last day comes before the first one. Swap them, or choose another day.",
        ),
        (date(1020, 1, 1), date(2020, 1, 1), "Choose days between 1990 and 2199."),
        (date(2020, 1, 1), date(9999, 12, 31), "Choose days between 1990 and 2199."),
    ],
)
def test_what_is_no_period_is_said_in_a_sentence(first: date, last: date, message: str) -> None:
    with pytest.raises(BadInput) as caught:
        Period.of(first, last)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("period", "span", "before", "after"),
    [
        (
            OCTOBER,
            Span.MONTH,
            Period(date(2020, 9, 1), date(2020, 9, 30)),
            Period(date(2020, 11, 1), date(2020, 11, 30)),
        ),
        (
            Period(date(2020, 1, 1), date(2020, 12, 31)),
            Span.YEAR,
            Period(date(2019, 1, 1), date(2019, 12, 31)),
            Period(date(2021, 1, 1), date(2021, 12, 31)),
        ),
        (
            Period(date(2020, 11, 2), date(2020, 11, 8)),
            Span.WEEK,
            Period(date(2020, 10, 26), date(2020, 11, 1)),
            Period(date(2020, 11, 9), date(2020, 11, 15)),
        ),
        (
            Period(date(2020, 11, 3), date(2020, 11, 5)),
            Span.DAYS,
            Period(date(2020, 10, 31), date(2020, 11, 2)),
            Period(date(2020, 11, 6), date(2020, 11, 8)),
        ),
    ],
)
def test_neighbours_are_of_the_same_span(period: Period, span: Span, before: Period, after: Period) -> None:
    assert (period.span, period.before(), period.after()) == (span, before, after)


@pytest.mark.parametrize(
    ("today", "compared"),
    [
        (date(2020, 10, 10), Period(date(2020, 9, 1), date(2020, 9, 10))),
        (date(2020, 10, 31), Period(date(2020, 9, 1), date(2020, 9, 30))),
        (date(2020, 11, 20), Period(date(2020, 9, 1), date(2020, 9, 30))),
        (date(2020, 9, 20), Period(date(2020, 9, 1), date(2020, 9, 30))),
    ],
)
def test_an_unfinished_period_is_compared_with_as_many_days(today: date, compared: Period) -> None:
    assert OCTOBER.compared(today) == compared


def test_the_days_compared_never_leave_the_shorter_month() -> None:
    march = Period.month(date(2021, 3, 1))
    assert march.compared(date(2021, 3, 30)) == Period(date(2021, 2, 1), date(2021, 2, 28))


def test_a_week_is_clipped_to_the_period() -> None:
    assert OCTOBER.clipped(Week.of(date(2020, 10, 1))) == Period(date(2020, 10, 1), date(2020, 10, 4))
    assert OCTOBER.clipped(Week.of(date(2020, 10, 14))) == Period(date(2020, 10, 12), date(2020, 10, 18))


def test_weeks_between_two_weeks_include_both() -> None:
    first, last = Week.of(date(2020, 12, 28)), Week.of(date(2021, 1, 11))
    assert [str(week) for week in weeks_between(first, last)] == ["2020-W53", "2021-W01", "2021-W02"]
