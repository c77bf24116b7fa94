"""Themes: the office's list of them, and every change of one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from volunteer_app import clock
from volunteer_app.activities.models import Theme, ThemeField
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.web.forms.stale import packed
from volunteer_app.web.forms.themes import shown

from .. import factories
from ..factories import Cast

SignIn = Callable[..., None]


@pytest.mark.parametrize(
    ("who", "lists", "edits"),
    [
        (None, 303, 303),
        ("volunteer", 403, 403),
        ("leader", 403, 403),
        ("secretary", 403, 403),
        ("outsider", 200, 403),
        ("officer", 200, 200),
        ("administrator", 200, 200),
    ],
)
def test_who_may(
    sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, who: str | None, lists: int, edits: int
) -> None:
    theme = factories.make_theme(cast.subdistrict)
    if who:
        sign_in(sqlite_client, getattr(cast, who))
    for page in ("", "new"):
        assert sqlite_client.get(f"/themes/{page}").status_code == lists
    assert sqlite_client.post("/themes/new").status_code == {200: 422}.get(lists, lists)
    assert sqlite_client.get(f"/themes/{theme.id}/edit").status_code == edits
    assert sqlite_client.post(f"/themes/{theme.id}/edit").status_code == {200: 422}.get(edits, edits)
    for action in ("retirement", "restoration"):
        assert sqlite_client.post(f"/themes/{theme.id}/{action}").status_code == {200: 303}.get(edits, edits)


def test_the_list(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    theme = factories.make_theme(cast.subdistrict, "消防演练", ThemeField.SAFETY)
    factories.make_theme(cast.elsewhere, "别处的")
    for days in range(3):
        factories.make_activity(cast.team, theme, starts_at=clock.now() + timedelta(days=days))
    sign_in(client, cast.officer)
    page = client.get("/themes/").text
    assert ("消防演练" in page, "别处的" in page, "3 场" in page) == (True, False, True)
    assert "消防演练" not in client.get("/themes/?theme=health").text
    assert "消防演练" in client.get("/themes/?q=演练&sort=-field").text
    assert "消防演练" not in client.get("/themes/?state=retired").text
    assert client.get("/themes/?state=unknown").status_code == 404


def test_a_fixed_number_of_queries(sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, count_queries: Any) -> None:
    sign_in(sqlite_client, cast.officer)

    def counted() -> int:
        db.session.commit()
        with count_queries() as queries:
            sqlite_client.get("/themes/")
        return len(queries)

    factories.make_theme(cast.subdistrict)
    counted()  # whether this is a demo is known from now on
    first = counted()
    for _ in range(2):
        factories.make_theme(cast.subdistrict)
    assert counted() == first


def test_adding(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.officer)
    assert client.post("/themes/new", data={"name": "消防演练", "field": "safety"}).status_code == 303
    theme = db.session.query(Theme).one()
    assert (theme.name, theme.field, theme.subdistrict_id) == ("消防演练", ThemeField.SAFETY, cast.subdistrict.id)
    again = client.post("/themes/new", data={"name": "消防演练", "field": "health"})
    assert (again.status_code, 'id="name-e"' in again.text) == (422, True)
    assert client.post("/themes/new", data={"name": "防诈", "field": "magic"}).status_code == 422
    assert db.session.query(Theme).count() == 1


def test_changing(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    activity = factories.make_activity(cast.team, "消防")
    theme = activity.theme
    sign_in(client, cast.officer)
    address = f"/themes/{theme.id}/edit"
    assert 'value="消防"' in client.get(address).text
    data = {"name": "消防演练", "field": "safety", "seen": packed(shown(theme))}
    for _ in range(2):
        assert client.post(address, data=data).status_code == 303
    assert (theme.name, theme.field, activity.revision) == ("消防演练", ThemeField.SAFETY, 1)
    assert db.session.query(AuditEntry).filter_by(action="change").count() == 1
    assert "消防演练" in client.get("/").text


def test_two_hands_at_once(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    theme = factories.make_theme(cast.subdistrict, "消防")
    sign_in(client, cast.officer)
    data = {"name": "消防演练", "field": "neighbours", "seen": packed(shown(theme))}
    theme.field = ThemeField.SAFETY
    answer = client.post(f"/themes/{theme.id}/edit", data=data)
    assert (answer.status_code, 'value="消防演练"' in answer.text) == (409, True)
    assert 'checked id="field-2"' in answer.text
    assert theme.name == "消防"


def test_retiring_and_restoring(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    theme = factories.make_theme(cast.subdistrict, "消防")
    sign_in(client, cast.officer)
    for _ in range(2):
        client.post(f"/themes/{theme.id}/retirement")
    assert theme.retired_on == clock.today()
    assert "消防" in client.get("/themes/?state=retired").text
    for _ in range(2):
        client.post(f"/themes/{theme.id}/restoration")
    assert theme.retired_on is None
    assert db.session.query(AuditEntry).filter_by(subject="theme").count() == 2
