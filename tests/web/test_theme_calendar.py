"""The themes of a year: read by everyone, kept by the office."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import Cast, make_theme
from tests.web.test_planning import seen
from volunteer_app.activities.models import Theme, ThemeField
from volunteer_app.activities.year import calendar, keeping
from volunteer_app.activities.year.models import AnchorKind, ThemeAnchor, ThemeMove
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.people.models import Account
from volunteer_app.web.forms.theme_calendar import hangs_on

SignIn = Callable[[FlaskClient, Account], None]
CountQueries = Callable[[], AbstractContextManager[list[str]]]

JUNE_5 = date(2020, 6, 5)
"""A Friday."""
LIST = "/themes/calendar"


@pytest.fixture
def anchor(cast: Cast) -> ThemeAnchor:
    """The World Environment Day of the cast's office."""
    theme = make_theme(cast.subdistrict, "环境日", ThemeField.ENVIRONMENT)
    return keeping.add(theme, {"kind": AnchorKind.DAY, "month": 6, "day": 5}, by=None)


def rows(page: str) -> list[str]:
    """What each row of the tables says, without its marks."""
    tables = re.findall(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    found = [row for table in tables for row in re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


def at_fault(page: str) -> list[str]:
    """The fields at which the page says that something is wrong, as its summary names them."""
    summary = re.search(r'id="wrong">(.*?)</div>', page, re.DOTALL)
    return re.findall(r'href="#(\w+)"', summary[1]) if summary else []


def entries() -> int:
    return db.session.query(AuditEntry).count()


def test_the_office_takes_over_the_usual_themes(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.officer)
    assert "启用常用的 52 个主题" in client.get("/themes/calendar").text
    answer = client.post("/themes/calendar/defaults")
    page = client.get(answer.location).text
    assert ("已启用 53 个主题" in page, "端午包粽" in page, "6月25日（周四）" in page) == (True, True, True)
    assert ("农历 5 月 5 日" in page, "5月第三个周日" in page, "清明" in page) == (True, True, True)
    number = len(calendar.of_year(cast.subdistrict, 2020))
    assert len(rows(page)) == len(re.findall(r"/themes/calendar/\d+/edit", page)) == number
    assert page.count('aria-labelledby="month-') == 12
    client.post("/themes/calendar/defaults")
    assert db.session.query(ThemeAnchor).count() == 53


def test_turning_one_off_and_on(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    keeping.enter_defaults(cast.subdistrict, by=None)
    anchor = next(it for it in db.session.query(ThemeAnchor) if it.theme.name == "植树")
    sign_in(client, cast.officer)
    assert 'name="off" value="1"' in client.get(f"{LIST}/{anchor.id}/edit").text
    client.post(f"{LIST}/{anchor.id}/state", data={"off": "1"})
    page = client.get(LIST).text
    assert (anchor.off, page.count("植树</td>"), "已停用</h2>" in page) == (True, 0, True)
    page = client.get(f"{LIST}/{anchor.id}/edit").text
    assert (f'action="{LIST}/{anchor.id}/state"' in page, 'name="off"' in page) == (True, False)
    client.post(f"{LIST}/{anchor.id}/state")
    assert (anchor.off, client.get(LIST).text.count("植树</td>")) == (False, 1)


def test_everyone_reads_it(client: FlaskClient, cast: Cast, sign_in: SignIn, anchor: ThemeAnchor) -> None:
    keeping.move(anchor, JUNE_5, to=None, by=None)
    for account in (None, cast.volunteer, cast.leader, cast.secretary):
        if account:
            sign_in(client, account)
        assert rows(client.get(f"{LIST}?year=2021").text) == ["2021年5月31日–6月6日 环境： 环境日 2021年6月5日（周六）"]
        page = client.get(LIST).text
        assert ("/edit" in page, "/move" in page, "/return" in page, "环境日" in page) == (False,) * 4


@pytest.mark.parametrize(
    ("who", "lists", "keeps"),
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
def test_who_may_keep_it(
    sqlite_client: FlaskClient,
    cast: Cast,
    sign_in: SignIn,
    anchor: ThemeAnchor,
    who: str | None,
    lists: int,
    keeps: int,
) -> None:
    if who:
        sign_in(sqlite_client, getattr(cast, who))
    one, day = f"{LIST}/{anchor.id}", f"{LIST}/{anchor.id}/days/2020-06-05"
    assert sqlite_client.get(f"{LIST}/new").status_code == lists
    assert sqlite_client.post(f"{LIST}/new").status_code == {200: 422}.get(lists, lists)
    for address in (f"{one}/edit", f"{day}/move"):
        assert sqlite_client.get(address).status_code == keeps
        assert sqlite_client.post(address).status_code == {200: 422}.get(keeps, keeps)
    for address in (f"{day}/return", f"{one}/state"):
        assert sqlite_client.post(address, data={"off": "1"}).status_code == {200: 303}.get(keeps, keeps)
    assert anchor.off is (keeps == 200)


def test_what_is_not_there(sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, anchor: ThemeAnchor) -> None:
    sign_in(sqlite_client, cast.officer)
    for address in (
        "999999/edit",
        "999999/days/2020-06-05/move",
        *(f"{anchor.id}/days/{day}/move" for day in ("2020-06-06", "1999-06-05", "9999-12-31", "0001-01-01", "never")),
    ):
        assert sqlite_client.get(f"{LIST}/{address}").status_code == 404
        assert sqlite_client.post(f"{LIST}/{address}").status_code == 404
    assert sqlite_client.post(f"{LIST}/{anchor.id}/days/2020-06-06/return").status_code == 404


def test_a_theme_that_is_there_gets_its_place(
    client: FlaskClient, cast: Cast, sign_in: SignIn, anchor: ThemeAnchor
) -> None:
    theme = make_theme(cast.subdistrict, "节水")
    sign_in(client, cast.officer)
    page = client.get(f"{LIST}/new").text
    assert (f'value="{theme.id}">节水</option>' in page, "环境日" in page) == (True, False)
    form = {"theme": theme.id, "kind": "lunar", "lunar_month": 1, "lunar_day": 15, "days_later": "-1", "month": 3}
    for _ in range(2):
        answer = client.post(f"{LIST}/new", data=form)
        assert (answer.status_code, answer.location) == (303, LIST)
    added = db.session.query(ThemeAnchor).filter_by(theme_id=theme.id).one()
    assert (added.kind, added.month, added.day, added.days_later) == (AnchorKind.LUNAR, 1, 15, -1)
    answer = client.post(f"{LIST}/new", data=form | {"lunar_day": 16})
    assert (answer.status_code, at_fault(answer.text)) == (422, ["theme"])


def test_a_new_theme_with_its_place(client: FlaskClient, cast: Cast, sign_in: SignIn, anchor: ThemeAnchor) -> None:
    sign_in(client, cast.officer)
    form = {"name": " 植树 ", "field": "environment", "kind": "weekday", "nth_month": 3, "nth": -1, "weekday": 0}
    for _ in range(2):
        assert client.post(f"{LIST}/new", data=form).status_code == 303
    assert sorted(it.name for it in db.session.query(Theme)) == ["植树", "环境日"]
    assert (
        rows(client.get(LIST).text)[0]
        == "3月30日–4月5日 环境： 植树 3月30日（周一） ， 3月最后一个周一 修改 ：植树 改期 ：植树"
    )
    answer = client.post(f"{LIST}/new", data=form | {"name": "环境日"})
    assert (answer.status_code, at_fault(answer.text)) == (422, ["name"])


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"name": ""}, ["theme"]),
        ({"field": ""}, ["field"]),
        ({"theme": "other"}, ["theme"]),
        ({"theme": "own"}, ["theme"]),
        ({"kind": ""}, ["kind"]),
        ({"kind": "never"}, ["kind"]),
        ({"month": ""}, ["month"]),
        ({"month": "2", "day": "30"}, ["day"]),
        ({"month": "²"}, ["month"]),
        ({"kind": "weekday"}, ["nth_month", "nth", "weekday"]),
        ({"kind": "lunar", "lunar_day": "30"}, ["lunar_month"]),
        ({"kind": "term"}, ["term"]),
        ({"kind": "term", "term": "24"}, ["term"]),
        ({"days_later": "61"}, ["days_later"]),
        ({"days_later": "9" * 5_000}, ["days_later"]),
        ({"days_later": "soon"}, ["days_later"]),
        ({"name": "长" * 61}, ["name"]),
        ({"name": "", "day": "", "days_later": "x"}, ["day", "days_later", "theme"]),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_kept(
    sqlite_client: FlaskClient,
    cast: Cast,
    sign_in: SignIn,
    anchor: ThemeAnchor,
    wrong: dict[str, str],
    fields: list[str],
) -> None:
    own, other = make_theme(cast.subdistrict, "节水"), make_theme(cast.elsewhere)
    sign_in(sqlite_client, cast.officer)
    form = {"name": "植树", "field": "environment", "kind": "day", "month": "3", "day": "12", "days_later": "2"} | wrong
    theme_id = {"own": own.id, "other": other.id}.get(form.get("theme", ""), "")
    answer = sqlite_client.post(f"{LIST}/new", data=form | {"theme": theme_id})
    assert (answer.status_code, sorted(set(at_fault(answer.text)))) == (422, sorted(fields))
    assert f'name="name" type="text" value="{form["name"]}"' in answer.text
    assert f'name="days_later" type="number" value="{form["days_later"]}"' in answer.text
    assert (db.session.query(ThemeAnchor).count(), db.session.query(Theme).count()) == (1, 3)


def test_it_hangs_on_something_else(client: FlaskClient, cast: Cast, sign_in: SignIn, anchor: ThemeAnchor) -> None:
    address = f"{LIST}/{anchor.id}/edit"
    sign_in(client, cast.officer)
    page = client.get(address).text
    for name, value in (("month", 6), ("day", 5)):
        options = re.search(rf'<select[^>]* name="{name}".*?</select>', page, re.DOTALL)
        assert options
        assert f'<option selected value="{value}">' in options[0]
    form = {"seen": seen(page), "kind": "term", "term": 6, "days_later": 3, "month": 6, "day": 5}
    before = entries()
    for _ in range(2):
        answer = client.post(address, data=form)
        assert (answer.status_code, answer.location) == (303, LIST)
    assert (anchor.kind, anchor.month, anchor.day, anchor.term, anchor.days_later) == (
        AnchorKind.TERM,
        None,
        None,
        6,
        3,
    )
    assert entries() == before + 1


def test_what_is_wrong_changes_nothing(client: FlaskClient, cast: Cast, sign_in: SignIn, anchor: ThemeAnchor) -> None:
    address = f"{LIST}/{anchor.id}/edit"
    sign_in(client, cast.officer)
    form = {"seen": seen(client.get(address).text), "kind": "day", "month": 6, "day": 31, "days_later": 0}
    answer = client.post(address, data=form)
    assert (answer.status_code, at_fault(answer.text)) == (422, ["day"])
    assert '<option selected value="31">' in answer.text
    assert (anchor.month, anchor.day) == (6, 5)


def test_two_changing_it_at_once(client: FlaskClient, cast: Cast, sign_in: SignIn, anchor: ThemeAnchor) -> None:
    other = client.application.test_client()
    sign_in(client, cast.officer)
    sign_in(other, cast.administrator)
    address = f"{LIST}/{anchor.id}/edit"
    form = {"seen": seen(client.get(address).text), "kind": "day", "month": 6, "day": 5, "days_later": 0}
    assert client.post(address, data=form | {"day": 6}).status_code == 303
    answer = other.post(address, data=form | {"day": 7})
    assert (answer.status_code, anchor.day) == (409, 6)
    assert '<option selected value="7">' in answer.text
    assert other.post(address, data=form | {"day": 7, "seen": seen(answer.text)}).status_code == 303
    assert anchor.day == 7


def test_one_years_day_moves_and_goes_back(
    client: FlaskClient, cast: Cast, sign_in: SignIn, anchor: ThemeAnchor
) -> None:
    day = f"{LIST}/{anchor.id}/days/2020-06-05"
    sign_in(client, cast.officer)
    page = client.get(f"{day}/move").text
    assert ('name="day" required type="date" value="2020-06-05"' in page, "/return" in page) == (True, False)
    form = {"seen": seen(page), "fate": "day", "day": "2020-06-12"}
    before = entries()
    for _ in range(2):
        answer = client.post(f"{day}/move", data=form)
        assert (answer.status_code, answer.location) == (303, f"{LIST}?year=2020")
    assert entries() == before + 1
    assert rows(client.get(LIST).text)[0].startswith("6月8日–14日 环境： 环境日 6月12日（周五） 已调整")
    page = client.get(f"{day}/move").text
    assert ('value="2020-06-12"' in page, f'action="{day}/return"' in page) == (True, True)
    for _ in range(2):
        assert client.post(f"{day}/return").location == f"{LIST}?year=2020"
    assert (entries(), db.session.query(ThemeMove).count()) == (before + 2, 0)
    assert rows(client.get(LIST).text)[0].startswith("6月1日–7日 环境： 环境日 6月5日（周五）")


def test_one_year_leaves_it_out(client: FlaskClient, cast: Cast, sign_in: SignIn, anchor: ThemeAnchor) -> None:
    day = f"{LIST}/{anchor.id}/days/2020-06-05"
    sign_in(client, cast.officer)
    form = {"seen": seen(client.get(f"{day}/move").text), "fate": "left_out", "day": "no matter"}
    assert client.post(f"{day}/move", data=form).status_code == 303
    page = client.get(LIST).text
    assert (rows(page), 'id="left-out"' in page, f'action="{day}/return"' in page) == ([], True, True)
    assert len(rows(client.get(f"{LIST}?year=2021").text)) == 1
    assert 'checked id="fate-2"' in client.get(f"{day}/move").text
    client.post(f"{day}/return")
    assert len(rows(client.get(LIST).text)) == 1


def test_a_day_at_the_turn_of_the_year_leads_back_to_the_year_of_its_week(
    client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    theme = make_theme(cast.subdistrict, "元旦健步走")
    anchor = keeping.add(theme, {"kind": "day", "month": 1, "day": 1}, by=None)
    sign_in(client, cast.officer)
    assert client.post(f"{LIST}/{anchor.id}/days/2021-01-01/return").location == f"{LIST}?year=2020"


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"fate": ""}, ["fate"]),
        ({"fate": "x"}, ["fate"]),
        ({"day": ""}, ["day"]),
        ({"day": "soon"}, ["day"]),
        ({"day": "2020-12-06"}, ["day"]),
        ({"day": "1020-06-06"}, ["day"]),
    ],
)
def test_a_day_to_which_it_cannot_move(
    sqlite_client: FlaskClient,
    cast: Cast,
    sign_in: SignIn,
    anchor: ThemeAnchor,
    wrong: dict[str, str],
    fields: list[str],
) -> None:
    address = f"{LIST}/{anchor.id}/days/2020-06-05/move"
    sign_in(sqlite_client, cast.officer)
    form = {"seen": seen(sqlite_client.get(address).text), "fate": "day", "day": "2020-06-12"} | wrong
    answer = sqlite_client.post(address, data=form)
    assert (answer.status_code, at_fault(answer.text)) == (422, fields)
    assert f'value="{form["day"]}"' in answer.text
    assert db.session.query(ThemeMove).count() == 0


