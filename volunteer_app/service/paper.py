"""The certificate as a PDF: A4, all its characters embedded, text that can be copied, and the same bytes each time."""

# reportlab says no types.
# mypy: disable-error-code="import-untyped"

import tomllib
from collections.abc import Sequence
from datetime import date
from functools import cache, partial
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any
from xml.sax.saxutils import escape

import segno
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, LongTable, Paragraph, SimpleDocTemplate, Spacer, Table

from .. import clock
from .models import Certificate, Distinction, DistinctionKind
from .numbers import volunteer_number
from .records import Record, total

FONT = "NotoSansSC"
HERE = Path(__file__).parent
BLANK = "〓"
"""Stands for a character that the font lacks, as printers have always done."""
MARGIN = 16 * mm
WIDTHS = [9 * mm, 20 * mm, 22 * mm, 41 * mm, 27 * mm, 12 * mm, 31 * mm, 16 * mm]
QR_WIDTH = 30 * mm

_writing = Lock()
"""The font counts the characters of the document that is being written."""


def missing(text: str) -> str:
    """The characters of *text* that can't be printed."""
    known = _font().face.charToGlyph
    return "".join(it for it in text if ord(it) not in known)


def hours(minutes: int) -> str:
    """Minutes as hours to one decimal, half up."""
    tenths = (minutes * 10 + 30) // 60
    return f"{tenths // 10}.{tenths % 10}"


def certificate_pdf(
    certificate: Certificate,
    found: Sequence[Record],
    distinctions: Sequence[Distinction],
    *,
    handler: str,
    telephone: str,
    address: str,
) -> bytes:
    """The sheet of paper of *certificate*.

    Args:
        found: the records that it attests, in order of time.
        distinctions: training and awards to list below them.
        handler: the name of who handles it.
        telephone: of the office.
        address: where it's verified: in words and as a QR code.
    """
    target, w = BytesIO(), _words()
    document = SimpleDocTemplate(
        target,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN + 6 * mm,
        title=w["title"],
        author=_printable(certificate.issuer.name),
        subject=certificate.serial,
        lang="zh-CN",
        invariant=1,
        pageCompression=1,
    )
    with _writing:
        _font()
        parts = [
            Paragraph(w["title"], _style(20, leading=30, alignment=1)),
            Paragraph(w["serial"].format(serial=certificate.serial), _style(9, alignment=2)),
            Spacer(0, 4 * mm),
            Paragraph(_statement(certificate, found), _style(11, leading=19, firstLineIndent=22)),
            Spacer(0, 3 * mm),
            _records(found),
            *_distinctions(distinctions),
            Spacer(0, 6 * mm),
            KeepTogether(_end(certificate, handler=handler, telephone=telephone, address=address)),
        ]
        label = w["serial"].format(serial=certificate.serial) + "  " + w["page"]
        document.build(parts, canvasmaker=partial(_Numbered, label=label))
    return target.getvalue()


