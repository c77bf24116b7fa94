"""The demo's contests: last year's with its result, one that people vote in now, one to come; and two role models."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import insert, select

from .. import clock
from ..activities.models import Activity, ActivityState
from ..contests.models import (
    Channel,
    Criterion,
    Entry,
    EntryPhoto,
    EntryState,
    Judge,
    Round,
    Score,
    ScoreSheet,
    VoteUnit,
)
from ..contests.role_models.models import RoleModel, RoleModelState, Support
from ..contests.rounds import templates
from ..contests.voting.models import Vote
from ..database import db
from ..people import consents
from ..people.consents import Purpose
from ..people.models import Account, Consent, Person
from ..photos import keeping
from ..photos.taking import take
from ..places.models import Place, PlaceKind
from . import logins, pictures
from .neighbourhood import Neighbourhood, read, slug
from .teams import Formed, People

A_YEAR = timedelta(days=364)
VOTED_FOR = timedelta(days=2)
"""So long people have voted already in the round that goes on."""
COMING_IN = timedelta(days=9)
ENTRIES = 8
VOTES = (14, 40)
"""The least and the most votes of an entry."""


def hold(
    neighbourhood: Neighbourhood,
    formed: list[Formed],
    people: People,
    *,
    officer: Account,
    models: tuple[Formed, Formed],
    uploads: Path | None,
) -> None:
    """Add the contests and the role models of a sub-district.

    Args:
        formed: teams whose people enter and vote.
        officer: who published entries and role models.
        models: the team whose leader is a role model, and the one that is one as a whole.
        uploads: where the pictures of entries go; without it there are none.
    """
    # A source of its own: whatever else the demo invents stays as it is.
    rng = Random(f"contests {clock.today()}")  # noqa: S311 - a lively neighbourhood, no secrets
    residents = list({person.id: person for each in formed for person in each.people}.values())
    panel = _panel(people)
    today, office = clock.today(), neighbourhood.subdistrict
    last_year = _round("best_building", today - A_YEAR, 1, office, rng)
    going = _round("courtyard", _entries_from("courtyard", today), 2, office, rng)
    _round("family", today + COMING_IN, 3, office, rng)
    for round in (last_year, going):
        entries = _enter(round, neighbourhood, residents, officer, rng)
        _judge(round, entries, panel, rng, whole=round is last_year)
        _vote(round, entries, residents, rng)
        if uploads and round is going:
            _show(entries, uploads)
    _honour(*models, officer)
    db.session.flush()


def _panel(people: People) -> list[Person]:
    """Three people, the first of them with a login."""
    panel = [people.invent() for _ in read("contests")["judges"]]
    panel[0].name, panel[0].phone, panel[0].sex = logins.JUDGE.name, logins.JUDGE.phone, logins.JUDGE.sex
    db.session.add_all(panel)
    db.session.flush()
    logins.make(logins.JUDGE)
    return panel


def _entries_from(template: str, today: date) -> date:
    """The first day for entries of a round in which people vote since some days."""
    return today - VOTED_FOR - timedelta(days=templates.of_key(template).days["entries"])


def _round(key: str, since: date, number: int, office: Place, rng: Random) -> Round:
    template = templates.of_key(key)
    published_at = min(clock.at(since - timedelta(days=12), time(9)), clock.now() - timedelta(days=1))
    round = Round(
        **templates.values(template, since=since, number=number),
        uid=f"{rng.getrandbits(128):032x}",
        slug=slug(rng),
        subdistrict_id=office.id,
        published_at=published_at,
        changed_at=published_at,
    )
    round.criteria = [Criterion(name=name, points=most, position=n) for n, (name, most) in enumerate(template.criteria)]
    db.session.add(round)
    db.session.flush()
    return round


def _enter(
    round: Round, neighbourhood: Neighbourhood, residents: list[Person], officer: Account, rng: Random
) -> list[Entry]:
    """What takes part: a building of each of some compounds, by somebody who agreed to show it."""
    inside = [it.place.id for it in rng.sample(neighbourhood.compounds, ENTRIES)]
    buildings: dict[int | None, list[Place]] = {}
    query = select(Place).where(Place.parent_id.in_(inside), Place.kind == PlaceKind.BUILDING)
    for building in db.session.scalars(query.order_by(Place.id)):
        buildings.setdefault(building.parent_id, []).append(building)
    about = read("contests")["about"]
    entries = []
    for number, (compound_id, person) in enumerate(zip(inside, rng.sample(residents, ENTRIES), strict=True)):
        building = rng.choice(buildings[compound_id])
        day = round.entries_from + timedelta(days=rng.randint(0, (round.entries_until - round.entries_from).days))
        entry = Entry(
            slug=slug(rng),
            round_id=round.id,
            name=f"{building.parent.name if building.parent else ''}{building.name}",
            place_id=building.id,
            person_id=person.id,
            about=about[number % len(about)],
            entered_on=day,
            state=EntryState.PUBLISHED,
            decided_at=clock.at(day + timedelta(days=1), time(10)),
            decided_by_id=officer.id,
        )
        agreed = {"text_version": consents.PURPOSES[Purpose.CONTEST_ENTRY].version, "given_at": clock.at(day, time(8))}
        db.session.add(Consent(person_id=person.id, purpose=Purpose.CONTEST_ENTRY, **agreed))
        entries.append(entry)
    db.session.add_all(entries)
    db.session.flush()
    return entries


def _show(entries: list[Entry], uploads: Path) -> None:
    """A drawn picture or two of each entry, with words for those who don't see it."""
    said = read("contests")["pictures"]
    # Again a source of its own: with pictures or without, the rest is the same.
    rng = Random(f"pictures {clock.today()}")  # noqa: S311 - as above
    for entry in entries:
        for scene in rng.sample(sorted(said), rng.randint(1, 2)):
            photo = keeping.keep(take(pictures.courtyard(scene, rng)), uploads, by=None)
            db.session.add(EntryPhoto(entry_id=entry.id, photo=photo, alt=said[scene]))
    db.session.flush()


