"""Ledgers on the web: sent, seen, agreed to, taken home."""

import io
import re
import zipfile
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from volunteer_app import clock
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.duty.models import Visit, VisitKind, VisitState
from volunteer_app.ledgers import uploads
from volunteer_app.ledgers.reading import Source
from volunteer_app.tables.reading import read
from volunteer_app.teams.models import Team

from ..factories import Cast, make_activity, make_pairing, make_person, make_sign_up, make_visit
from ..ledgers.books import CAME, DATA, PLACES, PLAN, SUNG, TEAMS, VISITS, sheet, source

ROW = ["1", "云台合唱团", "文体组织", "云台社区", "云台里5号院", "周文", "19900000051", None, "2019-05-04", "三"]
ROW += ["19:00", "20:30", "云台里5号院活动室", "合唱"]
TEAM = sheet("02-teams-队伍.csv", TEAMS, [ROW])
BAD = sheet("02-teams-队伍.csv", TEAMS, [ROW, [*ROW[:1], "云台舞蹈队", "舞蹈", *ROW[3:]]])


def send(client: FlaskClient, *sources: Source, **form: str) -> TestResponse:
    files = [(io.BytesIO(one.load()), one.label) for one in sources]
    data = MultiDict([("files", file) for file in files] + list(form.items()))
    return client.post("/ledgers/uploads", data=data, content_type="multipart/form-data")


def sent(client: FlaskClient, *sources: Source, **form: str) -> str:
    """The address of the preview."""
    response = send(client, *sources, **form)
    assert response.status_code == 303, response.text
    return response.headers["Location"]


def digest(page: str) -> str:
    found = re.search(r'name="digest"[^>]*value="([0-9a-f]{64})"', page)
    assert found, page
    return found[1]


def agree(client: FlaskClient, address: str, page: str | None = None) -> TestResponse:
    page = client.get(address).text if page is None else page
    return client.post(f"{address}/entry", data={"digest": digest(page)})


def names(cast: Cast) -> list[str]:
    query = select(Team.name).where(Team.subdistrict_id == cast.subdistrict.id).order_by(Team.id)
    return list(db.session.scalars(query))


@pytest.fixture
def officer(client: FlaskClient, cast: Cast, sign_in) -> FlaskClient:
    client.set_cookie("lang", "en")
    sign_in(client, cast.officer)
    return client


@pytest.fixture
def administrator(client: FlaskClient, cast: Cast, sign_in) -> FlaskClient:
    client.set_cookie("lang", "en")
    sign_in(client, cast.administrator)
    return client


PATHS = [
    "/ledgers/",
    "/ledgers/02-teams.xlsx",
    f"/ledgers/uploads/{'x' * 32}",
    f"/ledgers/uploads/{'x' * 32}/faults.xlsx",
]


@pytest.mark.parametrize("path", PATHS)
def test_the_office_alone(client: FlaskClient, cast: Cast, sign_in, path: str) -> None:
    assert client.get(path).headers["Location"].startswith("/login?next=/ledgers/")
    sign_in(client, cast.volunteer)
    assert client.get(path).status_code == 403
    assert send(client, TEAM).status_code == 403
    assert client.post(f"/ledgers/uploads/{'x' * 32}/entry").status_code == 403


def test_seen_before_anything_is_written(officer: FlaskClient, cast: Cast) -> None:
    address = sent(officer, TEAM)
    page = officer.get(address).text
    assert "Nothing is written yet" in page
    assert "1 · 云台合唱团 · 文体组织" in page
    assert names(cast) == ["云台里志愿服务队"]
    response = agree(officer, address, page)
    assert (response.status_code, response.headers["Location"]) == (303, address)
    assert names(cast) == ["云台里志愿服务队", "云台合唱团"]
    page = officer.get(address).text
    assert "The ledgers are in: 1 added, 0 changed." in page
    assert f'href="/reports/?office={cast.subdistrict.slug}"' in page
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "import")).one()
    assert (entry.account_id, entry.door, entry.place_id) == (cast.officer.id, "web", cast.subdistrict.id)


def test_agreed_to_twice_it_is_done_once(officer: FlaskClient, cast: Cast) -> None:
    address = sent(officer, TEAM)
    page = officer.get(address).text
    for _time in range(2):
        assert agree(officer, address, page).headers["Location"] == address
    assert len(names(cast)) == 2
    assert db.session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "import")) == 1


