"""An activity's page, and the office's list."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from volunteer_app import clock
from volunteer_app.activities.models import ActivityState, SignUpState
from volunteer_app.people.models import Account, Role

from ..factories import (
    Cast,
    make_account,
    make_activity,
    make_attendance,
    make_community,
    make_other_leader,
    make_shift,
    make_sign_up,
    make_team,
)

SignIn = Callable[[FlaskClient, Account], None]


def test_what_when_where_and_whom_to_ask(client: FlaskClient, cast: Cast) -> None:
    activity = make_activity(
        cast.team,
        "冬季用火安全",
        starts_at=datetime.fromisoformat("2020-11-25T19:00+08:00"),
        places=20,
        about="第一段。\n第二段。",
        bring="旧插座",
    )
    make_sign_up(activity)
    page = client.get(f"/activities/{activity.id}").text
    for words in (
        "冬季用火安全</h1>",
        '<span class="nb">今天</span> <span class="nb">19:00–20:30</span>',
        "11月25日（周三）19:00–20:30",
        "<p>第一段。</p><p>第二段。</p>",
        "旧插座",
        "还有 19 个名额",
        "最多 1.5 小时",
        "010-55550100",
    ):
        assert words in page, words


def test_the_leader_is_masked_for_all_but_the_office(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    address = f"/activities/{make_activity(cast.team).id}"
    phone = str(cast.leader.phone)
    for account in (None, cast.volunteer, cast.outsider):
        if account:
            sign_in(client, account)
        page = client.get(address).text
        assert "赵*国" in page
        assert "赵建国" not in page
        assert phone not in page
    sign_in(client, cast.officer)
    page = client.get(address).text
    assert "赵建国" in page
    assert phone in page


def test_cancelled_with_its_reason_and_the_next_one(client: FlaskClient, cast: Cast) -> None:
    activity = make_activity(cast.team, state=ActivityState.CANCELLED, cancel_reason="场地检修")
    following = make_activity(cast.team, "下一场的题", starts_at=clock.now() + timedelta(days=8))
    page = client.get(f"/activities/{activity.id}").text
    assert "场地检修" in page
    assert f'href="/activities/{following.id}"' in page


def test_shifts_are_mentioned_where_there_are_several(client: FlaskClient, cast: Cast) -> None:
    activity = make_activity(cast.team, places=3)
    make_shift(activity, title="布置场地", places=2)
    page = client.get(f"/activities/{activity.id}").text
    assert "布置场地" in page
    assert "还有 5 个名额" in page


def test_over_says_how_many_came(client: FlaskClient, cast: Cast) -> None:
    activity = make_activity(cast.team, starts_at=clock.now() - timedelta(days=1), state=ActivityState.HELD)
    make_attendance(activity)
    assert "1 人参加" in client.get(f"/activities/{activity.id}").text


@pytest.mark.parametrize(
    ("who", "status"), [(None, 403), ("volunteer", 403), ("outsider", 403), ("officer", 200), ("administrator", 200)]
)
def test_a_draft_is_the_office_s_own(
    client: FlaskClient, cast: Cast, sign_in: SignIn, who: str | None, status: int
) -> None:
    activity = make_activity(cast.team, state=ActivityState.DRAFT)
    if who:
        sign_in(client, getattr(cast, who))
    assert client.get(f"/activities/{activity.id}").status_code == status


def test_unknown(client: FlaskClient, cast: Cast) -> None:
    response = client.get("/activities/999999")
    assert response.status_code == 404
    assert "这里没有内容" in response.text


def test_in_wechat_it_says_how_to_get_to_a_browser(client: FlaskClient, cast: Cast) -> None:
    address = f"/activities/{make_activity(cast.team).id}"
    assert "在浏览器打开" not in client.get(address).text
    assert "在浏览器打开" in client.get(address, headers={"User-Agent": "Mozilla/5.0 MicroMessenger/8.0"}).text


def test_the_list_is_of_those_who_run_it(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    other = make_other_leader(cast)
    draft = ActivityState.DRAFT
    make_activity(cast.team, "本队的", state=draft)
    make_activity(make_team(cast.compound), "同院的", state=draft)
    make_activity(make_team(make_community(cast.subdistrict)), "别的社区的", state=draft)
    make_activity(make_team(cast.elsewhere), "柳浪的", state=draft)
    own = make_activity(cast.team, "没有队伍的", starts_at=clock.now() + timedelta(days=2), state=draft)
    own.team_id = None

    def listed() -> list[str]:
        page = client.get("/activities/").text
        titles = ("本队的", "同院的", "别的社区的", "柳浪的", "没有队伍的")
        return [title for title in titles if f"{title}</a>" in page]

    assert client.get("/activities/").status_code == 303
    sign_in(client, cast.volunteer)
    assert client.get("/activities/").status_code == 403
    organizer = make_account("杨帆", Role.ORGANIZER, place=cast.compound)
    for account, titles in (
        (cast.leader, ["本队的"]),
        (other, []),
        (organizer, ["本队的", "同院的", "没有队伍的"]),
        (cast.secretary, ["本队的", "同院的", "没有队伍的"]),
        (cast.officer, ["本队的", "同院的", "别的社区的", "没有队伍的"]),
        (cast.outsider, ["柳浪的"]),
        (cast.administrator, ["本队的", "同院的", "别的社区的", "没有队伍的"]),
    ):
        sign_in(client, account)
        assert listed() == titles
    for account in (cast.officer, cast.leader):
        sign_in(client, account)
        assert client.get(f"/activities/?office={cast.elsewhere.slug}").status_code == 403
        assert client.get(f"/activities/?office={cast.subdistrict.slug}").status_code == 200


def test_the_list_leads_to_what_is_to_be_done(sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    activity = make_activity(cast.team, places=2)
    for state in (SignUpState.CONFIRMED, SignUpState.CONFIRMED, SignUpState.WAITING):
        make_sign_up(activity, state=state)
    cancelled = make_activity(make_team(cast.compound), state=ActivityState.CANCELLED)
    sign_in(sqlite_client, cast.secretary)
    page = sqlite_client.get("/activities/").text
    for words in ("2/2，候补 1 人", f"/activities/{activity.id}/sign-ups", f"/activities/{activity.id}/attendance"):
        assert words in page, words
    assert f"/activities/{activity.id}/edit" in page
    assert f"/activities/{cancelled.id}/edit" not in page
    assert "/activities/new" in page
    only = sqlite_client.get(f"/activities/?team={cast.team.slug}").text
    assert (f'href="/activities/{activity.id}"' in only, f'href="/activities/{cancelled.id}"' in only) == (True, False)
    assert sqlite_client.get("/activities/?team=nothing").status_code == 404


def test_an_empty_list_has_a_next_step(sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(sqlite_client, cast.leader)
    assert "安排第一场活动" in sqlite_client.get("/activities/").text
    assert "没有符合条件的活动" in sqlite_client.get("/activities/?state=draft").text


def test_the_list_searches_filters_sorts_and_pages(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    for n in range(55):
        make_activity(cast.team, f"第{n:02}课", starts_at=clock.now() + timedelta(days=n))
    make_activity(cast.team, "草稿课", starts_at=clock.now() + timedelta(days=60), state=ActivityState.DRAFT)
    sign_in(client, cast.officer)
    first, second = client.get("/activities/").text, client.get("/activities/?page=2").text
    assert ("第00课" in first, "第54课" in first, "第54课" in second) == (True, False, True)
    assert "草稿课" in client.get("/activities/?sort=-time").text
    assert "第 2 页，共 2 页" in client.get("/activities/?page=99").text
    only = client.get("/activities/?state=draft").text
    assert ("草稿课" in only, "第01课" in only) == (True, False)
    assert "第07课" in client.get("/activities/?q=07").text
    assert "没有符合条件的活动" in client.get("/activities/?q=没有这个").text


def test_the_list_begins_with_what_comes_next(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    for days, title in ((-9, "上上周的"), (-2, "前天的"), (1, "明天的"), (8, "下周的")):
        make_activity(cast.team, title, starts_at=clock.now() + timedelta(days=days))
    sign_in(client, cast.officer)

    def listed(address: str) -> list[str]:
        page = client.get(address).text
        titles = [title for title in ("上上周的", "前天的", "明天的", "下周的") if f"{title}</a>" in page]
        return sorted(titles, key=page.index)

    assert listed("/activities/") == ["明天的", "下周的"]
    assert listed("/activities/?when=past") == ["前天的", "上上周的"]
    assert listed("/activities/?when=all") == ["下周的", "明天的", "前天的", "上上周的"]
    assert listed("/activities/?when=all&sort=time") == ["上上周的", "前天的", "明天的", "下周的"]
    assert client.get("/activities/?when=never").status_code == 404


def test_the_number_of_queries_does_not_grow(
    client: FlaskClient,
    cast: Cast,
    sign_in: SignIn,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    sign_in(client, cast.officer)

    def number() -> int:
        with count_queries() as found:
            client.get("/activities/")
        return len(found)

    make_activity(cast.team)
    client.get("/more")  # asks once a process whether this is a demo
    one = number()
    for _ in range(3):
        make_activity(make_team(cast.compound))
    assert number() == one
