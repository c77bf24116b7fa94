"""09-contests: rounds, criteria, entries, judges' sheets and votes come in."""

from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.contests.factories import make_entry, make_judge, make_round, make_sheet, make_vote
from tests.factories import make_account
from volunteer_app import clock
from volunteer_app.activities import stamps
from volunteer_app.audit.models import AuditEntry
from volunteer_app.contests.models import Channel, Criterion, Entry, EntryState, Judge, Round, Subject
from volunteer_app.contests.outcome import standings
from volunteer_app.contests.voting.models import Vote
from volunteer_app.database import db
from volunteer_app.people.models import Person
from volunteer_app.places import queries
from volunteer_app.places.models import PlaceKind

from .books import bring, changes, look, outcomes, reasons
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


def one() -> Round:
    return db.session.scalars(select(Round)).one()


def test_a_book_comes_in(app: Flask) -> None:
    bring(*PLACES)
    officer = make_account("钱晓岚")
    later = datetime.fromisoformat("2020-11-26T10:00+08:00")
    with clock.frozen(later):
        assert outcomes(bring(whole(), by=officer.id)) == [
            ("期次", 1, 0, 0, 0, 0),
            ("评分标准", 2, 0, 0, 0, 0),
            ("参评", 2, 0, 0, 0, 0),
            ("评委打分", 3, 0, 0, 0, 0),
            ("群众投票", 3, 0, 0, 0, 0),
        ]
    round, office = one(), queries.subdistricts()[0]
    assert (round.number, round.name, round.subject, round.channel) == (1, NAME, Subject.BUILDING, Channel.STAFF)
    window = date(2020, 10, 11), date(2020, 10, 20)
    assert (round.voting_from, round.voting_until) == (round.judging_from, round.judging_until) == window
    assert (round.published_at, round.changed_at, round.revision) == (clock.midnight(date(2020, 10, 1)), later, 0)
    assert stamps.of_place(office) == (later, later), "calendars show a round"
    assert [(it.name, it.points) for it in round.criteria] == [("环境卫生", 60), ("邻里和睦", 40)]
    first, second = db.session.scalars(select(Entry).order_by(Entry.id))
    assert [(it.place.kind, it.place.name) for it in (first, second)] == [
        (PlaceKind.BUILDING, "1号楼"),
        (PlaceKind.COMMUNITY, "云台社区"),
    ]
    assert (first.person.name, first.entered_on, first.state) == ("罗玉芬", date(2020, 10, 2), EntryState.PUBLISHED)
    assert (first.by_id, first.decided_by_id, first.decided_at) == (officer.id, officer.id, later)
    labels = {it.label: it.person_id for it in db.session.scalars(select(Judge))}
    assert labels == {"评委甲": None, "评委乙": None}
    cast = db.session.scalars(select(Vote).order_by(Vote.id)).all()
    assert {(it.channel, it.by_id) for it in cast} == {(Channel.STAFF, officer.id)}
    lines = [it.line for it in standings.of(round).entries]
    # (90 + 60) ÷ 2 × 70 % + 100 × 30 %; 50 × 70 % + 50 × 30 %.
    assert [(it.candidate.name, str(it.score)) for it in lines] == [(ONE, "82.50"), (TWO, "50.00")]
    assert outcomes(bring(whole())) == [
        (name, 0, 0, number, 0, 0)
        for name, number in (("期次", 1), ("评分标准", 2), ("参评", 2), ("评委打分", 3), ("群众投票", 3))
    ]
    assert db.session.scalar(select(func.count(Person.id))) == 4 + 1, "who entered may vote, and is one person"


@pytest.mark.parametrize(
    ("name", "kind", "subject"),
    [
        ("最美庭院", "晒最美", Subject.COURTYARD),
        ("最美家庭", "晒最美", Subject.FAMILY),
        ("最美阳台", "晒最美", Subject.BALCONY),
        ("最美楼道", "晒最美", Subject.STAIRWELL),
        ("最美楼栋", "晒最美", Subject.BUILDING),
        ("晒幸福", "晒最美", Subject.FAMILY),
        ("评比", "楼栋评比赛", Subject.BUILDING),
    ],
)
def test_what_is_entered(sqlite_app: Flask, name: str, kind: str, subject: Subject) -> None:
    bring(*PLACES, rounds(changed(ROUND, ROUNDS, 名称=name, 类型=kind)))
    assert one().subject is subject


