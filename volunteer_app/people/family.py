"""Family (家人): people without an account of their own, for whom an account may act.

Adding somebody makes a new person under the account's own phone number. A person who is known already never joins by
name and number alone: who knows these two would read their hours. That takes a one-time code of the office.
"""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from .. import clock
from ..audit import trail
from ..database import db, lock
from ..errors import N_, BadInput, Refused
from . import consents
from .consents import Purpose
from .models import Account, FamilyMember, Person
from .phones import clean_name

MOST = 10
"""Members of one family."""
_WITH_ACCOUNT = select(Account.person_id).where(Account.disabled_at.is_(None))


def members(account: Account) -> list[FamilyMember]:
    """Those for whom *account* may act, in the order in which they joined; who has an account by now acts alone."""
    return list(
        db.session.scalars(
            select(FamilyMember)
            .options(joinedload(FamilyMember.person))
            .where(
                FamilyMember.account_id == account.id,
                FamilyMember.ended_at.is_(None),
                FamilyMember.person_id.not_in(_WITH_ACCOUNT),
            )
            .order_by(FamilyMember.id)
        )
    )


def people(account: Account) -> list[Person]:
    """For whom *account* may act: its own person, then the family."""
    return [account.person, *(link.person for link in members(account))]


def acts_for(account: Account, person_id: int) -> bool:
    """Whether *account* may act for this person: itself, or a living member of its family."""
    return person_id == account.person_id or person_id in [link.person_id for link in members(account)]


def household(person_id: int) -> set[int]:
    """The ids of those who are of one family with a person, in whatever direction and since ever: one query.

    Who acts for somebody, or once did, is too near to them to decide in their matters.
    """
    acting = select(FamilyMember.account_id).where(FamilyMember.person_id == person_id)
    heads = acting.union(select(Account.id).where(Account.person_id == person_id))
    related = select(Account.person_id).join(FamilyMember, FamilyMember.account_id == Account.id)
    related = related.where(Account.id.in_(heads))
    query = related.union(select(FamilyMember.person_id).where(FamilyMember.account_id.in_(heads)))
    return set(db.session.scalars(query)) - {person_id}


def add(account: Account, *, name: str, under_14: bool) -> FamilyMember:
    """Add somebody without a phone of their own to the family of *account*.

    Whoever adds somebody says that they agree; for somebody under 14 it's the guardian who does [P §31].

    Raises:
        BadInput: there is no name.
        Refused: a person of this name and phone is known already, the account has no phone, the family is large.
    """
    lock(account)
    phone, cleaned = account.person.phone, clean_name(name)
    if not cleaned:
        raise BadInput(N_("Enter a name."))
    if not phone:
        raise Refused(N_("Your data hold no phone number. Add it first: the office must be able to reach you."))
    _check_room(account)
    known = db.session.scalar(select(Person).where(Person.phone == phone, Person.name == cleaned))
    if known:
        link = _link(account, known)
        if link is None:
            raise Refused(
                N_(
                    "Somebody of this name is known under your number already. Ask your team's leader or the office "
                    "for a one-time code, and enter it below."
                )
            )
        return _living(account, link)
    person = Person(name=cleaned, phone=phone, created_at=clock.now())
    if under_14:
        person.guardian_name, person.guardian_phone = account.person.name, phone
    db.session.add(person)
    db.session.flush()
    trail.record("create", person, by=account.id)
    for purpose in (Purpose.SIGN_UP, Purpose.GUARDIAN) if under_14 else (Purpose.SIGN_UP,):
        consents.give(person, purpose, by=account.id)
    return attach(account, person)


def attach(account: Account, person: Person) -> FamilyMember:
    """Let *account* act for *person*, who was just made or was shown to be theirs by a one-time code.

    Raises:
        Refused: the person has an account, was erased, or the family is large.
    """
    lock(account)
    _check_room(account)
    if person.anonymised_at or person.id == account.person_id:
        raise Refused(N_("This person can't join your family here: ask the office."))
    link = _link(account, person)
    if link is None:
        link = FamilyMember(account_id=account.id, person_id=person.id, since=clock.now())
        _check_no_account(person)
        db.session.add(link)
        db.session.flush()
        trail.record("add", link, by=account.id)
        return link
    return _living(account, link)


def end(link: FamilyMember, *, by: int) -> None:
    """Act no longer for somebody; who was in the family may be added again by the same account."""
    lock(link)
    if link.ended_at is None:
        link.ended_at = clock.now()
        trail.record("end", link, by=by)


def _living(account: Account, link: FamilyMember) -> FamilyMember:
    """*link*, which this account had before, in force again."""
    lock(link)
    _check_no_account(link.person)
    if link.ended_at is None:
        raise Refused(N_("This person is in your family already."))
    link.since, link.ended_at = clock.now(), None
    trail.record("add", link, by=account.id)
    return link


def _link(account: Account, person: Person) -> FamilyMember | None:
    return db.session.scalar(
        select(FamilyMember).where(FamilyMember.account_id == account.id, FamilyMember.person_id == person.id)
    )


def _check_no_account(person: Person) -> None:
    if db.session.scalar(_WITH_ACCOUNT.where(Account.person_id == person.id)):
        raise Refused(N_("This person has an account and acts for themselves."))


def _check_room(account: Account) -> None:
    if len(members(account)) >= MOST:
        raise Refused(N_("A family has up to %(most)d members here."), most=MOST)
