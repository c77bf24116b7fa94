"""What a cell can hold, and text that no spreadsheet program takes for a formula."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

_RISKY = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula whose result was not kept in the file: nobody but the program that wrote it knows its value."""

    text: str


Cell = str | int | float | bool | date | datetime | time | timedelta | Formula | None
"""None is a blank cell."""


def defused(text: str) -> str:
    """*text* for a CSV cell: an apostrophe in front of what a spreadsheet program would run as a formula."""
    return f"'{text}" if _RISKY.match(text) else text


def as_meant(text: str) -> str:
    """The opposite of ``defused``: an apostrophe that only guards the text is taken off."""
    return text[1:] if text.startswith("'") and _RISKY.match(text) else text
