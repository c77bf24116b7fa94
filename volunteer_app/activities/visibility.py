"""Which people lie in a scope: somebody is visible through a membership or a sign-up or attendance inside it."""

from sqlalchemy import ColumnElement, Select, or_, select

from ..database import by_code_point, db, escaped, in_order
from ..people.models import Person
from ..places.models import Place
from ..teams.models import Membership, Team
from .models import Activity, Attendance, Shift, SignUp


def people_of(subdistrict: Place, *, words: str = "", order: str = "name") -> Select[Person]:
    """A query of the people whom the staff of *subdistrict* may see.

    Args:
        words: parts of a name or a phone number.
        order: name or phone, with a minus for descending.
    """
    query = select(Person).where(_inside(subdistrict))
    for word in words.split():
        like = f"%{escaped(word)}%"
        query = query.where(or_(Person.name.ilike(like, escape="\\"), Person.phone.ilike(like, escape="\\")))
    column = by_code_point(Person.phone if order.lstrip("-") == "phone" else Person.name)
    return query.order_by(*in_order([column], descending=order.startswith("-")), Person.id)


def is_visible(person: Person, subdistrict: Place) -> bool:
    """Whether *person* is visible to the staff of *subdistrict*."""
    return db.session.scalar(select(Person.id).where(Person.id == person.id, _inside(subdistrict))) is not None


def _inside(subdistrict: Place) -> ColumnElement[bool]:
    place = subdistrict.id
    members = select(Membership.person_id).join(Team).where(Team.subdistrict_id == place)
    leaders = select(Team.leader_id).where(Team.subdistrict_id == place, Team.leader_id.is_not(None))
    came = select(Attendance.person_id).join(Activity).where(Activity.subdistrict_id == place)
    asked = select(SignUp.person_id).join(Shift).join(Activity).where(Activity.subdistrict_id == place)
    return or_(*(Person.id.in_(people) for people in (members, leaders, came, asked)))
