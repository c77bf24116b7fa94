"""09-contests against what's decided already: nothing changes a result that its page doesn't tell."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.contests.factories import make_entry, make_round, make_sheet
from tests.factories import make_account
from volunteer_app import clock
from volunteer_app.audit.models import AuditEntry
from volunteer_app.contests.models import Entry, EntryState, Judge, Round, Score, ScoreSheet
from volunteer_app.contests.outcome import corrections
from volunteer_app.contests.voting.models import Vote
from volunteer_app.database import db
from volunteer_app.ledgers import importing, uploads
from volunteer_app.people import erasure
from volunteer_app.people.models import Person
from volunteer_app.places import queries

from .books import bring, look, outcomes, reasons
from .contest_books import (
    CAST,
    ENTERED,
    ENTRIES,
    GIVEN,
    NAME,
    ONE,
    PLACES,
    POINTS,
    ROUND,
    ROUNDS,
    SHEETS,
    TO_COME,
    TWO,
    VOTES,
    changed,
    criteria,
    entries,
    rounds,
    sheets,
    votes,
    whole,
)

COUNT = Callable[[], AbstractContextManager[list[str]]]
FILLED = "the round is closed and filled: put it right on the result's page"
SAME = [
    (name, 0, 0, n, 0, 0) for name, n in (("期次", 1), ("评分标准", 2), ("参评", 2), ("评委打分", 3), ("群众投票", 3))
]


def entry_named(name: str) -> Entry:
    return db.session.scalars(select(Entry).where(Entry.name == name)).one()


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (EntryState.WITHDRAWN, f"{ONE} was withdrawn here: decide that on its page"),
        (EntryState.RETURNED, f"{ONE} was returned here: decide that on its page"),
        (EntryState.WAITING, f"{ONE} waits for its review here: decide that on its page"),
    ],
)
def test_an_entry_that_takes_no_part_stays_out(app: Flask, state: EntryState, reason: str) -> None:
    bring(*PLACES, whole())
    entry_named(ONE).state = state
    assert reasons(entries(*ENTERED), votes(CAST[0])) == [(2, "参评对象", reason)], "its votes aren't told once more"
    bring(rounds(TO_COME))
    going = db.session.scalars(select(Round).where(Round.name == TO_COME[1])).one()
    make_entry(going, ONE, place=queries.subdistricts()[0], state=state)
    assert reasons(entries([TO_COME[1], *ENTERED[0][1:]])) == [(2, "参评对象", reason)], "in a round to come, too"


def test_a_sheet_that_does_not_count_stays_so(app: Flask) -> None:
    bring(*PLACES, whole())
    first, second = db.session.scalars(select(ScoreSheet).order_by(ScoreSheet.id).limit(2))
    first.recused_reason = "亲属"
    score = db.session.scalars(select(Score).where(Score.sheet_id == second.id).limit(1)).one()
    db.session.delete(score)
    assert reasons(sheets(*GIVEN)) == [
        (2, "评委", f"评委甲 stepped aside for {ONE}: no sheet of theirs counts"),
        (3, "评委", "the sheet of 评委乙 isn't complete: put it right on the result's page"),
    ]


def test_nothing_is_added_to_a_round_that_is_closed_and_filled(app: Flask) -> None:
    bring(*PLACES, whole())
    assert reasons(
        entries(*ENTERED, changed(ENTERED[0], ENTRIES, 参评对象="云台里的花")),
        sheets(*GIVEN, [NAME, TWO, "评委乙", "60", "40"], [NAME, TWO, "评委丙", "60", "40"]),
        votes(*CAST, [NAME, "2020-10-12", "邓玉兰", "19900000049", TWO]),
    ) == [
        (4, "参评对象", FILLED),
        (5, "姓名", FILLED),
        (5, "评委", FILLED),
        (6, "评委", FILLED),
    ]
    assert outcomes(bring(whole())) == SAME


def test_a_closed_round_without_votes_and_sheets_is_filled(sqlite_app: Flask) -> None:
    bring(*PLACES, rounds(ROUND), criteria(*POINTS), entries(ENTERED[0]))
    plan = bring(entries(*ENTERED), sheets(*GIVEN), votes(*CAST))
    assert outcomes(plan) == [("参评", 1, 0, 1, 0, 0), ("评委打分", 3, 0, 0, 0, 0), ("群众投票", 3, 0, 0, 0, 0)]


def test_who_was_erased_is_neither_doubled_nor_brought_back(app: Flask) -> None:
    bring(*PLACES, whole())
    voter, entrant = (
        db.session.scalars(select(Person).where(Person.name == name)).one() for name in ("邓玉兰", "罗玉芬")
    )
    erasure.forget([voter.id, entrant.id])
    assert outcomes(bring(whole())) == SAME
    counts = [db.session.scalar(select(func.count()).select_from(table)) for table in (Person, Entry, Vote)]
    assert counts == [5 - 1, 2, 3]
    assert entry_named(ONE).person_id == entrant.id
    # One erased vote stands for one row.
    other = [NAME, "2020-10-11", "钱某", "19900000048", ONE]
    assert reasons(votes(*CAST, other)) == [(5, "姓名", FILLED)]


def test_what_a_ledger_put_right_stands_on_the_result(app: Flask) -> None:
    bring(*PLACES, whole())
    later = changed(
        ROUND, ROUNDS, 期次="2", 名称="第二期", 报名开始="2020-11-01", 报名截止="2020-11-05", 投票截止="2020-11-20"
    )
    bring(rounds(ROUND, later), criteria(*POINTS))
    bring(
        rounds(changed(ROUND, ROUNDS, 评委权重="60", 投票权重="40"), later),
        criteria(["环境卫生", "65"]),
        entries(changed(ENTERED[0], ENTRIES, 报名日期="2020-10-03")),
        sheets(changed(GIVEN[0], SHEETS, 环境卫生="65")),
        votes(changed(CAST[0], VOTES, 投给=TWO)),
    )
    first, second = db.session.scalars(select(Round).order_by(Round.id))
    assert sorted((it.action, it.reason, it.entry) for it in corrections.log(first)) == [
        ("contest_round", "台账更正", ""),
        ("correct", "台账更正", ONE),
        ("criterion", "台账更正", ""),
        ("entry", "台账更正", ONE),
        ("vote", "台账更正", ""),
    ]
    assert [(it.action, it.reason) for it in corrections.log(second)] == [("criterion", "台账更正")]


def test_the_page_says_it(client: FlaskClient) -> None:
    bring(*PLACES, whole())
    bring(votes(changed(CAST[0], VOTES, 投给=TWO)), entries(changed(ENTERED[0], ENTRIES, 报名日期="2020-10-03")))
    slug = db.session.scalars(select(Round.slug)).one()
    page = client.get(f"/contests/{slug}/result", headers={"Accept-Language": "en"}).text
    told = page[page.index('id="corrections"') : page.index('id="objections"')]
    assert "A ledger put a vote right</p>" in told
    assert f"A ledger put an entry right: {ONE}</p>" in told


def test_an_import_waits_for_who_decides_in_a_round(app: Flask, count_queries: COUNT) -> None:
    """The rounds are locked before it's looked whether something was changed in the meantime."""
    bring(*PLACES, whole())
    planned = look(votes(changed(CAST[0], VOTES, 投给=TWO)))
    with count_queries() as statements:
        importing.enter(planned, by=None)
    db.session.commit()
    assert len([it for it in statements if "count(*)" in it and "audit_entry" in it]) == 1, "nothing is planned anew"
    counted = next(n for n, it in enumerate(statements) if "count(*)" in it and "audit_entry" in it)
    locked = next(n for n, it in enumerate(statements) if "FROM contest_round" in it and "ORDER BY" in it)
    assert locked < counted
    if db.engine.dialect.name == "postgresql":
        assert statements[locked].endswith("FOR NO KEY UPDATE")
    with count_queries() as statements:
        bring(PLACES[0])
    assert not [it for it in statements if "contest_round" in it]


