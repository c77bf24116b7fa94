"""Household cards on paper: A4 sheets of ten, to be cut; the only time that their codes are written."""

# reportlab says no types.
# mypy: disable-error-code="import-untyped"

import tomllib
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from ...service.typesetting import FONT, QR_WIDTH, printable, writing
from ..models import Round
from .cards import Printed, in_groups
from .households import full_name

COLUMNS, ROWS = 2, 5
WIDTH, HEIGHT = 96 * mm, 55 * mm
LEFT, TOP = (A4[0] - COLUMNS * WIDTH) / 2, 9 * mm
INSET = 4 * mm


def cards_pdf(round: Round, printed: Sequence[Printed], *, address: Callable[[str], str], plain: str) -> bytes:
    """The sheets of *printed*, in their order.

    Args:
        address: where a code is prefilled: the QR code of its card.
        plain: the address in words, where the code is typed.
    """
    target, w = BytesIO(), _words()
    each = COLUMNS * ROWS
    pages = -(-len(printed) // each)
    with writing():
        canvas = Canvas(target, pagesize=A4, pageCompression=1, invariant=1, lang="zh-CN")
        canvas.setTitle(printable(f"{w['title']} {round.name}"))
        for page in range(pages):
            for place, card in enumerate(printed[page * each : (page + 1) * each]):
                row, column = divmod(place, COLUMNS)
                corner = LEFT + column * WIDTH, A4[1] - TOP - (row + 1) * HEIGHT
                _card(canvas, corner, round, card, address(card.code), plain)
            building = printable(full_name(printed[page * each].building))
            _line(
                canvas, A4[0] / 2 - 30 * mm, 5 * mm, w["page"].format(building=building, page=page + 1, pages=pages), 8
            )
            canvas.showPage()
        canvas.save()
    return target.getvalue()


def _card(canvas: Any, corner: tuple[float, float], round: Round, card: Printed, address: str, plain: str) -> None:
    w, (x, y) = _words(), corner
    canvas.setLineWidth(0.4)
    canvas.setDash(2, 2)
    canvas.rect(x, y, WIDTH, HEIGHT)
    canvas.setDash()
    text_width, top = WIDTH - QR_WIDTH - 3 * INSET, y + HEIGHT - INSET
    _qr(canvas, x + WIDTH - QR_WIDTH - INSET, top - QR_WIDTH, address)
    left, at = x + INSET, top - 10
    for size, text in (
        (10.5, round.name),
        (9, full_name(card.building)),
        (13, w["door"].format(door=card.door)),
    ):
        for part in simpleSplit(printable(text), FONT, size, text_width)[:2]:
            _line(canvas, left, at, part, size)
            at -= size * 1.35
    _line(canvas, left, y + 19.5 * mm, w["code"], 8)
    _line(canvas, left + 9 * mm, y + 19 * mm, in_groups(card.code), 15)
    below = [w["scan"], plain, _window(round), w["once"]]
    for number, text in enumerate(below):
        _line(canvas, left, y + 14.5 * mm - number * 3.7 * mm, printable(text), 7)


def _window(round: Round) -> str:
    since, until = round.voting_from, round.voting_until
    return str(_words()["until"].format(since=_day(since), until=_day(until))) if since and until else ""


def _line(canvas: Any, x: float, y: float, text: str, size: float) -> None:
    canvas.setFont(FONT, size)
    canvas.drawString(x, y, text)


def _qr(canvas: Any, x: float, y: float, address: str) -> None:
    rows = [bytes(row) for row in segno.make(address, error="m", micro=False).matrix]
    size, path = QR_WIDTH / len(rows), canvas.beginPath()
    for number, row in enumerate(rows):
        for column, dark in enumerate(row):
            if dark:
                path.rect(x + column * size, y + QR_WIDTH - (number + 1) * size, size, size)
    canvas.drawPath(path, stroke=0, fill=1)


def _day(value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"


@cache
def _words() -> dict[str, Any]:
    with Path(__file__).with_name("cards.toml").open("rb") as file:
        return tomllib.load(file)
