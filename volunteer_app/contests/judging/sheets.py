"""Score sheets (评分表): one for each judge and entry, kept as it's typed, point by point.

A sheet counts once each criterion has its points and the judge hasn't stepped aside. What was tapped while judging was
open and arrives later counts, unless the round is closed: then its result may have been read.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select

from ... import clock
from ...audit import trail
from ...database import db, lock
from ...errors import N_, BadInput, Refused
from .. import windows
from ..models import Criterion, Entry, EntryState, Judge, Round, Score, ScoreSheet
from . import conflicts

LONGEST = 200
"""Characters of a note and of a reason."""


Shown = Mapping[int | str, Collection[int | str | None]]
"""By the criterion's id, or "veto_reason" and "note": the values that a page has shown, and those that it sent."""


class PointsFaulty(BadInput):
    """Points beyond what a criterion gives."""

    def __init__(self, criterion: Criterion) -> None:
        super().__init__(N_("Enter a number from 0 to %(most)d."), most=criterion.points)
        self.criterion_id = criterion.id


def save(
    judge: Judge,
    entry: Entry,
    points: Mapping[int, int | None],
    *,
    veto_reason: str | None = None,
    note: str | None = None,
    shown: Shown | None = None,
    at: datetime | None = None,
    by: int | None = None,
) -> ScoreSheet | None:
    """Keep what a judge gave an entry; what isn't named stays as it is, and what is there already changes nothing.

    Args:
        points: by the criterion's id; None takes the points of one back.
        veto_reason: why the entry must be left out of the ranking (一票否决); empty takes that back.
        note: the judge's own note.
        shown: what may stand there by now for all that whoever typed it knows; whatever if None. An older tap of one
            device then doesn't undo a newer one of another.
        at: when it was tapped; now if None.

    Returns:
        The sheet; None where nothing was given and there is none.

    Raises:
        PointsFaulty: more than a criterion gives, or fewer than 0.
        Refused: judging isn't open, the round is closed, the judge left the panel, stepped aside or can't judge
            this entry, or the entry doesn't take part; or something stands there that wasn't shown.
    """
    at = at or clock.now()
    texts = {"veto_reason": veto_reason, "note": note}
    given = {name: text.strip() for name, text in texts.items() if text is not None}
    _check_points(entry.round, points)
    _check_texts(given)
    _hold(judge, entry, at=at)
    sheet = _of(judge, entry)
    if sheet is None:
        if not any(value is not None for value in points.values()) and not any(given.values()):
            return None
        sheet = _begun(judge, entry, at=at)
    if sheet.recused_reason:
        raise Refused(N_("You stepped aside for this entry. Take that back first."))
    _check_shown(sheet, points, given, shown or {})
    changed = _score(sheet, points)
    for name, text in given.items():
        changed |= getattr(sheet, name) != text
        setattr(sheet, name, text)
    if not changed:
        return sheet
    sheet.changed_at = max(sheet.changed_at, at)
    # Never which points, nor a veto: the office reads the trail before the close.
    _record("score", sheet, by=by)
    return sheet


def step_aside(
    judge: Judge, entry: Entry, reason: str, *, at: datetime | None = None, by: int | None = None
) -> ScoreSheet:
    """Say why a judge doesn't judge an entry (回避): what the sheet holds stays, and doesn't count.

    Raises:
        BadInput: there is no reason, or it's too long.
        Refused: as ``save``.
    """
    reason = reason.strip()
    if not reason:
        raise BadInput(N_("Say why you step aside."))
    _check_texts({"reason": reason})
    at = at or clock.now()
    _hold(judge, entry, at=at)
    sheet = _of(judge, entry) or _begun(judge, entry, at=at)
    if sheet.recused_reason != reason:
        sheet.recused_reason = reason
        sheet.changed_at = max(sheet.changed_at, at)
        _record("step aside", sheet, by=by)
    return sheet


