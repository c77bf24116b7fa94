"""Objections (异议): anyone may object while a result is in publication (公示); the office answers each of them.

Who objected, and how to reach them, is for the office alone. The answer stands on the result's page, and no result
stands before the last one is given.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from ... import clock, deliveries
from ...audit import trail
from ...database import db, lock
from ...errors import N_, BadInput, Refused
from ...people.models import Account
from ...people.phones import clean_name, clean_phone
from .. import windows
from ..models import Entry, Objection, ObjectionState, Round

LONGEST = 500
"""Characters of an objection, and of its answer."""
MOST = 3
"""Objections of one phone number to one result."""


def may_object(round: Round) -> bool:
    """Whether objections are taken now."""
    return windows.phase(round, at=clock.now()) is windows.Phase.NOTICE


def make(
    round: Round, *, name: str, phone: str, text: str, entry: Entry | None, key: str, by: Account | None = None
) -> Objection | None:
    """Note an objection; None where the same form came before.

    Args:
        entry: the one that it's about; None for the whole result.
        key: of the form.
        by: who is signed in, if anybody.

    Raises:
        BadInput: there is no name or text, or no such phone number.
        Refused: nobody can object now, or this number did so MOST times.
    """
    name, phone, text = clean_name(name), clean_phone(phone), text.strip()
    if not name or not text:
        raise BadInput(N_("Say who you are, and what isn't right."))
    lock(round)
    if not deliveries.is_new(key):
        return None
    if not may_object(round):
        raise Refused(
            N_("Objections are taken from the close until %(day)s."), day=windows.notice_until(round).isoformat()
        )
    same = select(func.count()).where(Objection.round_id == round.id, Objection.phone == phone)
    if (db.session.scalar(same) or 0) >= MOST:
        raise Refused(N_("You've objected several times already. Call the office, please."))
    objection = Objection(
        round_id=round.id,
        entry_id=entry.id if entry and entry.round_id == round.id else None,
        name=name,
        phone=phone,
        person_id=by.person_id if by else None,
        text=text[:LONGEST],
        made_at=clock.now(),
    )
    db.session.add(objection)
    db.session.flush()
    trail.record("add", objection, by=None, place_id=round.subdistrict_id)
    return objection


def answer(objection: Objection, state: ObjectionState, text: str, *, by: int | None) -> None:
    """Uphold or dismiss an objection, with an answer for everyone to read; the same once more changes nothing.

    Raises:
        BadInput: there is no answer, or it's neither upheld nor dismissed.
        Refused: it has another answer already.
    """
    text = text.strip()
    if not text or state is ObjectionState.OPEN:
        raise BadInput(N_("Say whether it's upheld, and why."))
    lock(objection.round)
    lock(objection)
    if objection.state is not ObjectionState.OPEN:
        if (objection.state, objection.answer) == (state, text):
            return
        raise Refused(N_("Somebody has answered this objection already."))
    objection.state, objection.answer = state, text[:LONGEST]
    objection.decided_at, objection.decided_by_id = clock.now(), by
    db.session.flush()
    changes = {"state": [ObjectionState.OPEN, state]}
    trail.record("decide", objection, by=by, place_id=objection.round.subdistrict_id, changes=changes)


def of(round: Round) -> Sequence[Objection]:
    """The objections to a result with what they're about, the latest first: one query."""
    query = select(Objection).options(joinedload(Objection.entry)).where(Objection.round_id == round.id)
    return db.session.scalars(query.order_by(Objection.id.desc())).all()


def forget(*, name: str, phone: str | None, erased: str) -> None:
    """Take away who objected: the words stay, since an answer stands on them.

    Args:
        erased: what stands for the name from now on.
    """
    whose = Objection.name == name, Objection.phone == phone
    db.session.execute(update(Objection).where(*whose).values(name=erased, phone=""))


def forget_old(*, before: datetime, erased: str) -> None:
    """Take away who objected as long ago: names and phones are kept as long as those of people in no roster [P §47].

    Args:
        erased: what stands for the name from now on.
    """
    old = Objection.made_at < before, Objection.state != ObjectionState.OPEN, Objection.name != erased
    db.session.execute(update(Objection).where(*old).values(name=erased, phone=""))
