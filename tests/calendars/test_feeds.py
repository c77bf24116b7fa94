"""Public feeds: what stands in them, their tags and dates."""

from datetime import datetime, timedelta

import icalendar
import pytest
from flask import Flask

from volunteer_app import clock
from volunteer_app.activities import stamps
from volunteer_app.activities.models import Activity, ActivityState, ThemeField
from volunteer_app.activities.planning import changes
from volunteer_app.calendars import feeds
from volunteer_app.calendars.feeds import Feed
from volunteer_app.database import db
from volunteer_app.places.models import Place
from volunteer_app.teams.models import Team, TeamKind

from .. import factories
from ..factories import Cast
from . import reading

BASE_URL = "https://calendars.example.org"


def place_feed(place: Place, **filters: object) -> Feed:
    feed = feeds.of_place(place.slug, base_url=BASE_URL, **filters)
    assert feed
    return feed


def team_feed(team: Team) -> Feed:
    feed = feeds.of_team(team.slug, base_url=BASE_URL)
    assert feed
    return feed


def uids(feed: Feed) -> list[str]:
    return [str(event["uid"]) for event in reading.events(feeds.body(feed).plain)]


def planned(team: Team, **values: object) -> Activity:
    """A published activity, of which the calendars know."""
    activity = factories.make_activity(team, state=ActivityState.DRAFT, **values)
    changes.publish(activity, by=None)
    return activity


def name_of(feed: Feed) -> str:
    return str(icalendar.Calendar.from_ical(feeds.body(feed).plain)["name"])


def test_unknown_slugs(app: Flask) -> None:
    assert feeds.of_place("aaaaaaaa", base_url=BASE_URL) is None
    assert feeds.of_team("aaaaaaaa", base_url=BASE_URL) is None


def test_each_place_around_shows_an_activity_and_no_other_does(app: Flask, cast: Cast) -> None:
    hall = factories.make_venue(factories.make_compound(factories.make_community(cast.subdistrict)), "活动室")
    activity = planned(cast.team, venue_id=hall.id)
    shows = [cast.subdistrict.parent, cast.subdistrict, cast.community, cast.compound, hall, hall.parent]
    assert [uids(place_feed(place)) for place in shows] == [[activity.uid]] * 6
    assert uids(team_feed(cast.team)) == [activity.uid]
    assert uids(place_feed(cast.elsewhere)) == uids(place_feed(factories.make_building(cast.compound))) == []
    assert uids(team_feed(factories.make_team(cast.compound))) == []


def test_drafts_stay_out(app: Flask, cast: Cast) -> None:
    factories.make_activity(cast.team, state=ActivityState.DRAFT)
    assert uids(team_feed(cast.team)) == []


def test_what_an_event_takes_from_the_rows(app: Flask, cast: Cast) -> None:
    theme = factories.make_theme(cast.subdistrict, "量血压", ThemeField.HEALTH)
    activity = planned(cast.team, theme=theme, starts_at=reading.moment("2020-12-01 19:00"), places=15)
    factories.make_shift(activity, places=5)
    found = reading.event(feeds.body(team_feed(cast.team)).plain)
    assert str(found["summary"]) == "量血压 · 云台里志愿服务队"
    assert str(found["location"]) == "院内小广场（云台社区）"
    assert found["categories"].to_ical().decode() == "健康,志愿服务队"
    assert str(found["description"]).splitlines() == [
        f"报名：{BASE_URL}/activities/{activity.id}",
        "名额：20 人",
        "街道电话：010-55550100",
    ]
    assert str(found["url"]) == f"{BASE_URL}/activities/{activity.id}"
    assert found["uid"] == activity.uid
    assert int(found["sequence"]) == activity.revision == 1
    assert found["dtstamp"].dt == found["last-modified"].dt == activity.changed_at
    assert found.start == reading.moment("2020-12-01 19:00")


def test_a_shift_for_everyone_makes_it_open_to_all(app: Flask, cast: Cast) -> None:
    activity = planned(cast.team, places=15)
    factories.make_shift(activity, places=None)
    assert "直接参加" in str(reading.event(feeds.body(team_feed(cast.team)).plain)["description"])


def test_a_venue_says_where_it_lies(app: Flask, cast: Cast) -> None:
    hall = factories.make_venue(factories.make_compound(factories.make_community(cast.subdistrict, "柳河社区")), "大厅")
    planned(cast.team, venue_id=hall.id, place_text="")
    assert str(reading.event(feeds.body(team_feed(cast.team)).plain)["location"]) == "大厅（柳河社区）"


def test_nobody_stands_in_a_public_feed(app: Flask, cast: Cast) -> None:
    activity = planned(cast.team, places=15)
    before = feeds.body(team_feed(cast.team)).plain
    sign_up = factories.make_sign_up(activity, cast.volunteer.person)
    stamps.raise_counted(stamps.subjects_of(activity))
    after = feeds.body(team_feed(cast.team))
    assert after.plain == before
    for person in (sign_up.person, cast.leader.person):
        assert person.name not in before.decode()
        assert str(person.phone) not in before.decode()


