"""Times at which a venue can't be used."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, time, timedelta

import pytest
from flask import Flask

from volunteer_app import clock
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused
from volunteer_app.places import blocks
from volunteer_app.places.models import VenueBlock

from ..factories import make_compound, make_venue

HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)


def test_a_block_is_added_once_and_removed(app: Flask) -> None:
    venue = make_venue()
    start = clock.now() + HOUR
    (block,) = blocks.add(venue, start, start + HOUR, " 检修 ", by=None)
    assert blocks.add(venue, start, start + HOUR, "检修", by=None) == [block]
    (other,) = blocks.add(venue, start, start + 2 * HOUR, "选举", by=None)
    assert blocks.of(venue) == [block, other]
    blocks.remove(block, by=None)
    assert blocks.of(venue) == [other]
    actions = [(it.action, it.reason, it.place_id) for it in db.session.query(AuditEntry).order_by(AuditEntry.id)]
    office = venue.subdistrict_id
    assert actions == [("add", "检修", office), ("add", "选举", office), ("remove", "检修", office)]


def test_what_can_not_be_blocked(app: Flask) -> None:
    venue, start = make_venue(), clock.now()
    with pytest.raises(BadInput):
        blocks.add(venue, start, start, "检修", by=None)
    with pytest.raises(BadInput):
        blocks.add(venue, start, start + HOUR, "  ", by=None)
    with pytest.raises(Refused):
        blocks.add(make_compound(), start, start + HOUR, "检修", by=None)
    assert db.session.query(VenueBlock).count() == 0


def test_each_week_until_a_day(app: Flask, count_queries: Callable[[], AbstractContextManager[list[str]]]) -> None:
    venue, start = make_venue(), clock.at(date(2020, 11, 30), time(23))
    one = blocks.add(venue, start + WEEK, start + WEEK + 2 * HOUR, "检修", by=None)
    db.session.expire_all()
    with count_queries() as some:
        assert len(blocks.add(venue, start, start + 2 * HOUR, "检修", until=date(2020, 12, 21), by=None)) == 4
    found = blocks.of(venue)
    assert [it.starts_at for it in found] == [start + n * WEEK for n in range(4)]
    assert {(it.ends_at - it.starts_at, it.reason) for it in found} == {(2 * HOUR, "检修")}
    assert one[0] in found
    assert db.session.query(AuditEntry).filter_by(action="add", subject="venue_block").count() == 4
    # Sent again nothing is added; another reason is something else.
    assert blocks.add(venue, start, start + 2 * HOUR, "检修", until=date(2020, 12, 21), by=None) == found
    blocks.remove(found[2], by=None)
    assert blocks.of(venue) == [found[0], found[1], found[3]]
    db.session.expire_all()
    with count_queries() as many:
        assert len(blocks.add(venue, start, start + HOUR, "选举", until=date(2021, 11, 29), by=None)) == 53
    assert len(some) == len(many), "however many weeks"


@pytest.mark.parametrize("until", [date(2020, 11, 29), date(2021, 12, 6), date(2099, 1, 1)])
def test_weeks_that_can_not_be_blocked(app: Flask, until: date) -> None:
    venue, start = make_venue(), clock.at(date(2020, 11, 30), time(0))
    with pytest.raises(BadInput):
        blocks.add(venue, start, start + HOUR, "检修", until=until, by=None)
    assert db.session.query(VenueBlock).count() == 0


def test_what_is_over_stays(app: Flask) -> None:
    venue, now = make_venue(), clock.now()
    (over,) = blocks.add(venue, now - HOUR, now, "检修", by=None)
    with pytest.raises(Refused):
        blocks.remove(over, by=None)
    assert blocks.of(venue) == []


def test_between_is_half_open_and_of_these_venues(app: Flask) -> None:
    venue, other, start = make_venue(), make_venue(), clock.now()
    (block,) = blocks.add(venue, start, start + HOUR, "检修", by=None)
    blocks.add(other, start, start + HOUR, "检修", by=None)
    assert blocks.between([venue.id], start, start + HOUR) == [block]
    assert blocks.between([venue.id], start - HOUR, start) == []
    assert blocks.between([venue.id], start + HOUR, start + 2 * HOUR) == []
    assert blocks.between([], start, start + HOUR) == []
