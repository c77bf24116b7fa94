"""Paper ballots (纸质选票): two people read each one, the second without seeing what the first has read.

Where both read the same, it becomes a vote; where they differ, it's read again until two people agree. It counts if
it's typed before the close: from then on the result is read, and nothing is added.
"""

from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, true
from sqlalchemy.orm import joinedload

from ... import clock
from ...activities.visibility import people_of
from ...audit import trail
from ...database import db, lock
from ...errors import N_, Refused
from ...people.models import Account, Person
from ...people.roles import STAFF, scope, works_in
from ...places.models import Place
from .. import windows
from ..models import Channel, Entry, Round
from . import votes
from .households import Household, by_household
from .keys import insert_new
from .models import PaperBallot
from .votes import Voter


class Standing(Enum):
    """How far the reading of a ballot is."""

    HALF = "half"
    """One person has read it."""
    DIFFERS = "differs"
    """Two people read different things."""
    COUNTED = "counted"
    NOT_COUNTED = "not counted"
    """Both read the same, but the voter's vote was there already."""


def standing(ballot: PaperBallot) -> Standing:
    """How far the reading of *ballot* is."""
    if ballot.second_by_id is None:
        return Standing.HALF
    if ballot.vote_id is not None:
        return Standing.COUNTED
    return Standing.NOT_COUNTED if ballot.first_entry_id == ballot.second_entry_id else Standing.DIFFERS


def may_read(round: Round, *, at: datetime) -> bool:
    """Whether ballots are typed: from the first day of voting until the close."""
    if not round.paper or round.published_at is None or round.cancelled_at is not None or round.voting_from is None:
        return False
    return clock.midnight(round.voting_from) <= at < windows.closes_at(round)


def read_first(round: Round, voter: Voter, entry: Entry, *, by: Account) -> PaperBallot:
    """Note what the first of two people read; the same sent twice is noted once.

    Args:
        voter: the household in a round by household, else the person.

    Raises:
        Refused: ballots aren't typed now, the entry takes no part, or a ballot of this voter was read before.
    """
    _check(round, voter, entry)
    row = {"round_id": round.id, "first_entry_id": entry.id, "first_by_id": by.id, "first_at": clock.now()}
    made = insert_new(PaperBallot, [row | _columns(voter)], PaperBallot.id)
    if made:
        ballot = db.session.get_one(PaperBallot, made[0].id)
        trail.record("read", ballot, by=by.id, place_id=round.subdistrict_id)
        return ballot
    ballot = db.session.scalars(_of(round, voter)).one()
    if ballot.second_by_id is None and (ballot.first_by_id, ballot.first_entry_id) == (by.id, entry.id):
        return ballot
    raise Refused(N_("A ballot of this voter was read before. Enter it as the second reading."))


def read_second(round: Round, voter: Voter, entry: Entry, *, by: Account) -> PaperBallot:
    """Note what another person read, and count the ballot where both read the same; the same sent twice is noted once.

    Raises:
        Refused: ballots aren't typed now, nobody has read it first, it was the same person, or two have read it.
    """
    _check(round, voter, entry)
    ballot = db.session.scalar(_of(round, voter))
    if ballot is None:
        raise Refused(N_("Nobody has read a ballot of this voter yet. Compare name and number, or read it first."))
    lock(ballot)
    if _is_reader(ballot.first_by_id, by):
        raise Refused(N_("You have read this ballot first: the second reading is another person's."))
    if ballot.second_by_id is None:
        _take_second(ballot, entry, by)
        _settle(ballot, entry, by)
    elif (ballot.second_by_id, ballot.second_entry_id) != (by.id, entry.id):
        raise Refused(N_("Two people have read this ballot already."))
    return ballot


def may_read_again(ballot: PaperBallot, account: Account) -> bool:
    """Whether *account* may read a ballot anew on which two people differ: each of them, or the office."""
    readers = (ballot.first_by_id, ballot.second_by_id)
    return any(_is_reader(it, account) for it in readers) or works_in(account, ballot.round.subdistrict)


