"""Putting a result right after the close: each verb, what it refuses, and what the trail and everyone read of it."""

from collections.abc import Callable

import pytest

from tests.factories import make_account, make_building, make_person, make_subdistrict
from tests.trail import trail_of
from volunteer_app import clock
from volunteer_app.audit import trail
from volunteer_app.audit.models import AuditEntry
from volunteer_app.contests.models import Entry, EntryState, Round
from volunteer_app.contests.outcome import corrections, standings
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused
from volunteer_app.people.models import FamilyMember

from ..factories import LAST_MOMENT, NOTICE, make_entry, make_judge, make_round, make_sheet, make_vote

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.now(NOTICE)]


@pytest.fixture
def round(app: object) -> Round:
    return make_round()


def read(entry: Entry) -> str | None:
    placed = next(it for it in standings.of(entry.round).entries if it.entry is entry)
    return None if placed.line.score is None else str(placed.line.score)


def test_points_are_put_right(round: Round) -> None:
    entry = make_entry(round)
    sheet = make_sheet(make_judge(round), entry, {"环境卫生": 40, "邻里和睦": 40})
    assert read(entry) == "56.00"
    corrections.correct_points(sheet, round.criteria[0], 50, reason=" 抄错了 ", by=None)
    assert read(entry) == "63.00"
    # The same once more changes nothing, and leaves no second entry.
    corrections.correct_points(sheet, round.criteria[0], 50, reason="抄错了", by=None)
    assert trail_of(sheet) == [("correct", {"points": [40, 50], "criterion": ["环境卫生", "环境卫生"]})]
    (entry_of_trail,) = db.session.query(AuditEntry).filter_by(subject="score_sheet")
    assert (entry_of_trail.reason, entry_of_trail.place_id) == ("抄错了", round.subdistrict_id)


def test_points_that_were_missing_make_a_sheet_whole(round: Round) -> None:
    entry = make_entry(round)
    sheet = make_sheet(make_judge(round), entry, {"环境卫生": 60})
    assert read(entry) is None
    corrections.correct_points(sheet, round.criteria[1], 0, reason="纸质表漏录", by=None)
    assert read(entry) == "42.00"
    assert trail_of(sheet)[0][1]["points"] == [None, 0]


@pytest.mark.parametrize("points", [-1, 61])
def test_points_stay_within_the_criterion(round: Round, points: int) -> None:
    sheet = make_sheet(make_judge(round), make_entry(round))
    with pytest.raises(BadInput, match="from 0 to 60 points"):
        corrections.correct_points(sheet, round.criteria[0], points, reason="抄错了", by=None)
    other = make_round(round.subdistrict)
    with pytest.raises(BadInput):
        corrections.correct_points(sheet, other.criteria[0], 1, reason="抄错了", by=None)


def test_an_entry_is_vetoed_and_ranked_again(round: Round) -> None:
    entry = make_entry(round)
    make_sheet(make_judge(round), entry)
    corrections.veto(entry, reason="公示期查实火情", by=None)
    assert read(entry) is None
    corrections.lift_vetoes(entry, reason="不属于本楼", by=None)
    corrections.lift_vetoes(entry, reason="不属于本楼", by=None)
    assert read(entry) == "70.00"
    assert [action for action, _ in trail_of(entry)] == ["veto", "lift veto"]


def test_judges_vetoes_are_lifted(round: Round) -> None:
    entry = make_entry(round)
    make_sheet(make_judge(round), entry, veto_reason="起火")
    assert read(entry) is None
    corrections.lift_vetoes(entry, reason="经消防认定非本楼", by=None)
    assert read(entry) == "70.00"
    # The office may veto it for another reason nevertheless.
    corrections.veto(entry, reason="群体纠纷", by=None)
    assert [it.vetoes for it in standings.of(round).entries] == [("群体纠纷",)]


def test_nothing_to_lift(round: Round) -> None:
    with pytest.raises(Refused, match="Nobody has vetoed"):
        corrections.lift_vetoes(make_entry(round), reason="误会", by=None)


