"""When a round does what: pure functions of its days and a moment.

Windows are days in Asia/Shanghai, both ends included: a window until 2 March is open until midnight after it.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum

from .. import clock
from .models import Round


class Phase(StrEnum):
    """Where a round stands."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    """Published, and nothing has begun."""
    ENTERING = "entering"
    BETWEEN = "between"
    """Entries are closed, and neither judging nor voting has begun."""
    DECIDING = "deciding"
    """Judging or voting goes on."""
    NOTICE = "notice"
    """公示: the result is published, and anyone may object."""
    STANDING = "standing"
    """The result stands, as far as no objection is open."""
    CANCELLED = "cancelled"


def decided_on(round: Round) -> date:
    """The last day of judging and voting."""
    return max(filter(None, (round.judging_until, round.voting_until)), default=round.entries_until)


def closes_at(round: Round) -> datetime:
    """The moment at which the round is frozen, and its result may be read."""
    return clock.midnight(decided_on(round) + timedelta(days=1))


def notice_until(round: Round) -> date:
    """The last day of publication."""
    return decided_on(round) + timedelta(days=round.notice_days)


def phase(round: Round, *, at: datetime) -> Phase:
    """Where *round* stands at a moment."""
    day = clock.local(at).date()
    if round.cancelled_at is not None:
        return Phase.CANCELLED
    if round.published_at is None:
        return Phase.DRAFT
    if day < round.entries_from:
        return Phase.ANNOUNCED
    if day <= round.entries_until:
        return Phase.ENTERING
    if day <= decided_on(round):
        return Phase.DECIDING if may_judge(round, at=at) or may_vote(round, at=at) else Phase.BETWEEN
    return Phase.NOTICE if day <= notice_until(round) else Phase.STANDING


def may_enter(round: Round, *, at: datetime) -> bool:
    """Whether entries are taken."""
    return _open(round, round.entries_from, round.entries_until, at)


def may_judge(round: Round, *, at: datetime) -> bool:
    """Whether judges give points."""
    return _open(round, round.judging_from, round.judging_until, at)


def may_vote(round: Round, *, at: datetime) -> bool:
    """Whether votes are taken."""
    return _open(round, round.voting_from, round.voting_until, at)


def has_begun(round: Round, *, at: datetime) -> bool:
    """Whether judging or voting has begun: from then on an entry stays what it was when it was looked at."""
    first = min(filter(None, (round.judging_from, round.voting_from)), default=None)
    return first is not None and clock.local(at).date() >= first


def is_closed(round: Round, *, at: datetime) -> bool:
    """Whether the round is frozen: only then a score or a number of votes may be read, by whomever."""
    return round.published_at is not None and round.cancelled_at is None and at >= closes_at(round)


def _open(round: Round, since: date | None, until: date | None, at: datetime) -> bool:
    if round.published_at is None or round.cancelled_at is not None or since is None or until is None:
        return False
    return since <= clock.local(at).date() <= until
