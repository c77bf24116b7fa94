"""The demo's activities: nine weeks back with who came, nine weeks ahead with who signed up."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy import insert

from .. import clock
from ..activities.models import (
    Activity,
    ActivityState,
    Attendance,
    Shift,
    SignUp,
    SignUpState,
    Theme,
    ThemeField,
)
from ..clock import Week
from ..database import db
from ..people.models import Person
from ..teams.models import TeamKind
from .neighbourhood import Neighbourhood, read
from .teams import Formed, Kind

WEEKS = 9
"""Two months, back and ahead."""
MEETS = 0.64
"""Share of weeks in which a team meets: some forty activities a week."""
COMMITTEE_MEETS = 0.2
CANCELLED = 0.035
DRAFTS_FROM_WEEK = 6
"""From so many weeks ahead on, some plans are drafts still."""
OPENS_DAYS_BEFORE = 9
LEFT_OPEN = timedelta(days=1)
"""Leaders haven't closed the attendance of the last day yet."""
MARGIN = timedelta(minutes=15)
"""People come a little earlier and leave a little later than the hours say."""
SEASONS = {"spring": (3, 4, 5), "summer": (6, 7, 8), "autumn": (9, 10), "winter": (11, 12, 1, 2)}
MEETING_HOURS = (time(19), time(20, 30))

Slot = tuple[date, time, time]


@dataclass
class Busy:
    """When each person is taken: nobody is at two places at once."""

    _spans: dict[int, list[tuple[datetime, datetime]]] = field(default_factory=dict)

    def take(self, person: Person, activity: Activity) -> bool:
        """Reserve the activity's hours for *person*, unless something else has them."""
        start, end = activity.starts_at - MARGIN, activity.ends_at + MARGIN
        spans = self._spans.setdefault(person.id, [])
        if any(start < other_end and other_start < end for other_start, other_end in spans):
            return False
        spans.append((start, end))
        return True


class Titles:
    """The themes of one sub-district, each made when it's first used."""

    def __init__(self, subdistrict_id: int) -> None:
        self._subdistrict_id = subdistrict_id
        self._made: dict[str, Theme] = {}

    def get(self, name: str, field: ThemeField) -> Theme:
        """The theme of this name."""
        if name not in self._made:
            self._made[name] = Theme(subdistrict_id=self._subdistrict_id, name=name, field=field)
        return self._made[name]


def plan(neighbourhood: Neighbourhood, formed: list[Formed], rng: Random) -> list[tuple[Formed, Activity]]:
    """Add the activities of all teams, held or still to come."""
    titles = Titles(neighbourhood.subdistrict.id)
    planned = [
        (each, _activity(each, titles.get(name, theme_field), slot, week, neighbourhood, rng))
        for each in formed
        for week, slot, name, theme_field in _meetings(each, rng)
    ]
    db.session.add_all(activity for _, activity in planned)
    db.session.flush()
    db.session.execute(
        insert(Shift),
        [
            {
                "activity_id": activity.id,
                "places": (each.kind.places or None) if each.kind else None,
                "starts_at": activity.starts_at,
                "ends_at": activity.ends_at,
            }
            for each, activity in planned
        ],
    )
    return planned


def attend(planned: list[tuple[Formed, Activity]], rng: Random) -> int:
    """Add who came to what was held, and return how many attendances that makes."""
    busy = Busy()
    now = clock.now()
    rows = []
    for each, activity in planned:
        if activity.state is not ActivityState.HELD:
            continue
        running = activity.ends_at > now
        room = each.kind.places if each.kind and each.kind.places else len(each.people)
        for person in rng.sample(each.people, min(room, int(len(each.people) * rng.uniform(0.45, 0.9)))):
            if not busy.take(person, activity):
                continue
            came = activity.starts_at + timedelta(minutes=rng.randint(-12, 6))
            left = activity.ends_at + timedelta(minutes=rng.randint(-8, 9))
            if came <= now:
                # Whoever forgot to check out is there too, as in life.
                gone = None if running or rng.random() < 0.01 or left > now else left
                rows.append(
                    {
                        "activity_id": activity.id,
                        "person_id": person.id,
                        "checked_in_at": came,
                        "checked_out_at": gone,
                    }
                )
    db.session.execute(insert(Attendance), rows)
    return len(rows)


def sign_up(planned: list[tuple[Formed, Activity]], rng: Random) -> int:
    """Add who signed up for what is still to come, and return how many sign-ups that makes."""
    busy = Busy()
    now = clock.now()
    everyone = list({person.id: person for each, _ in planned for person in each.people}.values())
    rows = []
    for each, activity in sorted(planned, key=lambda pair: pair[1].starts_at):
        places = each.kind.places if each.kind else 0
        opens_at = activity.sign_up_opens_at
        if activity.state is not ActivityState.PUBLISHED or not places or activity.starts_at <= now:
            continue
        if opens_at and opens_at > now:
            continue
        days_ahead = (activity.starts_at - now).days
        wanted = _wish(places, days_ahead, rng)
        asked_from = max(opens_at or now - timedelta(days=10), now - timedelta(days=10))
        asking = [person for person in _likely(each.people, everyone, wanted, rng) if busy.take(person, activity)]
        moments = sorted(asked_from + (now - asked_from) * rng.random() for _ in asking)
        for number, (person, moment) in enumerate(zip(asking, moments, strict=True)):
            state = SignUpState.CONFIRMED if number < places else SignUpState.WAITING
            rows.append((activity, person, state, moment))
    shift_of = {activity_id: shift_id for shift_id, activity_id in db.session.query(Shift.id, Shift.activity_id).all()}
    db.session.execute(
        insert(SignUp),
        [
            {
                "shift_id": shift_of[activity.id],
                "person_id": person.id,
                "state": state,
                "asked_at": moment,
                "changed_at": moment,
            }
            for activity, person, state, moment in rows
        ],
    )
    return len(rows)


