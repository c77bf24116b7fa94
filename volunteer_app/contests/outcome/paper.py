"""The certificate of an award (荣誉证书) as a PDF: one A4 page across, the same bytes each time. It names no person."""

# reportlab says no types.
# mypy: disable-error-code="import-untyped"

import tomllib
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.platypus import KeepInFrame, Paragraph, SimpleDocTemplate, Spacer, Table

from ...service.typesetting import QR_WIDTH, Code, escaped, printable, style, writing
from .awards import Award

MARGIN = 25 * mm
WIDTH = landscape(A4)[0] - 2 * MARGIN
FOOT = QR_WIDTH + 16 * mm
HEIGHT = landscape(A4)[1] - MARGIN - (MARGIN - 8 * mm) - FOOT - 16 * mm
"""What is left for the words: they get smaller where names are long, so that it stays one page."""


def award_pdf(award: Award, *, address: str) -> bytes:
    """The sheet of paper of *award*.

    Args:
        address: where the result stands: in words and as a QR code.
    """
    target, w = BytesIO(), _words()
    office, round = award.round.subdistrict.name, award.round
    document = SimpleDocTemplate(
        target,
        pagesize=landscape(A4),
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN - 8 * mm,
        title=w["title"],
        author=printable(office),
        subject=printable(round.name),
        lang="zh-CN",
        invariant=1,
        pageCompression=1,
    )
    decided = (
        "statement"
        if round.judges_weight and round.voters_weight
        else ("statement_judges" if round.judges_weight else "statement_votes")
    )
    said = w[decided].format(office=escaped(office), round=escaped(round.name))
    day = w["day"].format(year=award.day.year, month=award.day.month, day=award.day.day)
    small, signed = style(8, leading=12), style(14, leading=24, alignment=2)
    with writing():
        foot = Table(
            [
                [
                    [Code(address), Paragraph(w["verify"], small), Paragraph(escaped(address), small)],
                    [
                        Spacer(0, 8 * mm),
                        Paragraph(w["giver"].format(office=escaped(office)), signed),
                        Paragraph(day, signed),
                    ],
                ]
            ],
            colWidths=[WIDTH - 105 * mm, 105 * mm],
            style=[("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)],
            rowHeights=[FOOT],
        )
        words = [
            Paragraph(w["title"], style(34, leading=48, alignment=1)),
            Spacer(0, 12 * mm),
            Paragraph(w["whom"].format(entry=escaped(award.entry.name)), style(20, leading=36)),
            Paragraph(said, style(18, leading=32, firstLineIndent=36)),
            Spacer(0, 4 * mm),
            Paragraph(w[award.prize.value], style(30, leading=44, alignment=1)),
            Spacer(0, 6 * mm),
            Paragraph(w["end"], style(18, leading=32, firstLineIndent=36)),
        ]
        document.build([KeepInFrame(WIDTH, HEIGHT, words, mode="shrink"), Spacer(0, 10 * mm), foot])
    return target.getvalue()


@cache
def _words() -> dict[str, Any]:
    with (Path(__file__).parent / "award.toml").open("rb") as file:
        return tomllib.load(file)
