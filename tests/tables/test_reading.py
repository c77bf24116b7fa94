"""Reading within bounds: encodings, formulas, and files made to do harm."""

import io
import zipfile
import zlib

import pytest

from volunteer_app.errors import BadInput
from volunteer_app.tables import archives, reading
from volunteer_app.tables.cells import Formula
from volunteer_app.tables.reading import read
from volunteer_app.tables.writing import Table, workbook

WORKBOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="队伍" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
RELATION = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"/></Relationships>'
)
ROOT = RELATION.format("officeDocument", "xl/workbook.xml")
RELATIONS = RELATION.format("worksheet", "worksheets/sheet1.xml")
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def packed(rows: str, **parts: str | bytes) -> bytes:
    """A workbook of hand-written parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", ROOT)
        archive.writestr("xl/workbook.xml", WORKBOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        archive.writestr("xl/worksheets/sheet1.xml", SHEET.format(rows))
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def text(cell: str, value: str) -> str:
    return f'<c r="{cell}" t="inlineStr"><is><t>{value}</t></is></c>'


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(BadInput) as caught:
        read(name, content)
    return str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_of_csv(encoding: str) -> None:
    (sheet,) = read("a.csv", "队伍,人数\r\n𠮷祥合唱团,3\r\n".encode(encoding))
    assert (sheet.name, sheet.rows) == ("", [["队伍", "人数"], ["𠮷祥合唱团", "3"]])


def test_blank_lines_keep_their_numbers() -> None:
    assert read("a.csv", b"a,b\n\n1,\n")[0].rows == [["a", "b"], [], ["1", None]]


def test_a_cell_may_hold_several_lines() -> None:
    assert read("a.csv", b'a\n"1\n2"\n3\n')[0].rows == [["a"], ["1\n2"], ["3"]]


@pytest.mark.parametrize("content", [b"", b" \r\n\t\n", b"\n"])
@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_empty_files(name: str, content: bytes) -> None:
    assert refusal(name, content) == "the file is empty"


def test_an_empty_workbook() -> None:
    assert refusal("a.xlsx", packed("")) == "the file is empty"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"\xff\xff\xff", "the file cannot be read as text: save it as CSV in UTF-8"),
        ("a.csv", b"a\0b", "the file cannot be read as text: save it as CSV in UTF-8"),
        ("a.csv", b'a\n"b"c\n', "the file cannot be read as CSV (row 2)"),
        ("a.xlsx", b"no workbook", "the file cannot be read as a workbook"),
        ("a.xlsx", b"PK\x03\x04 no workbook", "the file cannot be read as a workbook"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "this kind of workbook is not read: save it as .xlsx, or as CSV"),
        ("a.pdf", b"%PDF", "this kind of file is not read: only .xlsx and .csv are"),
    ],
)
def test_what_cannot_be_read(name: str, content: bytes, reason: str) -> None:
    assert refusal(name, content) == reason


def test_a_workbook_without_its_parts() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert refusal("a.xlsx", target.getvalue()) == "the file cannot be read as a workbook"


def test_a_cut_workbook() -> None:
    whole = packed(f'<row r="1">{text("A1", "x")}</row>')
    for cut in range(30, len(whole), 97):
        assert refusal("a.xlsx", whole[:cut]) == "the file cannot be read as a workbook"


def test_files_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGEST", 2 << 20)
    assert refusal("a.csv", b"a" * ((2 << 20) + 1)) == "the file is larger than 2 MB"
    monkeypatch.setattr(reading, "MOST_ROWS", 3)
    assert len(read("a.csv", b"a\n1\n2\n")[0].rows) == 3
    assert refusal("a.csv", b"a\n1\n2\n3\n") == "the file has more than 3 rows"
    table = Table("a", "a", ["a"], [[1]])
    assert len(read("a.xlsx", workbook([table]))[0].rows) == 3
    two = workbook([table, Table("b", "b", ["a"], [])])
    assert refusal("a.xlsx", two) == "the file has more than 3 rows"


def test_formulas_without_a_value_are_told_from_blanks() -> None:
    rows = (
        f'<row r="1">{text("A1", "x")}<c r="B1"><f>SUM(A1)</f><v>3</v></c><c r="C1"><f>NOW()</f></c></row>'
        '<row r="2"><c r="A2"/><c r="B2" t="str"><f>"a"&amp;"b"</f><v> </v></c></row>'
        '<row r="4"><c r="B4"><f>X</f><v/></c></row>'
    )
    assert read("a.xlsx", packed(rows))[0].rows == [
        ["x", 3.0, Formula("=NOW()")],
        [None, Formula('="a"&"b"')],
        [],
        [None, Formula("=X")],
    ]


# Files made to do harm: each is refused before a reader lays it out.


def test_a_bomb_by_its_own_word() -> None:
    bomb = packed("", **{"xl/media/zeros.bin": b"\0" * (40 << 20)})
    assert len(bomb) < 60_000
    assert refusal("a.xlsx", bomb) == "the workbook would unfold to more than 300 MB"


def test_a_bomb_that_lies_about_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_UNFOLDED", 4 << 20)
    bomb = bytearray(packed("", **{"xl/media/zeros.bin": b"\0" * (8 << 20)}))
    true = (8 << 20).to_bytes(4, "little")
    assert bomb.count(true) == 2, "the size stands beside the part, and in the directory"
    lying = bytes(bomb).replace(true, (1000).to_bytes(4, "little"))
    assert refusal("a.xlsx", lying) == "the workbook would unfold to more than 4 MB"


def test_one_cell_far_away() -> None:
    for cell in ("A1048576", "A200001"):
        rows = f'<row r="{cell[1:]}">{text(cell, "x")}</row>'
        assert refusal("a.xlsx", packed(rows)) == "the file has more than 200000 rows"
    assert refusal("a.xlsx", packed(f'<row r="1">{text("XFD1", "x")}</row>')) == "the sheet has more than 200 columns"
    # Without names, cells and rows are counted.
    nameless = '<row r="300000"><c t="inlineStr"><is><t>x</t></is></c></row>'
    assert refusal("a.xlsx", packed(nameless)) == "the file has more than 200000 rows"
    # A cell's own name counts, whatever its row says.
    elsewhere = f'<row r="1">{text("B900000", "x")}</row>'
    assert refusal("a.xlsx", packed(elsewhere)) == "the file has more than 200000 rows"
    wide = f'<row r="1">{text("GR1", "x")}</row><row r="200000">{text("A200000", "x")}</row>'
    assert refusal("a.xlsx", packed(wide)) == "the sheet has more than 6000000 cells"


def test_styled_blanks_far_away_are_no_cells() -> None:
    rows = f'<row r="1">{text("A1", "x")}<c r="XFD1" s="1"/></row><row r="1048576"><c r="A1048576" s="1"/></row>'
    assert read("a.xlsx", packed(rows))[0].rows == [["x"]]


def test_one_long_text_in_many_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_UNFOLDED", 2 << 20)
    shared = (
        f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{"长" * 30_000}</t></si></sst>'
    )
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 101))
    content = packed(rows, **{"xl/sharedStrings.xml": shared})
    assert refusal("a.xlsx", content) == "the workbook would unfold to more than 2 MB"


def test_a_document_type_with_entities() -> None:
    lol = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">]>'
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("_rels/.rels", ROOT)
        archive.writestr("xl/workbook.xml", WORKBOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        archive.writestr("xl/worksheets/sheet1.xml", lol + SHEET.format(""))
    assert refusal("a.xlsx", target.getvalue()) == "the file cannot be read as a workbook"


def test_a_second_book_beside_the_measured_one() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("_rels/.rels", RELATION.format("officeDocument", "other/workbook.xml"))
        archive.writestr("xl/workbook.xml", WORKBOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        archive.writestr("xl/worksheets/sheet1.xml", SHEET.format(""))
    assert refusal("a.xlsx", target.getvalue()) == "the file cannot be read as a workbook"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name() -> None:
    target = io.BytesIO(packed(f'<row r="1">{text("A1", "x")}</row>'))
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("xl/worksheets/Sheet1.xml", SHEET.format(f'<row r="900000">{text("A900000", "x")}</row>'))
    assert refusal("a.xlsx", target.getvalue()) == "the file cannot be read as a workbook"


def test_a_locked_workbook_and_an_unknown_packing() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("_rels/.rels", ROOT)
        archive.writestr("xl/workbook.xml", WORKBOOK)
    assert refusal("a.xlsx", target.getvalue()) == "the file is locked with a password, or packed in an unknown way"


def test_a_broken_part() -> None:
    whole = bytearray(packed(f'<row r="1">{text("A1", "x" * 500)}</row>'))
    start = whole.index(b"xl/worksheets/sheet1.xml") + 40
    whole[start : start + 20] = zlib.compress(b"?" * 40)[:20]
    assert refusal("a.xlsx", bytes(whole)) == "the file cannot be read as a workbook"


def test_commas_to_the_edge_of_the_grid_are_no_cells() -> None:
    (sheet,) = read("a.csv", b"1,,2,," + b"," * 20_000 + b"\r\n" + b"," * 20_000)
    assert sheet.rows == [["1", None, "2", *[None] * 197], [None] * 200]


def test_a_csv_row_has_as_many_columns_as_a_workbooks() -> None:
    assert "200" in refusal("a.csv", b"x," * 201)
