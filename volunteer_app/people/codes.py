"""One-time codes (一次性口令): handed to somebody by their leader or the office, who know them.

Phone number and code together open that person's account, or reset its password. There is no text-message provider:
so nobody attaches to a known person by a name and a number alone.
"""

import secrets
import unicodedata
from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from .. import clock
from ..audit import trail
from ..database import db, lock, only_reading
from ..errors import N_, BadInput, Refused
from . import accounts, credentials
from .granting import outranks
from .models import Account, OneTimeCode, Person, Role
from .phones import clean_phone
from .roles import STAFF, scope

DIGITS = 8
MOST_TRIES = 5
"""Wrong tries after which a code is dead."""
VALID_FOR = timedelta(hours=72)

MAY_MAKE = (*STAFF, Role.LEADER)
"""Who hands out codes, to people whom they see."""


def may_make(account: Account, person: Person, *, own_teams: Collection[int] = ()) -> bool:
    """Whether *account* may open the account of *person*, whom it must be able to see: that is asked at the door.

    Who makes a code could use it: so nobody makes one for themselves, nor for somebody trusted with more.

    Args:
        own_teams: ids of teams in the office's scope of *account*, where *person* may lead.
    """
    if person.id == account.person_id or person.anonymised_at or not scope(account, MAY_MAKE):
        return False
    other = accounts.of_person(person)
    return other is None or outranks(account, other, own_teams=own_teams)


def make(person: Person, *, by: Account, place_id: int | None = None) -> str:
    """Make a code for *person*, in digits; it can't be read again, and one made before is dead.

    Args:
        place_id: the sub-district whose staff may read of it.

    Raises:
        Refused: no number to use it with, an account that is switched off.
    """
    lock(person)
    account = accounts.of_person(person)
    if account and account.disabled_at:
        raise Refused(N_("This account is switched off."))
    if account is None and not person.phone:
        raise Refused(N_("No phone number of this person is known: an account needs one."))
    for old in _open(OneTimeCode.person_id == person.id):
        old.ended_at = clock.now()
    db.session.flush()
    digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    code = OneTimeCode(
        person_id=person.id,
        code_hash=accounts.hash_of(digits),
        made_by_id=by.id,
        made_at=clock.now(),
        expires_at=clock.now() + VALID_FOR,
    )
    db.session.add(code)
    db.session.flush()
    trail.record("make code", code, by=by.id, place_id=place_id)
    return digits


def redeem(login: str, code: str, password: str, *, loopback: bool) -> Account:
    """Open the account of whom the code was made for: it gets *password*, and is made where there is none.

    Args:
        login: the person's phone number, or the phone number or mail address of their account.
        loopback: whether the request comes from the machine itself, where alone demo accounts work.

    Raises:
        BadInput: the password is too short.
        Refused: number and code don't fit. The caller commits: the count of tries must stay.
    """
    password_hash = accounts.hashed(password)
    used = take(login, code)
    account = accounts.of_person(used.person)
    if account is None:
        account = _made(used.person, password_hash)
    else:
        lock(account)
        if account.disabled_at or (account.demo and not loopback):
            raise _refused()
        credentials.give_password(account, password_hash, by=account.id)
    return account


def take(login: str, code: str) -> OneTimeCode:
    """Use up a code; what the session had not committed before is rolled back.

    An unknown number, a wrong code, a used one and an old one are refused with the same words and the same work.

    Raises:
        Refused: number and code don't fit. The caller commits: the count of tries must stay.
    """
    digits = "".join(it for it in unicodedata.normalize("NFKC", code) if it.isdigit())
    with only_reading():
        offered = {it.id: (it.code_hash, it.person_id) for it in _offered(login)}
    if not offered:
        accounts.matches(accounts.nobodys_hash(), digits)
    right = next((row_id for row_id, (code_hash, _) in offered.items() if accounts.matches(code_hash, digits)), None)
    for person_id in sorted({person_id for _, person_id in offered.values()}):
        lock(db.session.get_one(Person, person_id))
    # Of two who use a code at once the second finds it used.
    living = [it for it in _offered(login) if it.id in offered]
    for it in living:
        if it.id == right:
            it.ended_at = clock.now()
            trail.record("use code", it, by=None)
            return it
    for it in living:
        it.tries += 1
        if it.tries >= MOST_TRIES:
            it.ended_at = clock.now()
            trail.record("lock", it, by=None)
    raise _refused()


def _offered(login: str) -> list[OneTimeCode]:
    """The codes with which *login* could be opened now, of everyone who shares a phone number."""
    owner = accounts.find(login)
    owners = [Person.id == owner.person_id] if owner else []
    with suppress(BadInput):
        owners.append(Person.phone == clean_phone(login))
    people = select(Person.id).where(or_(false(), *owners))
    return _open(OneTimeCode.person_id.in_(people), OneTimeCode.expires_at > clock.now())


def _open(*which: ColumnElement[bool]) -> list[OneTimeCode]:
    query = select(OneTimeCode).options(joinedload(OneTimeCode.person)).where(OneTimeCode.ended_at.is_(None), *which)
    return list(db.session.scalars(query.order_by(OneTimeCode.id).execution_options(populate_existing=True)))


def _made(person: Person, password_hash: str) -> Account:
    account = Account(
        person_id=person.id, phone=person.phone, password_hash=password_hash, created_at=clock.now(), demo=False
    )
    try:
        with db.session.begin_nested():
            db.session.add(account)
    except IntegrityError:
        # Somebody else of the family was quicker with the same number.
        raise _refused() from None
    trail.record("create", account, by=account.id)
    return account


def _refused() -> Refused:
    return Refused(
        N_(
            "Number and code don't fit, or the code is no longer valid. After %(tries)d wrong tries a code is dead: "
            "ask for a new one."
        ),
        tries=MOST_TRIES,
    )
