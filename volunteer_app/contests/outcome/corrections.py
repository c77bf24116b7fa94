"""Putting a result right (更正): after the close, by the office alone, each time with a reason and in the trail.

Doors ask ``contests.access.can_keep``. Everyone may read that something was corrected, when and why; what it was
from and to stands in the trail. An annulled vote's entry says neither who gave it nor for whom.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select

from ... import clock
from ...audit import trail
from ...audit.models import AuditEntry
from ...database import db, lock
from ...errors import N_, BadInput, Refused
from ...people.models import Account, Person
from ...people.phones import clean_name, clean_phone
from ...places.models import Place
from .. import windows
from ..judging import conflicts
from ..models import Criterion, Entry, EntryState, Round, Score, ScoreSheet
from ..voting import households
from ..voting.models import Vote
from .standings import check_closed

LONGEST_REASON = 200
LONGEST_ANNULMENT = 100
"""Characters of why a vote is annulled."""

POINTS, VETO, LIFT, WITHDRAW, PUT_BACK = "correct", "veto", "lift veto", "withdraw", "put back"
ANNUL, RESTORE = "annul", "restore"
"""What the trail calls them."""
ROUND, CRITERION, ENTRY, VOTE = "contest_round", "criterion", "entry", "vote"
"""What else is put right than points, by its table: by ledgers alone, each time for their one reason."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What everyone may read of a correction: no names and no numbers."""

    at: datetime
    action: str
    """One of the above; of what else a ledger put right, its table."""
    reason: str
    entry: str
    """The entry's name; empty where it's of no entry, and for a vote."""


def correct_points(sheet: ScoreSheet, criterion: Criterion, points: int, *, reason: str, by: int | None) -> None:
    """Put the points of one criterion right, on one judge's sheet.

    Args:
        points: out of those which the criterion gives at most.
        by: id of the account that acts.

    Raises:
        BadInput: the criterion doesn't give as many, or there is no reason.
        Refused: the round isn't closed, or the entry is the corrector's own or their family's.
    """
    reason = _reason(reason)
    entry = _lock_around(sheet.entry, by)
    lock(sheet)
    if not 0 <= points <= criterion.points or criterion.round_id != entry.round_id:
        raise BadInput(
            N_("“%(criterion)s” gives from 0 to %(most)d points."), criterion=criterion.name, most=criterion.points
        )
    score = db.session.get(Score, (sheet.id, criterion.id))
    before = score.points if score else None
    if before == points:
        return
    if score is None:
        db.session.add(Score(sheet_id=sheet.id, criterion_id=criterion.id, points=points))
    else:
        score.points = points
    sheet.changed_at = clock.now()
    db.session.flush()
    changes = {"points": [before, points], "criterion": [criterion.name, criterion.name]}
    _record(POINTS, sheet, entry.round, reason=reason, by=by, changes=changes)


def veto(entry: Entry, *, reason: str, by: int | None) -> None:
    """Leave an entry out of the ranking (一票否决); the reason stands on the result's page.

    Raises:
        BadInput: there is no reason.
        Refused: the round isn't closed, or the entry takes no part.
    """
    reason = _reason(reason)
    _lock_around(entry, by)
    _check_taking_part(entry)
    if entry.veto_reason == reason:
        return
    before, entry.veto_reason = entry.veto_reason, reason
    _record(VETO, entry, entry.round, reason=reason, by=by, changes={"veto_reason": [before, reason]})


def lift_vetoes(entry: Entry, *, reason: str, by: int | None) -> None:
    """Let an entry be ranked again: neither the judges' vetoes hold nor the office's own.

    Raises:
        BadInput: there is no reason.
        Refused: the round isn't closed, or nothing was vetoed.
    """
    reason = _reason(reason)
    _lock_around(entry, by)
    _check_taking_part(entry)
    if entry.veto_lifted == reason and not entry.veto_reason:
        return
    vetoed = ScoreSheet.entry_id == entry.id, ScoreSheet.veto_reason != ""
    if not entry.veto_reason and not db.session.scalar(select(ScoreSheet.id).where(*vetoed).limit(1)):
        raise Refused(N_("Nobody has vetoed this entry."))
    changes = {"veto_reason": [entry.veto_reason, ""], "veto_lifted": [entry.veto_lifted, reason]}
    entry.veto_reason, entry.veto_lifted = "", reason
    _record(LIFT, entry, entry.round, reason=reason, by=by, changes=changes)


def withdraw(entry: Entry, *, reason: str, by: int | None) -> None:
    """Take an entry out of a closed round, with its votes.

    Raises:
        BadInput: there is no reason.
        Refused: the round isn't closed.
    """
    reason = _reason(reason)
    _lock_around(entry, by)
    if entry.state is EntryState.WITHDRAWN:
        return
    _check_taking_part(entry)
    before, entry.state = entry.state, EntryState.WITHDRAWN
    entry.decided_at, entry.decided_by_id = clock.now(), by
    changes = {"state": [before, EntryState.WITHDRAWN]}
    _record(WITHDRAW, entry, entry.round, reason=reason, by=by, changes=changes)


def taken_out(round: Round) -> Sequence[Entry]:
    """The entries that were taken out of a round since its close, the latest first."""
    query = select(Entry).where(Entry.round_id == round.id, Entry.state == EntryState.WITHDRAWN)
    query = query.where(Entry.decided_at >= windows.closes_at(round))
    return db.session.scalars(query.order_by(Entry.decided_at.desc(), Entry.id)).all()


