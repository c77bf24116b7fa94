"""What the trail holds of voting is read after the close alone: counting its entries would be counting votes."""

from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select

from ...audit.models import AuditEntry
from ..models import Round
from ..queries import undecided
from .models import PaperBallot, Vote


def readable(day: date) -> ColumnElement[bool]:
    """The condition that an entry of the trail isn't about a vote or a ballot of a round that is open on a day.

    A cancelled round has no result, and its votes are never read.
    """
    secret = or_(Round.cancelled_at.is_not(None), undecided(day))
    hidden = [
        and_(
            AuditEntry.subject == table.__tablename__,
            AuditEntry.subject_id.in_(select(table.id).join(Round, table.round_id == Round.id).where(secret)),
        )
        for table in (Vote, PaperBallot)
    ]
    return ~or_(*hidden)
