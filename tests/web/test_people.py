"""People have no public page; an office sees those in its scope."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from volunteer_app.people.models import Account

from ..factories import Cast, make_activity, make_attendance, make_membership, make_person, make_team

SignIn = Callable[[FlaskClient, Account], None]


@pytest.mark.parametrize(
    ("who", "status"), [(None, 303), ("volunteer", 403), ("leader", 403), ("officer", 200), ("administrator", 200)]
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