def test_an_entry_leaves_with_its_votes(round: Round) -> None:
    gone, entry = make_entry(round), make_entry(round)
    make_sheet(make_judge(round), entry)
    for _ in range(3):
        make_vote(gone)
    make_vote(entry)
    assert read(entry) == "80.00"
    corrections.withdraw(gone, reason="本人要求", by=None)
    corrections.withdraw(gone, reason="本人要求", by=None)
    assert read(entry) == "100.00"
    assert (gone.state, [action for action, _ in trail_of(gone)]) == (EntryState.WITHDRAWN, ["withdraw"])
    with pytest.raises(Refused, match="takes no part"):
        corrections.veto(gone, reason="火情", by=None)


def test_an_entry_comes_back_with_its_votes(round: Round) -> None:
    """What left the round before its close doesn't."""
    gone, before = make_entry(round), make_entry(round, state=EntryState.WITHDRAWN)
    make_sheet(make_judge(round), gone)
    make_vote(gone)
    corrections.withdraw(gone, reason="误操作", by=None)
    assert list(corrections.taken_out(round)) == [gone]
    for _ in range(2):
        corrections.put_back(gone, reason="核实后恢复", by=None)
    assert (read(gone), list(corrections.taken_out(round))) == ("100.00", [])
    assert [action for action, _ in trail_of(gone)] == ["withdraw", "put back"]
    assert [(it.action, it.entry) for it in corrections.log(round)] == [
        ("put back", gone.name),
        ("withdraw", gone.name),
    ]
    with pytest.raises(Refused, match="took no part when the round closed"):
        corrections.put_back(before, reason="核实后恢复", by=None)


def test_a_vote_that_was_annulled_by_mistake_counts_again(round: Round) -> None:
    entry, building = make_entry(round), make_building()
    vote = make_vote(entry, building_id=building.id, door="2-301")
    its = {"building": building, "door": "2-301", "by": None}
    corrections.annul_households(round, **its, reason="空置户", restore=True)
    assert trail_of(vote) == []
    corrections.annul_households(round, **its, reason="空置户")
    for _ in range(2):
        corrections.annul_households(round, **its, reason="有人居住", restore=True)
    assert (standings.of(round).votes, vote.annulled_at, vote.annul_reason) == (1, None, "")
    assert [action for action, _ in trail_of(vote)] == ["annul", "restore"]
    assert [(it.action, it.reason, it.entry) for it in corrections.log(round)] == [
        ("restore", "有人居住", ""),
        ("annul", "空置户", ""),
    ]


def test_a_residents_vote_is_annulled_and_nobody_learns_for_whom(round: Round) -> None:
    entry, person = make_entry(round), make_person("邓玉兰", "13800002222")
    vote, _ = make_vote(entry, person), make_vote(entry)
    assert standings.of(round).votes == 2
    for _ in range(2):
        corrections.annul_residents(round, name="邓玉兰", phone="138 0000 2222", reason="非本街道居民", by=None)
    assert standings.of(round).votes == 1
    ((action, changes),) = trail_of(vote)
    assert (action, list(changes)) == ("annul", ["annulled_at"])
    written = str([(it.changes, it.reason) for it in db.session.query(AuditEntry)])
    assert entry.name not in written
    assert "邓玉兰" not in written


def test_a_households_vote_is_annulled(round: Round) -> None:
    entry, building = make_entry(round), make_building()
    make_vote(entry, building_id=building.id, door="2-301")
    corrections.annul_households(round, building=building, door="2单元301室", reason="空置户", by=None)
    assert standings.of(round).votes == 0
    with pytest.raises(Refused, match="no vote of theirs"):
        corrections.annul_households(round, building=building, door="2-302", reason="空置户", by=None)


def test_no_such_vote(round: Round) -> None:
    make_vote(make_entry(make_round(round.subdistrict)), make_person("邓玉兰", "13800002222"))
    with pytest.raises(Refused, match="no vote of theirs"):
        corrections.annul_residents(round, name="邓玉兰", phone="13800002222", reason="重复", by=None)


