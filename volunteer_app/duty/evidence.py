"""Photos of a visit, as evidence of it."""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..audit import trail
from ..database import db, lock
from ..errors import N_, Refused
from ..photos import keeping
from ..photos.taking import Taken
from .models import Visit, VisitPhoto, VisitState

MOST = 6
"""Photos of one visit."""


def of(visit: Visit) -> list[VisitPhoto]:
    """The photos of a visit, in the order in which they came."""
    query = select(VisitPhoto).options(joinedload(VisitPhoto.photo)).where(VisitPhoto.visit_id == visit.id)
    return list(db.session.scalars(query.order_by(VisitPhoto.id)))


def add(visit: Visit, taken: Taken, folder: Path, *, by: int | None) -> VisitPhoto:
    """Keep a photo of a visit; what was sent twice is kept once.

    Args:
        folder: where uploads are kept.

    Raises:
        Refused: the visit is confirmed, or there are MOST photos already.
    """
    lock(visit.person)
    lock(visit)
    rows = of(visit)
    if before := keeping.sent_before(rows, taken):
        return before
    _check_open(visit)
    keeping.check_room(rows, most=MOST)
    row = VisitPhoto(visit_id=visit.id, photo=keeping.keep(taken, folder, by=by))
    db.session.add(row)
    db.session.flush()
    trail.record("add", row, by=by, place_id=visit.subdistrict_id, changes={"visit_id": [None, visit.id]})
    return row


def remove(row: VisitPhoto, *, by: int | None) -> str:
    """Take a photo away, and return its name: its files go once that is committed.

    Raises:
        Refused: the visit is confirmed, or the photo is gone.
    """
    visit = row.visit
    lock(visit.person)
    lock(visit)
    lock(row)
    _check_open(visit)
    trail.record("remove", row, by=by, place_id=visit.subdistrict_id, changes={"visit_id": [visit.id, None]})
    return _remove(row)


def remove_all(visit: Visit) -> list[str]:
    """Take the photos of a visit away that is thrown away itself, and return their names."""
    return [_remove(row) for row in of(visit)]


def _remove(row: VisitPhoto) -> str:
    photo = row.photo
    db.session.delete(row)
    db.session.flush()
    keeping.remove(photo)
    return photo.name


def _check_open(visit: Visit) -> None:
    if visit.state is VisitState.CONFIRMED:
        raise Refused(N_("The visit is confirmed: its photos stay as they are."))
