"""The days of contests in feeds: a round's own one, and that of its sub-district."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.http import http_date

from tests.contests.factories import make_entry, make_round, make_vote
from tests.factories import Cast
from volunteer_app import clock
from volunteer_app.activities.models import ThemeField
from volunteer_app.calendars import contest_feeds, feeds
from volunteer_app.contests.models import Round
from volunteer_app.contests.rounds import keeping
from volunteer_app.database import db

from . import reading

BASE_URL = "https://calendars.example.org"
pytestmark = pytest.mark.now("2020-11-05T09:00+08:00")


@pytest.fixture
def round(app: Flask, cast: Cast) -> Round:
    return make_round(cast.subdistrict, "第三期楼栋评比赛", uid="u" * 32)


def own(round: Round) -> bytes:
    return contest_feeds.of(round, base_url=BASE_URL).body.plain


def around(cast: Cast, **filters: ThemeField) -> feeds.Feed:
    found = feeds.of_place(cast.subdistrict.slug, base_url=BASE_URL, **filters)
    assert found
    return found


def contests(cast: Cast, **filters: ThemeField) -> list[str]:
    """The UIDs of contests in the sub-district's feed."""
    found = reading.events(feeds.body(around(cast, **filters)).plain)
    return [str(it["uid"]) for it in found if "-" in it["uid"]]


def test_the_days_of_a_round(round: Round) -> None:
    found = reading.events(own(round))
    assert [(str(it["uid"]), str(it["summary"]), it["dtstart"].dt, it["dtend"].dt) for it in found] == [
        (f"{'u' * 32}-entering", "第三期楼栋评比赛 · 报名", date(2020, 11, 1), date(2020, 11, 11)),
        (f"{'u' * 32}-voting", "第三期楼栋评比赛 · 投票", date(2020, 11, 11), date(2020, 11, 21)),
        (f"{'u' * 32}-result", "第三期楼栋评比赛 · 结果公示", date(2020, 11, 21), date(2020, 11, 26)),
    ]
    for it in found:
        assert it["dtstart"].params["VALUE"] == it["dtend"].params["VALUE"] == "DATE"
        assert (str(it["status"]), str(it["transp"]), it["sequence"]) == ("CONFIRMED", "TRANSPARENT", 0)
        assert it["dtstamp"].dt == it["last-modified"].dt == round.changed_at
        assert str(it["url"]) == f"{BASE_URL}/contests/{round.slug}"
    assert reading.lines(own(round))[0] == "BEGIN:VCALENDAR"


def test_a_round_without_votes_or_publication(round: Round) -> None:
    round.voting_from = round.voting_until = None
    round.notice_days = 0
    days = [(str(it["uid"])[33:], it["dtstart"].dt, it["dtend"].dt) for it in reading.events(own(round))]
    assert days == [
        ("entering", date(2020, 11, 1), date(2020, 11, 11)),
        ("result", date(2020, 11, 21), date(2020, 11, 22)),
    ]


def test_the_same_rows_give_the_same_bytes(cast: Cast, round: Round) -> None:
    first, whole = own(round), feeds.body(around(cast)).plain
    make_vote(make_entry(round))
    with clock.frozen(clock.now() + timedelta(hours=3)):
        assert own(round) == first
        # Not those that are kept: written anew.
        assert feeds._written(around(cast)) == whole


def test_a_change_and_a_cancelling_move_everything(cast: Cast, round: Round) -> None:
    seen = [around(cast)]
    for change in (
        lambda: keeping.change(round, {"voting_until": date(2020, 11, 21)}, by=None),
        lambda: keeping.cancel(round, "疫情", by=None),
    ):
        before = round.changed_at
        change()
        seen.append(around(cast))
        assert round.changed_at > before
        assert seen[-1].etag != seen[-2].etag
        assert seen[-1].last_modified > seen[-2].last_modified
    for it in reading.events(own(round)):
        assert (str(it["status"]), it["sequence"], it["summary"].startswith("【已取消】")) == ("CANCELLED", 2, True)
        assert str(it["description"]).startswith("取消原因：疫情\n")


def test_a_cancelled_round_stays_for_thirty_days(cast: Cast, round: Round) -> None:
    keeping.cancel(round, "疫情", by=None)
    with clock.frozen(datetime.fromisoformat("2020-12-05T23:59+08:00")):
        assert (len(reading.events(own(round))), len(contests(cast))) == (3, 3)
        before = contest_feeds.of(round, base_url=BASE_URL).last_modified
    with clock.frozen(datetime.fromisoformat("2020-12-06T00:00+08:00")):
        assert (reading.events(own(round)), contests(cast)) == ([], [])
        gone = contest_feeds.of(round, base_url=BASE_URL)
        assert before < gone.last_modified == clock.now()


def test_the_sub_district_and_all_around_it(cast: Cast, round: Round) -> None:
    make_round(cast.subdistrict, published_at=None)
    make_round(name="别处")
    uids = [f"{'u' * 32}-{part}" for part in ("entering", "voting", "result")]
    assert contests(cast) == uids
    assert contests(cast, field=ThemeField.SAFETY) == [], "a contest has no theme"
    district = feeds.of_place(cast.subdistrict.parent.slug, base_url=BASE_URL)
    assert district
    assert len(reading.events(feeds.body(district).plain)) == 6
    community = feeds.of_place(cast.community.slug, base_url=BASE_URL)
    assert community
    assert reading.events(feeds.body(community).plain) == []
    for day, shown in {"2021-05-24": 3, "2021-05-25": 0, "2019-09-28": 3, "2019-09-27": 0}.items():
        with clock.frozen(datetime.fromisoformat(f"{day}T12:00+08:00")):
            assert len(contests(cast)) == shown, day


def test_by_http(client: FlaskClient, cast: Cast, round: Round) -> None:
    draft = make_round(cast.subdistrict, published_at=None)
    address = f"/calendars/contests/{round.slug}"
    response = client.get(f"{address}.ics")
    assert (response.status_code, response.content_type) == (200, "text/calendar; charset=utf-8")
    assert len(reading.events(response.data)) == 3
    assert response.headers["Last-Modified"] == http_date(round.changed_at)
    known = {"If-None-Match": response.headers["ETag"]}
    assert client.get(f"{address}.ics", headers=known).status_code == 304
    by_date = {"If-Modified-Since": response.headers["Last-Modified"]}
    assert client.get(f"{address}.ics", headers=by_date).status_code == 304
    keeping.change(round, {"entries_until": date(2020, 11, 9)}, by=None)
    assert client.get(f"{address}.ics", headers=known).status_code == 200
    assert client.get(f"{address}.ics", headers=by_date).status_code == 200
    for slug in (draft.slug, "aaaaaaaa", "%E8%AF%84"):
        assert client.get(f"/calendars/contests/{slug}.ics").status_code == 404
        assert client.get(f"/calendars/contests/{slug}").status_code == 404


def test_the_page_from_which_one_subscribes(client: FlaskClient, round: Round) -> None:
    page = client.get(f"/calendars/contests/{round.slug}").text
    assert f"/calendars/contests/{round.slug}.ics" in page
    assert "webcal://" in page
    assert f'href="/contests/{round.slug}"' in page
    assert f'href="/calendars/contests/{round.slug}"' in client.get(f"/contests/{round.slug}").text
    db.session.rollback()
