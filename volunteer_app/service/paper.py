"""The certificate as a PDF: A4, all its characters embedded, text that can be copied, and the same bytes each time."""

# reportlab says no types.
# mypy: disable-error-code="import-untyped"

import tomllib
from collections.abc import Sequence
from datetime import date
from functools import cache, partial
from io import BytesIO
from pathlib import Path
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, LongTable, Paragraph, SimpleDocTemplate, Spacer, Table

from .. import clock
from .models import Certificate, Distinction, DistinctionKind
from .numbers import volunteer_number
from .records import Record, total
from .typesetting import FONT, QR_WIDTH, Code, escaped, printable, style, writing

HERE = Path(__file__).parent
MARGIN = 16 * mm
WIDTHS = [9 * mm, 20 * mm, 22 * mm, 41 * mm, 27 * mm, 12 * mm, 31 * mm, 16 * mm]


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
        author=printable(certificate.issuer.name),
        subject=certificate.serial,
        lang="zh-CN",
        invariant=1,
        pageCompression=1,
    )
    with writing():
        parts = [
            Paragraph(w["title"], style(20, leading=30, alignment=1)),
            Paragraph(w["serial"].format(serial=certificate.serial), style(9, alignment=2)),
            Spacer(0, 4 * mm),
            Paragraph(_statement(certificate, found), style(11, leading=19, firstLineIndent=22)),
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


def _statement(certificate: Certificate, found: Sequence[Record]) -> str:
    w, until = _words(), _day(certificate.until)
    since = certificate.since
    period = w["whole"].format(until=until) if since is None else w["period"].format(since=_day(since), until=until)
    return str(
        w["statement"].format(
            name=escaped(certificate.person.name),
            number=volunteer_number(certificate.person_id),
            period=period,
            records=len(found),
            hours=hours(total(found)),
            minutes=total(found),
        )
    )


def _records(found: Sequence[Record]) -> LongTable:
    w, cell = _words(), style(8, leading=11)
    rows: list[list[Any]] = [list(w["header"])]
    for number, it in enumerate(found, start=1):
        texts = (it.content + (w["late"] if it.late else ""), it.place, it.unit, it.in_charge)
        content, place, unit, in_charge = (Paragraph(escaped(text), cell) for text in texts)
        rows.append([number, it.day.isoformat(), _hours(it), content, place, it.minutes, unit, in_charge])
    rows.append(["", w["total"], "", "", "", total(found), "", ""])
    return LongTable(rows, colWidths=WIDTHS, repeatRows=1, style=_grid("CENTER", 5))


def _distinctions(distinctions: Sequence[Distinction]) -> list[Flowable]:
    if not distinctions:
        return []
    w, cell = _words(), style(8, leading=11)
    rows: list[list[Any]] = [list(w["distinction_header"])]
    for it in distinctions:
        kind = w["training"] if it.kind is DistinctionKind.TRAINING else w["award"]
        rows.append([it.day.isoformat(), kind, Paragraph(escaped(it.title), cell), Paragraph(escaped(it.giver), cell)])
    widths = [21 * mm, 16 * mm, 85 * mm, 56 * mm]
    heading = Paragraph(w["distinctions"], style(11, leading=24))
    return [Spacer(0, 3 * mm), heading, LongTable(rows, colWidths=widths, repeatRows=1, style=_grid("LEFT", 0))]


def _end(certificate: Certificate, *, handler: str, telephone: str, address: str) -> list[Flowable]:
    w, plain = _words(), style(10, leading=17)
    lines = [
        w["issuer"].format(name=escaped(certificate.issuer.name)) + w["seal"],
        w["handler"].format(name=escaped(handler)),
        w["contact"].format(telephone=escaped(telephone)),
        w["issued_on"].format(day=_day(certificate.issued_on)),
    ]
    small = style(8, leading=12)
    table = Table(
        [[[Paragraph(line, plain) for line in lines], Code(address)]],
        colWidths=[sum(WIDTHS) - QR_WIDTH - 4 * mm, QR_WIDTH + 4 * mm],
        style=[("VALIGN", (0, 0), (-1, -1), "TOP")],
    )
    return [
        table,
        Spacer(0, 2 * mm),
        Paragraph(w["verify"], small),
        Paragraph(escaped(address), small),
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


@cache
def _words() -> dict[str, Any]:
    with (HERE / "certificate.toml").open("rb") as file:
        return tomllib.load(file)
