"""Who is a cadre, and who may do what with their visits."""

from collections.abc import Iterable
from datetime import date

from ..people.models import Account
from ..people.roles import STAFF, keeps, works_in
from ..places.models import Place
from .models import Leave, Pairing, PlannedVisit, Visit


def is_cadre(pairings: Iterable[Pairing], day: date) -> bool:
    """Whether somebody with these pairings is a cadre on *day*."""
    return any(holds(it, day) for it in pairings)


def holds(pairing: Pairing, day: date) -> bool:
    """Whether a pairing is in force on *day*; without a date it's open at that end."""
    return (pairing.since is None or pairing.since <= day) and (pairing.until is None or day <= pairing.until)


def can_keep(account: Account | None, row: Visit | PlannedVisit | Leave) -> bool:
    """The cadre alone changes what they entered themselves."""
    return account is not None and account.person_id == row.person_id


def can_see(account: Account | None, visit: Visit) -> bool:
    """A visit and its photos: the cadre, and whoever keeps the compound and confirms there."""
    return can_keep(account, visit) or keeps(account, visit.compound, STAFF)


def can_enter_late(account: Account | None, subdistrict: Place) -> bool:
    """What is too late for the cadre is entered by the office."""
    return works_in(account, subdistrict)
