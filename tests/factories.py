"""Rows for tests: each function makes one thing with sensible defaults and flushes it; nothing here commits.

What a test is about it says itself; all else is filled in and unlike the last one.
"""

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from volunteer_app import clock
from volunteer_app.activities.models import (
    Activity,
    ActivityState,
    Attendance,
    Shift,
    SignUp,
    SignUpState,
    Theme,
    ThemeField,
)
from volunteer_app.database import Base, db
from volunteer_app.duty.models import Assignment, Force, Pairing, Visit, VisitKind, VisitState
from volunteer_app.people import accounts
from volunteer_app.people.models import Account, Person, Role, RoleGrant
from volunteer_app.places import registry
from volunteer_app.places.models import Management, Place, PlaceKind
from volunteer_app.teams.models import MemberRole, Membership, Team, TeamKind

PASSWORD = "correct horse 1949"
"""Everyone's password."""

Row = TypeVar("Row", bound=Base)

# Beyond the numbers that tests and files name themselves (19900000001 and so on).
_numbers = itertools.count(10_000)


def make_subdistrict(name: str | None = None, **values: object) -> Place:
    """A sub-district (街道) with an office telephone."""
    values = {"telephone": "010-55550100"} | values
    return registry.add(PlaceKind.SUBDISTRICT, name or f"第{next(_numbers)}街道", parent=registry.district(), **values)


def make_community(subdistrict: Place | None = None, name: str | None = None, **values: object) -> Place:
    """A community (社区)."""
    parent = subdistrict or make_subdistrict()
    return registry.add(PlaceKind.COMMUNITY, name or f"第{next(_numbers)}社区", parent=parent, **values)


def make_compound(community: Place | None = None, name: str | None = None, **values: object) -> Place:
    """A compound (楼院) which nobody manages."""
    values = {"management": Management.UNMANAGED, "households": 120} | values
    parent = community or make_community()
    return registry.add(PlaceKind.COMPOUND, name or f"槐安里{next(_numbers)}号院", parent=parent, **values)


def make_building(compound: Place | None = None, name: str | None = None, **values: object) -> Place:
    """A building (楼栋)."""
    parent = compound or make_compound()
    return registry.add(PlaceKind.BUILDING, name or f"{next(_numbers)}号楼", parent=parent, **values)


def make_venue(parent: Place | None = None, name: str | None = None, **values: object) -> Place:
    """A venue: an activity room, a square."""
    return registry.add(
        PlaceKind.VENUE, name or f"{next(_numbers)}号活动室", parent=parent or make_compound(), **values
    )


def make_person(name: str = "王小明", phone: str | None = None, **values: object) -> Person:
    """A person with a phone of their own."""
    values = {"created_at": clock.now()} | values
    return _added(Person(name=name, phone=phone or _phone(), **values))


def make_account(
    name: str = "李晓",
    role: Role | None = None,
    *,
    place: Place | None = None,
    team: Team | None = None,
    phone: str | None = None,
    **values: object,
) -> Account:
    """A login with the password PASSWORD; with a role, where one is given."""
    person = make_person(name, phone)
    values = {"password_hash": accounts._hasher.hash(PASSWORD), "created_at": clock.now()} | values
    account = _added(Account(person_id=person.id, phone=person.phone, **values))
    if role:
        make_grant(account, role, place=place, team=team)
    return account


def make_grant(account: Account, role: Role, *, place: Place | None = None, team: Team | None = None) -> RoleGrant:
    """A role from today on."""
    grant = RoleGrant(
        account_id=account.id, role=role, place_id=place and place.id, team_id=team and team.id, since=clock.today()
    )
    _added(grant)
    db.session.expire(account, ["grants"])
    return grant


def make_team(
    place: Place | None = None, name: str | None = None, kind: TeamKind = TeamKind.VOLUNTEER_TEAM, **values: object
) -> Team:
    """A team of a compound, community or sub-district."""
    place = place or make_compound()
    name = name or f"第{next(_numbers)}志愿服务队"
    return _added(Team(kind=kind, name=name, place_id=place.id, subdistrict_id=place.subdistrict_id, **values))


def make_membership(
    team: Team, person: Person | None = None, role: MemberRole = MemberRole.MEMBER, **values: object
) -> Membership:
    """A person in a team."""
    person = person or make_person()
    return _added(Membership(team_id=team.id, person_id=person.id, role=role, **values))


def make_theme(subdistrict: Place, name: str | None = None, field: ThemeField = ThemeField.NEIGHBOURS) -> Theme:
    """A theme of a sub-district."""
    return _added(Theme(subdistrict_id=subdistrict.id, name=name or f"邻里互助第{next(_numbers)}课", field=field))


def make_activity(
    team: Team | None = None,
    theme: Theme | str | None = None,
    *,
    starts_at: datetime | None = None,
    minutes: int = 90,
    places: int | None = None,
    state: ActivityState = ActivityState.PUBLISHED,
    **values: object,
) -> Activity:
    """An activity with one shift; tomorrow at this time unless said otherwise.

    Args:
        theme: a theme, or the name of one to be found or made.
        minutes: how long it takes.
        places: how many may come; None where nobody needs to sign up.
    """
    team = team or make_team()
    starts_at = starts_at or clock.now() + timedelta(days=1)
    ends_at = starts_at + timedelta(minutes=minutes)
    if not isinstance(theme, Theme):
        found = db.session.query(Theme).filter_by(subdistrict_id=team.subdistrict_id, name=theme).first()
        theme = found or make_theme(team.subdistrict, theme)
    values = {
        "place_text": "院内小广场",
        "counts_as_service": team.kind is TeamKind.VOLUNTEER_TEAM,
        "changed_at": clock.now(),
    } | values
    activity = _added(
        Activity(
            team_id=team.id,
            subdistrict_id=team.subdistrict_id,
            place_id=team.place_id,
            theme_id=theme.id,
            starts_at=starts_at,
            ends_at=ends_at,
            state=state,
            **values,
        )
    )
    make_shift(activity, places=places)
    return activity


