"""Confirming what cadres logged: by the community secretary or the liaison of the compound, or the office.

Nobody confirms their own visit. What was entered late, after the end of the week that follows the visit's, is confirmed
by the office alone. Of several at once those go through that can; each of the others is named with its reason.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from .. import clock
from ..audit import trail
from ..database import by_code_point, db, lock, lock_all
from ..errors import N_, BadInput, Message, Refused, message
from ..people.models import Account, Person
from ..people.roles import OFFICE, STAFF, Scope, scope
from ..places.models import Place
from . import claims
from .models import Visit, VisitPhoto, VisitState
from .visits import last_moment_of

LONGEST_REASON = 100
CHANGED = N_("It was changed in the meantime: look at it again.")


@dataclass(slots=True)
class Outcome:
    """What became of visits that somebody confirmed at once."""

    confirmed: list[Visit] = field(default_factory=list)
    """Those that are confirmed now, also where they were before."""
    left_out: list[tuple[Visit, Message]] = field(default_factory=list)
    """Those that are not, each with its reason."""
    gone: int = 0
    """How many are there no more."""


def waiting(subdistrict: Place, reach: Scope, *, community: Place | None = None) -> Select[Visit]:
    """A query of the visits that are over and wait for confirmation: by compound, cadre and time."""
    compound = aliased(Place)
    query = (
        select(Visit)
        .join(Visit.compound.of_type(compound))
        .join(Visit.person)
        .options(contains_eager(Visit.compound.of_type(compound)))
        .options(contains_eager(Visit.person))
        .where(
            Visit.subdistrict_id == subdistrict.id,
            Visit.state == VisitState.WAITING,
            Visit.ends_at.is_not(None),
            reach.within(compound.path),
        )
    )
    if community:
        query = query.where(compound.path.startswith(community.path))
    return query.order_by(
        compound.parent_id, compound.id, by_code_point(Person.name), Person.id, Visit.starts_at, Visit.id
    )


def photos_of(visits: Iterable[Visit]) -> dict[int, list[int]]:
    """The ids of the photos of each of these visits: one query."""
    found: dict[int, list[int]] = {visit.id: [] for visit in visits}
    query = select(VisitPhoto.visit_id, VisitPhoto.id).where(VisitPhoto.visit_id.in_(found))
    for visit_id, photo_id in db.session.execute(query.order_by(VisitPhoto.id)):
        found[visit_id].append(photo_id)
    return found


def is_late(visit: Visit) -> bool:
    """Whether it was entered after the end of the week that follows the visit's."""
    return visit.entered_at >= last_moment_of(visit.starts_at)


def mark(visit: Visit, photos: Sequence[int] = ()) -> str:
    """What a visit says, in a few characters: who confirms it confirms this, and not what it became meanwhile.

    It's another one also where somebody decided meanwhile: sent back and corrected, even to the same words, it's looked
    at again; and who sends back what waits doesn't send back what was confirmed.

    Args:
        photos: ids of its photos, as ``photos_of`` gives them.
    """
    said = (
        visit.state.value,
        _seconds(visit.decided_at),
        tuple(photos),
        visit.compound_id,
        _seconds(visit.starts_at),
        _seconds(visit.ends_at),
        visit.kind.value,
        visit.what,
        visit.problems_solved,
        visit.disputes_mediated,
        visit.activity_id,
    )
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def _seconds(moment: datetime | None) -> int | None:
    # As it's kept: the same moment has one mark in whatever zone it was said.
    return int(moment.timestamp()) if moment else None


def can_decide(account: Account | None, visit: Visit) -> bool:
    """Whether the visit lies where *account* confirms visits; whether it's their own is another question."""
    return scope(account, STAFF).holds(visit.compound.path)


def hindrance(account: Account, visit: Visit) -> Message | None:
    """Why *account*, where they confirm visits, can't confirm this one; None where they can."""
    if visit.person_id == account.person_id:
        return message(N_("Nobody confirms their own visit."))
    if visit.by_id == account.id:
        return message(N_("Nobody confirms what they have entered themselves."))
    if is_late(visit) and not scope(account, OFFICE).holds(visit.compound.path):
        return message(N_("It was entered late: only the office confirms it."))
    return None


