"""Every route against whoever means ill or merely types nonsense: no answer is ever an error of ours."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, ClassVar
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import Rule

from tests.contests.factories import ENTERING, make_round
from tests.factories import Cast, make_account, make_activity, make_attendance
from volunteer_app import clock
from volunteer_app.activities.models import ActivityState
from volunteer_app.database import db
from volunteer_app.people.models import Account, Role

NUL = "%00"
STRANGE = (
    NUL,
    "9" * 30,
    "-1",
    "0",
    "²",
    "٣",
    "%F0%9F%92%A9",
    "%FF%FE",
    "%E2%80%AE%CC%81",
    "'%22%3E%3Cscript%3E",
    "%25%5F%5C",
    "..%2F..%2Fetc",
    "%0D%0AX-Evil:%201",
    "{{7*7}}",
    "9999-W53",
    "0001-W01",
    "9999-12-31",
    "0001-01-01",
    "2020-W54",
    "-W",
    "x" * 900,
)
HARD = (NUL, "9" * 30, "%F0%9F%92%A9", "%FF%FE", "9999-12-31", "x" * 900)
"""What the two databases take differently: no text, no number, no day of theirs, or too long."""
PARAMETERS = (
    "action code day person role until week q page sort from to kind theme community office state management figure "
    "team field place directly next month show template v what when year "
    "lang type look endpoint slug values _external _scheme _anchor _method"
).split()
EVERYWHERE = ("lang", "type", "look", "office")
"""What every page reads; so many of them meet it."""
SOME = 20
ROLES = ("guest", "volunteer", "leader", "officer", "outsider", "administrator", "former")


def of_role(cast: Cast, role: str) -> Account | None:
    """The account that plays *role*; somebody whose role ended yesterday is the former one."""
    if role == "guest":
        return None
    if role != "former":
        return getattr(cast, role)
    account = cast.officer
    account.grants[0].since = clock.today() - timedelta(days=9)
    account.grants[0].until = clock.today() - timedelta(days=1)
    return account


def rules(app: Flask, method: str = "GET") -> list[Rule]:
    return [it for it in sorted(app.url_map.iter_rules(), key=str) if method in (it.methods or ())]


def filled(rule: Rule, cast: Cast | None, value: str | None = None) -> str:
    """The address of *rule* with rows of the cast, or with *value* in each gap."""

    def sample(match: re.Match[str]) -> str:
        name = match[1].rpartition(":")[2]
        if value is not None or cast is None:
            return value or "1"
        if name == "slug":
            return cast.team.slug if "teams" in str(rule) else cast.compound.slug
        file_format = "json" if "/mine/" in str(rule) else "csv"
        return {"grouping": "teams", "ledger": "02-teams", "file_format": file_format, "token": "A" * 32}.get(name, "1")

    return re.sub(r"<([^>]+)>", sample, str(rule))


class Asked(ImmutableMultiDict[str, str]):
    """Parameters of an address that note which of them a page asks for."""

    names: ClassVar[set[str]] = set()

    def get(self, key: str, *args: Any, **options: Any) -> Any:
        self.names.add(key)
        return super().get(key, *args, **options)

    def getlist(self, key: str, *args: Any, **options: Any) -> Any:
        self.names.add(key)
        return super().getlist(key, *args, **options)

    def __contains__(self, key: object) -> bool:
        self.names.add(str(key))
        return super().__contains__(key)

    def __getitem__(self, key: str) -> Any:
        self.names.add(key)
        return super().__getitem__(key)


@pytest.mark.parametrize("role", ["guest", "administrator"])
def test_nonsense_in_an_address_is_no_error(
    app: Flask,
    client: FlaskClient,
    cast: Cast,
    sign_in: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    role: str,
) -> None:
    """In the gaps of each address, in each parameter that its page asks for, and in all that any page knows."""
    monkeypatch.setattr(app.request_class, "parameter_storage_class", Asked)
    make_attendance(make_activity(cast.team, state=ActivityState.HELD, starts_at=clock.now() - timedelta(days=1)))
    account = of_role(cast, role)
    if account:
        sign_in(client, account)
    failed = []
    # A guest is asked to sign in before any other page reads its address.
    views = app.view_functions
    met = [it for it in rules(app) if account or getattr(views[it.endpoint], "access", "public") == "public"]
    # What PostgreSQL can't take is a NUL, which is refused before any page reads its parameters.
    sqlite = db.engine.dialect.name == "sqlite"
    for number, rule in enumerate(met):
        own = filled(rule, cast)
        if rule.endpoint == "reports.rows":
            own += "?figure=people&from=2020-01-01&to=2020-12-31"
        Asked.names.clear()
        client.get(own)
        known = [it for it in sorted(Asked.names) if it not in EVERYWHERE or number < SOME]
        strange = [f"{name}={STRANGE[(2 * place + number) % len(STRANGE)]}" for place, name in enumerate(known)]
        every = [f"{name}={STRANGE[place % len(STRANGE)]}" for place, name in enumerate(PARAMETERS)]
        queries = [*strange, "&".join(every)] if sqlite else [f"{PARAMETERS[number % len(PARAMETERS)]}={NUL}"]
        addresses = [filled(rule, cast, value) for value in (STRANGE if sqlite else HARD) if "<" in str(rule)]
        addresses += [f"{own}{'&' if '?' in own else '?'}{query}" for query in queries]
        failed += [address[:200] for address in addresses if client.get(address).status_code >= 500]
    assert failed == []


@pytest.mark.parametrize("cookie", ["office", "lang", "type", "look", "session"])
def test_nonsense_in_a_cookie_is_no_error(app: Flask, client: FlaskClient, cast: Cast, cookie: str) -> None:
    for value in ("\0", "'\"><script>", "9" * 3_000, "\U0001f4a9"):
        client.set_cookie(cookie, quote(value))
        client.set_cookie(cookie, value)
        assert client.get("/").status_code in (200, 404)


def test_nul_in_a_form_is_refused(app: Flask, client: FlaskClient, cast: Cast) -> None:
    assert client.post("/login", data={"login": "a\0b", "password": "long enough 1"}).status_code == 400


@pytest.mark.parametrize(
    "query", ["_external=1", "_external=1&_scheme=javascript", "_anchor=evil", "endpoint=evil", "slug=evil", "utm=evil"]
)
def test_a_strangers_parameter_stays_in_no_link(sqlite_client: FlaskClient, cast: Cast, query: str) -> None:
    """A kept page goes to every guest: its links must not hold what the first one asked for."""
    for address in ("/", f"/teams/{cast.team.slug}", "/reports/"):
        mine = sqlite_client.get(f"{address}?{query}", headers={"Host": "evil.example"})
        assert mine.status_code == 200
        for page in (mine.text, sqlite_client.get(address).text):
            assert "evil" not in page
            assert "javascript:" not in page


def test_a_kept_page_has_the_links_of_its_own_address(sqlite_client: FlaskClient, cast: Cast) -> None:
    following = re.compile(r'href="/\?office=\w+&amp;week=')
    assert following.search(sqlite_client.get(f"/?office={cast.subdistrict.slug}").text)
    assert not following.search(sqlite_client.application.test_client().get("/").text)


def test_a_long_value_is_not_repeated_in_every_link(sqlite_client: FlaskClient, cast: Cast) -> None:
    assert len(sqlite_client.get(f"/?q={'x' * 50_000}").data) < 60_000


@pytest.mark.parametrize("address", ["/teams", "//evil.example/teams", "//evil.example//teams", "/activities//1"])
def test_a_redirect_names_no_host(sqlite_client: FlaskClient, address: str) -> None:
    location = sqlite_client.get(address, headers={"Host": "evil.example"}).location
    assert re.match(r"/(?![/\\])", location)
    assert "evil" not in location


@pytest.mark.parametrize("path", ["/%0D%0AX-Evil:%201", "//evil.example", "/\\evil.example", "/%5Cevil.example"])
def test_choosing_a_language_leads_to_no_other_host(sqlite_client: FlaskClient, path: str) -> None:
    answer = sqlite_client.get(f"{path}?lang=en")
    assert answer.status_code == 303
    assert re.match(r"/(?![/\\])", answer.location)
    assert "X-Evil" not in answer.headers


@pytest.mark.parametrize(
    "onward",
    [
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "\t//evil.example",
        "https:evil.example",
        "/%0d%0aX:1",
        "javascript:alert(1)",
        " //evil.example",
    ],
)
def test_signing_in_leads_to_no_other_host(
    sqlite_client: FlaskClient, cast: Cast, sign_in: Callable[..., None], onward: str
) -> None:
    sign_in(sqlite_client, cast.officer)
    location = sqlite_client.get("/login", query_string={"next": onward}).location
    assert re.match(r"/(?![/\\])", location)
    assert not re.search(r"[\t\r\n]", location)


def test_whose_role_is_over_may_open_what_a_volunteer_may(
    sqlite_app: Flask, cast: Cast, sign_in: Callable[..., None]
) -> None:
    """The other roles stand in matrix.txt, page by page."""
    client = sqlite_app.test_client()
    sign_in(client, of_role(cast, "former"))
    for rule in rules(sqlite_app):
        access = getattr(sqlite_app.view_functions[rule.endpoint], "access", "public")
        answer = client.get(filled(rule, cast))
        if access == "staff":
            assert answer.status_code == 403, rule
        else:
            assert answer.status_code < 500, rule
            # Whoever is signed in isn't asked to do so again, but on the way to the second step.
            asked = answer.status_code == 303 and answer.location.startswith("/login")
            assert not asked or rule.endpoint == "second_factor.ask", rule


def test_a_draft_is_its_teams_and_its_offices_own(sqlite_app: Flask, cast: Cast, sign_in: Callable[..., None]) -> None:
    make_activity(cast.team, state=ActivityState.DRAFT)
    db.session.commit()
    for role in ROLES:
        client = sqlite_app.test_client()
        account = of_role(cast, role)
        if account:
            sign_in(client, account)
        assert client.get("/activities/1").status_code == (
            200 if role in ("officer", "administrator", "leader") else 403
        ), role
        assert client.get("/activities/1.ics").status_code == 404


def test_an_outsider_sees_no_list_and_no_ledger_of_another_office(
    sqlite_app: Flask, sqlite_client: FlaskClient, cast: Cast, sign_in: Callable[..., None]
) -> None:
    sign_in(sqlite_client, cast.outsider)
    office = f"office={cast.subdistrict.slug}"
    for address in (f"/people/{cast.volunteer.person_id}", "/activities/", "/ledgers/02-teams.csv"):
        assert sqlite_client.get(f"{address}?{office}").status_code == 403, address


@pytest.mark.parametrize("value", ["", "1:", "x", "1:wrong", "\u0663:x", "1:x:y"])
def test_a_session_of_nobody_is_a_guest(sqlite_client: FlaskClient, cast: Cast, value: str) -> None:
    with sqlite_client.session_transaction() as session:
        session["_user_id"] = value
    assert sqlite_client.get("/account").status_code == 303


def test_every_form_needs_its_token(
    sqlite_app: Flask, sqlite_client: FlaskClient, cast: Cast, sign_in: Callable[..., None]
) -> None:
    sqlite_app.config["WTF_CSRF_ENABLED"] = True
    sign_in(sqlite_client, cast.administrator)
    posts = rules(sqlite_app, "POST")
    assert len(posts) > 5
    for rule in posts:
        answer = sqlite_client.post(filled(rule, cast))
        assert answer.status_code == 400, rule
    for rule in rules(sqlite_app):
        if rule.methods == {"GET", "HEAD", "OPTIONS"} and rule.endpoint != "accounts.login":
            assert sqlite_client.post(filled(rule, cast)).status_code in (405, 404, 400), rule


@pytest.mark.parametrize("role", ["volunteer", "administrator"])
def test_an_empty_office_has_a_page_everywhere(
    app: Flask, client: FlaskClient, sign_in: Callable[..., None], role: str
) -> None:
    """A fresh database with nothing but an account."""
    account = make_account("周敏", Role.ADMINISTRATOR if role == "administrator" else None)
    db.session.commit()
    for signed in (False, True):
        if signed:
            sign_in(client, account)
        for rule in rules(app):
            assert client.get(filled(rule, None)).status_code < 500, rule
            assert signed or client.head(filled(rule, None)).status_code < 500, rule


DAYS = ("0001-01-01", "0001-01-02", "1969-12-31", "1990-01-01", "2199-12-31", "9999-12-26", "9999-12-30", "9999-12-31")


@pytest.mark.parametrize("day", DAYS)
def test_the_ends_of_the_calendar(
    sqlite_app: Flask, sqlite_client: FlaskClient, cast: Cast, sign_in: Callable[..., None], day: str
) -> None:
    """A day may be typed at which nothing can be added or taken away any more."""
    sign_in(sqlite_client, cast.officer)
    week = date.fromisoformat(day).isocalendar()
    sheet = f"/places/{cast.compound.slug}/week"
    inside = "1990" <= day < "2200"
    for address in ("/", sheet):
        for text in (day, f"{week.year}-W{week.week:02}"):
            assert sqlite_client.get(f"{address}?week={text}").status_code == (200 if inside else 404), text
    for name in ("from", "to"):
        assert sqlite_client.get(f"/activities/?{name}={day}").status_code == 200
        answer = sqlite_client.get(f"/ledgers/07-attendance.csv?{name}={day}")
        assert answer.status_code == (200 if inside else 303)
    for page in ("", "by/weeks", "rows", "participation.csv"):
        for first, last in ((day, "2020-12-31"), ("2020-01-01", day), (day, day)):
            answer = sqlite_client.get(f"/reports/{page}?figure=held&from={first}&to={last}")
            assert answer.status_code in (200, 303, 422), answer.request.path


def test_nul_in_a_repeated_field_or_parameter(sqlite_client: FlaskClient) -> None:
    assert sqlite_client.post("/login", data={"login": ["x", "y\0"]}).status_code == 400
    assert sqlite_client.get("/?week=a&week=%00").status_code == 404


@pytest.mark.now(ENTERING)
@pytest.mark.parametrize("seen", ["[" * 100_000, '{"judging_until": "xyz"}'])
def test_a_hidden_field_that_somebody_made_up(
    sqlite_client: FlaskClient, cast: Cast, sign_in: Callable[..., None], seen: str
) -> None:
    contest = make_round(cast.subdistrict)
    sign_in(sqlite_client, cast.officer)
    form = {"name": "x", "judging_until": "2020-11-25", "seen": seen}
    assert sqlite_client.post(f"/contests/{contest.slug}/edit", data=form).status_code in (409, 422)
