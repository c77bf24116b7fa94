"""What calendars show is changed: their events say it, with a higher revision, and so do those who showed it before."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from tests.calendars import reading
from tests.factories import Cast, make_activity, make_community, make_compound, make_team, make_venue
from volunteer_app.activities import stamps
from volunteer_app.activities.models import Activity, ActivityState, ThemeField
from volunteer_app.activities.planning import changes, renames
from volunteer_app.calendars import feeds
from volunteer_app.database import db
from volunteer_app.places.models import Management, Place
from volunteer_app.teams.models import TeamKind


@pytest.fixture
def activity(app: Flask, cast: Cast) -> Activity:
    """A published activity of the cast's team at a venue; its event names that and the community."""
    venue = make_venue(cast.compound, "槐荫活动室")
    planned = make_activity(cast.team, "包饺子", place_text="", venue_id=venue.id, state=ActivityState.DRAFT)
    changes.publish(planned, by=None)
    return planned


def event_of(place: Place) -> dict[str, Any]:
    """The event in a place's feed, as far as it's shown, under an address that is new with each change."""
    feed = feeds.of_place(place.slug, base_url="https://calendars.example.org")
    assert feed
    found = reading.event(feeds.body(feed).plain)
    keys = ("sequence", "summary", "location", "description", "categories")
    return {key: found[key].to_ical().decode() for key in keys if key != "sequence"} | {"sequence": found["sequence"]}


def shown_at(place: Place) -> Any:
    stamp = stamps.of_place(place)
    return stamp and stamp[0]


def test_a_renamed_community(app: Flask, cast: Cast, activity: Activity) -> None:
    before = event_of(cast.subdistrict)
    assert before["location"] == "槐荫活动室（云台社区）"
    assert renames.change_place(cast.community, {"name": "新台社区"}, by=None)
    after = event_of(cast.subdistrict)
    assert after == before | {"location": "槐荫活动室（新台社区）", "sequence": before["sequence"] + 1}
    assert not renames.change_place(cast.community, {"name": "新台社区"}, by=None)
    assert event_of(cast.subdistrict) == after


def test_a_renamed_venue(app: Flask, cast: Cast, activity: Activity) -> None:
    assert activity.venue
    renames.change_place(activity.venue, {"name": "大厅"}, by=None)
    assert event_of(cast.subdistrict)["location"] == "大厅（云台社区）"


def test_the_offices_telephone(app: Flask, cast: Cast, activity: Activity) -> None:
    other = make_team(make_compound(make_community(cast.subdistrict)))
    before = event_of(cast.compound)
    renames.change_place(cast.subdistrict, {"telephone": "010-55550199", "office_hours": ""}, by=None)
    after = event_of(cast.compound)
    assert after["sequence"] == before["sequence"] + 1
    assert "010-55550199" in after["description"]
    # Each page of the office has it at its foot, also those of teams without any activity.
    assert stamps.of_team(other.id) is not None


def test_what_no_event_shows(app: Flask, cast: Cast, activity: Activity) -> None:
    before, stamp = event_of(cast.compound), shown_at(cast.compound)
    assert renames.change_place(cast.compound, {"management": Management.OWNERS}, by=None)
    assert event_of(cast.compound) == before
    assert shown_at(cast.compound) == stamp + timedelta(seconds=1)


def test_a_moved_compound(app: Flask, cast: Cast, activity: Activity) -> None:
    other = make_community(cast.subdistrict, "柳河社区")
    left = shown_at(cast.community)
    assert renames.move_place(cast.compound, other, by=None)
    assert not renames.move_place(cast.compound, other, by=None)
    assert event_of(other)["location"] == "槐荫活动室（柳河社区）"
    assert shown_at(cast.community) > left
    feed = feeds.of_place(cast.community.slug, base_url="https://calendars.example.org")
    assert feed
    assert reading.events(feeds.body(feed).plain) == []


def test_a_renamed_team(app: Flask, cast: Cast, activity: Activity) -> None:
    assert renames.change_team(cast.team, {"name": "云台里书画社", "kind": TeamKind.CULTURAL_GROUP}, by=None)
    after = event_of(cast.compound)
    assert (after["summary"], after["sequence"]) == ("包饺子 · 云台里书画社", 2)
    assert "文体组织" in after["categories"]


def test_a_team_with_another_place(app: Flask, cast: Cast, activity: Activity) -> None:
    other = make_compound(make_community(cast.subdistrict))
    left = shown_at(cast.compound)
    assert renames.change_team(cast.team, {"place_id": other.id}, by=None)
    db.session.refresh(activity)
    assert activity.place_id == other.id
    assert shown_at(cast.compound) > left
    assert event_of(other)["sequence"] == 2


def test_a_team_with_another_slot_shows_nothing_new_in_calendars(app: Flask, cast: Cast, activity: Activity) -> None:
    before, stamp = event_of(cast.compound), stamps.of_team(cast.team.id)
    assert stamp
    assert renames.change_team(cast.team, {"focus": "包饺子"}, by=None)
    renames.team_counted(cast.team)
    assert event_of(cast.compound) == before
    assert stamps.of_team(cast.team.id) == (stamp[0], stamp[1] + timedelta(seconds=2))


def test_a_renamed_theme(app: Flask, cast: Cast, activity: Activity) -> None:
    assert renames.change_theme(activity.theme, {"name": "消防演练", "field": ThemeField.SAFETY}, by=None)
    assert not renames.change_theme(activity.theme, {"name": "消防演练", "field": ThemeField.SAFETY}, by=None)
    after = event_of(cast.compound)
    assert (after["summary"], after["sequence"]) == ("消防演练 · 云台里志愿服务队", 2)
    assert "安全" in after["categories"]
