"""The demo's activities: nine weeks back and nine weeks ahead; who came to them is in ``turnout``."""

from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy import insert

from .. import clock
from ..activities.models import Activity, ActivityState, Shift, Theme, ThemeField
from ..clock import Week
from ..database import db
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
SEASONS = {"spring": (3, 4, 5), "summer": (6, 7, 8), "autumn": (9, 10), "winter": (11, 12, 1, 2)}
MEETING_HOURS = (time(19), time(20, 30))

Slot = tuple[date, time, time]


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
