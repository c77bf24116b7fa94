"""One's own data: seen, taken along, put right, erased; and what was agreed to."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient

from tests.contests.factories import DECIDING, make_entry, make_judge, make_round, make_vote
from tests.web.everything import nomination
from volunteer_app import clock
from volunteer_app.activities.models import ActivityState, SignUp, SignUpState
from volunteer_app.contests.models import Objection
from volunteer_app.database import db
from volunteer_app.notifications import outbox
from volunteer_app.notifications.models import NoticeKind
from volunteer_app.people import consents, family
from volunteer_app.people.consents import Purpose
from volunteer_app.people.models import Account, Role

from ..factories import PASSWORD, Cast, make_account, make_activity, make_attendance, make_person, make_sign_up

SignIn = Callable[[FlaskClient, Account], None]


def data_of(account: Account) -> str:
    return f"/mine/data/{account.person_id}"


@pytest.fixture
def lived(cast: Cast) -> Account:
    """The volunteer, with one row of most kinds."""
    account = cast.volunteer
    consents.give(account.person, Purpose.SIGN_UP, by=account.id)
    make_sign_up(make_activity(cast.team, "包饺子", places=2), account.person, note="=我带面粉")
    held = make_activity(cast.team, "扫雪", starts_at=clock.now() - timedelta(days=1), state=ActivityState.HELD)
    make_attendance(held, account.person)
    family.add(account, name="孙小虎", under_14=False)
    return account


def test_everything_is_shown(client: FlaskClient, lived: Account, sign_in: SignIn) -> None:
    sign_in(client, lived)
    assert client.get("/mine/data").headers["Location"] == data_of(lived)
    page = client.get(data_of(lived)).text
    for text in ("孙桂兰", str(lived.phone), "包饺子", "扫雪", "云台里志愿服务队", "孙小虎", "=我带面粉"):
        assert text in page, text


def test_as_json(client: FlaskClient, lived: Account, sign_in: SignIn) -> None:
    sign_in(client, lived)
    answer = client.get(f"{data_of(lived)}/export.json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="data-20201125.json"'
    whole = json.loads(answer.data)
    assert whole["person"][0]["name"] == "孙桂兰"
    assert [(it["activity"], it["minutes"], it["counts_as_service"]) for it in whole["attendances"]] == [
        ("扫雪", 90, True)
    ]
    assert [(it["activity"], it["state"], it["starts_at"]) for it in whole["sign_ups"]] == [
        ("包饺子", "confirmed", "2020-11-26T08:30:00+08:00")
    ]
    assert [(it["purpose"], it["withdrawn_at"]) for it in whole["consents"]] == [("sign_up", None)]
    assert [it["name"] for it in whole["family"]] == ["孙小虎"]
    assert whole["acts"][-1]["yourself"] is True


def test_as_tables_without_formulas(client: FlaskClient, lived: Account, sign_in: SignIn) -> None:
    sign_in(client, lived)
    answer = client.get(f"{data_of(lived)}/export.zip")
    with ZipFile(io.BytesIO(answer.data)) as folder:
        assert {"person.csv", "sign_ups.csv", "attendances.csv", "consents.csv"} <= set(folder.namelist())
        rows = list(csv.reader(io.StringIO(folder.read("sign_ups.csv").decode("utf-8-sig"))))
    assert "'=我带面粉" in rows[1]
    assert "confirmed" not in rows[1], "words, no identifiers"


def test_nobody_elses(client: FlaskClient, cast: Cast, lived: Account, sign_in: SignIn) -> None:
    child = family.members(lived)[0].person
    paths = [
        "",
        "/export.json",
        "/export.zip",
        "/correction",
        "/erasure",
        "/consents/sign_up/withdrawal",
    ]
    for person_id in (lived.person_id, child.id, 999999):
        for account in (cast.leader, cast.officer, cast.administrator):
            sign_in(client, account)
            for path in paths:
                assert client.get(f"/mine/data/{person_id}{path}").status_code == 404, (account.id, path)
            for path in ("/correction", "/erasure", "/consents/named", "/consents/sign_up/withdrawal"):
                assert client.post(f"/mine/data/{person_id}{path}").status_code == 404
    sign_in(client, lived)
    assert client.get(f"/mine/data/{child.id}").status_code == 200
    assert client.get(f"/mine/data/{lived.person_id}/export.xml").status_code == 404


def test_put_right(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    account = cast.volunteer
    sign_in(client, account)
    assert 'value="孙桂兰"' in client.get(f"{data_of(account)}/correction").text
    form = {"name": "孙桂蓝", "sex": "female", "birth_month": "1949年12月", "phone": str(account.phone)}
    assert client.post(f"{data_of(account)}/correction", data=form).status_code == 303
    person = account.person
    assert (person.name, person.sex, person.birth_month) == ("孙桂蓝", "female", "1949-12")


def test_another_number_takes_the_password(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    account = cast.volunteer
    before = account.phone
    sign_in(client, account)
    form = {"name": "孙桂兰", "phone": "138 1234 5678"}
    for password in ("", "not my password"):
        answer = client.post(f"{data_of(account)}/correction", data=form | {"password": password})
        assert answer.status_code == 422
        assert 'value="138 1234 5678"' in answer.text
        assert account.phone == before
    assert account.failed_logins == 2, "guesses are counted"
    assert client.post(f"{data_of(account)}/correction", data=form | {"password": PASSWORD}).status_code == 303
    assert (account.phone, account.person.phone) == ("13812345678", "13812345678")


def test_five_numbers_a_day(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    """Whoever tries one number after another would learn which of them sign somebody in."""
    sign_in(client, cast.volunteer)
    form = {"name": "孙桂兰", "password": PASSWORD}
    tried = [str(cast.officer.phone), *(f"1381234567{n}" for n in range(5))]
    answers = [client.post(f"{data_of(cast.volunteer)}/correction", data=form | {"phone": it}) for it in tried]
    assert [it.status_code for it in answers] == [409, 303, 303, 303, 303, 429]
    assert f'value="{tried[-1]}"' in answers[-1].text
    assert cast.volunteer.phone == tried[-2]
    kept = client.post(f"{data_of(cast.volunteer)}/correction", data={"name": "孙桂兰", "birth_month": "1949-12"})
    assert kept.status_code == 303, "all else can be put right"


def test_what_is_taken_goes_to_the_office(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    account = cast.volunteer
    make_person("张三", account.phone)
    sign_in(client, account)
    answer = client.post(f"{data_of(account)}/correction", data={"name": "张三"})
    assert answer.status_code == 409
    assert 'value="张三"' in answer.text
    assert account.person.name == "孙桂兰"
    bad = client.post(f"{data_of(account)}/correction", data={"name": "孙桂兰", "birth_month": "2030-01"})
    assert bad.status_code == 422


def test_erased_with_name_and_password(client: FlaskClient, lived: Account, sign_in: SignIn) -> None:
    sign_in(client, lived)
    page = client.get(f"{data_of(lived)}/erasure").text
    assert "包饺子" in page, "what is given back"
    address = f"{data_of(lived)}/erasure"
    for wrong in ({"name": "别人", "password": PASSWORD}, {"name": "孙桂兰", "password": "not my password"}, {}):
        assert client.post(address, data=wrong).status_code == 422
        assert lived.disabled_at is None
    answer = client.post(address, data={"name": "孙桂兰", "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert (lived.person.name, lived.person.phone, lived.phone) == ("已匿名", None, None)
    assert client.get("/mine/data").headers["Location"] == "/login?next=/mine/data"
    assert "已匿名" not in client.get("/mine").text


def test_a_leader_is_told_whom_to_ask(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.leader)
    page = client.get(f"{data_of(cast.leader)}/erasure")
    assert "云台里志愿服务队" in page.text
    answer = client.post(f"{data_of(cast.leader)}/erasure", data={"name": "赵建国", "password": PASSWORD})
    assert answer.status_code == 409
    assert cast.leader.person.name == "赵建国"


def test_the_last_administrator_stays(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    account = cast.administrator
    form = {"name": "周敏", "password": PASSWORD}
    sign_in(client, account)
    assert client.post(f"{data_of(account)}/erasure", data=form).status_code == 409
    assert account.disabled_at is None
    make_account("周二", Role.ADMINISTRATOR)
    assert client.post(f"{data_of(account)}/erasure", data=form).status_code == 303


def test_somebody_of_the_family(client: FlaskClient, lived: Account, sign_in: SignIn) -> None:
    child = family.members(lived)[0].person
    sign_in(client, lived)
    assert "phone" not in client.get(f"/mine/data/{child.id}/correction").text.split("<form")[1]
    answer = client.post(f"/mine/data/{child.id}/erasure", data={"name": "孙小虎", "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/mine/family")
    assert (child.name, lived.person.name) == ("已匿名", "孙桂兰")


def test_agree_and_withdraw(client: FlaskClient, lived: Account, sign_in: SignIn) -> None:
    sign_in(client, lived)
    assert client.post(f"{data_of(lived)}/consents/named").status_code == 303
    assert [it.purpose for it in consents.living(lived.person)] == ["sign_up", "named"]
    address = f"{data_of(lived)}/consents/sign_up/withdrawal"
    assert "包饺子" in client.get(address).text
    assert [it.purpose for it in consents.living(lived.person)] == ["sign_up", "named"], "looking changes nothing"
    assert client.post(address).status_code == 303
    assert [it.purpose for it in consents.living(lived.person)] == ["named"]
    assert [it.state for it in db.session.query(SignUp)] == [SignUpState.WITHDRAWN]
    assert client.post(f"{data_of(lived)}/consents/everything").status_code == 404


@pytest.mark.now(DECIDING)
def test_what_concerns_contests(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    """That somebody voted, and never for whom; no objection that somebody else may have made under that name."""
    person, round = cast.volunteer.person, make_round(cast.subdistrict, "楼栋评比赛")
    entry = make_entry(round, "云台里3号楼")
    make_vote(entry, person)
    make_vote(entry)
    make_judge(make_round(cast.subdistrict, "晒最美阳台"), "评委甲", person)
    for whose, text in ((person.id, "票数不对"), (None, "照片不实")):
        said = {"name": person.name, "phone": person.phone, "text": text, "made_at": clock.now()}
        db.session.add(Objection(round_id=round.id, person_id=whose, **said))
    about = {"round": round.slug, "entry": entry.slug}
    outbox.tell(NoticeKind.ENTRY_RETURNED, person_id=person.id, place_id=entry.place_id, values=about)
    db.session.add(nomination(cast))
    db.session.commit()
    sign_in(client, cast.volunteer)
    whole = json.loads(client.get(f"{data_of(cast.volunteer)}/export.json").data)
    assert whole["votes"] == [{"contest": "楼栋评比赛", "day": "2020-11-11", "channel": "account"}]
    assert whole["judging"] == [{"contest": "晒最美阳台", "label": "评委甲", "withdrawn_at": None}]
    assert [it["text"] for it in whole["objections"]] == ["票数不对"]
    assert [(it["kind"], it["contest"]) for it in whole["contest_notices"]] == [("entry_returned", "楼栋评比赛")]
    assert [(it["name"], it["state"]) for it in whole["role_models"]] == [("最美志愿者", "nominated")]
    assert "云台里3号楼" not in client.get(data_of(cast.volunteer)).text
