"""The demo's cadres with their visits of the last weeks and the next ones, and who answers for the compounds."""

from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy import insert

from .. import clock
from ..clock import Week
from ..database import db
from ..duty.models import Assignment, Force, Leave, Pairing, PlannedVisit, Visit, VisitKind, VisitState
from ..people.models import Account, Person
from ..places.models import Management
from . import logins
from .neighbourhood import Compound, Neighbourhood, read
from .teams import People

WEEKS = 10
"""So many weeks of visits lie behind, this one included."""
AHEAD = 2
FRESH = timedelta(days=6)
"""Visits of the last days may still wait for somebody to confirm them."""
KINDS = (
    *[VisitKind.HOME_VISIT] * 5,
    *[VisitKind.ON_DUTY] * 4,
    *[VisitKind.THEMED_ACTIVITY] * 2,
    *[VisitKind.CONSULTATION] * 3,
    *[VisitKind.PROBLEM_SOLVING] * 2,
    *[VisitKind.MEDIATION] * 2,
)
"""What visits are, by how often they are met."""


def serve(neighbourhood: Neighbourhood, people: People, secretary: Account, officer: Account) -> int:
    """Add cadres, leaves, visits and assignments to a sub-district; gives the number of its cadres.

    Args:
        secretary: confirms in the community of the first compound.
        officer: confirms everywhere else.
    """
    # A source of its own: whatever else the demo invents stays as it is.
    rng = Random(f"duty {clock.today()}")  # noqa: S311 - a lively neighbourhood, no secrets
    served = [it for it in neighbourhood.compounds if it.place.management is not Management.PROPERTY]
    pairings = _pair(served, people, rng)
    leaves = _leave(pairings, rng)
    first = neighbourhood.compounds[0].place.parent_id
    for pairing in pairings:
        by = secretary if pairing.compound.parent_id == first else officer
        _visit(pairing, [it for it in leaves if it.person_id == pairing.person_id], by, rng)
        _plan(pairing, rng)
    _assign(neighbourhood.compounds, people, rng)
    db.session.flush()
    return len(pairings)


def _pair(served: list[Compound], people: People, rng: Random) -> list[Pairing]:
    """A cadre for each compound, and the first of them with a login."""
    data = read("duty")
    pairings = []
    for number, compound in enumerate(served):
        cadre = _working(people)
        if number == 0:
            cadre.name, cadre.phone, cadre.sex = logins.CADRE.name, logins.CADRE.phone, logins.CADRE.sex
        db.session.add(cadre)
        db.session.flush()
        starts = time.fromisoformat(rng.choice(data["hours"]))
        pairing = Pairing(
            subdistrict_id=compound.place.subdistrict_id,
            person_id=cadre.id,
            compound_id=compound.place.id,
            department=rng.choice(data["departments"]),
            post=rng.choice(data["posts"]),
            weekday=rng.randrange(5),
            usual_starts=starts,
            usual_ends=starts.replace(hour=starts.hour + 3),
            since=clock.today() - timedelta(days=rng.randint(120, 400)),
        )
        pairings.append(pairing)
    db.session.add_all(pairings)
    db.session.flush()
    logins.make(logins.CADRE)
    return pairings


def _leave(pairings: list[Pairing], rng: Random) -> list[Leave]:
    """Some were away for a week, one is so this week, and one will be."""
    reasons = read("duty")["reasons"]
    away = rng.sample(pairings[1:], min(5, len(pairings) - 1))
    leaves = []
    for pairing, distance in zip(away, (-6, -4, -2, 0, 1), strict=False):
        week = Week.this().shifted(distance)
        leave = Leave(subdistrict_id=pairing.subdistrict_id, person_id=pairing.person_id, reason=rng.choice(reasons))
        leave.since, leave.until = week.monday, week.sunday
        leaves.append(leave)
    db.session.add_all(leaves)
    db.session.flush()
    return leaves


