"""Review of entries before everyone sees them: by the office and the community's secretary, never of one's own.

Of several at once those go through that can; each of the others is named with its reason.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from ... import clock
from ...audit import trail
from ...database import by_code_point, db, lock, lock_all
from ...errors import N_, BadInput, Message, Refused, message
from ...people.models import Account
from ...people.roles import keeps, scope
from ...places.models import Place
from .. import windows
from ..access import REVIEWING
from ..models import Entry, EntryPhoto, EntryState, Round
from . import photos, telling, upkeep

LONGEST_REASON = 100
CHANGED = N_("It was changed in the meantime: look at it again.")


@dataclass(slots=True)
class Outcome:
    """What became of entries that somebody published at once."""

    published: list[Entry] = field(default_factory=list)
    """Those that are published now, also where they were before."""
    left_out: list[tuple[Entry, Message]] = field(default_factory=list)
    """Those that are not, each with its reason."""


def can_open(account: Account | None, round: Round) -> bool:
    """Whether *account* reviews in some place of the round's sub-district."""
    reach, around = scope(account, REVIEWING), round.subdistrict.path
    return reach.everywhere or any(own.startswith(around) or around.startswith(own) for own in reach.paths)


def can_decide(account: Account | None, entry: Entry) -> bool:
    """Whether the entry lies where *account* reviews; whether it's their own is another question."""
    return keeps(account, entry.place, REVIEWING)


def waiting(round: Round, account: Account) -> Select[Entry]:
    """A query of the entries that wait for review where *account* reviews, the oldest first."""
    query = select(Entry).join(Entry.place).options(contains_eager(Entry.place), joinedload(Entry.person))
    query = query.where(Entry.round_id == round.id, Entry.state == EntryState.WAITING)
    query = query.where(scope(account, REVIEWING).within(Place.path))
    return query.order_by(Entry.entered_on, by_code_point(Entry.name))


def hindrance(account: Account, entry: Entry) -> Message | None:
    """Why *account*, where they review, can't decide about this one; None where they can."""
    if account.person_id == entry.person_id:
        return message(N_("Nobody reviews their own entry."))
    if account.id == entry.by_id:
        return message(N_("Nobody reviews what they have entered themselves."))
    if entry.round.cancelled_at is not None:
        return message(N_("The contest is cancelled."))
    if windows.is_closed(entry.round, at=clock.now()):
        return message(N_("The contest is closed: what takes part stays as it is."))
    return None


def mark(entry: Entry, rows: Sequence[EntryPhoto]) -> str:
    """What an entry says, in a few characters: who publishes it publishes this, and not what it became meanwhile."""
    said = entry.state, entry.name, entry.place_id, entry.about, [(row.photo_id, row.alt) for row in rows]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def find(round: Round, ids: Sequence[int]) -> list[Entry]:
    """The entries of these ids in a round, with places and entrants."""
    query = select(Entry).options(joinedload(Entry.person), joinedload(Entry.place))
    return list(db.session.scalars(query.where(Entry.id.in_(ids), Entry.round_id == round.id).order_by(Entry.id)))


def publish(round: Round, entries: Sequence[Entry], marks: Mapping[int, str], *, by: Account) -> Outcome:
    """Publish entries where *by* may decide (``can_decide``); published twice, it's once.

    Args:
        marks: for each id what was looked at, as ``mark`` says it.
    """
    lock(round)
    # Held on to, so that the rows that are read afresh find their people and places without asking.
    around = [(entry.person, entry.place, entry.round) for entry in entries]
    lock_all(entries)
    rows = photos.of_entries(entries)
    outcome, fresh = Outcome(), []
    for entry in entries:
        if entry.state is EntryState.PUBLISHED:
            outcome.published.append(entry)
        elif reason := hindrance(by, entry) or _changed(entry, rows.get(entry.id, []), marks.get(entry.id, "")):
            outcome.left_out.append((entry, reason))
        else:
            fresh.append((entry.id, _settle(entry, EntryState.PUBLISHED, "", by=by)))
            outcome.published.append(entry)
    db.session.flush()
    trail.record_many("publish", Entry.__tablename__, fresh, by=by.id, place_id=round.subdistrict_id, reason="")
    del around
    return outcome


def return_(entry: Entry, reason: str, seen: str, *, by: Account) -> None:
    """Send an entry back to whoever entered it, to be corrected, and have them told; twice is once.

    One that was published goes back in the same way until judging or voting begins.

    Args:
        seen: what was looked at, as ``mark`` says it.

    Raises:
        BadInput: there is no reason, or it's too long.
        Refused: it's one's own, or it was changed or decided meanwhile.
    """
    reason = reason.strip()
    if not reason:
        raise BadInput(N_("Say why: whoever entered it reads it."))
    if len(reason) > LONGEST_REASON:
        raise BadInput(N_("A reason has at most %(most)d characters."), most=LONGEST_REASON)
    lock(entry.round)
    lock(entry)
    if entry.state is EntryState.RETURNED and entry.reason == reason:
        return
    problem = hindrance(by, entry)
    if problem is None and upkeep.is_looked_at(entry, at=clock.now()):
        problem = message(N_("Judging or voting has begun: it can be withdrawn, and no longer sent back."))
    if problem is None and (entry.state is EntryState.WITHDRAWN or seen != mark(entry, photos.of(entry))):
        problem = message(CHANGED)
    if problem:
        raise Refused(problem.text, **problem.values)
    changes = _settle(entry, EntryState.RETURNED, reason, by=by)
    telling.sent_back(entry)
    db.session.flush()
    trail.record("return", entry, by=by.id, place_id=entry.round.subdistrict_id, reason=reason, changes=changes)


def _changed(entry: Entry, rows: Sequence[EntryPhoto], seen: str) -> Message | None:
    """Why an entry isn't any more what somebody looked at."""
    if entry.state is EntryState.RETURNED:
        return message(N_("It was sent back in the meantime."))
    if entry.state is EntryState.WITHDRAWN:
        return message(N_("It was withdrawn in the meantime."))
    return None if mark(entry, rows) == seen else message(CHANGED)


def _settle(entry: Entry, state: EntryState, reason: str, *, by: Account) -> dict[str, list[str]]:
    """Write what was decided, and return what the trail says of it."""
    changes = upkeep.settle(entry, state)
    entry.reason, entry.decided_at, entry.decided_by_id = reason, clock.now(), by.id
    return changes
