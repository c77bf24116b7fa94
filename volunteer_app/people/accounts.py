"""Logins: making accounts, checking passwords, locking out who guesses.

To hash or check a password takes long on purpose, so it's done while no transaction is open and nobody waits.
"""

from datetime import date, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from .. import clock
from ..audit import trail
from ..database import db, lock, only_reading
from ..errors import N_, BadInput, Refused
from ..places.models import Place
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


_KNOWN = select(Person).where(Person.phone == bindparam("phone"), Person.name == bindparam("name"))


def find_or_add_person(*, name: str, phone: str) -> Person:
    """The person of this phone and name, added where unknown: by the same statements, so that no clock tells which."""
    name, phone = clean_name(name), clean_phone(phone)
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    unknown = insert(Person).values(name=name, phone=phone, created_at=clock.now())
    db.session.execute(unknown.on_conflict_do_nothing(index_elements=["phone", "name"]))
    return db.session.scalars(_KNOWN, {"phone": phone, "name": name}).one()


def of_person(person: Person) -> Account | None:
    """The login of *person*: their first."""
    return db.session.scalar(select(Account).where(Account.person_id == person.id).order_by(Account.id).limit(1))


def grant(
    account: Account,
    role: Role,
    *,
    place: Place | None = None,
    team_id: int | None = None,
    since: date | None = None,
    until: date | None = None,
    subdistrict_id: int | None = None,
    by: int | None,
) -> RoleGrant:
    """Write a role of *account*, at a place or for a team; what may be given to whom is decided in ``granting``.

    Args:
        since: its first day; today if None.
        until: its last day.
        subdistrict_id: whose staff may read of it, where that can't be seen from the place.
    """
    given = RoleGrant(
        account_id=account.id,
        role=role,
        place_id=place.id if place else None,
        team_id=team_id,
        since=since or clock.today(),
        until=until,
        granted_by_id=by,
    )
    db.session.add(given)
    db.session.flush()
    db.session.expire(account, ["grants"])
    scope = place.subdistrict_id if place else subdistrict_id
    trail.record("grant", given, by=by, place_id=scope, changes={"role": [None, role.value]})
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
    nobody learns who has an account. Where a second factor is set up, it's asked for next (``totp.show``).

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
        password_hash = account.password_hash if account else nobodys_hash()
    right = matches(password_hash, password)
    if account is None:
        raise refused
    lock(account)
    # One that was replaced in the meantime opens nothing.
    if not count_try(account, right and account.password_hash == password_hash):
        raise refused
    if account.disabled_at or (account.demo and not loopback):
        raise refused
    if _hasher.check_needs_rehash(account.password_hash):
        account.password_hash = _hasher.hash(password)
    if account.totp_secret is None:
        welcome(account)
    return account


def count_try(account: Account, right: bool) -> bool:
    """Whether a try at the locked *account* may go on; a wrong one is counted, and too many let the account rest."""
    now = clock.now()
    if account.locked_until and now < account.locked_until:
        return False
    if right:
        return True
    account.failed_logins += 1
    if account.failed_logins >= FREE_TRIES:
        account.failed_logins = 0
        account.locked_until = now + LOCKED_FOR
        trail.record("lock", account, by=None)
    return False


def welcome(account: Account) -> None:
    """All that was asked for was shown: wrong tries are forgotten. Before, a known password would reset their count."""
    account.failed_logins = 0
    account.locked_until = None
    trail.record("log in", account, by=account.id)


def hashed(password: str) -> str:
    """Check a new password and hash it, with no transaction open: what wasn't committed before is rolled back.

    Raises:
        BadInput: it's too short, too long, or one character again and again.
    """
    check_password(password)
    db.session.rollback()
    return _hasher.hash(password)


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


def matches(password_hash: str, password: str) -> bool:
    """Whether *password*, or a one-time code, is the one that was hashed; it takes long on purpose."""
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def hash_of(code: str) -> str:
    """Hash a one-time code, which no rule for passwords fits."""
    return _hasher.hash(code)


@cache
def nobodys_hash() -> str:
    """A hash that nobody's password matches: checking it takes as long as checking a real one."""
    return _hasher.hash("nobody has this password")
