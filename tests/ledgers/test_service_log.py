"""05-service-log: the visits of cadres."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import make_account, make_visit
from volunteer_app import clock
from volunteer_app.activities import stamps
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.duty.models import Pairing, Visit, VisitKind, VisitState
from volunteer_app.ledgers import exporting
from volunteer_app.ledgers.handling import Period
from volunteer_app.places import queries

from .books import (
    CADRE,
    OFFICE,
    PLACES,
    VISIT,
    VISITS,
    bring,
    cadres,
    changes,
    faults,
    outcomes,
    places,
    reasons,
    say,
    visits,
)


def visit(starts: str | None = "15:00", ends: str | None = "17:30", **other: str | None) -> list[str | None]:
    row: list[str | None] = [*VISIT]
    row[4:6] = starts, ends
    for header, cell in other.items():
        row[VISITS.index({"解决": "解决问题(件)", "化解": "化解矛盾(件)"}.get(header, header))] = cell
    return row


def one() -> Visit:
    return db.session.scalars(select(Visit)).one()


def test_a_visit_comes_in_as_confirmed(app: Flask) -> None:
    bring(OFFICE, cadres(CADRE))
    before = stamps.of_place(queries.subdistricts()[0])
    officer = make_account("钱晓岚")
    later = datetime.fromisoformat("2020-11-26T10:00+08:00")
    with clock.frozen(later):
        assert outcomes(bring(visits(VISIT), by=officer.id)) == [("服务记录", 1, 0, 0, 0, 0)]
    row = one()
    assert (row.person.name, row.compound.name, row.kind, row.what) == (
        *("郑海", "云台里"),
        *(VisitKind.PROBLEM_SOLVING, "疏通管道"),
    )
    assert (row.starts_at, row.ends_at - row.starts_at) == (
        datetime.fromisoformat("2020-11-04T15:00+08:00"),
        timedelta(minutes=150),
    )
    assert (row.problems_solved, row.disputes_mediated, row.activity_id) == (1, 0, None)
    assert (row.state, row.by_id, row.decided_by_id, row.entered_at) == (
        *(VisitState.CONFIRMED, officer.id),
        *(officer.id, later),
    )
    assert before is not None
    assert stamps.of_place(queries.subdistricts()[0]) == (before[0], later), "it's counted, and no calendar shows it"
    assert outcomes(bring(visits(VISIT))) == [("服务记录", 0, 0, 1, 0, 0)]


def test_a_correction(app: Flask) -> None:
    bring(OFFICE, cadres(CADRE), visits(VISIT))
    assert changes(bring(visits(visit(ends="17:00", 类别="入户走访", 解决="2", 化解=None)))) == [
        {"结束时间": ("17:30", "17:00"), "类别": ("解决问题", "入户走访"), "解决问题(件)": ("1", "2")}
    ]
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "correct")).one()
    assert (entry.subject, entry.subject_id, entry.reason) == ("visit", one().id, "台账更正")
    assert outcomes(bring(visits(visit(ends="17:00", 类别="入户走访")[:7], header=VISITS[:7]))) == [
        ("服务记录", 0, 0, 1, 0, 0)
    ], "columns that aren't there leave what they say"


def test_what_nobody_has_confirmed_stands_in_no_ledger_until_a_row_says_so(app: Flask) -> None:
    bring(OFFICE, cadres(CADRE))
    starts = datetime.fromisoformat("2020-11-04T15:00+08:00")
    make_visit(
        db.session.scalars(select(Pairing)).one(), starts_at=starts, state=VisitState.RETURNED, reason="时间不对"
    )
    db.session.commit()
    exported = exporting.export("05", queries.subdistricts()[0], Period(), file_format="csv")
    assert len(exported.files["05-service-log-服务记录.csv"].splitlines()) == 1
    assert [say(text) for text in exported.unsaid] == ["not written: visits that nobody has confirmed (1)"]
    assert outcomes(bring(visits(VISIT))) == [("服务记录", 1, 0, 0, 0, 0)]
    assert (one().state, one().reason, one().decided_at, one().what) == (
        *(VisitState.CONFIRMED, ""),
        *(clock.now(), "疏通管道"),
    )
    assert outcomes(bring(visits(VISIT))) == [("服务记录", 0, 0, 1, 0, 0)]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (visit("15:00", "15:00"), "结束时间", "the end is not after the start"),
        (visit("15:00", "14:00"), "结束时间", "the end is not after the start"),
        (visit("15:00", "次日15:01"), "结束时间", "a visit has at most 24 hours"),
        (visit("次日15:00", "次日16:00"), "开始时间", "must begin on its day"),
        (visit("08:00", "08:31", 日期="2020-11-25"), "结束时间", "not over yet: a visit lies in the past"),
        (visit(日期="2020-11-26"), "日期", "2020-11-26 lies in the future"),
        (visit(姓名="郑河"), "联系电话", "青云街道 has no cadre 郑河 with this phone number"),
        (visit(楼院="没有的院"), "楼院", "青云街道 has no compound 没有的院"),
        (visit(解决="-1"), "解决问题(件)", "-1 is less than nothing"),
        (visit(化解="1.5"), "化解矛盾(件)", "1.5 is not a whole number"),
        (visit(ends=None), "结束时间", "must not be blank"),
        (
            visit(类别="开会"),
            "类别",
            "开会 is none of 入户走访、值守服务、参加主题活动、议事协商、解决问题、化解矛盾",
        ),
    ],
)
@pytest.mark.now("2020-11-25T08:30+08:00")
def test_faults(sqlite_app: Flask, row: list[str | None], column: str, reason: str) -> None:
    bring(OFFICE, cadres(CADRE))
    assert reasons(visits(row)) == [(2, column, reason)]


def test_after_midnight(sqlite_app: Flask) -> None:
    bring(OFFICE, cadres(CADRE), visits(visit("22:00", "次日01:00")))
    assert one().ends_at - one().starts_at == timedelta(hours=3)
    exported = exporting.export("05", queries.subdistricts()[0], Period(), file_format="csv")
    assert "22:00,次日01:00" in exported.files["05-service-log-服务记录.csv"].decode()
    assert reasons(visits(visit("00:30", "02:00", 日期="2020-11-05"))) == [
        (2, "开始时间", OVERLAP.format("云台里", "22:00", "01:00", ""))
    ]


OVERLAP = "郑海 was in {} from {} to {}{}: two visits of one cadre overlap"
IN_ROW = " (row {} of 05-service-log-服务记录.csv)"


def test_visits_of_one_cadre_do_not_overlap(app: Flask) -> None:
    bring(OFFICE, cadres(CADRE))
    second = visit("17:29", "18:00")
    assert reasons(visits(VISIT, second)) == [
        (2, "开始时间", OVERLAP.format("云台里", "17:29", "18:00", IN_ROW.format(3))),
        (3, "开始时间", OVERLAP.format("云台里", "15:00", "17:30", IN_ROW.format(2))),
    ], "each row names the other"
    assert reasons(visits(VISIT, visit("17:30", "18:00"))) == [], "one after the other"
    bring(visits(VISIT))
    assert reasons(visits(second)) == [(2, "开始时间", OVERLAP.format("云台里", "15:00", "17:30", ""))]
    bring(visits(visit(ends="17:29"), second))
    assert reasons(visits(VISIT)) == [(2, "开始时间", OVERLAP.format("云台里", "17:29", "18:00", ""))]


@pytest.mark.now("2020-11-04T16:00+08:00")
def test_a_visit_that_is_going_on_is_in_the_way(sqlite_app: Flask) -> None:
    bring(OFFICE, cadres(CADRE))
    make_visit(db.session.scalars(select(Pairing)).one(), minutes=None, starts_at=clock.now() - timedelta(minutes=30))
    db.session.commit()
    assert reasons(visits(visit("15:00", "15:45"))) == [(2, "开始时间", OVERLAP.format("云台里", "15:30", "16:00", ""))]
    assert reasons(visits(visit("15:00", "15:30"))) == []


def test_visits_elsewhere_count_too(sqlite_app: Flask) -> None:
    there = places(["柳浪街道", "云台社区", "云台里", "无主管"], header=PLACES[:4])
    bring(OFFICE, cadres(CADRE), visits(VISIT))
    bring(there, cadres(CADRE), subdistrict="柳浪街道")
    said = OVERLAP.format("云台里", "15:00", "17:30", "")
    assert reasons(visits(visit("16:00", "18:00")), subdistrict="柳浪街道") == [(2, "开始时间", said)]
    header = [*VISITS, "街道"]
    rows = [[*visit("15:00", "16:00"), "青云街道"], [*visit("16:00", "18:00"), "柳浪街道"]]
    assert reasons(visits(*rows, header=header)) == [], "corrected by the same command, it's no longer in the way"


def test_what_follows_from_a_refused_cadre_is_no_fault_of_its_own(sqlite_app: Flask) -> None:
    bring(OFFICE)
    assert faults(cadres([*CADRE[:8], "八", *CADRE[9:]]), visits(VISIT)) == [
        "04-cadres-干部结对.csv [干部结对] row 2, column 固定服务日: 八 is not a day of the week (一 to 日)"
    ]


def test_a_period_takes_its_days(sqlite_app: Flask) -> None:
    days = ["2020-10-31", "2020-11-01", "2020-11-02"]
    bring(OFFICE, cadres(CADRE), visits(*(visit(日期=day) for day in days)))
    first = clock.local(clock.now()).date().replace(day=1)
    exported = exporting.export("05", queries.subdistricts()[0], Period(first, first), file_format="csv")
    lines = exported.files["05-service-log-服务记录.csv"].decode().splitlines()
    assert [line[:10] for line in lines[1:]] == ["2020-11-01"]
    assert outcomes(bring(visits(visit(日期="2020-11-01")))) == [("服务记录", 0, 0, 1, 0, 2)]
