"""The result's pages: nothing before the close, everything after it, objections, corrections, certificates."""

import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pypdfium2
import pytest
from flask.testing import FlaskClient

from tests.contests.factories import (
    LAST_MOMENT,
    NOTICE,
    STANDING,
    make_entry,
    make_judge,
    make_round,
    make_sheet,
    make_vote,
)
from tests.factories import Cast, make_building, make_compound, make_person
from volunteer_app.audit.models import AuditEntry
from volunteer_app.contests.models import Channel, Entry, EntryState, Objection, ObjectionState, Round, ScoreSheet
from volunteer_app.contests.outcome import standings
from volunteer_app.contests.voting.models import Vote
from volunteer_app.database import db
from volunteer_app.people.models import Account
from volunteer_app.tables import reading

SignIn = Callable[[FlaskClient, Account], None]


@pytest.fixture
def round(cast: Cast) -> Round:
    """Three entries: 86.33, 77.00 and a vetoed one; three votes, two and one."""
    round = make_round(cast.subdistrict, "第六期楼栋评比赛")
    building = make_building(cast.compound, "5号楼")
    judges = [make_judge(round, label) for label in ("评委甲", "评委乙")]
    for name, points, votes in (("一号楼", (83, 78), 3), ("二号楼", (81, 81), 2), ("三号楼", (97, 97), 1)):
        entry = make_entry(round, name, place=building)
        for judge, total in zip(judges, points, strict=True):
            make_sheet(judge, entry, {"环境卫生": 60, "邻里和睦": total - 60})
        for _ in range(votes):
            make_vote(entry)
    sheet = db.session.query(ScoreSheet).join(Entry).filter(Entry.name == "三号楼").first()
    sheet.veto_reason = "电动车充电起火"
    db.session.commit()
    return round


def address(round: Round, rest: str = "") -> str:
    return f"/contests/{round.slug}/result{rest}"


def named(round: Round, name: str) -> Entry:
    return db.session.query(Entry).filter_by(round_id=round.id, name=name).one()


def objection(round: Round, **values: str) -> dict[str, str]:
    return {"key": "k" * 32, "name": "孟芳", "phone": "138 0000 1111", "entry": "", "text": "票数不对"} | values


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.now(LAST_MOMENT)
def test_nobody_reads_anything_before_the_close(client: FlaskClient, round: Round, cast: Cast, sign_in: SignIn) -> None:
    entry = named(round, "一号楼")
    for account in (None, cast.volunteer, cast.secretary, cast.officer, cast.administrator):
        if account:
            sign_in(client, account)
        page = client.get(address(round))
        assert page.status_code == 200
        assert "11月21日" in page.text
        assert not re.search(r"\d\.\d\d", text_of(page.text))
        for name in ("一号楼", "评委甲", "电动车充电起火"):
            assert name not in page.text
        for rest in ("/table.xlsx", "/table.csv", f"/certificates/{entry.slug}.pdf"):
            assert client.get(address(round, rest)).status_code == 409
        assert client.post(address(round), data=objection(round)).status_code == 409
    corrections = f"/contests/{round.slug}/corrections"
    for rest in ("", f"/{entry.slug}"):
        assert client.get(corrections + rest).status_code == 409
    assert client.post(f"{corrections}/{entry.slug}/veto", data={"veto-reason": "火情"}).status_code == 409


@pytest.mark.now(NOTICE)
def test_every_component_stands_there(client: FlaskClient, round: Round) -> None:
    """80.5 × 0.7 + 30 = 86.35; 81 × 0.7 + 66.67 × 0.3 = 76.70."""
    page = client.get(address(round)).text
    text = text_of(page)
    for expected in ("80.50", "56.35", "100.00", "30.00", "86.35", "81.00", "56.70", "66.67", "20.00", "76.70"):
        assert expected in text
    for expected in ("电动车充电起火", "一等奖" if "一等奖" in text else "First prize", "11月25日"):
        assert expected in text
    assert page.count('class="hbar"') == 2
    # Not before the result stands.
    assert "/certificates/" not in page


@pytest.mark.now(NOTICE)
def test_nobody_is_named(client: FlaskClient, round: Round) -> None:
    page = client.get(address(round)).text
    for hidden in ("罗玉芬", "卢志远", "邓玉兰"):
        assert hidden not in page


@pytest.mark.now(NOTICE)
def test_the_table_to_take_along(client: FlaskClient, round: Round) -> None:
    book = reading.read("result.xlsx", client.get(address(round, "/table.xlsx")).data)
    assert book[0].rows[2] == [1, "一号楼", 80.5, 2, 56.35, 3, 100, 30, 86.35, None]
    assert book[1].rows[2][:3] == ["一号楼", "评委甲", 60]
    (sheet,) = reading.read("result.csv", client.get(address(round, "/table.csv")).data)
    assert [row[1] for row in sheet.rows[1:]] == ["一号楼", "二号楼", "三号楼"]
    assert sheet.rows[3][-1] == "电动车充电起火"


