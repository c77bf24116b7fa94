"""Writing what a plan says of assignments, cadres and visits."""

from typing import Any

from .. import clock
from ..activities import stamps
from ..duty.models import Assignment, Leave, Pairing, Visit
from .entries import Entry
from .register import Office
from .statements import insert_all, update_all


def write_duty(office: Office, *, by: int | None) -> set[str]:
    """Write what is new and what differs; gives the subjects of which something else is counted.

    Args:
        by: id of the account that imports: who entered and confirmed the visits.
    """
    duty = office.duty
    imported = {"by_id": by, "decided_by_id": by, "entered_at": clock.now(), "decided_at": clock.now()}
    confirmed = {"by_id": by, "decided_by_id": by, "decided_at": clock.now(), "reason": ""}
    touched = [
        *_write(Assignment, list(duty.assignments.values()), office),
        *_write(Pairing, list(duty.pairings.values()), office),
        *_write(Leave, list(duty.leaves.values()), office),
        *_write(Visit, list(duty.visits.values()), office, imported, confirmed),
    ]
    if not touched:
        return set()
    # A leave is of no compound, but of the sub-district; whoever changed the compound left another one.
    compounds = [
        values["compound"] for entry in touched for values in (entry.values, entry.kept) if "compound" in values
    ]
    paths = {compound["path"] for compound in compounds} | {office.place["path"]}
    return stamps.subjects(paths, team_ids=[])


def _write(
    table: type[Assignment] | type[Pairing] | type[Leave] | type[Visit],
    entries: list[Entry],
    office: Office,
    new: dict[str, Any] | None = None,
    changed: dict[str, Any] | None = None,
) -> list[Entry]:
    """Write the rows of one table, with *new* or *changed* beside their values; gives those that were written."""
    inside = {"subdistrict_id": office.place.id} | (new or {})
    added = [entry for entry in entries if entry.is_new]
    differing = [entry for entry in entries if entry.differs]
    insert_all(table, [_row(entry) | inside for entry in added])
    update_all(table, [{"id": entry.id} | _row(entry) | (changed or {}) for entry in differing])
    return [*added, *differing]


def _row(entry: Entry) -> dict[str, Any]:
    pointing = {f"{key}_id": entry[key].id for key in ("person", "compound") if key in entry.values}
    return pointing | {key: value for key, value in entry.values.items() if key not in ("person", "compound")}
