"""Roles at the door: given and ended inside one's own sub-district, and never beyond."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from volunteer_app import clock
from volunteer_app.database import db
from volunteer_app.people import requests, roles
from volunteer_app.people.models import Account, Role, RoleGrant

from ..factories import Cast, make_account, make_grant, make_membership, make_person, make_team

SignIn = Callable[[FlaskClient, Account], None]


@pytest.fixture(autouse=True)
def english(request: pytest.FixtureRequest) -> None:
    """Pages in English."""
    name = "client" if "client" in request.fixturenames else "sqlite_client"
    request.getfixturevalue(name).set_cookie("lang", "en")


def give(client: FlaskClient, account: Account, role: Role, **typed: str):
    form = {"role": role.value, "login": str(account.phone), "since": clock.today().isoformat(), "until": ""}
    return client.post("/grants/new", data=form | typed)


def held(account: Account) -> list[tuple[Role, int | None, int | None]]:
    return [(grant.role, grant.place_id, grant.team_id) for grant in roles.living(account)]


@pytest.mark.parametrize("who", ["volunteer", "leader", "secretary"])
def test_only_offices_come(client: FlaskClient, cast: Cast, sign_in: SignIn, who: str) -> None:
    sign_in(client, getattr(cast, who))
    assert client.get("/grants/").status_code == 403
    assert client.get("/grants/new").status_code == 403
    assert give(client, cast.volunteer, Role.SECRETARY, place=cast.community.slug).status_code == 403
    assert client.get(f"/grants/{cast.leader.grants[0].id}/ending").status_code == 403
    assert client.post(f"/grants/{cast.leader.grants[0].id}/ending", data={"when": "at-once"}).status_code == 403


def test_an_officers_list(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.officer)
    page = client.get("/grants/").text
    names = [it.person.name for it in (cast.officer, cast.secretary, cast.leader, cast.outsider, cast.administrator)]
    assert [name in page.partition("<table")[2] for name in names] == [True, True, True, False, False]
    sign_in(client, cast.administrator)
    page = client.get("/grants/").text.partition("<table")[2]
    assert all(name in page for name in names)
    found = client.get(f"/grants/?q={cast.leader.phone}").text.partition("<table")[2]
    assert (cast.leader.person.name in found, cast.secretary.person.name in found) == (True, False)


def test_ended_roles_stand_behind_a_link(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    cast.secretary.grants[0].since = clock.today() - timedelta(days=9)
    cast.secretary.grants[0].until = clock.today() - timedelta(days=1)
    sign_in(client, cast.officer)
    assert cast.secretary.person.name not in client.get("/grants/").text
    page = client.get("/grants/?state=ended").text
    assert (cast.secretary.person.name in page, "End it" in page) == (True, False)


def test_as_many_queries_for_three_roles_as_for_one(
    sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, count_queries: Callable[..., object]
) -> None:
    sign_in(sqlite_client, cast.officer)
    counts = []
    for _ in range(2):
        sqlite_client.get("/grants/")
        with count_queries() as queries:
            sqlite_client.get("/grants/")
        counts.append(len(queries))
        for _ in range(3):
            make_account("某人", Role.LIAISON, place=cast.compound)
            make_account("某人", Role.LEADER, team=make_team(cast.compound))
    assert counts[0] == counts[1]


def test_an_officer_gives_roles_inside_the_subdistrict(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.officer)
    assert "Administrator" not in client.get("/grants/new").text
    for role, place in (
        (Role.OFFICER, cast.subdistrict),
        (Role.SECRETARY, cast.community),
        (Role.LIAISON, cast.compound),
        (Role.ORGANIZER, cast.compound),
    ):
        assert place.name in client.get(f"/grants/new?role={role.value}").text
        assert give(client, cast.volunteer, role, place=place.slug).status_code == 303
    assert give(client, cast.volunteer, Role.LEADER, team=cast.team.slug).status_code == 303
    assert held(cast.volunteer) == [
        (Role.OFFICER, cast.subdistrict.id, None),
        (Role.SECRETARY, cast.community.id, None),
        (Role.LIAISON, cast.compound.id, None),
        (Role.ORGANIZER, cast.compound.id, None),
        (Role.LEADER, None, cast.team.id),
    ]
    assert {grant.granted_by_id for grant in cast.volunteer.grants} == {cast.officer.id}


def test_and_never_beyond(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    theirs = make_team(cast.elsewhere)
    sign_in(client, cast.officer)
    for role, typed, status in (
        (Role.OFFICER, {"place": cast.elsewhere.slug}, 422),
        (Role.SECRETARY, {"place": cast.compound.slug}, 422),
        (Role.LEADER, {"team": theirs.slug}, 422),
        (Role.ADMINISTRATOR, {}, 404),
    ):
        assert give(client, cast.volunteer, role, **typed).status_code == status, role
    elsewhere = {"role": "officer", "login": str(cast.volunteer.phone), "place": cast.elsewhere.slug}
    assert client.post(f"/grants/new?office={cast.elsewhere.slug}", data=elsewhere).status_code == 403
    assert client.get(f"/grants/new?team={theirs.slug}").status_code == 403
    for account in (cast.outsider, cast.administrator):
        for method in (client.get, client.post):
            assert method(f"/grants/{account.grants[0].id}/ending").status_code == 403
    assert held(cast.volunteer) == []


def test_an_officer_finds_nobody_out_of_sight(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    stranger = make_account("林外人")
    make_membership(make_team(cast.elsewhere), stranger.person)
    sign_in(client, cast.officer)
    unknown = give(client, Account(phone="19955550000"), Role.SECRETARY, place=cast.community.slug)
    hidden = give(client, stranger, Role.SECRETARY, place=cast.community.slug)
    assert (unknown.status_code, hidden.status_code) == (422, 422)
    assert unknown.text.replace("19955550000", "") == hidden.text.replace(str(stranger.phone), "")
    request = requests.ask(cast.subdistrict, name="林外人", phone=str(stranger.phone))
    requests.grant(request, stranger.person, by=cast.officer)
    assert give(client, stranger, Role.SECRETARY, place=cast.community.slug).status_code == 303


def test_an_administrator_gives_everything(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.administrator)
    assert give(client, cast.volunteer, Role.ADMINISTRATOR).status_code == 303
    assert roles.is_administrator(cast.volunteer)
    form = {"role": "officer", "login": str(cast.volunteer.phone), "place": cast.elsewhere.slug, "since": "2020-11-25"}
    assert client.post(f"/grants/new?office={cast.elsewhere.slug}", data=form).status_code == 303
    assert roles.works_in(cast.volunteer, cast.elsewhere)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"login": ""}, "Enter a phone number"),
        ({"place": ""}, "Choose a place"),
        ({"since": "soon"}, "Enter a day such as"),
        ({"until": "2020-11-24"}, "or in the past"),
        ({"login": "19900009999"}, "knows no account with this number"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    client: FlaskClient, cast: Cast, sign_in: SignIn, typed: dict[str, str], words: str
) -> None:
    sign_in(client, cast.officer)
    answer = give(client, cast.volunteer, Role.SECRETARY, **({"place": cast.community.slug} | typed))
    assert (answer.status_code, words in answer.text) == (422, True)
    assert held(cast.volunteer) == []


def test_twice_the_same_role_is_refused(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.officer)
    answer = give(client, cast.secretary, Role.SECRETARY, place=cast.community.slug)
    assert (answer.status_code, "has the role at that time already" in answer.text) == (422, True)


def test_from_a_teams_page_the_team_is_chosen(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.officer)
    page = client.get(f"/grants/new?team={cast.team.slug}").text
    assert f'<option selected value="{cast.team.slug}">' in page


def test_a_role_ends_at_the_next_request(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    theirs = client.application.test_client()
    sign_in(theirs, cast.secretary)
    assert theirs.get("/people/").status_code == 200
    sign_in(client, cast.officer)
    address = f"/grants/{cast.secretary.grants[0].id}/ending"
    assert cast.secretary.person.name in client.get(address).text
    assert theirs.get("/people/").status_code == 200, "to look writes nothing"
    assert client.post(address, data={"when": "nonsense"}).status_code == 422
    assert client.post(address, data={"when": "at-once"}).status_code == 303
    assert theirs.get("/people/").status_code == 403
    assert client.post(address, data={"when": "at-once"}).status_code == 409


def test_a_role_ends_with_the_day(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.officer)
    grant = cast.secretary.grants[0]
    assert client.post(f"/grants/{grant.id}/ending", data={"when": "today"}).status_code == 303
    assert (grant.until, bool(roles.living(cast.secretary))) == (clock.today(), True)
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert roles.living(cast.secretary) == []


def test_the_last_administrator_stays(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.administrator)
    address = f"/grants/{cast.administrator.grants[0].id}/ending"
    answer = client.post(address, data={"when": "at-once"})
    assert (answer.status_code, "last administrator" in answer.text) == (409, True)
    other = make_account("另一位", Role.ADMINISTRATOR)
    assert client.post(address, data={"when": "at-once"}).status_code == 303
    assert client.get("/grants/").status_code == 403
    assert db.session.query(RoleGrant).filter_by(account_id=other.id, until=None).count() == 1


def test_a_grant_of_a_team_elsewhere_is_out_of_reach(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    leader = make_account("远方", Role.LEADER, team=make_team(cast.elsewhere))
    make_membership(cast.team, make_person())
    make_grant(leader, Role.LEADER, team=cast.team)
    sign_in(client, cast.officer)
    page = client.get("/grants/").text
    assert page.count("远方</th>") == 1
    assert client.get(f"/grants/{leader.grants[0].id}/ending").status_code == 403
    assert client.get(f"/grants/{leader.grants[1].id}/ending").status_code == 200
    assert client.get("/grants/99999/ending").status_code == 404
