"""The account of the weekly three hours, against weeks that were worked out by hand."""

from datetime import date, datetime

import pytest

from volunteer_app.clock import Week
from volunteer_app.duty import quota
from volunteer_app.duty.quota import Paired, Span, Standing, Stay

ALWAYS = Paired(None, None, 180)
MET, MADE_UP, SHORT, ON_LEAVE, NOT_DUE = Standing


def stay(begins: str, ends: str) -> Stay:
    return Stay(datetime.fromisoformat(f"{begins}+08:00"), datetime.fromisoformat(f"{ends}+08:00"))


def hours(day: str, begins: int, ends: int) -> Stay:
    return stay(f"{day}T{begins:02}:00", f"{day}T{ends:02}:00")


def standings(first: str, last: str, *, pairings=(ALWAYS,), leaves=(), visits=(), **options) -> list[Standing]:
    weeks = quota.account(pairings, leaves, visits, Week.parse(first), Week.parse(last), **options)
    return [it.standing for it in weeks]


def test_two_visits_reach_the_pledge() -> None:
    visits = [hours("2020-11-23", 9, 11), hours("2020-11-29", 15, 16)]
    (week,) = quota.account([ALWAYS], [], visits, Week.parse("2020-W48"), Week.parse("2020-W48"))
    assert (week.minutes, week.pledge, week.standing, week.due, week.short_by) == (180, 180, MET, True, 0)
    (week,) = quota.account([ALWAYS], [], visits[:1], Week.parse("2020-W48"), Week.parse("2020-W48"))
    assert (week.minutes, week.standing, week.short_by) == (120, SHORT, 60)


def test_a_minute_less_is_short() -> None:
    assert standings("2020-W48", "2020-W48", visits=[stay("2020-11-23T09:00", "2020-11-23T11:59")]) == [SHORT]
    assert standings("2020-W48", "2020-W48", visits=[stay("2020-11-23T09:00", "2020-11-23T12:00")]) == [MET]


def test_a_visit_over_midnight_counts_to_the_week_in_which_it_began() -> None:
    """From Sunday 22:00 to Monday 01:00: all of its three hours are the old week's."""
    visits = [stay("2020-11-29T22:00", "2020-11-30T01:00")]
    assert standings("2020-W48", "2020-W49", visits=visits) == [MET, SHORT]


def test_the_turn_of_a_year_and_the_53rd_week() -> None:
    """2020 has 53 weeks: the last one runs from 28 December to 3 January 2021."""
    visits = [hours("2020-12-31", 9, 11), hours("2021-01-03", 9, 10), hours("2021-01-04", 9, 12)]
    assert standings("2020-W52", "2021-W01", visits=visits) == [SHORT, MET, MET]


def test_leave_over_a_part_of_a_week_lessens_nothing() -> None:
    """From Monday to Saturday: on Sunday the cadre was there, so three hours are due."""
    leaves = [Span(date(2020, 11, 23), date(2020, 11, 28))]
    assert standings("2020-W48", "2020-W48", leaves=leaves) == [SHORT]
    assert standings("2020-W48", "2020-W48", leaves=[*leaves, Span(date(2020, 11, 29), date(2020, 11, 29))]) == [
        ON_LEAVE
    ]


def test_a_pairing_that_ends_on_a_wednesday() -> None:
    """Its last whole week is the one before; another pairing from Thursday on covers the rest."""
    ended = Paired(date(2020, 11, 16), date(2020, 11, 25), 180)
    assert standings("2020-W46", "2020-W49", pairings=[ended]) == [NOT_DUE, SHORT, NOT_DUE, NOT_DUE]
    following = Paired(date(2020, 11, 26), None, 120)
    weeks = quota.account([ended, following], [], [], Week.parse("2020-W47"), Week.parse("2020-W49"))
    assert [(it.pledge, it.standing) for it in weeks] == [(180, SHORT), (180, SHORT), (120, SHORT)]


def test_two_pairings_are_one_pledge() -> None:
    assert standings("2020-W48", "2020-W48", pairings=[ALWAYS, ALWAYS], visits=[hours("2020-11-25", 9, 12)]) == [MET]


def test_what_lacks_may_be_made_up_in_the_week_after() -> None:
    """120 and 240 minutes: the second week has 60 more than it owes, as many as the first lacks."""
    visits = [hours("2020-11-23", 9, 11), hours("2020-11-30", 9, 13)]
    assert standings("2020-W48", "2020-W49", visits=visits, makes_up=True) == [MADE_UP, MET]
    assert standings("2020-W48", "2020-W49", visits=visits) == [SHORT, MET]
    # The week after lies beyond those that are asked for.
    assert standings("2020-W48", "2020-W48", visits=visits, makes_up=True) == [MADE_UP]
    # A week on leave owes nothing itself.
    leave = [Span(date(2020, 11, 30), date(2020, 12, 6))]
    late = [hours("2020-11-23", 9, 11), hours("2020-12-02", 9, 10)]
    assert standings("2020-W48", "2020-W49", visits=late, leaves=leave, makes_up=True) == [MADE_UP, ON_LEAVE]
    # 239 minutes: one is missing.
    short = [hours("2020-11-23", 9, 11), stay("2020-11-30T09:00", "2020-11-30T12:59")]
    assert standings("2020-W48", "2020-W49", visits=short, makes_up=True) == [SHORT, MET]


def test_without_a_pairing_nothing_is_due() -> None:
    assert standings("2020-W48", "2020-W48", pairings=[], visits=[hours("2020-11-25", 9, 12)]) == [NOT_DUE]


@pytest.mark.parametrize(
    ("since", "until", "weeks"),
    [
        ("2020-01-01", "2020-11-04", ("2020-W02", "2020-W44")),
        ("2020-11-23", "2020-11-29", ("2020-W48", "2020-W48")),
        ("2020-11-24", "2020-11-29", None),
        ("2020-11-24", "2020-12-06", ("2020-W49", "2020-W49")),
        ("2020-12-28", "2021-01-03", ("2020-W53", "2020-W53")),
    ],
)
def test_whole_weeks_of_a_period(since: str, until: str, weeks: tuple[str, str] | None) -> None:
    found = quota.whole_weeks(date.fromisoformat(since), date.fromisoformat(until))
    assert (found and tuple(str(it) for it in found)) == weeks