def find(ids: list[int]) -> list[Visit]:
    """The visits of these ids, with cadres and compounds."""
    query = select(Visit).options(joinedload(Visit.person), joinedload(Visit.compound))
    return list(db.session.scalars(query.where(Visit.id.in_(ids)).order_by(Visit.id)))


def confirm(visits: list[Visit], marks: Mapping[int, str], *, by: Account) -> Outcome:
    """Confirm visits where *by* may decide (``can_decide``); confirmed twice, it's once.

    Not all or nothing: a page of twenty would otherwise fall with one. What can't be confirmed stays as it is and is
    named: one's own, a late one, one that was sent back, or one that says something else than what was looked at.

    Args:
        marks: for each id what was looked at, as ``mark`` says it.
    """
    # Held on to, so that the rows that are read afresh find their people and places without asking.
    around = [(visit.person, visit.compound) for visit in visits]
    lock_all(visits)
    outcome, photos = Outcome(), photos_of(visits)
    fresh: dict[int, list[tuple[int, dict[str, list[str]]]]] = defaultdict(list)
    for visit in visits:
        if visit.state is VisitState.CONFIRMED:
            outcome.confirmed.append(visit)
        elif reason := hindrance(by, visit) or _changed(visit, photos[visit.id], marks.get(visit.id, "")):
            outcome.left_out.append((visit, reason))
        else:
            fresh[visit.subdistrict_id].append((visit.id, _settle(visit, VisitState.CONFIRMED, "", by=by)))
            outcome.confirmed.append(visit)
    db.session.flush()
    for subdistrict_id, rows in fresh.items():
        trail.record_many("confirm", Visit.__tablename__, rows, by=by.id, place_id=subdistrict_id, reason="")
    del around
    return outcome


def send_back(visit: Visit, reason: str, seen: str, *, by: Account) -> None:
    """Send a visit back to its cadre: it counts for nothing until it's corrected and confirmed; sent twice, it's once.

    One that was confirmed goes back in the same way.

    Args:
        seen: what was looked at, as ``mark`` says it.

    Raises:
        BadInput: there is no reason, or it's too long.
        Refused: it's one's own, late and not for the office, or confirmed or changed meanwhile.
    """
    reason = reason.strip()
    if not reason:
        raise BadInput(N_("Say why: the cadre reads it."))
    if len(reason) > LONGEST_REASON:
        raise BadInput(N_("A reason has at most %(most)d characters."), most=LONGEST_REASON)
    lock(visit)
    if visit.state is VisitState.RETURNED and visit.reason == reason:
        return
    problem, photos = hindrance(by, visit), photos_of([visit])[visit.id]
    if problem is None and seen != mark(visit, photos):
        problem = _changed(visit, photos, seen)
    if problem:
        raise Refused(problem.text, **problem.values)
    changes = _settle(visit, VisitState.RETURNED, reason, by=by)
    trail.record("return", visit, by=by.id, place_id=visit.subdistrict_id, reason=reason, changes=changes)
    claims.recount(visit.person, visit.starts_at, visit.ends_at or clock.now())


def _changed(visit: Visit, photos: Sequence[int], seen: str) -> Message | None:
    """Why a visit isn't any more what somebody looked at."""
    if visit.state is VisitState.CONFIRMED:
        return message(N_("It's confirmed already."))
    if visit.state is VisitState.RETURNED:
        return message(N_("It was sent back in the meantime."))
    if visit.ends_at is None or mark(visit, photos) != seen:
        return message(CHANGED)
    return None


def _settle(visit: Visit, state: VisitState, reason: str, *, by: Account) -> dict[str, list[str]]:
    """Write what was decided, and return what the trail says of it."""
    before = visit.state
    visit.state, visit.reason, visit.decided_at, visit.decided_by_id = state, reason, clock.now(), by.id
    return {"state": [before.value, state.value]}
