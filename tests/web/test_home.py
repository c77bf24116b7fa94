"""The week's page."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from volunteer_app import clock
from volunteer_app.activities import stamps
from volunteer_app.activities.models import ActivityState, ThemeField
from volunteer_app.database import db
from volunteer_app.people.models import Account
from volunteer_app.teams.models import TeamKind
from volunteer_app.workdays import SpecialDay, SpecialKind

from ..factories import (
    Cast,
    make_activity,
    make_attendance,
    make_community,
    make_compound,
    make_sign_up,
    make_team,
    make_theme,
)


def titles(page: str) -> list[str]:
    return [re.sub("<[^>]*>", "", title) for title in re.findall(r"<h3><a[^>]*>(.*?)</a></h3>", page)]


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def test_an_empty_database_says_what_to_do(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "还没有街道的资料" in page
    assert 'href="/ledgers/"' in page


def test_this_week_by_day(client: FlaskClient, cast: Cast) -> None:
    make_activity(cast.team, "上周的", starts_at=at("2020-11-22T09:00"))
    make_activity(cast.team, "周一的", starts_at=at("2020-11-23T00:00"), state=ActivityState.HELD)
    make_activity(cast.team, "今天的", starts_at=at("2020-11-25T19:00"), places=20)
    make_activity(cast.team, "周日的", starts_at=at("2020-11-29T23:00"), minutes=120)
    make_activity(cast.team, "下周的", starts_at=at("2020-11-30T00:00"))
    page = client.get("/").text
    assert titles(page) == ["助邻：周一的", "助邻：今天的", "助邻：周日的"]
    assert "11月23日–29日" in page
    assert "还有 20 个名额" in page
    assert "次日01:00" in page
    assert page.count('class="day is-today"') == 1


def test_other_weeks(client: FlaskClient, cast: Cast) -> None:
    make_activity(cast.team, "去年的", starts_at=at("2020-01-02T09:00"))
    assert titles(client.get("/?week=2020-W01").text) == ["助邻：去年的"]
    assert titles(client.get("/?week=2020-01-05").text) == ["助邻：去年的"]
    empty = client.get("/?week=2020-W10").text
    assert "这一周没有安排活动" in empty
    assert 'href="/?week=2020-W01"' in empty


def test_the_month_is_near(client: FlaskClient, cast: Cast) -> None:
    office, community = cast.subdistrict.slug, cast.community.slug
    for address, month in {
        "/": f"/places/{office}/month",
        # The month in which most of its days lie.
        "/?week=2020-W36": f"/places/{office}/month?month=2020-09",
        "/?week=2020-W40": f"/places/{office}/month?month=2020-10",
        f"/?community={community}": f"/places/{community}/month",
    }.items():
        assert f'href="{month}"' in client.get(address).text, address
        assert client.get(month).status_code == 200


def test_without_an_office_there_is_no_month(sqlite_client: FlaskClient) -> None:
    assert "/month" not in sqlite_client.get("/").text


@pytest.mark.parametrize("address", ["/?week=2020-W60", "/?week=x", "/?week=9999-W53", "/?kind=x", "/?theme=x"])
def test_what_is_unknown_is_a_page_that_helps(client: FlaskClient, cast: Cast, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert "回到本周" in response.text


def test_filters(client: FlaskClient, cast: Cast) -> None:
    dancers = make_team(make_compound(make_community(cast.subdistrict, "东坡社区")), kind=TeamKind.CULTURAL_GROUP)
    make_activity(dancers, make_theme(cast.subdistrict, "新曲目", ThemeField.CULTURE))
    make_activity(cast.team, make_theme(cast.subdistrict, "查电线", ThemeField.SAFETY))
    for address, found in {
        "/?kind=cultural_group": ["文体：新曲目"],
        "/?theme=safety": ["安全：查电线"],
        f"/?community={cast.community.slug}": ["安全：查电线"],
        "/?kind=cultural_group&theme=safety": [],
        "/?community=unknown1": ["文体：新曲目", "安全：查电线"],
    }.items():
        assert titles(client.get(address).text) == found, address
    assert "没有符合筛选条件的活动" in client.get("/?kind=cultural_group&theme=safety").text


def test_holidays_and_makeup_workdays_are_named(client: FlaskClient, cast: Cast) -> None:
    page = client.get("/?week=2020-W41").text
    assert (page.count("国庆节放假"), page.count("中秋节放假")) == (3, 1)
    assert "调休上班" in page
    assert "National Day</small>" in client.get("/?week=2020-W41", headers={"Accept-Language": "en"}).text


def test_an_office_s_own_special_day(client: FlaskClient, cast: Cast) -> None:
    db.session.add(SpecialDay(day=clock.today(), kind=SpecialKind.HOLIDAY, name="建区纪念日"))
    assert "建区纪念日放假" in client.get("/").text


def test_past_activities_say_how_many_came(client: FlaskClient, cast: Cast) -> None:
    activity = make_activity(cast.team, starts_at=at("2020-11-24T09:00"), state=ActivityState.HELD, headcount=7)
    make_attendance(activity)
    assert "8 人参加" in client.get("/").text


def test_a_kept_page_learns_of_every_change(client: FlaskClient, cast: Cast) -> None:
    activity = make_activity(cast.team, "旧题", starts_at=at("2020-11-27T09:00"), places=20)
    stamps.raise_shown(stamps.subjects_of(activity))
    first = client.get("/")
    assert client.get("/", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    make_sign_up(activity)
    stamps.raise_counted(stamps.subjects_of(activity))
    second = client.get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert (second.status_code, "还有 19 个名额" in second.text) == (200, True)
    activity.theme.name = "新题"
    stamps.raise_shown(stamps.subjects_of(activity))
    assert titles(client.get("/").text) == ["助邻：新题"]


@pytest.mark.now("2020-11-25T08:59:30+08:00")
def test_a_kept_page_learns_of_the_time(client: FlaskClient, cast: Cast, now: datetime) -> None:
    make_activity(cast.team, starts_at=at("2020-11-25T09:00"))
    assert "正在进行" not in client.get("/").text
    with clock.frozen(now + timedelta(seconds=30)):
        assert "正在进行" in client.get("/").text


def test_guests_get_a_compressed_page_when_they_ask_for_it(client: FlaskClient, cast: Cast) -> None:
    plain, packed = client.get("/"), client.get("/", headers={"Accept-Encoding": "gzip"})
    assert plain.headers.get("Content-Encoding") is None
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) < len(plain.data) / 2


def test_who_is_signed_in_gets_a_page_of_their_own(
    client: FlaskClient, cast: Cast, sign_in: Callable[[FlaskClient, Account], None]
) -> None:
    client.get("/")
    sign_in(client, cast.officer)
    page = client.get("/")
    assert "钱晓岚" in page.text
    assert "ETag" not in page.headers


def test_two_offices(client: FlaskClient, cast: Cast) -> None:
    make_activity(make_team(cast.elsewhere), "柳浪的")
    make_activity(cast.team, "青云的")
    assert titles(client.get("/").text) == ["助邻：青云的"]
    assert titles(client.get(f"/?office={cast.elsewhere.slug}").text) == ["助邻：柳浪的"]
    assert titles(client.get("/").text) == ["助邻：柳浪的"], "this device remembers it"
    assert titles(client.get(f"/?office={cast.subdistrict.slug}").text) == ["助邻：青云的"]


def test_a_long_day_is_parted(client: FlaskClient, cast: Cast) -> None:
    for hour in (8, 9, 10, 11, 13, 14, 15, 16):
        make_activity(make_team(cast.compound), starts_at=at(f"2020-11-28T{hour:02}:00"))
    assert "下午</li>" not in client.get("/").text
    activity = make_activity(make_team(cast.compound), starts_at=at("2020-11-28T19:00"))
    stamps.raise_shown(stamps.subjects_of(activity))
    page = client.get("/").text
    assert [page.count(f"{part}</li>") for part in ("上午", "下午", "晚上")] == [1, 1, 1]


def test_the_number_of_queries_does_not_grow(
    app: Flask, client: FlaskClient, cast: Cast, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    def number() -> int:
        with count_queries() as found:
            client.get("/", headers={"Cookie": "lang=zh"})
        return len(found)

    stamps.raise_shown(stamps.subjects_of(make_activity(cast.team)))
    client.get("/more")  # asks once a process whether this is a demo
    one = number()
    assert number() == 2, "kept: the office and its stamp"
    for _ in range(6):
        stamps.raise_shown(stamps.subjects_of(make_activity(make_team(cast.compound), places=2)))
    assert number() == one