class _Numbered(Canvas):  # type: ignore[misc]  # as above
    """Pages that know how many they are: their ends are drawn when all are there."""

    def __init__(self, *args: Any, label: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self._label, self._pages = label, list[dict[str, Any]]()

    def showPage(self) -> None:  # noqa: N802 - reportlab's name
        """Keep the page until the number of pages is known."""
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Draw the number of each page, and write them all."""
        for number, page in enumerate(self._pages, start=1):
            self.__dict__.update(page)
            self.setFont(FONT, 8)
            self.drawCentredString(A4[0] / 2, MARGIN - 3 * mm, self._label.format(page=number, pages=len(self._pages)))
            super().showPage()
        super().save()


class _Code(Flowable):  # type: ignore[misc]  # as above
    """A QR code, as the rectangles of its dark modules."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.rows = [bytes(row) for row in segno.make(address, error="m", micro=False).matrix]
        self.width = self.height = QR_WIDTH

    def draw(self) -> None:
        """Draw it, from the top down."""
        size = QR_WIDTH / len(self.rows)
        for y, row in enumerate(self.rows):
            for x, dark in enumerate(row):
                if dark:
                    self.canv.rect(x * size, QR_WIDTH - (y + 1) * size, size, size, stroke=0, fill=1)


def _statement(certificate: Certificate, found: Sequence[Record]) -> str:
    w, until = _words(), _day(certificate.until)
    since = certificate.since
    period = w["whole"].format(until=until) if since is None else w["period"].format(since=_day(since), until=until)
    return str(
        w["statement"].format(
            name=_text(certificate.person.name),
            number=volunteer_number(certificate.person_id),
            period=period,
            records=len(found),
            hours=hours(total(found)),
            minutes=total(found),
        )
    )


def _records(found: Sequence[Record]) -> LongTable:
    w, cell = _words(), _style(8, leading=11)
    rows: list[list[Any]] = [list(w["header"])]
    for number, it in enumerate(found, start=1):
        texts = (it.content + (w["late"] if it.late else ""), it.place, it.unit, it.in_charge)
        content, place, unit, in_charge = (Paragraph(_text(text), cell) for text in texts)
        rows.append([number, it.day.isoformat(), _hours(it), content, place, it.minutes, unit, in_charge])
    rows.append(["", w["total"], "", "", "", total(found), "", ""])
    return LongTable(rows, colWidths=WIDTHS, repeatRows=1, style=_grid("CENTER", 5))


def _distinctions(distinctions: Sequence[Distinction]) -> list[Flowable]:
    if not distinctions:
        return []
    w, cell = _words(), _style(8, leading=11)
    rows: list[list[Any]] = [list(w["distinction_header"])]
    for it in distinctions:
        kind = w["training"] if it.kind is DistinctionKind.TRAINING else w["award"]
        rows.append([it.day.isoformat(), kind, Paragraph(_text(it.title), cell), Paragraph(_text(it.giver), cell)])
    widths = [21 * mm, 16 * mm, 85 * mm, 56 * mm]
    heading = Paragraph(w["distinctions"], _style(11, leading=24))
    return [Spacer(0, 3 * mm), heading, LongTable(rows, colWidths=widths, repeatRows=1, style=_grid("LEFT", 0))]


def _end(certificate: Certificate, *, handler: str, telephone: str, address: str) -> list[Flowable]:
    w, plain = _words(), _style(10, leading=17)
    lines = [
        w["issuer"].format(name=_text(certificate.issuer.name)) + w["seal"],
        w["handler"].format(name=_text(handler)),
        w["contact"].format(telephone=_text(telephone)),
        w["issued_on"].format(day=_day(certificate.issued_on)),
    ]
    small = _style(8, leading=12)
    table = Table(
        [[[Paragraph(line, plain) for line in lines], _Code(address)]],
        colWidths=[sum(WIDTHS) - QR_WIDTH - 4 * mm, QR_WIDTH + 4 * mm],
        style=[("VALIGN", (0, 0), (-1, -1), "TOP")],
    )
    return [
        table,
        Spacer(0, 2 * mm),
        Paragraph(w["verify"], small),
        Paragraph(_text(address), small),
        Paragraph(w["free"], small),
    ]


def _grid(alignment: str, numbers: int) -> list[tuple[Any, ...]]:
    return [
        ("FONT", (0, 0), (-1, -1), FONT, 8, 11),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("ALIGN", (0, 0), (-1, 0), alignment),
        ("ALIGN", (numbers, 1), (numbers, -1), "RIGHT" if numbers else "LEFT"),
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, "black"),
        ("LINEBELOW", (0, 1), (-1, -1), 0.25, "grey"),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]


def _hours(it: Record) -> str:
    starts, ends = clock.local(it.starts_at), clock.local(it.ends_at)
    over = _words()["next_day"] if ends.date() > starts.date() else ""
    return f"{starts:%H:%M}–{over}{ends:%H:%M}"


def _day(value: date) -> str:
    return str(_words()["day"].format(year=value.year, month=value.month, day=value.day))


def _text(text: str) -> str:
    return escape(_printable(text))


def _printable(text: str) -> str:
    known = _font().face.charToGlyph
    return "".join(it if ord(it) in known else BLANK for it in text)


def _style(size: float, *, leading: float | None = None, **options: Any) -> ParagraphStyle:
    name = f"s{size}"
    return ParagraphStyle(name, fontName=FONT, fontSize=size, leading=leading or size * 1.4, wordWrap="CJK", **options)


@cache
def _font() -> TTFont:
    font = TTFont(FONT, str(HERE / "fonts" / "NotoSansSC-Regular.ttf"))
    pdfmetrics.registerFont(font)
    return font


@cache
def _words() -> dict[str, Any]:
    with (HERE / "certificate.toml").open("rb") as file:
        return tomllib.load(file)
