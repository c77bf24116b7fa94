"""Requests for an account (注册申请): somebody asks a sub-district's office, which knows them or calls the number.

To ask reads nothing: the answer and its time are the same, whoever is known here.
"""

from sqlalchemy import Select, select, update
from sqlalchemy.exc import IntegrityError

from .. import clock
from ..audit import trail
from ..database import db, lock
from ..errors import N_, BadInput, Refused
from ..places.models import Place
from . import codes
from .models import Account, AccountRequest, Person, RequestState
from .phones import clean_name, clean_phone


def ask(subdistrict: Place, *, name: str, phone: str, note: str = "") -> AccountRequest:
    """Ask the office of *subdistrict* for an account.

    Raises:
        BadInput: there is no name, or no such phone number.
    """
    number, cleaned = clean_phone(phone), clean_name(name)
    if not cleaned:
        raise BadInput(N_("Enter a name."))
    request = AccountRequest(
        subdistrict_id=subdistrict.id, name=cleaned, phone=number, note=note.strip(), asked_at=clock.now()
    )
    db.session.add(request)
    db.session.flush()
    trail.record("ask", request, by=None, place_id=subdistrict.id)
    return request


def of(subdistrict: Place, *, waiting: bool) -> Select[AccountRequest]:
    """A query of the requests to an office: those that wait, the oldest first, or those decided, the latest first."""
    query = select(AccountRequest).where(AccountRequest.subdistrict_id == subdistrict.id)
    if waiting:
        return query.where(AccountRequest.state == RequestState.WAITING).order_by(AccountRequest.id)
    return query.where(AccountRequest.state != RequestState.WAITING).order_by(
        AccountRequest.decided_at.desc(), AccountRequest.id.desc()
    )


def grant(request: AccountRequest, person: Person, *, by: Account) -> str:
    """Give whoever asked a code for the account of *person*, who they are; returns its digits.

    A person of whom no number was known gets the one that asked.

    Raises:
        Refused: it was decided already, or there can be no code for this person.
    """
    lock(person)
    _decide(request, RequestState.GRANTED, by=by)
    if person.phone is None:
        try:
            with db.session.begin_nested():
                person.phone = request.phone
        except IntegrityError:
            raise Refused(N_("Another person of this name and number is known: choose that one.")) from None
        trail.record("correct", person, by=by.id, place_id=request.subdistrict_id)
    return codes.make(person, by=by, place_id=request.subdistrict_id)


def decline(request: AccountRequest, *, by: Account) -> None:
    """Give no account: nobody is told by the product, the office has called.

    Raises:
        Refused: it was decided already.
    """
    _decide(request, RequestState.DECLINED, by=by)


def was_granted(account: Account, subdistrict: Place) -> bool:
    """Whether the office of *subdistrict* gave *account* its code."""
    query = select(AccountRequest.id).where(
        AccountRequest.phone == account.phone,
        AccountRequest.subdistrict_id == subdistrict.id,
        AccountRequest.state == RequestState.GRANTED,
    )
    return db.session.scalar(query.limit(1)) is not None


def _decide(request: AccountRequest, state: RequestState, *, by: Account) -> None:
    """Decide it, and with it whatever the same person asked the same office twice."""
    lock(request)
    if request.state is not RequestState.WAITING:
        raise Refused(N_("This request was decided already."))
    same = (
        AccountRequest.subdistrict_id == request.subdistrict_id,
        AccountRequest.phone == request.phone,
        AccountRequest.name == request.name,
        AccountRequest.state == RequestState.WAITING,
    )
    decided = {"state": state, "decided_at": clock.now(), "decided_by_id": by.id}
    db.session.execute(update(AccountRequest).where(*same).values(decided))
    db.session.refresh(request)
    action = "grant" if state is RequestState.GRANTED else "decline"
    trail.record(action, request, by=by.id, place_id=request.subdistrict_id)
