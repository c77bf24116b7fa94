"""Stamps rise with every change and never go back."""

from datetime import timedelta

from flask import Flask

from volunteer_app import clock
from volunteer_app.activities import stamps

from ..factories import Cast, make_activity, make_venue


def test_subjects_are_the_team_the_venue_and_all_places_around(sqlite_app: Flask, cast: Cast) -> None:
    venue = make_venue(cast.compound)
    activity = make_activity(cast.team, venue_id=venue.id)
    around = (cast.subdistrict.parent, cast.subdistrict, cast.community, cast.compound, venue)
    assert stamps.subjects_of(activity) == {f"team:{cast.team.id}"} | {f"place:{place.id}" for place in around if place}


def test_nothing_changed_yet(app: Flask, cast: Cast) -> None:
    assert stamps.of_team(cast.team.id) is None


def test_two_changes_in_one_second_look_like_two(app: Flask, cast: Cast) -> None:
    now = clock.now()
    stamps.raise_shown(["team:1"])
    assert stamps.of_team(1) == (now, now)
    stamps.raise_shown(["team:1"])
    assert stamps.of_team(1) == (now + timedelta(seconds=1), now + timedelta(seconds=1))


def test_counting_raises_no_calendar(app: Flask, cast: Cast) -> None:
    now = clock.now()
    stamps.raise_shown(["team:1"])
    stamps.raise_counted(["team:1"])
    assert stamps.of_team(1) == (now, now + timedelta(seconds=1))


def test_a_clock_set_back_takes_no_stamp_back(app: Flask, cast: Cast) -> None:
    now = clock.now()
    stamps.raise_shown(["team:1"])
    with clock.frozen(now - timedelta(days=3)):
        stamps.raise_shown(["team:1"])
    assert stamps.of_team(1) == (now + timedelta(seconds=1), now + timedelta(seconds=1))


def test_later_change_takes_its_own_moment(app: Flask, cast: Cast) -> None:
    now = clock.now()
    stamps.raise_shown(["team:1"])
    with clock.frozen(now + timedelta(hours=1)):
        stamps.raise_shown(["team:1"])
    assert stamps.of_team(1) == (now + timedelta(hours=1), now + timedelta(hours=1))