def _judge(round: Round, entries: list[Entry], panel: list[Person], rng: Random, *, whole: bool) -> None:
    """What the judges gave; while judging goes on the one with the login has begun only."""
    for number, (label, person) in enumerate(zip(read("contests")["judges"], panel, strict=True)):
        judge = Judge(round_id=round.id, label=label, person_id=person.id)
        db.session.add(judge)
        db.session.flush()
        seen = entries if whole else entries[: 2 + 2 * number]
        day = round.judging_from or round.entries_until
        for entry in seen:
            sheet = ScoreSheet(entry_id=entry.id, judge_id=judge.id, changed_at=_moment(day, rng))
            sheet.scores = [
                Score(criterion_id=it.id, points=rng.randint(-(-it.points * 6 // 10), it.points))
                for it in round.criteria
            ]
            db.session.add(sheet)
    db.session.flush()


def _vote(round: Round, entries: list[Entry], residents: list[Person], rng: Random) -> None:
    """Votes of the first days, by the round's channel: of residents, or of the households of each entry's building."""
    first = round.voting_from or round.entries_until
    days = (min(clock.today(), round.voting_until or first) - first).days
    voters = iter(rng.sample(residents, len(residents)))
    rows: list[dict[str, Any]] = []
    for entry in entries:
        for number in range(rng.randint(*VOTES)):
            row: dict[str, Any] = {"person_id": None, "building_id": entry.place_id, "door": _door(number)}
            if round.vote_unit is VoteUnit.RESIDENT:
                row = {"person_id": next(voters).id, "building_id": None, "door": None}
            # Where paper is taken, every sixth vote came on it.
            channel = Channel.PAPER if round.paper and number % 6 == 5 else round.channel
            day = first + timedelta(days=rng.randint(0, days))
            rows.append(row | {"round_id": round.id, "entry_id": entry.id, "channel": channel, "day": day})
    db.session.execute(insert(Vote), rows)


def _door(number: int) -> str:
    """The household's number: stairwell, floor, door."""
    return f"{number // 12 + 1}-{number // 2 % 6 + 1}0{number % 2 + 1}"


def _moment(day: date, rng: Random) -> datetime:
    return min(clock.at(day, time(9)) + timedelta(minutes=rng.randint(0, 540)), clock.now())


def _honour(led: Formed, helping: Formed, officer: Account) -> None:
    """Two role models that everyone sees: somebody who agreed to it, and a team."""
    leader = led.people[0]
    consents.give(leader, Purpose.ROLE_MODEL)
    for each, person, words in ((led, leader, "person"), (helping, None, "team")):
        said = read("contests")[words]
        model = RoleModel(
            subdistrict_id=each.team.subdistrict_id,
            place_id=each.team.place_id,
            person_id=person.id if person else None,
            team_id=each.team.id,
            title=said["title"],
            story=said["story"],
            state=RoleModelState.PUBLISHED,
            nominated_on=clock.today() - timedelta(days=40),
            decided_at=clock.now() - timedelta(days=33),
            decided_by_id=officer.id,
        )
        db.session.add(model)
        db.session.flush()
        held = select(Activity.id).where(Activity.team_id == each.team.id, Activity.state == ActivityState.HELD)
        last = db.session.scalar(held.order_by(Activity.starts_at.desc()).limit(1))
        if last:
            db.session.add(Support(role_model_id=model.id, activity_id=last))
