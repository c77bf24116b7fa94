"""09-contests for tests: one round of a sub-district with two entries, two judges and three votes."""

from collections.abc import Sequence

from volunteer_app.ledgers.reading import Source
from volunteer_app.tables.cells import Cell

from .books import BUILDINGS, OFFICE, book, sheet

ROUNDS = ["期次", "名称", "类型", "报名开始", "报名截止", "投票截止", "评委权重", "投票权重"]
CRITERIA = ["项目", "满分"]
ENTRIES = ["名称", "参评对象", "社区", "报名人", "联系电话", "报名日期"]
SHEETS = ["名称", "参评对象", "评委", "环境卫生", "邻里和睦"]
VOTES = ["名称", "日期", "姓名", "联系电话", "投给"]

NAME = "第一期楼栋评比赛"
ONE, TWO = "云台里1号楼", "云台里的阳台"
ROUND = ["1", NAME, "楼栋评比赛", "2020-10-01", "2020-10-10", "2020-10-20", "70", "30"]
TO_COME = ["2", "第二期晒最美·最美庭院", "晒最美", "2020-12-01", "2020-12-10", "2020-12-20", "60", "40"]
POINTS = [["环境卫生", "60"], ["邻里和睦", "40"]]
ENTERED = [
    [NAME, ONE, "云台社区", "罗玉芬", "19900000041", "2020-10-02"],
    [NAME, TWO, "云台社区", "卢志远", "19900000042", "2020-10-10"],
]
GIVEN = [
    [NAME, ONE, "评委甲", "50", "40"],
    [NAME, ONE, "评委乙", "60", "0"],
    [NAME, TWO, "评委甲", "30", "20"],
]
CAST = [
    [NAME, "2020-10-11", "邓玉兰", "19900000043", ONE],
    [NAME, "2020-10-20", "罗玉芬", "19900000041", ONE],
    [NAME, "2020-10-20", "顾明", "19900000044", TWO],
]

BUILDING = sheet("01-places-楼栋.csv", BUILDINGS, [["云台社区", "云台里", "1号楼", "3", "6", "36"]])
PLACES = (OFFICE, BUILDING)

Row = Sequence[Cell]


def rounds(*rows: Row, header: Sequence[str] = ROUNDS) -> Source:
    """09-contests with its rounds."""
    return sheet("09-contests-期次.csv", header, rows)


def criteria(*rows: Row) -> Source:
    """09-contests with its criteria."""
    return sheet("09-contests-评分标准.csv", CRITERIA, rows)


def entries(*rows: Row) -> Source:
    """09-contests with what takes part."""
    return sheet("09-contests-参评.csv", ENTRIES, rows)


def sheets(*rows: Row, header: Sequence[str] = SHEETS) -> Source:
    """09-contests with its judges' sheets."""
    return sheet("09-contests-评委打分.csv", header, rows)


def votes(*rows: Row) -> Source:
    """09-contests with its votes."""
    return sheet("09-contests-群众投票.csv", VOTES, rows)


def whole() -> Source:
    """All sheets of the closed round as one workbook."""
    return book(
        "09-contests.xlsx",
        ("期次", "青云街道评比活动", ROUNDS, [ROUND]),
        ("评分标准", "评分标准", CRITERIA, POINTS),
        ("参评", "参评名单", ENTRIES, ENTERED),
        ("评委打分", "评委打分表", SHEETS, GIVEN),
        ("群众投票", "群众投票", VOTES, CAST),
    )


def changed(row: Row, header: Sequence[str], **cells: str | None) -> list[Cell]:
    """A row with other cells, by header."""
    return [cells.get(name, cell) for name, cell in zip(header, row, strict=True)]
