"""Finding sheets, headers and rows, however an office arranges them."""

import pytest
from flask import Flask

from volunteer_app.ledgers import reading
from volunteer_app.ledgers.reading import Source

from .books import (
    BUILDINGS,
    CHOIR,
    GUARD,
    OFFICE,
    PLACES,
    TEAMS,
    book,
    bring,
    faults,
    look,
    outcomes,
    reasons,
    say,
    sheet,
    source,
    teams,
)

YUNTAI = ["青云街道", "云台社区", "云台里", "无主管", None, 120, 4500.5, "否"]


def test_columns_in_any_order_with_others_between(sqlite_app: Flask) -> None:
    header = ["备注", *reversed(PLACES), ""]
    source = sheet("01-places-楼院.csv", header, [["x", *reversed(YUNTAI), "y"]])
    assert outcomes(look(source)) == [("楼院", 1, 0, 0, 0, 0)]


def test_a_header_may_stand_lower_and_have_blanks_in_it(sqlite_app: Flask) -> None:
    header = [" 街 道", "社区\n", *PLACES[2:]]
    rows = [["2020年"], [], header, YUNTAI, [], ["合计", None, "1个"]]
    made = book("places.xlsx", ("楼院", "楼院台账", ["青云街道"], rows))
    assert outcomes(look(made)) == [("楼院", 1, 0, 0, 0, 0)]
    rows[3] = [*YUNTAI[:3], "没有人管", *YUNTAI[4:]]
    made = book("places.xlsx", ("楼院", "楼院台账", ["青云街道"], rows))
    assert faults(made)[0].startswith("places.xlsx [楼院] row 6, column 管理类别: 没有人管 is none of")


def test_totals_stand_in_the_first_column_or_in_the_running_number(sqlite_app: Flask) -> None:
    bring(OFFICE)
    total = ["合计", "2支", *[None] * 12]
    assert outcomes(look(teams(CHOIR, GUARD, total))) == [("队伍", 2, 0, 0, 0, 0)]
    shuffled = [TEAMS[1], TEAMS[0], *TEAMS[2:]]
    rows = [[row[1], row[0], *row[2:]] for row in (CHOIR, GUARD)]
    assert outcomes(look(teams(*rows, [None, " 合 计 "], header=shuffled))) == [("队伍", 2, 0, 0, 0, 0)]
    assert outcomes(look(teams(*rows, ["总计"], header=shuffled))) == [("队伍", 2, 0, 0, 0, 0)]


def test_a_renamed_csv_file_is_known_by_its_header(sqlite_app: Flask) -> None:
    bring(OFFICE)
    for name in ("导出.csv", "02-teams-队伍 (1).csv", "队伍（2）.csv", "teams.csv"):
        made = sheet(name, TEAMS, [CHOIR])
        assert outcomes(look(made)) == [("队伍", 1, 0, 0, 0, 0)], name


def test_what_is_no_ledger_is_named(sqlite_app: Flask) -> None:
    plan = look(sheet("菜谱.csv", ["菜", "价"], [["豆腐", "3"]]), book("a.xlsx", ("Sheet1", "", ["x"], [])))
    assert [say(skipped) for skipped in plan.skipped] == [
        "菜谱.csv [菜谱]: skipped, not a sheet of a known ledger",
        "a.xlsx [Sheet1]: skipped, not a sheet of a known ledger",
    ]
    assert plan.faults == []


def test_columns_that_are_missing_or_there_twice(sqlite_app: Flask) -> None:
    made = sheet("01-places-楼栋.csv", [*BUILDINGS[1:], "户数"], [])
    assert faults(OFFICE, made) == [
        "01-places-楼栋.csv [楼栋] row 1, column 户数: the column is there twice",
        "01-places-楼栋.csv [楼栋] row 1, column 社区: the column is missing",
    ]
    made = book("01-places.xlsx", ("楼栋", "", ["不", "是"], [["1", "2"]]))
    assert faults(made) == [
        "01-places.xlsx [楼栋]: no row holds the headers of this sheet: 社区、楼院、楼栋、单元数、层数、户数、街道"
    ]


def test_all_faults_of_a_row_are_told(sqlite_app: Flask) -> None:
    bring(OFFICE)
    row = [*CHOIR[:2], "?", *CHOIR[3:6], "1", None, "?", "?", "?", "?", *CHOIR[12:]]
    assert [column for _row, column, _reason in reasons(teams(row))] == [
        *("类别", "联系电话", "成立时间", "活动星期", "开始时间", "结束时间")
    ]


def test_files_that_cannot_be_read_stand_beside_the_faults_of_others(sqlite_app: Flask) -> None:
    broken: Source = source("broken.xlsx", b"?")
    assert faults(broken, OFFICE, teams([*CHOIR[:4], "无名里", *CHOIR[5:]])) == [
        "02-teams-队伍.csv [队伍] row 2, column 楼院: 青云街道 has no compound 无名里",
        "broken.xlsx: the file cannot be read as a workbook",
    ]


@pytest.mark.parametrize("rows", [[], [[None, None]], [["合计"]]])
def test_a_sheet_without_rows(sqlite_app: Flask, rows: list[list[str | None]]) -> None:
    bring(OFFICE)
    assert outcomes(look(teams(*rows))) == [("队伍", 0, 0, 0, 0, 0)]


def test_after_many_faults_the_rest_is_not_checked(sqlite_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another kind of table has a fault in every cell: a million of them would take a minute and fill the memory."""
    monkeypatch.setattr(reading, "MOST_FAULTS", 3)
    wrong = ["青云街道", "云台社区", "云台里", "不知道", None, "很多", "很大", "否"]
    found = reasons(sheet("01-places-楼院.csv", PLACES, [wrong] * 9))
    assert [(row, column) for row, column, _reason in found] == [
        (2, "管理类别"),
        (2, "户数"),
        (2, "建筑面积"),
        (3, None),
    ]
    assert "3" in found[-1][2]
