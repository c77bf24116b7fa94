"""A round's result from its rows: what counts, what doesn't, and nothing before the close."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.factories import make_subdistrict
from volunteer_app import clock
from volunteer_app.contests.models import Entry, EntryState, Judge, Objection, ObjectionState, Round
from volunteer_app.contests.outcome import standings
from volunteer_app.database import db
from volunteer_app.errors import Refused

from ..factories import LAST_MOMENT, NOTICE, STANDING, make_entry, make_judge, make_round, make_sheet, make_vote

pytestmark = pytest.mark.usefixtures("app")


def read(round: Round) -> list[tuple[int | None, str, str | None]]:
    lines = [(it.line, it.entry.name) for it in standings.of(round).entries]
    return [(line.rank, name, str(line.score) if line.score is not None else None) for line, name in lines]


def judged(entry: Entry, *totals: int) -> None:
    """Sheets of full judges, in the order of the panel."""
    for judge, total in zip(panel(entry.round), totals, strict=False):
        first = min(total, 60)
        make_sheet(judge, entry, {"环境卫生": first, "邻里和睦": total - first})


def panel(round: Round) -> list[Judge]:
    rows = db.session.query(Judge).filter_by(round_id=round.id).order_by(Judge.id).all()
    return rows or [make_judge(round, label) for label in ("评委甲", "评委乙", "评委丙")]


def voted(entry: Entry, number: int) -> None:
    for _ in range(number):
        make_vote(entry)


def object_to(round: Round, state: ObjectionState = ObjectionState.OPEN) -> Objection:
    row = Objection(
        round_id=round.id, name="孟芳", phone="13800001111", text="票数不对", made_at=clock.now(), state=state
    )
    db.session.add(row)
    db.session.flush()
    return row


@pytest.mark.now(NOTICE)
def test_a_result_counted_by_hand() -> None:
    """Means 85 and 80; two votes and one of two: 59.5 + 30 and 56 + 15."""
    round = make_round()
    one, two = make_entry(round, "一号楼"), make_entry(round, "二号楼")
    judged(one, 80, 90)
    judged(two, 80, 80)
    voted(one, 2)
    voted(two, 1)
    assert read(round) == [(1, "一号楼", "89.50"), (2, "二号楼", "71.00")]
    standing = standings.of(round)
    first = standing.entries[0]
    (light,) = standings.of_all([round])
    assert [(it.total, it.points) for it in light.entries[0].sheets] == [(80, {}), (90, {})]
    assert standings.with_points(light.entries) == list(standing.entries)
    assert [(it.judge, it.total, it.counts) for it in first.sheets] == [("评委甲", 80, True), ("评委乙", 90, True)]
    assert list(first.sheets[1].points.values()) == [60, 30]
    assert (first.counted, standing.votes, standing.full_points, standing.stands) == (2, 3, 100, False)
    assert [it.entry.name for it in standing.winners] == ["一号楼", "二号楼"]


@pytest.mark.now(NOTICE)
def test_what_does_not_count() -> None:
    """A sheet that isn't whole, a judge who stepped aside, one who left; unpublished entries; annulled votes."""
    round = make_round()
    entry, waiting = make_entry(round, "一号楼"), make_entry(round, "二号楼", state=EntryState.WAITING)
    make_entry(round, "三号楼", state=EntryState.WITHDRAWN)
    make_entry(make_round(round.subdistrict), "别的楼")
    first, second, third, fourth = (make_judge(round, label) for label in ("甲", "乙", "丙", "丁"))
    make_sheet(first, entry, {"环境卫生": 50, "邻里和睦": 30})
    make_sheet(second, entry, {"环境卫生": 60})
    make_sheet(third, entry, recused_reason="住在这栋楼")
    third_sheet = make_sheet(fourth, entry, veto_reason="火情")
    fourth.withdrawn_at = clock.now()
    make_vote(entry)
    make_vote(entry, annulled_at=clock.now())
    make_vote(waiting)
    db.session.flush()
    assert read(round) == [(1, "一号楼", "86.00")]
    (placed,) = standings.of(round).entries
    assert [(it.whole, it.left, it.counts) for it in placed.sheets] == [
        (True, False, True),
        (False, False, False),
        (True, False, False),
        (True, True, False),
    ]
    assert (placed.counted, placed.vetoes, placed.line.candidate.votes) == (1, (), 1)
    assert third_sheet.id == placed.sheets[3].id