def test_corrections(app: Flask) -> None:
    bring(*PLACES, whole())
    before = stamps.of_place(queries.subdistricts()[0])
    plan = bring(
        rounds(changed(ROUND, ROUNDS, 投票截止="2020-10-21", 期次=None)),
        criteria(["环境卫生", "65"]),
        entries(changed(ENTERED[0], ENTRIES, 报名人="罗玉芳", 报名日期="2020-10-03")),
        sheets(changed(GIVEN[0], SHEETS, 环境卫生="65")),
        votes(changed(CAST[0], VOTES, 日期="2020-10-21", 投给=TWO)),
    )
    assert changes(plan) == [
        {"期次": ("1", ""), "投票截止": ("2020-10-20", "2020-10-21")},
        {"满分": ("60", "65")},
        {"报名人": ("罗玉芬", "罗玉芳"), "报名日期": ("2020-10-02", "2020-10-03")},
        {"环境卫生": ("50", "65")},
        {"日期": ("2020-10-11", "2020-10-21"), "投给": ("", TWO)},
    ], "what somebody voted for before isn't shown"
    assert [sheet.missing for sheet in plan.sheets] == [0, 1, 1, 2, 2]
    corrected = select(AuditEntry).where(AuditEntry.action == "correct").order_by(AuditEntry.id)
    assert [(it.subject, it.reason, it.changes) for it in db.session.scalars(corrected)] == [
        ("contest_round", "台账更正", {"期次": ["1", ""], "投票截止": ["2020-10-20", "2020-10-21"]}),
        ("criterion", "台账更正", {"满分": ["60", "65"]}),
        ("entry", "台账更正", {"报名人": [], "报名日期": ["2020-10-02", "2020-10-03"]}),
        ("score_sheet", "台账更正", {"环境卫生": ["50", "65"]}),
        ("vote", "台账更正", {"日期": ["2020-10-11", "2020-10-21"], "投给": []}),
    ]
    assert ONE not in str([it.changes for it in db.session.scalars(select(AuditEntry))])
    round = one()
    assert (round.revision, round.judging_until, round.voting_from) == (1, date(2020, 10, 21), date(2020, 10, 11))
    after = stamps.of_place(queries.subdistricts()[0])
    assert before
    assert after
    assert after[0] > before[0]
    result = [
        (it.line.candidate.name, it.line.candidate.sheets, it.line.candidate.votes)
        for it in standings.of(round).entries
    ]
    assert result == [(ONE, (105, 60), 1), (TWO, (50,), 2)]


def test_points_alone_are_counted_and_not_shown(app: Flask) -> None:
    bring(*PLACES, whole())
    before = stamps.of_place(queries.subdistricts()[0])
    with clock.frozen(datetime.fromisoformat("2020-11-26T10:00+08:00")):
        bring(sheets(changed(GIVEN[0], SHEETS, 环境卫生="1")))
    after = stamps.of_place(queries.subdistricts()[0])
    assert before
    assert after
    assert after[0] == before[0]
    assert after[1] > before[1]


def test_a_later_round_of_the_same_criteria(app: Flask) -> None:
    bring(*PLACES, whole())
    later = changed(
        ROUND, ROUNDS, 期次="2", 名称="第二期", 报名开始="2020-11-01", 报名截止="2020-11-05", 投票截止="2020-11-20"
    )
    plan = bring(rounds(ROUND, later), criteria(*POINTS))
    assert outcomes(plan) == [("期次", 1, 0, 1, 0, 0), ("评分标准", 0, 0, 2, 0, 0)]
    assert db.session.scalar(select(func.count()).select_from(Criterion)) == 4
    assert reasons(criteria(["垃圾分类", "15"])) == [
        (2, "项目", "no round has this criterion: send it together with 期次")
    ]
    assert reasons(rounds(ROUND), criteria(["垃圾分类", "15"])) == [
        (2, "项目", f"the sheets of {NAME} have no points for it")
    ]
    assert reasons(criteria(["环境卫生", "59"])) == [(2, "满分", f"评委乙 gave 60 points already, in {NAME}")]


