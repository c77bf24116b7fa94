"""Sessions: idle ones end by themselves, any can be ended, and nothing of one is left for the next."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from volunteer_app import clock
from volunteer_app.database import db
from volunteer_app.people import sessions
from volunteer_app.people.models import Account, AccountSession, Role
from volunteer_app.web.user_agents import in_words

from ..factories import PASSWORD, Cast, make_grant

SignIn = Callable[[FlaskClient, Account], None]
MINUTE = timedelta(minutes=1)
ANDROID = "Mozilla/5.0 (Linux; Android 14; V2) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36"


@pytest.fixture(autouse=True)
def english(request: pytest.FixtureRequest) -> None:
    """Pages in English."""
    name = "client" if "client" in request.fixturenames else "sqlite_client"
    request.getfixturevalue(name).set_cookie("lang", "en")


def log_in(client: FlaskClient, account: Account, **headers: str) -> None:
    answer = client.post("/login", data={"login": str(account.phone), "password": PASSWORD}, headers=headers)
    assert answer.status_code == 303


def sets_cookie(answer) -> bool:
    return any(it.startswith("session=") for it in answer.headers.getlist("Set-Cookie"))


def test_whoever_has_a_role_is_signed_out_after_half_an_hour(
    client: FlaskClient, cast: Cast, sign_in: SignIn, now: datetime
) -> None:
    sign_in(client, cast.officer)
    with clock.frozen(now + 29 * MINUTE):
        assert client.get("/people/").status_code == 200
    with clock.frozen(now + 58 * MINUTE):
        assert client.get("/people/").status_code == 200, "every request counts"
    with clock.frozen(now + 88 * MINUTE):
        answer = client.get("/people/?q=x")
        assert answer.location == "/login?next=/people/?q%3Dx"
        assert "because nothing happened here for a while" in client.get(answer.location).text
        home = client.get("/").text
        assert cast.officer.person.name not in home
        form = {"login": str(cast.officer.phone), "password": PASSWORD, "next": "/people/?q=x"}
        assert client.post("/login", data=form).location == "/account/second-factor?next=/people/?q%3Dx"
    assert db.session.query(AccountSession).filter_by(ended_at=None).count() == 1, "the idle one ended with the login"


def test_others_stay_for_thirty_days(client: FlaskClient, cast: Cast, sign_in: SignIn, now: datetime) -> None:
    sign_in(client, cast.volunteer)
    with clock.frozen(now + timedelta(days=29)):
        assert client.get("/account").status_code == 200
    with clock.frozen(now + timedelta(days=58)):
        assert client.get("/account").status_code == 200
    with clock.frozen(now + timedelta(days=88)):
        assert client.get("/account").status_code == 303


def test_a_role_given_while_a_session_lives_counts_from_the_next_request(
    client: FlaskClient, cast: Cast, sign_in: SignIn, now: datetime
) -> None:
    sign_in(client, cast.volunteer)
    with clock.frozen(now + timedelta(days=1)):
        make_grant(cast.volunteer, Role.OFFICER, place=cast.subdistrict)
        assert client.get("/people/").status_code == 303, "for its idle time a day is too long"


def test_most_answers_set_no_cookie_and_none_writes(
    client: FlaskClient, cast: Cast, now: datetime, count_queries: Callable[..., object]
) -> None:
    log_in(client, cast.leader)
    assert sets_cookie(client.get("/account")), "the first form's token"
    assert not sets_cookie(client.get("/account"))
    with clock.frozen(now + timedelta(seconds=59)):
        assert not sets_cookie(client.get("/account"))
    with clock.frozen(now + MINUTE), count_queries() as queries:
        assert sets_cookie(client.get("/account"))
    assert not [it for it in queries if it.startswith(("UPDATE", "INSERT", "DELETE"))]


def test_a_form_of_an_idle_session_writes_nothing_and_leads_back(
    client: FlaskClient, cast: Cast, sign_in: SignIn, now: datetime
) -> None:
    sign_in(client, cast.leader)
    with clock.frozen(now + 31 * MINUTE):
        answer = client.post(
            "/account/mail",
            data={"present": PASSWORD, "email": "a@example.org"},
            headers={"Referer": "http://localhost/account/mail"},
        )
        assert answer.location == "/login?next=/account/mail"
        elsewhere = client.post("/account/mail", headers={"Referer": "https://evil.example/account/mail"})
        assert elsewhere.location == "/login"
    assert cast.leader.email is None


def test_signing_in_leaves_nothing_of_the_session_before(app: Flask, client: FlaskClient, cast: Cast) -> None:
    """Else who planted a cookie in somebody's browser would know the token of their forms."""
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = "planted"
        cookie["code"] = [1, "12345678"]
    log_in(client, cast.volunteer)
    with client.session_transaction() as cookie:
        assert "csrf_token" not in cookie
        assert "code" not in cookie
        first = cookie["_user_id"]
    log_in(client, cast.volunteer)
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != first
    assert sessions.find(first, loopback=True) is None, "one session a device"