def test_order_of_time_and_the_same_bytes(app: Flask, cast: Cast) -> None:
    made = [planned(cast.team, starts_at=clock.now() + timedelta(days=days)) for days in (3, 1, 2)]
    feed = team_feed(cast.team)
    first = feeds.body(feed)
    assert uids(feed) == [made[1].uid, made[2].uid, made[0].uid]
    feeds._bodies.put(feed.etag, feeds.Body.of(b"forgotten"))
    feeds._bodies._values.clear()
    with clock.frozen(clock.now() + timedelta(hours=3)):
        again = team_feed(cast.team)
        assert (again.etag, again.last_modified) == (feed.etag, feed.last_modified)
        assert feeds.body(again) == first


def test_the_window(app: Flask, cast: Cast) -> None:
    days = {
        days: planned(cast.team, starts_at=clock.midnight(clock.today() + timedelta(days=days)))
        for days in (-181, -180, 400, 401)
    }
    late = planned(cast.team, starts_at=clock.midnight(clock.today() + timedelta(days=401)) - timedelta(minutes=1))
    assert uids(team_feed(cast.team)) == [days[-180].uid, days[400].uid, late.uid]


@pytest.mark.parametrize("number", [1, 3])
def test_a_fixed_number_of_queries(app: Flask, cast: Cast, count_queries, number: int) -> None:
    for days in range(number):
        planned(cast.team, starts_at=clock.now() + timedelta(days=days))
    slug = cast.subdistrict.slug
    db.session.flush()
    with count_queries() as finding:
        feed = feeds.of_place(slug, base_url=BASE_URL)
    assert feed
    db.session.expire_all()
    with count_queries() as writing:
        feeds.body(feed)
    with count_queries() as keeping:
        feeds.body(feed)
    # Which place, its pieces, the pieces of those that lack one, contests' rounds.
    assert [len(finding), len(writing), len(keeping)] == [1, 5, 0]


def test_finding_a_feed_reads_by_indexes_alone(sqlite_app: Flask, cast: Cast) -> None:
    for statement in (feeds._PLACE, feeds._TEAM):
        text = str(statement.params(slug="aaaaaaaa").compile(db.engine, compile_kwargs={"literal_binds": True}))
        steps = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all()
        assert steps
        assert [step[3] for step in steps if not step[3].startswith("SEARCH ")] == []


def test_a_change_raises_sequence_tag_and_date(app: Flask, cast: Cast) -> None:
    activity = planned(cast.team)
    before = {place.slug: place_feed(place) for place in (cast.subdistrict, cast.community, cast.compound)}
    first = reading.event(feeds.body(team_feed(cast.team)).plain)
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        changes.change(activity, {"place_text": "大门口"}, by=None)
        second = reading.event(feeds.body(team_feed(cast.team)).plain)
        assert int(second["sequence"]) == int(first["sequence"]) + 1
        assert second["last-modified"].dt == second["dtstamp"].dt == clock.now() > first["dtstamp"].dt
        assert second["uid"] == first["uid"]
        for slug, feed in before.items():
            now = feeds.of_place(slug, base_url=BASE_URL)
            assert now
            assert now.etag != feed.etag
            assert now.last_modified == clock.now() > feed.last_modified


def test_two_changes_in_one_second_are_two(app: Flask, cast: Cast) -> None:
    activity = planned(cast.team)
    changes.change(activity, {"place_text": "大门口"}, by=None)
    one = team_feed(cast.team)
    first = reading.event(feeds.body(one).plain)
    changes.change(activity, {"place_text": "小门口"}, by=None)
    two = team_feed(cast.team)
    second = reading.event(feeds.body(two).plain)
    assert two.etag != one.etag
    assert two.last_modified > one.last_modified
    assert second["dtstamp"].dt > first["dtstamp"].dt


def test_a_cancelled_one_stays_thirty_days(app: Flask, cast: Cast) -> None:
    activity = planned(cast.team, starts_at=clock.now() + timedelta(days=90))
    day = clock.today()
    changes.cancel(activity, reason="场地检修", by=None)
    found = reading.event(feeds.body(team_feed(cast.team)).plain)
    assert (str(found["status"]), int(found["sequence"])) == ("CANCELLED", 2)
    assert str(found["summary"]).startswith("【已取消】")
    for days, there in ((30, True), (31, False)):
        with clock.frozen(clock.midnight(day + timedelta(days=days, hours=0))):
            assert uids(team_feed(cast.team)) == ([activity.uid] if there else [])


