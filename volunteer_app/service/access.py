"""Who may see, enter and certify somebody's service."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from ..activities.models import Activity, Attendance
from ..activities.visibility import is_visible, teams_in
from ..database import db
from ..people import family
from ..people.models import Account, Person, Role
from ..people.roles import STAFF, keeps, scope
from ..places.models import Place, PlaceKind
from ..teams.models import Membership, Team
from .models import Certificate, ServiceRecord

ENTERING = (*STAFF, Role.LEADER)
"""Who enters records by hand: the staff for whom they see, a leader for their own team."""


def can_see(account: Account | None, person: Person) -> bool:
    """The staff in whose scope the person lies: records, totals and certificates."""
    return is_visible(person, scope(account, STAFF))


def can_issue(account: Account, person: Person) -> bool:
    """The same staff, for anybody but themselves."""
    return account.person_id != person.id and can_see(account, person)


def can_read(account: Account, certificate: Certificate) -> bool:
    """The person, who acts for them, and the staff in whose scope the person or the issuer lies."""
    return (
        family.acts_for(account, certificate.person_id)
        or keeps(account, certificate.issuer)
        or can_see(account, certificate.person)
    )


def can_revoke(account: Account, certificate: Certificate) -> bool:
    """The staff of the community that issued it, and whoever handled it as long as they work there."""
    handled = certificate.handler_id == account.id and bool(_issuing(account, [certificate.issuer]))
    return account.person_id != certificate.person_id and (handled or keeps(account, certificate.issuer))


def issuers(account: Account, person: Person) -> list[Place]:
    """The communities for which *account* may issue a certificate to *person*.

    They are those of the person's teams and activities; where these belong to none, all of the account's.
    """
    teams = select(Team.place_id).join(Membership).where(Membership.person_id == person.id)
    came = select(Activity.place_id).join(Attendance).where(Attendance.person_id == person.id)
    hand = (
        select(Team.place_id)
        .join(ServiceRecord, ServiceRecord.team_id == Team.id)
        .where(ServiceRecord.person_id == person.id)
    )
    paths = db.session.scalars(select(Place.path).where(Place.id.in_(teams.union(came, hand)))).all()
    around = {int(part) for path in paths for part in path.strip("/").split("/")}
    communities = select(Place).where(Place.kind == PlaceKind.COMMUNITY).order_by(Place.id)
    near = _issuing(account, db.session.scalars(communities.where(Place.id.in_(around))).all())
    if near:
        return near
    subdistricts = db.session.scalars(select(Place.subdistrict_id).where(Place.id.in_(around)).distinct()).all()
    return _issuing(account, db.session.scalars(communities.where(Place.subdistrict_id.in_(subdistricts))).all())


def can_enter(account: Account | None, person: Person) -> bool:
    """The staff for whom they see, a leader for the people of the team."""
    return account is not None and (can_see(account, person) or bool(teams_to_enter(account, person)))


def teams_to_enter(account: Account, person: Person) -> list[Team]:
    """The teams of *person*, present and past, for which *account* may enter a record."""
    members = select(Membership.team_id).where(Membership.person_id == person.id)
    came = select(Activity.team_id).join(Attendance).where(Attendance.person_id == person.id)
    query = select(Team).where(or_(Team.id.in_(members), Team.id.in_(came)), teams_in(scope(account, ENTERING)))
    return list(db.session.scalars(query.order_by(Team.id)))


def sees_entry(account: Account, record: ServiceRecord) -> bool:
    """A record entered by hand, to read and to correct: the person's staff, and the leader of its team."""
    team = record.team
    led = team is not None and scope(account, ENTERING).holds(team.place.path, team_id=team.id)
    return led or can_see(account, record.person)


def can_decide(account: Account, record: ServiceRecord) -> bool:
    """The staff of its team, or of its person where there is no team; never who entered it or whose record it is."""
    own = keeps(account, record.team.place) if record.team else can_see(account, record.person)
    return own and is_second(account, record)


def is_second(account: Account, record: ServiceRecord) -> bool:
    """Whether *account* belongs to neither who entered *record* nor whose record it is."""
    entered = db.session.get(Account, record.by_id) if record.by_id is not None else None
    return account.person_id not in (record.person_id, entered.person_id if entered else None)


def _issuing(account: Account, communities: Sequence[Place]) -> list[Place]:
    """Those of *communities* that the account keeps, or in which it keeps a compound."""
    reach = scope(account, STAFF)
    return [it for it in communities if reach.holds(it.path) or any(own.startswith(it.path) for own in reach.paths)]
