"""Rounds in the hands of their office: made, changed, copied, published, cancelled, discarded; by nobody else."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.contests.factories import DECIDING, ENTERING, NOTICE, make_judge, make_round
from tests.factories import Cast
from volunteer_app.contests.models import Channel, ContestKind, Criterion, Judge, Round, Subject, VoteUnit
from volunteer_app.contests.rounds import checks, keeping
from volunteer_app.database import db
from volunteer_app.web.forms.stale import packed

SignIn = Callable[..., None]
BEFORE = "2020-10-25T09:00+08:00"
PAGES = ("edit", "criteria", "copy", "publication", "cancellation", "removal")

pytestmark = pytest.mark.now(BEFORE)


def typed(**changed: object) -> dict[str, str]:
    """A form that can be, as a browser sends it."""
    values = {
        "name": "第一期晒最美",
        "number": 1,
        "kind": ContestKind.SHOW_YOUR_BEST,
        "subject": Subject.COURTYARD,
        "about": "晒晒庭院",
        "entries_from": date(2020, 11, 2),
        "entries_until": date(2020, 11, 12),
        "judging_from": date(2020, 11, 13),
        "judging_until": date(2020, 11, 20),
        "voting_from": date(2020, 11, 13),
        "voting_until": date(2020, 11, 20),
        "notice_days": 5,
        "winners": 3,
        "judges_weight": 70,
        "voters_weight": 30,
        "vote_unit": VoteUnit.RESIDENT,
        "channel": Channel.ACCOUNT,
        **changed,
    }
    return {name: str(value) for name, value in values.items() if value is not None}


def sent(round: Round, **changed: object) -> dict[str, str]:
    """The form of *round* as it was shown, with something typed."""
    shown = keeping.shown(round)
    values = {name: value for name, value in {**shown, **changed}.items() if name != "paper" or value}
    return {"seen": packed(shown)} | {name: str(value) for name, value in values.items() if value is not None}


@pytest.mark.parametrize(
    ("who", "makes", "keeps"),
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
    sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, who: str | None, makes: int, keeps: int
) -> None:
    round = make_round(cast.subdistrict, published_at=None)
    if who:
        sign_in(sqlite_client, getattr(cast, who))
    for page in ("new", "new?template=balcony"):
        assert sqlite_client.get(f"/contests/{page}").status_code == makes
    assert sqlite_client.post("/contests/new?template=balcony").status_code == {200: 422}.get(makes, makes)
    for page in PAGES:
        assert sqlite_client.get(f"/contests/{round.slug}/{page}").status_code == keeps
    # What says no to an empty form: its fields, two hands at once, the draft that is published by then.
    answers = {"edit": 422, "criteria": 409, "copy": 422, "cancellation": 422, "publication": 303, "removal": 409}
    for page, status in answers.items():
        answer = sqlite_client.post(f"/contests/{round.slug}/{page}")
        assert answer.status_code == (status if keeps == 200 else keeps)


def test_no_such_round(sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(sqlite_client, cast.officer)
    for page in PAGES:
        assert sqlite_client.get(f"/contests/aaaaaaaa/{page}").status_code == 404
    assert sqlite_client.post("/contests/new?template=tower", data=typed()).status_code == 404


def test_a_new_round_twice_is_one(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.officer)
    assert "template=courtyard" in client.get("/contests/new").text
    assert 'value="第一期晒最美·最美庭院"' in client.get("/contests/new?template=courtyard").text
    for _ in range(2):
        answer = client.post("/contests/new?template=courtyard", data=typed())
        assert answer.status_code == 303
    round = db.session.query(Round).one()
    assert answer.location == f"/contests/{round.slug}"
    assert (round.subdistrict_id, round.published_at, round.paper) == (cast.subdistrict.id, None, False)
    assert sum(points for _name, points in keeping.of_round(round)) == 100
    assert client.get(answer.location).status_code == 200


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"entries_until": date(2020, 11, 1)}, "entries_until"),
        ({"judging_from": date(2020, 11, 12)}, "judging_from"),
        ({"voting_until": None}, "voting_until"),
        ({"judges_weight": 60}, "judges_weight"),
        ({"judges_weight": "viel"}, "judges_weight"),
        ({"notice_days": 0}, "notice_days"),
        ({"number": "x"}, "number"),
    ],
)
def test_a_fault_stands_at_its_field(
    sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, changed: dict[str, object], field: str
) -> None:
    sign_in(sqlite_client, cast.officer)
    answer = sqlite_client.post("/contests/new?template=courtyard", data=typed(**changed, about="写了很久"))
    assert (answer.status_code, f'id="{field}-e"' in answer.text, "写了很久" in answer.text) == (422, True, True)
    assert db.session.query(Round).count() == 0


def test_a_code_without_households(sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(sqlite_client, cast.officer)
    answer = sqlite_client.post("/contests/new?template=courtyard", data=typed(channel=Channel.CODE))
    assert (answer.status_code, 'class="field wrong" id="channel"' in answer.text) == (422, True)


def test_a_name_that_is_taken(sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    make_round(cast.subdistrict, "第一期晒最美")
    other = make_round(cast.subdistrict)
    sign_in(sqlite_client, cast.officer)
    for answer in (
        sqlite_client.post("/contests/new?template=courtyard", data=typed()),
        sqlite_client.post(f"/contests/{other.slug}/edit", data=sent(other, name="第一期晒最美")),
        sqlite_client.post(f"/contests/{other.slug}/copy", data={"name": "第一期晒最美"}),
    ):
        assert (answer.status_code, 'id="name-e"' in answer.text) == (422, True)


def test_changing(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    round = make_round(cast.subdistrict)
    sign_in(client, cast.officer)
    assert f'value="{round.name}"' in client.get(f"/contests/{round.slug}/edit").text
    data = sent(round, name="第一期楼栋评比赛", voting_until=date(2020, 11, 22))
    for _ in range(2):
        assert client.post(f"/contests/{round.slug}/edit", data=data).status_code == 303
    assert (round.name, round.voting_until, round.revision) == ("第一期楼栋评比赛", date(2020, 11, 22), 1)


def test_two_hands_at_once(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    round = make_round(cast.subdistrict, "第一期")
    sign_in(client, cast.officer)
    data = sent(round, name="第一期楼栋评比赛")
    round.name = "第壹期"
    answer = client.post(f"/contests/{round.slug}/edit", data=data)
    assert (answer.status_code, 'value="第一期楼栋评比赛"' in answer.text, "第壹期" in answer.text) == (409, True, True)
    assert round.name == "第壹期"


@pytest.mark.now(ENTERING)
def test_once_it_has_begun_weights_are_not_asked_for(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    round = make_round(cast.subdistrict)
    sign_in(client, cast.officer)
    page = client.get(f"/contests/{round.slug}/edit").text
    settled = {name: f'name="{name}"' in page for name in checks.SETTLED}
    assert settled == dict.fromkeys(checks.SETTLED, False)
    data = sent(round, judges_weight=10, voters_weight=90, entries_until=date(2020, 11, 9))
    assert client.post(f"/contests/{round.slug}/edit", data=data).status_code == 303
    assert (round.judges_weight, round.entries_until) == (70, date(2020, 11, 9))
    answer = client.post(f"/contests/{round.slug}/edit", data=sent(round, entries_from=date(2020, 11, 3)))
    assert (answer.status_code, 'id="entries_from-e"' in answer.text) == (422, True)
    assert client.post(f"/contests/{round.slug}/criteria", data={"name": "卫生", "points": "9"}).status_code == 409
    assert 'name="points"' not in client.get(f"/contests/{round.slug}/criteria").text


@pytest.mark.now(NOTICE)
def test_a_closed_round_is_frozen(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    round = make_round(cast.subdistrict)
    sign_in(client, cast.officer)
    for page, data in (("edit", sent(round, name="改名")), ("cancellation", {"reason": "不想办了"})):
        assert "<textarea" not in client.get(f"/contests/{round.slug}/{page}").text
        assert client.post(f"/contests/{round.slug}/{page}", data=data).status_code == 409
    assert (round.cancelled_at, round.revision) == (None, 0)


def rows(*pairs: tuple[str, str]) -> dict[str, list[str]]:
    return {"name": [name for name, _points in pairs], "points": [points for _name, points in pairs]}


def test_criteria(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    round = make_round(cast.subdistrict)
    sign_in(client, cast.officer)
    address = f"/contests/{round.slug}/criteria"
    assert client.get(address).text.count('name="points"') == 5
    data = {
        **rows(("环境卫生", "50"), ("", ""), ("文明养犬", "50")),
        "seen": packed({"criteria": keeping.of_round(round)}),
    }
    for _ in range(2):
        assert client.post(address, data=data).status_code == 303
    assert keeping.of_round(round) == [("环境卫生", 50), ("文明养犬", 50)]


@pytest.mark.parametrize(
    "pairs", [[("", "5")], [("卫生", "")], [("卫生", "many")], [("卫生", "5"), ("卫生", "6")], [("卫生", "101")], []]
)
def test_faulty_criteria(sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, pairs: list[tuple[str, str]]) -> None:
    round = make_round(cast.subdistrict)
    sign_in(sqlite_client, cast.officer)
    data = {**rows(*pairs), "seen": packed({"criteria": keeping.of_round(round)})}
    answer = sqlite_client.post(f"/contests/{round.slug}/criteria", data=data)
    assert (answer.status_code, 'id="wrong"' in answer.text) == (422, True)
    assert all(f'value="{name}"' in answer.text for name, _points in pairs if name)
    assert keeping.of_round(round) == [("环境卫生", 60), ("邻里和睦", 40)]


def test_two_hands_at_the_criteria(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    round = make_round(cast.subdistrict)
    sign_in(client, cast.officer)
    data = {**rows(("文明养犬", "100")), "seen": packed({"criteria": keeping.of_round(round)})}
    keeping.set_criteria(round, [("垃圾分类", 100)], by=None)
    answer = client.post(f"/contests/{round.slug}/criteria", data=data)
    assert (answer.status_code, "垃圾分类 100" in answer.text, 'value="文明养犬"' in answer.text) == (409, True, True)
    assert keeping.of_round(round) == [("垃圾分类", 100)]
    again = {**data, "seen": packed({"criteria": keeping.of_round(round)})}
    assert client.post(f"/contests/{round.slug}/criteria", data=again).status_code == 303


@pytest.mark.now(NOTICE)
def test_the_next_round(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    round = make_round(cast.subdistrict, "第六期楼栋评比赛", number=6)
    make_judge(round, "评委甲")
    sign_in(client, cast.officer)
    assert 'value="第七期楼栋评比赛"' in client.get(f"/contests/{round.slug}/copy").text
    for _ in range(2):
        answer = client.post(
            f"/contests/{round.slug}/copy", data={"name": "第七期楼栋评比赛", "number": "7", "judges": "y"}
        )
        assert answer.status_code == 303
    made = db.session.query(Round).filter_by(number=7).one()
    assert answer.location == f"/contests/{made.slug}"
    assert (made.entries_from, made.published_at) == (date(2021, 10, 31), None)
    assert db.session.query(Judge).filter_by(round_id=made.id).count() == 1


def test_publishing(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    round = make_round(cast.subdistrict, published_at=None)
    sign_in(client, cast.officer)
    assert f"/contests/{round.slug}/publication" in client.get(f"/contests/{round.slug}/publication").text
    for _ in range(2):
        assert client.post(f"/contests/{round.slug}/publication").status_code == 303
    assert round.published_at is not None
    assert "<form" not in client.get(f"/contests/{round.slug}/publication").text


def test_what_is_missing_is_said_before_publishing(sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    round = make_round(cast.subdistrict, published_at=None)
    db.session.query(Criterion).filter_by(round_id=round.id).delete()
    sign_in(sqlite_client, cast.officer)
    answer = sqlite_client.post(f"/contests/{round.slug}/publication", follow_redirects=True)
    assert (answer.status_code, "flash failed" in answer.text) == (200, True)
    assert round.published_at is None


@pytest.mark.now(DECIDING)
def test_cancelling_leads_to_whom_to_call(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    round = make_round(cast.subdistrict)
    make_judge(round)
    sign_in(client, cast.officer)
    address = f"/contests/{round.slug}/cancellation"
    assert client.post(address, data={"reason": "报名的楼栋太少"}).location == address
    assert "/contests/calls/" in client.get(address).text


def test_cancelling(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    round = make_round(cast.subdistrict)
    sign_in(client, cast.officer)
    address = f"/contests/{round.slug}/cancellation"
    assert client.post(address, data={"reason": " "}).status_code == 422
    assert client.post(address, data={"reason": "报名的楼栋太少"}).status_code == 303
    assert round.cancel_reason == "报名的楼栋太少"
    assert client.post(address, data={"reason": "再来一次"}).status_code == 409
    page = client.get(address).text
    assert "报名的楼栋太少" in page
    assert "/contests/calls/" not in page


def test_discarding(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    round = make_round(cast.subdistrict, published_at=None)
    make_judge(round)
    sign_in(client, cast.officer)
    address = f"/contests/{round.slug}/removal"
    assert client.post(address).location == "/contests/"
    assert db.session.query(Round).count() == 0
    assert client.post(address).status_code == 404
    published = make_round(cast.subdistrict)
    assert client.post(f"/contests/{published.slug}/removal").status_code == 409


def test_an_officers_rounds_are_of_their_own_office(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.officer)
    answer = client.post(f"/contests/new?template=courtyard&office={cast.elsewhere.slug}", data=typed())
    assert answer.status_code == 403
    assert db.session.query(Round).count() == 0


def test_forms_ask_a_fixed_number_of_times(
    sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, count_queries: Any
) -> None:
    round = make_round(cast.subdistrict)
    sign_in(sqlite_client, cast.officer)

    def counted() -> int:
        db.session.commit()
        with count_queries() as queries:
            assert sqlite_client.get(f"/contests/{round.slug}/criteria").status_code == 200
        return len(queries)

    counted()  # whether this is a demo is known from now on
    first = counted()
    keeping.set_criteria(round, [(f"第{n}项", 10) for n in range(10)], by=None)
    assert counted() == first
