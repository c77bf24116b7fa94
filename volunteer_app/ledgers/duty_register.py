"""The part of the register that holds frontline assignments, cadres with their leaves, and visits."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ..database import Base, db
from ..duty.models import Assignment, Force, Leave, Pairing, Visit
from ..places.models import Place
from .entries import Entry

# The register holds this part of itself, so its name is needed here for types alone.
if TYPE_CHECKING:
    from .register import Office

Span = tuple[datetime, datetime | None, str]
"""From when to when a cadre was in which compound; None while it's going on."""


class Duty:
    """What a sub-district's ledgers 03 to 05 are checked against, loaded as far as it's needed."""

    def __init__(self, office: "Office") -> None:
        self._office = office
        self.assignments: dict[tuple[Entry, Force, str], Entry] = {}
        self.pairings: dict[tuple[Entry, Entry], Entry] = {}
        self.leaves: dict[tuple[Entry, date], Entry] = {}
        self.visits: dict[tuple[Entry, datetime], Entry] = {}
        self.elsewhere: dict[Entry, list[Span]] = defaultdict(list)
        """Visits of the same cadres in other sub-districts."""
        self.beside: list[Duty] = []
        self.importer: int | None = None
        """Id of the person who imports: what they did themselves somebody else confirms."""

    # Loading: one query for each kind of row.

    def load_assignments(self) -> None:
        """Who answers for which compound."""
        for row in self._rows(Assignment, _ASSIGNMENT, order=Assignment.id):
            self.assignments[row["compound"], row["force"], row["unit"]] = row

    def load_cadres(self) -> None:
        """Pairings and leaves."""
        # Who came back after an end has several rows: the ledger means the open one, else the latest.
        for row in self._rows(Pairing, _PAIRING, order=Pairing.until.asc().nulls_last()):
            self.pairings[row["person"], row["compound"]] = row
        for row in self._rows(Leave, _LEAVE, order=Leave.id):
            self.leaves[row["person"], row["since"]] = row

    def load_visits(self, since: datetime | None = None, until: datetime | None = None) -> None:
        """Visits that begin in a span; all of them where it's open."""
        inside = [Visit.starts_at >= since] if since else []
        inside += [Visit.starts_at < until] if until else []
        for row in self._rows(Visit, _VISIT, *inside, order=Visit.starts_at):
            self.visits[row["person"], row["starts_at"]] = row

    def load_elsewhere(self, since: datetime, until: datetime, *, beside: list["Duty"]) -> None:
        """Visits of a span in other sub-districts.

        Args:
            beside: sub-districts of the same command: what they will be is in memory, and counts.
        """
        self.beside = beside
        known = [duty._office.place.id or 0 for duty in (self, *beside)]
        query = (
            select(Visit.person_id, Visit.starts_at, Visit.ends_at, Place.name)
            .join(Place, Visit.compound_id == Place.id)
            .where(Visit.subdistrict_id.not_in(known))
            .where(Visit.starts_at >= since, Visit.starts_at < until)
        )
        for person_id, starts, ends, compound in db.session.execute(query):
            self.elsewhere[self._office.people.by_id[person_id]].append((starts, ends, compound))

    # Finding what a row refers to.

    def is_cadre(self, person: Entry) -> bool:
        """Whether a pairing names this person."""
        return any(cadre is person for cadre, _compound in self.pairings)

    def entries(self) -> Iterator[Entry]:
        """Every row."""
        yield from self.assignments.values()
        yield from self.pairings.values()
        yield from self.leaves.values()
        yield from self.visits.values()

    def _rows(self, table: type[Base], keys: tuple[str, ...], *conditions: Any, order: Any) -> Iterator[Entry]:
        """The rows of this sub-district, their people and compounds as entries."""
        if self._office.place.id is None:
            return
        placed = hasattr(table, "compound_id")
        columns = ["id", "person_id", *(["compound_id"] if placed else []), *keys]
        query = select(*(getattr(table, key) for key in columns))
        mine = table.subdistrict_id == self._office.place.id  # type: ignore[attr-defined]  # each of them has one
        for row in db.session.execute(query.where(mine, *conditions).order_by(order, table.id)):  # type: ignore[attr-defined]
            values = {key: getattr(row, key) for key in keys} | {"person": self._office.people.by_id[row.person_id]}
            if placed:
                values["compound"] = self._office.by_id[row.compound_id]
            yield Entry.of(table, row.id, values)


_ASSIGNMENT = ("force", "unit", "since", "until")
_PAIRING = ("department", "post", "minutes_a_week", "weekday", "usual_starts", "usual_ends", "since", "until")
_LEAVE = ("since", "until", "reason")
_VISIT = ("starts_at", "ends_at", "kind", "what", "problems_solved", "disputes_mediated", "state")
