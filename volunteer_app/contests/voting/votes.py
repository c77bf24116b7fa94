"""One vote for each resident or household in a round: given once, and it stands.

Nothing here says for whom somebody voted, neither to them nor to the trail.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from ... import clock
from ...audit import trail
from ...database import db
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
    if not made:
        return None
    vote = db.session.get_one(Vote, made[0].id)
    trail.record("vote", vote, by=by, place_id=round.subdistrict_id)
    return vote.id


def check_entry(round: Round, entry: Entry) -> None:
    """Raise Refused where *entry* takes no part in *round*."""
    if entry.round_id != round.id or entry.state is not EntryState.PUBLISHED:
        raise Refused(N_("This entry doesn't take part any more. Choose another one."))


def entry_of(round: Round, entry_id: int) -> Entry | None:
    """The entry of this id that takes part in *round*."""
    query = select(Entry).where(Entry.id == entry_id, Entry.round_id == round.id)
    return db.session.scalar(query.where(Entry.state == EntryState.PUBLISHED))


def has_voted(round: Round, *, person: Person | None = None, household: Household | None = None) -> bool:
    """Whether this voter has given a vote: for the voter's own page, never for whom."""
    query = select(Vote.id).where(Vote.round_id == round.id)
    if household:
        at_door = query.where(Vote.building_id == household.building.id, Vote.door == household.door)
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