def _meetings(each: Formed, rng: Random) -> list[tuple[int, Slot, str, ThemeField]]:
    """The weeks in which a team meets, with when and about what."""
    kind, team = each.kind, each.team
    weeks = range(-WEEKS, WEEKS + 1)
    if kind is None:
        titles = read("people")["activity"]["meetings"]
        return [
            (
                week,
                (Week.this().shifted(week).days[rng.choice((1, 3))], *MEETING_HOURS),
                rng.choice(titles),
                ThemeField.NEIGHBOURS,
            )
            for week in weeks
            if rng.random() < COMMITTEE_MEETS
        ]
    found = []
    for week in weeks:
        if rng.random() >= MEETS:
            continue
        day = Week.this().shifted(week).days[team.weekday or 0]
        titles = _titles(kind, day)
        slot = (day, team.slot_starts or MEETING_HOURS[0], team.slot_ends or MEETING_HOURS[1])
        found.append((week, slot, titles[(each.turn + week) % len(titles)], kind.field))
    return found


def _titles(kind: Kind, day: date) -> list[str]:
    """What a kind of team announces at this time of the year: the season's own first."""
    return [
        title for season, titles in kind.season.items() if day.month in SEASONS[season] for title in titles
    ] + kind.themes


def _activity(each: Formed, theme: Theme, slot: Slot, week: int, neighbourhood: Neighbourhood, rng: Random) -> Activity:
    now = clock.now()
    kind, team, community_id = each.kind, each.team, each.compound.place.parent_id
    day, starts, ends = slot
    starts_at, ends_at = clock.at(day, starts), clock.at(day, ends)
    venue_id, place_text = team.venue_id, team.place_text
    if community_id and rng.random() < 0.1:
        hall = neighbourhood.halls[community_id]
        venue_id, place_text = hall.id, hall.name
    state = ActivityState.HELD if starts_at <= now else ActivityState.PUBLISHED
    if rng.random() < CANCELLED:
        state = ActivityState.CANCELLED
    elif week >= DRAFTS_FROM_WEEK and rng.random() < 0.2:
        state = ActivityState.DRAFT
    planned_at = min(starts_at, now) - timedelta(days=rng.randint(10, 20), minutes=rng.randint(0, 600))
    changed_at = min(starts_at, now) - timedelta(hours=rng.randint(3, 40))
    cancelled = state is ActivityState.CANCELLED
    unnamed = state is ActivityState.HELD and ends_at <= now and not (kind and kind.places) and rng.random() < 0.3
    return Activity(
        uid=f"{rng.getrandbits(128):032x}",
        subdistrict_id=team.subdistrict_id,
        team_id=team.id,
        place_id=team.place_id,
        theme=theme,
        place_text=place_text,
        venue_id=venue_id,
        starts_at=starts_at,
        ends_at=ends_at,
        state=state,
        closed_at=ends_at if state is ActivityState.HELD and ends_at <= now - LEFT_OPEN else None,
        cancel_reason=rng.choice(read("people")["activity"]["cancelled"]) if cancelled else "",
        counts_as_service=team.kind is TeamKind.VOLUNTEER_TEAM,
        headcount=rng.randint(3, 15) if unnamed else None,
        about=kind.activity or kind.about if kind else "",
        bring=kind.bring if kind else "",
        sign_up_opens_at=_opens_at(each, day),
        sign_up_closes_at=_closes_at(each, starts_at, day),
        revision=1 if cancelled else 0,
        changed_at=changed_at if cancelled else planned_at,
    )


def _opens_at(each: Formed, day: date) -> datetime | None:
    """Half of the teams open their lists some days before; the others at once."""
    if not (each.kind and each.kind.places) or each.team.id % 2:
        return None
    return clock.at(day - timedelta(days=OPENS_DAYS_BEFORE), time(8))


def _closes_at(each: Formed, starts_at: datetime, day: date) -> datetime | None:
    """A third of the teams close two hours before, a third on the day before, a third not at all."""
    if not (each.kind and each.kind.places) or each.team.id % 3 == 0:
        return None
    if each.team.id % 3 == 1:
        return starts_at - timedelta(hours=2)
    return clock.at(day - timedelta(days=1), time(17))


def _wish(places: int, days_ahead: int, rng: Random) -> int:
    """How many people want to come: near activities are fuller, some overfull, some nearly full."""
    if days_ahead > 10:
        return rng.randint(0, places // 3)
    chance = rng.random()
    if chance < 0.18:
        return places + rng.randint(0, 5)
    if chance < 0.36:
        return places - rng.randint(1, 2)
    return int(places * rng.uniform(0.15, 0.8))


def _likely(own: list[Person], everyone: list[Person], number: int, rng: Random) -> list[Person]:
    """*number* people, most of them from the team itself."""
    from_team = rng.sample(own, min(len(own), int(number * 0.7)))
    others = rng.sample(everyone, min(len(everyone), number - len(from_team) + 6))
    return (from_team + [person for person in others if person not in own])[:number]
