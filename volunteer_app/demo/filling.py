"""Filling an empty database."""

from dataclasses import dataclass
from pathlib import Path
from random import Random

from sqlalchemy import select

from .. import clock
from ..activities import stamps
from ..activities.year import keeping
from ..audit import trail
from ..database import db
from ..errors import N_, Refused
from ..people import accounts
from ..people.models import Account, Person, Role
from ..places.models import Place
from . import calendar, contests, duty, logins, turnout
from .neighbourhood import Neighbourhood, build
from .teams import Formed, People, form

LEADS = "消防安全"
"""The kind of team which the demo's leader leads."""
HELPS = "助老"
"""The kind of team in which the demo's volunteer is."""


@dataclass(frozen=True)
class Filled:
    """How much the large sub-district of the demo holds."""

    teams: int
    """Cultural groups and volunteer teams."""
    committees: int
    """Committees and Party branches."""
    people: int
    activities: int
    attendances: int
    sign_ups: int


def is_empty() -> bool:
    """Whether nobody has entered anything yet."""
    return not any(db.session.scalar(select(table.id).limit(1)) for table in (Account, Place, Person))


def fill(uploads: Path | None = None) -> Filled:
    """Fill the database: the same neighbourhood for the same day. The caller commits.

    Args:
        uploads: the folder of uploads, for pictures; without it there are none.

    Raises:
        Refused: somebody has entered something already.
    """
    if not is_empty():
        raise Refused(N_("This database isn't empty; the demo needs an empty one. Nothing was changed."))
    rng = Random(f"demo {clock.today()}")  # noqa: S311 - a lively neighbourhood, no secrets
    door = trail.door.set(trail.DEMO)
    try:
        large, small = build(rng)
        people = People(rng)
        logins.make(logins.ADMINISTRATOR)
        officer = logins.make(logins.OFFICER, large.subdistrict)
        secretary = logins.make(logins.SECRETARY, large.compounds[0].place.parent)
        logins.make(logins.OUTSIDER, small.subdistrict)
        formed = form(large, people, rng)
        _enrol(formed)
        filled = _live(large, formed, rng)
        led = _led(formed)
        strangers = next(each for each in formed if each.team.id != led.team.id).people
        turnout.wait_on_desks(led.team, led.people, strangers[-2:])
        _live(small, form(small, people, rng, few=True), rng)
        duty.serve(large, people, secretary, officer)
        contests.hold(large, formed, people, officer=officer, models=(led, _helped(formed)), uploads=uploads)
        trail.record("fill", large.subdistrict, by=None, place_id=large.subdistrict.id)
    finally:
        trail.door.reset(door)
    return filled


def _enrol(formed: list[Formed]) -> None:
    """Give the leader of one team, and a member of another, their logins."""
    led = _led(formed)
    helped = _helped(formed)
    for person, login in ((led.people[0], logins.LEADER), (helped.people[1], logins.VOLUNTEER)):
        person.name, person.phone, person.sex = login.name, login.phone, login.sex
    db.session.flush()
    accounts.grant(logins.make(logins.LEADER), Role.LEADER, team_id=led.team.id, by=None)
    logins.make(logins.VOLUNTEER)


def _led(formed: list[Formed]) -> Formed:
    """The team which the demo's leader leads."""
    return next(each for each in formed if each.kind and each.kind.name == LEADS)


def _helped(formed: list[Formed]) -> Formed:
    """The team in which the demo's volunteer is."""
    return next(each for each in formed if each.kind and each.kind.name == HELPS)


def _live(neighbourhood: Neighbourhood, formed: list[Formed], rng: Random) -> Filled:
    """Let the teams of a sub-district meet."""
    planned = calendar.plan(neighbourhood, formed, rng)
    keeping.enter_defaults(neighbourhood.subdistrict, by=None)
    attendances = turnout.attend(planned, rng)
    sign_ups = turnout.sign_up(planned, rng)
    # Whatever happened, each place, venue and team is as changed as it could be.
    paths = [venue.path for compound in neighbourhood.compounds for venue in compound.venues]
    paths += [hall.path for hall in neighbourhood.halls.values()]
    stamps.raise_shown(stamps.subjects(paths, team_ids=[each.team.id for each in formed]))
    return Filled(
        teams=sum(each.kind is not None for each in formed),
        committees=sum(each.kind is None for each in formed),
        people=len({person.id for each in formed for person in each.people}),
        activities=len(planned),
        attendances=attendances,
        sign_ups=sign_ups,
    )
