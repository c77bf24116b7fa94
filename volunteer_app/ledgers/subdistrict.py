"""Whose rows they are: every identity of the ledgers is inside one sub-district.

The column 街道 says it, else the option, else the 01-places read by the same command, else the title's beginning, else
it's the only sub-district there is, else it's a fault. Two of them that say different things are a fault too.
"""

import re
from collections.abc import Iterable

from ..errors import N_
from .columns import SUBDISTRICT
from .places import COMPOUNDS
from .reading import ReadSheet, Row

CONTRADICTION = N_("this is %(said)s, but the rest is said to be %(other)s")

_TITLE = re.compile(r"(?!各|本|全|该)(\S{1,12}?街道)")


Owners = dict[ReadSheet | Row, str | None]
"""The sub-district of each sheet, and of each row which says it itself; None for a row that is refused for it."""


def settle(sheets: Iterable[ReadSheet], *, chosen: str | None, known: set[str]) -> Owners:
    """Whose each sheet and each row is; faults are noted at the sheets.

    A row that says another sub-district than the rest is checked against none: whoever sends it may see nothing of
    that other one.

    Args:
        chosen: what the option says, or whose upload it is.
        known: the sub-districts of the database.
    """
    sheets = list(sheets)
    created = {
        sheet: _said(sheet) or _alone(chosen) or _alone(_title(sheet, known)) for sheet in sheets if _creates(sheet)
    }
    named = known.union(*created.values())
    found: Owners = {}
    for sheet in sheets:
        title = _title(sheet, named)
        own = _own(sheet, created)
        name = chosen or own or title or (next(iter(named)) if len(named) == 1 else None)
        _note_contradictions(sheet, (chosen, None if _creates(sheet) else own, title))
        for row in sheet.rows:
            said = row["subdistrict"]
            if said is None:
                continue
            found[row] = said
            other = next((other for other in (chosen, title) if other and said != other), None)
            if said not in named:
                row.fault(SUBDISTRICT.key, N_("there is no sub-district %(name)s"), name=said)
                found[row] = None
            elif other:
                row.fault(SUBDISTRICT.key, CONTRADICTION, said=said, other=other)
                found[row] = None
        if sheet.rows and all(row in found for row in sheet.rows):
            continue
        if sheet.faults and not sheet.rows:
            # Its columns could not be made out: that's to be put right first.
            continue
        if name is None:
            sheet.fault(None, None, N_("whose ledger is this? Add the column 街道, or say the sub-district"))
        elif name not in named:
            sheet.fault(None, None, N_("there is no sub-district %(name)s: import its 01-places first"), name=name)
        else:
            found[sheet] = name
    return found


def _creates(sheet: ReadSheet) -> bool:
    return sheet.kind is COMPOUNDS


def _said(sheet: ReadSheet) -> set[str]:
    return {row["subdistrict"] for row in sheet.rows if row["subdistrict"] is not None}


def _alone(name: str | None) -> set[str]:
    return {name} if name else set()


def _own(sheet: ReadSheet, created: dict[ReadSheet, set[str]]) -> str | None:
    """The one sub-district of the 01-places beside the sheet, else of all that the command reads."""
    for names in (
        {name for other, said in created.items() if other.folder == sheet.folder for name in said},
        {name for said in created.values() for name in said},
    ):
        if len(names) == 1:
            return next(iter(names))
    return None


def _title(sheet: ReadSheet, known: set[str]) -> str | None:
    """The sub-district with whose name the title begins."""
    match = _TITLE.match(sheet.title)
    beginnings = [name for name in known if sheet.title.startswith(name)]
    return max(beginnings, key=len) if beginnings else match and match[1]


def _note_contradictions(sheet: ReadSheet, sayings: tuple[str | None, ...]) -> None:
    said = list(dict.fromkeys(name for name in sayings if name))
    if len(said) > 1:
        sheet.fault(None, None, CONTRADICTION, said=said[-1], other=said[0])
