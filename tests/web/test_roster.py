"""The roster: who sees it, adding and ending, look-alikes; and asking to join."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.people.models import Person, RequestState
from volunteer_app.teams import roster
from volunteer_app.teams.models import MemberRole, Membership, MembershipRequest

from .. import factories
from ..factories import Cast

SignIn = Callable[..., None]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (None, 303),
        ("volunteer", 403),
        ("outsider", 403),
        ("leader", 200),
        ("secretary", 200),
        ("officer", 200),
        ("administrator", 200),
    ],
)
def test_who_may(sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, who: str | None, status: int) -> None:
    if who:
        sign_in(sqlite_client, getattr(cast, who))
    slug, membership = cast.team.slug, roster.of(cast.team, cast.volunteer.person)
    assert membership
    request = roster.ask(cast.team, cast.outsider.person, by=None)
    for page in ("", "/sheet", "/new", f"/{membership.id}/end"):
        assert sqlite_client.get(f"/teams/{slug}/roster{page}").status_code == status
    for action, answer in (("new", 422), (f"{membership.id}/end", 422), (f"{membership.id}/role", 400)):
        assert sqlite_client.post(f"/teams/{slug}/roster/{action}").status_code == (answer if status == 200 else status)
    for action in ("refusal", "approval"):
        answer = sqlite_client.post(f"/teams/{slug}/requests/{request.id}/{action}").status_code
        assert answer == ({"refusal": 303, "approval": 409}[action] if status == 200 else status)


def test_another_leader_sees_nothing(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, factories.make_other_leader(cast))
    assert client.get(f"/teams/{cast.team.slug}/roster").status_code == 403
    own = db.session.query(Membership).filter_by(person_id=cast.volunteer.person_id).one()
    other = factories.make_team(cast.compound)
    sign_in(client, cast.officer)
    # A membership belongs to the team of its address.
    assert client.get(f"/teams/{other.slug}/roster/{own.id}/end").status_code == 404


def test_the_list(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    factories.make_membership(cast.team, factories.make_person("王小明", "19912345678"), since=date(2020, 3, 1))
    sign_in(client, cast.leader)
    page = client.get(f"/teams/{cast.team.slug}/roster").text
    assert 'href="tel:19912345678"' in page
    assert "3月1日" in page
    found = client.get(f"/teams/{cast.team.slug}/roster?q=5678").text
    assert ("王小明" in found, "孙桂兰" in found) == (True, False)
    assert "19912345678" in client.get(f"/teams/{cast.team.slug}/roster/sheet").text


@pytest.mark.parametrize("page", ["roster", "roster/sheet"])
def test_a_fixed_number_of_queries(
    sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, count_queries: Any, page: str
) -> None:
    sign_in(sqlite_client, cast.leader)
    address = f"/teams/{cast.team.slug}/{page}"

    def counted() -> int:
        db.session.commit()
        with count_queries() as queries:
            assert sqlite_client.get(address).status_code == 200
        return len(queries)

    roster.ask(cast.team, factories.make_person(), by=None)
    counted()  # whether this is a demo is known from now on
    first = counted()
    for _ in range(2):
        factories.make_membership(cast.team)
        roster.ask(cast.team, factories.make_person(), by=None)
    assert counted() == first


def test_adding(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.leader)
    address = f"/teams/{cast.team.slug}/roster/new"
    for _ in range(2):
        assert client.post(address, data={"name": "王小明", "phone": "199 1234 5678"}).status_code == 303
    person = db.session.query(Person).filter_by(phone="19912345678").one()
    membership = roster.of(cast.team, person)
    assert membership
    assert (membership.since, membership.role) == (date(2020, 11, 25), MemberRole.MEMBER)
    assert db.session.query(AuditEntry).filter_by(action="join").count() == 1
    for wrong in ({"name": "", "phone": "19912345678"}, {"name": "李四", "phone": "12"}, {"name": "李四", "phone": ""}):
        answer = client.post(address, data=wrong)
        assert (answer.status_code, f'value="{wrong["name"]}"' in answer.text) == (422, True)


def test_the_office_adds_somebody_without_a_phone(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.secretary)
    for _ in range(2):
        answer = client.post(f"/teams/{cast.team.slug}/roster/new", data={"name": "郑奶奶", "phone": "", "who": "new"})
        assert answer.status_code == 303
    assert db.session.query(Person).filter_by(name="郑奶奶").one().phone is None


def test_look_alikes_among_people_one_may_see(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    seen = factories.make_person("王小明", "19911110000")
    factories.make_attendance(factories.make_activity(cast.team), seen)
    factories.make_person("王小明", "19922220000")
    sign_in(client, cast.leader)
    address, data = f"/teams/{cast.team.slug}/roster/new", {"name": "王小明", "phone": "19933330000"}
    answer = client.post(address, data=data)
    assert answer.status_code == 422
    assert ("19911110000" in answer.text, "19922220000" in answer.text) == (True, False)
    assert client.post(address, data=data | {"who": str(seen.id)}).status_code == 303
    assert roster.of(cast.team, seen)
    # Somebody whom one may not see is added like somebody new: it shows nothing.
    hidden = {"name": "王小明", "phone": "19922220000"}
    assert client.post(address, data=hidden | {"who": "new"}).status_code == 303


def test_ending_and_roles(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    membership = factories.make_membership(cast.team, since=date(2020, 1, 1))
    sign_in(client, cast.leader)
    base = f"/teams/{cast.team.slug}/roster/{membership.id}"
    assert client.post(f"{base}/role", data={"role": "leader"}).status_code == 303
    assert membership.role is MemberRole.LEADER
    assert client.post(f"{base}/end", data={"last_day": "2019-12-31"}).status_code == 422
    for _ in range(2):
        assert client.post(f"{base}/end", data={"last_day": "2020-11-24"}).status_code == 303
    assert membership.until == date(2020, 11, 24)
    assert membership.person.name in client.get("/").text  # what was done is said once
    assert membership.person.name not in client.get(f"/teams/{cast.team.slug}/roster/sheet").text
    leading = roster.of(cast.team, cast.leader.person)
    assert leading
    refused = client.post(f"/teams/{cast.team.slug}/roster/{leading.id}/end", data={"last_day": "2020-11-24"})
    assert refused.status_code == 409


def test_a_guest_learns_how_to_join(client: FlaskClient, cast: Cast) -> None:
    page = client.get(f"/teams/{cast.team.slug}").text
    assert f"/login?next=/teams/{cast.team.slug}" in page
    assert client.post(f"/teams/{cast.team.slug}/requests").location.startswith("/login")


def test_asking_to_join(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    resident = factories.make_account("何大姐")
    sign_in(client, resident)
    address = f"/teams/{cast.team.slug}/requests"
    assert f'action="{address}"' in client.get(f"/teams/{cast.team.slug}").text
    for _ in range(2):
        assert client.post(address, data={"note": "会修灯"}).status_code == 303
    request = db.session.query(MembershipRequest).one()
    assert (request.person, request.note) == (resident.person, "会修灯")
    assert f'action="{address}/withdrawal"' in client.get(f"/teams/{cast.team.slug}").text
    for _ in range(2):
        assert client.post(f"{address}/withdrawal").status_code == 303
    assert db.session.query(MembershipRequest).count() == 0
    assert client.post(address, data={"note": "x" * 201}).status_code == 400


def test_a_member_can_not_ask(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.volunteer)
    assert f'action="/teams/{cast.team.slug}/requests"' not in client.get(f"/teams/{cast.team.slug}").text
    assert client.post(f"/teams/{cast.team.slug}/requests").status_code == 409


def test_granting_and_declining(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    one = roster.ask(cast.team, factories.make_person("何大姐"), note="会修灯", by=None)
    other = roster.ask(cast.team, factories.make_person("丁大哥"), by=None)
    sign_in(client, cast.leader)
    page = client.get(f"/teams/{cast.team.slug}/roster").text
    assert ("何大姐" in page, "会修灯" in page) == (True, True)
    base = f"/teams/{cast.team.slug}/requests"
    for _ in range(2):
        assert client.post(f"{base}/{one.id}/approval").status_code == 303
        assert client.post(f"{base}/{other.id}/refusal").status_code == 303
    assert (one.state, other.state) == (RequestState.GRANTED, RequestState.DECLINED)
    assert roster.of(cast.team, one.person)
    assert roster.of(cast.team, other.person) is None
    assert client.post(f"{base}/{one.id}/refusal").status_code == 409


def test_a_guests_page_counts_the_members_anew(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    guest = client.application.test_client()
    assert "2 人" in guest.get(f"/teams/{cast.team.slug}").text
    sign_in(client, cast.leader)
    client.post(f"/teams/{cast.team.slug}/roster/new", data={"name": "王小明", "phone": "19912345678"})
    assert "3 人" in guest.get(f"/teams/{cast.team.slug}").text
