"""Giving and ending roles (授权): who may give which, where each belongs, and that an administrator always remains."""

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import select

from .. import clock
from ..audit import trail
from ..database import db, lock
from ..errors import N_, BadInput, Refused
from ..places.models import Place, PlaceKind
from . import accounts
from .models import Account, Role, RoleGrant
from .roles import is_administrator, scope, standing

PLACES = {
    Role.OFFICER: (PlaceKind.SUBDISTRICT,),
    Role.SECRETARY: (PlaceKind.COMMUNITY,),
    Role.LIAISON: (PlaceKind.COMPOUND,),
    Role.ORGANIZER: (PlaceKind.SUBDISTRICT, PlaceKind.COMMUNITY, PlaceKind.COMPOUND),
}
"""The kinds of places at which a role is held. An administrator works everywhere, a leader has a team."""


def may_give(account: Account | None, role: Role, place: Place | None) -> bool:
    """Whether *account* gives and ends *role* at *place*: officers inside their sub-district, and never administrator.

    Args:
        place: where the role is held; a leader's is that of the team.
    """
    if is_administrator(account):
        return True
    return role is not Role.ADMINISTRATOR and place is not None and scope(account, (Role.OFFICER,)).holds(place.path)


def outranks(account: Account, other: Account, *, own_teams: Collection[int] = ()) -> bool:
    """Whether *account* stands above everything that *other* is trusted with.

    Args:
        own_teams: ids of teams in the scope of *account*; the leader of any other team is out of its reach.
    """
    if is_administrator(account):
        return True
    own = scope(account, (Role.OFFICER,))
    return all(
        grant.team_id in own_teams if grant.team_id else grant.place is not None and own.holds(grant.place.path)
        for grant in standing(other)
    )


def give(
    account: Account,
    role: Role,
    *,
    place: Place | None = None,
    team_id: int | None = None,
    since: date,
    until: date | None = None,
    subdistrict_id: int | None = None,
    by: int | None,
) -> RoleGrant:
    """Give *account* a role from one day to another, both included.

    Args:
        until: its last day; None for no end.
        subdistrict_id: a team's, whose staff may read of it.

    Raises:
        BadInput: it would end before it begins, or lies in the past.
        Refused: the role belongs to another kind of place, the account has it already, or gives it to itself.
    """
    if (place is None or place.kind not in PLACES[role]) if role in PLACES else place is not None:
        raise Refused(N_("This role belongs to another kind of place."))
    if (team_id is None) == (role is Role.LEADER):
        raise Refused(N_("A leader has one team; other roles have none."))
    if until and (until < since or until < clock.today()):
        raise BadInput(N_("The last day lies before the first one, or in the past."))
    if account.id == by and not is_administrator(account):
        # An officer whose role has a last day could go on for ever.
        raise Refused(N_("Nobody gives a role to themselves."))
    # Two who give it at once would both find that it's new.
    lock(account)
    if account.disabled_at:
        raise Refused(N_("This account is switched off."))
    for grant in standing(account):
        same = (grant.role, grant.place_id, grant.team_id) == (role, place.id if place else None, team_id)
        if same and (until is None or grant.since <= until) and (grant.until is None or since <= grant.until):
            raise Refused(N_("This person has the role at that time already."))
    return accounts.grant(
        account, role, place=place, team_id=team_id, since=since, until=until, subdistrict_id=subdistrict_id, by=by
    )


def end(grant: RoleGrant, *, last_day: date, by: int | None, subdistrict_id: int | None = None) -> None:
    """End a role: today is its last day, or yesterday was, and then it opens nothing from the next request on.

    Args:
        subdistrict_id: a team's, whose staff may read of it.

    Raises:
        Refused: it ended already, or nobody would be administrator any more.
    """
    if grant.role is Role.ADMINISTRATOR:
        _keep_one(grant)
    lock(grant)
    if grant.until and grant.until <= last_day:
        raise Refused(N_("This role has ended already."))
    before = grant.until
    grant.until = max(last_day, grant.since - timedelta(days=1))
    scope_id = grant.place.subdistrict_id if grant.place else subdistrict_id
    changes = {"role": [grant.role, None], "until": [before, grant.until]}
    trail.record("end role", grant, by=by, place_id=scope_id, changes=changes)


def _keep_one(grant: RoleGrant) -> None:
    """Refuse to end the last administrator's role. All are locked, so that two don't end each other's at once."""
    everyone = select(RoleGrant).where(RoleGrant.role == Role.ADMINISTRATOR, RoleGrant.until.is_(None))
    for one in db.session.scalars(everyone.order_by(RoleGrant.id)).all():
        lock(one)
    remaining = everyone.join(Account, RoleGrant.account_id == Account.id).where(
        RoleGrant.id != grant.id, RoleGrant.since <= clock.today(), Account.disabled_at.is_(None)
    )
    if db.session.scalar(remaining.limit(1)) is None:
        raise Refused(N_("This is the last administrator: make somebody else one first, without a last day."))
