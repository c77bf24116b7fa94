"""The audit trail to read: in words, in one's own scope, and nothing changes it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from volunteer_app import clock
from volunteer_app.audit import trail
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import Base, db
from volunteer_app.people.models import Account
from volunteer_app.web import audit_words

from ..factories import Cast, make_activity, make_sign_up
from .recorded import actions

SignIn = Callable[[FlaskClient, Account], None]


@pytest.fixture
def entries(app: Flask, cast: Cast) -> list[AuditEntry]:
    """Three: of the office, of another one, of none."""
    here, elsewhere = cast.subdistrict.id, cast.elsewhere.id
    sign_up = make_sign_up(make_activity(cast.team))
    trail.record("withdraw", sign_up, by=cast.leader.id, place_id=here, changes={"state": ["confirmed", "withdrawn"]})
    trail.record("change", cast.elsewhere, by=cast.outsider.id, place_id=elsewhere, reason="改名")
    trail.record("log in", cast.volunteer, by=cast.volunteer.id)
    db.session.commit()
    return db.session.query(AuditEntry).order_by(AuditEntry.id).all()


def rows(client: FlaskClient, query: str = "") -> int:
    page = client.get(f"/audit/{query}")
    assert page.status_code == 200
    return page.text.count('<th scope="row"')


def test_every_action_and_every_thing_has_words() -> None:
    assert actions() - audit_words.ACTIONS.keys() == set()
    assert audit_words.THINGS.keys() == set(Base.metadata.tables)


def test_who_reads_what(client: FlaskClient, cast: Cast, sign_in: SignIn, entries: list[AuditEntry]) -> None:
    read = {}
    for who in ("volunteer", "leader", "secretary", "outsider", "officer", "administrator"):
        sign_in(client, getattr(cast, who))
        read[who] = rows(client) if client.get("/audit/").status_code == 200 else None
    assert read == {
        "volunteer": None,
        "leader": None,
        "secretary": None,
        "outsider": 1,
        "officer": 1,
        "administrator": 3,
    }


def test_an_entry_of_a_place_inside_belongs_to_the_office(
    client: FlaskClient, cast: Cast, sign_in: SignIn, entries: list[AuditEntry]
) -> None:
    trail.record("change", cast.compound, by=None, place_id=cast.compound.id)
    sign_in(client, cast.officer)
    assert rows(client) == 2


def test_it_reads_as_sentences(client: FlaskClient, cast: Cast, sign_in: SignIn, entries: list[AuditEntry]) -> None:
    sign_in(client, cast.administrator)
    client.set_cookie("lang", "en")
    page = client.get("/audit/").text
    assert "withdrew a sign-up" in page
    assert "State: Has a place → Withdrawn" in page
    assert f'<a href="/places/{cast.elsewhere.slug}">changed a place</a><span class="quiet">: 改名</span>' in page
    assert "signed in" in page
    for identifier in ("sign_up", "log in", "withdrawn", "confirmed"):
        assert f">{identifier}<" not in page


def test_filters(client: FlaskClient, cast: Cast, sign_in: SignIn, now: datetime, entries: list[AuditEntry]) -> None:
    with clock.frozen(now + timedelta(days=1)):
        trail.record("log in", cast.leader, by=cast.leader.id)
        db.session.commit()
    sign_in(client, cast.administrator)
    for query, expected in (
        ("", 4),
        ("?from=2020-11-26", 1),
        ("?to=2020-11-25", 3),
        ("?from=2020-11-25&to=2020-11-26", 4),
        (f"?q={cast.leader.person.name}", 2),
        (f"?q={cast.leader.phone}", 2),
        ("?q=%25", 0),
        ("?kind=account", 2),
        ("?action=withdraw", 1),
        ("?action=withdraw&kind=account", 0),
    ):
        assert rows(client, query) == expected, query


@pytest.mark.parametrize("query", ["?from=soon", "?kind=nonsense", "?action=nonsense", "?to=9999-12-31"])
def test_a_filter_that_cant_be_read(client: FlaskClient, cast: Cast, sign_in: SignIn, query: str) -> None:
    sign_in(client, cast.administrator)
    assert client.get(f"/audit/{query}").status_code == 422


def test_nothing_changes_it(sqlite_app: Flask) -> None:
    methods = {
        method for it in sqlite_app.url_map.iter_rules() if str(it).startswith("/audit") for method in it.methods
    }
    assert methods == {"GET", "HEAD", "OPTIONS"}


def test_pages_and_queries(
    sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, count_queries: Callable[..., object]
) -> None:
    sign_in(sqlite_client, cast.administrator)
    counts = []
    subjects = cast.team, cast.compound, cast.volunteer.person, make_activity(cast.team)
    for _ in range(2):
        for subject in subjects:
            trail.record("change", subject, by=cast.officer.id)
        sqlite_client.get("/audit/")
        with count_queries() as queries:
            rows(sqlite_client)
        counts.append(len(queries))
        for _ in range(60):
            trail.record("change", cast.team, by=cast.officer.id)
    assert counts[0] == counts[1]
    assert rows(sqlite_client, "?page=2") > 0


def test_an_action_of_a_later_version_is_a_change(sqlite_app: Flask) -> None:
    with sqlite_app.test_request_context(headers={"Accept-Language": "en"}):
        entry = AuditEntry(action="teleport", subject="spaceship", changes={"beam_id": [1, 2], "name": "not a pair"})
        assert (audit_words.done(entry), audit_words.changes(entry)) == ("changed something", [])
