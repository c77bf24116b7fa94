"""04-cadres: pairings and leaves."""

from datetime import date, time

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories import make_pairing
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.duty.models import Leave, Pairing
from volunteer_app.ledgers import exporting
from volunteer_app.ledgers.handling import Period
from volunteer_app.people.models import Person
from volunteer_app.places import queries

from .books import (
    AWAY,
    CADRE,
    CADRES,
    LEAVES,
    OFFICE,
    bring,
    cadres,
    changes,
    faults,
    leaves,
    outcomes,
    reasons,
    say,
    warnings,
)


def cadre(**other: str | None) -> list[str | None]:
    row: list[str | None] = [*CADRE]
    for header, cell in other.items():
        row[CADRES.index(header.replace("每周承诺", "每周承诺(小时)"))] = cell
    return row


def away(**other: str) -> list[str]:
    row = [*AWAY]
    for header, cell in other.items():
        row[LEAVES.index(header)] = cell
    return row


def test_a_cadre_and_a_leave(app: Flask) -> None:
    plan = bring(OFFICE, cadres(CADRE), leaves(AWAY))
    assert outcomes(plan)[1:] == [("干部结对", 1, 0, 0, 0, 0), ("请假", 1, 0, 0, 0, 0)]
    assert plan.warnings == []
    pairing = db.session.scalars(select(Pairing)).one()
    assert (pairing.person.name, pairing.compound.name, pairing.department, pairing.post) == (
        *("郑海", "云台里"),
        *("党建办", "科员"),
    )
    assert (pairing.minutes_a_week, pairing.weekday, pairing.usual_starts, pairing.usual_ends) == (
        *(180, 2),
        *(time(15), time(18)),
    )
    assert (pairing.since, pairing.until) == (None, None), "a pairing without dates is open"
    leave = db.session.scalars(select(Leave)).one()
    assert (leave.person_id, leave.since, leave.until, leave.reason) == (
        *(pairing.person_id, date(2020, 11, 2)),
        *(date(2020, 11, 8), "年休假"),
    )


def test_a_correction_and_what_stays(app: Flask) -> None:
    bring(OFFICE, cadres(CADRE), leaves(AWAY))
    pairing = db.session.scalars(select(Pairing)).one()
    pairing.since = date(2020, 3, 1)
    db.session.commit()
    assert changes(bring(cadres(cadre(每周承诺="2.5", 固定服务日="日")))) == [
        {"每周承诺(小时)": ("3", "2.5"), "固定服务日": ("三", "日")}
    ]
    few = ["姓名", "联系电话", "结对楼院"]
    assert outcomes(bring(cadres(["郑海", "19900000022", "云台里"], header=few))) == [("干部结对", 0, 0, 1, 0, 0)]
    pairing = db.session.scalars(select(Pairing)).one()
    assert (pairing.minutes_a_week, pairing.weekday, pairing.since) == (150, 6, date(2020, 3, 1))
    bring(cadres(cadre(每周承诺=None)))
    assert db.session.scalars(select(Pairing.minutes_a_week)).one() == 180, "blank is the usual three hours"
    assert changes(bring(leaves(away(结束日期="2020-11-09", 事由="病假")))) == [
        {"结束日期": ("2020-11-08", "2020-11-09"), "事由": ("年休假", "病假")}
    ]
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.subject == "leave")).one()
    assert entry.changes == {"结束日期": ["2020-11-08", "2020-11-09"], "事由": []}, "why stays out of the trail"


