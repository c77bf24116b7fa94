"""The second factor at the door: the second step of signing in, and nothing without it where a role requires it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from volunteer_app import clock
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.people import credentials, sessions
from volunteer_app.people.models import Account, Role
from volunteer_app.web.accounts import REFUSED_AFTER

from ..factories import PASSWORD, Cast, make_account, make_grant

SignIn = Callable[[FlaskClient, Account], None]
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def english(client: FlaskClient) -> None:
    """Pages in English."""
    client.set_cookie("lang", "en")


@pytest.fixture
def account(cast: Cast) -> Account:
    """The volunteer, with a second factor."""
    cast.volunteer.totp_secret = SECRET
    return cast.volunteer


def figures(secret: str = SECRET) -> str:
    return pyotp.TOTP(secret).at(clock.now())


def first_step(client: FlaskClient, account: Account, **typed: str):
    return client.post("/login", data={"login": str(account.phone), "password": PASSWORD} | typed)


def second_step(client: FlaskClient, shown: str, **typed: str):
    return client.post("/login/second-factor", data={"figures": shown} | typed)


def test_signing_in_takes_two_steps(client: FlaskClient, account: Account) -> None:
    assert first_step(client, account, next="/mine").location == "/login/second-factor?next=/mine"
    assert client.get("/account").status_code == 303, "the password alone opens nothing"
    assert 'value="/mine"' in client.get("/login/second-factor?next=/mine").text
    assert second_step(client, figures(), next="/mine").location == "/mine"
    assert client.get("/account").status_code == 200
    assert db.session.query(AuditEntry).filter_by(action="log in").count() == 1


def test_figures_that_were_used_open_nothing(app: Flask, client: FlaskClient, account: Account) -> None:
    first_step(client, account)
    assert second_step(client, figures()).status_code == 303
    other = app.test_client()
    first_step(other, account)
    assert second_step(other, figures()).status_code == 422
    assert other.get("/account").status_code == 303


def test_five_wrong_figures_lock_the_account(client: FlaskClient, account: Account) -> None:
    for _ in range(5):
        first_step(client, account)
        began = monotonic()
        answer = second_step(client, "000000")
        assert answer.status_code == 422
        assert monotonic() - began >= REFUSED_AFTER
        assert "These figures don&#39;t fit" in answer.text
    assert second_step(client, figures()).status_code == 422
    assert first_step(client, account).status_code == 422


@pytest.mark.parametrize("late", [timedelta(minutes=5), timedelta(days=1)])
def test_the_second_step_waits_five_minutes(
    client: FlaskClient, account: Account, now: datetime, late: timedelta
) -> None:
    first_step(client, account)
    with clock.frozen(now + timedelta(minutes=4, seconds=59)):
        assert client.get("/login/second-factor").status_code == 200
    with clock.frozen(now + late):
        assert second_step(client, figures()).location == "/login"
        assert client.get("/login/second-factor").location == "/login"


def test_without_the_first_step_there_is_no_second(client: FlaskClient, account: Account) -> None:
    assert second_step(client, figures()).location == "/login"
    assert client.get("/account").status_code == 303


def test_a_new_password_in_between_ends_the_second_step(client: FlaskClient, account: Account) -> None:
    first_step(client, account)
    credentials.set_password(account, "an entirely new one", by=None)
    assert second_step(client, figures()).location == "/login"


def test_a_role_requires_it_everywhere_but_on_its_way(client: FlaskClient, cast: Cast) -> None:
    assert first_step(client, cast.officer, next="/people/").location == "/account/second-factor?next=/people/"
    for address in ("/people/", "/grants/", "/audit/", "/account/mail", "/workdays/"):
        assert client.get(address).location.startswith("/account/second-factor?next="), address
    assert client.post("/workdays/").location.startswith("/account/second-factor")
    assert client.get("/account").status_code == client.get("/account/password").status_code == 200
    for public in ("/", f"/teams/{cast.team.slug}"):
        page = client.get(public).text
        assert cast.officer.person.name not in page
        assert str(cast.leader.phone) not in page, "a public page knows them as a guest"
    assert client.get("/login").location == "/account/second-factor"
    assert client.post("/logout").status_code == 303


def test_setting_it_up(client: FlaskClient, cast: Cast) -> None:
    first_step(client, cast.officer)
    page = client.get("/account/second-factor?next=/people/").text
    with client.session_transaction() as cookie:
        secret = cookie["totp"]
    assert secret[:4] in page
    assert 'class="qr"' in page
    wrong = client.post("/account/second-factor", data={"figures": "000000", "next": "/people/"})
    assert (wrong.status_code, secret[:4] in wrong.text) == (422, True), "the code that was scanned stays"
    form = {"figures": figures(secret), "next": "/people/"}
    assert client.post("/account/second-factor", data=form).location == "/people/"
    assert client.get("/people/").status_code == 200
    assert cast.officer.totp_secret == secret
    with client.session_transaction() as cookie:
        assert "totp" not in cookie
    assert client.post("/account/second-factor", data=form).location == "/account/second-factor", "once"


def test_a_role_given_while_a_session_lives(client: FlaskClient, cast: Cast) -> None:
    first_step(client, cast.volunteer)
    assert client.get("/account/mail").status_code == 200
    make_grant(cast.volunteer, Role.ORGANIZER, place=cast.compound)
    assert client.get("/account/mail").location == "/account/second-factor?next=/account/mail"


def test_a_demo_account_needs_none(client: FlaskClient, cast: Cast) -> None:
    demo = make_account("演示", Role.OFFICER, place=cast.subdistrict, demo=True)
    assert first_step(client, demo).location == "/"
    assert client.get("/people/").status_code == 200


def test_switching_it_off(client: FlaskClient, account: Account, sign_in: SignIn) -> None:
    sign_in(client, account)
    form = {"present": "not my password", "figures": figures()}
    refused = client.post("/account/second-factor/removal", data=form)
    assert (refused.status_code, "That isn&#39;t your present password" in refused.text) == (422, True)
    assert account.failed_logins == 1
    assert client.post("/account/second-factor/removal", data=form | {"present": PASSWORD}).status_code == 303
    assert account.totp_secret is None
    assert client.get("/account").status_code == 200


def test_not_where_a_role_requires_it(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    cast.officer.totp_secret = SECRET
    sign_in(client, cast.officer)
    assert "/account/second-factor/removal" not in client.get("/account/second-factor").text
    form = {"present": PASSWORD, "figures": figures()}
    assert client.post("/account/second-factor/removal", data=form).status_code == 422
    assert cast.officer.totp_secret == SECRET


def test_setting_it_up_signs_out_everywhere_else(app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    other = app.test_client()
    sign_in(other, cast.volunteer)
    sign_in(client, cast.volunteer)
    client.get("/account/second-factor")
    with client.session_transaction() as cookie:
        secret = cookie["totp"]
    assert client.post("/account/second-factor", data={"figures": figures(secret)}).location == "/account"
    assert other.get("/account").status_code == 303
    assert len(sessions.living(cast.volunteer)) == 1
