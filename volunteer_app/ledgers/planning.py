"""Planning an import: everything is read and checked in memory, and nothing is written."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from .. import clock
from ..audit import trail
from ..errors import N_, BadInput
from ..places import queries
from . import catalogue
from . import subdistrict as whose
from .handling import Handler, Thing
from .outcomes import Correction, Outcome, Plan, PlannedRow, PlannedSheet, compare
from .places import COMPOUNDS
from .reading import Read, ReadSheet, Row, Source, read
from .register import Office, People

STEP = 500
"""Rows between two words on how far it is."""

Watch = Callable[[int, int], None]
"""Told how many rows of how many are checked."""


def plan(
    sources: Sequence[Source],
    *,
    subdistrict: str | None = None,
    importer: int | None = None,
    watch: Watch | None = None,
) -> Plan:
    """Read and check ledgers against the database; the caller's transaction only reads.

    Args:
        subdistrict: whose ledgers they are, where they don't say it themselves.
        importer: id of the person who imports; None for the command line.
        watch: told how far it is.

    Raises:
        BadInput: there's no such sub-district, and no ledger which would create it.
    """
    planned = Plan(trail.position(), lambda: plan(sources, subdistrict=subdistrict, importer=importer, watch=watch))
    found = _read(sources, planned)
    known = {place.name: place for place in queries.subdistricts()}
    if subdistrict and subdistrict not in known and not any(sheet.kind is COMPOUNDS for sheet in found.sheets):
        raise BadInput(N_("There's no sub-district %(name)s: import its 01-places first."), name=subdistrict)
    owners = whose.settle(found.sheets, chosen=subdistrict, known=set(known))
    people = People()
    offices: dict[str, Office] = {}
    for name in filter(None, dict.fromkeys(owners.values())):
        offices[name] = Office(name, known.get(name), people)
        offices[name].duty.importer = importer
    planned.offices = list(offices.values())
    _load(found.sheets, owners, offices)
    _Check(planned, owners, offices, watch, sum(len(sheet.rows) for sheet in found.sheets)).run(found.sheets)
    for sheet in found.sheets:
        planned.faults += sheet.faults
        planned.warnings += sheet.warnings
    planned.faults.sort(key=lambda fault: (fault.file, fault.sheet, fault.row or 0))
    return planned


def _read(sources: Sequence[Source], planned: Plan) -> Read:
    found = Read()
    for source in sources:
        read(source, catalogue.KINDS, catalogue.LATER, found)
    order = list(catalogue.KINDS)
    found.sheets.sort(key=lambda sheet: order.index(sheet.kind.name))
    planned.faults += found.faults
    planned.skipped += found.skipped
    return found


def _load(sheets: Sequence[ReadSheet], owners: whose.Owners, offices: dict[str, Office]) -> None:
    """Load what the sheets of this command are checked against, and no more."""
    attended, visited = [], []
    for name, office in offices.items():
        mine = [sheet for sheet in sheets if any(_owner(row, owners) == name for row in sheet.rows)]
        ledgers = {sheet.kind.ledger for sheet in mine}
        if ledgers & {"02-teams", "06-activity-plan", "07-attendance"}:
            office.load_teams()
        if ledgers & {"06-activity-plan", "07-attendance"}:
            office.load_activities()
        if "07-attendance" in ledgers:
            attended.append(office)
        if "03-assignments" in ledgers:
            office.duty.load_assignments()
        if ledgers & {"04-cadres", "05-service-log"}:
            office.duty.load_cadres()
        if "05-service-log" in ledgers:
            visited.append(office)
        _load_contests({sheet.kind.name for sheet in mine if sheet.kind.ledger == "09-contests"}, office)
    if span := _span(sheets, "07-attendance"):
        for office in attended:
            office.load_attendance(*span)
        for office in attended:
            office.load_elsewhere(*span, beside=[other for other in attended if other is not office])
    if span := _span(sheets, "05-service-log"):
        for office in visited:
            office.duty.load_visits(*span)
        for office in visited:
            office.duty.load_elsewhere(*span, beside=[other.duty for other in visited if other is not office])


def _load_contests(sheets: set[str], office: Office) -> None:
    if sheets:
        office.contests.load_rounds()
    if sheets & {"评分标准", "评委打分"}:
        office.contests.load_sheets()
    if "群众投票" in sheets:
        office.contests.load_votes()


_DAY = timedelta(days=1)


def _span(sheets: Sequence[ReadSheet], ledger: str) -> tuple[datetime, datetime] | None:
    """The days of a ledger's rows, and one more on both sides: what ends after midnight may overlap the next day."""
    days = [row["day"] for sheet in sheets if sheet.kind.ledger == ledger for row in sheet.rows if row["day"]]
    return (clock.midnight(min(days) - _DAY), clock.midnight(max(days) + 2 * _DAY)) if days else None


