"""The panel (评委): who judges a round. The office keeps it until the close, and from then on nobody does."""

from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from ... import clock
from ...audit import trail
from ...database import db, lock
from ...errors import N_, BadInput, Refused
from ...people.accounts import find_or_add_person
from ...people.models import Account
from ...people.phones import clean_name
from .. import windows
from ..models import Judge, Round, ScoreSheet

NAME = "评委"
STEMS = "甲乙丙丁戊己庚辛壬癸"
LONGEST_LABEL = 40
MOST = 50
"""Judges of one round."""


class LabelTaken(BadInput):
    """Another judge of the panel is called so."""


def judge_of(account: Account | None, round: Round) -> Judge | None:
    """The place of whoever has *account* on the round's panel; None for others, and for who has left it."""
    if account is None:
        return None
    query = select(Judge).where(Judge.round_id == round.id, Judge.person_id == account.person_id)
    return db.session.scalar(query.where(Judge.withdrawn_at.is_(None)))


def rounds_to_judge(person_id: int, *, on: date) -> list[Round]:
    """The rounds on whose panel somebody is, from publication to the last day of judging, the next one first."""
    query = select(Round).join(Judge, Judge.round_id == Round.id)
    query = query.where(Judge.person_id == person_id, Judge.withdrawn_at.is_(None))
    query = query.where(Round.published_at.is_not(None), Round.cancelled_at.is_(None), Round.judging_until >= on)
    return list(db.session.scalars(query.order_by(Round.judging_from, Round.id)))


def judges(round: Round) -> list[Judge]:
    """Everybody on the panel with their people, in the order of joining; those who left it, too."""
    query = select(Judge).options(joinedload(Judge.person)).where(Judge.round_id == round.id)
    return list(db.session.scalars(query.order_by(Judge.id)))


def may_change(round: Round, *, at: datetime) -> bool:
    """Whether the panel may still change: a round with judges that is neither closed nor cancelled."""
    has_judges = round.judging_from is not None
    return has_judges and round.cancelled_at is None and not windows.is_closed(round, at=at)


def add(round: Round, *, name: str, phone: str, label: str = "", by: int | None) -> Judge:
    """Take somebody onto the panel; who had left it comes back, and their sheets count again.

    Args:
        name: as the person is called; they are added where nobody of this name and phone is known.
        label: what the result page calls the judge; the next one of 评委甲, 评委乙 … if empty.

    Raises:
        BadInput: there is no name, or no such phone number.
        LabelTaken: another judge of the panel is called so.
        Refused: the round is closed, cancelled or without judges; the panel is full, or they are on it.
    """
    if not clean_name(name):
        raise BadInput(N_("Enter a name."))
    _open(round)
    person = find_or_add_person(name=name, phone=phone)
    panel = judges(round)
    found = next((judge for judge in panel if judge.person_id == person.id), None)
    if found:
        return _back(round, found, by=by)
    if len(panel) >= MOST:
        raise Refused(N_("A panel has up to %(most)d judges."), most=MOST)
    judge = Judge(round_id=round.id, label=_label(panel, label.strip()), person_id=person.id)
    db.session.add(judge)
    db.session.flush()
    _record("add", round, judge, by=by)
    return judge


def remove(judge: Judge, *, by: int | None) -> None:
    """Take somebody off the panel who has no sheet yet.

    Raises:
        Refused: they have one, or the round is closed or cancelled.
    """
    round = judge.round
    _open(round)
    # A judge's own saves lock the judge, too: no sheet can come in between.
    lock(judge)
    if db.session.scalar(select(exists().where(ScoreSheet.judge_id == judge.id))):
        raise Refused(
            N_("%(label)s has begun to judge and can't be taken off: let them leave the panel."), label=judge.label
        )
    _record("remove", round, judge, by=by)
    db.session.delete(judge)
    db.session.flush()


def leave(judge: Judge, *, by: int | None) -> None:
    """Let a judge leave the panel: their sheets stay, and don't count.

    Raises:
        Refused: the round is closed or cancelled.
    """
    round = judge.round
    _open(round)
    lock(judge)
    if judge.withdrawn_at is None:
        judge.withdrawn_at = clock.now()
        _record("withdraw", round, judge, by=by)


def _back(round: Round, judge: Judge, *, by: int | None) -> Judge:
    lock(judge)
    if judge.withdrawn_at is None:
        raise Refused(N_("This person is on the panel already, as %(label)s."), label=judge.label)
    judge.withdrawn_at = None
    _record("put back", round, judge, by=by)
    return judge


def _open(round: Round) -> None:
    lock(round)
    if round.judging_from is None:
        raise Refused(N_("This round has no judges: the votes alone decide."))
    if not may_change(round, at=clock.now()):
        raise Refused(N_("The round is over: its panel can't change any more."))


def _label(panel: list[Judge], wanted: str) -> str:
    taken = {judge.label for judge in panel}
    if wanted in taken:
        raise LabelTaken(N_("%(label)s is somebody else on this panel."), label=wanted)
    numbered = (f"{NAME}{number}" for number in range(len(STEMS) + 1, len(STEMS) + MOST + 1))
    names = (*(NAME + stem for stem in STEMS), *numbered)
    return wanted[:LONGEST_LABEL] or next(name for name in names if name not in taken)


def _record(action: str, round: Round, judge: Judge, *, by: int | None) -> None:
    """A judge's own calendar shows when they judge, so the round has changed for them."""
    round.changed_at = clock.now()
    changes = {"label": [None, judge.label]} if action == "add" else {}
    trail.record(action, judge, by=by, place_id=round.subdistrict_id, changes=changes)
