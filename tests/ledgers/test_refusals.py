"""The refused rows as a workbook that can be put right and imported again."""

from flask import Flask

from volunteer_app.ledgers.refusals import refusals
from volunteer_app.tables.reading import read

from .books import CHOIR, GUARD, OFFICE, TEAMS, book, bring, look, outcomes, say, source, teams

LIST = ["文件", "工作表", "行", "栏", "问题"]


def test_each_refused_row_with_what_is_wrong(sqlite_app: Flask) -> None:
    bring(OFFICE)
    bad = [*GUARD[:2], "?", *GUARD[3:6], "1", *GUARD[7:]]
    plan = look(
        book(
            "02-teams.xlsx",
            ("队伍", "青云街道队伍台账", [*TEAMS[:9], "备注", *TEAMS[9:]], [_with_note(CHOIR), _with_note(bad)]),
        )
    )
    sheets = read("refusals.xlsx", refusals(plan, say))
    assert [(sheet.name, len(sheet.rows)) for sheet in sheets] == [("队伍", 3), ("问题", 4)]
    title, header, row = sheets[0].rows
    assert title[0] == "青云街道队伍台账"
    assert header == [*TEAMS, "原行号", "问题"]
    kind = "? is none of 文体组织、志愿服务队、临时党支部、自管会、业委会"
    phone = "1 is not a phone number."
    assert row == [*bad, 4.0, f"类别：{kind}；联系电话：{phone}"]
    assert sheets[1].rows[1:] == [
        LIST,
        ["02-teams.xlsx", "队伍", 4.0, "类别", kind],
        ["02-teams.xlsx", "队伍", 4.0, "联系电话", phone],
    ]


def _with_note(row: list[str | None]) -> list[str | None]:
    return [*row[:9], "备注", *row[9:]]


def test_put_right_it_can_be_imported(sqlite_app: Flask) -> None:
    bring(OFFICE)
    plan = look(teams(CHOIR, [*GUARD[:2], "?", *GUARD[3:]]))
    (sheet, _faults) = read("refusals.xlsx", refusals(plan, say))
    row = [GUARD[2] if cell == "?" else cell for cell in sheet.rows[2]]
    again = look(book("refusals.xlsx", ("队伍", "", [str(cell) for cell in sheet.rows[1]], [row])))
    assert again.faults == []
    assert outcomes(again) == [("队伍", 1, 0, 0, 0, 0)]


def test_sheets_of_one_name_and_faults_without_rows(sqlite_app: Flask) -> None:
    bring(OFFICE)
    bad = teams([*CHOIR[:2], "?", *CHOIR[3:]])
    plan = look(bad, bad, source("empty.csv", b""))
    sheets = read("refusals.xlsx", refusals(plan, say))
    assert [sheet.name for sheet in sheets] == ["队伍", "队伍 (2)", "问题"]
    assert sheets[2].rows[-1] == ["empty.csv", None, None, None, "the file is empty"]


def test_what_stood_there_is_no_formula_now(sqlite_app: Flask) -> None:
    bring(OFFICE)
    (sheet, _faults) = read("x.xlsx", refusals(look(teams([*CHOIR[:2], "=1+1", *CHOIR[3:]])), say))
    assert sheet.rows[2][2] == "=1+1"
