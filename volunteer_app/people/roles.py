"""What the roles of an account allow, and where."""

from datetime import date

from .. import clock
from ..places.models import Place
from .models import Account, Role, RoleGrant

STAFF = (Role.ADMINISTRATOR, Role.OFFICER)


def holds(grant: RoleGrant, day: date) -> bool:
    """Whether *grant* is in force on *day*."""
    return grant.since <= day and (grant.until is None or day <= grant.until)


def living(account: Account) -> list[RoleGrant]:
    """The account's grants in force today."""
    return [grant for grant in account.grants if holds(grant, clock.today())]


def is_administrator(account: Account | None) -> bool:
    """Whether the account may do everything, everywhere."""
    return account is not None and any(grant.role is Role.ADMINISTRATOR for grant in living(account))


def is_staff(account: Account | None) -> bool:
    """Whether the account works for an office."""
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
