"""Who hands one-time codes to whom: who knows the person and is trusted with no less. ``people.codes`` makes it."""

from sqlalchemy import or_, select, true

from ... import clock
from ...database import db
from ...people import accounts, codes
from ...people.models import Account, Person, Role
from ...people.roles import OFFICE, STAFF, own_subdistrict, scope, standing
from ...teams.models import Membership, Team
from ...teams.queries import belongs
from ..models import Activity, Attendance, Shift, SignUp
from ..visibility import SEE_PEOPLE, activities_in, is_visible, teams_in


def may_make(account: Account, person: Person) -> bool:
    """Whether *account* knows *person* and may open an account for them.

    The staff know whom they see; a leader knows the members of the team.
    """
    known = is_visible(person, scope(account, STAFF)) or _is_new_in_team(account, person)
    return known and may_open(account, person)


def may_open(account: Account, person: Person) -> bool:
    """Whether *person* is trusted with nothing that *account* isn't: teams of its office count as its own."""
    other = accounts.of_person(person)
    led = [grant.team_id for grant in standing(other) if grant.team_id] if other else []
    inside = Team.id.in_(led), teams_in(scope(account, OFFICE))
    own_teams = db.session.scalars(select(Team.id).where(*inside)).all() if led else ()
    return codes.may_make(account, person, own_teams=own_teams)


def _is_new_in_team(account: Account, person: Person) -> bool:
    """Whether *person* is a member of a team that *account* leads, has no account, and did nothing elsewhere.

    Leaders sign people up and take them into the team by name and number alone: so a code of theirs replaces nobody's
    password, and opens nothing that they don't see already.
    """
    led = scope(account, (Role.LEADER,))
    own = Membership.person_id == person.id, Membership.team_id.in_(led.team_ids), belongs(clock.today())
    if accounts.of_person(person) or not db.session.scalar(select(Membership.id).where(*own).limit(1)):
        return False
    other = activities_in(led).is_not(true())
    elsewhere = (
        select(Membership.id).where(Membership.person_id == person.id, Membership.team_id.not_in(led.team_ids)),
        select(SignUp.id).join(Shift).join(Activity).where(SignUp.person_id == person.id, other),
        select(Attendance.id).join(Activity).where(Attendance.person_id == person.id, other),
    )
    return not db.session.scalar(select(or_(*(found.exists() for found in elsewhere))))


def seen_in(account: Account, person: Person) -> int | None:
    """Id of the sub-district in which *account* sees *person*: its staff may read of the code."""
    through = (
        select(Team.subdistrict_id)
        .join(Membership)
        .where(Membership.person_id == person.id, teams_in(scope(account, SEE_PEOPLE)))
    )
    own = own_subdistrict(account)
    return own.id if own else db.session.scalar(through.limit(1))