ENTERING = datetime.fromisoformat("2020-12-05T09:00+08:00")


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"评委权重": "0", "投票权重": "100"}, "评委权重", "its kind and weights stand"),
        ({"类型": "楼栋评比赛"}, "类型", "its kind and weights stand"),
        ({"报名开始": "2020-12-04"}, "报名开始", "no day of it moves into the past"),
        ({"报名截止": "2020-12-04"}, "报名截止", "no day of it moves into the past"),
        ({"报名截止": "2020-12-05"}, None, ""),
        ({"投票截止": "2020-12-24"}, None, ""),
    ],
)
def test_what_entries_were_made_for_stands(
    sqlite_app: Flask, cells: dict[str, str], column: str | None, reason: str
) -> None:
    bring(*PLACES, rounds(TO_COME))
    with clock.frozen(ENTERING):
        told = [(2, column, f"entries of this round have begun: {reason}")] if column else []
        assert reasons(rounds(changed(TO_COME, ROUNDS, **cells))) == told


def test_a_window_comes_with_its_weight(sqlite_app: Flask) -> None:
    bring(*PLACES)
    days: dict[str, date | None] = {"entries_from": date(2020, 12, 1), "entries_until": date(2020, 12, 10)}
    days |= {"judging_from": None, "judging_until": None}
    days |= {"voting_from": date(2020, 12, 12), "voting_until": date(2020, 12, 20)}
    make_round(queries.subdistricts()[0], TO_COME[1], judges_weight=0, voters_weight=100, **days)
    bring(rounds(TO_COME))
    round = db.session.scalars(select(Round)).one()
    assert (round.judges_weight, round.judging_from, round.judging_until) == (
        60,
        date(2020, 12, 11),
        date(2020, 12, 20),
    )
    assert round.voting_from == date(2020, 12, 12), "what's there stays"