def test_signing_out_leaves_nothing(client: FlaskClient, cast: Cast) -> None:
    log_in(client, cast.volunteer)
    with client.session_transaction() as cookie:
        cookie["calendar_token"] = key = "a secret"
        kept = dict(cookie)
    client.post("/logout")
    with client.session_transaction() as cookie:
        assert key not in cookie.values()
        cookie.update(kept)
    assert client.get("/account").status_code == 303, "an old cookie opens nothing"


def test_the_list_of_devices(app: Flask, client: FlaskClient, cast: Cast) -> None:
    log_in(client, cast.volunteer, **{"User-Agent": ANDROID})
    other = app.test_client()
    log_in(other, cast.volunteer, **{"User-Agent": "Mozilla/5.0 (iPhone) MicroMessenger/8.0"})
    page = client.get("/account").text
    assert page.index("WeChat on iPhone") < page.index("Chrome on Android")
    assert page.count("This device") == 1
    there = sessions.living(cast.volunteer)[0]
    assert client.post(f"/account/sessions/{there.id}/ending").status_code == 303
    assert other.get("/account").status_code == 303
    assert client.get("/account").status_code == 200
    assert client.post(f"/account/sessions/{there.id}/ending").status_code == 303, "twice does no harm"


def test_all_others_at_once(app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    others = [app.test_client() for _ in range(2)]
    for each in (client, *others):
        sign_in(each, cast.volunteer)
    assert client.post("/account/sessions/ending").status_code == 303
    assert [each.get("/account").status_code for each in (client, *others)] == [200, 303, 303]


def test_nobody_ends_somebody_elses_session(app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    other = app.test_client()
    sign_in(other, cast.officer)
    sign_in(client, cast.volunteer)
    theirs = sessions.living(cast.officer)[0]
    for session_id in (theirs.id, 99999):
        assert client.post(f"/account/sessions/{session_id}/ending").status_code == 404
    assert other.get("/account").status_code == 200


def test_as_many_queries_for_three_devices_as_for_one(
    sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, count_queries: Callable[..., object]
) -> None:
    sign_in(sqlite_client, cast.volunteer)
    counts = []
    for _ in range(2):
        sqlite_client.get("/account")
        with count_queries() as queries:
            sqlite_client.get("/account")
        counts.append(len(queries))
        for _ in range(3):
            sessions.start(cast.volunteer, device="a phone")
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (ANDROID, "Chrome on Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537.36 Edg/120.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_1) Version/17.1 Safari/605.1.15", "Safari on Mac"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0", "Firefox on Linux"),
        ("curl/8.5", "A browser"),
        ("<script>", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_device_in_words(sqlite_app: Flask, sqlite_client: FlaskClient, user_agent: str, words: str) -> None:
    with sqlite_app.test_request_context(headers={"Accept-Language": "en"}):
        assert in_words(user_agent) == words


def test_whose_role_ended_is_told_so(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.officer)
    assert client.get("/people/").status_code == 200
    cast.officer.grants[0].since = clock.today() - timedelta(days=9)
    cast.officer.grants[0].until = clock.today() - timedelta(days=1)
    answer = client.get("/people/")
    assert answer.status_code == 403
    assert "Your role “Officer” ended on 24 November." in answer.text
    assert "ended on" not in client.get("/").text


def test_feeds_set_no_cookie(client: FlaskClient, cast: Cast, now: datetime) -> None:
    log_in(client, cast.volunteer)
    with clock.frozen(now + timedelta(hours=1)):
        assert "Set-Cookie" not in client.get(f"/calendars/teams/{cast.team.slug}.ics").headers
