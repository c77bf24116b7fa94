"""The month of a place and of a team."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, time, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import Cast, make_activity, make_team
from volunteer_app import clock
from volunteer_app.activities.models import Activity, ActivityState
from volunteer_app.activities.planning import changes
from volunteer_app.database import db


def at(cast: Cast, day: int, title: str = "义务理发", **values: object) -> Activity:
    return make_activity(cast.team, title, starts_at=clock.at(date(2020, 11, day), time(9, day)), **values)


def days(page: str) -> dict[int, list[str]]:
    """The titles under each day that has any."""
    found = {}
    for item in re.findall(r'<li class="[^"]*"><p class="date">.*?</li>', page, re.DOTALL):
        day = int(re.search(r'<b class="num">(\d+)</b>', item)[1])
        titles = re.findall(r"<span>([^<]*)</span></a>", item)
        if titles:
            found[day] = titles
    return found


@pytest.mark.parametrize("of", ["places", "teams"])
def test_each_day_has_its_activities(client: FlaskClient, cast: Cast, of: str) -> None:
    slug = cast.compound.slug if of == "places" else cast.team.slug
    at(cast, 4)
    make_activity(cast.team, "清洁楼道", starts_at=clock.at(date(2020, 11, 4), time(22)))
    at(cast, 30, "读书", state=ActivityState.CANCELLED)
    at(cast, 20, "草稿", state=ActivityState.DRAFT)
    make_activity(cast.team, "下月", starts_at=clock.at(date(2020, 12, 1), time(0)))
    page = client.get(f"/{of}/{slug}/month")
    assert page.status_code == 200
    assert days(page.text) == {4: ["义务理发", "清洁楼道"], 30: ["读书"]}
    assert days(client.get(f"/{of}/{slug}/month?month=2020-12").text) == {1: ["下月"]}
    assert f'href="/{of}/{slug}/month"' in client.get(f"/{of}/{slug}").text


def test_holidays_have_names_and_weeks_begin_on_monday(sqlite_client: FlaskClient, cast: Cast) -> None:
    page = sqlite_client.get(f"/places/{cast.compound.slug}/month?month=2020-10").text
    # 1 October 2020 was a Thursday.
    assert '<li class="c4">' in page
    assert ("国庆" in page, "调休上班" in page) == (True, True)
    assert "这个月还没有安排活动" in page


def test_another_team_is_not_in_it(sqlite_client: FlaskClient, cast: Cast) -> None:
    make_activity(make_team(cast.compound), "别队", starts_at=clock.now() + timedelta(days=1))
    assert days(sqlite_client.get(f"/teams/{cast.team.slug}/month").text) == {}
    assert len(days(sqlite_client.get(f"/places/{cast.compound.slug}/month").text)) == 1


def test_a_change_shows_in_the_kept_page(client: FlaskClient, cast: Cast, app: Flask) -> None:
    activity = at(cast, 27)
    address = f"/teams/{cast.team.slug}/month"
    assert days(client.get(address).text) == {27: ["义务理发"]}
    moved = {"starts_at": activity.starts_at + timedelta(days=1), "ends_at": activity.ends_at + timedelta(days=1)}
    changes.change(activity, moved, by=None)
    db.session.commit()
    assert days(client.get(address).text) == {28: ["义务理发"]}


@pytest.mark.parametrize("text", ["2020-13", "x", "1900-01", "9999-12", "2020-11-04"])
def test_what_is_no_month(sqlite_client: FlaskClient, cast: Cast, text: str) -> None:
    answer = sqlite_client.get(f"/teams/{cast.team.slug}/month?month={text}")
    week = sqlite_client.get("/?week=x")
    assert answer.status_code == week.status_code


def test_nobody_and_nothing(sqlite_client: FlaskClient, cast: Cast) -> None:
    assert sqlite_client.get("/teams/aaaaaaaa/month").status_code == 404
    assert sqlite_client.get("/places/aaaaaaaa/month").status_code == 404


def test_the_number_of_queries_does_not_grow(
    client: FlaskClient, cast: Cast, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    address = f"/places/{cast.compound.slug}/month?month=2020-11"

    def number() -> int:
        with count_queries() as queries:
            client.get(address)
        return len(queries)

    at(cast, 26)
    client.get("/places/")
    one = number()
    for day in (27, 28, 29):
        at(cast, day)
    client.application.extensions["kept"]._values.clear()
    assert number() == one