def make_shift(activity: Activity, *, places: int | None = None, **values: object) -> Shift:
    """A shift over the whole activity."""
    values = {"starts_at": activity.starts_at, "ends_at": activity.ends_at} | values
    shift = _added(Shift(activity_id=activity.id, places=places, **values))
    db.session.expire(activity, ["shifts"])
    return shift


def make_sign_up(
    activity: Activity, person: Person | None = None, state: SignUpState = SignUpState.CONFIRMED, **values: object
) -> SignUp:
    """A sign-up to the activity's first shift, or to another one by its ``shift_id``."""
    person = person or make_person()
    values = {"shift_id": activity.shifts[0].id, "asked_at": clock.now(), "changed_at": clock.now()} | values
    return _added(SignUp(person_id=person.id, state=state, **values))


def make_attendance(activity: Activity, person: Person | None = None, **values: object) -> Attendance:
    """An attendance from the activity's start to its end."""
    person = person or make_person()
    values = {"checked_in_at": activity.starts_at, "checked_out_at": activity.ends_at} | values
    return _added(Attendance(activity_id=activity.id, person_id=person.id, **values))


def make_pairing(person: Person | None = None, compound: Place | None = None, **values: object) -> Pairing:
    """A cadre paired with a compound, without dates, for the weekly three hours."""
    person, compound = person or make_person("郑海"), compound or make_compound()
    return _added(
        Pairing(person_id=person.id, compound_id=compound.id, subdistrict_id=compound.subdistrict_id, **values)
    )


def make_visit(
    pairing: Pairing,
    *,
    starts_at: datetime | None = None,
    minutes: int | None = 60,
    state: VisitState = VisitState.WAITING,
    **values: object,
) -> Visit:
    """A visit of a pairing's cadre in its compound; it ended just now unless said otherwise.

    Args:
        minutes: how long it took; None while it's going on.
    """
    starts_at = starts_at or clock.now() - timedelta(minutes=minutes or 0)
    values = {
        "person_id": pairing.person_id,
        "compound_id": pairing.compound_id,
        "subdistrict_id": pairing.subdistrict_id,
        "kind": VisitKind.HOME_VISIT,
        "ends_at": None if minutes is None else starts_at + timedelta(minutes=minutes),
        "entered_at": clock.now(),
    } | values
    return _added(Visit(starts_at=starts_at, state=state, **values))


def make_assignment(
    compound: Place | None = None, force: Force = Force.WARDENS, person: Person | None = None, **values: object
) -> Assignment:
    """Who of a force answers for a compound."""
    compound, person = compound or make_compound(), person or make_person("段平")
    return _added(
        Assignment(
            compound_id=compound.id,
            subdistrict_id=compound.subdistrict_id,
            force=force,
            person_id=person.id,
            **values,
        )
    )


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Who is in most tests: the officer works where the team is, the outsider in another sub-district."""

    subdistrict: Place
    community: Place
    compound: Place
    team: Team
    elsewhere: Place
    """The outsider's sub-district."""
    administrator: Account
    officer: Account
    outsider: Account
    secretary: Account
    """Of the community around the team."""
    leader: Account
    """Leads the team."""
    volunteer: Account
    """A member of the team, without any role."""


def make_cast() -> Cast:
    """The named cast."""
    subdistrict = make_subdistrict("青云街道")
    community = make_community(subdistrict, "云台社区")
    compound = make_compound(community, "云台里5号院")
    elsewhere = make_subdistrict("柳浪街道")
    leader = make_account("赵建国")
    volunteer = make_account("孙桂兰")
    team = make_team(compound, "云台里志愿服务队", leader_id=leader.person_id)
    make_grant(leader, Role.LEADER, team=team)
    make_membership(team, leader.person, MemberRole.LEADER)
    make_membership(team, volunteer.person)
    return Cast(
        subdistrict=subdistrict,
        community=community,
        compound=compound,
        team=team,
        elsewhere=elsewhere,
        administrator=make_account("周敏", Role.ADMINISTRATOR),
        officer=make_account("钱晓岚", Role.OFFICER, place=subdistrict),
        outsider=make_account("吴海", Role.OFFICER, place=elsewhere),
        secretary=make_account("何静", Role.SECRETARY, place=community),
        leader=leader,
        volunteer=volunteer,
    )


def make_other_leader(cast: Cast) -> Account:
    """Somebody who leads another team of the same compound."""
    leader = make_account("冯国强")
    team = make_team(cast.compound, "云台里书画社", TeamKind.CULTURAL_GROUP, leader_id=leader.person_id)
    make_grant(leader, Role.LEADER, team=team)
    return leader


def _added(row: Row) -> Row:
    db.session.add(row)
    db.session.flush()
    return row


def _phone() -> str:
    return f"199{next(_numbers):08d}"
