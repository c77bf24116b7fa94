"""What an erased person leaves of their duty: minutes that count without a name, and nothing that they wrote."""

from datetime import timedelta

from sqlalchemy import delete, or_, select, update

from .. import clock
from ..database import db
from ..people.models import Person
from ..photos.models import Photo
from .models import Assignment, Leave, Pairing, PlannedVisit, Visit, VisitPhoto


def forget(person: Person) -> list[str]:
    """End what *person* served, and take away their words and photos; whoever erases them records it.

    Returns:
        The names of photos whose files are to be removed after the commit.
    """
    yesterday = clock.today() - timedelta(days=1)
    for table in (Pairing, Assignment):
        open_still = table.person_id == person.id, or_(table.until.is_(None), table.until > yesterday)
        db.session.execute(update(table).where(*open_still).values(until=yesterday))
    photos = select(Photo.id, Photo.name).join(VisitPhoto, VisitPhoto.photo_id == Photo.id).join(Visit)
    found = db.session.execute(photos.where(Visit.person_id == person.id)).all()
    running = Visit.person_id == person.id, Visit.ends_at.is_(None)
    ids = [row.id for row in found]
    for statement in (
        update(Leave).where(Leave.person_id == person.id).values(reason=""),
        update(PlannedVisit).where(PlannedVisit.person_id == person.id).values(note=""),
        update(PlannedVisit)
        .where(PlannedVisit.person_id == person.id, PlannedVisit.starts_at > clock.now())
        .values(cancelled=True),
        update(Visit).where(Visit.person_id == person.id).values(what=""),
        delete(VisitPhoto).where(VisitPhoto.photo_id.in_(ids)),
        delete(Photo).where(Photo.id.in_(ids)),
        delete(Visit).where(*running),
    ):
        db.session.execute(statement)
    db.session.expire_all()
    return [row.name for row in found]