def put_back(entry: Entry, *, reason: str, by: int | None) -> None:
    """Let an entry take part again that was taken out of a closed round, with its votes.

    Raises:
        BadInput: there is no reason.
        Refused: the round isn't closed, or the entry left it before the close.
    """
    reason = _reason(reason)
    _lock_around(entry, by)
    if entry.state is EntryState.PUBLISHED:
        return
    if entry not in taken_out(entry.round):
        raise Refused(N_("It took no part when the round closed."))
    before, entry.state = entry.state, EntryState.PUBLISHED
    entry.decided_at, entry.decided_by_id = clock.now(), by
    changes = {"state": [before, EntryState.PUBLISHED]}
    _record(PUT_BACK, entry, entry.round, reason=reason, by=by, changes=changes)


def annul_residents(round: Round, *, name: str, phone: str, reason: str, by: int | None, restore: bool = False) -> None:
    """Annul the vote of the person of this name and phone. Nobody learns for whom it was.

    Args:
        restore: let it count again instead, because it was annulled by mistake.

    Raises:
        BadInput: there is no such phone number, or no reason.
        Refused: the round isn't closed, or this person gave no vote.
    """
    person = select(Person.id).where(Person.name == clean_name(name), Person.phone == clean_phone(phone))
    _annul(round, Vote.person_id.in_(person), reason=reason, by=by, restore=restore)


def annul_households(
    round: Round, *, building: Place, door: str, reason: str, by: int | None, restore: bool = False
) -> None:
    """Annul the vote of a household: a building, and the number on the door.

    Args:
        restore: let it count again instead, because it was annulled by mistake.

    Raises:
        BadInput: it's no door's number, or there is no reason.
        Refused: the round isn't closed, or this household gave no vote.
    """
    whose = and_(Vote.building_id == building.id, Vote.door == households.door(door))
    _annul(round, whose, reason=reason, by=by, restore=restore)


def log(round: Round) -> list[Correction]:
    """What was corrected in a round since its close, by the office or its ledgers, the latest first: one query."""
    entries = select(Entry.id).where(Entry.round_id == round.id)
    sheets = select(ScoreSheet.id).join(ScoreSheet.entry).where(Entry.round_id == round.id)
    votes = select(Vote.id).where(Vote.round_id == round.id)
    criteria = select(Criterion.id).where(Criterion.round_id == round.id)
    by_ledgers = or_(
        and_(AuditEntry.subject == ROUND, AuditEntry.subject_id == round.id),
        and_(AuditEntry.subject == CRITERION, AuditEntry.subject_id.in_(criteria)),
        and_(AuditEntry.subject == ENTRY, AuditEntry.subject_id.in_(entries)),
        and_(AuditEntry.subject == VOTE, AuditEntry.subject_id.in_(votes)),
    )
    about = or_(
        and_(AuditEntry.subject == "score_sheet", AuditEntry.action == POINTS, AuditEntry.subject_id.in_(sheets)),
        and_(
            AuditEntry.subject == ENTRY,
            AuditEntry.action.in_((VETO, LIFT, WITHDRAW, PUT_BACK)),
            AuditEntry.subject_id.in_(entries),
        ),
        and_(AuditEntry.subject == VOTE, AuditEntry.action.in_((ANNUL, RESTORE)), AuditEntry.subject_id.in_(votes)),
        and_(AuditEntry.action == POINTS, by_ledgers),
    )
    query = (
        select(AuditEntry.at, AuditEntry.action, AuditEntry.subject, AuditEntry.reason, Entry.name)
        .outerjoin(ScoreSheet, and_(AuditEntry.subject == "score_sheet", ScoreSheet.id == AuditEntry.subject_id))
        .outerjoin(
            Entry,
            or_(
                Entry.id == ScoreSheet.entry_id,
                and_(AuditEntry.subject == ENTRY, Entry.id == AuditEntry.subject_id),
            ),
        )
        .where(about, AuditEntry.at >= windows.closes_at(round))
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    )
    other = (ROUND, CRITERION, ENTRY, VOTE)
    return [
        Correction(
            at=row.at,
            action=row.subject if row.action == POINTS and row.subject in other else row.action,
            reason=row.reason,
            entry=row.name or "",
        )
        for row in db.session.execute(query)
    ]


def _annul(round: Round, whose: Any, *, reason: str, by: int | None, restore: bool) -> None:
    reason = _reason(reason, LONGEST_ANNULMENT)
    lock(round)
    check_closed(round)
    vote = db.session.scalar(select(Vote).where(Vote.round_id == round.id, whose))
    if vote is None:
        raise Refused(N_("There is no vote of theirs in this round."))
    lock(vote)
    before = vote.annulled_at
    if bool(before) is not restore:
        return
    vote.annulled_at, vote.annul_reason = (None, "") if restore else (clock.now(), reason)
    changes = {"annulled_at": [before, vote.annulled_at]}
    _record(RESTORE if restore else ANNUL, vote, round, reason=reason, by=by, changes=changes)


def _lock_around(entry: Entry, by: int | None) -> Entry:
    lock(entry.round)
    check_closed(entry.round)
    lock(entry)
    account = db.session.get(Account, by) if by else None
    if account and conflicts.of_person(account.person_id, entry):
        raise Refused(N_("It's an entry of your own, or of your family: somebody else of the office puts it right."))
    return entry


def _check_taking_part(entry: Entry) -> None:
    if entry.state is not EntryState.PUBLISHED:
        raise Refused(N_("This entry takes no part in the result."))


def _reason(text: str, longest: int = LONGEST_REASON) -> str:
    text = text.strip()
    if not text or len(text) > longest:
        raise BadInput(N_("Say why, in at most %(longest)d characters."), longest=longest)
    return text


def _record(
    action: str, thing: Entry | ScoreSheet | Vote, round: Round, *, reason: str, by: int | None, changes: dict[str, Any]
) -> None:
    db.session.flush()
    trail.record(action, thing, by=by, place_id=round.subdistrict_id, reason=reason, changes=changes)
