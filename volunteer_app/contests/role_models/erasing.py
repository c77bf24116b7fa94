"""What an erased person leaves of being a role model, and of their objections: nothing that tells who they were."""

from sqlalchemy import select, update

from ...database import db, lock
from ...people.erasure import ERASED
from ...people.models import Person
from ...photos import keeping
from ..outcome import objections
from .models import RoleModel, RoleModelState


def forget(person: Person) -> list[str]:
    """Take away the stories about *person* and who objected; before the person's own data go.

    Returns:
        The names of photos whose files are to be removed after the commit.
    """
    # The person before what is said of them, as publishing does, so that neither waits for the other.
    lock(person)
    objections.forget(name=person.name, phone=person.phone, erased=ERASED)
    models = db.session.scalars(select(RoleModel).where(RoleModel.person_id == person.id).order_by(RoleModel.id)).all()
    photos = [it.photo for it in models if it.photo]
    gone = {"story": "", "alt": "", "reason": "", "photo_id": None, "state": RoleModelState.WITHDRAWN}
    db.session.execute(update(RoleModel).where(RoleModel.person_id == person.id).values(**gone))
    db.session.flush()
    for photo in photos:
        keeping.remove(photo)
    return [photo.name for photo in photos]
