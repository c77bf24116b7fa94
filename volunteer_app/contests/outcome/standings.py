"""The result of a round as its rows give it: every component, down to each judge's points; nothing before the close.

Whatever shows a score or a number of votes reads it here. A round's result stands once its days of publication are
over and no objection waits for its answer.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from ... import clock
from ...database import db
from ...errors import N_, Refused
from ...places.models import Place
from .. import windows
from ..judging import conflicts
from ..models import Criterion, Entry, EntryState, Judge, Objection, ObjectionState, Round, Score, ScoreSheet
from ..voting.models import Vote
from .results import Candidate, Line, results, winners


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one judge gave one entry."""

    id: int
    judge: str
    """The label; who the judge is stands nowhere here."""
    total: int
    """The points of all criteria together."""
    veto_reason: str
    recused_reason: str
    left: bool
    """The judge left the panel before the close."""
    whole: bool
    """Each criterion has its points."""
    barred: bool = False
    """The judge can't judge this entry (``conflicts``), as came out after they had."""
    points: dict[int, int] = field(default_factory=dict)
    """By the criterion's id, where they were asked for."""

    @property
    def holds(self) -> bool:
        """Whether what it says counts for anything: its judge is on the panel, may judge it, and didn't step aside."""
        return not self.left and not self.barred and not self.recused_reason

    @property
    def counts(self) -> bool:
        """Whether the mean is over this sheet, too."""
        return self.whole and self.holds


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry with its line of the result."""

    entry: Entry
    line: Line
    sheets: tuple[Sheet, ...]
    """By the judges' labels, also those that don't count."""
    vetoes: tuple[str, ...]
    """Why it's left out of the ranking; empty where it isn't."""

    @property
    def counted(self) -> int:
        """How many sheets the mean is over."""
        return sum(sheet.counts for sheet in self.sheets)


@dataclass(frozen=True, slots=True)
class Standing:
    """A round's result."""

    round: Round
    criteria: tuple[Criterion, ...]
    entries: tuple[Placed, ...]
    """Those that are ranked in their order, then the others by name."""
    stands: bool
    """Whether nothing more can be objected to."""

    @property
    def winners(self) -> list[Placed]:
        """The entries that win."""
        won = {line.candidate.key for line in winners((it.line for it in self.entries), self.round.winners)}
        return [it for it in self.entries if it.entry.id in won]

    @property
    def votes(self) -> int:
        """How many votes count."""
        return sum(it.line.candidate.votes for it in self.entries)

    @property
    def full_points(self) -> int:
        """What the criteria give at most."""
        return sum(it.points for it in self.criteria)


def of(round: Round, *, points: bool = True) -> Standing:
    """The result of *round*, in a number of queries that no entry, judge or vote adds to.

    Args:
        points: whether each judge's points are wanted, too: of a great round they're many.

    Raises:
        Refused: the round isn't closed; until then nobody reads a score or a number of votes.
    """
    (standing,) = of_all([round])
    return replace(standing, entries=tuple(with_points(standing.entries))) if points else standing


def with_points(placed: Sequence[Placed]) -> list[Placed]:
    """The same lines with each judge's points, in one query."""
    points: dict[int, dict[int, int]] = defaultdict(dict)
    entries = [it.entry.id for it in placed]
    query = select(Score.sheet_id, Score.criterion_id, Score.points).join(Score.sheet)
    for sheet_id, criterion_id, number in db.session.execute(query.where(ScoreSheet.entry_id.in_(entries))):
        points[sheet_id][criterion_id] = number
    return [replace(it, sheets=tuple(replace(sheet, points=points[sheet.id]) for sheet in it.sheets)) for it in placed]


def of_all(rounds: Sequence[Round]) -> list[Standing]:
    """The results of several rounds without each judge's points, in their order, in as many queries as that of one.

    Raises:
        Refused: one of them isn't closed.
    """
    check_closed(*rounds)
    ids = [round.id for round in rounds]
    if not ids:
        return []
    criteria = _criteria(ids)
    entries = _entries(ids)
    sheets = _sheets(ids, entries, criteria)
    counted = select(Vote.entry_id, func.count()).where(Vote.round_id.in_(ids), Vote.annulled_at.is_(None))
    votes = {row[0]: row[1] for row in db.session.execute(counted.group_by(Vote.entry_id))}
    open_still = _with_open_objections(ids)
    now = clock.now()
    return [
        _standing(
            round,
            tuple(criteria[round.id]),
            [it for it in entries if it.round_id == round.id],
            sheets,
            votes,
            stands=windows.phase(round, at=now) is windows.Phase.STANDING and round.id not in open_still,
        )
        for round in rounds
    ]


