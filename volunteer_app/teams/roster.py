"""Who belongs to a team: adding members, ending a membership, roles; and the wish to join, granted or declined.

A membership that ended is used again when the person comes back. Pages count members: doors raise their stamps with
``activities.renames.team_counted``.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from .. import clock
from ..audit import trail
from ..database import by_code_point, db, holding, in_order, lock
from ..errors import N_, BadInput, Refused
from ..people.accounts import find_or_add_person
from ..people.models import Person, RequestState
from ..people.phones import clean_name
from . import keeping
from .models import MemberRole, Membership, MembershipRequest, Team
from .queries import belongs

ORDERS = ("name", "since", "role")
"""What a roster can be sorted by."""


def members(team: Team, *, on: date, words: str = "", order: str = "role") -> Select[Membership]:
    """A query of who belongs to *team* on a day, with the people.

    Args:
        words: parts of a name or a phone number.
        order: one of ORDERS, with a minus for descending.
    """
    query = (
        select(Membership)
        .join(Membership.person)
        .options(contains_eager(Membership.person))
        .where(Membership.team_id == team.id, belongs(on))
    )
    query = query.where(*holding(words, Person.name, Person.phone))
    name = by_code_point(Person.name)
    # "leader" stands before "member".
    columns = {"name": [name], "since": [Membership.since], "role": [Membership.role, name]}[order.lstrip("-")]
    return query.order_by(*in_order(columns, descending=order.startswith("-")), Membership.id)


def person_of(team: Team, *, name: str, phone: str) -> Person:
    """The person of this name and phone, added where unknown; without a phone it's one of this team's members.

    Raises:
        BadInput: there is no such phone number.
    """
    if phone.strip():
        return find_or_add_person(name=name, phone=phone)
    lock(team)
    name = clean_name(name)
    found = db.session.scalar(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.team_id == team.id, Person.phone.is_(None), Person.name == name)
        .limit(1)
    )
    if found is None:
        found = Person(name=name, phone=None, created_at=clock.now())
        db.session.add(found)
        db.session.flush()
    return found


def add(team: Team, person: Person, *, role: MemberRole = MemberRole.MEMBER, by: int | None) -> Membership:
    """Take somebody into a team from today on; a member stays what they are.

    Raises:
        Refused: the team is dissolved.
    """
    lock(team)
    if not keeping.is_there(team, clock.today()):
        raise Refused(N_("%(team)s is dissolved."), team=team.name)
    found = of(team, person)
    if found and lasts(found):
        return found
    row = found or Membership(team_id=team.id, person_id=person.id)
    before = row.since, row.until
    row.role, row.since, row.until = role, clock.today(), None
    db.session.add(row)
    db.session.flush()
    changes = {"since": [before[0], row.since], "until": [before[1], None]}
    _record("join", row, team, by=by, changes=changes)
    return row


def end(membership: Membership, last_day: date, *, by: int | None) -> None:
    """Let a membership end.

    Args:
        last_day: the last day of membership.

    Raises:
        BadInput: it would end before it began.
        Refused: the person is named as the team's leader.
    """
    lock(membership.team)
    lock(membership)
    if membership.since and last_day < membership.since:
        raise BadInput(N_("That is before the membership began."))
    if membership.person_id == membership.team.leader_id:
        raise Refused(N_("%(name)s leads the team: name somebody else first."), name=membership.person.name)
    if membership.until == last_day:
        return
    changes = {"until": [membership.until, last_day]}
    membership.until = last_day
    _record("leave", membership, membership.team, by=by, changes=changes)


def set_role(membership: Membership, role: MemberRole, *, by: int | None) -> None:
    """Make somebody one of those who lead the team, or a plain member again."""
    lock(membership)
    if membership.role is role:
        return
    changes = {"role": [membership.role.value, role.value]}
    membership.role = role
    _record("change", membership, membership.team, by=by, changes=changes)


def name_leader(team: Team, person: Person | None, *, by: int | None) -> None:
    """Say who answers for a team; somebody who does leads it in the roster, too. None where nobody does for now.

    Raises:
        Refused: the team is dissolved.
    """
    keeping.hold(team)
    if person:
        set_role(add(team, person, by=by), MemberRole.LEADER, by=by)
    keeping.name_leader(team, person, by=by)


def of(team: Team, person: Person) -> Membership | None:
    """The membership of *person* in *team*, also one that ended."""
    return db.session.scalar(select(Membership).where(Membership.team_id == team.id, Membership.person_id == person.id))


def lasts(membership: Membership) -> bool:
    """Whether a membership hasn't ended."""
    return membership.until is None or membership.until >= clock.today()