@pytest.mark.now(STANDING)
def test_certificates_once_it_stands(client: FlaskClient, round: Round) -> None:
    entry, vetoed = named(round, "一号楼"), named(round, "三号楼")
    link = address(round, f"/certificates/{entry.slug}.pdf")
    assert link in client.get(address(round)).text
    answer = client.get(link)
    assert answer.mimetype == "application/pdf"
    text = pypdfium2.PdfDocument(io.BytesIO(answer.data))[0].get_textpage().get_text_range().replace("\r\n", "")
    assert "一号楼" in text
    assert f"/contests/{round.slug}/result" in text
    assert client.get(address(round, f"/certificates/{vetoed.slug}.pdf")).status_code == 404
    db.session.add(
        Objection(round_id=round.id, name="孟芳", phone="13800001111", text="不对", made_at=standings.clock.now())
    )
    assert client.get(link).status_code == 409
    assert "/certificates/" not in client.get(address(round)).text


@pytest.mark.now(NOTICE)
def test_an_objection_is_taken_once_and_answered_for_everyone(
    client: FlaskClient, round: Round, cast: Cast, sign_in: SignIn
) -> None:
    entry = named(round, "二号楼")
    for _ in range(2):
        assert client.post(address(round), data=objection(round, entry=entry.slug)).status_code == 303
    row = db.session.query(Objection).one()
    assert (row.name, row.phone, row.entry_id) == ("孟芳", "13800001111", entry.id)
    public = client.get(address(round)).text
    for hidden in ("孟芳", "13800001111", "票数不对"):
        assert hidden not in public
    sign_in(client, cast.officer)
    desk = client.get(f"/contests/{round.slug}/corrections").text
    for shown in ("孟芳", "13800001111", "票数不对"):
        assert shown in desk
    link = f"/contests/{round.slug}/corrections/objections/{row.id}"
    assert client.post(link, data={"state": "dismissed"}).status_code == 422
    assert client.post(link, data={"state": "dismissed", "answer": "已核对，无误。"}).status_code == 303
    assert db.session.get_one(Objection, row.id).state is ObjectionState.DISMISSED
    public = client.get(address(round)).text
    assert "已核对，无误。" in public
    assert "孟芳" not in text_of(public).replace("二号楼", "")


@pytest.mark.now(NOTICE)
@pytest.mark.parametrize("values", [{"name": ""}, {"phone": "12"}, {"text": ""}])
def test_an_objection_keeps_what_was_typed(client: FlaskClient, round: Round, values: dict[str, str]) -> None:
    given = objection(round, text="第二项 不对") | values
    answer = client.post(address(round), data=given)
    assert answer.status_code == 422
    assert ("第二项 不对" in answer.text) == bool(given["text"])
    assert db.session.query(Objection).count() == 0


@pytest.mark.now(STANDING)
def test_no_objection_after_the_publication(client: FlaskClient, round: Round) -> None:
    assert 'name="text"' not in client.get(address(round)).text
    assert client.post(address(round), data=objection(round)).status_code == 409


@pytest.mark.now(NOTICE)
@pytest.mark.parametrize(
    ("who", "status"),
    [(None, 303), ("volunteer", 403), ("leader", 403), ("secretary", 403), ("outsider", 403), ("officer", 200)],
)
def test_who_corrects(
    client: FlaskClient, round: Round, cast: Cast, sign_in: SignIn, who: str | None, status: int
) -> None:
    if who:
        sign_in(client, getattr(cast, who))
    entry = named(round, "一号楼")
    base = f"/contests/{round.slug}/corrections"
    assert client.get(base).status_code == status
    assert client.get(f"{base}/{entry.slug}").status_code == status
    expected = 303 if status == 200 else status
    assert client.post(f"{base}/{entry.slug}/veto", data={"veto-reason": "火情"}).status_code == expected
    assert (standings.of(db.session.get_one(Round, round.id)).entries[0].entry.name == "二号楼") == (status == 200)