def step_back(judge: Judge, entry: Entry, *, at: datetime | None = None, by: int | None = None) -> None:
    """Judge an entry after all: what the sheet held counts again.

    Raises:
        Refused: as ``save``.
    """
    at = at or clock.now()
    _hold(judge, entry, at=at)
    sheet = _of(judge, entry)
    if sheet and sheet.recused_reason:
        sheet.recused_reason = ""
        sheet.changed_at = max(sheet.changed_at, at)
        _record("step back", sheet, by=by)


def refusal(judge: Judge, *, at: datetime) -> Refused | None:
    """Why a judge can't write on any sheet of the round, if so.

    Args:
        at: when it was tapped.
    """
    round = judge.round
    if round.cancelled_at is not None:
        return Refused(N_("The round was cancelled."))
    if windows.is_closed(round, at=clock.now()):
        return Refused(
            N_("The round is closed and its result may be read: what arrives now, even if tapped before, can't count.")
        )
    if not windows.may_judge(round, at=at):
        return Refused(N_("Judging isn't open."))
    if judge.withdrawn_at is not None:
        return Refused(N_("You have left the panel of this round."))
    return None


def _hold(judge: Judge, entry: Entry, *, at: datetime) -> None:
    """Lock the judge, so that their taps come one after another, and check that they may write on the sheet."""
    lock(judge)
    refused = refusal(judge, at=at)
    if refused:
        raise refused
    if entry.round_id != judge.round_id or entry.state is not EntryState.PUBLISHED:
        raise Refused(N_("%(entry)s doesn't take part any more."), entry=entry.name)
    conflict = conflicts.between([judge], [entry]).get((judge.id, entry.id))
    if conflict:
        raise Refused(conflicts.SENTENCES[conflict])


def _check_points(round: Round, points: Mapping[int, int | None]) -> None:
    criteria = {criterion.id: criterion for criterion in round.criteria}
    for criterion_id, given in points.items():
        criterion = criteria.get(criterion_id)
        if criterion is None:
            raise Refused(N_("It was taken away in the meantime."))
        if given is not None and not 0 <= given <= criterion.points:
            raise PointsFaulty(criterion)


def _check_texts(texts: Mapping[str, str]) -> None:
    if any(len(text) > LONGEST for text in texts.values()):
        raise BadInput(N_("Write at most %(most)d characters."), most=LONGEST)


def _check_shown(sheet: ScoreSheet, points: Mapping[int, int | None], texts: Mapping[str, str], shown: Shown) -> None:
    held = {score.criterion_id: score.points for score in sheet.scores}
    stale = any(held.get(key) not in (given, *shown.get(key, [held.get(key)])) for key, given in points.items())
    for name, text in texts.items():
        there = getattr(sheet, name)
        stale |= there not in (text, *shown.get(name, [there]))
    if stale:
        raise Refused(
            N_("Something else was entered here from another page meanwhile. Open this page anew, then change it.")
        )


def _of(judge: Judge, entry: Entry) -> ScoreSheet | None:
    return db.session.scalar(select(ScoreSheet).where(ScoreSheet.judge_id == judge.id, ScoreSheet.entry_id == entry.id))


def _begun(judge: Judge, entry: Entry, *, at: datetime) -> ScoreSheet:
    sheet = ScoreSheet(judge_id=judge.id, entry_id=entry.id, changed_at=at)
    db.session.add(sheet)
    db.session.flush()
    return sheet


def _score(sheet: ScoreSheet, points: Mapping[int, int | None]) -> bool:
    """Write the points, and return whether any of them is another one than before."""
    scores = {score.criterion_id: score for score in sheet.scores}
    before = {criterion_id: score.points for criterion_id, score in scores.items()}
    changed = {key: given for key, given in points.items() if before.get(key) != given}
    for criterion_id, given in changed.items():
        score = scores.get(criterion_id)
        if given is None and score is not None:
            db.session.delete(score)
        elif given is not None and score is not None:
            score.points = given
        elif given is not None:
            db.session.add(Score(sheet_id=sheet.id, criterion_id=criterion_id, points=given))
    if changed:
        db.session.flush()
        db.session.expire(sheet, ["scores"])
    return bool(changed)


def _record(action: str, sheet: ScoreSheet, *, by: int | None) -> None:
    trail.record(action, sheet, by=by, place_id=sheet.judge.round.subdistrict_id)
