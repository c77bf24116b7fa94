"""A judge's page: who may open it, each field by itself or the whole sheet, and what is refused."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from tests.contests.factories import DECIDING, ENTERING, LAST_MOMENT, NOTICE, make_entry, make_judge, make_round
from tests.contests.factories import make_sheet as sheet_of
from tests.factories import make_account
from volunteer_app import clock
from volunteer_app.audit.models import AuditEntry
from volunteer_app.contests.models import EntryState, Judge, Score, ScoreSheet
from volunteer_app.database import db

pytestmark = pytest.mark.now(DECIDING)


@pytest.fixture
def judge(cast):
    """The volunteer is on the panel of a round of the cast's sub-district."""
    return make_judge(make_round(cast.subdistrict, "第3期楼栋评比赛"), "评委甲", person=cast.volunteer.person)


@pytest.fixture
def entries(judge):
    return [make_entry(judge.round, f"云台里{number}号楼") for number in (1, 2)]


@pytest.fixture
def at(judge):
    return f"/contests/{judge.round.slug}/judging"


@pytest.fixture
def names(judge):
    """What the fields of the two criteria are called: 60 and 40 points."""
    return [f"points-{criterion.id}" for criterion in judge.round.criteria]


def given(judge: Judge) -> dict[str, dict[str, int]]:
    """What stands in the database: by entry and criterion."""
    found: dict[str, dict[str, int]] = {}
    for sheet in db.session.query(ScoreSheet).filter_by(judge_id=judge.id).order_by(ScoreSheet.id):
        found[sheet.entry.name] = {score.criterion.name: score.points for score in sheet.scores}
    return found


def one(name: str, value: str, key: str = "k1", **more: str | list[str]) -> dict[str, str | list[str]]:
    """What the page's script sends of one field."""
    return {"_field": name, name: value, "_key": key, "_age": "0", **more}


def fields(text: str, slug: str) -> dict[str, str]:
    """What the fields of one sheet hold."""
    (form,) = re.findall(rf'<form class="judging"[^>]*judging/{slug}".*?</form>', text, re.DOTALL)
    inputs = re.findall(r'<input id="[^"]*" name="([^"]*)" value="([^"]*)"', form)
    return dict(inputs)


@pytest.mark.parametrize(
    "who", ["officer", "administrator", "secretary", "leader", "outsider", "another judge", "who left"]
)
def test_nobody_else_may(sqlite_client, cast, sign_in, judge, entries, at, names, who):
    sheet_of(judge, entries[0])
    account = make_account("卢志远") if who in ("another judge", "who left") else getattr(cast, who)
    if who == "another judge":
        make_judge(make_round(cast.subdistrict), person=account.person)
    if who == "who left":
        make_judge(judge.round, person=account.person, withdrawn_at=clock.now())
    sign_in(sqlite_client, account)
    assert sqlite_client.get(at).status_code == 403
    for address in (entries[0].slug, f"{entries[0].slug}/recusal", f"{entries[0].slug}/recusal/removal"):
        assert sqlite_client.post(f"{at}/{address}", data={names[0]: "1", "reason": "住这里"}).status_code == 403
    assert given(judge) == {"云台里1号楼": {"环境卫生": 60, "邻里和睦": 40}}


def test_a_guest_signs_in_first(sqlite_client, judge, at):
    assert sqlite_client.get(at).location.startswith("/login?next=")


def test_a_draft_is_not_there_for_judges(sqlite_client, cast, sign_in, judge, at):
    judge.round.published_at = None
    sign_in(sqlite_client, cast.volunteer)
    assert sqlite_client.get(at).status_code == 403
    assert sqlite_client.get("/contests/nothing2/judging").status_code == 404


def test_the_sheets_of_a_judge_are_theirs_alone(client, cast, sign_in, judge, entries, at, names):
    other = make_judge(judge.round, "评委乙")
    sheet_of(other, entries[0], {"环境卫生": 51}, note="别人的备注", veto_reason="别人的否决")
    sheet_of(judge, entries[1], {"环境卫生": 33})
    make_entry(judge.round, "云台里9号楼", state=EntryState.WAITING)
    sign_in(client, cast.volunteer)
    page = client.get(at).text
    assert fields(page, entries[0].slug) == {names[0]: "", names[1]: "", "note": "", "veto_reason": ""}
    assert fields(page, entries[1].slug) == {names[0]: "33", names[1]: "", "note": "", "veto_reason": ""}
    assert "别人" not in page
    assert "云台里9号楼" not in page


