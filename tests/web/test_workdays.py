"""Holidays and make-up workdays: staff read them, administrators set an office's own."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.people.models import Account
from volunteer_app.workdays import SpecialDay

from ..factories import Cast

SignIn = Callable[[FlaskClient, Account], None]
FORM = {"day": "2020-12-07", "kind": "makeup_workday", "name": ""}


@pytest.mark.parametrize(
    ("who", "reads", "sets"),
    [(None, 303, 303), ("volunteer", 403, 403), ("officer", 200, 403), ("administrator", 200, 303)],
)
def test_who_may(client: FlaskClient, cast: Cast, sign_in: SignIn, who: str | None, reads: int, sets: int) -> None:
    if who:
        sign_in(client, getattr(cast, who))
    assert client.get("/workdays/").status_code == reads
    assert client.post("/workdays/", data=FORM).status_code == sets
    assert db.session.query(SpecialDay).count() == (who == "administrator")


def test_the_published_year(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.officer)
    page = client.get("/workdays/?year=2020").text
    assert page.count("调休上班") == 6
    assert "10月8日（周四）" in page
    assert "国庆节" in page
    assert "还没有公布" not in page
    assert "还没有公布" in client.get("/workdays/?year=2099").text


@pytest.mark.parametrize("year", ["x", "0", "99999", "２０２０", "1999"])
def test_an_unreadable_year_is_the_nearest_one_there_is(
    client: FlaskClient, cast: Cast, sign_in: SignIn, year: str
) -> None:
    sign_in(client, cast.officer)
    assert client.get("/workdays/", query_string={"year": year}).status_code == 200


def test_setting_a_day_anew_and_taking_it_back(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.administrator)
    client.post("/workdays/", data=FORM)
    client.post("/workdays/", data=FORM | {"kind": "holiday", "name": " 建区纪念日 "})
    (row,) = db.session.query(SpecialDay)
    assert (row.day.isoformat(), row.kind, row.name) == ("2020-12-07", "holiday", "建区纪念日")
    assert "建区纪念日" in client.get("/workdays/").text
    assert client.post("/workdays/2020-12-07/removal").status_code == 303
    assert db.session.query(SpecialDay).count() == 0
    assert [entry.changes for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)] == [
        {"2020-12-07": [None, ["makeup_workday", ""]]},
        {"2020-12-07": [["makeup_workday", ""], ["holiday", "建区纪念日"]]},
        {"2020-12-07": [["holiday", "建区纪念日"], None]},
    ]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"day": ""}, "请选择日期"),
        ({"day": "2020-02-30"}, 'value="2020-02-30"'),
        ({"day": "1899-01-01"}, "2000 年到 2100 年之间"),
        ({"kind": ""}, "请选择一项"),
        ({"kind": "weekend"}, 'class="wrong"'),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    client: FlaskClient, cast: Cast, sign_in: SignIn, typed: dict[str, str], words: str
) -> None:
    sign_in(client, cast.administrator)
    response = client.post("/workdays/", data=FORM | typed)
    assert response.status_code == 422
    assert words in response.text
    assert db.session.query(SpecialDay).count() == 0


@pytest.mark.parametrize("day", ["2020-12-08", "x", "2020-13-01"])
def test_a_day_that_is_not_set(client: FlaskClient, cast: Cast, sign_in: SignIn, day: str) -> None:
    sign_in(client, cast.administrator)
    assert client.post(f"/workdays/{day}/removal").status_code == 404
