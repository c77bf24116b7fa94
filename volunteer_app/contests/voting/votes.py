"""One vote for each resident or household in a round: given once, and it stands.

Nothing here says for whom somebody voted, neither to them nor to the trail.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from ... import clock
from ...audit import trail
from ...database import db, lock
from ...errors import N_, Message, Refused, message
from ...people.models import Person
from .. import windows
from ..models import Channel, Entry, EntryState, Round
from .households import Household, by_household
from .keys import insert_new
from .models import Vote

Voter = Person | Household
VOTED = N_("You have voted in this round already. A vote that was given stands.")
VOTED_TOLD = N_("A vote of this voter is there already. A vote that was given stands.")
"""The same, to whoever takes a vote down for somebody else."""


def refusal(round: Round, *, at: datetime) -> Message | None:
    """Why no votes are taken by the round's channel at a moment; None where they are."""
    if windows.may_vote(round, at=at):
        return None
    if round.cancelled_at is not None:
        return message(N_("This round was cancelled."))
    if round.voting_from is None or round.voting_until is None:
        return message(N_("There is no voting in this round."))
    if round.published_at is None or clock.local(at).date() < round.voting_from:
        return message(N_("Voting hasn't begun yet."))
    return message(N_("Voting is over."))


def cast(
    round: Round,
    entry: Entry,
    *,
    person: Person | None = None,
    household: Household | None = None,
    channel: Channel,
    by: int | None,
) -> int:
    """Give the one vote of a resident, or of a household; return its id.

    Args:
        person: who votes; None for a household's card, which names nobody.
        household: in a round by household, whose vote it is.
        by: id of the account that acts.

    Raises:
        Refused: voting isn't open or goes another way, the entry takes no part, or this voter has voted already.
    """
    why = refusal(round, at=clock.now())
    if why:
        raise Refused(why.text)
    if channel is not round.channel:
        raise Refused(N_("Votes of this round are given in another way."))
    vote_id = put(round, entry, person=person, household=household, channel=channel, by=by)
    if vote_id is None:
        raise Refused(VOTED_TOLD if channel is Channel.STAFF else VOTED)
    return vote_id


def put(
    round: Round,
    entry: Entry,
    *,
    person: Person | None = None,
    household: Household | None = None,
    channel: Channel,
    by: int | None,
) -> int | None:
    """Insert a vote where the voter has none, and return its id; the window is the caller's to check.

    Whose entry was taken out of the contest may vote for another one: that vote counted for nothing.

    Raises:
        Refused: the entry takes no part in this round, or the voter isn't of the kind that the round asks for.
    """
    check_entry(round, entry)
    if (household is not None) != by_household(round) or (person is None and household is None):
        raise Refused(N_("Say whose vote it is."))
    if household and household.building.subdistrict_id != round.subdistrict_id:
        raise Refused(N_("This building belongs to another sub-district."))
    last = round.voting_until
    row = {
        "round_id": round.id,
        "entry_id": entry.id,
        "person_id": person and person.id,
        "building_id": household and household.building.id,
        "door": household and household.door,
        "channel": channel,
        # Paper may be typed until the close; it was cast in time.
        "day": min(clock.today(), last) if last else clock.today(),
        "by_id": by,
    }
    made = insert_new(Vote, [row], Vote.id)
    vote = db.session.get_one(Vote, made[0].id) if made else _freed(row)
    if vote is None:
        return None
    trail.record("vote", vote, by=by, place_id=round.subdistrict_id)
    return vote.id


def _freed(row: Mapping[str, Any]) -> Vote | None:
    """The voter's vote for an entry that takes no part any more, which is given anew as *row* says; None for others."""
    theirs = (Vote.person_id == row["person_id"]) if row["door"] is None else _at_door(row["building_id"], row["door"])
    gone = select(Vote).join(Entry, Vote.entry_id == Entry.id).where(Entry.state != EntryState.PUBLISHED)
    vote = db.session.scalar(gone.where(Vote.round_id == row["round_id"], theirs))
    if vote is None:
        return None
    before = vote.entry_id
    lock(vote)
    if vote.entry_id != before:  # given anew in the meantime
        return None
    for name in ("entry_id", "channel", "day", "by_id"):
        setattr(vote, name, row[name])
    db.session.flush()
    return vote


def _at_door(building_id: int, door: str) -> ColumnElement[bool]:
    return and_(Vote.building_id == building_id, Vote.door == door)


def check_entry(round: Round, entry: Entry) -> None:
    """Raise Refused where *entry* takes no part in *round*."""
    if entry.round_id != round.id or entry.state is not EntryState.PUBLISHED:
        raise Refused(N_("This entry doesn't take part any more. Choose another one."))


def entry_of(round: Round, entry_id: int) -> Entry | None:
    """The entry of this id that takes part in *round*."""
    query = select(Entry).where(Entry.id == entry_id, Entry.round_id == round.id)
    return db.session.scalar(query.where(Entry.state == EntryState.PUBLISHED))


def has_voted(round: Round, *, person: Person | None = None, household: Household | None = None) -> bool:
    """Whether this voter has given a vote to an entry that takes part: for their own page, never for which."""
    query = select(Vote.id).join(Entry, Vote.entry_id == Entry.id)
    query = query.where(Vote.round_id == round.id, Entry.state == EntryState.PUBLISHED)
    if household:
        at_door = query.where(_at_door(household.building.id, household.door))
        if db.session.scalar(at_door) is not None:
            return True
    return person is not None and db.session.scalar(query.where(Vote.person_id == person.id)) is not None


def rotated(entries: Sequence[Entry], round: Round, voter: str) -> list[Entry]:
    """The entries in their order, beginning elsewhere for each voter: none stands first more often than another.

    Args:
        voter: what tells this voter from others; the same order each time.
    """
    if not entries:
        return []
    digest = hashlib.sha256(f"{round.slug} {voter}".encode()).digest()
    start = int.from_bytes(digest[:8]) % len(entries)
    return [*entries[start:], *entries[:start]]
