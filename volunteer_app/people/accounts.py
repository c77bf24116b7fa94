"""Logins: making accounts, checking passwords, locking out who guesses."""

from datetime import timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import select

from .. import clock
from ..audit import trail
from ..database import db, lock, only_reading
from ..errors import N_, BadInput, Refused
from ..places.models import Place
from . import sessions
from .models import Account, Person, Role, RoleGrant
from .phones import clean_name, clean_phone

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
FREE_TRIES = 5
"""Wrong passwords in a row before the account is locked."""
LOCKED_FOR = timedelta(minutes=15)

# 19 MiB, two passes, one lane: 39 ms a check; the library's default of 64 MiB takes 217 ms on a small server.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def create(
    *,
    name: str,
    phone: str,
    password: str,
    role: Role | None = None,
    subdistrict: Place | None = None,
    email: str | None = None,
    by: int | None = None,
    demo: bool = False,
) -> Account:
    """Make an account with its person and, for the office, its first role.

    Args:
        role: None for a volunteer, who needs none.
        subdistrict: where an officer works; None for an administrator.
        by: id of the account that acts; None for the command line.

    Raises:
        BadInput: the phone is none, the password is too short.
        Refused: the phone or the mail address has an account already; an officer without a sub-district.
    """
    if role is Role.OFFICER and subdistrict is None:
        raise Refused(N_("An officer works in a sub-district: name it."))
    number = clean_phone(phone)
    email = email.strip().lower() if email else None
    check_password(password)
    taken = Account.phone == number
    if email:
        taken |= Account.email == email
    if db.session.scalar(select(Account.id).where(taken)):
        raise Refused(N_("There is an account for %(phone)s already."), phone=number)
    person = find_or_add_person(name=name, phone=number)
    account = Account(
        person_id=person.id,
        phone=number,
        email=email,
        password_hash=_hasher.hash(password),
        created_at=clock.now(),
        demo=demo,
    )
    db.session.add(account)
    db.session.flush()
    trail.record("create", account, by=by, place_id=subdistrict.id if subdistrict else None)
    if role:
        grant(account, role, place=subdistrict, by=by)
    return account


def find_or_add_person(*, name: str, phone: str) -> Person:
    """The person of this phone and name, added where unknown."""
    name, phone = clean_name(name), clean_phone(phone)
    person = db.session.scalar(select(Person).where(Person.phone == phone, Person.name == name))
    if person is None:
        person = Person(name=name, phone=phone, created_at=clock.now())
        db.session.add(person)
        db.session.flush()
    return person


def grant(
    account: Account, role: Role, *, place: Place | None = None, team_id: int | None = None, by: int | None
) -> RoleGrant:
    """Give *account* a role from today on, at a place or for a team."""
    given = RoleGrant(
        account_id=account.id,
        role=role,
        place_id=place.id if place else None,
        team_id=team_id,
        since=clock.today(),
        granted_by_id=by,
    )
    db.session.add(given)
    db.session.flush()
    db.session.expire(account, ["grants"])
    trail.record("grant", given, by=by, place_id=place.id if place else None, changes={"role": [None, role.value]})
    return given


def find(login: str) -> Account | None:
    """The account of a phone number or a mail address, however it was typed."""
    try:
        phone = clean_phone(login)
    except BadInput:
        return db.session.scalar(select(Account).where(Account.email == login.strip().lower()))
    return db.session.scalar(select(Account).where(Account.phone == phone))


def log_in(login: str, password: str, *, loopback: bool) -> Account:
    """The account, where the password is its own; what the session had not committed before is rolled back.

    Unknown accounts, wrong passwords and locked accounts are refused with the same words and the same work, so that
    nobody learns who has an account. That work is done while no writer waits, so that guessing slows nobody down.

    Args:
        loopback: whether the request comes from the machine itself, where alone demo accounts work.

    Raises:
        Refused: no account, wrong password, locked, or disabled. The caller commits: the count of tries must stay.
    """
    refused = Refused(
        N_(
            "Phone number or password is wrong. "
            "After %(tries)d wrong passwords an account rests for %(minutes)d minutes."
        ),
        tries=FREE_TRIES,
        minutes=LOCKED_FOR.seconds // 60,
    )
    with only_reading():
        account = find(login)
        password_hash = account.password_hash if account else _nobodys_hash()
    matches = _matches(password_hash, password)
    if account is None:
        raise refused
    lock(account)
    now = clock.now()
    # One that was replaced in the meantime opens nothing.
    matches = matches and account.password_hash == password_hash
    if account.locked_until and now < account.locked_until:
        raise refused
    if not matches:
        account.failed_logins += 1
        if account.failed_logins >= FREE_TRIES:
            account.failed_logins = 0
            account.locked_until = now + LOCKED_FOR
            trail.record("lock", account, by=None)
        raise refused
    if account.disabled_at or (account.demo and not loopback):
        raise refused
    account.failed_logins = 0
    account.locked_until = None
    if _hasher.check_needs_rehash(account.password_hash):
        account.password_hash = _hasher.hash(password)
    trail.record("log in", account, by=account.id)
    return account


def set_password(account: Account, password: str, *, by: int | None) -> None:
    """Give *account* a new password and end all its sessions.

    Raises:
        BadInput: the password is too short.
    """
    check_password(password)
    account.password_hash = _hasher.hash(password)
    account.failed_logins = 0
    account.locked_until = None
    sessions.end_all(account)
    trail.record("set password", account, by=by)


def change_password(account: Account, present: str, new: str) -> None:
    """Let somebody change their own password, with the present one as proof.

    Raises:
        Refused: the present password is wrong.
        BadInput: the new one is too short.
    """
    if not _matches(account.password_hash, present):
        raise Refused(N_("That isn't your present password."))
    set_password(account, new, by=account.id)


def check_password(password: str) -> None:
    """Refuse a password that is too short, too long, or one character again and again.

    Raises:
        BadInput: which of them.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise BadInput(N_("A password has at least %(count)d characters."), count=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        raise BadInput(N_("A password has at most %(count)d characters."), count=LONGEST_PASSWORD)
    if len(set(password)) < 4:
        raise BadInput(N_("A password needs at least four different characters."))


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except VerificationError:
        return False


@cache
def _nobodys_hash() -> str:
    """A hash that nobody's password matches: checking it takes as long as checking a real one."""
    return _hasher.hash("nobody has this password")
