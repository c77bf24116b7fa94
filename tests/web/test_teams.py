"""The list of teams, and a team's public page."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, time, timedelta

from flask.testing import FlaskClient

from volunteer_app import clock
from volunteer_app.activities.models import ActivityState
from volunteer_app.people.models import Account
from volunteer_app.teams.models import TeamKind

from ..factories import Cast, make_activity, make_attendance, make_team

SignIn = Callable[[FlaskClient, Account], None]


def test_a_team(client: FlaskClient, cast: Cast) -> None:
    team = cast.team
    team.weekday, team.slot_starts, team.slot_ends, team.place_text = 2, time(19), time(20, 30), "凉亭"
    team.founded = date(2019, 1, 5)
    make_activity(team, "接下来的")
    held = make_activity(team, "开过的", starts_at=clock.now() - timedelta(days=7), state=ActivityState.HELD)
    make_attendance(held)
    page = client.get(f"/teams/{team.slug}").text
    for words in (
        "云台里<wbr>志愿服务队</h1>",
        "每周三",
        "19:00–20:30",
        "云台社区云台里5号院",
        "2019年1月",
        "赵*国",
        "接下来的",
        "开过的",
        "1 场活动，1 人次",
        f"/calendars/teams/{team.slug}.ics",
        f'href="/places/{cast.compound.slug}/week"',
    ):
        assert words in page, words
    assert "赵建国" not in page
    assert str(cast.leader.phone) not in page


def test_the_office_sees_whom_to_call(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.officer)
    page = client.get(f"/teams/{cast.team.slug}").text
    assert f'href="/people/{cast.leader.person_id}"' in page
    assert str(cast.leader.phone) in page


def test_unknown(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/teams/nothing1").status_code == 404


def test_the_list(client: FlaskClient, cast: Cast) -> None:
    make_team(cast.compound, "云台里合唱团", TeamKind.CULTURAL_GROUP)
    make_team(cast.elsewhere, "柳浪的队")
    page = client.get("/teams/").text
    assert ("云台里合唱团" in page, "柳浪的队" in page) == (True, False)
    assert "2 支队伍" in page
    chosen = client.get("/teams/?kind=cultural_group").text
    assert "1 支队伍" in chosen
    assert "没有符合条件的队伍" in client.get("/teams/?q=击剑").text
    assert client.get("/teams/?kind=club").status_code == 404
    assert client.get("/teams/?sort=shoe-size&page=x").status_code == 200


def test_search_is_shown_again_and_escaped(client: FlaskClient, cast: Cast) -> None:
    page = client.get('/teams/?q="><script>').text
    assert "<script>alert" not in page
    assert 'value="&#34;&gt;&lt;script&gt;"' in page


def test_the_number_of_queries_does_not_grow(
    client: FlaskClient, cast: Cast, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    def number(address: str) -> int:
        with count_queries() as found:
            client.get(address)
        return len(found)

    make_activity(cast.team)
    client.get("/more")  # asks once a process whether this is a demo
    before = number("/teams/"), number(f"/teams/{cast.team.slug}")
    for n in range(3):
        make_team(cast.compound)
        make_activity(cast.team, starts_at=clock.now() + timedelta(days=2 + n))
    # A minute later the kept page of the team is rendered anew.
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        assert (number("/teams/"), number(f"/teams/{cast.team.slug}")) == before
