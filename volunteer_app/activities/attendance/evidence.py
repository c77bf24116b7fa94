"""Photos of the signed sheet of paper: evidence of who was there."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from ...audit import trail
from ...database import ASKED_AT_ONCE, db, lock
from ...errors import N_, Refused
from ...photos import keeping
from ...photos.models import Photo
from ...photos.taking import Taken
from ..models import Activity, ActivityState, SheetPhoto

MOST = 12
"""Photos of one activity: sheets have few pages."""


def of(activity: Activity) -> list[SheetPhoto]:
    """The photos of an activity's sheet, in the order in which they came."""
    query = select(SheetPhoto).options(joinedload(SheetPhoto.photo)).where(SheetPhoto.activity_id == activity.id)
    return list(db.session.scalars(query.order_by(SheetPhoto.id)))


def add(activity: Activity, taken: Taken, folder: Path, *, by: int | None) -> SheetPhoto:
    """Keep a photo of the sheet; what was sent twice is kept once.

    Args:
        folder: where uploads are kept.

    Raises:
        Refused: nobody can have signed yet, or there are MOST photos already.
    """
    lock(activity)
    rows = of(activity)
    if before := keeping.sent_before(rows, taken):
        return before
    if activity.state in (ActivityState.DRAFT, ActivityState.CANCELLED):
        raise Refused(N_("Nobody was at this activity: there is no sheet to photograph."))
    keeping.check_room(rows, most=MOST)
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


def names_of_old(*, before: datetime) -> list[str]:
    """The names of the photos of activities that ended before a moment."""
    query = select(Photo.name).join(SheetPhoto, SheetPhoto.photo_id == Photo.id).join(SheetPhoto.activity)
    return list(db.session.scalars(query.where(Activity.ends_at < before).order_by(SheetPhoto.id)))


def remove_old(*, before: datetime, by: int | None) -> list[str]:
    """Take the photos of activities that ended before a moment away, as ``remove``, in some statements for any number.

    Returns:
        Their names: the files go once that is committed.
    """
    ended = select(Activity.id).where(Activity.ends_at < before, Activity.id.in_(select(SheetPhoto.activity_id)))
    # Who sends or removes a photo locks its activity too.
    db.session.scalars(ended.order_by(Activity.id).with_for_update(key_share=True)).all()
    columns = SheetPhoto.id, SheetPhoto.photo_id, SheetPhoto.activity_id, Photo.name, Activity.subdistrict_id
    query = select(*columns).join(SheetPhoto.photo).join(SheetPhoto.activity)
    rows = db.session.execute(query.where(Activity.ends_at < before).order_by(SheetPhoto.id)).all()
    for place_id in sorted({row.subdistrict_id for row in rows}):
        gone = [(row.id, {"activity_id": [row.activity_id, None]}) for row in rows if row.subdistrict_id == place_id]
        trail.record_many("remove", SheetPhoto.__tablename__, gone, by=by, place_id=place_id, reason="")
    for start in range(0, len(rows), ASKED_AT_ONCE):
        some = rows[start : start + ASKED_AT_ONCE]
        db.session.execute(delete(SheetPhoto).where(SheetPhoto.id.in_([row.id for row in some])))
        db.session.execute(delete(Photo).where(Photo.id.in_([row.photo_id for row in some])))
    return [row.name for row in rows]
