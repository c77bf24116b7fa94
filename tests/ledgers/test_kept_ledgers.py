"""The kept ledgers give exactly the figures that were counted by hand, and again nothing when they come again."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from volunteer_app import clock
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import Base, db
from volunteer_app.people.models import Person
from volunteer_app.places import queries
from volunteer_app.reports.figures import of_district, of_subdistrict
from volunteer_app.reports.periods import Period

from .books import DATA, bring, faults, folder, look, outcomes, say

pytestmark = pytest.mark.now("2026-11-25T08:30+08:00")

ANHE = [
    ("楼院", 27, 0),
    ("楼栋", 115, 0),
    ("队伍", 63, 0),
    ("成员", 1513, 0),
    ("干部结对", 39, 0),
    ("请假", 51, 0),
    ("服务记录", 2155, 0),
    ("主题活动", 2709, 0),
    ("签到", 31505, 0),
    ("期次", 6, 0),
    ("评分标准", 5, 0),
    ("参评", 72, 0),
    ("评委打分", 360, 0),
    ("群众投票", 1915, 0),
]
QINGHUAI = [("楼院", 83, 0), ("楼栋", 399, 0), ("队伍", 141, 0), ("成员", 1244, 0), ("分包下沉", 441, 0)]
OTHERS = [("楼院", 83, 0), ("楼栋", 360, 0)]
SMALL = [
    ("楼院", 6, 0),
    ("楼栋", 35, 0),
    ("队伍", 13, 0),
    ("成员", 86, 0),
    ("分包下沉", 28, 0),
    ("干部结对", 5, 0),
    ("请假", 6, 0),
    ("服务记录", 154, 0),
    ("主题活动", 182, 0),
    ("签到", 667, 0),
    ("期次", 2, 0),
    ("评分标准", 5, 0),
    ("参评", 24, 0),
    ("评委打分", 120, 0),
    ("群众投票", 19, 0),
]
SECTIONS = ("places", "teams", "assignments", "duty", "activities", "contests")


def expected(path: str) -> tuple[Period, dict[str, dict[str, object]], object]:
    said = json.loads((DATA / path).read_text("utf-8"))
    first, last = (date.fromisoformat(day) for day in said["period"])
    figures = {
        name: {section: values for section, values in sections.items() if section in SECTIONS}
        for name, sections in said["subdistricts"].items()
    }
    return Period.of(first, last), figures, said["district"]


def printed(period: Period) -> dict[str, object]:
    """The figures as other programs read them: as JSON."""
    found = {place.name: of_subdistrict(place.id, period) for place in queries.subdistricts()}
    return json.loads(json.dumps(found))


def new_then_known(name: str, rows: list[tuple[str, int, int]]) -> None:
    first = bring(*folder(name))
    assert outcomes(first) == [(sheet, number, 0, 0, 0, 0) for sheet, number, _ in rows]
    assert first.warnings == []
    counted = rows_of_all_tables()
    again = bring(*folder(name))
    assert outcomes(again) == [(sheet, 0, 0, number, 0, 0) for sheet, number, _ in rows]
    assert rows_of_all_tables() == counted, "not even the trail notes an import that changes nothing"


def rows_of_all_tables() -> dict[str, int | None]:
    tables = Base.metadata.sorted_tables
    return {table.name: db.session.scalar(select(func.count()).select_from(table)) for table in tables}


def test_a_district(app: Flask) -> None:
    new_then_known("anhe", ANHE)
    new_then_known("qinghuai", QINGHUAI)
    new_then_known("others", OTHERS)
    period, figures, district = expected("expected.json")
    assert printed(period) == figures
    assert of_district(period.last) == district


def test_a_small_subdistrict(app: Flask) -> None:
    new_then_known("small", SMALL)
    period, figures, district = expected("small/expected.json")
    assert printed(period) == figures
    assert of_district(period.last) == district


def test_several_folders_in_one_command(sqlite_app: Flask) -> None:
    plan = bring(*folder("qinghuai", "others"))
    assert outcomes(plan) == [(sheet, number, 0, 0, 0, 0) for sheet, number, _ in (*QINGHUAI[:1], *OTHERS[:1])] + [
        (sheet, number, 0, 0, 0, 0) for sheet, number, _ in (*QINGHUAI[1:2], *OTHERS[1:], *QINGHUAI[2:])
    ]
    assert sorted(fault.sheet.file for fault in plan.sheets) == [
        "others/01-places.xlsx",
        "others/01-places.xlsx",
        *["qinghuai/01-places.xlsx"] * 2,
        *["qinghuai/02-teams.xlsx"] * 2,
        "qinghuai/03-assignments.xlsx",
    ]


def test_ledgers_of_later_versions_are_named(sqlite_app: Flask) -> None:
    plan = look(*folder("small"))
    assert len(plan.skipped) == 6
    assert say(plan.skipped[0]) == (
        "xiaonan/08-requests-民情台账.csv [民情台账]: skipped, this version does not read 08-requests yet"
    )


def test_bad_ledgers_name_every_fault_and_write_nothing(app: Flask) -> None:
    bring(*folder("anhe/01-places.xlsx", "anhe/02-teams.xlsx", "anhe/04-cadres.xlsx"))
    counted = rows_of_all_tables()
    plan = look(*folder("bad"), subdistrict="安和路街道")
    problems = json.loads((DATA / "bad" / "problems.json").read_text("utf-8"))
    named = [(fault.file, fault.row, fault.column) for fault in plan.faults]
    assert named == [
        (file, problem.get("row"), problem.get("column")) for file in sorted(problems) for problem in problems[file]
    ], "exactly these: no fault is told twice, and none that isn't one"
    assert plan.skipped == []
    log = "service-log-bad-rows.xlsx [服务记录]"
    assert faults(*folder("bad"), subdistrict="安和路街道")[:4] == [
        "empty.csv: the file is empty",
        "missing-column.xlsx [队伍] row 2, column 联系电话: the column is missing",
        "not-a-workbook.xlsx: the file cannot be read as a workbook",
        f"{log} row 3, column 联系电话: 安和路街道 has no cadre 不在册 with this phone number",
    ]
    assert [say(fault.reason) for fault in plan.faults[4:]] == [
        "2099-06-01 lies in the future",
        "-1 is less than nothing",
        "must not be blank",
        "the end is not after the start",
        "1990001 is not a phone number: a mobile number has 11 digits.",
        "文艺 is none of 文体组织、志愿服务队、临时党支部、自管会、业委会",
        "twice in the ledgers: already in row 3 of teams-bad-rows.xlsx",
        "2020年2月30日 is not a day of the calendar",
        "八 is not a day of the week (一 to 日)",
        'a formula stands here, not a value: =HYPERLINK("http://example.invalid","点我")',
        "安和路街道 has no compound 没有这个院",
    ]
    assert rows_of_all_tables() == counted


@contextmanager
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_the_largest_ledger_takes_a_few_statements(app: Flask) -> None:
    """Its seconds and its memory are measured by ``make bench``, in a process of its own."""
    bring(*folder("anhe/01-places.xlsx", "anhe/02-teams.xlsx", "anhe/06-activity-plan.xlsx"))
    with statements() as seen:
        bring(*folder("anhe/07-attendance.xlsx"))
    assert len(seen) < 90, "however many rows"


def test_the_trail_has_one_entry_for_each_subdistrict(sqlite_app: Flask) -> None:
    bring(*folder("qinghuai", "others"))
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.action, entry.subject, entry.reason) for entry in entries] == [("import", "place", "")] * 2
    assert entries[1].changes["sheets"][0] == {
        "ledger": "01-places",
        "sheet": "楼院",
        "file": "others/01-places.xlsx",
        "read": 83,
        "added": 83,
        "changed": 0,
        "unchanged": 0,
        "refused": 0,
        "missing": 0,
        "subdistricts": ["其他街道"],
    }
    assert db.session.scalar(select(func.count(Person.id))) == 1127 + 441
    assert entries[0].at == clock.now()
