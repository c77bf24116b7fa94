"""Photos of the signed sheet of paper: evidence of who was there."""

from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from ...audit import trail
from ...database import db, lock
from ...errors import N_, Refused
from ...photos import keeping
from ...photos.taking import Taken
from ..models import Activity, ActivityState, SheetPhoto

MOST = 12
"""Photos of one activity: sheets have few pages."""


def of(activity: Activity) -> list[SheetPhoto]:
    """The photos of an activity's sheet, in the order in which they came."""
    query = select(SheetPhoto).options(joinedload(SheetPhoto.photo)).where(SheetPhoto.activity_id == activity.id)
    return list(db.session.scalars(query.order_by(SheetPhoto.id)))


def add(activity: Activity, taken: Taken, folder: Path, *, by: int | None) -> SheetPhoto:
    """Keep a photo of the sheet.

    Args:
        folder: where uploads are kept.

    Raises:
        Refused: nobody can have signed yet, or there are MOST photos already.
    """
    lock(activity)
    if activity.state in (ActivityState.DRAFT, ActivityState.CANCELLED):
        raise Refused(N_("Nobody was at this activity: there is no sheet to photograph."))
    number = db.session.scalar(select(func.count(SheetPhoto.id)).where(SheetPhoto.activity_id == activity.id)) or 0
    if number >= MOST:
        raise Refused(N_("There are %(most)d photos already: remove one first."), most=MOST)
    row = SheetPhoto(activity_id=activity.id, photo=keeping.keep(taken, folder, by=by))
    db.session.add(row)
    db.session.flush()
    trail.record("add", row, by=by, place_id=activity.subdistrict_id, changes={"activity_id": [None, activity.id]})
    return row


def remove(row: SheetPhoto, *, by: int | None) -> str:
    """Take a photo of the sheet away, and return its name: its files go once that is committed."""
    lock(row.activity)
    lock(row)
    photo, activity = row.photo, row.activity
    trail.record("remove", row, by=by, place_id=activity.subdistrict_id, changes={"activity_id": [activity.id, None]})
    db.session.delete(row)
    db.session.flush()
    keeping.remove(photo)
    return photo.name
