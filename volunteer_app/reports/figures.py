"""The figures of a sub-district and of a district, by section, as the command line and other programs read them.

Keys are English identifiers; the kinds of teams stay Chinese in every language, as in the ledgers. Sections and keys
without rows are left out [facts]. Figures of two sub-districts are never added: the one taken across them is the
district's share of compounds without a property company.
"""

from collections import Counter
from datetime import date
from math import fsum

from sqlalchemy import func, select

from ..database import db
from ..places.models import Management, Place, PlaceKind
from ..places.queries import there as place_there
from ..teams.models import KIND_NAMES, Membership, Team, TeamKind
from ..teams.queries import belongs
from ..teams.queries import there as team_there
from . import contests, duty
from .definitions import SIGNING_UP
from .participation import participation
from .periods import Period

Section = dict[str, object]

WITHOUT_COMPANY = (Management.UNMANAGED, Management.OWNERS)
"""Compounds without a property company."""

TOP = 5
"""How many teams stand in ``top_teams``."""


def of_subdistrict(subdistrict_id: int, period: Period) -> dict[str, Section]:
    """The sections of one sub-district: places, teams and assignments as at the last day, the rest of the period."""
    sections = {
        "places": places(subdistrict_id, period.last),
        "teams": teams(subdistrict_id, period.last),
        "assignments": duty.assignments(subdistrict_id, period.last),
        "duty": duty.of_cadres(subdistrict_id, period),
        "activities": activities(subdistrict_id, period),
        "contests": contests.of_contests(subdistrict_id, period),
    }
    return {name: section for name, section in sections.items() if section}


def of_district(day: date) -> Section:
    """Compounds without a property company as at *day*, and each sub-district's share in whole percents, half up."""
    names = {
        row.id: row.name
        for row in db.session.execute(
            select(Place.id, Place.name).where(Place.kind == PlaceKind.SUBDISTRICT).order_by(Place.id)
        )
    }
    compounds = db.session.execute(
        select(Place.subdistrict_id, Place.management).where(Place.kind == PlaceKind.COMPOUND, place_there(day))
    ).all()
    with_compounds = {row.subdistrict_id for row in compounds}
    without = Counter(row.subdistrict_id for row in compounds if row.management in WITHOUT_COMPANY)
    total = without.total()
    figures: Section = {"compounds_without_property_company": total}
    if total:
        figures["share_percent"] = {
            name: (200 * without[place_id] + total) // (2 * total)
            for place_id, name in names.items()
            if place_id in with_compounds
        }
    return figures


def places(subdistrict_id: int, day: date) -> Section:
    """Compounds by management, buildings, households and what was renovated, as at *day*: two queries."""
    compounds = db.session.execute(
        select(Place.id, Place.management, Place.households, Place.renovated, Place.area_m2).where(
            Place.subdistrict_id == subdistrict_id, Place.kind == PlaceKind.COMPOUND, place_there(day)
        )
    ).all()
    if not compounds:
        return {}
    buildings: Counter[int | None] = Counter()
    for compound_id, number in db.session.execute(
        select(Place.parent_id, func.count())
        .where(Place.subdistrict_id == subdistrict_id, Place.kind == PlaceKind.BUILDING, place_there(day))
        .group_by(Place.parent_id)
    ):
        buildings[compound_id] = number
    managed = Counter(row.management for row in compounds)
    renovated = [row for row in compounds if row.renovated]
    return {
        "compounds": len(compounds),
        **{management.value: managed[management] for management in Management},
        "buildings": sum(buildings[row.id] for row in compounds),
        "households": sum(row.households or 0 for row in compounds),
        "renovated_compounds": len(renovated),
        "renovated_buildings": sum(buildings[row.id] for row in renovated),
        "renovated_households": sum(row.households or 0 for row in renovated),
        "renovated_area_m2": round(fsum(row.area_m2 or 0 for row in renovated), 1) if renovated else 0,
    }


def teams(subdistrict_id: int, day: date) -> Section:
    """Teams by kind, memberships and people in teams, as at *day*: two queries."""
    standing = (Team.subdistrict_id == subdistrict_id, team_there(day))
    numbers = {
        row.kind: row.number
        for row in db.session.execute(
            select(Team.kind, func.count().label("number")).where(*standing).group_by(Team.kind)
        )
    }
    if not numbers:
        return {}
    memberships, people = db.session.execute(
        select(func.count(), func.count(Membership.person_id.distinct()))
        .select_from(Membership)
        .join(Team, Membership.team_id == Team.id)
        .where(*standing, belongs(day))
    ).one()
    return {
        "total": sum(numbers.values()),
        "by_kind": {KIND_NAMES[kind]: numbers[kind] for kind in TeamKind if kind in numbers},
        "culture_and_volunteer": numbers.get(TeamKind.CULTURAL_GROUP, 0) + numbers.get(TeamKind.VOLUNTEER_TEAM, 0),
        "memberships": memberships,
        "people": people,
    }


def activities(subdistrict_id: int, period: Period) -> Section:
    """What was planned and held, who came, the minutes, and the teams with most attendances: six queries."""
    found = participation(subdistrict_id, period)
    count = found.total
    if not count.planned:
        return {}
    section: Section = {
        "planned": count.planned,
        "held": count.held,
        "cancelled": count.cancelled,
        "attendances": count.attendances,
        "people": count.people,
        "minutes": count.minutes,
    }
    if any(getattr(count, figure.value) for figure in SIGNING_UP):
        section |= {figure.value: getattr(count, figure.value) for figure in SIGNING_UP}
    top = [[line.of.name, line.count.attendances] for line in found.teams if line.of and line.count.attendances]
    if top:
        section["top_teams"] = top[:TOP]
    return section