def test_another_kind_than_the_other_one_chose(
    client: FlaskClient, cast: Cast, sign_in: SignIn, anchor: ThemeAnchor
) -> None:
    other = client.application.test_client()
    sign_in(client, cast.officer)
    sign_in(other, cast.administrator)
    address = f"{LIST}/{anchor.id}/edit"
    form = {"seen": seen(client.get(address).text), "kind": "day", "month": 6, "day": 6, "days_later": 0}
    assert client.post(address, data=form).status_code == 303
    answer = other.post(address, data=form | {"kind": "term", "term": 6, "day": 5})
    assert (answer.status_code, anchor.kind) == (409, AnchorKind.DAY)


def test_two_moving_it_at_once(client: FlaskClient, cast: Cast, sign_in: SignIn, anchor: ThemeAnchor) -> None:
    other = client.application.test_client()
    sign_in(client, cast.officer)
    sign_in(other, cast.administrator)
    address = f"{LIST}/{anchor.id}/days/2020-06-05/move"
    form = {"seen": seen(client.get(address).text), "fate": "day"}
    assert client.post(address, data=form | {"day": "2020-06-12"}).status_code == 303
    answer = other.post(address, data=form | {"day": "2020-06-19"})
    assert answer.status_code == 409
    assert 'value="2020-06-19"' in answer.text
    assert keeping.moved(anchor, JUNE_5).moved_to == date(2020, 6, 12)
    assert other.post(address, data=form | {"day": "2020-06-19", "seen": seen(answer.text)}).status_code == 303
    assert keeping.moved(anchor, JUNE_5).moved_to == date(2020, 6, 19)


