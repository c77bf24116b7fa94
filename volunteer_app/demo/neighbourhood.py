"""The demo's places: two sub-districts down to their buildings and venues."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from ..places import registry
from ..places.models import Management, Place, PlaceKind

DATA = Path(__file__).parent
SLUG_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


@dataclass(frozen=True)
class Compound:
    """A compound with the short name by which its teams are called, and where they can meet."""

    place: Place
    short: str
    venues: list[Place]


@dataclass(frozen=True)
class Neighbourhood:
    """A sub-district as the demo builds it."""

    subdistrict: Place
    compounds: list[Compound]
    halls: dict[int, Place]
    """For each community's id the hall that all its teams may use."""


def read(name: str) -> dict[str, Any]:
    """The demo's data of this name."""
    return _read(DATA / f"{name}.toml")


@cache
def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def slug(rng: Random) -> str:
    """A slug that is the same for the same day."""
    return "".join(rng.choices(SLUG_LETTERS, k=8))


def build(rng: Random) -> list[Neighbourhood]:
    """Add all places of the demo."""
    return [_subdistrict(described, rng) for described in read("neighbourhood")["subdistricts"]]


def _subdistrict(described: dict[str, Any], rng: Random) -> Neighbourhood:
    place = registry.add(
        PlaceKind.SUBDISTRICT,
        described["name"],
        parent=registry.district(),
        telephone=described["telephone"],
        office_hours=described["office_hours"],
        slug=slug(rng),
    )
    built = Neighbourhood(place, [], {})
    for community in described["communities"]:
        inside = registry.add(
            PlaceKind.COMMUNITY, community["name"], parent=place, telephone=community["telephone"], slug=slug(rng)
        )
        built.halls[inside.id] = registry.add(PlaceKind.VENUE, community["venue"], parent=inside, slug=slug(rng))
        built.compounds.extend(_compound(compound, inside, rng) for compound in community["compounds"])
    return built


def _compound(described: dict[str, Any], community: Place, rng: Random) -> Compound:
    households, buildings = described["households"], described["buildings"]
    place = registry.add(
        PlaceKind.COMPOUND,
        described["name"],
        parent=community,
        management=Management(described["management"]),
        households=households,
        area_m2=round(households * rng.uniform(62, 88), 1),
        renovated=rng.random() < 0.3,
        slug=slug(rng),
    )
    for number in range(buildings):
        registry.add(
            PlaceKind.BUILDING,
            f"{number + 1}号楼",
            parent=place,
            # The remainder goes to the first buildings, so that the buildings add up to the compound.
            households=households // buildings + (number < households % buildings),
            floors=rng.choice((5, 6, 6, 7)),
            stairwells=rng.choice((2, 3, 3, 4)),
            slug=slug(rng),
        )
    venues = [
        registry.add(PlaceKind.VENUE, f"{described['short']}{spot}", parent=place, slug=slug(rng))
        for spot in described["spots"]
    ]
    return Compound(place, described["short"], venues)
