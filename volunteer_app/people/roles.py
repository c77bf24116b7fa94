"""What the roles of an account allow, and where.

administrator   everything, everywhere
officer         everything in a sub-district; gives roles there
secretary       teams, activities, people and requests of a community
liaison         the same of a compound
organizer       activities of a place, their sign-ups and attendance
leader          one team: its roster, activities, sign-ups and attendance
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, false, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from .. import clock
from ..places.models import Place
from .models import Account, Role, RoleGrant

OFFICE = (Role.ADMINISTRATOR, Role.OFFICER)
STAFF = (*OFFICE, Role.SECRETARY, Role.LIAISON)
"""Who sees people and teams of a place."""
RUNNING = (*STAFF, Role.ORGANIZER)
"""Who plans activities of a place and keeps their lists; a leader does so for a team."""


@dataclass(frozen=True, slots=True)
class Scope:
    """How far an account reaches with some of its roles: filters of lists are made from it."""

    everywhere: bool = False
    paths: tuple[str, ...] = ()
    """Paths of places; whatever lies within one of them belongs to the scope."""
    team_ids: tuple[int, ...] = ()

    def holds(self, *paths: str, team_id: int | None = None) -> bool:
        """Whether one of these places, or this team, lies in the scope."""
        inside = any(path.startswith(own) for path in paths for own in self.paths)
        return self.everywhere or inside or (team_id is not None and team_id in self.team_ids)

    def matches(
        self, path: InstrumentedAttribute[str], team_id: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]
    ) -> ColumnElement[bool]:
        """The same as a condition for a query: *path* of a place that it joins, *team_id* of a team."""
        return or_(self.within(path), team_id.in_(self.team_ids))

    def within(self, path: InstrumentedAttribute[str]) -> ColumnElement[bool]:
        """The same for what belongs to no team."""
        return true() if self.everywhere else or_(false(), *(path.startswith(own) for own in self.paths))

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.paths) or bool(self.team_ids)


def scope(account: Account | None, roles: tuple[Role, ...] = (*RUNNING, Role.LEADER)) -> Scope:
    """How far *account* reaches with *roles* today."""
    grants = [grant for grant in living(account) if grant.role in roles] if account else []
    return Scope(
        everywhere=any(grant.role is Role.ADMINISTRATOR for grant in grants),
        paths=tuple(grant.place.path for grant in grants if grant.place),
        team_ids=tuple(grant.team_id for grant in grants if grant.team_id is not None),
    )


def keeps(account: Account | None, place: Place, roles: tuple[Role, ...] = STAFF) -> bool:
    """Whether *place* lies within a place where *account* has one of *roles*."""
    return scope(account, roles).holds(place.path)


def holds(grant: RoleGrant, day: date) -> bool:
    """Whether *grant* is in force on *day*."""
    return grant.since <= day and (grant.until is None or day <= grant.until)


def living(account: Account) -> list[RoleGrant]:
    """The account's grants in force today."""
    return [grant for grant in account.grants if holds(grant, clock.today())]


def standing(account: Account) -> list[RoleGrant]:
    """The account's grants in force today or later: what it's trusted with."""
    return [grant for grant in account.grants if grant.until is None or clock.today() <= grant.until]


def last_ended(account: Account) -> RoleGrant | None:
    """The role which somebody without any had last; None for whoever has one, or never had."""
    if standing(account):
        return None
    return max(account.grants, key=lambda grant: (grant.until, grant.id), default=None)


def is_administrator(account: Account | None) -> bool:
    """Whether the account may do everything, everywhere."""
    return account is not None and any(grant.role is Role.ADMINISTRATOR for grant in living(account))


def is_staff(account: Account | None) -> bool:
    """Whether the account works for an office or a community."""
    return account is not None and any(grant.role in STAFF for grant in living(account))


def own_subdistrict(account: Account | None) -> Place | None:
    """The sub-district of an officer: where uploads go and pages begin. None for others."""
    if account is None:
        return None
    return next((g.place for g in living(account) if g.role is Role.OFFICER and g.place), None)


def works_in(account: Account | None, subdistrict: Place) -> bool:
    """Whether the account may see and change what lies in *subdistrict*: its officers, and administrators."""
    if account is None:
        return False
    return is_administrator(account) or any(
        grant.role is Role.OFFICER and grant.place_id == subdistrict.id for grant in living(account)
    )