def test_what_was_changed_since_is_shown_again(officer: FlaskClient, cast: Cast) -> None:
    agree(officer, sent(officer, TEAM))
    address = sent(officer, sheet("02-teams-队伍.csv", TEAMS, [[*ROW[:13], "诗歌"]]))
    page = officer.get(address).text
    assert "<s>合唱</s> → 诗歌" in page
    team = db.session.scalars(select(Team).where(Team.name == "云台合唱团")).one()
    team.focus = "朗诵"
    assert agree(officer, address, page).headers["Location"] == address
    page = officer.get(address).text
    assert "Something was changed in the meantime: look at the preview once more." in page
    assert "<s>朗诵</s> → 诗歌" in page
    assert db.session.get_one(Team, team.id).focus == "朗诵"
    agree(officer, address, page)
    assert db.session.get_one(Team, team.id).focus == "诗歌"


def test_faults_are_told_and_nothing_can_be_agreed_to(officer: FlaskClient, cast: Cast) -> None:
    address = sent(officer, BAD)
    page = officer.get(address).text
    assert "1 fault: nothing can be imported" in page
    assert "02-teams-队伍.csv [队伍] row 3, column 类别: 舞蹈 is none of 文体组织" in page
    assert 'name="digest"' not in page
    workbook = officer.get(f"{address}/faults.xlsx")
    assert workbook.headers["Content-Disposition"] == "attachment; filename=faults.xlsx"
    rows = read("a.xlsx", workbook.data)[0].rows
    assert rows[2][1:3] == ["云台舞蹈队", "舞蹈"]
    assert str(rows[2][-1]).startswith("类别：舞蹈 is none of")
    # Even where somebody sends the form by hand.
    assert officer.post(f"{address}/entry", data={"digest": "0" * 64}).status_code == 303
    assert names(cast) == ["云台里志愿服务队"]


def test_nothing_new_and_nothing_known(officer: FlaskClient, cast: Cast) -> None:
    agree(officer, sent(officer, TEAM))
    assert "Everything in these files is here already" in officer.get(sent(officer, TEAM)).text
    recipe = sheet("菜谱.csv", ["菜", "价"], [["豆腐", "3"]])
    page = officer.get(sent(officer, recipe)).text
    assert "No sheet of a known ledger is in these files." in page
    assert "菜谱.csv [菜谱]: skipped, not a sheet of a known ledger" in page


def test_an_officers_ledgers_are_the_officers_own(officer: FlaskClient, cast: Cast) -> None:
    other = sheet("01-places-楼院.csv", PLACES, [["柳浪街道", "柳社区", "柳院", "无主管"]])
    page = officer.get(sent(officer, other, subdistrict="柳浪街道")).text
    assert "this is 柳浪街道, but the rest is said to be 青云街道" in page
    assert 'name="subdistrict"' not in officer.get("/ledgers/").text


def test_an_administrator_says_whose_they_are(administrator: FlaskClient, cast: Cast) -> None:
    page = administrator.get(sent(administrator, TEAM)).text
    assert "whose ledger is this?" in page
    address = sent(administrator, TEAM, subdistrict="青云街道")
    agree(administrator, address)
    assert names(cast) == ["云台里志愿服务队", "云台合唱团"]
    new = sheet("01-places-楼院.csv", PLACES, [["新街道", "新社区", "新院", "无主管"]])
    agree(administrator, sent(administrator, new))
    assert 'value="新街道"' in administrator.get("/ledgers/").text
    assert send(administrator, TEAM, subdistrict="无名街道").status_code == 422


def test_somebody_elses_upload(officer: FlaskClient, cast: Cast, sign_in) -> None:
    address = sent(officer, TEAM)
    page = officer.get(address).text
    sign_in(officer, cast.outsider)
    assert officer.get(address).status_code == 404
    assert agree(officer, address, page).status_code == 404
    assert officer.get(f"{address}/faults.xlsx").status_code == 404


def test_after_a_day_it_is_gone(officer: FlaskClient, cast: Cast, sign_in, now: datetime) -> None:
    address = sent(officer, TEAM)
    with clock.frozen(now + timedelta(days=1)):
        sign_in(officer, cast.officer)
        assert officer.get(address).status_code == 404


def test_no_file(officer: FlaskClient, cast: Cast) -> None:
    response = officer.post("/ledgers/uploads", data={}, content_type="multipart/form-data")
    assert response.status_code == 422
    assert "Choose at least one file." in response.text
    nameless = {"files": (io.BytesIO(b""), "")}
    response = officer.post("/ledgers/uploads", data=nameless, content_type="multipart/form-data")
    assert response.status_code == 422
    many = send(officer, *[TEAM] * 21)
    assert many.status_code == 422
    assert "Send at most 20 files at a time." in many.text


def test_a_file_that_is_too_large(officer: FlaskClient, cast: Cast) -> None:
    large = Source("large.csv", "", lambda: b"a" * (20 * 1024 * 1024 + 100_000))
    response = send(officer, large)
    assert response.status_code == 413
    assert "20 MB" in response.text


