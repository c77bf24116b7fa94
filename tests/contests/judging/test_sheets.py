"""Score sheets: kept as typed, once, inside the window, and frozen after the close."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contests.factories import (
    DECIDING,
    ENTERING,
    LAST_MOMENT,
    NOTICE,
    make_entry,
    make_judge,
    make_round,
    make_sheet,
)
from tests.factories import make_account, make_subdistrict
from tests.trail import trail_of
from volunteer_app import clock
from volunteer_app.contests.judging import sheets
from volunteer_app.contests.judging.sheets import PointsFaulty
from volunteer_app.contests.models import Criterion, Entry, EntryState, Judge, Score, ScoreSheet
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused

pytestmark = pytest.mark.now(DECIDING)


@pytest.fixture
def judge(app: Flask) -> Judge:
    return make_judge(make_round())


@pytest.fixture
def entry(judge: Judge) -> Entry:
    return make_entry(judge.round)


def criteria(judge: Judge) -> tuple[int, int]:
    first, second = (criterion.id for criterion in judge.round.criteria)
    return first, second


def points(sheet: ScoreSheet) -> dict[str, int]:
    db.session.flush()
    db.session.expire(sheet)
    return {score.criterion.name: score.points for score in sheet.scores}


def count() -> tuple[int, int]:
    return db.session.query(ScoreSheet).count(), db.session.query(Score).count()


def test_points_are_kept_one_by_one_and_replaced(judge: Judge, entry: Entry) -> None:
    clean, kind = criteria(judge)
    sheet = sheets.save(judge, entry, {clean: 55})
    assert points(sheet) == {"环境卫生": 55}
    assert sheets.save(judge, entry, {kind: 0}) is sheet
    assert points(sheet) == {"环境卫生": 55, "邻里和睦": 0}
    sheets.save(judge, entry, {clean: 60}, note="楼道很干净")
    assert points(sheet) == {"环境卫生": 60, "邻里和睦": 0}
    assert (sheet.note, sheet.veto_reason, count()) == ("楼道很干净", "", (1, 2))


def test_points_are_taken_back(judge: Judge, entry: Entry) -> None:
    clean, kind = criteria(judge)
    sheet = sheets.save(judge, entry, {clean: 55, kind: 40})
    sheets.save(judge, entry, {kind: None})
    assert points(sheet) == {"环境卫生": 55}
    sheets.save(judge, entry, {kind: None})
    assert count() == (1, 1)


def test_the_same_again_changes_nothing_and_records_nothing(judge: Judge, entry: Entry) -> None:
    clean, kind = criteria(judge)
    by = make_account().id
    sheet = sheets.save(judge, entry, {clean: 55}, veto_reason="11月9日失火", note="", by=by)
    with clock.frozen(clock.now() + timedelta(hours=1)):
        assert sheets.save(judge, entry, {clean: 55, kind: None}, veto_reason=" 11月9日失火 ", by=by) is sheet
    assert sheet.changed_at == clock.now()
    # What was given stands nowhere in the trail.
    assert trail_of(sheet) == [("score", {})]


def test_an_empty_sheet_is_none(judge: Judge, entry: Entry) -> None:
    clean, _ = criteria(judge)
    assert sheets.save(judge, entry, {clean: None}, veto_reason=" ", note="") is None
    assert count() == (0, 0)


def test_a_veto_and_taking_it_back(judge: Judge, entry: Entry) -> None:
    sheet = sheets.save(judge, entry, {}, veto_reason="群体性纠纷未化解")
    assert (sheet.veto_reason, points(sheet)) == ("群体性纠纷未化解", {})
    sheets.save(judge, entry, {}, veto_reason="")
    assert (sheet.veto_reason, [action for action, _ in trail_of(sheet)]) == ("", ["score", "score"])


@given(number=st.integers(-3, 70))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_a_criterion_gives_from_0_to_its_most(judge: Judge, entry: Entry, number: int) -> None:
    clean, _ = criteria(judge)
    if 0 <= number <= 60:
        assert points(sheets.save(judge, entry, {clean: number})) == {"环境卫生": number}
        return
    before = count()
    with pytest.raises(PointsFaulty) as wrong:
        sheets.save(judge, entry, {clean: number})
    assert (wrong.value.criterion_id, wrong.value.message.values) == (clean, {"most": 60})
    assert count() == before


def test_criteria_of_another_round_are_refused(judge: Judge, entry: Entry) -> None:
    other = make_round(judge.round.subdistrict)
    with pytest.raises(Refused, match="taken away"):
        sheets.save(judge, entry, {other.criteria[0].id: 5})
    assert db.session.query(Criterion).count() == 4
    assert count() == (0, 0)


def test_a_text_has_an_end(judge: Judge, entry: Entry) -> None:
    with pytest.raises(BadInput, match="at most 200"):
        sheets.save(judge, entry, {}, note="长" * 201)
    assert sheets.save(judge, entry, {}, note="长" * 200).note == "长" * 200


@pytest.mark.parametrize(
    ("moment", "said"),
    [(ENTERING, "isn't open"), (LAST_MOMENT, None), (NOTICE, "closed and its result may be read")],
)
def test_only_in_the_window(judge: Judge, entry: Entry, moment: str, said: str | None) -> None:
    clean, _ = criteria(judge)
    acts = (
        lambda: sheets.save(judge, entry, {clean: 7}),
        lambda: sheets.step_aside(judge, entry, "住在这里"),
        lambda: sheets.step_back(judge, entry),
    )
    with clock.frozen(datetime.fromisoformat(moment)):
        for act in acts:
            if said is None:
                act()
                continue
            with pytest.raises(Refused, match=said):
                act()
    assert count() == ((1, 1) if said is None else (0, 0))


def test_what_was_tapped_before_the_close_and_arrives_after_it_is_refused(judge: Judge, entry: Entry) -> None:
    clean, _ = criteria(judge)
    with clock.frozen(datetime.fromisoformat(NOTICE)), pytest.raises(Refused, match="even if tapped before"):
        sheets.save(judge, entry, {clean: 7}, at=datetime.fromisoformat(LAST_MOMENT))
    assert count() == (0, 0)


def test_what_was_tapped_in_the_window_counts_while_votes_are_still_taken(app: Flask) -> None:
    day = datetime.fromisoformat(DECIDING).date()
    judge = make_judge(make_round(judging_until=day))
    entry = make_entry(judge.round)
    clean, _ = criteria(judge)
    tapped = clock.now()
    with clock.frozen(tapped + timedelta(days=1)):
        with pytest.raises(Refused, match="isn't open"):
            sheets.save(judge, entry, {clean: 7})
        sheet = sheets.save(judge, entry, {clean: 8}, at=tapped)
    assert (points(sheet), sheet.changed_at) == ({"环境卫生": 8}, tapped)


def test_who_left_the_panel_and_what_left_the_round(judge: Judge, entry: Entry) -> None:
    clean, _ = criteria(judge)
    others = make_entry(make_round(make_subdistrict()))
    withdrawn = make_entry(judge.round, state=EntryState.WITHDRAWN)
    for it in (others, withdrawn):
        with pytest.raises(Refused, match=f"{it.name} doesn't take part"):
            sheets.save(judge, it, {clean: 7} if it is withdrawn else {})
    judge.withdrawn_at = clock.now()
    with pytest.raises(Refused, match="left the panel"):
        sheets.save(judge, entry, {clean: 7})
    judge.withdrawn_at = None
    judge.round.cancelled_at = clock.now()
    with pytest.raises(Refused, match="cancelled"):
        sheets.save(judge, entry, {clean: 7})
    assert count() == (0, 0)


def test_stepping_aside_keeps_the_sheet(judge: Judge, entry: Entry) -> None:
    clean, _ = criteria(judge)
    sheet = sheets.save(judge, entry, {clean: 55})
    with pytest.raises(BadInput, match="Say why"):
        sheets.step_aside(judge, entry, "  ")
    assert sheets.step_aside(judge, entry, "住在这栋楼") is sheet
    sheets.step_aside(judge, entry, "住在这栋楼")
    with pytest.raises(Refused, match="stepped aside"):
        sheets.save(judge, entry, {clean: 60})
    assert (sheet.recused_reason, points(sheet)) == ("住在这栋楼", {"环境卫生": 55})
    sheets.step_back(judge, entry)
    sheets.step_back(judge, entry)
    sheets.save(judge, entry, {clean: 60})
    assert (sheet.recused_reason, points(sheet)) == ("", {"环境卫生": 60})
    assert [action for action, _ in trail_of(sheet)] == ["score", "step aside", "step back", "score"]


def test_stepping_aside_needs_no_sheet_before(judge: Judge, entry: Entry) -> None:
    sheets.step_back(judge, entry)
    assert count() == (0, 0)
    assert sheets.step_aside(judge, entry, "亲属住在这里").recused_reason == "亲属住在这里"
    assert count() == (1, 0)


def test_one_judge_s_sheet_is_not_another_s(judge: Judge, entry: Entry) -> None:
    clean, kind = criteria(judge)
    other = make_sheet(make_judge(judge.round), entry)
    mine = sheets.save(judge, entry, {clean: 1})
    assert (points(mine), points(other)) == ({"环境卫生": 1}, {"环境卫生": 60, "邻里和睦": 40})
    assert kind
