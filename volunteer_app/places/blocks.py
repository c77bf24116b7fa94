"""Times at which a venue can't be used, such as repairs or an election: activities in them are shown, not touched."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import select

from .. import clock
from ..audit import trail
from ..database import db, insert_many, lock
from ..errors import N_, BadInput, Refused
from .models import Place, PlaceKind, VenueBlock

MOST = 53
"""Times at once: one each week for a year."""


def between(venue_ids: Iterable[int], since: datetime, until: datetime) -> list[VenueBlock]:
    """The blocks of some venues that reach into a time, in order: one query; adjacent ones don't."""
    query = select(VenueBlock).where(
        VenueBlock.venue_id.in_(list(venue_ids)), VenueBlock.starts_at < until, VenueBlock.ends_at > since
    )
    return list(db.session.scalars(query.order_by(VenueBlock.starts_at, VenueBlock.id)))


def of(venue: Place) -> list[VenueBlock]:
    """The running and coming blocks of *venue*, in order."""
    query = select(VenueBlock).where(VenueBlock.venue_id == venue.id, VenueBlock.ends_at > clock.now())
    return list(db.session.scalars(query.order_by(VenueBlock.starts_at, VenueBlock.id)))


def weekly(starts_at: datetime, until: date | None) -> list[datetime]:
    """*starts_at* alone, or with the same time of each week that follows, until the day *until*.

    Raises:
        BadInput: that day comes before the first, or there would be more than MOST.
    """
    if until is None:
        return [starts_at]
    days = (until - clock.local(starts_at).date()).days
    if days < 0:
        raise BadInput(N_("The last day comes before the first."))
    if days // 7 >= MOST:
        raise BadInput(N_("At most %(most)d weeks at a time: choose an earlier last day."), most=MOST)
    return [starts_at + timedelta(weeks=n) for n in range(days // 7 + 1)]


def add(
    venue: Place, starts_at: datetime, ends_at: datetime, reason: str, *, until: date | None = None, by: int | None
) -> list[VenueBlock]:
    """Block *venue* for a time, once or each week; blocks may overlap, and the same one entered twice stays one.

    Args:
        until: the last day of a time that comes again each week.
        by: id of the account that acts.

    Returns:
        A block for each week, in order, those that were there too.

    Raises:
        BadInput: it ends before it starts, or says no reason; as ``weekly``.
        Refused: the place is no venue.
    """
    reason = reason.strip()
    if venue.kind is not PlaceKind.VENUE:
        raise Refused(N_("Only a venue can be blocked."))
    if ends_at <= starts_at:
        raise BadInput(N_("The end must be after the start."))
    if not reason:
        raise BadInput(N_("Say why the venue can't be used."))
    starts, lasting = weekly(starts_at, until), ends_at - starts_at
    lock(venue)
    rows = [
        {"venue_id": venue.id, "starts_at": moment, "ends_at": moment + lasting, "reason": reason} for moment in starts
    ]
    query = select(VenueBlock).where(
        VenueBlock.venue_id == venue.id, VenueBlock.starts_at.in_(starts), VenueBlock.reason == reason
    )
    there = {(it.starts_at, it.ends_at) for it in db.session.scalars(query)}
    new = [row for row in rows if (row["starts_at"], row["ends_at"]) not in there]
    ids = insert_many(VenueBlock, new, key=("starts_at", "venue_id", "ends_at", "reason"))
    hours = ({name: [None, row[name]] for name in ("starts_at", "ends_at")} for row in new)
    said = zip(ids, hours, strict=True)
    trail.record_many("add", VenueBlock.__tablename__, said, by=by, place_id=venue.subdistrict_id, reason=reason)
    found = db.session.scalars(query.order_by(VenueBlock.starts_at))
    return [it for it in found if it.ends_at - it.starts_at == lasting]


def remove(block: VenueBlock, *, by: int | None) -> None:
    """Let a venue be used again; what is over stays as it was.

    Raises:
        Refused: the time is over, or somebody has removed the block already.
    """
    lock(block)
    if block.ends_at <= clock.now():
        raise Refused(N_("This time is over already."))
    trail.record(
        "remove",
        block,
        by=by,
        place_id=block.venue.subdistrict_id,
        reason=block.reason,
        changes={"starts_at": [block.starts_at, None], "ends_at": [block.ends_at, None]},
    )
    db.session.delete(block)
    db.session.flush()