def verbs(entry: Entry, person_phone: str, reason: str) -> list[Callable[[], None]]:
    sheet = make_sheet(make_judge(entry.round), entry, veto_reason="火情")
    criterion = entry.round.criteria[0]
    return [
        lambda: corrections.correct_points(sheet, criterion, 1, reason=reason, by=None),
        lambda: corrections.veto(entry, reason=reason, by=None),
        lambda: corrections.lift_vetoes(entry, reason=reason, by=None),
        lambda: corrections.withdraw(entry, reason=reason, by=None),
        lambda: corrections.annul_residents(entry.round, name="邓玉兰", phone=person_phone, reason=reason, by=None),
        lambda: corrections.annul_households(entry.round, building=entry.place, door="1-101", reason=reason, by=None),
    ]


@pytest.mark.now(LAST_MOMENT)
def test_nothing_is_corrected_before_the_close(round: Round) -> None:
    entry, person = make_entry(round), make_person("邓玉兰")
    make_vote(entry, person)
    for verb in verbs(entry, person.phone or "", "有误"):
        with pytest.raises(Refused, match="only once the round is closed"):
            verb()
    assert corrections.log(round) == []


@pytest.mark.parametrize("reason", ["", "  ", "长" * 201])
def test_each_correction_has_a_reason(round: Round, reason: str) -> None:
    entry, person = make_entry(round), make_person("邓玉兰")
    make_vote(entry, person)
    for verb in verbs(entry, person.phone or "", reason):
        with pytest.raises(BadInput, match="Say why"):
            verb()


def test_what_everyone_reads_of_it(round: Round) -> None:
    """Neither points nor names; another round's corrections, and what was recorded before the close, aren't in it."""
    entry, person = make_entry(round, "一号楼"), make_person("邓玉兰")
    make_vote(entry, person)
    for verb in verbs(entry, person.phone or "", "有误")[:5]:
        verb()
    other = make_entry(make_round(make_subdistrict()), "二号楼")
    corrections.veto(other, reason="火情", by=None)
    assert [(it.action, it.reason, it.entry) for it in corrections.log(round)] == [
        ("annul", "有误", ""),
        ("withdraw", "有误", "一号楼"),
        ("lift veto", "有误", "一号楼"),
        ("veto", "有误", "一号楼"),
        ("correct", "有误", "一号楼"),
    ]


def test_everyone_reads_what_a_ledger_put_right(round: Round) -> None:
    """Of the five tables that a ledger corrects; another round's aren't in it."""
    entry = make_entry(round, "一号楼")
    sheet, vote = make_sheet(make_judge(round), entry), make_vote(entry)
    for thing in (round, round.criteria[0], entry, sheet, vote):
        trail.record("correct", thing, by=None, reason="台账更正")
        trail.record("correct", make_round(round.subdistrict), by=None, reason="台账更正")
    db.session.flush()
    assert [(it.action, it.reason, it.entry) for it in corrections.log(round)] == [
        ("vote", "台账更正", ""),
        ("correct", "台账更正", "一号楼"),
        ("entry", "台账更正", "一号楼"),
        ("criterion", "台账更正", ""),
        ("contest_round", "台账更正", ""),
    ]


def test_nobody_puts_right_what_is_their_own_or_their_familys(round: Round) -> None:
    officer, colleague = make_account("钱晓岚"), make_account("孟芳")
    relative = make_person("钱小宝")
    db.session.add(FamilyMember(account_id=officer.id, person_id=relative.id, since=clock.now()))
    judge = make_judge(round)
    for entrant in (officer.person, relative):
        entry = make_entry(round, person=entrant)
        sheet = make_sheet(judge, entry)
        for verb in (corrections.veto, corrections.lift_vetoes, corrections.withdraw):
            with pytest.raises(Refused, match="your own"):
                verb(entry, reason="核对", by=officer.id)
        with pytest.raises(Refused, match="your own"):
            corrections.correct_points(sheet, round.criteria[0], 1, reason="核对", by=officer.id)
        corrections.correct_points(sheet, round.criteria[0], 1, reason="核对", by=colleague.id)
