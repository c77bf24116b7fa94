"""Erasure (注销): a person's data go, and what they gave stays and counts without a name [P §47].

Here is what belongs to the person and the login. Teams, sign-ups and the whole verb lie above, in activities.erasure.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update

from .. import clock
from ..audit import trail
from ..database import ASKED_AT_ONCE, Base, db, lock
from ..errors import N_, Refused
from . import granting, sessions
from .models import Account, AccountRequest, AccountSession, Consent, FamilyMember, OneTimeCode, Person, RequestState
from .roles import standing

ERASED = "已匿名"
"""What stands for the name: without a phone number it clashes with nobody's."""


def check(person: Person, *, by: int) -> None:
    """Refuse to erase somebody twice, or whose roles have to end first.

    Args:
        by: id of the account that acts.

    Raises:
        Refused: what to do.
    """
    if person.anonymised_at:
        raise Refused(N_("These data were erased already."))
    if any(standing(account) and account.id != by for account in _accounts(person)):
        raise Refused(N_("This person has a role. End it first, under Roles."))


def anonymise(person: Person, *, by: int, place_id: int | None = None) -> None:
    """Take away what tells who *person* is, and close their login.

    Args:
        by: id of the account that acts.
        place_id: the sub-district whose staff may read of it.

    Raises:
        Refused: as ``check`` says, or nobody would be administrator any more.
    """
    lock(person)
    check(person, by=by)
    for account in _accounts(person):
        _close(account, by=by, place_id=place_id)
    asked = AccountRequest.phone == person.phone, AccountRequest.name == person.name
    declined = {"state": RequestState.DECLINED, "decided_at": clock.now(), "decided_by_id": by}
    _update(AccountRequest, *asked, AccountRequest.state == RequestState.WAITING, **declined)
    _update(AccountRequest, *asked, name=ERASED, phone="", note="")
    forget([person.id])
    trail.record("erase", person, by=by, place_id=place_id)


def forget(people: Sequence[int]) -> None:
    """Take names, numbers and all else of these ids away, with what hangs on them; a few statements for many people."""
    now = clock.now()
    for start in range(0, len(people), ASKED_AT_ONCE):
        ids = people[start : start + ASKED_AT_ONCE]
        _update(Consent, Consent.person_id.in_(ids), Consent.withdrawn_at.is_(None), withdrawn_at=now)
        _update(FamilyMember, FamilyMember.person_id.in_(ids), FamilyMember.ended_at.is_(None), ended_at=now)
        _update(OneTimeCode, OneTimeCode.person_id.in_(ids), OneTimeCode.ended_at.is_(None), ended_at=now)
        _update(
            Person,
            Person.id.in_(ids),
            name=ERASED,
            phone=None,
            sex=None,
            birth_month=None,
            guardian_name="",
            guardian_phone="",
            anonymised_at=now,
        )


def forget_requests(before: datetime) -> None:
    """Take names and numbers off the account requests that were decided before a moment."""
    decided = AccountRequest.decided_at < before
    _update(AccountRequest, decided, AccountRequest.name != ERASED, name=ERASED, phone="", note="")


def _close(account: Account, *, by: int, place_id: int | None) -> None:
    for grant in standing(account):
        granting.end(grant, last_day=clock.today() - timedelta(days=1), by=by)
    sessions.end_all(account)
    account.phone = account.email = account.totp_secret = None
    account.password_hash = ""
    account.disabled_at = account.disabled_at or clock.now()
    db.session.flush()
    _update(AccountSession, AccountSession.account_id == account.id, device="")
    mine = FamilyMember.account_id == account.id
    _update(FamilyMember, mine, FamilyMember.ended_at.is_(None), ended_at=clock.now())
    trail.record("close", account, by=by, place_id=place_id)


def _accounts(person: Person) -> list[Account]:
    return list(db.session.scalars(select(Account).where(Account.person_id == person.id).order_by(Account.id)))


def _update(table: type[Base], *which: ColumnElement[bool], **values: object) -> None:
    db.session.execute(update(table).where(*which).values(values))
