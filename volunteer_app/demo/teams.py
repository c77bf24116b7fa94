"""The demo's teams and the people in them."""

import dataclasses
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from .. import clock
from ..activities.models import ThemeField
from ..database import db
from ..people.models import Person, Sex
from ..places.models import Management
from ..teams.models import MemberRole, Membership, Team, TeamKind
from .neighbourhood import Compound, Neighbourhood, read, slug

FIRST_PHONE = 19900000101
"""The logins stand below it."""
IN_TWO_TEAMS = 0.14
"""Share of a roster that is in another team too."""
COMMITTEES = (
    (TeamKind.PARTY_BRANCH, "临时党支部", Management.UNMANAGED, 5),
    (TeamKind.SELF_MANAGEMENT_COMMITTEE, "自管会", Management.UNMANAGED, 4),
    (TeamKind.OWNERS_COMMITTEE, "业委会", Management.OWNERS, 1),
)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What teams of one kind are called, do and announce; described in groups.toml and volunteers.toml."""

    kind: TeamKind
    name: str
    teams: int
    field: ThemeField
    focus: str
    about: str
    hours: list[str]
    minutes: int
    places: int
    themes: list[str]
    days: list[int] = dataclasses.field(default_factory=lambda: list(range(7)))
    season: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    activity: str = ""
    bring: str = ""

    @property
    def full_name(self) -> str:
        """As it stands behind a compound's name."""
        return self.name + ("志愿服务队" if self.kind is TeamKind.VOLUNTEER_TEAM else "")


@dataclass(frozen=True)
class Formed:
    """A team with what its activities are made from."""

    team: Team
    kind: Kind | None
    """None for a committee or a Party branch."""
    compound: Compound
    turn: int
    """Where in its kind's themes it begins, so that two teams of a kind announce different ones."""
    people: list[Person] = dataclasses.field(default_factory=list)


class People:
    """Invents people, each with a name and a phone of their own."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._data = read("people")
        self._next_phone = FIRST_PHONE

    def invent(self) -> Person:
        """Somebody who is in no team yet."""
        rng = self._rng
        sex = Sex.FEMALE if rng.random() < 0.62 else Sex.MALE
        rare = rng.random() < 0.01
        surname = rng.choice(self._data["rare_surnames"] if rare else self._data["surnames"])
        letters = self._data["women" if sex is Sex.FEMALE else "men"]
        given = "".join(rng.sample(letters, 1 if rng.random() < 0.22 else 2))
        age = min(max(int(rng.gauss(59, 14)), 18), 86)
        person = Person(
            name=surname + given,
            phone=str(self._next_phone),
            sex=sex,
            birth_month=f"{clock.today().year - age}-{rng.randint(1, 12):02}",
            created_at=clock.now() - timedelta(days=rng.randint(70, 1500)),
        )
        self._next_phone += 1
        return person


def form(neighbourhood: Neighbourhood, people: People, rng: Random, *, few: bool = False) -> list[Formed]:
    """Add the teams of a sub-district with their rosters.

    Args:
        few: one team each of three kinds, instead of all of them.
    """
    compounds = neighbourhood.compounds.copy()
    rng.shuffle(compounds)
    wanted = kinds()
    if few:
        wanted = [kind for kind in wanted if kind.name in ("合唱团", "太极拳队", "环境卫生")]
    names = [
        (kind, place + 3 * number) for place, kind in enumerate(wanted) for number in range(1 if few else kind.teams)
    ]
    taken: set[tuple[int, int, str]] = set()
    formed = [
        _team(compounds[number % len(compounds)], kind, turn, taken, rng) for number, (kind, turn) in enumerate(names)
    ]
    if not few:
        formed += _committees(compounds, rng)
    db.session.add_all(each.team for each in formed)
    _fill_rosters(formed, people, rng)
    return formed


def kinds() -> list[Kind]:
    """All kinds of teams, cultural groups first."""
    return [
        Kind(**described | {"kind": kind, "field": ThemeField(described["field"])})
        for name, kind in (("groups", TeamKind.CULTURAL_GROUP), ("volunteers", TeamKind.VOLUNTEER_TEAM))
        for described in read(name)["kinds"]
    ]


def _team(compound: Compound, kind: Kind, turn: int, taken: set[tuple[int, int, str]], rng: Random) -> Formed:
    """A team with a weekly slot at which its venue is free."""
    for _ in range(20):
        slot = (rng.choice(compound.venues).id, rng.choice(kind.days), rng.choice(kind.hours))
        if slot not in taken:
            break
    taken.add(slot)
    venue_id, weekday, hour = slot
    venue = next(venue for venue in compound.venues if venue.id == venue_id)
    starts = time.fromisoformat(hour)
    ends = (datetime.combine(date.min, starts) + timedelta(minutes=kind.minutes)).time()
    team = Team(
        kind=kind.kind,
        name=compound.short + kind.full_name,
        slug=slug(rng),
        subdistrict_id=compound.place.subdistrict_id,
        place_id=compound.place.id,
        founded=clock.today() - timedelta(days=rng.randint(300, 3200)),
        weekday=weekday,
        slot_starts=starts,
        slot_ends=ends,
        place_text=venue.name,
        venue_id=venue.id,
        focus=kind.focus,
        about=kind.about,
    )
    return Formed(team, kind, compound, turn)


def _committees(compounds: list[Compound], rng: Random) -> list[Formed]:
    """Party branches and committees: they are there, and meet now and then."""
    formed = []
    for kind, name, management, number in COMMITTEES:
        fitting = [compound for compound in compounds if compound.place.management is management]
        for compound in rng.sample(fitting, number):
            team = Team(
                kind=kind,
                name=compound.place.name + name,
                slug=slug(rng),
                subdistrict_id=compound.place.subdistrict_id,
                place_id=compound.place.id,
                founded=clock.today() - timedelta(days=rng.randint(120, 900)),
                place_text=compound.venues[0].name,
                venue_id=compound.venues[0].id,
            )
            formed.append(Formed(team, None, compound, 0))
    return formed


def _fill_rosters(formed: list[Formed], people: People, rng: Random) -> None:
    """Each team's roster: most people are in one team, some in two teams of the same community."""
    known: dict[int | None, list[Person]] = {}
    for each in formed:
        neighbours = known.setdefault(each.compound.place.parent_id, [])
        for _ in range(rng.randint(16, 34) if each.kind else rng.randint(5, 9)):
            again = rng.choice(neighbours) if neighbours and rng.random() < IN_TWO_TEAMS else None
            each.people.append(again if again and again not in each.people else people.invent())
        neighbours.extend(person for person in each.people if person not in neighbours)
    db.session.add_all(person for each in formed for person in each.people)
    db.session.flush()
    for each in formed:
        each.team.leader_id = each.people[0].id
        founded = each.team.founded or clock.today()
        db.session.add_all(
            Membership(
                team_id=each.team.id,
                person_id=person.id,
                role=MemberRole.LEADER if place == 0 else MemberRole.MEMBER,
                since=founded + timedelta(days=rng.randint(0, (clock.today() - founded).days) if place else 0),
            )
            for place, person in enumerate(each.people)
        )
    db.session.flush()