def test_one_field_by_itself(client, cast, sign_in, judge, entries, at, names):
    sign_in(client, cast.volunteer)
    answer = client.post(f"{at}/{entries[0].slug}", data=one(names[0], "55"))
    assert (answer.status_code, "data-kept" in answer.text) == (200, True)
    assert f'id="mark-{entries[0].slug}" data-part' in answer.text
    client.post(f"{at}/{entries[0].slug}", data=one(names[1], "４０", "k2"))
    client.post(f"{at}/{entries[0].slug}", data=one("note", "楼道很干净", "k3"))
    assert given(judge) == {"云台里1号楼": {"环境卫生": 55, "邻里和睦": 40}}
    client.post(f"{at}/{entries[0].slug}", data=one(names[0], "", "k4"))
    assert given(judge) == {"云台里1号楼": {"邻里和睦": 40}}
    assert db.session.query(ScoreSheet).one().note == "楼道很干净"


def test_the_same_tap_twice_is_done_once(client, cast, sign_in, judge, entries, at, names):
    sign_in(client, cast.volunteer)
    address = f"{at}/{entries[0].slug}"
    client.post(address, data=one(names[0], "55", "k1"))
    client.post(address, data=one(names[0], "56", "k2"))
    # The answer to the first was lost, so the phone sends it again.
    assert client.post(address, data=one(names[0], "55", "k1")).status_code == 200
    assert given(judge) == {"云台里1号楼": {"环境卫生": 56}}
    assert db.session.query(AuditEntry).filter_by(subject="score_sheet").count() == 2


def test_two_taps_at_once_make_one_sheet(app, client, cast, sign_in, judge, entries, at, names):
    address = f"{at}/{entries[0].slug}"
    clients = [app.test_client() for _ in range(2)]
    for it in clients:
        sign_in(it, cast.volunteer)

    def tap(number: int) -> int:
        return clients[number].post(address, data=one(names[number], "40", f"k{number}")).status_code

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(tap, (0, 1))) == [200, 200]
    assert given(judge) == {"云台里1号楼": {"环境卫生": 40, "邻里和睦": 40}}


@pytest.mark.parametrize("text", ["61", "-1", "好", "1.5", "999999999999"])
def test_points_that_are_none(sqlite_client, cast, sign_in, judge, entries, at, names, text):
    sign_in(sqlite_client, cast.volunteer)
    answer = sqlite_client.post(f"{at}/{entries[0].slug}", data=one(names[0], text))
    assert answer.status_code == 422
    assert "请填写 0 到 60 之间的数。" in answer.text
    whole = {names[0]: text, names[1]: "7", "seen": "{}"}
    answer = sqlite_client.post(f"{at}/{entries[0].slug}", data=whole)
    assert answer.status_code == 422
    assert fields(answer.text, entries[0].slug)[names[0]] == text
    assert fields(answer.text, entries[0].slug)[names[1]] == "7"
    assert f'id="{names[0]}-{entries[0].slug}-e"' in answer.text
    assert (given(judge), db.session.query(Score).count()) == ({}, 0)


def test_the_whole_sheet_without_scripts(client, cast, sign_in, judge, entries, at, names):
    sign_in(client, cast.volunteer)
    slug = entries[1].slug
    answer = client.post(f"{at}/{slug}", data={names[0]: "50", names[1]: "", "note": "", "seen": "{}"})
    assert (answer.status_code, answer.location) == (303, f"{at}?entry={slug}#sheet-{slug}")
    assert given(judge) == {"云台里2号楼": {"环境卫生": 50}}
    page = client.get(answer.location).text
    assert json.loads(re.findall(r'name="seen" value="([^"]*)"', page)[1].replace("&#34;", '"')) == {names[0]: "50"}


def test_a_page_from_before_overwrites_nothing(client, cast, sign_in, judge, entries, at, names):
    """Two devices: the second one's page was opened before the first one gave its points."""
    sign_in(client, cast.volunteer)
    address = f"{at}/{entries[0].slug}"
    client.post(address, data=one(names[0], "55"))
    client.post(address, data={names[0]: "", names[1]: "31", "note": "", "veto_reason": "", "seen": "{}"})
    assert given(judge) == {"云台里1号楼": {"环境卫生": 55, "邻里和睦": 31}}


def test_an_older_tap_of_another_device_overwrites_nothing(client, cast, sign_in, judge, entries, at, names):
    """What stands there must be what the page showed or sent; what it sends is no conflict with itself."""
    sign_in(client, cast.volunteer)
    address = f"{at}/{entries[0].slug}"
    client.post(address, data=one(names[0], "55", "k1", _shown=[""]))
    answer = client.post(address, data=one(names[0], "50", "k2", _age="900", _shown=[""]))
    assert (answer.status_code, "data-kept" in answer.text) == (409, False)
    # The queue shows this sentence.
    assert re.search(r'class="lead">[^<]*(已改为其他内容|from another page)', answer.text)
    assert client.post(address, data=one(names[0], "55", "k3", _shown=[""])).status_code == 200
    # The answer to 55 was lost: this page sent it, and may change it.
    assert client.post(address, data=one(names[0], "56", "k4", _shown=["", "５５"])).status_code == 200
    assert client.post(address, data=one(names[1], "7", "k5", _shown=[""])).status_code == 200
    assert given(judge) == {"云台里1号楼": {"环境卫生": 56, "邻里和睦": 7}}
    client.post(address, data=one("note", "很干净", "k6", _shown=[""]))
    assert client.post(address, data=one("note", "还行", "k7", _shown=[""])).status_code == 409
    assert client.post(address, data=one("note", "还行", "k8", _shown=["很干净"])).status_code == 200
    assert db.session.query(ScoreSheet).one().note == "还行"