def _owner(row: Row, owners: whose.Owners) -> str | None:
    return owners[row] if row in owners else owners.get(row.sheet)


class _Check:
    """Goes through the rows of all sheets in their order."""

    def __init__(
        self,
        planned: Plan,
        owners: whose.Owners,
        offices: dict[str, Office],
        watch: Watch | None,
        total: int,
    ) -> None:
        self.planned = planned
        self.owners = owners
        self.offices = offices
        self.watch = watch
        self.total = total
        self.done = 0
        self.seen: dict[Thing, Row] = {}
        self.noted: dict[tuple[str, str], list[tuple[Row, Any]]] = defaultdict(list)
        self.results: list[tuple[PlannedSheet, Row, Outcome, dict[str, tuple[str, str]]]] = []

    def run(self, sheets: Sequence[ReadSheet]) -> None:
        for sheet in sheets:
            handler = catalogue.BY_NAME[sheet.kind.name]
            planned = PlannedSheet(sheet)
            self.planned.sheets.append(planned)
            touched: dict[str, int] = defaultdict(int)
            for row in sheet.rows:
                name = _owner(row, self.owners)
                if name is None:
                    row.faulty = True
                    self.results.append((planned, row, Outcome.REFUSED, {}))
                    continue
                planned.offices.add(name)
                outcome, changes = self._take(handler, row, name)
                touched[name] += outcome in (Outcome.CHANGED, Outcome.UNCHANGED)
                self.results.append((planned, row, outcome, changes))
            planned.missing = sum(handler.existing(self.offices[name]) - number for name, number in touched.items())
        self._finish()

    def _take(self, handler: Handler, row: Row, name: str) -> tuple[Outcome, dict[str, tuple[str, str]]]:
        self.done += 1
        if self.watch and (self.done % STEP == 0 or self.done == self.total):
            self.watch(self.done, self.total)
        office = self.offices[name]
        taken = handler.note(row, office)
        if taken is None:
            row.faulty = True
            return Outcome.REFUSED, {}
        thing, before = taken
        first = self.seen.setdefault(thing, row)
        if first is not row:
            text = N_("twice in the ledgers: already in row %(row)d of %(file)s")
            row.fault(handler.blame, text, row=first.number, file=first.sheet.file)
            return Outcome.REFUSED, {}
        self.noted[name, handler.kind.name].append((row, thing))
        outcome, changes = compare(handler.kind, row, before, handler.say(thing) if before is not None else {})
        if outcome is Outcome.CHANGED:
            self.planned.corrections.setdefault(name, []).append(Correction(thing, changes))
        return outcome, changes

    def _finish(self) -> None:
        for handler in catalogue.HANDLERS:
            for name, office in self.offices.items():
                if handler.check and (noted := self.noted.get((name, handler.kind.name))):
                    handler.check(noted, office)
        for planned, row, outcome, changes in self.results:
            refused = row.faulty
            planned.rows.append(
                PlannedRow(row.number, Outcome.REFUSED if refused else outcome, {} if refused else changes)
            )
