"""How far the judging has come: for the office and the panel, and never a point or a veto.

Everything is read in a fixed number of queries, whatever the number of judges and entries.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import selectinload

from ...database import db
from ..models import Criterion, Entry, Judge, Round, Score, ScoreSheet
from ..queries import published_entries
from . import conflicts, panel
from .conflicts import Conflict


class Mark(StrEnum):
    """Where one judge stands with one entry."""

    WHOLE = "whole"
    """Each criterion has its points."""
    PARTLY = "partly"
    EMPTY = "empty"
    ASIDE = "aside"
    """The judge stepped aside."""
    BARRED = "barred"
    """The judge can't judge it, whatever they do."""


SETTLED = (Mark.WHOLE, Mark.ASIDE, Mark.BARRED)
"""With which nothing is left to do."""


@dataclass(frozen=True, slots=True)
class Own:
    """An entry as its judge sees it: their own sheet alone."""

    entry: Entry
    sheet: ScoreSheet | None
    points: dict[int, int]
    """By the criterion's id."""
    mark: Mark
    conflict: Conflict | None


@dataclass(frozen=True, slots=True)
class Far:
    """How far a judge has come, for the judge."""

    whole: int
    of: int
    """Entries for which the judge neither stepped aside nor has a conflict of interest."""
    first_left: Entry | None
    """The first entry, by name, that waits for them."""


@dataclass(frozen=True, slots=True)
class OfJudge:
    """How far a judge has come."""

    judge: Judge
    whole: int
    aside: int
    """Entries for which they stepped aside or have a conflict of interest."""
    entries: int
    begun: bool
    """Whether there is any sheet."""

    @property
    def open(self) -> int:
        """Entries which still wait for this judge."""
        return self.entries - self.whole - self.aside


@dataclass(frozen=True, slots=True)
class OfEntry:
    """How many judges have judged an entry."""

    entry: Entry
    whole: int
    judges: int
    """Of those on the panel who may judge it."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Of a round's panel."""

    judges: list[OfJudge]
    """Those who left, too."""
    entries: list[OfEntry]


def own(judge: Judge) -> list[Own]:
    """The entries of the judge's round with the judge's own sheets, by name."""
    entries = list(db.session.scalars(published_entries(judge.round)))
    query = select(ScoreSheet).options(selectinload(ScoreSheet.scores)).where(ScoreSheet.judge_id == judge.id)
    sheets = {sheet.entry_id: sheet for sheet in db.session.scalars(query)}
    barred = conflicts.between([judge], entries)
    criteria = len(judge.round.criteria)
    return [_own(entry, sheets.get(entry.id), barred.get((judge.id, entry.id)), criteria) for entry in entries]


def own_of(judge: Judge, entry: Entry) -> Own:
    """One entry with the judge's own sheet of it."""
    query = select(ScoreSheet).options(selectinload(ScoreSheet.scores))
    sheet = db.session.scalar(query.where(ScoreSheet.judge_id == judge.id, ScoreSheet.entry_id == entry.id))
    barred = conflicts.between([judge], [entry])
    return _own(entry, sheet, barred.get((judge.id, entry.id)), len(judge.round.criteria))


def far(judge: Judge) -> Far:
    """How far the judge has come, without the sheets themselves: with each tap it's asked anew."""
    entries = list(db.session.scalars(published_entries(judge.round)))
    marks, barred = _marks(judge.round, Judge.id == judge.id), conflicts.between([judge], entries)
    keys = [(judge.id, it.id) for it in entries]
    own_marks = [Mark.BARRED if key in barred else marks.get(key, Mark.EMPTY) for key in keys]
    return _far(list(zip(entries, own_marks, strict=True)))


def far_in(all_own: Sequence[Own]) -> Far:
    """The same where the sheets were read anyway."""
    return _far([(own.entry, own.mark) for own in all_own])


def of(round: Round) -> Progress:
    """How far each judge has come, and how many judges each entry has."""
    judges = panel.judges(round)
    entries = list(db.session.scalars(published_entries(round)))
    barred = conflicts.between(judges, entries)
    marks = _marks(round)
    on_panel = [judge for judge in judges if judge.withdrawn_at is None]
    return Progress(
        [_of_judge(judge, entries, marks, barred) for judge in judges],
        [_of_entry(entry, on_panel, marks, barred) for entry in entries],
    )


def _far(marked: Sequence[tuple[Entry, Mark]]) -> Far:
    counted = Counter(mark for _, mark in marked)
    left = next((entry for entry, mark in marked if mark not in SETTLED), None)
    return Far(counted[Mark.WHOLE], len(marked) - counted[Mark.ASIDE] - counted[Mark.BARRED], left)


def _own(entry: Entry, sheet: ScoreSheet | None, conflict: Conflict | None, criteria: int) -> Own:
    points = {score.criterion_id: score.points for score in sheet.scores} if sheet else {}
    mark = _mark(len(points), criteria, recused=bool(sheet and sheet.recused_reason))
    if mark is Mark.EMPTY and sheet and (sheet.veto_reason or sheet.note):
        mark = Mark.PARTLY
    return Own(entry, sheet, points, Mark.BARRED if conflict else mark, conflict)


def _mark(scores: int, criteria: int, *, recused: bool) -> Mark:
    if recused:
        return Mark.ASIDE
    if not scores:
        return Mark.EMPTY
    return Mark.WHOLE if scores == criteria else Mark.PARTLY


def _marks(round: Round, *which: ColumnElement[bool]) -> dict[tuple[int, int], Mark]:
    """By judge and entry: the marks of the sheets that there are.

    Args:
        which: of the judges; all of the round if none.
    """
    criteria = db.session.scalar(select(func.count()).where(Criterion.round_id == round.id)) or 0
    query = (
        select(ScoreSheet.judge_id, ScoreSheet.entry_id, ScoreSheet.recused_reason, func.count(Score.criterion_id))
        .join(Judge, ScoreSheet.judge_id == Judge.id)
        .outerjoin(Score, Score.sheet_id == ScoreSheet.id)
        .where(Judge.round_id == round.id, *which)
        .group_by(ScoreSheet.id, ScoreSheet.judge_id, ScoreSheet.entry_id, ScoreSheet.recused_reason)
    )
    return {
        (judge_id, entry_id): _mark(scores, criteria, recused=bool(recused))
        for judge_id, entry_id, recused, scores in db.session.execute(query)
    }


def _of_judge(
    judge: Judge,
    entries: Sequence[Entry],
    marks: dict[tuple[int, int], Mark],
    barred: dict[tuple[int, int], Conflict],
) -> OfJudge:
    keys = [(judge.id, entry.id) for entry in entries]
    counted = Counter(Mark.BARRED if key in barred else marks.get(key, Mark.EMPTY) for key in keys)
    begun = any(judge_id == judge.id for judge_id, _ in marks)
    return OfJudge(judge, counted[Mark.WHOLE], counted[Mark.ASIDE] + counted[Mark.BARRED], len(entries), begun)


def _of_entry(
    entry: Entry,
    judges: Sequence[Judge],
    marks: dict[tuple[int, int], Mark],
    barred: dict[tuple[int, int], Conflict],
) -> OfEntry:
    keys = [(judge.id, entry.id) for judge in judges if (judge.id, entry.id) not in barred]
    seen = [marks.get(key, Mark.EMPTY) for key in keys]
    return OfEntry(entry, seen.count(Mark.WHOLE), len(seen) - seen.count(Mark.ASIDE))
