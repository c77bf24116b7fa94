"""Places: the list, a place's page, the week sheet."""

from datetime import datetime

import pytest
from flask.testing import FlaskClient

from volunteer_app.activities.models import ActivityState
from volunteer_app.places.models import Management

from ..factories import Cast, make_activity, make_building, make_compound, make_venue


def test_a_compound(client: FlaskClient, cast: Cast) -> None:
    make_building(cast.compound, "1号楼")
    venue = make_venue(cast.compound, "云台里活动室")
    make_activity(cast.team, "接下来的", venue_id=venue.id)
    page = client.get(f"/places/{cast.compound.slug}").text
    for words in (
        "云台里5号院</h1>",
        "云台社区",
        "无主管",
        "120 户",
        "1号楼",
        "云台里活动室",
        "接下来的",
        "志愿服务队</a>",
        f"/calendars/places/{cast.compound.slug}.ics",
    ):
        assert words in page, words


@pytest.mark.parametrize("which", ["subdistrict", "community", "compound", "elsewhere"])
def test_every_kind_of_place_has_its_page(client: FlaskClient, cast: Cast, which: str) -> None:
    place = getattr(cast, which)
    assert f"{place.name}</h1>" in client.get(f"/places/{place.slug}").text


def test_the_district_has_its_page(client: FlaskClient, cast: Cast) -> None:
    assert cast.subdistrict.parent
    page = client.get(f"/places/{cast.subdistrict.parent.slug}").text
    assert ("青云街道" in page, "柳浪街道" in page) == (True, True)


def test_unknown(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/places/nothing1").status_code == 404
    assert client.get("/places/nothing1/week").status_code == 404
    assert client.get(f"/places/{cast.compound.slug}/week?week=x").status_code == 404


def test_the_list(client: FlaskClient, cast: Cast) -> None:
    make_compound(cast.community, "甲院", management=Management.OWNERS, households=80)
    page = client.get("/places/").text
    assert "2 个楼院" in page
    assert page.index("云台里5号院") < page.index("甲院")
    sorted_page = client.get("/places/?sort=households").text
    assert sorted_page.index("甲院") < sorted_page.index("云台里5号院")
    owners = client.get("/places/?management=owners").text
    assert ("甲院" in owners, "云台里5号院" in owners) == (True, False)
    assert "没有符合条件的楼院" in client.get("/places/?q=没有").text


def test_the_week_sheet(client: FlaskClient, cast: Cast) -> None:
    make_activity(cast.team, "包饺子", starts_at=datetime.fromisoformat("2020-11-28T15:30+08:00"))
    make_activity(
        cast.team,
        "取消了的",
        starts_at=datetime.fromisoformat("2020-11-27T15:30+08:00"),
        state=ActivityState.CANCELLED,
    )
    page = client.get(f"/places/{cast.compound.slug}/week").text
    assert ("包饺子" in page, "取消了的" in page) == (True, False)
    assert page.count("没有活动") == 6
    assert "15:30–17:00" in page
    assert f"http://127.0.0.1:8000/places/{cast.compound.slug}" in page
    assert "11月25日（周三）</span>印" in page
