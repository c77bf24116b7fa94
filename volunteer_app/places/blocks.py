"""Times at which a venue can't be used, such as repairs or an election: activities in them are shown, not touched."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from .. import clock
from ..audit import trail
from ..database import db, lock
from ..errors import N_, BadInput, Refused
from .models import Place, PlaceKind, VenueBlock


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


def add(venue: Place, starts_at: datetime, ends_at: datetime, reason: str, *, by: int | None) -> VenueBlock:
    """Block *venue* for a time; blocks may overlap, and the same one entered twice stays one.

    Args:
        by: id of the account that acts.

    Raises:
        BadInput: it ends before it starts, or says no reason.
        Refused: the place is no venue.
    """
    reason = reason.strip()
    if venue.kind is not PlaceKind.VENUE:
        raise Refused(N_("Only a venue can be blocked."))
    if ends_at <= starts_at:
        raise BadInput(N_("The end must be after the start."))
    if not reason:
        raise BadInput(N_("Say why the venue can't be used."))
    lock(venue)
    values = {"venue_id": venue.id, "starts_at": starts_at, "ends_at": ends_at, "reason": reason}
    same = db.session.scalar(select(VenueBlock).filter_by(**values).limit(1))
    if same:
        return same
    block = VenueBlock(**values)
    db.session.add(block)
    db.session.flush()
    trail.record(
        "add",
        block,
        by=by,
        place_id=venue.subdistrict_id,
        reason=reason,
        changes={"starts_at": [None, starts_at], "ends_at": [None, ends_at]},
    )
    return block


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