@pytest.mark.now(NOTICE)
def test_who_may_not_judge_an_entry_does_not_count_for_it() -> None:
    """Neither points nor a veto: it came out only later, as when somebody was typed into a family."""
    round = make_round()
    own, other = make_entry(round, "一号楼"), make_entry(round, "二号楼")
    judge, fair = make_judge(round, "评委甲", person=own.person), make_judge(round, "评委乙")
    make_sheet(judge, own, veto_reason="火情")
    make_sheet(judge, other, {"环境卫生": 50, "邻里和睦": 30})
    make_sheet(fair, own, {"环境卫生": 50, "邻里和睦": 20})
    assert read(round) == [(1, "二号楼", "56.00"), (2, "一号楼", "49.00")]
    placed = standings.of(round).entries[1]
    assert [(it.barred, it.counts) for it in placed.sheets] == [(True, False), (False, True)]
    assert placed.vetoes == ()


@pytest.mark.now(NOTICE)
def test_vetoes_by_judges_and_by_the_office() -> None:
    round = make_round()
    one, two, three = (make_entry(round, f"{number}号楼") for number in "一二三")
    for entry in (one, two, three):
        judged(entry, 70)
    judge = panel(round)[1]
    make_sheet(judge, one, veto_reason="电动车充电起火")
    make_sheet(judge, two, veto_reason="群体纠纷")
    two.veto_lifted = "经核实不属于本楼"
    three.veto_reason = "公示期查实"
    db.session.flush()
    assert read(round) == [(1, "二号楼", "59.50"), (None, "一号楼", None), (None, "三号楼", None)]
    assert [it.vetoes for it in standings.of(round).entries] == [(), ("电动车充电起火",), ("公示期查实",)]


@pytest.mark.now(LAST_MOMENT)
def test_nothing_is_read_a_second_before_the_close() -> None:
    round = make_round()
    with pytest.raises(Refused, match="only once the round is closed"):
        standings.of(round)
    with pytest.raises(Refused):
        standings.of_all([round])
    assert standings.stand([round], at=clock.now()) == []


@pytest.mark.now(STANDING)
@pytest.mark.parametrize("values", [{"published_at": None}, {"cancelled_at": clock.now(), "cancel_reason": "改期"}])
def test_drafts_and_cancelled_rounds_have_no_result(values: dict[str, object]) -> None:
    with pytest.raises(Refused):
        standings.of(make_round(**values))


@pytest.mark.now(STANDING)
def test_a_result_stands_once_every_objection_is_answered() -> None:
    round = make_round()
    make_entry(round)
    assert standings.of(round).stands
    objection = object_to(round)
    assert not standings.of(round).stands
    assert standings.stand([round], at=clock.now()) == []
    objection.state = ObjectionState.DISMISSED
    db.session.flush()
    assert standings.of(round).stands
    assert standings.stand([round], at=clock.now()) == [round]


@pytest.mark.now(STANDING)
def test_several_rounds_are_read_in_as_many_queries_as_one(
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    subdistrict, rounds = make_subdistrict(), []
    counts = []
    for _ in range(2):
        for _ in range(2):
            round = make_round(subdistrict)
            rounds.append(round)
            for _ in range(3):
                entry = make_entry(round)
                judged(entry, 60, 70, 80)
                voted(entry, 2)
        for asked in (rounds[:1], rounds):
            db.session.flush()
            db.session.expire_all()
            for it in rounds:
                db.session.refresh(it)
            with count_queries() as found:
                read_again = standings.of_all(asked)
                assert [len(it.entries) for it in read_again] == [3] * len(asked)
                assert all(placed.entry.place.name for it in read_again for placed in it.entries)
            counts.append(len(found))
    assert set(counts) == {8}