@pytest.mark.now(NOTICE)
def test_the_office_corrects_and_everyone_reads_that_it_did(
    client: FlaskClient, round: Round, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(client, cast.officer)
    entry, third = named(round, "一号楼"), named(round, "三号楼")
    base = f"/contests/{round.slug}/corrections"
    sheet = db.session.query(ScoreSheet).filter_by(entry_id=entry.id).order_by(ScoreSheet.id).first()
    form = {"sheet": str(sheet.id), "criterion": str(round.criteria[1].id), "points": "33", "reason": "抄错一位"}
    assert client.post(f"{base}/{entry.slug}/points", data=form | {"points": "41"}).status_code == 422
    assert client.post(f"{base}/{entry.slug}/points", data=form | {"points": "三"}).status_code == 422
    assert client.post(f"{base}/{entry.slug}/points", data=form | {"reason": ""}).status_code == 422
    assert client.post(f"{base}/{entry.slug}/points", data=form).status_code == 303
    assert client.post(f"{base}/{third.slug}/lifting", data={"lifting-reason": "经认定非本楼"}).status_code == 303
    read = standings.of(db.session.get_one(Round, round.id)).entries
    assert [(it.entry.name, str(it.line.score)) for it in read] == [
        ("一号楼", "89.85"),
        ("三号楼", "77.90"),
        ("二号楼", "76.70"),
    ]
    assert client.post(f"{base}/{third.slug}/withdrawal", data={"withdrawal-reason": "本人要求"}).status_code == 303
    page = client.get(address(round)).text
    for reason in ("抄错一位", "经认定非本楼", "本人要求"):
        assert reason in page
    assert "钱晓岚" not in page.partition("<main")[2]
    assert named(round, "三号楼").state is EntryState.WITHDRAWN
    # What was a mistake comes back, with a reason of its own.
    assert "三号楼" in client.get(base).text
    back, reason = f"{base}/{third.slug}/return", f"{third.slug}-reason"
    assert client.post(back, data={reason: " "}).status_code == 422
    assert client.post(back, data={reason: "核实后恢复"}).status_code == 303
    assert client.post(back, data={reason: "核实后恢复"}).status_code == 404
    assert named(round, "三号楼").state is EntryState.PUBLISHED
    assert "核实后恢复" in client.get(address(round)).text


@pytest.mark.now(NOTICE)
def test_a_vote_is_annulled_without_saying_for_whom(
    client: FlaskClient, round: Round, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(client, cast.officer)
    voter = make_person("邓小兰", "13800003333")
    make_vote(named(round, "二号楼"), voter)
    base = f"/contests/{round.slug}/corrections"
    form = {"name": "邓小兰", "phone": "13800003333", "reason": "不是本街道居民"}
    assert client.post(f"{base}/votes", data=form | {"phone": "13800003334"}).status_code == 409
    assert client.post(f"{base}/votes", data=form | {"name": ""}).status_code == 422
    answer = client.post(f"{base}/votes", data=form, follow_redirects=True)
    assert answer.status_code == 200
    assert db.session.query(Vote).filter_by(person_id=voter.id).one().annulled_at
    (entry,) = db.session.query(AuditEntry).filter_by(action="annul")
    assert "entry_id" not in entry.changes
    page = client.get(address(round)).text
    assert "不是本街道居民" in page
    assert "邓小兰" not in page


@pytest.mark.now(NOTICE)
def test_a_households_vote_is_annulled(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.officer)
    round = make_round(cast.subdistrict, channel=Channel.CODE)
    building = make_building(cast.compound, "7号楼")
    make_vote(make_entry(round), building_id=building.id, door="2-301", channel=Channel.CODE)
    form = {"building": building.slug, "door": "2单元301", "reason": "空置户"}
    base = f"/contests/{round.slug}/corrections"
    assert 'name="door"' in client.get(base).text
    assert client.post(f"{base}/votes", data=form | {"door": "?"}).status_code == 422
    assert client.post(f"{base}/votes", data=form).status_code == 303
    assert standings.of(db.session.get_one(Round, round.id)).votes == 0
    assert client.post(f"{base}/votes", data=form | {"reason": "有人居住", "restore": "y"}).status_code == 303
    assert standings.of(db.session.get_one(Round, round.id)).votes == 1
    assert "有人居住" in client.get(address(round)).text


@pytest.mark.now(STANDING)
def test_the_record_on_the_winners_pages(client: FlaskClient, round: Round, cast: Cast) -> None:
    building = named(round, "一号楼").place
    for place in (building, cast.compound):
        page = client.get(f"/places/{place.slug}").text
        assert "第六期楼栋评比赛" in page
        assert "86.35" in page


@pytest.mark.now(NOTICE)
def test_no_record_before_it_stands(client: FlaskClient, round: Round) -> None:
    assert "86.35" not in client.get(f"/places/{named(round, '一号楼').place.slug}").text


def test_a_draft_is_the_offices(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    draft = make_round(cast.subdistrict, published_at=None)
    assert client.get(address(draft)).status_code == 404
    assert client.get("/contests/nothing1/result").status_code == 404
    sign_in(client, cast.officer)
    assert client.get(address(draft)).status_code == 200


@pytest.mark.now(NOTICE)
def test_queries_do_not_grow(
    client: FlaskClient,
    round: Round,
    cast: Cast,
    sign_in: SignIn,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    sign_in(client, cast.officer)
    counts = []
    for more in (0, 5):
        judge = db.session.query(ScoreSheet).first().judge
        for _ in range(more):
            entry = make_entry(round, place=make_building(make_compound(cast.community)))
            make_sheet(judge, entry)
            make_vote(entry)
            db.session.add(
                Objection(
                    round_id=round.id,
                    entry_id=entry.id,
                    name="孟芳",
                    phone="1",
                    text="不",
                    made_at=standings.clock.now(),
                )
            )
        db.session.commit()
        for path in (address(round), f"/contests/{round.slug}/corrections", address(round, "/table.xlsx")):
            client.get(path)
            with count_queries() as found:
                assert client.get(path).status_code == 200
            counts.append(len(found))
    assert counts[:3] == counts[3:]
