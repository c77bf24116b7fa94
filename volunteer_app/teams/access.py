"""Who may keep a team."""

from ..people.models import Account, Role
from ..people.roles import STAFF, keeps, scope
from .models import Team


def can_edit(account: Account | None, team: Team) -> bool:
    """The staff of its place: name, kind, place, leader."""
    return keeps(account, team.place)


def can_keep(account: Account | None, team: Team) -> bool:
    """Its leader too: members, weekly slot, what it's about."""
    return scope(account, (*STAFF, Role.LEADER)).holds(team.place.path, team_id=team.id)
