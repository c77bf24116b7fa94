"""Who may do what with a contest."""

from datetime import datetime

from ..people.models import Account, Role
from ..people.roles import OFFICE, STAFF, keeps, scope, works_in
from ..places.models import Place
from . import windows
from .models import Entry, EntryState, Round

REVIEWING = (*OFFICE, Role.SECRETARY)
"""Who lets an entry be published."""


def can_keep(account: Account | None, subdistrict: Place) -> bool:
    """Rounds, their panels and what is decided after the close: the office alone."""
    return works_in(account, subdistrict)


def can_see(account: Account | None, round: Round) -> bool:
    """A draft is the office's; everything else is everyone's."""
    return round.published_at is not None or works_in(account, round.subdistrict)


def can_read_result(account: Account | None, round: Round, *, at: datetime) -> bool:
    """Nobody reads a score or a number of votes before the close, whoever they are."""
    return windows.is_closed(round, at=at) and can_see(account, round)


def can_take_down(account: Account | None, round: Round) -> bool:
    """Votes of people whom they know, and paper ballots: the staff of the sub-district."""
    reach = scope(account, STAFF)
    return reach.everywhere or any(
        own.startswith(round.subdistrict.path) or round.subdistrict.path.startswith(own) for own in reach.paths
    )


def can_enter_for_others(account: Account | None, place: Place) -> bool:
    """A liaison, a secretary or the office enters for a resident of their place."""
    return keeps(account, place, STAFF)


def can_change(account: Account | None, entry: Entry) -> bool:
    """An entry and its photos: who entered it, and the staff of its place; no longer whoever typed it as such."""
    return account is not None and (account.person_id == entry.person_id or keeps(account, entry.place, STAFF))


def can_see_entry(account: Account | None, entry: Entry) -> bool:
    """Published ones are everyone's; the others are seen by who may change them."""
    published = entry.state is EntryState.PUBLISHED and can_see(account, entry.round)
    return published or can_change(account, entry)


def can_review(account: Account | None, entry: Entry) -> bool:
    """The office and the community's secretary, never of an entry of their own or one they typed."""
    if account is None or account.person_id == entry.person_id or account.id == entry.by_id:
        return False
    return keeps(account, entry.place, REVIEWING)
