"""The feed of an office's themes: what stands in it, its tags, and by http."""

import gzip
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import icalendar
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.http import http_date

from volunteer_app import clock
from volunteer_app.activities.models import ThemeField
from volunteer_app.activities.planning import renames
from volunteer_app.activities.year import keeping
from volunteer_app.activities.year.models import ThemeAnchor
from volunteer_app.calendars import themes
from volunteer_app.calendars.themes import ThemeFeed
from volunteer_app.database import db

from .. import factories
from ..factories import Cast
from . import reading

BASE_URL = "https://calendars.example.org"


def feed(cast: Cast) -> ThemeFeed:
    found = themes.of(cast.subdistrict.slug, base_url=BASE_URL)
    assert found
    return found


def events(cast: Cast) -> list[icalendar.Event]:
    return reading.events(feed(cast).body.plain)


def days(cast: Cast) -> list[tuple[str, str]]:
    return [(str(it["summary"]), it["dtstart"].dt.isoformat()) for it in events(cast)]


def placed(cast: Cast, name: str = "环境日", month: int = 6, day: int = 5, **columns: Any) -> ThemeAnchor:
    theme = factories.make_theme(cast.subdistrict, name, ThemeField.ENVIRONMENT)
    return keeping.add(theme, {"kind": "day", "month": month, "day": day} | columns, by=None)


def address(cast: Cast) -> str:
    return f"/calendars/themes/{cast.subdistrict.slug}.ics"


def test_only_a_sub_district_has_one(app: Flask, cast: Cast) -> None:
    for slug in ("aaaaaaaa", "", cast.community.slug, cast.subdistrict.parent.slug):
        assert themes.of(slug, base_url=BASE_URL) is None
    assert events(cast) == []


def test_the_days_of_three_years(app: Flask, cast: Cast) -> None:
    placed(cast)
    placed(cast, "端午包粽", month=5, day=5, kind="lunar")
    assert days(cast) == [
        ("环境日", "2019-06-05"),
        ("端午包粽", "2019-06-07"),
        ("环境日", "2020-06-05"),
        ("端午包粽", "2020-06-25"),
        ("环境日", "2021-06-05"),
        ("端午包粽", "2021-06-14"),
    ]
    calendar = icalendar.Calendar.from_ical(feed(cast).body.plain)
    assert (str(calendar["name"]), str(calendar["x-wr-calname"])) == ("青云街道 · 年度主题",) * 2


def test_what_an_event_says(app: Flask, cast: Cast) -> None:
    placed(cast)
    it = events(cast)[1]
    assert (it["dtstart"].dt, it["dtend"].dt) == (date(2020, 6, 5), date(2020, 6, 6))
    assert it["dtstart"].params["VALUE"] == it["dtend"].params["VALUE"] == "DATE"
    assert (it["transp"], it["status"]) == ("TRANSPARENT", "CONFIRMED")
    assert it["categories"].to_ical().decode() == "环境"
    assert it["url"] == f"{BASE_URL}/themes/calendar?office={cast.subdistrict.slug}&year=2020"
    assert it["dtstamp"].dt == it["last-modified"].dt == clock.now()
    assert re.fullmatch("[0-9a-f]{32}", it["uid"])
    lines = reading.lines(feed(cast).body.plain)
    assert "DTSTART;VALUE=DATE:20200605" in lines


def test_a_spare_lies_over_its_whole_week(app: Flask, cast: Cast) -> None:
    placed(cast, "邻里互助", kind="spare")
    found = events(cast)
    assert len(found) == 52 + 53 + 52
    assert (found[0]["dtstart"].dt, found[0]["dtend"].dt) == (date(2018, 12, 31), date(2019, 1, 7))
    assert {it["dtend"].dt - it["dtstart"].dt for it in found} == {timedelta(days=7)}
    assert len({str(it["uid"]) for it in found}) == len(found)
    placed(cast)
    assert ("邻里互助", "2020-06-01") not in days(cast)


def test_what_the_office_moved_keeps_its_uid_and_what_it_left_out_is_gone(app: Flask, cast: Cast) -> None:
    anchor = placed(cast)
    before = [str(it["uid"]) for it in events(cast)]
    keeping.move(anchor, date(2020, 6, 5), to=date(2020, 6, 12), by=None)
    keeping.move(anchor, date(2021, 6, 5), to=None, by=None)
    assert days(cast) == [("环境日", "2019-06-05"), ("环境日", "2020-06-12")]
    assert [str(it["uid"]) for it in events(cast)] == before[:2]
    assert len(set(before)) == 3
    keeping.turn(anchor, off=True, by=None)
    assert events(cast) == []