def ask(team: Team, person: Person, *, note: str = "", by: int | None) -> MembershipRequest:
    """Ask to join a team; asked twice, it's one request.

    Raises:
        Refused: a member can't ask, and a dissolved team can't be joined.
    """
    lock(team)
    if not keeping.is_there(team, clock.today()):
        raise Refused(N_("%(team)s is dissolved."), team=team.name)
    member = of(team, person)
    if member and lasts(member):
        raise Refused(N_("You belong to this team already."))
    waiting = open_request(team, person)
    if waiting:
        return waiting
    request = MembershipRequest(
        team_id=team.id, person_id=person.id, note=note.strip(), state=RequestState.WAITING, asked_at=clock.now()
    )
    db.session.add(request)
    db.session.flush()
    _record("ask", request, team, by=by)
    return request


def open_request(team: Team, person: Person) -> MembershipRequest | None:
    """The request of *person* that nobody has decided yet."""
    waiting = MembershipRequest.state == RequestState.WAITING
    return db.session.scalar(
        select(MembershipRequest).where(
            MembershipRequest.team_id == team.id, MembershipRequest.person_id == person.id, waiting
        )
    )


def open_requests(team: Team) -> list[MembershipRequest]:
    """All requests that nobody has decided yet, with the people; the first asked first."""
    return list(
        db.session.scalars(
            select(MembershipRequest)
            .options(joinedload(MembershipRequest.person))
            .where(MembershipRequest.team_id == team.id, MembershipRequest.state == RequestState.WAITING)
            .order_by(MembershipRequest.asked_at, MembershipRequest.id)
        )
    )


def withdraw(request: MembershipRequest, *, by: int | None) -> None:
    """Take back a request that nobody has decided yet: no figure ever counted it, so only the trail keeps it.

    Raises:
        Refused: it's decided.
    """
    lock(request.team)
    lock(request)
    if request.state is not RequestState.WAITING:
        raise Refused(N_("This request was decided already."))
    _record("withdraw", request, request.team, by=by)
    db.session.delete(request)
    db.session.flush()


def grant(request: MembershipRequest, *, by: int | None) -> None:
    """Take whoever asked into the team; granted already, nothing happens.

    Raises:
        Refused: it was declined, or the team is dissolved.
    """
    if _decide(request, RequestState.GRANTED, by=by):
        add(request.team, request.person, by=by)


def decline(request: MembershipRequest, *, by: int | None) -> None:
    """Tell whoever asked that they can't join; declined already, nothing happens.

    Raises:
        Refused: it was granted.
    """
    _decide(request, RequestState.DECLINED, by=by)


def _decide(request: MembershipRequest, state: RequestState, *, by: int | None) -> bool:
    """Decide a request, and return whether it was still to be decided."""
    lock(request.team)
    lock(request)
    if request.state is state:
        return False
    if request.state is not RequestState.WAITING:
        raise Refused(N_("This request was decided already."))
    request.state, request.decided_at, request.decided_by_id = state, clock.now(), by
    changes = {"state": [RequestState.WAITING.value, state.value]}
    _record("decide", request, request.team, by=by, changes=changes)
    return True


def _record(
    action: str,
    row: Membership | MembershipRequest,
    team: Team,
    *,
    by: int | None,
    changes: Mapping[str, Any] | None = None,
) -> None:
    trail.record(action, row, by=by, place_id=team.subdistrict_id, changes=changes)