def test_names_of_files_are_shown_and_never_used(officer: FlaskClient, app: Flask, cast: Cast) -> None:
    for name in ("../../x.csv", "C:\\Users\\me\\<b>队伍</b>.csv"):
        page = officer.get(sent(officer, Source(name, "", TEAM.load))).text
        assert "<b>队伍" not in page
        assert ".." not in page.partition('class="lead"')[2].partition("</p>")[0]
    instance = app.config["SETTINGS"].instance
    kept = [path.name for path in (instance / "uploads").rglob("*") if path.is_file()]
    assert sorted(set(kept)) == ["0", "upload.json"]


def test_a_token_is_asked_for(officer: FlaskClient, app: Flask, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert send(officer, TEAM).status_code == 400
    assert officer.post(f"/ledgers/uploads/{'x' * 32}/entry").status_code == 400


def test_uploads_are_limited(officer: FlaskClient, cast: Cast) -> None:
    statuses = [send(officer, TEAM).status_code for _ in range(21)]
    assert statuses == [303] * 20 + [429]


def test_taken_home_and_brought_back(officer: FlaskClient, cast: Cast) -> None:
    agree(officer, sent(officer, TEAM, sheet("06-activity-plan-主题活动.csv", PLAN, [SUNG])))
    agree(officer, sent(officer, sheet("07-attendance-签到.csv", HEADER, [CAME])))
    page = officer.get("/ledgers/").text
    assert page.count("Last imported 25 November, 08:30: 1 added, 0 changed") == 3
    assert page.count("Never imported") == 5
    for address in set(re.findall(r'href="(/ledgers/[^"]+\.(?:xlsx|csv)[^"]*)"', page)):
        response = officer.get(address.replace("&amp;", "&"))
        assert response.status_code == 200
        name = re.findall(r"filename=\"?([^\";]+)", response.headers["Content-Disposition"])[0]
        files = {name: response.data}
        if name.endswith(".zip"):
            with zipfile.ZipFile(io.BytesIO(response.data)) as archive:
                files = {inner: archive.read(inner) for inner in archive.namelist()}
        sources = [source(inner, content) for inner, content in files.items()]
        assert "Everything in these files is here already" in officer.get(sent(officer, *sources)).text, address


HEADER = ["日期", "队伍名称", "主题", "姓名", "联系电话", "签到时间", "签退时间"]


def test_only_some_days_are_taken(officer: FlaskClient, cast: Cast) -> None:
    rows = [[None, day, *SUNG[2:8], "计划"] for day in ("2020-12-01", "2020-12-08")]
    agree(officer, sent(officer, TEAM, sheet("06-activity-plan-主题活动.csv", PLAN, rows)))
    page = officer.get("/ledgers/?from=2020-12-02&to=2020-12-31").text
    address = re.findall(r'href="(/ledgers/06-activity-plan\.xlsx[^"]*)"', page)[0].replace("&amp;", "&")
    assert len(read("a.xlsx", officer.get(address).data)[0].rows) == 3
    assert "from=" not in re.findall(r'href="(/ledgers/02-teams\.xlsx[^"]*)"', page)[0]
    response = officer.get("/ledgers/06-activity-plan.xlsx?from=soon")
    assert (response.status_code, response.headers["Location"]) == (303, "/ledgers/")
    response = officer.get("/ledgers/06-activity-plan.xlsx?from=2020-12-02&to=2020-12-01")
    assert (response.status_code, response.headers["Location"]) == (303, "/ledgers/")
    assert "The last day lies before the first." in officer.get("/ledgers/").text


def test_the_list_of_sign_ups_is_taken_home(officer: FlaskClient, cast: Cast) -> None:
    for number in range(2):
        make_sign_up(
            make_activity(cast.team, starts_at=clock.now() + timedelta(days=number)), make_person(f"报名{number}")
        )
    page = officer.get("/ledgers/?from=2020-11-26").text
    assert '<input type="hidden" name="from" value="2020-11-26">' in page
    address = re.search(r'action="(/ledgers/sign-up-lists[^"]*)"', page)[1]
    for file_format, days, people in (("csv", {}, 2), ("xlsx", {"from": "2020-11-26"}, 1)):
        response = officer.post(address, data={"file_format": file_format, **days})
        rows = read(f"a.{file_format}", response.data)[0].rows
        assert [row[6] for row in rows if "报名" in str(row[6])] == ["报名0", "报名1"][-people:]
        assert "attachment" in response.headers["Content-Disposition"]
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "export").order_by(AuditEntry.id)).all()
    assert [(it.account_id, it.door, it.changes["rows"]) for it in entries] == [
        (cast.officer.id, "web", 2),
        (cast.officer.id, "web", 1),
    ]


