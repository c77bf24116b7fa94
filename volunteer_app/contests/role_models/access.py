"""Who nominates, reviews, changes and sees a role model."""

from sqlalchemy import select

from ... import clock
from ...activities.visibility import is_visible
from ...database import db
from ...people.models import Account, Person
from ...people.roles import STAFF, keeps, scope
from ...teams import access as teams
from ...teams.models import Membership, Team
from ...teams.queries import belongs
from ..access import REVIEWING
from .models import RoleModel, RoleModelState


def can_nominate_in(account: Account, team: Team) -> bool:
    """The staff of its place, its leader, and its members."""
    if teams.can_keep(account, team):
        return True
    own = Membership.team_id == team.id, Membership.person_id == account.person_id, belongs(clock.today())
    return db.session.scalar(select(Membership.id).where(*own).limit(1)) is not None


def can_nominate(account: Account, person: Person) -> bool:
    """Somebody of no team: the staff who see them."""
    return is_visible(person, scope(account, STAFF))


def can_review(account: Account | None, model: RoleModel) -> bool:
    """The office and the community's secretary, never whoever nominated it or whom it's about."""
    if account is None or account.id == model.by_id or account.person_id == model.person_id:
        return False
    return keeps(account, model.place, REVIEWING)


def can_change(account: Account | None, model: RoleModel) -> bool:
    """Photo and records, before it's decided: whoever nominated it, and the office and the secretary of its place."""
    if account is None or model.state is not RoleModelState.NOMINATED:
        return False
    return account.id == model.by_id or keeps(account, model.place, REVIEWING)


def can_withdraw(account: Account | None, model: RoleModel) -> bool:
    """Whoever nominated it, whom it's about, and the office and the secretary of its place."""
    if account is None or model.state not in (RoleModelState.NOMINATED, RoleModelState.PUBLISHED):
        return False
    return account.id == model.by_id or is_about(account, model) or keeps(account, model.place, REVIEWING)


def is_about(account: Account | None, model: RoleModel) -> bool:
    """Whether it's about whoever is signed in."""
    return account is not None and model.person_id is not None and account.person_id == model.person_id


def can_see_unpublished(account: Account | None, model: RoleModel) -> bool:
    """What isn't shown to everyone: those who may do something with it."""
    if account is None:
        return False
    return account.id == model.by_id or is_about(account, model) or keeps(account, model.place, REVIEWING)