def test_a_round_still_to_come(app: Flask) -> None:
    bring(*PLACES)
    name = TO_COME[1]
    bring(rounds(TO_COME), criteria(*POINTS), entries([name, ONE, *ENTERED[0][2:5], "2020-11-20"]))
    round = one()
    assert (round.published_at, round.subject) == (clock.now(), Subject.COURTYARD)
    goes_on = "the round goes on until 2020-12-20: points and votes come in after its close"
    assert reasons(
        sheets([name, ONE, "评委甲", "1", "1"]), votes([name, "2020-11-20", "邓玉兰", "19900000043", ONE])
    ) == [(2, "名称", goes_on), (2, "名称", goes_on)]
    assert outcomes(bring(rounds(changed(TO_COME, ROUNDS, 投票截止="2020-12-21")))) == [("期次", 0, 1, 0, 0, 0)]
    with clock.frozen(datetime.fromisoformat("2020-12-11T00:00+08:00")):
        stands = "the round is being decided: its days and weights stand"
        assert reasons(rounds(TO_COME)) == [(2, "名称", stands)]
        lighter = changed(TO_COME, ROUNDS, 投票截止="2020-12-21", 评委权重="0", 投票权重="100")
        assert reasons(rounds(lighter)) == [(2, "名称", stands)]


def test_nothing_is_told_of_a_round_that_goes_on(app: Flask) -> None:
    bring(*PLACES, whole())
    going = make_round(queries.subdistricts()[0], "进行中", voting_until=date(2020, 11, 30))
    entry = make_entry(going, ONE, place=queries.subdistricts()[0])
    make_sheet(make_judge(going, "评委甲"), entry)
    make_vote(entry)
    plan = look(sheets(GIVEN[0]), votes(CAST[0]))
    assert [sheet.missing for sheet in plan.sheets] == [2, 2], "not even how many there are"
    listed = [None, "进行中", "楼栋评比赛", "2020-11-01", "2020-11-10", "2020-11-30", "70", "30"]
    stand = "entries of 进行中 have begun: its criteria stand"
    assert reasons(rounds(listed), criteria(["环境卫生", "1"], ["楼道整洁", "20"])) == [
        (2, "项目", stand),
        (3, "项目", stand),
    ]


def test_what_is_over_is_not_opened_again(sqlite_app: Flask) -> None:
    bring(*PLACES, whole())
    assert reasons(rounds(changed(ROUND, ROUNDS, 投票截止="2020-11-25"))) == [
        (2, "投票截止", "the round is over: it isn't opened again")
    ]
    assert outcomes(look(rounds(changed(ROUND, ROUNDS, 投票截止="2020-11-24")))) == [("期次", 0, 1, 0, 0, 0)]


def test_one_person_has_one_vote_in_a_round(sqlite_app: Flask) -> None:
    bring(*PLACES, whole())
    twice = "twice in the ledgers: already in row 2 of 09-contests-群众投票.csv"
    assert reasons(votes(CAST[0], changed(CAST[0], VOTES, 投给=TWO))) == [(3, "姓名", twice)]
    assert reasons(sheets(GIVEN[0], GIVEN[0])) == [(3, "评委", twice.replace("群众投票", "评委打分"))]


def test_a_draft_stays_one(sqlite_app: Flask) -> None:
    bring(*PLACES)
    make_round(queries.subdistricts()[0], NAME, published_at=None)
    there = "the round of this name is a draft or cancelled: change that on its page"
    assert reasons(rounds(ROUND), entries(ENTERED[0])) == [(2, "名称", there)]
    assert reasons(entries(ENTERED[0])) == [(2, "名称", f"青云街道 has no round {NAME}")]


def test_a_vote_that_was_annulled_stays_so(sqlite_app: Flask) -> None:
    bring(*PLACES, whole())
    vote = db.session.scalars(select(Vote).order_by(Vote.id)).first()
    assert vote
    vote.annulled_at = clock.now()
    assert outcomes(bring(whole()))[-1] == ("群众投票", 0, 0, 3, 0, 0)
    assert db.session.scalar(select(func.count(Vote.annulled_at))) == 1


def test_rounds_of_other_offices_are_others(app: Flask) -> None:
    bring(*PLACES, whole())
    elsewhere = make_round(name=NAME)
    make_vote(make_entry(elsewhere, ONE), db.session.scalars(select(Person).where(Person.name == "邓玉兰")).one())
    assert outcomes(bring(whole(), subdistrict="青云街道"))[-1] == ("群众投票", 0, 0, 3, 0, 0)
