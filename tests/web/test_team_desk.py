"""The desk for teams: who may do what, bad input, two hands at once, the leader, the end."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from flask.testing import FlaskClient

from volunteer_app.activities.models import ActivityState
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.people.models import Role
from volunteer_app.teams import roster
from volunteer_app.teams.models import HolidayRule, MemberRole, Team, TeamKind
from volunteer_app.web.forms.stale import packed
from volunteer_app.web.forms.teams import shown

from .. import factories
from ..factories import Cast

SignIn = Callable[..., None]


def sent(team: Team, **typed: str) -> dict[str, str]:
    """The edit form of a team as a browser sends it, with what was typed over it."""
    values = {name: "" if value is None else str(value) for name, value in shown(team).items()}
    return {**values, "seen": packed(shown(team)), **typed}


def new(cast: Cast, **typed: str) -> dict[str, str]:
    return {"name": "云台里书画社", "kind": "cultural_group", "place": str(cast.compound.id), **typed}


@pytest.mark.parametrize(
    ("who", "keeps", "edits", "adds"),
    [
        (None, 303, 303, 303),
        ("volunteer", 403, 403, 403),
        ("outsider", 403, 403, 200),
        ("leader", 200, 403, 403),
        ("secretary", 200, 200, 200),
        ("officer", 200, 200, 200),
        ("administrator", 200, 200, 200),
    ],
)
def test_who_may(
    sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, who: str | None, keeps: int, edits: int, adds: int
) -> None:
    if who:
        sign_in(sqlite_client, getattr(cast, who))
    slug = cast.team.slug
    assert sqlite_client.get(f"/teams/{slug}/edit").status_code == keeps
    for page in ("leader", "dissolution"):
        assert sqlite_client.get(f"/teams/{slug}/{page}").status_code == edits
        assert (
            sqlite_client.post(f"/teams/{slug}/{page}").status_code == {200: 422}.get(edits, edits) or page == "leader"
        )
    assert sqlite_client.post(f"/teams/{slug}/restoration").status_code == {200: 303}.get(edits, edits)
    for page in ("new", "dissolved"):
        assert sqlite_client.get(f"/teams/{page}").status_code == adds


def test_adding(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.secretary)
    page = client.get(f"/teams/new?place={cast.compound.slug}").text
    assert f'<option selected value="{cast.compound.id}">' in page
    data = new(cast, weekday="2", slot_starts="19:00", slot_ends="20:30", founded="2019-05-01", about="一\r\n二")
    answer = client.post("/teams/new", data=data)
    team = db.session.query(Team).filter_by(name="云台里书画社").one()
    assert (answer.status_code, answer.location) == (303, f"/teams/{team.slug}")
    assert (team.kind, team.place_id, team.founded) == (TeamKind.CULTURAL_GROUP, cast.compound.id, date(2019, 5, 1))
    assert (team.weekday, team.slot_starts, team.slot_ends, team.about) == (2, time(19), time(20, 30), "一\n二")
    assert client.post("/teams/new", data=data).status_code == 422


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"kind": "club"}, "kind"),
        ({"place": "1"}, "place"),
        ({"weekday": "1"}, "slot_ends"),
        ({"weekday": "1", "slot_starts": "20:00", "slot_ends": "19:00"}, "slot_ends"),
        ({"slot_starts": "soon"}, "slot_starts"),
        ({"founded": "long ago"}, "founded"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, typed: dict[str, str], field: str
) -> None:
    sign_in(sqlite_client, cast.officer)
    answer = sqlite_client.post("/teams/new", data=new(cast, focus="写字画画", **typed))
    assert answer.status_code == 422
    assert f'id="{field}-e"' in answer.text
    assert 'value="写字画画"' in answer.text
    assert db.session.query(Team).count() == 1


def test_changing(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    venue = factories.make_venue(cast.community)
    sign_in(client, cast.officer)
    address = f"/teams/{cast.team.slug}/edit"
    data = sent(cast.team, name="新名字", place=str(cast.community.id), venue=str(venue.id), focus="清洁")
    for _ in range(2):
        assert client.post(address, data=data).status_code == 303
    assert (cast.team.name, cast.team.place, cast.team.venue, cast.team.focus) == (
        "新名字",
        cast.community,
        venue,
        "清洁",
    )
    assert db.session.query(AuditEntry).filter_by(action="change").count() == 1


def test_a_leader_changes_a_part(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.leader)
    address = f"/teams/{cast.team.slug}/edit"
    assert 'name="kind"' not in client.get(address).text
    data = sent(cast.team, name="我的队", kind="owners_committee", focus="清洁", place_text="大门口")
    assert client.post(address, data=data).status_code == 303
    team = cast.team
    assert (team.name, team.kind) == ("云台里志愿服务队", TeamKind.VOLUNTEER_TEAM)
    assert (team.focus, team.place_text) == ("清洁", "大门口")


def test_no_place_outside_ones_own(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    other = factories.make_compound(factories.make_community(cast.subdistrict))
    sign_in(client, cast.secretary)
    assert client.post(f"/teams/{cast.team.slug}/edit", data=sent(cast.team, place=str(other.id))).status_code == 422
    assert client.post("/teams/new", data=new(cast, place=str(other.id))).status_code == 422


def test_two_hands_at_once(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.officer)
    data = sent(cast.team, name="我的名字")
    cast.team.name = "她的名字"
    answer = client.post(f"/teams/{cast.team.slug}/edit", data=data)
    assert answer.status_code == 409
    assert ('value="我的名字"' in answer.text, "她的名字" in answer.text) == (True, True)
    again = {**data, "seen": packed(shown(cast.team))}
    assert client.post(f"/teams/{cast.team.slug}/edit", data=again).status_code == 303
    assert cast.team.name == "我的名字"


class TestTheLeader:
    def post(self, client: FlaskClient, cast: Cast, **typed: str) -> Any:
        seen = packed({"member": str(cast.team.leader_id or "")})
        return client.post(f"/teams/{cast.team.slug}/leader", data={"seen": seen, **typed})

    def test_one_of_the_members(self, client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
        sign_in(client, cast.officer)
        assert self.post(client, cast, member=str(cast.volunteer.person_id)).status_code == 303
        assert cast.team.leader == cast.volunteer.person
        membership = roster.of(cast.team, cast.volunteer.person)
        assert membership
        assert membership.role is MemberRole.LEADER
        assert self.post(client, cast, member="").status_code == 303
        assert cast.team.leader is None

    def test_somebody_by_name_and_phone(self, client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
        sign_in(client, cast.officer)
        assert self.post(client, cast, member="other").status_code == 422
        alike = self.post(client, cast, member="other", name="孙桂兰", phone="19912345678")
        assert (alike.status_code, cast.volunteer.phone in alike.text) == (422, True)
        chosen = self.post(client, cast, member="other", name="孙桂兰", phone="19912345678", who="new")
        assert chosen.status_code == 303
        assert cast.team.leader
        assert (cast.team.leader.phone, cast.team.leader == cast.volunteer.person) == ("19912345678", False)
        assert roster.of(cast.team, cast.team.leader)

    def test_nobody_of_another_team(self, client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
        sign_in(client, cast.officer)
        assert self.post(client, cast, member=str(cast.outsider.person_id)).status_code == 422


def test_dissolving_and_restoring(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    activity = factories.make_activity(cast.team)
    sign_in(client, cast.officer)
    address = f"/teams/{cast.team.slug}/dissolution"
    refused = client.post(address, data={"last_day": "2020-11-24"})
    assert (refused.status_code, f'href="/activities/{activity.id}"' in refused.text) == (409, True)
    activity.state = ActivityState.CANCELLED
    for _ in range(2):
        assert client.post(address, data={"last_day": "2020-11-24"}).status_code == 303
    assert cast.team.dissolved == date(2020, 11, 25)
    assert cast.team.name in client.get("/").text  # what was done is said once
    assert cast.team.name not in client.get("/teams/").text
    assert cast.team.name in client.get("/teams/dissolved").text
    assert client.post(f"/teams/{cast.team.slug}/requests").status_code == 409
    assert client.post(f"/teams/{cast.team.slug}/restoration").status_code == 303
    assert cast.team.dissolved is None


def test_dissolved_teams_of_ones_own_places(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    other = factories.make_team(factories.make_compound(factories.make_community(cast.subdistrict)), "别处的队")
    cast.team.dissolved = other.dissolved = date(2020, 1, 1)
    sign_in(client, factories.make_account("唐亮", Role.LIAISON, place=cast.compound))
    page = client.get("/teams/dissolved").text
    assert (cast.team.name in page, other.name in page) == (True, False)
    assert cast.team.name not in client.get("/teams/dissolved?q=别处").text


def test_what_happens_to_the_slot_on_a_holiday(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.leader)
    team = cast.team
    page = client.get(f"/teams/{team.slug}/edit").text
    assert '<option selected value="skip">不活动</option>' in page
    client.post(f"/teams/{team.slug}/edit", data=sent(team, holiday_rule="shift", slot_planned="no"))
    assert (team.holiday_rule, team.slot_planned, team.plans_by_slot) == (HolidayRule.SHIFT, False, False)
    client.post(f"/teams/{team.slug}/edit", data=sent(team, slot_planned=""))
    assert (team.holiday_rule, team.slot_planned, team.plans_by_slot) == (HolidayRule.SHIFT, None, True)
    answer = client.post(f"/teams/{team.slug}/edit", data=sent(team, holiday_rule="never"))
    assert (answer.status_code, team.holiday_rule) == (422, HolidayRule.SHIFT)
