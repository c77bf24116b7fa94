"""培训 and 表彰: training and awards of a volunteer, records of their own without minutes [R §§8, 9]."""

from datetime import date

from sqlalchemy import select

from .. import clock, deliveries
from ..audit import trail
from ..database import db, lock
from ..errors import N_, BadInput, Refused
from ..people.models import Person
from ..places.models import Place
from .models import Distinction, DistinctionKind


def of(person: Person) -> list[Distinction]:
    """The training and the awards of *person*, the latest first: one query."""
    query = select(Distinction).where(Distinction.person_id == person.id)
    return list(db.session.scalars(query.order_by(Distinction.day.desc(), Distinction.id.desc())))


def add(
    person: Person,
    kind: DistinctionKind,
    *,
    title: str,
    giver: str,
    day: date,
    subdistrict: Place,
    key: str,
    by: int,
) -> Distinction | None:
    """Note a training or an award; None where the same form came before.

    Args:
        giver: who trained, or who awarded it.
        key: of the form.
        by: id of the account that acts.

    Raises:
        BadInput: it has no title, or lies in the future.
        Refused: the person's data were erased.
    """
    title, giver = title.strip(), giver.strip()
    if not title:
        raise BadInput(N_("Say what the training or the award is called."))
    if day > clock.today():
        raise BadInput(N_("This day is still to come."))
    lock(person)
    if person.anonymised_at:
        raise Refused(N_("This person's data were erased."))
    if not deliveries.is_new(key):
        return None
    row = Distinction(
        subdistrict_id=subdistrict.id, person_id=person.id, kind=kind, title=title, giver=giver, day=day, by_id=by
    )
    db.session.add(row)
    db.session.flush()
    trail.record("add", row, by=by, place_id=subdistrict.id, changes={"title": [None, title]})
    return row


def remove(row: Distinction, *, by: int) -> None:
    """Take away what was entered by mistake.

    Raises:
        Refused: somebody has taken it away already.
    """
    lock(row)
    trail.record("remove", row, by=by, place_id=row.subdistrict_id, changes={"title": [row.title, None]})
    db.session.delete(row)
    db.session.flush()
