"""What a cadre's own page reads: pairings in force, usual hours, this week's minutes."""

from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask

from tests.factories import Cast, make_compound, make_pairing, make_visit
from volunteer_app import clock
from volunteer_app.database import db
from volunteer_app.duty import access, own
from volunteer_app.duty.models import Pairing, VisitState

TODAY = date(2020, 11, 25)
"""A Wednesday, half past eight."""
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("since", "until", "is_one"),
    [
        (None, None, True),
        (TODAY, TODAY, True),
        (TODAY + DAY, None, False),
        (None, TODAY - DAY, False),
    ],
)
def test_who_is_a_cadre(sqlite_app: Flask, cast: Cast, since: date | None, until: date | None, is_one: bool) -> None:
    pairing = make_pairing(cast.volunteer.person, cast.compound, since=since, until=until)
    assert own.is_cadre(pairing.person_id) is is_one
    assert access.is_cadre([pairing], TODAY) is is_one
    assert own.pairings_of(pairing.person_id, TODAY) == ([pairing] if is_one else [])
    assert not own.is_cadre(cast.leader.person_id)


def test_the_youngest_pairing_comes_first(app: Flask, cast: Cast) -> None:
    person = cast.volunteer.person
    ancient = make_pairing(person, make_compound(cast.community))
    young = make_pairing(person, cast.compound, since=date(2020, 6, 1))
    old = make_pairing(person, make_compound(cast.community), since=date(2019, 6, 1))
    assert own.pairings_of(person.id, TODAY) == [young, old, ancient]


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2020-{text}+08:00")


@pytest.mark.parametrize(
    ("weekday", "starts", "ends", "last", "following"),
    [
        (1, time(14), time(17), ("11-24T14:00", "11-24T17:00"), ("12-01T14:00", "12-01T17:00")),
        (2, time(14), time(17), ("11-18T14:00", "11-18T17:00"), ("11-25T14:00", "11-25T17:00")),
        (2, time(7), time(8, 30), ("11-25T07:00", "11-25T08:30"), ("12-02T07:00", "12-02T08:30")),
        (None, time(7), time(9), ("11-24T07:00", "11-24T09:00"), ("11-26T07:00", "11-26T09:00")),
        (1, time(22), time(1), ("11-24T22:00", "11-25T01:00"), ("12-01T22:00", "12-02T01:00")),
    ],
)
def test_usual_hours(
    now: datetime,
    weekday: int | None,
    starts: time,
    ends: time,
    last: tuple[str, str],
    following: tuple[str, str],
) -> None:
    pairing = Pairing(weekday=weekday, usual_starts=starts, usual_ends=ends)
    assert own.usual_hours(pairing, TODAY) == tuple(map(at, last))
    assert own.usual_hours(pairing, TODAY, coming=True) == tuple(map(at, following))
    assert own.usual_hours(Pairing(weekday=1), TODAY) is None


def test_this_week(app: Flask, cast: Cast) -> None:
    pairing = make_pairing(cast.volunteer.person, cast.compound)
    make_visit(pairing, starts_at=at("11-22T23:00"), minutes=120, state=VisitState.CONFIRMED)
    make_visit(pairing, starts_at=at("11-23T14:00"), minutes=100, state=VisitState.CONFIRMED)
    make_visit(pairing, starts_at=at("11-24T14:00"), minutes=100)
    make_visit(pairing, starts_at=at("11-24T19:00"), minutes=50, state=VisitState.RETURNED)
    make_visit(pairing, starts_at=clock.now(), minutes=None)
    week = own.weeks(pairing.person, cast.subdistrict)[0]
    this = own.this_week(week, own.visits_of(pairing.person))
    assert (this.pledge, this.confirmed, this.waiting) == (180, 100, 100)
    assert (this.share, this.waiting_share) == (55, 45)


def test_weeks_begin_with_the_pairing(app: Flask, cast: Cast) -> None:
    pairing = make_pairing(cast.volunteer.person, cast.compound, since=date(2020, 11, 9))
    assert [it.week.monday for it in own.weeks(pairing.person, cast.subdistrict)] == [
        date(2020, 11, 23),
        date(2020, 11, 16),
        date(2020, 11, 9),
    ]
    pairing.since = date(2020, 11, 24)
    db.session.flush()
    (week,) = own.weeks(pairing.person, cast.subdistrict)
    assert (week.pledge, week.due) == (0, False)


def test_all_returned_ones_are_shown(app: Flask, cast: Cast) -> None:
    pairing = make_pairing(cast.volunteer.person, cast.compound)
    oldest = make_visit(pairing, starts_at=at("01-07T14:00"), state=VisitState.RETURNED)
    for days in range(30):
        make_visit(pairing, starts_at=at("11-20T14:00") - days * DAY)
    found = own.visits_of(pairing.person)
    assert (len(found), found[-1]) == (21, oldest)
