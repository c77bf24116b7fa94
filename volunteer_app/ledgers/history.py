"""When each ledger came in last: read from the audit trail."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ..audit.models import AuditEntry
from ..database import db
from ..places.models import Place

LOOKED_THROUGH = 200
"""So many of the latest imports are looked through."""


@dataclass(frozen=True, slots=True)
class LastImport:
    """The latest import that changed something."""

    at: datetime
    added: int
    changed: int


def last_imports(subdistrict: Place) -> dict[str, LastImport]:
    """The latest import of each ledger of a sub-district, by the ledger's name."""
    found: dict[str, LastImport] = {}
    entries = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.action == "import", AuditEntry.place_id == subdistrict.id)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(LOOKED_THROUGH)
    )
    for entry in entries:
        sheets = entry.changes.get("sheets", [])
        for ledger in {sheet["ledger"] for sheet in sheets} - found.keys():
            mine = [sheet for sheet in sheets if sheet["ledger"] == ledger]
            added, changed = (sum(sheet[key] for sheet in mine) for key in ("added", "changed"))
            if added or changed:
                found[ledger] = LastImport(entry.at, added, changed)
    return found
