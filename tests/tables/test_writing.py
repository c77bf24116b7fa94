"""Workbooks and CSV files: what is written is read again as it was."""

import csv
import io
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from volunteer_app.tables.cells import Cell, Formula
from volunteer_app.tables.reading import read
from volunteer_app.tables.writing import Table, csv_file, workbook

HEADER = ["队伍", "人数"]


def table(*rows: list[Cell], name: str = "队伍") -> Table:
    return Table(name, "安和路街道队伍台账", HEADER, rows)


def test_a_workbook_has_its_title_in_row_1_and_its_header_in_row_2() -> None:
    sheets = read("a.xlsx", workbook([table(["合唱团", 3]), table([None, 2.5], name="成员")]))
    assert [(sheet.name, sheet.rows) for sheet in sheets] == [
        ("队伍", [["安和路街道队伍台账", None], HEADER, ["合唱团", 3.0]]),
        ("成员", [["安和路街道队伍台账", None], HEADER, [None, 2.5]]),
    ]


def test_a_csv_file_has_its_header_in_row_1_and_the_mark_of_its_encoding() -> None:
    content = csv_file(table(["合唱团", 3], ["=1+1", 2.0], ["", None]))
    assert content == "\ufeff队伍,人数\r\n合唱团,3\r\n'=1+1,2\r\n,\r\n".encode()


CELLS = [
    (True, True, "True"),
    (date(2020, 11, 4), date(2020, 11, 4), "2020-11-04"),
    (time(8, 30), time(8, 30), "08:30"),
    (time(8, 30, 5), time(8, 30, 5), "08:30:05"),
    (12.5, 12.5, "12.5"),
    (7, 7.0, "7"),
    (None, None, None),
    (Formula("=A1"), "=A1", "=A1"),
    ("次日01:00", "次日01:00", "次日01:00"),
    ("2020-11-04", "2020-11-04", "2020-11-04"),
]


@pytest.mark.parametrize(("cell", "in_workbook", "in_csv"), CELLS)
def test_cells_there_and_back(cell: Cell, in_workbook: Cell, in_csv: Cell) -> None:
    assert read("a.xlsx", workbook([table(["x", cell])]))[0].rows[2][1:] in (
        [in_workbook],
        [] if cell is None else [None],
    )
    assert read("a.csv", csv_file(table(["x", cell])))[0].rows[1] == ["x", in_csv]


def test_no_text_is_a_formula_or_a_link() -> None:
    risky = ["=1+1", "+1", "-1", "@x", "http://example.invalid", '=HYPERLINK("http://example.invalid")']
    rows = read("a.xlsx", workbook([Table("x", "x", ["=x"], [[text] for text in risky])]))[0].rows
    assert [row[0] for row in rows[1:]] == ["=x", *risky]
    plain = list(csv.reader(io.StringIO(csv_file(Table("x", "x", ["a"], [[t] for t in risky])).decode("utf-8-sig"))))
    assert [row[0] for row in plain[1:]] == ["'=1+1", "'+1", "'-1", "'@x", risky[4], f"'{risky[5]}"]


@hypothesis_settings(max_examples=60)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), min_size=1, max_size=12), min_size=1))
def test_any_text_there_and_back(texts: list[str]) -> None:
    made = Table("x", "x", ["a"], [[text] for text in texts])
    assert [row[0] for row in read("a.csv", csv_file(made))[0].rows[1:]] == texts


@hypothesis_settings(max_examples=60)
@given(
    st.lists(
        st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=12),
        min_size=1,
    )
)
def test_any_text_there_and_back_in_a_workbook(texts: list[str]) -> None:
    made = Table("x", "x", ["a"], [[text] for text in texts])
    assert [row[0] for row in read("a.xlsx", workbook([made]))[0].rows[2:]] == texts