def test_who_typed_and_who_published_an_entry_stays_so(app: Flask) -> None:
    bring(*PLACES)
    typed, later = make_account("钱晓岚"), make_account("孟芳")
    bring(whole(), by=typed.id)
    bring(entries(changed(ENTERED[0], ENTRIES, 报名日期="2020-10-03")), by=later.id)
    entry = entry_named(ONE)
    assert (entry.by_id, entry.decided_by_id, entry.entered_on) == (typed.id, typed.id, date(2020, 10, 3))


def exports() -> list[tuple[int | None, int | None, dict[str, object]]]:
    found = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "export").order_by(AuditEntry.id))
    return [(it.account_id, it.place_id, it.changes) for it in found]


def test_a_preview_that_tells_of_votes_is_noted(app: Flask, tmp_path: Path) -> None:
    bring(*PLACES, whole())
    officer, office = make_account("钱晓岚"), queries.subdistricts()[0]
    db.session.commit()
    assert exports() == [], "nobody learns from their first import what wasn't theirs"
    look(entries(*ENTERED), votes([NAME, "2020-10-12", "钱某", "19900000048", ONE]))
    assert exports() == []
    guess = votes(changed(CAST[0], VOTES, 投给=TWO))
    kept = uploads.keep(tmp_path, [(guess.label, guess.load())], owner_id=officer.id, subdistrict=office.name)
    planned = importing.prepare(kept.sources(), subdistrict=office.name)
    noted = officer.id, office.id, {"ledger": "09-contests"}
    assert exports() == [noted]
    assert importing.enter(planned, by=officer.id) is planned, "that it was noted is no change in between"
    db.session.rollback()
    assert exports() == [noted]


def test_judges_are_not_asked_for_sheets_of_others(sqlite_app: Flask) -> None:
    """A sheet that another judge left incomplete keeps nobody from bringing the rest again."""
    bring(*PLACES, whole())
    judge = db.session.scalars(select(Judge).where(Judge.label == "评委乙")).one()
    make_sheet(judge, entry_named(TWO), {"环境卫生": 5})
    assert outcomes(bring(sheets(*GIVEN))) == [("评委打分", 0, 0, 3, 0, 0)]
