"""The themes of a year: read by everyone, kept by the office."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient

from tests.factories import Cast
from volunteer_app.activities.year import keeping
from volunteer_app.activities.year.models import ThemeAnchor
from volunteer_app.database import db
from volunteer_app.people.models import Account

SignIn = Callable[[FlaskClient, Account], None]


def test_the_office_takes_over_the_usual_themes(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.officer)
    assert "启用常用的 52 个主题" in client.get("/themes/calendar").text
    answer = client.post("/themes/calendar/defaults")
    page = client.get(answer.location).text
    assert ("已启用 53 个主题" in page, "端午包粽" in page, "6月25日（周四）" in page) == (True, True, True)
    assert ("农历 5 月 5 日" in page, "5月第三个周日" in page, "清明" in page) == (True, True, True)
    assert page.count('name="off"') >= 53
    client.post("/themes/calendar/defaults")
    assert db.session.query(ThemeAnchor).count() == 53


def test_turning_one_off_and_on(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    keeping.enter_defaults(cast.subdistrict, by=None)
    anchor = next(it for it in db.session.query(ThemeAnchor) if it.theme.name == "植树")
    sign_in(client, cast.officer)
    client.post(f"/themes/calendar/{anchor.id}/state", data={"off": "1"})
    page = client.get("/themes/calendar").text
    assert (anchor.off, page.count("植树</td>"), "已停用</h2>" in page) == (True, 0, True)
    client.post(f"/themes/calendar/{anchor.id}/state")
    assert (anchor.off, client.get("/themes/calendar").text.count("植树</td>")) == (False, 1)


def test_who_may(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    keeping.enter_defaults(cast.subdistrict, by=None)
    anchor = db.session.query(ThemeAnchor).first()
    page = client.get("/themes/calendar")
    assert (page.status_code, 'name="off"' in page.text) == (200, False)
    for account in (cast.volunteer, cast.leader, cast.secretary, cast.outsider):
        sign_in(client, account)
        assert client.post(f"/themes/calendar/{anchor.id}/state", data={"off": "1"}).status_code == 403
    assert anchor.off is False


@pytest.mark.parametrize(
    ("year", "status"), [("2026", 200), ("1999", 404), ("2101", 404), ("x", 200), ("²", 200), ("9" * 5_000, 200)]
)
def test_years(sqlite_client: FlaskClient, cast: Cast, year: str, status: int) -> None:
    keeping.enter_defaults(cast.subdistrict, by=None)
    assert sqlite_client.get(f"/themes/calendar?year={year}").status_code == status


def test_the_number_of_queries_does_not_grow(
    client: FlaskClient, cast: Cast, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    def number() -> int:
        with count_queries() as queries:
            client.get("/themes/calendar")
        return len(queries)

    keeping.enter_defaults(cast.subdistrict, by=None)
    for anchor in db.session.query(ThemeAnchor).offset(1):
        db.session.delete(anchor)
    number()
    one = number()
    keeping.enter_defaults(cast.subdistrict, by=None)
    db.session.commit()
    assert number() == one