def test_holidays_and_what_went_aside_are_named(client: FlaskClient, cast: Cast, anchor: ThemeAnchor) -> None:
    for name, columns in (
        ("养犬", {"kind": "weekday", "month": 6, "nth": 1, "weekday": 4}),
        ("端午包粽", {"kind": "lunar", "month": 5, "day": 5}),
        ("普法", {"kind": "day", "month": 10, "day": 10}),
    ):
        keeping.add(make_theme(cast.subdistrict, name), columns, by=None)
    said = rows(client.get(LIST).text)
    assert [row.split("日", 1)[0] for row in said] == ["6月1", "6月8", "6月22", "10月5"]
    first, aside, feast, workday = said
    assert "环境日" not in first.replace("环境： 环境日", "")
    assert aside.startswith("6月8日–14日 助邻： 养犬 6月5日（周五） ， 6月第一个周五")
    assert "环境日" in aside
    assert "端午节" in feast
    assert "班" in workday


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"kind": "day", "month": 2, "day": 29}, ""),
        ({"kind": "weekday", "month": 5, "nth": 3, "weekday": 6}, "5月第三个周日"),
        ({"kind": "lunar", "month": 5, "day": 5}, "农历 5 月 5 日"),
        ({"kind": "term", "term": 6}, "清明"),
    ],
)
def test_what_it_hangs_on_in_words(sqlite_app: Flask, cast: Cast, columns: dict[str, Any], words: str) -> None:
    anchor = keeping.add(make_theme(cast.subdistrict), columns, by=None)
    with sqlite_app.test_request_context("/"):
        assert hangs_on(anchor) == words
        anchor.days_later = -3
        said = hangs_on(anchor)
        assert (words in said, "3" in said) == (True, True)


