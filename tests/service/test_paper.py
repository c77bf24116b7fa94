"""The certificate on paper: read as a reader does, and as a scanner does."""

from datetime import date, timedelta

import pypdfium2
import pytest
import zxingcpp

from volunteer_app import clock
from volunteer_app.service import paper, typesetting
from volunteer_app.service.models import Certificate, Distinction, DistinctionKind
from volunteer_app.service.records import Record

from ..factories import Cast
from .service import issued, served

pytestmark = pytest.mark.usefixtures("app")
ADDRESS = "https://volunteers.example/certificates/verify/" + "t" * 43
LARGEST = 200_000


@pytest.fixture
def certificate(cast: Cast) -> Certificate:
    served(cast, cast.volunteer.person, "清洁楼道", "2020-11-04T19:00")
    return issued(cast, cast.volunteer.person, date(2020, 1, 1))


def record(number: int, content: str = "清洁楼道") -> Record:
    starts_at = clock.now() - timedelta(days=number)
    ends_at = starts_at + timedelta(minutes=90)
    return Record(content, f"第{number}号楼", starts_at, ends_at, 90, "云台里志愿服务队", "赵建国", activity_id=number)


def written(certificate: Certificate, found: list[Record], *distinctions: Distinction, handler: str = "何静") -> bytes:
    return paper.certificate_pdf(
        certificate, found, distinctions, handler=handler, telephone="010-55550100", address=ADDRESS
    )


def texts(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_range().replace("\r\n", "") for page in pypdfium2.PdfDocument(pdf)]


def test_what_stands_on_it(certificate: Certificate) -> None:
    award = Distinction(kind=DistinctionKind.AWARD, title="年度志愿者", giver="青云街道", day=date(2020, 3, 5))
    (text,) = texts(written(certificate, [record(1)], award))
    for expected in (
        "志愿服务记录证明",
        certificate.serial,
        "孙桂兰",
        "2020年1月1日至2020年11月25日",
        "志愿服务1次",
        "1.5小时（90分钟）",
        "2020-11-24",
        "08:30–10:00",
        "清洁楼道",
        "第1号楼",
        "云台里志愿服务队",
        "赵建国",
        "云台社区居民委员会",
        "何静",
        "010-55550100",
        "2020年11月25日",
        "年度志愿者",
        "第1页，共1页",
        ADDRESS,
    ):
        assert expected in text, expected


def test_many_pages_repeat_the_header_and_stay_small(certificate: Certificate) -> None:
    pdf = written(certificate, [record(number) for number in range(500)])
    pages = texts(pdf)
    assert len(pdf) < LARGEST
    assert len(pages) > 5
    for number, text in enumerate(pages, start=1):
        assert f"第{number}页，共{len(pages)}页" in text
    assert all("组织单位" in text for text in pages[:-1])
    assert "750.0小时（45000分钟）" in pages[0]
    assert "云台社区居民委员会" in pages[-1]


def test_the_same_bytes_each_time(certificate: Certificate) -> None:
    assert written(certificate, [record(1)]) == written(certificate, [record(1)])


def test_a_scanner_reads_the_address_and_no_page_is_blank(certificate: Certificate) -> None:
    pages = list(pypdfium2.PdfDocument(written(certificate, [record(number) for number in range(60)])))
    images = [page.render(scale=3).to_pil() for page in pages]
    assert all(image.convert("L").getextrema()[0] < 60 for image in images)
    assert [it.text for it in zxingcpp.read_barcodes(images[-1])] == [ADDRESS]
    width, height = pages[0].get_size()
    assert (round(width), round(height)) == (595, 842)


def test_what_the_font_lacks_and_what_looks_like_markup(certificate: Certificate) -> None:
    (text,) = texts(written(certificate, [record(1, "<b>龘\U0001f600&修缮")], handler=""))
    assert "<b>〓〓&修缮" in text
    assert typesetting.missing("孙\U00020bb7兰") == "\U00020bb7"
    assert typesetting.missing("孙桂兰·Ann") == ""


@pytest.mark.parametrize(
    ("minutes", "expected"), [(0, "0.0"), (2, "0.0"), (3, "0.1"), (57, "1.0"), (90, "1.5"), (99, "1.7")]
)
def test_hours_to_one_decimal(minutes: int, expected: str) -> None:
    assert paper.hours(minutes) == expected