def read_again(ballot: PaperBallot, entry: Entry, *, by: Account) -> PaperBallot:
    """Note what one of the two, or somebody of the office, reads now; it counts as soon as two people agree.

    Who stands in for a third reading: whoever of the two read something else.

    Raises:
        Refused: ballots aren't typed now, the entry takes no part, or *by* may not read it.
    """
    lock(ballot)
    round = ballot.round
    _check(round, None, entry)
    if not may_read_again(ballot, by):
        raise Refused(N_("Only the two who have read it, or the office, read it again."))
    if standing(ballot) is not Standing.DIFFERS:
        return ballot
    third = not any(_is_reader(it, by) for it in (ballot.first_by_id, ballot.second_by_id))
    if _is_reader(ballot.first_by_id, by) or (third and entry.id == ballot.second_entry_id):
        ballot.first_entry_id, ballot.first_by_id, ballot.first_at = entry.id, by.id, clock.now()
        trail.record("read", ballot, by=by.id, place_id=round.subdistrict_id)
    else:
        _take_second(ballot, entry, by)
    _settle(ballot, entry, by)
    return ballot


def unfinished(round: Round, account: Account) -> list[PaperBallot]:
    """The ballots of *round* that don't count (yet), in the order of their first reading: one query.

    The office sees them all, others those of people and buildings in their scope, and those that they have read.
    """
    query = select(PaperBallot).options(joinedload(PaperBallot.person), joinedload(PaperBallot.building))
    query = query.where(PaperBallot.round_id == round.id, PaperBallot.vote_id.is_(None))
    return list(db.session.scalars(query.where(_inside(round, account)).order_by(PaperBallot.id)))


def one(round: Round, ballot_id: int, account: Account) -> PaperBallot | None:
    """A ballot of *round* that is within the account's reach."""
    query = select(PaperBallot).options(joinedload(PaperBallot.person), joinedload(PaperBallot.building))
    query = query.where(PaperBallot.round_id == round.id, PaperBallot.id == ballot_id)
    return db.session.scalar(query.where(_inside(round, account)))


def _inside(round: Round, account: Account) -> ColumnElement[bool]:
    if works_in(account, round.subdistrict):
        return true()
    reach = scope(account, STAFF)
    people = people_of(reach, subdistrict=round.subdistrict).order_by(None).with_only_columns(Person.id)
    return or_(
        PaperBallot.first_by_id == account.id,
        PaperBallot.second_by_id == account.id,
        PaperBallot.person_id.in_(people),
        PaperBallot.building_id.in_(select(Place.id).where(reach.within(Place.path))),
    )


def _check(round: Round, voter: Voter | None, entry: Entry) -> None:
    if not round.paper:
        raise Refused(N_("There are no paper ballots in this round."))
    if not may_read(round, at=clock.now()):
        raise Refused(N_("Paper ballots are typed from the first day of voting until the round closes."))
    if voter is not None and isinstance(voter, Household) != by_household(round):
        raise Refused(N_("Say whose vote it is."))
    if isinstance(voter, Household) and voter.building.subdistrict_id != round.subdistrict_id:
        raise Refused(N_("This building belongs to another sub-district."))
    votes.check_entry(round, entry)


def _columns(voter: Voter) -> dict[str, Any]:
    if isinstance(voter, Household):
        return {"building_id": voter.building.id, "door": voter.door}
    return {"person_id": voter.id}


def _of(round: Round, voter: Voter) -> Select[PaperBallot]:
    return select(PaperBallot).where(PaperBallot.round_id == round.id).filter_by(**_columns(voter))


def _is_reader(account_id: int | None, by: Account) -> bool:
    """Whether it's the same human: somebody may have two accounts."""
    return account_id is not None and db.session.get_one(Account, account_id).person_id == by.person_id


def _take_second(ballot: PaperBallot, entry: Entry, by: Account) -> None:
    ballot.second_entry_id, ballot.second_by_id, ballot.second_at = entry.id, by.id, clock.now()
    trail.record("read", ballot, by=by.id, place_id=ballot.round.subdistrict_id)


def _settle(ballot: PaperBallot, entry: Entry, by: Account) -> None:
    if ballot.first_entry_id != ballot.second_entry_id:
        return
    building = ballot.building
    household = Household(building, ballot.door) if building is not None and ballot.door is not None else None
    ballot.vote_id = votes.put(
        ballot.round, entry, person=ballot.person, household=household, channel=Channel.PAPER, by=by.id
    )