@pytest.mark.parametrize(
    ("year", "status"), [("2026", 200), ("1999", 404), ("2101", 404), ("x", 200), ("²", 200), ("9" * 5_000, 200)]
)
def test_years(sqlite_client: FlaskClient, cast: Cast, year: str, status: int) -> None:
    keeping.enter_defaults(cast.subdistrict, by=None)
    assert sqlite_client.get(f"/themes/calendar?year={year}").status_code == status


def test_the_number_of_queries_does_not_grow(
    client: FlaskClient, cast: Cast, sign_in: SignIn, count_queries: CountQueries
) -> None:
    def number() -> int:
        with count_queries() as queries:
            client.get(LIST)
        return len(queries)

    def leave_one_out() -> None:
        it = next(it for it in calendar.of_year(cast.subdistrict, 2020) if it.anchored_on)
        keeping.move(it.anchor, it.anchored_on, to=None, by=None)

    sign_in(client, cast.officer)
    keeping.enter_defaults(cast.subdistrict, by=None)
    for anchor in db.session.query(ThemeAnchor).offset(3):
        db.session.delete(anchor)
    leave_one_out()
    number()
    few = number()
    keeping.enter_defaults(cast.subdistrict, by=None)
    leave_one_out()
    leave_one_out()
    db.session.commit()
    assert number() == few