def test_the_date_never_goes_back(app: Flask, cast: Cast) -> None:
    activity = planned(cast.team, starts_at=clock.now() - timedelta(days=175))
    dates = [team_feed(cast.team).last_modified]
    assert dates == [clock.now()]
    # The row leaves the window …
    tomorrow = clock.midnight(clock.today() + timedelta(days=6))
    with clock.frozen(tomorrow + timedelta(hours=9)):
        feed = team_feed(cast.team)
        assert uids(feed) == []
        dates.append(feed.last_modified)
        assert dates[-1] == tomorrow
        # … and is deleted.
        stamps.raise_shown(stamps.subjects_of(activity))
        for shift in activity.shifts:
            db.session.delete(shift)
        db.session.flush()
        db.session.delete(activity)
        db.session.flush()
        dates.append(team_feed(cast.team).last_modified)
        assert dates[-1] == clock.now()
    assert dates == sorted(dates)


def test_each_midnight_moves_the_window(app: Flask, cast: Cast) -> None:
    planned(cast.team)
    today = team_feed(cast.team)
    midnight = clock.midnight(clock.today() + timedelta(days=1))
    with clock.frozen(midnight - timedelta(seconds=1)):
        assert team_feed(cast.team).etag == today.etag
    with clock.frozen(midnight):
        tomorrow = team_feed(cast.team)
        assert tomorrow.etag != today.etag
        assert tomorrow.last_modified == midnight


def test_nothing_ever_happened(app: Flask, cast: Cast) -> None:
    feed = place_feed(cast.compound)
    assert feed.last_modified == clock.midnight(clock.today())
    assert uids(feed) == []


def test_filters(app: Flask, cast: Cast) -> None:
    choir = factories.make_team(cast.compound, kind=TeamKind.CULTURAL_GROUP)
    safety = factories.make_theme(cast.subdistrict, field=ThemeField.SAFETY)
    culture = factories.make_theme(cast.subdistrict, field=ThemeField.CULTURE)
    lesson = planned(cast.team, theme=safety)
    singing = planned(choir, theme=culture)
    drill = planned(choir, theme=safety, starts_at=clock.now() + timedelta(days=2))
    asked = {
        (None, None): {lesson.uid, singing.uid, drill.uid},
        (ThemeField.SAFETY, None): {lesson.uid, drill.uid},
        (None, TeamKind.CULTURAL_GROUP): {singing.uid, drill.uid},
        (ThemeField.SAFETY, TeamKind.CULTURAL_GROUP): {drill.uid},
        (ThemeField.LEARNING, None): set(),
    }
    found = {filters: place_feed(cast.subdistrict, field=filters[0], kind=filters[1]) for filters in asked}
    assert {filters: set(uids(feed)) for filters, feed in found.items()} == asked
    assert len({feed.etag for feed in found.values()}) == len(asked)


def test_names(app: Flask, cast: Cast) -> None:
    assert name_of(place_feed(cast.subdistrict)) == "青云街道 · 活动"
    assert name_of(place_feed(factories.make_venue(cast.compound, "活动室"))) == "云台里5号院活动室 · 活动"
    assert name_of(place_feed(factories.make_venue(cast.compound, "云台里5号院凉亭"))) == "云台里5号院凉亭 · 活动"
    assert name_of(team_feed(cast.team)) == "云台里志愿服务队 · 活动"


def test_a_new_name_or_host_is_another_tag(app: Flask, cast: Cast) -> None:
    feed = team_feed(cast.team)
    other = feeds.of_team(cast.team.slug, base_url="https://other.example.org")
    assert other
    assert other.etag != feed.etag
    cast.team.name = "云台里新队"
    db.session.flush()
    assert team_feed(cast.team).etag != feed.etag
    assert name_of(team_feed(cast.team)) == "云台里新队 · 活动"


def test_packing_is_the_same_every_time(app: Flask, cast: Cast) -> None:
    assert feeds.Body.of(b"BEGIN:VCALENDAR") == feeds.Body.of(b"BEGIN:VCALENDAR")


def test_one_activity(app: Flask, cast: Cast) -> None:
    activity = planned(cast.team)
    planned(cast.team, starts_at=clock.now() + timedelta(days=3))
    found = reading.event(feeds.of_activity(activity, base_url=BASE_URL))
    assert found["uid"] == activity.uid
    assert b"X-WR-CALNAME" not in feeds.of_activity(activity, base_url=BASE_URL)


def test_moments_have_their_zone(app: Flask, cast: Cast) -> None:
    planned(cast.team)
    body = feeds.body(team_feed(cast.team)).plain
    zones = [line for line in reading.lines(body) if line.startswith(("DTSTART", "DTEND"))]
    assert zones[0] == "DTSTART:19700101T000000"
    assert all(line.split(":")[0].endswith(";TZID=Asia/Shanghai") for line in zones[1:])
    assert isinstance(reading.event(body).start, datetime)