def test_the_list_of_sign_ups_is_the_offices_alone(client: FlaskClient, cast: Cast, sign_in) -> None:
    address = f"/ledgers/sign-up-lists?office={cast.subdistrict.slug}"
    for account, status in ((cast.outsider, 403), (cast.secretary, 403), (cast.leader, 403), (cast.officer, 200)):
        sign_in(client, account)
        assert client.post(address, data={"file_format": "csv"}).status_code == status
    for bad in ({}, {"file_format": "pdf"}, {"file_format": "csv", "from": "x"}):
        assert client.post(address, data=bad).status_code == 303
    wrong = {"file_format": "csv", "from": "2020-11-02", "to": "2020-11-01"}
    response = client.post(address, data=wrong, follow_redirects=True)
    assert "结束日期早于开始日期" in response.text
    assert db.session.scalar(select(func.count()).where(AuditEntry.action == "export")) == 1


def test_unknown_ledgers_and_formats(officer: FlaskClient, cast: Cast) -> None:
    for name in ("08-requests.xlsx", "02-teams.pdf", "02.xlsx"):
        assert officer.get(f"/ledgers/{name}").status_code == 404


def test_another_office(officer: FlaskClient, cast: Cast) -> None:
    assert officer.get(f"/ledgers/02-teams.xlsx?office={cast.elsewhere.slug}").status_code == 403
    page = officer.get(f"/ledgers/?office={cast.elsewhere.slug}").text
    assert "There is nothing to export yet" in page


@pytest.mark.now("2026-11-25T08:30+08:00")
def test_bad_ledgers(administrator: FlaskClient, cast: Cast) -> None:
    files = [Source.of_file(DATA / "anhe" / name) for name in ("01-places.xlsx", "02-teams.xlsx", "04-cadres.xlsx")]
    agree(administrator, sent(administrator, *files))
    bad = [Source.of_file(path) for path in sorted((DATA / "bad").glob("*.*")) if path.suffix != ".json"]
    page = administrator.get(sent(administrator, *bad, subdistrict="安和路街道")).text
    assert "15 faults: nothing can be imported" in page


@pytest.mark.parametrize("again", ["entry", "preview"])
def test_agreed_to_by_another_window_at_the_same_moment(
    officer: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch, again: str
) -> None:
    """The first one lets the files go while the second one is about to read them: it's shown what was imported."""
    address = sent(officer, TEAM)
    page = officer.get(address).text
    found = uploads.find

    def found_before_the_other_entered(*args: Any, **named: Any) -> uploads.Upload | None:
        upload = found(*args, **named)
        monkeypatch.setattr(uploads, "find", found)
        assert agree(officer, address, page).status_code == 303
        return upload

    monkeypatch.setattr(uploads, "find", found_before_the_other_entered)
    answer = agree(officer, address, page) if again == "entry" else officer.get(address)
    assert (answer.status_code, answer.location) == (303, address)
    assert names(cast) == [cast.team.name, "云台合唱团"]


def test_a_long_name_keeps_its_ending(officer: FlaskClient, cast: Cast) -> None:
    page = officer.get(sent(officer, Source("长" * 300 + ".csv", "", TEAM.load))).text
    assert "长.csv" in page
    assert digest(page)


def test_an_officer_imports_no_visits_of_their_own(officer: FlaskClient, cast: Cast, sign_in) -> None:
    own, other = (make_pairing(it, cast.compound) for it in (cast.officer.person, cast.volunteer.person))
    starts_at = clock.now() - timedelta(days=1)
    waiting = [make_visit(it, starts_at=starts_at, kind=VisitKind.ON_DUTY) for it in (own, other)]
    day = clock.local(starts_at).date().isoformat()
    rows = [
        [day, it.person.name, it.person.phone, cast.compound.name, "08:30", "09:30", "值守服务", "", "0", "0"]
        for it in (own, other)
    ]
    book = sheet("05-service-log-服务记录.csv", VISITS, rows)
    address = sent(officer, book)
    page = officer.get(address).text
    assert "your own visit: a colleague imports it, since nobody confirms their own" in page
    assert 'name="digest"' not in page
    assert agree(officer, sent(officer, sheet("05-service-log-服务记录.csv", VISITS, rows[1:]))).status_code == 303
    assert [db.session.get_one(Visit, it.id).state for it in waiting] == [VisitState.WAITING, VisitState.CONFIRMED]
    colleague = officer.application.test_client()
    colleague.set_cookie("lang", "en")
    sign_in(colleague, cast.administrator)
    assert agree(colleague, sent(colleague, book, subdistrict=cast.subdistrict.name)).status_code == 303
    assert [db.session.get_one(Visit, it.id).state for it in waiting] == [VisitState.CONFIRMED] * 2
    # What is confirmed already may come home again, whoever brings it.
    assert "your own visit" not in officer.get(sent(officer, book)).text