def test_a_hidden_field_that_is_nested_without_end(sqlite_client, cast, sign_in, judge, entries, at, names):
    sign_in(sqlite_client, cast.volunteer)
    answer = sqlite_client.post(f"{at}/{entries[0].slug}", data={names[0]: "5", "seen": "[" * 100_000})
    assert answer.status_code == 303
    assert given(judge) == {"云台里1号楼": {"环境卫生": 5}}


def test_a_veto_and_a_note_too_long(sqlite_client, cast, sign_in, judge, entries, at):
    sign_in(sqlite_client, cast.volunteer)
    address = f"{at}/{entries[0].slug}"
    assert sqlite_client.post(address, data=one("note", "长" * 201)).status_code == 422
    sqlite_client.post(address, data=one("veto_reason", "11月9日失火", "k2"))
    assert db.session.query(ScoreSheet).one().veto_reason == "11月9日失火"
    assert "data-part" in sqlite_client.post(address, data=one("veto_reason", "", "k3")).text
    assert db.session.query(ScoreSheet).one().veto_reason == ""


def test_stepping_aside_and_back(client, cast, sign_in, judge, entries, at, names):
    sign_in(client, cast.volunteer)
    address, slug = f"{at}/{entries[0].slug}/recusal", entries[0].slug
    refused = client.post(address, data={"reason": " "})
    assert (refused.status_code, f'id="reason-{slug}-e"' in refused.text) == (422, True)
    for _ in range(2):
        assert client.post(address, data={"reason": "住在这栋楼", "_key": "a1"}).status_code == 303
    assert db.session.query(ScoreSheet).one().recused_reason == "住在这栋楼"
    page = client.get(at).text
    assert "住在这栋楼" in page
    assert f'judging/{slug}"' not in page
    assert client.post(f"{at}/{slug}", data=one(names[0], "5")).status_code == 409
    assert client.post(f"{address}/removal").status_code == 303
    assert db.session.query(ScoreSheet).one().recused_reason == ""


def test_an_own_entry_has_no_fields(sqlite_client, cast, sign_in, judge, entries, at, names):
    own = make_entry(judge.round, "云台里3号楼", person=cast.volunteer.person)
    sign_in(sqlite_client, cast.volunteer)
    page = sqlite_client.get(at).text
    assert f'judging/{own.slug}"' not in page
    assert sqlite_client.post(f"{at}/{own.slug}", data=one(names[0], "60")).status_code == 409
    assert given(judge) == {}


def test_another_round_s_entry_is_not_there(sqlite_client, cast, sign_in, judge, at, names):
    other = make_entry(make_round(cast.subdistrict))
    sign_in(sqlite_client, cast.volunteer)
    assert sqlite_client.post(f"{at}/{other.slug}", data=one(names[0], "5")).status_code == 404


@pytest.mark.parametrize(("moment", "status"), [(ENTERING, 409), (LAST_MOMENT, 200), (NOTICE, 409)])
def test_the_page_is_read_when_nothing_can_be_given(
    sqlite_client, cast, sign_in, judge, entries, at, names, moment, status
):
    sheet_of(judge, entries[0], {"环境卫生": 33}, note="楼道很干净")
    sign_in(sqlite_client, cast.volunteer)
    with clock.frozen(datetime.fromisoformat(moment)):
        page = sqlite_client.get(at)
        assert (page.status_code, "data-queue-change" in page.text) == (200, status == 200)
        # What was tapped before the close and comes after it is refused in words.
        late = one(names[0], "34", _age="3600")
        answer = sqlite_client.post(f"{at}/{entries[0].slug}", data=late)
    assert (answer.status_code, "data-kept" in answer.text) == (status, status == 200)
    assert given(judge) == {"云台里1号楼": {"环境卫生": 34 if status == 200 else 33}}


def test_a_fixed_number_of_queries(client, cast, sign_in, judge, at, count_queries):
    sign_in(client, cast.volunteer)
    counts = []
    for number in (1, 3):
        for _ in range(number):
            sheet_of(judge, make_entry(judge.round), {"环境卫生": 33})
        client.get(at)
        with count_queries() as queries:
            client.get(at)
        counts.append(len(queries))
    assert counts[0] == counts[1]