def check_closed(*rounds: Round) -> None:
    """Refuse to show, and to change, what a round is decided by before it's decided.

    Raises:
        Refused: a round isn't closed yet.
    """
    if not all(windows.is_closed(round, at=clock.now()) for round in rounds):
        raise Refused(N_("The result can be read, and put right, only once the round is closed."))


def stand(rounds: Sequence[Round], *, at: datetime) -> list[Round]:
    """Those of *rounds* whose result stands: their publication is over, and every objection has its answer."""
    over = [it for it in rounds if windows.phase(it, at=at) is windows.Phase.STANDING]
    open_still = _with_open_objections([it.id for it in over])
    return [it for it in over if it.id not in open_still]


def _with_open_objections(ids: Sequence[int]) -> set[int]:
    query = select(Objection.round_id).where(Objection.round_id.in_(ids), Objection.state == ObjectionState.OPEN)
    return set(db.session.scalars(query.distinct())) if ids else set()


def _criteria(ids: Sequence[int]) -> dict[int, list[Criterion]]:
    found: dict[int, list[Criterion]] = {round_id: [] for round_id in ids}
    query = select(Criterion).where(Criterion.round_id.in_(ids)).order_by(Criterion.position, Criterion.id)
    for criterion in db.session.scalars(query):
        found[criterion.round_id].append(criterion)
    return found


def _entries(ids: Sequence[int]) -> Sequence[Entry]:
    taking_part = Entry.round_id.in_(ids), Entry.state == EntryState.PUBLISHED
    around = joinedload(Entry.place).joinedload(Place.parent)
    return db.session.scalars(select(Entry).options(around).where(*taking_part)).all()


def _sheets(
    ids: Sequence[int], entries: Sequence[Entry], criteria: dict[int, list[Criterion]]
) -> dict[int, list[Sheet]]:
    """The sheets of these rounds by the id of their entry, each as whoever reads the result may see it."""
    judges = {it.id: it for it in db.session.scalars(select(Judge).where(Judge.round_id.in_(ids)))}
    barred = conflicts.between(judges.values(), entries)
    rounds = {it.id: it.round_id for it in entries}
    query = (
        select(
            *(ScoreSheet.id, ScoreSheet.entry_id, ScoreSheet.judge_id),
            *(ScoreSheet.veto_reason, ScoreSheet.recused_reason),
            *(func.count(Score.criterion_id).label("given"), func.coalesce(func.sum(Score.points), 0).label("total")),
        )
        .join(ScoreSheet.judge)
        .outerjoin(ScoreSheet.scores)
        .where(Judge.round_id.in_(ids))
        .group_by(ScoreSheet.id)
        .order_by(ScoreSheet.judge_id)
    )
    found: dict[int, list[Sheet]] = defaultdict(list)
    for row in db.session.execute(query):
        # An entry that doesn't take part any more keeps its sheets.
        if row.entry_id not in rounds:
            continue
        judge, asked = judges[row.judge_id], len(criteria[rounds[row.entry_id]])
        found[row.entry_id].append(
            Sheet(
                id=row.id,
                judge=judge.label,
                total=row.total,
                veto_reason=row.veto_reason,
                recused_reason=row.recused_reason,
                left=judge.withdrawn_at is not None,
                whole=asked > 0 and row.given == asked,
                barred=(judge.id, row.entry_id) in barred,
            )
        )
    return found


def _standing(
    round: Round,
    criteria: tuple[Criterion, ...],
    entries: Iterable[Entry],
    sheets: dict[int, list[Sheet]],
    votes: dict[int, int],
    *,
    stands: bool,
) -> Standing:
    by_id = {it.id: it for it in entries}
    vetoes = {it.id: _vetoes(it, sheets.get(it.id, ())) for it in by_id.values()}
    candidates = [
        Candidate(
            key=it.id,
            name=it.name,
            sheets=tuple(sheet.total for sheet in sheets.get(it.id, ()) if sheet.counts),
            votes=votes.get(it.id, 0),
            vetoed=bool(vetoes[it.id]),
            tie=it.tie,
        )
        for it in by_id.values()
    ]
    lines = results(
        candidates,
        full_points=sum(it.points for it in criteria),
        judges_weight=round.judges_weight,
        voters_weight=round.voters_weight,
    )
    placed = (
        Placed(by_id[key], line, tuple(sheets.get(key, ())), vetoes[key])
        for key, line in ((line.candidate.key, line) for line in lines)
    )
    return Standing(round, criteria, tuple(placed), stands)


def _vetoes(entry: Entry, sheets: Iterable[Sheet]) -> tuple[str, ...]:
    """Why an entry is left out: by the office after the close, or by a judge unless the office lifted that."""
    judges = () if entry.veto_lifted else (it.veto_reason for it in sheets if it.holds)
    return tuple(dict.fromkeys(filter(None, (entry.veto_reason, *judges))))
