"""Family: who joins, and how."""

from collections.abc import Callable
from time import monotonic

from flask.testing import FlaskClient

from volunteer_app.database import db
from volunteer_app.people import codes, family
from volunteer_app.people.models import Account, OneTimeCode, Person
from volunteer_app.web.accounts import REFUSED_AFTER

from ..factories import Cast, make_person

SignIn = Callable[[FlaskClient, Account], None]


def names(account: Account) -> list[str]:
    return [link.person.name for link in family.members(account)]


def test_add_and_take_off(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.volunteer)
    answer = client.post("/mine/family", data={"name": "孙小虎", "age": "child"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/mine/family")
    assert names(cast.volunteer) == ["孙小虎"]
    page = client.get("/mine/family").text
    assert "孙小虎" in page
    (link,) = family.members(cast.volunteer)
    assert client.post(f"/mine/family/{link.id}/ending").status_code == 303
    assert names(cast.volunteer) == []


def test_nothing_without_an_agreement(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.volunteer)
    answer = client.post("/mine/family", data={"name": "孙小虎"})
    assert answer.status_code == 422
    assert 'value="孙小虎"' in answer.text, "what was typed is kept"
    assert db.session.query(Person).filter_by(name="孙小虎").count() == 0


def test_somebody_known_needs_a_code(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    known = make_person("孙爷爷", "19911112222")
    digits = codes.make(known, by=cast.officer)
    sign_in(client, cast.volunteer)
    began = monotonic()
    wrong = client.post("/mine/family/claims", data={"phone": "19911112222", "code": "00000000"})
    assert wrong.status_code == 422
    assert monotonic() - began >= REFUSED_AFTER, "no clock tells for which numbers there is a code"
    assert names(cast.volunteer) == []
    assert db.session.query(OneTimeCode).one().tries == 1, "a wrong try is counted"
    right = client.post("/mine/family/claims", data={"phone": "199 1111 2222", "code": digits})
    assert right.status_code == 303
    assert names(cast.volunteer) == ["孙爷爷"]


def test_who_has_the_same_number_and_is_known(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    make_person("孙爷爷", cast.volunteer.phone)
    sign_in(client, cast.volunteer)
    answer = client.post("/mine/family", data={"name": "孙爷爷", "age": "adult"})
    assert answer.status_code == 422
    assert "一次性口令" in answer.text or "one-time code" in answer.text
    assert names(cast.volunteer) == []


def test_nobody_ends_a_strangers_link(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    link = family.add(cast.volunteer, name="孙小虎", under_14=False)
    sign_in(client, cast.leader)
    assert client.post(f"/mine/family/{link.id}/ending").status_code == 404
    assert names(cast.volunteer) == ["孙小虎"]
    assert client.post("/mine/family/999999/ending").status_code == 404


def test_guests_sign_in_first(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/mine/family").headers["Location"] == "/login?next=/mine/family"
    assert client.post("/mine/family", data={"name": "孙小虎", "age": "adult"}).status_code == 303
    assert db.session.query(Person).filter_by(name="孙小虎").count() == 0
