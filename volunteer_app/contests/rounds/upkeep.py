"""What may still be done with an entry, and what a change does to its state: pages and verbs ask here."""

from datetime import datetime

from ...errors import N_, Message, Refused, message
from ...people.models import Account
from .. import access, windows
from ..models import Entry, EntryState


def hindrance(entry: Entry, account: Account, *, at: datetime) -> Message | None:
    """Why *account*, who may change the entry, can't do so now; None where they can.

    Until it's published an entry can be changed. A published one goes back to review by being changed, so that's
    possible only while entries are taken; whoever reviews can put something right until the close.
    """
    if problem := _over(entry, at=at):
        return problem
    if entry.state is EntryState.WITHDRAWN:
        return message(N_("It's withdrawn: enter it again first."))
    published = entry.state is EntryState.PUBLISHED
    if published and not windows.may_enter(entry.round, at=at) and not access.can_review(account, entry):
        return message(N_("Entries are closed, and it's published: ask the office to change something."))
    return None


def hindrance_to_withdraw(entry: Entry, *, at: datetime) -> Message | None:
    """Why the entry can't be withdrawn now; None where it can, and where it's withdrawn already."""
    if windows.is_closed(entry.round, at=at):
        return message(N_("The contest is closed: only the office can take something out of it now."))
    return None


def hindrance_to_send_again(entry: Entry, *, at: datetime) -> Message | None:
    """Why what was returned or withdrawn can't be sent in again; None where it can, and where it's there already."""
    if problem := _over(entry, at=at):
        return problem
    if entry.state is EntryState.WITHDRAWN and not windows.may_enter(entry.round, at=at):
        return message(N_("Entries are closed: it can't be entered again."))
    return None


def is_looked_at(entry: Entry, *, at: datetime) -> bool:
    """Whether judges give it points, or residents their votes: from then on it stays what it is."""
    return entry.state is EntryState.PUBLISHED and windows.has_begun(entry.round, at=at)


def refuse(problem: Message | None) -> None:
    """Stop here where there is a problem.

    Raises:
        Refused: there is.
    """
    if problem:
        raise Refused(problem.text, **problem.values)


def settle(entry: Entry, state: EntryState) -> dict[str, list[str]]:
    """Put the entry, which is locked, into a state, and return what the trail says of it."""
    before, entry.state = entry.state, state
    if state is EntryState.WAITING:
        entry.reason, entry.decided_at, entry.decided_by_id = "", None, None
    return {} if before is state else {"state": [before.value, state.value]}


def look_again(entry: Entry, account: Account) -> dict[str, list[str]]:
    """What was published and then changed by somebody who doesn't review it waits for review again."""
    if entry.state is not EntryState.PUBLISHED or access.can_review(account, entry):
        return {}
    return settle(entry, EntryState.WAITING)


def _over(entry: Entry, *, at: datetime) -> Message | None:
    if entry.round.cancelled_at is not None:
        return message(N_("The contest is cancelled."))
    if windows.is_closed(entry.round, at=at):
        return message(N_("The contest is closed: what takes part stays as it is."))
    return None
