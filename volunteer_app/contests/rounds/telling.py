"""Who has to be told of something in a contest: whose entry was sent back, and all who take part in a cancelled round.

They stand on a list of the office and of the community's secretary, who call them and tick them off.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from ... import clock
from ...activities.calls import mark_told, mark_untold
from ...database import db, lock
from ...notifications import outbox
from ...notifications.models import Notice, NoticeKind
from ...people.models import Account, Person
from ...people.roles import keeps, scope
from ...places.models import Place
from ..access import REVIEWING
from ..models import Entry, EntryState, Judge, Round
from ..queries import undecided

KINDS = (NoticeKind.ENTRY_RETURNED, NoticeKind.ROUND_CANCELLED)
CALLED_FOR = timedelta(days=30)
"""How long somebody is called about a cancelled round."""


@dataclass(frozen=True, slots=True)
class Call:
    """A notice with whom it's for, what it's about, and who has told them."""

    notice: Notice
    person: Person
    round: Round
    entry: Entry | None
    """None for a judge."""
    told_by: str = ""


def sent_back(entry: Entry) -> None:
    """Whoever entered it has to be told that it was sent back."""
    outbox.tell(
        NoticeKind.ENTRY_RETURNED,
        person_id=entry.person_id,
        place_id=entry.place_id,
        values={"round": entry.round.slug, "entry": entry.slug},
    )


def cancelled(round: Round, *, by: int | None) -> None:
    """Those who take part have to be told that the round is cancelled, each once: who entered, and the judges.

    Args:
        by: id of the account that cancels it; its own person knows.
    """
    own = select(Account.person_id).where(Account.id == by)
    taking_part = select(Entry.person_id, Entry.place_id, Entry.slug).where(
        Entry.round_id == round.id, Entry.state != EntryState.WITHDRAWN, Entry.person_id.not_in(own)
    )
    told = set()
    for person_id, place_id, slug in db.session.execute(taking_part.order_by(Entry.id)):
        if person_id not in told:
            told.add(person_id)
            _tell_cancelled(person_id, place_id, round=round.slug, entry=slug)
    judges = select(Judge.person_id).where(Judge.round_id == round.id, Judge.withdrawn_at.is_(None))
    for judge_id in db.session.scalars(judges.where(Judge.person_id.not_in(own)).order_by(Judge.id)):
        if judge_id is not None and judge_id not in told:
            _tell_cancelled(judge_id, round.subdistrict_id, round=round.slug)


def open_calls(account: Account, *, limit: int, offset: int = 0) -> list[Call]:
    """Who must still be told where *account* reviews, the longest waiting first."""
    query = _query(account, _is_open()).order_by(Notice.made_at, Notice.id)
    return [Call(*row) for row in db.session.execute(query.limit(limit).offset(offset))]


def how_many(account: Account) -> int:
    """How many calls are still to be made."""
    ids = _query(account, _is_open()).with_only_columns(Notice.id)
    return db.session.scalar(select(func.count()).select_from(ids.subquery())) or 0


def told(account: Account, *, since: datetime, limit: int) -> Sequence[Call]:
    """Who was told since a moment and by whom, the latest first."""
    teller, name = aliased(Account), aliased(Person)
    query = (
        _query(account, Notice.told_by_id.is_not(None) & Person.anonymised_at.is_(None) & (Notice.told_at >= since))
        .outerjoin(teller, Notice.told_by_id == teller.id)
        .outerjoin(name, teller.person_id == name.id)
        .add_columns(func.coalesce(name.name, ""))
        .order_by(Notice.told_at.desc(), Notice.id.desc())
    )
    return [Call(*row) for row in db.session.execute(query.limit(limit))]


def find(notice_id: int, account: Account) -> Notice | None:
    """A notice about a contest that *account* may tell."""
    notice = db.session.get(Notice, notice_id)
    if notice is None or notice.kind not in KINDS:
        return None
    place = db.session.get(Place, notice.place_id)
    return notice if place and keeps(account, place, REVIEWING) else None


def tick(notice: Notice, *, by: int) -> None:
    """They were told; whoever is ticked off already stays so, with who did it first."""
    lock(notice)
    mark_told(notice, by=by, place_id=notice.place_id)


def untick(notice: Notice, *, by: int) -> None:
    """They weren't told after all."""
    lock(notice)
    mark_untold(notice, by=by, place_id=notice.place_id)


def _tell_cancelled(person_id: int, place_id: int, **about: str) -> None:
    outbox.tell(NoticeKind.ROUND_CANCELLED, person_id=person_id, place_id=place_id, values=about)


def _is_open() -> ColumnElement[bool]:
    """Nobody is called about what is settled or too late, and nobody can call who has no name any more."""
    waits = and_(Notice.kind == NoticeKind.ENTRY_RETURNED, Entry.state == EntryState.RETURNED)
    # An entry may be sent back again, or become somebody else's: only the last time counts.
    waits &= Notice.made_at >= Entry.decided_at
    waits &= Round.cancelled_at.is_(None) & undecided(clock.today())
    off = and_(Notice.kind == NoticeKind.ROUND_CANCELLED, Notice.made_at >= clock.now() - CALLED_FOR)
    return Notice.told_at.is_(None) & Person.anonymised_at.is_(None) & or_(waits, off)


def _query(account: Account, which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(Notice, Person, Round, Entry)
        .join(Person, Notice.person_id == Person.id)
        .join(Place, Notice.place_id == Place.id)
        .join(Round, Round.slug == Notice.values["round"].as_string())
        .outerjoin(Entry, Entry.slug == Notice.values["entry"].as_string())
        .where(Notice.kind.in_(KINDS), which)
        .where(scope(account, REVIEWING).within(Place.path))
    )
