"""Setting Chinese documents for paper: one embedded font with all its characters, styles, QR codes.

What a document says stands elsewhere: the service certificate in ``paper``, an award in ``contests.outcome.paper``.
"""

# reportlab says no types.
# mypy: disable-error-code="import-untyped"

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any
from xml.sax.saxutils import escape

import segno
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable

FONT = "NotoSansSC"
BLANK = "〓"
"""Stands for a character that the font lacks, as printers have always done."""
QR_WIDTH = 30 * mm

_writing = Lock()
"""The font counts the characters of the document that is being written."""


@contextmanager
def writing() -> Iterator[None]:
    """Write one document: no other one is written meanwhile."""
    with _writing:
        _font()
        yield


def missing(text: str) -> str:
    """The characters of *text* that can't be printed."""
    known = _font().face.charToGlyph
    return "".join(it for it in text if ord(it) not in known)


def printable(text: str) -> str:
    """*text* with BLANK for what can't be printed."""
    known = _font().face.charToGlyph
    return "".join(it if ord(it) in known else BLANK for it in text)


def escaped(text: str) -> str:
    """*text* as a paragraph takes it."""
    return escape(printable(text))


def style(size: float, *, leading: float | None = None, **options: Any) -> ParagraphStyle:
    """A paragraph's style.

    Args:
        size: of the characters, in points.
        leading: from line to line, in points.
    """
    name = f"s{size}"
    return ParagraphStyle(name, fontName=FONT, fontSize=size, leading=leading or size * 1.4, wordWrap="CJK", **options)


class Code(Flowable):  # type: ignore[misc]  # as above
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


@cache
def _font() -> TTFont:
    font = TTFont(FONT, str(Path(__file__).parent / "fonts" / "NotoSansSC-Regular.ttf"))
    pdfmetrics.registerFont(font)
    return font
