"""Making a month from the pages: preview, ticks, publishing at once, undoing, and who may."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import time, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import Cast, make_other_leader, make_person, make_sign_up, make_team, make_theme
from volunteer_app import clock
from volunteer_app.activities.models import Activity, ActivityState, PlanningRun
from volunteer_app.activities.year.models import AnchorKind, ThemeAnchor
from volunteer_app.database import db
from volunteer_app.people.models import Account
from volunteer_app.teams.models import Team, TeamKind

SignIn = Callable[[FlaskClient, Account], None]
DECEMBER = {"from": "2020-12-01", "to": "2020-12-31"}
QUERY = "?from=2020-12-01&to=2020-12-31"


@pytest.fixture
def guard(app: Flask, cast: Cast) -> Team:
    """A volunteer team on Wednesdays, and a theme for each week."""
    cast.team.weekday = None
    theme = make_theme(cast.subdistrict, "邻里互助")
    db.session.add(ThemeAnchor(subdistrict_id=cast.subdistrict.id, theme_id=theme.id, kind=AnchorKind.SPARE))
    slot = {"weekday": 2, "slot_starts": time(19), "slot_ends": time(20, 30)}
    return make_team(cast.compound, "巡逻队", kind=TeamKind.VOLUNTEER_TEAM, **slot)


def ticked(page: str) -> list[str]:
    return re.findall(r'name="make" value="([^"]+)" checked', page)


def made() -> list[Activity]:
    return list(db.session.query(Activity).filter(Activity.run_id.is_not(None)).order_by(Activity.starts_at))


def test_next_month_is_published_in_three_presses(
    client: FlaskClient, cast: Cast, guard: Team, sign_in: SignIn
) -> None:
    sign_in(client, cast.officer)
    assert 'href="/planning/runs/new"' in client.get("/desk/").text
    page = client.get("/planning/runs/new").text
    assert ticked(page) == [f"{guard.id}:2020-12-{day:02}" for day in (2, 9, 16, 23, 30)]
    assert "待排 5 场，已有 0 场，未排 0 场" in page
    answer = client.post("/planning/runs/", data=DECEMBER | {"make": ticked(page), "publish": "1"})
    run = db.session.query(PlanningRun).one()
    assert (answer.status_code, answer.location) == (303, f"/planning/runs/{run.id}")
    assert {it.state for it in made()} == {ActivityState.PUBLISHED}
    shown = client.get(answer.location).text
    assert ("共 5 场" in shown, "发布 5 场草稿" in shown, "撤回" in shown) == (True, False, True)


def test_drafts_of_what_is_ticked_then_published(client: FlaskClient, cast: Cast, guard: Team, sign_in: SignIn) -> None:
    sign_in(client, cast.officer)
    client.post("/planning/runs/", data=DECEMBER | {"make": [f"{guard.id}:2020-12-09", f"{guard.id}:2020-12-16"]})
    assert [it.state for it in made()] == [ActivityState.DRAFT] * 2
    run = db.session.query(PlanningRun).one()
    assert "发布 2 场草稿" in client.get(f"/planning/runs/{run.id}").text
    client.post(f"/planning/runs/{run.id}/publication")
    assert [it.state for it in made()] == [ActivityState.PUBLISHED] * 2
    assert "待排 3 场，已有 2 场，未排 0 场" in client.get(f"/planning/runs/new{QUERY}").text


def test_what_can_not_be_published_is_said_once(client: FlaskClient, cast: Cast, guard: Team, sign_in: SignIn) -> None:
    sign_in(client, cast.officer)
    days = (2, 9, 16)
    answer = client.post("/planning/runs/", data=DECEMBER | {"make": [f"{guard.id}:2020-12-{day:02}" for day in days]})
    client.get(answer.location)
    for n, activity in enumerate(made()[:2], 1):
        activity.starts_at = clock.now() - timedelta(days=n)
    client.post(f"{answer.location}/publication")
    assert sorted(it.state for it in made()) == [ActivityState.DRAFT] * 2 + [ActivityState.PUBLISHED]
    assert client.get(answer.location).text.count("已经过去") == 1


@pytest.mark.parametrize("publish", [{}, {"publish": "1"}])
def test_sent_twice_it_is_made_once_and_leads_to_its_run(
    client: FlaskClient, cast: Cast, guard: Team, sign_in: SignIn, publish: dict[str, str]
) -> None:
    sign_in(client, cast.officer)
    earlier = client.post("/planning/runs/", data=DECEMBER | {"make": [f"{guard.id}:2020-12-02"]})
    client.get(earlier.location)
    data = DECEMBER | {"make": [f"{guard.id}:2020-12-09"]} | publish
    first, second = (client.post("/planning/runs/", data=data) for _ in range(2))
    run = db.session.query(PlanningRun).order_by(PlanningRun.id.desc()).first()
    assert run is not None
    for answer in (first, second):
        assert (answer.status_code, answer.location) == (303, f"/planning/runs/{run.id}")
    page = client.get(second.location).text
    assert page.count("已生成 1 份草稿" if not publish else "已发布 1 场活动") == 2
    assert (db.session.query(PlanningRun).count(), len(made())) == (2, 2)


def test_what_somebody_else_made_is_there_already(
    client: FlaskClient, cast: Cast, guard: Team, sign_in: SignIn
) -> None:
    data = DECEMBER | {"make": [f"{guard.id}:2020-12-09"]}
    for account in (cast.officer, cast.administrator):
        sign_in(client, account)
        answer = client.post("/planning/runs/", data=data)
    assert answer.location == f"/planning/runs/new{QUERY}"
    assert "没有需要新排的活动" in client.get(answer.location).text
    assert client.post("/planning/runs/", data=DECEMBER).location == f"/planning/runs/new{QUERY}"
    assert (db.session.query(PlanningRun).count(), len(made())) == (1, 1)


def test_taking_back(client: FlaskClient, cast: Cast, guard: Team, sign_in: SignIn) -> None:
    sign_in(client, cast.officer)
    client.post("/planning/runs/", data=DECEMBER | {"make": [f"{guard.id}:2020-12-09"], "publish": "1"})
    run = db.session.query(PlanningRun).one()
    assert "将删除 1 场活动" in client.get(f"/planning/runs/{run.id}/undoing").text
    make_sign_up(made()[0], make_person())
    refused = client.post(f"/planning/runs/{run.id}/undoing")
    assert (refused.status_code, "已经有人报名" in refused.text, len(made())) == (409, True, 1)


def test_taken_back_it_is_gone(client: FlaskClient, cast: Cast, guard: Team, sign_in: SignIn) -> None:
    sign_in(client, cast.officer)
    client.post("/planning/runs/", data=DECEMBER | {"make": [f"{guard.id}:2020-12-09"], "publish": "1"})
    run = db.session.query(PlanningRun).one()
    answer = client.post(f"/planning/runs/{run.id}/undoing")
    assert (answer.status_code, made()) == (303, [])
    assert "已撤回" in client.get(answer.location).text
    assert client.post(f"/planning/runs/{run.id}/undoing").status_code == 409
    assert "没有可以撤回的活动" in client.get(f"/planning/runs/{run.id}/undoing").text


@pytest.mark.parametrize(
    "query",
    [
        "?from=2020-12-31&to=2020-12-01",
        "?from=2020-12-01&to=2021-12-01",
        "?from=nonsense&to=2020-12-01",
        "?from=2020-12-01",
        "?from=9999-12-31&to=9999-12-31",
    ],
)
def test_days_that_cannot_be_planned(
    sqlite_client: FlaskClient, sqlite_app: Flask, cast: Cast, sign_in: SignIn, query: str
) -> None:
    sign_in(sqlite_client, cast.officer)
    page = sqlite_client.get(f"/planning/runs/new{query}")
    assert (page.status_code, 'class="wrong"' in page.text, ticked(page.text)) == (200, True, [])
    data = dict(part.split("=") for part in query[1:].split("&"))
    assert sqlite_client.post("/planning/runs/", data=data).status_code == 422
    assert db.session.query(PlanningRun).count() == 0


def test_leaders_plan_their_team_alone(client: FlaskClient, cast: Cast, guard: Team, sign_in: SignIn) -> None:
    cast.team.weekday = 3
    cast.team.slot_starts, cast.team.slot_ends = time(9), time(10)
    sign_in(client, cast.leader)
    page = client.get(f"/planning/runs/new{QUERY}").text
    assert {key.partition(":")[0] for key in ticked(page)} == {str(cast.team.id)}
    client.post("/planning/runs/", data=DECEMBER | {"make": [f"{guard.id}:2020-12-09", f"{cast.team.id}:2020-12-10"]})
    assert [it.team_id for it in made()] == [cast.team.id]
    run = db.session.query(PlanningRun).one()
    assert client.get(f"/planning/runs/{run.id}").status_code == 200
    for account, status in ((cast.officer, 200), (cast.secretary, 403), (cast.outsider, 403), (cast.volunteer, 403)):
        sign_in(client, account)
        assert client.get(f"/planning/runs/{run.id}").status_code == status
    sign_in(client, make_other_leader(cast))
    assert f"/planning/runs/{run.id}" not in client.get("/planning/runs/").text
    assert client.post(f"/planning/runs/{run.id}/undoing").status_code == 403


def test_the_list_of_runs(client: FlaskClient, cast: Cast, guard: Team, sign_in: SignIn) -> None:
    sign_in(client, cast.officer)
    assert "还没有批量排过期" in client.get("/planning/runs/").text
    client.post("/planning/runs/", data=DECEMBER | {"make": [f"{guard.id}:2020-12-09"]})
    assert f'href="/planning/runs/{db.session.query(PlanningRun).one().id}"' in client.get("/planning/runs/").text


def test_volunteers_and_guests_plan_nothing(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    assert client.get("/planning/runs/new").status_code == 303
    sign_in(client, cast.volunteer)
    for address in ("", "new"):
        assert client.get(f"/planning/runs/{address}").status_code == 403
    assert client.post("/planning/runs/", data=DECEMBER).status_code == 403


def test_the_number_of_queries_does_not_grow(
    client: FlaskClient,
    cast: Cast,
    guard: Team,
    sign_in: SignIn,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    sign_in(client, cast.officer)
    client.get("/planning/runs/new")

    def number() -> int:
        with count_queries() as queries:
            client.get("/planning/runs/new")
        return len(queries)

    one = number()
    for n in range(5):
        slot = {"weekday": n, "slot_starts": time(9), "slot_ends": time(10)}
        make_team(cast.compound, f"第{n}队", kind=TeamKind.VOLUNTEER_TEAM, **slot)
    assert number() == one
