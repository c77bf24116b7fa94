"""Times at which a venue can't be used."""

from datetime import timedelta

import pytest
from flask import Flask

from volunteer_app import clock
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused
from volunteer_app.places import blocks
from volunteer_app.places.models import VenueBlock

from ..factories import make_compound, make_venue

HOUR = timedelta(hours=1)


def test_a_block_is_added_once_and_removed(app: Flask) -> None:
    venue = make_venue()
    start = clock.now() + HOUR
    block = blocks.add(venue, start, start + HOUR, " 检修 ", by=None)
    assert blocks.add(venue, start, start + HOUR, "检修", by=None) is block
    other = blocks.add(venue, start, start + 2 * HOUR, "选举", by=None)
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


def test_what_is_over_stays(app: Flask) -> None:
    venue, now = make_venue(), clock.now()
    over = blocks.add(venue, now - HOUR, now, "检修", by=None)
    with pytest.raises(Refused):
        blocks.remove(over, by=None)
    assert blocks.of(venue) == []


def test_between_is_half_open_and_of_these_venues(app: Flask) -> None:
    venue, other, start = make_venue(), make_venue(), clock.now()
    block = blocks.add(venue, start, start + HOUR, "检修", by=None)
    blocks.add(other, start, start + HOUR, "检修", by=None)
    assert blocks.between([venue.id], start, start + HOUR) == [block]
    assert blocks.between([venue.id], start - HOUR, start) == []
    assert blocks.between([venue.id], start + HOUR, start + 2 * HOUR) == []
    assert blocks.between([], start, start + HOUR) == []
