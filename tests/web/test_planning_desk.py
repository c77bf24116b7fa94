"""The planning desk: what it shows to whom, its filters, and the week's drafts published at once."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, time, timedelta

import pytest
from flask.testing import FlaskClient

from tests.factories import Cast, make_activity, make_compound, make_membership, make_team, make_venue
from volunteer_app.activities.models import Activity, ActivityState
from volunteer_app.database import db
from volunteer_app.people.models import Account
from volunteer_app.teams.models import TeamKind

SignIn = Callable[[FlaskClient, Account], None]
ENGLISH = {"Accept-Language": "en"}
WEDNESDAY = datetime.fromisoformat("2020-11-25T19:00+08:00")


def text(client: FlaskClient, address: str) -> str:
    """What a page says in English, without its tags."""
    answer = client.get(address, headers=ENGLISH)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.text))


def test_a_week(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    cast.team.weekday, cast.team.slot_starts, cast.team.slot_ends = 2, time(19), time(20, 30)
    venue = make_venue(cast.compound, "小广场")
    make_activity(cast.team, "义诊", starts_at=WEDNESDAY, venue_id=venue.id)
    other = make_team(cast.compound, "书画社")
    make_activity(other, "写春联", starts_at=WEDNESDAY, venue_id=venue.id, state=ActivityState.DRAFT)
    make_team(cast.compound, "空着的队")
    sign_in(client, cast.officer)
    page = text(client, "/planning/")
    assert "Planning 23–29 November" in page
    assert "3 teams, 2 activities. 2 activities clash." in page
    for count in ("All 3", "With clashes 2", "Nothing planned 1", "With drafts 1"):
        assert count in page
    assert "Clash: 书画社 uses 小广场 too, 19:00–20:30" in page
    assert "Every Wed 19:00–20:30" in page
    assert "Nothing is planned this week. Plan one: 空着的队" in page
    assert "Publish 1 draft" in page
    assert "Wed today 25" in page


def test_a_coming_week_can_be_made(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.officer)
    assert 'href="/planning/runs/new"' in client.get("/planning/").text
    page = client.get("/planning/?week=2020-W49").text
    (address,) = re.findall(r'href="(/planning/runs/new\?[^"]+)"', page)
    assert address == "/planning/runs/new?from=2020-11-30&amp;to=2020-12-06"
    assert client.get(address.replace("&amp;", "&")).status_code == 200


def test_filters(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    make_activity(cast.team, "义诊", starts_at=WEDNESDAY)
    make_team(cast.subdistrict, "街道合唱队", TeamKind.CULTURAL_GROUP)
    sign_in(client, cast.officer)
    for query, shown in {
        "": {"云台里志愿服务队", "街道合唱队"},
        "show=empty": {"街道合唱队"},
        "show=clashes": set(),
        "show=drafts": set(),
        "kind=cultural_group": {"街道合唱队"},
        f"community={cast.community.slug}": {"云台里志愿服务队"},
        "week=2020-W49&show=empty": {"云台里志愿服务队", "街道合唱队"},
    }.items():
        for page in ("/planning/", "/planning/print"):
            answer = client.get(f"{page}?{query}").text.replace("<wbr>", "")
            assert {name for name in ("云台里志愿服务队", "街道合唱队") if name in answer} == shown, (page, query)
    assert client.get("/planning/?show=nothing").status_code == 404
    assert client.get("/planning/?week=nothing").status_code == 404


@pytest.mark.parametrize("page", ["/planning/", "/planning/print", "/planning/publication"])
def test_only_for_those_who_plan(client: FlaskClient, cast: Cast, sign_in: SignIn, page: str) -> None:
    assert client.get(page).status_code == 303
    sign_in(client, cast.volunteer)
    assert client.get(page).status_code == 403
    sign_in(client, cast.leader)
    assert client.get(page).status_code == 200


def test_cancelled_is_struck_and_the_past_cannot_be_moved(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    gone = make_activity(cast.team, "停了的课", starts_at=WEDNESDAY, state=ActivityState.CANCELLED)
    past = make_activity(cast.team, "周一的课", starts_at=WEDNESDAY - timedelta(days=2))
    coming = make_activity(cast.team, "周五的课", starts_at=WEDNESDAY + timedelta(days=2))
    sign_in(client, cast.leader)
    page = client.get("/planning/").text
    assert "<s>停了的课</s>" in page
    assert [f"/activities/{it.id}/move" in page for it in (gone, past, coming)] == [False, False, True]


def test_publishing_the_drafts(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    coming = make_activity(cast.team, "义诊", starts_at=WEDNESDAY, state=ActivityState.DRAFT)
    past = make_activity(cast.team, "晨练", starts_at=WEDNESDAY - timedelta(days=1), state=ActivityState.DRAFT)
    sign_in(client, cast.leader)
    page = client.get("/planning/publication").text
    ids = re.findall(r'name="activity" value="(\d+)" checked', page)
    assert sorted(map(int, ids)) == sorted([coming.id, past.id])
    answer = client.post("/planning/publication?week=2020-W48", data={"activity": ids}, headers=ENGLISH)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/planning/?week=2020-W48")
    assert (coming.state, past.state) == (ActivityState.PUBLISHED, ActivityState.DRAFT)
    page = text(client, "/planning/")
    assert "1 activity is published." in page
    assert "“晨练” lies in the past: choose a later day, then publish it." in page
    client.post("/planning/publication", data={"activity": [coming.id]})
    assert coming.state is ActivityState.PUBLISHED


def test_nothing_ticked(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.leader)
    client.post("/planning/publication", data={}, headers=ENGLISH)
    assert "Tick the drafts that you want to publish." in text(client, "/planning/")
    assert "This week has no drafts." in text(client, "/planning/publication")


def test_drafts_of_others_stay_drafts(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    other = make_activity(make_team(cast.compound), starts_at=WEDNESDAY, state=ActivityState.DRAFT)
    sign_in(client, cast.leader)
    assert client.post("/planning/publication", data={"activity": [other.id]}).status_code == 403
    assert client.post("/planning/publication", data={"activity": [other.id + 1000]}).status_code == 404
    sign_in(client, cast.volunteer)
    assert client.post("/planning/publication", data={}).status_code == 403
    assert db.session.get_one(Activity, other.id).state is ActivityState.DRAFT


def test_no_teams_yet(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.outsider)
    assert "There is no team yet whose week could be planned." in text(client, "/planning/")


@pytest.mark.now("2020-10-07T09:00+08:00")
def test_special_days_are_in_the_headings(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.leader)
    page = text(client, "/planning/")
    assert "National Day" in page
    assert "Make-up workday" in page


def test_a_fixed_number_of_queries(
    client: FlaskClient,
    cast: Cast,
    sign_in: SignIn,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    sign_in(client, cast.officer)
    venue = make_venue(cast.compound)
    numbers = []
    for teams in (3, 63):
        while len(db.session.query(Activity).all()) < teams:
            team = make_team(make_compound(cast.community) if teams == 3 else cast.compound, venue_id=venue.id)
            make_membership(team, cast.volunteer.person)
            make_activity(team, starts_at=WEDNESDAY, venue_id=venue.id)
        client.get("/planning/")
        with count_queries() as queries:
            assert client.get("/planning/").status_code == 200
        numbers.append(len(queries))
    assert numbers[0] == numbers[1] <= 16
