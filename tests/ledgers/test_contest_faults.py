"""09-contests: what is refused, and why: all of it at once."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from volunteer_app.contests.models import Criterion, Entry, Round, ScoreSheet
from volunteer_app.contests.voting.models import Vote
from volunteer_app.database import db
from volunteer_app.people.models import Person

from .books import Source, book, bring, faults, look, outcomes, reasons
from .contest_books import (
    CAST,
    CRITERIA,
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
    VOTES,
    changed,
    criteria,
    entries,
    rounds,
    sheets,
    votes,
    whole,
)

ROUND_FAULTS = [
    ({"报名截止": "2020-09-30"}, "报名截止", "the last day lies before the first"),
    ({"投票截止": "2020-10-10"}, "投票截止", "voting begins on the day after 2020-10-10"),
    ({"投票权重": "31"}, "投票权重", "both weights together are 101, not 100"),
    ({"类型": "评选"}, "类型", "评选 is none of 楼栋评比赛、晒最美"),
    ({"评委权重": "70%"}, "评委权重", "70% is not a number"),
    ({"名称": None}, "名称", "must not be blank"),
]


@pytest.mark.parametrize(("cells", "column", "reason"), ROUND_FAULTS)
def test_faults_of_rounds(sqlite_app: Flask, cells: dict[str, str | None], column: str, reason: str) -> None:
    bring(*PLACES)
    # What refers to a round that is refused is no fault of its own.
    follows = criteria(*POINTS), entries(*ENTERED), sheets(*GIVEN), votes(*CAST)
    beside = follows if cells.get("名称", NAME) else ()
    assert reasons(rounds(changed(ROUND, ROUNDS, **cells)), *beside) == [(2, column, reason)]


FAULTS = [
    (criteria(["环境卫生", "0"]), "满分", "a criterion gives at least one point"),
    (entries(changed(ENTERED[0], ENTRIES, 社区="没有社区")), "社区", "青云街道 has no community 没有社区"),
    (entries(changed(ENTERED[0], ENTRIES, 名称="第九期")), "名称", "青云街道 has no round 第九期"),
    (entries(changed(ENTERED[0], ENTRIES, 报名日期="2020-11-26")), "报名日期", "2020-11-26 lies in the future"),
    (sheets(changed(GIVEN[0], SHEETS, 环境卫生="61")), "环境卫生", "61 points are more than 60"),
    (sheets(changed(GIVEN[0], SHEETS, 环境卫生="-1")), "环境卫生", "-1 is less than nothing"),
    (sheets(changed(GIVEN[0], SHEETS, 环境卫生="1.5")), "环境卫生", "1.5 is not a whole number"),
    (sheets(changed(GIVEN[0], SHEETS, 邻里和睦=None)), "邻里和睦", "must not be blank"),
    (sheets(changed(GIVEN[0], SHEETS, 评委=None)), "评委", "must not be blank"),
    (sheets(changed(GIVEN[0], SHEETS, 参评对象="3号楼")), "参评对象", f"3号楼 takes no part in {NAME}"),
    (votes(changed(CAST[0], VOTES, 投给="3号楼")), "投给", f"3号楼 takes no part in {NAME}"),
    (votes(changed(CAST[0], VOTES, 日期="2020-10-10")), "日期", "votes were taken from 2020-10-11 to 2020-10-20"),
    (votes(changed(CAST[0], VOTES, 日期="2020-10-21")), "日期", "votes were taken from 2020-10-11 to 2020-10-20"),
]


@pytest.mark.parametrize(("source", "column", "reason"), FAULTS)
def test_faults(sqlite_app: Flask, source: Source, column: str, reason: str) -> None:
    bring(*PLACES, whole())
    assert reasons(source) == [(2, column, reason)]


def test_columns_that_are_no_criteria(sqlite_app: Flask) -> None:
    bring(*PLACES, whole())
    wider = [*SHEETS, "总分", "楼道整洁"]
    assert reasons(sheets(*([*row, "90", "20"] for row in GIVEN), header=wider)) == [
        (1, "楼道整洁", "楼道整洁 is no criterion of 评分标准")
    ]
    assert reasons(sheets(*(row[:4] for row in GIVEN), header=SHEETS[:4])) == [(1, "邻里和睦", "the column is missing")]
    shuffled = [2, 4, 0, 3, 1]
    other = sheets(*([row[at] for at in shuffled] for row in GIVEN), header=[SHEETS[at] for at in shuffled])
    assert outcomes(look(other)) == [("评委打分", 0, 0, 3, 0, 0)]
    assert outcomes(look(sheets(*([*row, "90"] for row in GIVEN), header=wider[:6]))) == [("评委打分", 0, 0, 3, 0, 0)]


def test_every_sheet_with_faults_tells_all_of_them_and_writes_nothing(app: Flask) -> None:
    bring(*PLACES)
    bad = book(
        "坏台账.xlsx",
        ("期次", "青云街道评比活动", ROUNDS, [ROUND, changed(TO_COME, ROUNDS, 投票权重="50")]),
        ("评分标准", "", CRITERIA, [*POINTS, ["垃圾分类", "十五"]]),
        ("参评", "", ENTRIES, [*ENTERED, changed(ENTERED[0], ENTRIES, 参评对象="2号楼", 联系电话="1990")]),
        ("评委打分", "", [*SHEETS, "垃圾分类"], [*([*row, "1"] for row in GIVEN), [NAME, ONE, None, "99", None, "1"]]),
        ("群众投票", "", VOTES, [*CAST, changed(CAST[0], VOTES, 投给="5号楼"), changed(CAST[0], VOTES, 投给="2号楼")]),
    )
    file = "坏台账.xlsx"
    assert faults(bad) == [
        f"{file} [参评] row 5, column 联系电话: 1990 is not a phone number: a mobile number has 11 digits.",
        f"{file} [期次] row 4, column 投票权重: both weights together are 110, not 100",
        f"{file} [群众投票] row 6, column 投给: 5号楼 takes no part in {NAME}",
        f"{file} [评分标准] row 5, column 满分: 十五 is not a number",
        f"{file} [评委打分] row 6, column 评委: must not be blank",
        f"{file} [评委打分] row 6, column 环境卫生: 99 points are more than 60",
        f"{file} [评委打分] row 6, column 邻里和睦: must not be blank",
    ], "what refers to a row that is refused isn't told once more"
    for table in (Round, Criterion, Entry, ScoreSheet, Vote, Person):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0
