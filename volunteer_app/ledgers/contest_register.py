"""The part of the register that holds contests: rounds with their criteria, entries, judges, sheets and votes."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from .. import clock
from ..contests.models import Criterion, Judge, Round, Score, ScoreSheet
from ..contests.models import Entry as Candidate
from ..contests.voting.models import Vote
from ..database import Base, db
from ..errors import N_
from ..people.erasure import ERASED
from .entries import Entry

# The register holds this part of itself, so its name is needed here for types alone.
if TYPE_CHECKING:
    from .reading import ReadSheet
    from .register import Office


class Contests:
    """What a sub-district's ledger 09 is checked against, loaded as far as it's needed."""

    def __init__(self, office: "Office") -> None:
        self._office = office
        self.rounds: dict[str, Entry] = {}
        self.book: list[Entry] = []
        """The rounds which the ledgers of this command list: its criteria are theirs."""
        self.said: dict[str, Entry] = {}
        """Each criterion that the ledgers of this command list: one row stands for that of every round of the book."""
        self.criteria: dict[Entry, dict[str, Entry]] = defaultdict(dict)
        self.candidates: dict[tuple[Entry, str], Entry] = {}
        """What takes part (参评对象), by round and name."""
        self.judges: dict[tuple[Entry, str], Entry] = {}
        self.sheets: dict[tuple[Entry, Entry], Entry] = {}
        """By what takes part and judge; ``points`` holds what was given, by criterion."""
        self.votes: dict[tuple[Entry, Entry], Entry] = {}
        """By round and person; none of a household."""
        self.erased: dict[tuple[Entry, date, Entry], list[Entry]] = defaultdict(list)
        """Votes of people who were erased since: by round, day, and what they are for."""
        self.households: dict[Entry, int] = defaultdict(int)
        """Votes of households, whose cards name nobody, by round."""
        self.decided: set[Entry] = set()
        """Rounds of which the database has votes or sheets."""
        self.named: set[tuple[ReadSheet, str]] = set()
        """Columns of sheets that were told already to be no criteria."""
        self._by_id: dict[tuple[type[Base], int], Entry] = {}

    # Loading: one query for each kind of row.

    def load_rounds(self) -> None:
        """Rounds with their criteria, and what takes part in them."""
        for row in self._rows(Round, _ROUND, Round.subdistrict_id == self._office.place.id, order=Round.entries_from):
            self.rounds[row["name"]] = row
        for row in self._rows(Criterion, _CRITERION, self._inside(Criterion), order=Criterion.position):
            self.criteria[row["round"]][row["name"]] = row
        for row in self._rows(Candidate, _CANDIDATE, self._inside(Candidate), order=Candidate.id):
            self.candidates[row["round"], row["name"]] = row
        votes = select(Vote.round_id).where(self._inside(Vote))
        sheets = select(Candidate.round_id).join(ScoreSheet, ScoreSheet.entry_id == Candidate.id)
        filled = votes.union(sheets.where(self._inside(Candidate)))
        self.decided = {self._by_id[Round, round_id] for round_id in db.session.scalars(filled)}

    def load_sheets(self) -> None:
        """Judges, and what they gave."""
        for row in self._rows(Judge, _JUDGE, self._inside(Judge), order=Judge.id):
            self.judges[row["round"], row["label"]] = row
        points: dict[int, dict[Entry, int]] = defaultdict(dict)
        given = select(Score.sheet_id, Score.criterion_id, Score.points).join(Criterion).where(self._inside(Criterion))
        for sheet_id, criterion_id, number in db.session.execute(given):
            points[sheet_id][self._by_id[Criterion, criterion_id]] = number
        query = select(*(getattr(ScoreSheet, key) for key in _SHEET)).join(Candidate)
        for sheet in db.session.execute(query.where(self._inside(Candidate)).order_by(ScoreSheet.id)):
            candidate, judge = self._by_id[Candidate, sheet.entry_id], self._by_id[Judge, sheet.judge_id]
            values = {"candidate": candidate, "judge": judge, "points": points[sheet.id]}
            values |= {"veto_reason": sheet.veto_reason, "recused_reason": sheet.recused_reason}
            self.sheets[candidate, judge] = Entry.of(ScoreSheet, sheet.id, values)

    def load_votes(self) -> None:
        """Votes of people; those of households are only counted."""
        columns = (Vote.id, Vote.round_id, Vote.entry_id, Vote.person_id, Vote.day, Vote.annulled_at)
        for row in db.session.execute(select(*columns).where(self._inside(Vote)).order_by(Vote.day, Vote.id)):
            round = self._by_id[Round, row.round_id]
            if row.person_id is None:
                self.households[round] += 1
                continue
            person = self._office.people.by_id[row.person_id]
            values = {"round": round, "candidate": self._by_id[Candidate, row.entry_id], "person": person}
            values |= {"day": row.day, "annulled_at": row.annulled_at}
            vote = self.votes[round, person] = Entry.of(Vote, row.id, values)
            if person["name"] == ERASED:
                self.erased[round, row.day, values["candidate"]].append(vote)

    # Finding what a row refers to.

    @cached_property
    def buildings(self) -> dict[tuple[Entry, str], Entry]:
        """The buildings by community and by the name under which they take part; asked for when all are noted."""
        return {
            (compound["parent"], f"{compound['name']}{name}"): building
            for (compound, name), building in self._office.buildings.items()
        }

    def is_filled(self, round: Entry) -> bool:
        """Whether a round is over and has its votes or sheets: nothing is added to it by a ledger, which no page would
        show; what differs goes through as a correction."""
        return round in self.decided and is_closed(round)

    def judge(self, round: Entry, label: str) -> Entry:
        """The judge of this label; one from a ledger is no person."""
        found = self.judges.get((round, label))
        if found is None:
            values = {"round": round, "label": label, "withdrawn_at": None}
            found = self.judges[round, label] = Entry(Judge, None, values)
        return found

    def _inside(self, table: type[Base]) -> Any:
        """The condition that a row is of a round of this sub-district."""
        mine = select(Round.id).where(Round.subdistrict_id == self._office.place.id)
        return table.round_id.in_(mine)  # type: ignore[attr-defined]  # each of them has one

    def _rows(self, table: type[Base], keys: tuple[str, ...], condition: Any, *, order: Any) -> Iterator[Entry]:
        """The rows of one table, what they point at as entries."""
        if self._office.place.id is None:
            return
        query = select(table.id, *(getattr(table, key) for key in keys))  # type: ignore[attr-defined]
        for row in db.session.execute(query.where(condition).order_by(order, table.id)):  # type: ignore[attr-defined]
            values = {key: getattr(row, key) for key in keys if not key.endswith("_id")}
            if "round_id" in keys:
                values["round"] = self._by_id[Round, row.round_id]
            if "place_id" in keys:
                values["place"] = self._office.by_id[row.place_id]
            if "person_id" in keys:
                values["person"] = self._office.people.by_id[row.person_id]
            yield self._by_id.setdefault((table, row.id), Entry.of(table, row.id, values))


def decided_on(round: Entry) -> date:
    """The last day of a round's judging and voting."""
    days: list[date | None] = [round[key] for key in ("judging_until", "voting_until")]
    entries_until: date = round["entries_until"]
    return max(filter(None, days), default=entries_until)


def is_closed(round: Entry) -> bool:
    """Whether a round is over: only then it has points and votes to read, or to fill."""
    return clock.today() > decided_on(round)


def stands(round: Entry) -> bool:
    """Whether everyone may know of a round: it's published, and goes on or went on."""
    return round["published_at"] is not None and round["cancelled_at"] is None


FILLED = N_("the round is closed and filled: put it right on the result's page")
"""Why nothing is added to it."""
_ROUND = (
    *("number", "name", "kind", "subject", "entries_from", "entries_until", "judging_from", "judging_until"),
    *("voting_from", "voting_until", "judges_weight", "voters_weight", "published_at", "cancelled_at"),
    *("revision", "changed_at"),
)
_CRITERION = ("round_id", "name", "points", "position")
_CANDIDATE = ("round_id", "name", "place_id", "person_id", "entered_on", "state", "veto_reason", "veto_lifted")
_JUDGE = ("round_id", "label", "withdrawn_at")
_SHEET = ("id", "entry_id", "judge_id", "veto_reason", "recused_reason")
