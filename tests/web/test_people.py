"""People have no public page; an office sees those in its scope."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient

from volunteer_app.people.models import Account

from ..factories import Cast, make_activity, make_attendance, make_membership, make_person, make_team

SignIn = Callable[[FlaskClient, Account], None]
Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.mark.parametrize(
    ("who", "status"),
    [(None, 303), ("volunteer", 403), ("leader", 200), ("secretary", 200), ("officer", 200), ("administrator", 200)],
)
def test_who_may_come(client: FlaskClient, cast: Cast, sign_in: SignIn, who: str | None, status: int) -> None:
    if who:
        sign_in(client, getattr(cast, who))
    assert client.get("/people/").status_code == status
    assert client.get(f"/people/{cast.volunteer.person_id}").status_code == status


def test_an_officer_sees_nobody_of_another_office(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    theirs = make_membership(make_team(cast.elsewhere), make_person("林外人")).person
    sign_in(client, cast.officer)
    assert "林外人" not in client.get("/people/").text
    assert client.get(f"/people/{theirs.id}").status_code == 403
    sign_in(client, cast.outsider)
    assert "林外人" in client.get("/people/").text
    assert client.get(f"/people/{cast.volunteer.person_id}").status_code == 403


def test_a_leader_sees_the_roster_alone(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    neighbours = make_membership(make_team(cast.compound), make_person("邻队的人")).person
    sign_in(client, cast.leader)
    page = client.get("/people/").text
    assert ("孙桂兰" in page, "邻队的人" in page) == (True, False)
    assert client.get(f"/people/{neighbours.id}").status_code == 403


def test_an_administrator_sees_one_office_at_a_time(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    make_membership(make_team(cast.elsewhere), make_person("林外人"))
    sign_in(client, cast.administrator)
    assert "林外人" not in client.get("/people/").text
    assert "林外人" in client.get(f"/people/?office={cast.elsewhere.slug}").text


def test_as_many_queries_for_three_people_as_for_one(
    sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, count_queries: Counting
) -> None:
    sign_in(sqlite_client, cast.officer)
    counts = []
    for _ in range(2):
        sqlite_client.get("/people/")
        with count_queries() as queries:
            sqlite_client.get("/people/")
        counts.append(len(queries))
        for _ in range(3):
            make_membership(cast.team)
    assert counts[0] == counts[1]


def test_search_by_name_and_phone(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.officer)
    page = client.get("/people/?q=孙").text
    assert ("孙桂兰" in page, "赵建国" in page) == (True, False)
    assert "孙桂兰" in client.get(f"/people/?q={str(cast.volunteer.phone)[-4:]}").text
    assert "没有符合条件的人员" in client.get("/people/?q=没有").text


def test_a_person(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    make_attendance(make_activity(cast.team, "包饺子"), cast.volunteer.person)
    sign_in(client, cast.officer)
    page = client.get(f"/people/{cast.volunteer.person_id}").text
    assert "孙桂兰</h1>" in page
    assert "包饺子" in page
    assert "共 1 次" in page
    assert client.get("/people/999999").status_code == 404


def test_who_is_offered_a_code(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    known = make_membership(cast.team).person
    for who in (cast.officer, cast.leader, cast.secretary):
        sign_in(client, who)
        assert f"/people/{known.id}/code" in client.get(f"/people/{known.id}").text
    assert f"/people/{cast.leader.person_id}/code" not in client.get(f"/people/{cast.leader.person_id}").text
    sign_in(client, cast.leader)
    assert f"/people/{cast.leader.person_id}/code" not in client.get(f"/people/{cast.leader.person_id}").text


def test_the_second_factor_is_started_anew_by_administrators(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    cast.volunteer.totp_secret = "A" * 32
    address = f"/people/{cast.volunteer.person_id}/second-factor/removal"
    for who, status in ((cast.leader, 403), (cast.officer, 403), (cast.administrator, 303)):
        sign_in(client, who)
        assert (address in client.get(f"/people/{cast.volunteer.person_id}").text) == (status == 303)
        assert client.post(address).status_code == status
        assert (cast.volunteer.totp_secret is None) == (status == 303)
    assert client.post(address).status_code == 409
