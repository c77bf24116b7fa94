"""志愿服务记录证明: issued by the staff, numbered, verified by everyone, revoked with a reason.

A certificate holds what stood in the records when it was issued. Where they were corrected since, whoever verifies it
reads both numbers, and the sheet of paper has to be issued anew.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from .. import clock, deliveries
from ..audit import trail
from ..database import db, lock
from ..errors import N_, BadInput, Refused
from ..people import family
from ..people.models import Account, Person
from ..places.models import Place
from . import records, typesetting
from .models import Certificate
from .records import Record

LONGEST_REASON = 100


class Validity(StrEnum):
    """What a certificate is worth today."""

    VALID = "valid"
    CORRECTED = "corrected"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Standing:
    """A certificate, and what stands in the records of its period today."""

    certificate: Certificate
    validity: Validity
    records: int
    minutes: int


def issue(
    person: Person,
    since: date | None,
    until: date,
    *,
    issuer: Place,
    by: Account,
    key: str,
    sealed: Callable[[str], str],
) -> Certificate:
    """Issue a certificate of what *person* gave from *since* until *until*; the same form sent twice issues one.

    Args:
        since: the first day; None for all that there is.
        issuer: the community whose residents' committee issues it [R §26].
        by: who handles it (经办人).
        key: of the form.
        sealed: makes the end of the verification address of a serial number; nobody else can guess it.

    Raises:
        BadInput: the days are in the wrong order, or still to come.
        Refused: nothing is recorded in these days, it's the handler's own or their family's, or the name can't be
            printed.
    """
    if until > clock.today():
        raise BadInput(N_("This day is still to come."))
    if since is not None and since > until:
        raise BadInput(N_("The last day comes before the first."))
    subdistrict = db.session.get_one(Place, issuer.subdistrict_id)
    lock(subdistrict)
    lock(person)
    if not deliveries.is_new(key):
        return _of_same_form(person, since, until, by)
    _check(person, issuer, by)
    found = records.of(person, since, until)
    if not found:
        raise Refused(N_("There are no service records in these days."))
    serial = _next_serial(subdistrict)
    certificate = Certificate(
        serial=serial,
        token_hash=_hash(sealed(serial)),
        subdistrict_id=subdistrict.id,
        person_id=person.id,
        issuer_id=issuer.id,
        since=since,
        until=until,
        records=len(found),
        minutes=records.total(found),
        digest=records.digest(found),
        issued_on=clock.today(),
        handler_id=by.id,
    )
    db.session.add(certificate)
    db.session.flush()
    trail.record("issue", certificate, by=by.id, place_id=subdistrict.id)
    return certificate


def revoke(certificate: Certificate, reason: str, *, by: int) -> None:
    """Take a certificate back; twice is once.

    Args:
        reason: for the trail and the staff; the verification page doesn't say it.
        by: id of the account that acts.

    Raises:
        BadInput: there is no reason.
    """
    reason = reason.strip()
    if not reason:
        raise BadInput(N_("Say why it's revoked."))
    lock(certificate)
    if certificate.revoked_at is not None:
        return
    certificate.revoked_at, certificate.revoked_by_id, certificate.revoke_reason = clock.now(), by, reason
    trail.record("revoke", certificate, by=by, place_id=certificate.subdistrict_id, reason=reason)


def of(person: Person) -> list[Certificate]:
    """The certificates of *person*, the latest first: one query."""
    query = select(Certificate).options(joinedload(Certificate.issuer)).where(Certificate.person_id == person.id)
    return list(db.session.scalars(query.order_by(Certificate.id.desc())))


def find(token: str) -> Certificate | None:
    """The certificate that an address verifies; None for an address that was changed."""
    query = select(Certificate).options(joinedload(Certificate.issuer), joinedload(Certificate.person))
    return db.session.scalar(query.where(Certificate.token_hash == _hash(token)))


def standing(certificate: Certificate) -> Standing:
    """What *certificate* is worth today."""
    (found,) = standings([certificate], records.of(certificate.person))
    return found


def standings(certificates: Iterable[Certificate], found: Sequence[Record]) -> list[Standing]:
    """The same for several certificates of one person, whose records are *found*."""
    return [_standing(it, covered(it, found)) for it in certificates]


def covered(certificate: Certificate, found: Iterable[Record]) -> list[Record]:
    """Those of a person's records that lie in the days of *certificate*."""
    since = certificate.since or date.min
    return [it for it in found if since <= it.day <= certificate.until]


def _standing(certificate: Certificate, now: Sequence[Record]) -> Standing:
    minutes, same = records.total(now), records.digest(now) == certificate.digest
    validity = Validity.REVOKED if certificate.revoked_at else Validity.VALID if same else Validity.CORRECTED
    return Standing(certificate, validity, len(now), minutes)


def _check(person: Person, issuer: Place, by: Account) -> None:
    if person.anonymised_at:
        raise Refused(N_("This person's data were erased."))
    if by.person_id == person.id:
        raise Refused(N_("Nobody issues a certificate to themselves: ask a colleague."))
    if person.id in family.household(by.person_id):
        raise Refused(N_("Nobody issues a certificate to somebody of their family: ask a colleague."))
    for name in (person.name, issuer.name, by.person.name):
        if missing := typesetting.missing(name):
            raise Refused(
                N_("The certificate can't print “%(characters)s” of “%(name)s”."), characters=missing, name=name
            )


def _of_same_form(person: Person, since: date | None, until: date, by: Account) -> Certificate:
    """What the form made when it came first."""
    made = select(Certificate).where(
        Certificate.person_id == person.id,
        Certificate.handler_id == by.id,
        Certificate.until == until,
        Certificate.since.is_(None) if since is None else Certificate.since == since,
    )
    found = db.session.scalar(made.order_by(Certificate.id.desc()).limit(1))
    if found is None:
        raise Refused(N_("This form was sent before. Open the page anew."))
    return found


def _next_serial(subdistrict: Place) -> str:
    """年份-街道-流水号: rises by one in each sub-district and year, under the sub-district's lock."""
    beginning = f"{clock.today().year}-{subdistrict.id:04d}-"
    last = db.session.scalar(select(func.max(Certificate.serial)).where(Certificate.serial.startswith(beginning)))
    return f"{beginning}{int(last.removeprefix(beginning)) + 1 if last else 1:06d}"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
