"""Signing in and out."""

from collections.abc import Callable
from datetime import timedelta
from time import monotonic

import pytest
from flask import Flask
from flask.testing import FlaskClient

from volunteer_app import clock
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.people.models import Account
from volunteer_app.web.accounts import REFUSED_AFTER

from ..factories import PASSWORD, Cast

SignIn = Callable[[FlaskClient, Account], None]


def log_in(client: FlaskClient, cast: Cast, **typed: str) -> tuple[int, str]:
    form = {"login": str(cast.officer.phone), "password": PASSWORD} | typed
    response = client.post("/login", data=form)
    return response.status_code, response.headers.get("Location", response.text)


def test_in_and_out(client: FlaskClient, cast: Cast) -> None:
    assert log_in(client, cast, login=str(cast.leader.phone), next="/people/") == (303, "/people/")
    assert client.get("/people/").status_code == 200
    assert client.post("/logout").status_code == 303
    assert client.get("/people/").headers["Location"] == "/login?next=/people/"
    actions = [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)]
    assert actions == ["log in", "end session"]


def test_the_phone_may_be_typed_in_any_way(client: FlaskClient, cast: Cast) -> None:
    phone = str(cast.leader.phone)
    assert log_in(client, cast, login=f"+86 {phone[:3]} {phone[3:7]} {phone[7:]}") == (303, "/")


@pytest.mark.parametrize("onward", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:x", ""])
def test_no_way_to_another_host(client: FlaskClient, cast: Cast, onward: str) -> None:
    assert log_in(client, cast, login=str(cast.leader.phone), next=onward) == (303, "/")


def test_wrong_and_unknown_are_told_in_the_same_words(client: FlaskClient, cast: Cast) -> None:
    status, wrong = log_in(client, cast, password="not my password")
    _, unknown = log_in(client, cast, login="19911112222")
    assert status == 422
    same = [page.replace("19911112222", "").replace(str(cast.officer.phone), "") for page in (wrong, unknown)]
    assert same[0] == same[1]
    assert "手机号或密码不对" in wrong
    assert f'value="{cast.officer.phone}"' in wrong, "what was typed is kept"


def test_every_refusal_takes_the_same_time(sqlite_client: FlaskClient, cast: Cast) -> None:
    """Counting a wrong try is a write, knowing nobody is none: without a floor a clock tells who has an account."""
    for login in (str(cast.officer.phone), "19911112222", "nobody@example.org"):
        began = monotonic()
        log_in(sqlite_client, cast, login=login, password="not my password")
        assert monotonic() - began >= REFUSED_AFTER


def test_what_is_missing_is_named_at_its_field(client: FlaskClient, cast: Cast) -> None:
    status, page = log_in(client, cast, login="", password="")
    assert status == 422
    assert "请填写手机号或邮箱" in page
    assert "请填写密码" in page


def test_five_wrong_passwords_lock_the_account_for_a_quarter_of_an_hour(client: FlaskClient, cast: Cast) -> None:
    for _ in range(5):
        assert log_in(client, cast, password="not my password")[0] == 422
    assert log_in(client, cast)[0] == 422, "the right password doesn't help"
    assert db.session.query(AuditEntry).filter_by(action="lock").count() == 1
    with clock.frozen(clock.now() + timedelta(minutes=15)):
        assert log_in(client, cast)[0] == 303


def test_a_good_login_forgets_the_wrong_ones(client: FlaskClient, cast: Cast) -> None:
    for _ in range(4):
        log_in(client, cast, password="not my password")
    assert log_in(client, cast)[0] == 303
    assert cast.officer.failed_logins == 0


def test_a_form_without_its_token_is_refused(app: Flask, client: FlaskClient, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    status, page = log_in(client, cast)
    assert status == 400
    assert "这张表单已经过期" in page


def test_demo_accounts_work_on_this_machine_alone(client: FlaskClient, cast: Cast) -> None:
    cast.officer.demo = True
    form = {"login": str(cast.officer.phone), "password": PASSWORD}
    elsewhere = {"REMOTE_ADDR": "203.0.113.7"}
    assert client.post("/login", data=form, environ_overrides=elsewhere).status_code == 422
    assert client.post("/login", data=form, headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 422
    assert client.post("/login", data=form).status_code == 303
    assert client.get("/people/").status_code == 200, "and need no second factor"
    assert client.get("/people/", environ_overrides=elsewhere).status_code == 303


def test_a_new_password_ends_all_other_sessions(app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    other = app.test_client()
    sign_in(client, cast.officer)
    sign_in(other, cast.officer)
    form = {"present": PASSWORD, "password": "an entirely new one"}
    assert client.post("/account/password", data=form).status_code == 303
    assert client.get("/account").status_code == 200
    assert other.get("/account").status_code == 303


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"present": "wrong wrong wrong", "password": "an entirely new one"}, "现在的密码不对"),
        ({"present": PASSWORD, "password": "short"}, "密码至少 10 个字符"),
        ({"present": PASSWORD, "password": "aaaaaaaaaaaa"}, "四种不同的字符"),
        ({"present": "", "password": ""}, "请填写新密码"),
    ],
)
def test_a_refused_new_password_says_why(
    client: FlaskClient, cast: Cast, sign_in: SignIn, form: dict[str, str], words: str
) -> None:
    before = cast.officer.password_hash
    sign_in(client, cast.officer)
    response = client.post("/account/password", data=form)
    assert response.status_code == 422
    assert words in response.text
    assert cast.officer.password_hash == before


