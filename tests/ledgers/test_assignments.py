"""03-assignments: who of each force answers for which compound."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from volunteer_app import clock
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.duty.models import Assignment, Force
from volunteer_app.ledgers import exporting
from volunteer_app.ledgers.handling import Period
from volunteer_app.people.models import Person
from volunteer_app.places import queries

from .books import ASSIGNMENTS, OFFICE, PLACES, WARDEN, assignments, bring, changes, outcomes, places, reasons, say


def warden(**other: str | None) -> list[str | None]:
    row: list[str | None] = [*WARDEN]
    for header, cell in other.items():
        row[ASSIGNMENTS.index(header)] = cell
    return row


def test_an_assignment(app: Flask) -> None:
    plan = bring(OFFICE, assignments(WARDEN, warden(力量="综合执法", 单位="派出所", 责任人="孟川")))
    assert outcomes(plan)[-1] == ("分包下沉", 2, 0, 0, 0, 0)
    rows = db.session.scalars(select(Assignment).order_by(Assignment.id)).all()
    assert [(row.compound.name, row.force, row.unit, row.person.name, row.since, row.until) for row in rows] == [
        ("云台里", Force.WARDENS, "协管中队", "段平", None, None),
        ("云台里", Force.ENFORCEMENT, "派出所", "孟川", None, None),
    ]
    assert outcomes(bring(assignments(WARDEN))) == [("分包下沉", 0, 0, 1, 0, 1)]


def test_another_person_takes_over_without_the_days_of_the_one_before(app: Flask) -> None:
    bring(OFFICE, assignments(WARDEN))
    row = db.session.scalars(select(Assignment)).one()
    row.since, row.until = date(2019, 1, 1), date(2020, 10, 31)
    db.session.commit()
    assert outcomes(bring(assignments(WARDEN))) == [("分包下沉", 0, 0, 1, 0, 0)]
    plan = bring(assignments(warden(责任人="孟川", 联系电话="19900000023")))
    assert changes(plan) == [{"责任人": ("段平", "孟川"), "联系电话": ("19900000021", "19900000023")}]
    row = db.session.scalars(select(Assignment)).one()
    assert (row.person.name, row.since, row.until) == ("孟川", None, None)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "correct")).one()
    assert (entry.subject, entry.changes) == ("assignment", {"责任人": [], "联系电话": []}), "the trail names nobody"


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (warden(楼院="没有的院"), "楼院", "青云街道 has no compound 没有的院"),
        (warden(社区="别的社区"), "社区", "云台里 belongs to 云台社区, not to 别的社区"),
        (warden(力量="志愿者"), "力量", "志愿者 is none of 机关、社区、协管、巡防、物业、环卫、综合执法"),
        (warden(责任人=""), "责任人", "must not be blank"),
        (warden(联系电话=""), "联系电话", "must not be blank"),
    ],
)
def test_faults(sqlite_app: Flask, row: list[str | None], column: str, reason: str) -> None:
    bring(OFFICE)
    assert reasons(assignments(row)) == [(2, column, reason)]


def test_one_person_for_each_force_and_unit(sqlite_app: Flask) -> None:
    bring(OFFICE)
    assert reasons(assignments(WARDEN, warden(责任人="孟川"), warden(单位=None))) == [
        (3, "单位", "twice in the ledgers: already in row 2 of 03-assignments-分包下沉.csv")
    ]
    there = places(["柳浪街道", "云台社区", "云台里", "无主管"], header=PLACES[:4])
    bring(there, assignments(WARDEN))
    bring(assignments(WARDEN), subdistrict="青云街道")
    assert db.session.query(Assignment).count() == 2, "names repeat in other sub-districts"


def test_what_the_columns_cannot_say(sqlite_app: Flask) -> None:
    bring(OFFICE, assignments(WARDEN, warden(力量="巡防"), warden(力量="环卫", 单位=None)))
    wardens, patrol, _cleansing = db.session.scalars(select(Assignment).order_by(Assignment.id))
    wardens.until = date(2020, 1, 31)
    nameless = Person(name="无电话", created_at=clock.now())
    db.session.add(nameless)
    db.session.flush()
    patrol.person_id = nameless.id
    db.session.commit()
    exported = exporting.export("03", queries.subdistricts()[0], Period(), file_format="csv")
    assert exported.files["03-assignments-分包下沉.csv"].decode("utf-8-sig").splitlines()[1:] == [
        "云台社区,云台里,环卫,,段平,19900000021"
    ]
    assert [say(text) for text in exported.unsaid] == [
        "not written: assignments that have ended (1)",
        "not written: assignments of people without a phone number (1)",
    ]