def test_two_offices_have_no_uid_in_common(app: Flask, cast: Cast) -> None:
    for office in (cast.subdistrict, cast.elsewhere):
        keeping.enter_defaults(office, by=None)
    found = themes.of(cast.elsewhere.slug, base_url=BASE_URL)
    assert found
    uids = [[str(it["uid"]) for it in reading.events(it.body.plain)] for it in (found, feed(cast))]
    assert len(uids[0]) == len(uids[1]) == len(set(uids[0])) == len(set(uids[1]))
    assert set(uids[0]) & set(uids[1]) == set()


def test_the_same_rows_give_the_same_bytes(app: Flask, cast: Cast) -> None:
    keeping.enter_defaults(cast.subdistrict, by=None)
    first = feed(cast)
    themes._bodies._values.clear()
    with clock.frozen(clock.now() + timedelta(days=9)):
        again = feed(cast)
    assert again == first


def test_a_change_makes_another_tag_and_date(app: Flask, cast: Cast) -> None:
    anchor = placed(cast)
    feeds = [feed(cast)]
    for number, act in enumerate(
        (
            lambda: renames.change_theme(anchor.theme, {"name": "地球日", "field": ThemeField.LEARNING}, by=None),
            lambda: keeping.change(anchor, {"kind": "day", "month": 4, "day": 22}, by=None),
            lambda: keeping.move(anchor, date(2020, 4, 22), to=date(2020, 4, 20), by=None),
            lambda: keeping.put_back(anchor, date(2020, 4, 22), by=None),
            lambda: keeping.turn(anchor, off=True, by=None),
        )
    ):
        with clock.frozen(clock.now() + timedelta(minutes=number + 1)):
            act()
            feeds.append(feed(cast))
            assert feeds[-1].last_modified == clock.now()
    assert len({it.etag for it in feeds}) == len(feeds)


def test_the_years_move_on(app: Flask, cast: Cast) -> None:
    placed(cast)
    before = feed(cast)
    with clock.frozen(clock.midnight(date(2021, 1, 1))):
        after = feed(cast)
        assert [day for _name, day in days(cast)] == ["2020-06-05", "2021-06-05", "2022-06-05"]
    assert (before.etag == after.etag, after.last_modified) == (False, clock.midnight(date(2021, 1, 1)))


@pytest.mark.parametrize("number", [1, 3])
def test_a_fixed_number_of_queries(
    app: Flask, cast: Cast, count_queries: Callable[[], AbstractContextManager[list[str]]], number: int
) -> None:
    for day in range(number):
        keeping.move(placed(cast, f"主题{day}", day=day + 1), date(2020, 6, day + 1), to=None, by=None)
    db.session.commit()
    slug = cast.subdistrict.slug
    with count_queries() as queries:
        assert themes.of(slug, base_url=BASE_URL)
    assert len(queries) == 4


def test_by_http(client: FlaskClient, cast: Cast) -> None:
    placed(cast)
    answer = client.get(address(cast), headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Last-Modified"] == http_date(clock.now())
    assert re.fullmatch('"[0-9a-f]{32}"', answer.headers["ETag"])
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert {"Set-Cookie", "Content-Disposition", "Content-Encoding"} & set(answer.headers.keys()) == set()
    assert len(reading.events(answer.data)) == 3
    packed = client.get(address(cast), headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == answer.data


def test_304(client: FlaskClient, cast: Cast) -> None:
    anchor = placed(cast)
    answer = client.get(address(cast))
    known = [
        {"If-None-Match": answer.headers["ETag"]},
        {"If-Modified-Since": answer.headers["Last-Modified"]},
    ]
    for sent in known:
        again = client.get(address(cast), headers=sent)
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", answer.headers["ETag"])
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        keeping.move(anchor, date(2020, 6, 5), to=None, by=None)
        for sent in known:
            changed = client.get(address(cast), headers=sent)
            assert (changed.status_code, len(reading.events(changed.data))) == (200, 2)


@pytest.mark.parametrize("slug", ["aaaaaaaa", "%00", "²", "community"])
def test_an_unknown_one_helps_on(client: FlaskClient, cast: Cast, slug: str) -> None:
    slug = cast.community.slug if slug == "community" else slug
    for path in (f"/calendars/themes/{slug}.ics", f"/calendars/themes/{slug}"):
        answer = client.get(path)
        assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_where_one_subscribes(client: FlaskClient, cast: Cast) -> None:
    assert ".ics" not in client.get("/themes/calendar").text
    placed(cast)
    answer = client.get(f"/calendars/themes/{cast.subdistrict.slug}")
    assert (answer.status_code, answer.location) == (
        303,
        f"/themes/calendar?office={cast.subdistrict.slug}#subscribe",
    )
    page = client.get(answer.location.partition("#")[0]).text
    assert ('id="subscribe"' in page, f"webcal://127.0.0.1:8000{address(cast)}" in page) == (True, True)