def _visit(pairing: Pairing, leaves: list[Leave], by: Account, rng: Random) -> None:
    """The visits of the last weeks: mostly the three hours, now and then too few."""
    rows = []
    for distance in range(1 - WEEKS, 1):
        week = Week.this().shifted(distance)
        if any(it.since <= week.monday <= it.until for it in leaves):
            continue
        minutes = rng.choice(((180,), (180,), (90, 90), (120, 60), (150, 60), (120,), (60,)))
        for day, length in zip(sorted(rng.sample(week.days[:6], len(minutes))), minutes, strict=True):
            starts_at = _hour(day, rng)
            ends_at = starts_at + timedelta(minutes=length)
            if ends_at < clock.now():
                rows.append(_entry(pairing, starts_at, ends_at, by, rng))
    if rows:
        db.session.execute(insert(Visit), rows)


def _entry(pairing: Pairing, starts_at: datetime, ends_at: datetime, by: Account, rng: Random) -> dict[str, object]:
    """A visit as its cadre entered it; an older one is confirmed, of the fresh ones some wait and few came back."""
    data, now = read("duty"), clock.now()
    kind = rng.choice(KINDS)
    state = VisitState.CONFIRMED
    if now - ends_at < FRESH:
        state = rng.choice((VisitState.WAITING,) * 4 + (VisitState.CONFIRMED,) * 3 + (VisitState.RETURNED,))
    decided = state is not VisitState.WAITING
    return {
        "subdistrict_id": pairing.subdistrict_id,
        "person_id": pairing.person_id,
        "compound_id": pairing.compound_id,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "kind": kind,
        "what": rng.choice(data["what"][kind.value]),
        "problems_solved": int(kind is VisitKind.PROBLEM_SOLVING),
        "disputes_mediated": rng.randint(1, 2) if kind is VisitKind.MEDIATION else 0,
        "state": state,
        "reason": data["returned"] if state is VisitState.RETURNED else "",
        "entered_at": min(ends_at + timedelta(minutes=rng.randint(5, 300)), now),
        "decided_at": min(ends_at + timedelta(hours=rng.randint(16, 30)), now) if decided else None,
        "decided_by_id": by.id if decided else None,
    }


def _plan(pairing: Pairing, rng: Random) -> None:
    """The usual visit of the next weeks."""
    for distance in range(AHEAD + 1):
        day = Week.this().shifted(distance).days[pairing.weekday or 0]
        starts_at, ends_at = (
            clock.at(day, it) for it in (pairing.usual_starts or time(9), pairing.usual_ends or time(12))
        )
        if starts_at > clock.now():
            planned = PlannedVisit(
                uid=f"{rng.getrandbits(128):032x}",
                subdistrict_id=pairing.subdistrict_id,
                person_id=pairing.person_id,
                compound_id=pairing.compound_id,
                starts_at=starts_at,
                ends_at=ends_at,
                note=read("duty")["plan"] if rng.random() < 0.2 else "",
                changed_at=clock.now() - timedelta(days=rng.randint(1, 20)),
            )
            db.session.add(planned)


def _assign(compounds: list[Compound], people: People, rng: Random) -> None:
    """Who of each force answers for which compound: the same for a community; here and there one is wanting."""
    data = read("duty")
    known: dict[tuple[int | None, str], Person] = {}
    for number, compound in enumerate(compounds):
        for force in Force:
            unit = data["units"].get(force.value) or rng.choice(data["enforcement"])
            if force is Force.PROPERTY and number % 5 == 4:
                continue
            answers = known.get((compound.place.parent_id, unit))
            if answers is None:
                answers = known[compound.place.parent_id, unit] = _working(people)
                db.session.add(answers)
                db.session.flush()
            db.session.add(
                Assignment(
                    subdistrict_id=compound.place.subdistrict_id,
                    compound_id=compound.place.id,
                    force=force,
                    unit=unit,
                    person_id=answers.id,
                    since=date(clock.today().year - 1, 3, 1),
                )
            )


def _working(people: People) -> Person:
    """Somebody of an age to work in an office."""
    person = people.invent()
    person.birth_month = None
    return person


def _hour(day: date, rng: Random) -> datetime:
    return clock.at(day, time.fromisoformat(rng.choice(read("duty")["hours"])))
