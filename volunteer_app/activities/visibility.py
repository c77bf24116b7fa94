"""Which people lie in a scope: somebody is visible through a team, a sign-up or an attendance inside it."""

from sqlalchemy import ColumnElement, Select, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from ..database import by_code_point, db, holding, in_order
from ..people.models import Person, Role
from ..people.roles import STAFF, Scope
from ..places.models import Place
from ..teams.models import Membership, Team
from .models import Activity, Attendance, Shift, SignUp

SEE_PEOPLE = (*STAFF, Role.LEADER)
"""Who sees people: the staff those of their place, a leader those of the roster and the sign-ups of the team."""


def people_of(
    scope: Scope, *, subdistrict: Place | None = None, words: str = "", order: str = "name"
) -> Select[Person]:
    """A query of the people who are visible in *scope*; whose data were erased are not.

    Args:
        subdistrict: only through what belongs to this one.
        words: parts of a name or a phone number.
        order: name or phone, with a minus for descending.
    """
    query = select(Person).where(Person.anonymised_at.is_(None), _inside(scope, subdistrict))
    query = query.where(*holding(words, Person.name, Person.phone))
    column = by_code_point(Person.phone if order.lstrip("-") == "phone" else Person.name)
    return query.order_by(*in_order([column], descending=order.startswith("-")), Person.id)


def is_visible(person: Person, scope: Scope) -> bool:
    """Whether *person* is visible in *scope*."""
    return db.session.scalar(people_of(scope).where(Person.id == person.id).with_only_columns(Person.id)) is not None


def teams_in(scope: Scope, subdistrict: Place | None = None) -> ColumnElement[bool]:
    """The same scope as a condition on Team."""
    return _of(Team.place_id, Team.id, Team.subdistrict_id, scope, subdistrict)


def activities_in(scope: Scope, subdistrict: Place | None = None) -> ColumnElement[bool]:
    """The same scope as a condition on Activity."""
    return _of(Activity.place_id, Activity.team_id, Activity.subdistrict_id, scope, subdistrict)


def _inside(scope: Scope, subdistrict: Place | None) -> ColumnElement[bool]:
    teams, activities = teams_in(scope, subdistrict), activities_in(scope, subdistrict)
    members = select(Membership.person_id).join(Team).where(teams)
    leaders = select(Team.leader_id).where(teams, Team.leader_id.is_not(None))
    came = select(Attendance.person_id).join(Activity).where(activities)
    asked = select(SignUp.person_id).join(Shift).join(Activity).where(activities)
    return or_(*(Person.id.in_(people) for people in (members, leaders, came, asked)))


def _of(
    place_id: InstrumentedAttribute[int],
    team_id: InstrumentedAttribute[int] | InstrumentedAttribute[int | None],
    subdistrict_id: InstrumentedAttribute[int],
    scope: Scope,
    subdistrict: Place | None,
) -> ColumnElement[bool]:
    places = (place_id.in_(_within(path)) for path in scope.paths)
    condition = true() if scope.everywhere else or_(team_id.in_(scope.team_ids), *places)
    return condition & (subdistrict_id == subdistrict.id) if subdistrict else condition


def _within(path: str) -> Select[int]:
    return select(Place.id).where(Place.path.startswith(path)).correlate(None)