def test_too_many_wrong_ones_there_lock_the_account_too(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.officer)
    for _ in range(5):
        client.post("/account/password", data={"present": "wrong wrong wrong", "password": "an entirely new one"})
    assert log_in(client.application.test_client(), cast)[0] == 422


def test_a_new_password_keeps_the_second_factor_of_this_device(
    client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(client, cast.officer)
    client.post("/account/password", data={"present": PASSWORD, "password": "an entirely new one"})
    assert client.get("/people/").status_code == 200


def test_a_mail_address(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.volunteer)
    form = {"present": PASSWORD, "email": "sun@example.org"}
    assert client.post("/account/mail", data=form).status_code == 303
    assert "sun@example.org" in client.get("/account").text
    assert 'value="sun@example.org"' in client.get("/account/mail").text
    assert log_in(client.application.test_client(), cast, login="Sun@example.org") == (303, "/")


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"present": PASSWORD, "email": "taken@example.org"}, "This address can&#39;t be used"),
        ({"present": PASSWORD, "email": "nonsense"}, "That isn&#39;t a mail address"),
        ({"present": "not my password", "email": "sun@example.org"}, "That isn&#39;t your present password"),
        ({"present": "", "email": "sun@example.org"}, "Enter your present password"),
    ],
)
def test_a_refused_mail_address_says_why(
    client: FlaskClient, cast: Cast, sign_in: SignIn, form: dict[str, str], words: str
) -> None:
    cast.officer.email = "taken@example.org"
    sign_in(client, cast.volunteer)
    client.set_cookie("lang", "en")
    response = client.post("/account/mail", data=form)
    assert (response.status_code, words in response.text) == (422, True)
    assert f'value="{form["email"]}"' in response.text, "what was typed is kept"
    assert cast.volunteer.email is None


def test_five_mail_addresses_a_day(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    """Whoever tries one after another would learn which of them sign somebody in."""
    sign_in(client, cast.volunteer)
    forms = [{"present": PASSWORD, "email": f"sun{n}@example.org"} for n in range(6)]
    assert [client.post("/account/mail", data=form).status_code for form in forms] == [303] * 5 + [429]
    assert cast.volunteer.email == "sun4@example.org"


def test_a_disabled_account_is_out_at_once(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.officer)
    cast.officer.disabled_at = clock.now()
    assert client.get("/account").status_code == 303
    assert log_in(client, cast)[0] == 422
