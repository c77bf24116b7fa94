"""Conflicts of interest (利益关系): whose entry somebody can't judge.

That is what they entered or typed themselves, and what somebody of their family entered. A family is as
``people.family.household`` says, also one that ended: here for a panel and all its entries at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from enum import StrEnum

from sqlalchemy import select

from ...database import db
from ...errors import N_, Message, message
from ...people.models import Account, FamilyMember
from ..models import Entry, Judge


class Conflict(StrEnum):
    """Why a judge can't judge an entry."""

    OWN = "own"
    TYPED = "typed"
    FAMILY = "family"


SENTENCES = {
    Conflict.OWN: N_("You entered this yourself, so you can't judge it."),
    Conflict.TYPED: N_("You wrote this entry for somebody else, so you can't judge it."),
    Conflict.FAMILY: N_("Somebody of your family entered this, so you can't judge it."),
}


def sentence(conflict: Conflict) -> Message:
    """What the judge is told."""
    return message(SENTENCES[conflict])


def between(judges: Iterable[Judge], entries: Sequence[Entry]) -> dict[tuple[int, int], Conflict]:
    """Which judges can't judge which entries: by (judge's id, entry's id), in a fixed number of queries."""
    people = {judge.id: judge.person_id for judge in judges if judge.person_id is not None}
    families = _families(set(people.values()) | {entry.person_id for entry in entries})
    typists = _typists(entries)
    return {
        (judge_id, entry.id): conflict
        for judge_id, person_id in people.items()
        for entry in entries
        if (conflict := _conflict(person_id, entry, typists, families)) is not None
    }


def of_person(person_id: int, entry: Entry) -> Conflict | None:
    """Why a person can't decide about an entry either, who is no judge."""
    return _conflict(person_id, entry, _typists([entry]), _families({person_id, entry.person_id}))


def _conflict(person_id: int, entry: Entry, typists: dict[int, int], families: dict[int, set[int]]) -> Conflict | None:
    if person_id == entry.person_id:
        return Conflict.OWN
    if entry.by_id is not None and typists[entry.by_id] == person_id:
        return Conflict.TYPED
    return Conflict.FAMILY if families[person_id] & families[entry.person_id] else None


def _typists(entries: Sequence[Entry]) -> dict[int, int]:
    """Whose accounts the entries were typed with."""
    ids = {entry.by_id for entry in entries if entry.by_id is not None}
    query = select(Account.id, Account.person_id).where(Account.id.in_(ids))
    return {row.id: row.person_id for row in db.session.execute(query)}


def _families(people: set[int]) -> defaultdict[int, set[int]]:
    """The accounts in whose families each person is: their own, and those which act or acted for them."""
    families: defaultdict[int, set[int]] = defaultdict(set)
    own = select(Account.person_id, Account.id).where(Account.person_id.in_(people))
    linked = select(FamilyMember.person_id, FamilyMember.account_id).where(FamilyMember.person_id.in_(people))
    for person_id, account_id in db.session.execute(own.union(linked)):
        families[person_id].add(account_id)
    return families