@pytest.mark.parametrize(("hours", "minutes"), [("1.67", 100), ("0.02", 1), ("168", 10080), ("3", 180), ("2.98", 179)])
def test_hours_come_back_as_they_were(sqlite_app: Flask, hours: str, minutes: int) -> None:
    bring(OFFICE, cadres(cadre(每周承诺=hours)))
    assert db.session.scalars(select(Pairing.minutes_a_week)).one() == minutes
    exported = exporting.export("cadres", queries.subdistricts()[0], Period(), file_format="csv").files
    assert exported["04-cadres-干部结对.csv"].decode().splitlines()[1].split(",")[7] == hours


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (cadre(每周承诺="0"), "每周承诺(小时)", "0 is no number of hours a week"),
        (cadre(每周承诺="169"), "每周承诺(小时)", "169 is no number of hours a week"),
        (cadre(每周承诺="三小时"), "每周承诺(小时)", "三小时 is not a number"),
        (cadre(固定服务日="八"), "固定服务日", "八 is not a day of the week (一 to 日)"),
        (cadre(结束时间="15:00"), "结束时间", "the end is not after the start"),
        (cadre(结对楼院="没有的院"), "结对楼院", "青云街道 has no compound 没有的院"),
        (cadre(联系电话=None), "联系电话", "must not be blank"),
        (cadre(姓名=None), "姓名", "must not be blank"),
    ],
)
def test_faults_of_a_pairing(sqlite_app: Flask, row: list[str | None], column: str, reason: str) -> None:
    bring(OFFICE)
    assert reasons(cadres(row)) == [(2, column, reason)]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (away(结束日期="2020-11-01"), "结束日期", "the last day lies before the first"),
        (away(开始日期=""), "开始日期", "must not be blank"),
        (away(联系电话="19900000029"), "联系电话", "青云街道 has no cadre 郑海 with this phone number"),
    ],
)
def test_faults_of_a_leave(sqlite_app: Flask, row: list[str], column: str, reason: str) -> None:
    bring(OFFICE, cadres(CADRE))
    assert reasons(leaves(row)) == [(2, column, reason)]
    assert db.session.query(Person).count() == 1


def test_what_follows_from_a_refused_cadre_is_no_fault_of_its_own(sqlite_app: Flask) -> None:
    bring(OFFICE)
    assert faults(cadres(cadre(固定服务日="八")), leaves(AWAY)) == [
        "04-cadres-干部结对.csv [干部结对] row 2, column 固定服务日: 八 is not a day of the week (一 to 日)"
    ]


def test_the_same_row_twice_and_a_number_out_of_step(sqlite_app: Flask) -> None:
    bring(OFFICE)
    assert reasons(cadres(CADRE, CADRE)) == [
        (3, "姓名", "twice in the ledgers: already in row 2 of 04-cadres-干部结对.csv")
    ]
    assert warnings(bring(cadres(cadre(序号="4")))) == [(2, "序号", "4 stands here, this is row 1")]
    bring(leaves(AWAY))
    assert reasons(leaves(AWAY, AWAY)) == [
        (3, "开始日期", "twice in the ledgers: already in row 2 of 04-cadres-请假.csv")
    ]


def test_an_export_takes_the_leaves_of_its_days(sqlite_app: Flask) -> None:
    bring(OFFICE, cadres(CADRE), leaves(AWAY, away(开始日期="2020-12-01", 结束日期="2020-12-02")))
    db.session.scalars(select(Pairing)).one().until = date(2020, 12, 31)
    db.session.commit()
    exported = exporting.export(
        "04", queries.subdistricts()[0], Period(date(2020, 11, 8), date(2020, 11, 30)), file_format="csv"
    )
    assert exported.files["04-cadres-请假.csv"].decode("utf-8-sig").splitlines()[1:] == [",".join(AWAY)]
    assert [say(text) for text in exported.unsaid] == ["not written: the days on which pairings begin or end (1)"]


def test_of_several_pairings_with_a_compound_the_open_one_is_meant(app: Flask) -> None:
    bring(OFFICE, cadres(CADRE))
    now = db.session.scalars(select(Pairing)).one()
    before = make_pairing(now.person, now.compound, until=date(2020, 1, 31), minutes_a_week=60)
    db.session.commit()
    assert outcomes(bring(cadres(CADRE))) == [("干部结对", 0, 0, 1, 0, 0)]
    bring(cadres(cadre(每周承诺="4")))
    db.session.refresh(now)
    db.session.refresh(before)
    assert (now.minutes_a_week, before.minutes_a_week) == (240, 60)
