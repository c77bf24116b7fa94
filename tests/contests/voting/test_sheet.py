"""Household cards on paper: read as a reader does, and as a scanner does."""

import pypdfium2
import pytest
import zxingcpp

from tests.contests.factories import DECIDING, make_round
from tests.factories import Cast, make_building
from volunteer_app.contests.models import Channel
from volunteer_app.contests.voting import sheet
from volunteer_app.contests.voting.cards import Printed

pytestmark = [pytest.mark.usefixtures("sqlite_app"), pytest.mark.now(DECIDING)]
PLAIN = "https://volunteers.example/contests/abcdefgh/vote"


def written(cast: Cast, count: int, name: str = "第三期楼栋评比赛") -> bytes:
    round = make_round(cast.subdistrict, name, channel=Channel.CODE)
    building = make_building(cast.compound, "7号楼")
    printed = [Printed(building, f"1-{number}", f"ABCDEFG{number:03d}") for number in range(101, 101 + count)]
    return sheet.cards_pdf(round, printed, address=lambda code: f"{PLAIN}?code={code}", plain=PLAIN)


def test_what_stands_on_them(cast: Cast) -> None:
    (page,) = pypdfium2.PdfDocument(written(cast, 2))
    text = page.get_textpage().get_text_range().replace("\r\n", "")
    for expected in (
        *("第三期楼栋评比赛", "云台里5号院7号楼", "门牌：1-101", "门牌：1-102", "ABCDE-FG101", "ABCDE-FG102", PLAIN),
        *("2020年11月11日至2020年11月20日", "一户一票", "第1页，共1页"),
    ):
        assert expected in text, expected
    assert tuple(map(int, page.get_size())) == (595, 841)


def test_ten_on_a_sheet_and_a_scanner_reads_each(cast: Cast) -> None:
    pages = list(pypdfium2.PdfDocument(written(cast, 23)))
    assert len(pages) == 3
    read = [{it.text for it in zxingcpp.read_barcodes(page.render(scale=3).to_pil())} for page in pages]
    expected = [f"{PLAIN}?code=ABCDEFG{number}" for number in range(101, 124)]
    assert read == [set(expected[:10]), set(expected[10:20]), set(expected[20:])]


def test_a_long_name_stays_inside(cast: Cast) -> None:
    (page,) = pypdfium2.PdfDocument(written(cast, 1, "安居乐业美丽楼栋评比赛" * 5 + "\U0001f600"))
    text = page.get_textpage().get_text_range()
    assert "ABCDE-FG101" in text


def test_what_the_font_lacks_is_marked(cast: Cast) -> None:
    (only,) = pypdfium2.PdfDocument(written(cast, 1, "晒最美\U0001f600"))
    assert "晒最美〓" in only.get_textpage().get_text_range()


def test_five_hundred_stay_small(cast: Cast) -> None:
    assert len(written(cast, 500)) < 2_500_000
