"""Publishing role models: reviewed by a second person, with the consent of whom it's about; declined, withdrawn.

Consent is the person's and is read anew each time somebody looks: once it's withdrawn, nothing is shown any more, and
what was shown is withdrawn with it.
"""

from sqlalchemy import select

from ... import clock
from ...audit import trail
from ...database import db, lock
from ...errors import N_, BadInput, Refused
from ...people import consents
from ...people.consents import Purpose
from ...people.models import Account, Consent, Person
from . import access
from .models import RoleModel, RoleModelState

LONGEST_REASON = 200


def agrees(person: Person) -> bool:
    """Whether *person* agrees to be shown as a role model."""
    living = Consent.person_id == person.id, Consent.purpose == Purpose.ROLE_MODEL, Consent.withdrawn_at.is_(None)
    return db.session.scalar(select(Consent.id).where(*living).limit(1)) is not None


def publish(model: RoleModel, *, by: Account) -> None:
    """Show it to everyone.

    Raises:
        Refused: it's decided already, it's the reviewer's own, or whom it's about doesn't agree.
    """
    _lock(model)
    if model.state is RoleModelState.PUBLISHED:
        return
    _check_review(model, by)
    if model.person and not agrees(model.person):
        raise Refused(N_("%(name)s hasn't agreed yet to be shown as a role model."), name=model.person.name)
    _decide(model, RoleModelState.PUBLISHED, "publish", "", by=by.id)


def decline(model: RoleModel, reason: str, *, by: Account) -> None:
    """Decline a nomination; whoever made it reads why.

    Raises:
        BadInput: there is no reason.
        Refused: it's decided already, or it's the reviewer's own.
    """
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise BadInput(N_("Say why it's declined."))
    _lock(model)
    if (model.state, model.reason) == (RoleModelState.DECLINED, reason):
        return
    _check_review(model, by)
    _decide(model, RoleModelState.DECLINED, "decline", reason, by=by.id)


def withdraw(model: RoleModel, reason: str, *, by: Account) -> None:
    """Take it back, also from the pages: whoever nominated it, whom it's about, or who reviews.

    Raises:
        Refused: it was declined.
    """
    _lock(model)
    if model.state is RoleModelState.WITHDRAWN:
        return
    if model.state is RoleModelState.DECLINED:
        raise Refused(N_("This nomination is decided already."))
    _decide(model, RoleModelState.WITHDRAWN, "withdraw", reason.strip()[:LONGEST_REASON], by=by.id)


def withdraw_of(person: Person, *, by: int) -> None:
    """Take back all that shows *person*, as when they no longer agree: agreeing anew brings none of it back."""
    lock(person)
    living = RoleModel.state.in_((RoleModelState.NOMINATED, RoleModelState.PUBLISHED))
    for model in db.session.scalars(
        select(RoleModel).where(RoleModel.person_id == person.id, living).order_by(RoleModel.id)
    ).all():
        lock(model)
        _decide(model, RoleModelState.WITHDRAWN, "withdraw", "", by=by)


def note_consent(model: RoleModel, *, by: Account) -> None:
    """Note that whom it's about agrees: they say so themselves, or the staff have it on paper.

    Raises:
        Refused: it's about a team.
    """
    if model.person is None:
        raise Refused(N_("It's about a team: nobody has to agree."))
    consents.give(model.person, Purpose.ROLE_MODEL, by=by.id)


def _lock(model: RoleModel) -> None:
    if model.person:
        lock(model.person)
    lock(model)


def _check_review(model: RoleModel, by: Account) -> None:
    if model.state is not RoleModelState.NOMINATED:
        raise Refused(N_("This nomination is decided already."))
    if not access.can_review(by, model):
        raise Refused(N_("Somebody else decides: not who nominated it, and not whom it's about."))


def _decide(model: RoleModel, state: RoleModelState, action: str, reason: str, *, by: int) -> None:
    changes = {"state": [model.state, state]}
    model.state, model.reason = state, reason
    model.decided_at, model.decided_by_id = clock.now(), by
    db.session.flush()
    trail.record(action, model, by=by, place_id=model.subdistrict_id, reason=reason, changes=changes)
