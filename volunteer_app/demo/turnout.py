"""Who came to the demo's activities and who didn't, who signed up for the next ones, and what waits on the desks."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import joinedload

from .. import clock
from ..activities.models import CODE_CHARACTERS, Activity, ActivityState, Attendance, Shift, SignUp, SignUpState
from ..database import db
from ..notifications import outbox
from ..notifications.models import NoticeKind
from ..people.models import AccountRequest, Person
from ..teams.models import MembershipRequest, Team
from .neighbourhood import read
from .teams import Formed

Asked = tuple[Activity, Person, SignUpState, datetime, bool]
"""Somebody signed up for an activity, when, and whether they were excused."""

MARGIN = timedelta(minutes=15)
"""People come a little earlier and leave a little later than the hours say."""
SIGNED_UP = 0.9
"""Share of those who come that signed up before."""
STAYED_AWAY = 0.08
"""How many of those with a place don't come, by the number of those who do; a third of them say so before."""


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


def attend(planned: list[tuple[Formed, Activity]], rng: Random) -> int:
    """Add who came to what was held, and return how many attendances that makes."""
    busy = Busy()
    now = clock.now()
    came: list[dict[str, Any]] = []
    asked: list[Asked] = []
    for each, activity in planned:
        if activity.state is not ActivityState.HELD:
            continue
        running = activity.ends_at > now
        places = each.kind.places if each.kind else 0
        room = places or len(each.people)
        likely = rng.sample(each.people, min(room, int(len(each.people) * rng.uniform(0.45, 0.9))))
        for person in likely:
            if not busy.take(person, activity):
                continue
            asked_at = activity.starts_at - timedelta(hours=rng.randint(20, 140), minutes=rng.randint(0, 59))
            if places and rng.random() < STAYED_AWAY:
                asked.append((activity, person, SignUpState.CONFIRMED, asked_at, rng.random() < 1 / 3))
                continue
            in_at = activity.starts_at + timedelta(minutes=rng.randint(-12, 6))
            out_at = activity.ends_at + timedelta(minutes=rng.randint(-8, 9))
            if places and rng.random() < SIGNED_UP:
                asked.append((activity, person, SignUpState.CONFIRMED, asked_at, False))
            if in_at <= now:
                # Whoever forgot to check out is there too, as in life.
                gone = None if running or rng.random() < 0.01 or out_at > now else out_at
                came.append(
                    {
                        "activity_id": activity.id,
                        "person_id": person.id,
                        "checked_in_at": in_at,
                        "checked_out_at": gone,
                    }
                )
    signed_up = _enter(asked, rng)
    for row in came:
        row["sign_up_id"] = signed_up.get((row["activity_id"], row["person_id"]))
    db.session.execute(insert(Attendance), came)
    return len(came)


def sign_up(planned: list[tuple[Formed, Activity]], rng: Random) -> int:
    """Add who signed up for what is still to come, and return how many sign-ups that makes."""
    busy = Busy()
    now = clock.now()
    everyone = list({person.id: person for each, _ in planned for person in each.people}.values())
    asked: list[Asked] = []
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
            asked.append((activity, person, state, moment, False))
    return len(_enter(asked, rng))


def wait_on_desks(team: Team, people: list[Person], strangers: list[Person]) -> None:
    """Let somebody want to join *team*, somebody ask for an account, and somebody have to be called.

    Args:
        people: the team's own.
        strangers: people who aren't in it.
    """
    now = clock.now()
    notes = read("people")["asking"]
    for person, note in zip(strangers, notes["to_join"], strict=False):
        asked_at = now - timedelta(hours=30)
        db.session.add(MembershipRequest(team_id=team.id, person_id=person.id, note=note, asked_at=asked_at))
    for asking in notes["for_accounts"]:
        asked_at = now - timedelta(hours=asking["hours_ago"])
        request = AccountRequest(subdistrict_id=team.subdistrict_id, asked_at=asked_at)
        request.name, request.phone, request.note = asking["name"], asking["phone"], asking["note"]
        db.session.add(request)
    # Somebody has withdrawn: the first of those who come next moved up, and doesn't know yet.
    next_one = db.session.scalars(
        select(SignUp)
        .join(SignUp.shift)
        .join(Shift.activity)
        .options(joinedload(SignUp.shift))
        .where(
            Activity.team_id == team.id,
            Activity.starts_at > now,
            SignUp.person_id.in_([person.id for person in people]),
        )
        .order_by(Activity.starts_at, SignUp.asked_at)
    ).first()
    if next_one:
        outbox.tell(
            NoticeKind.PROMOTED,
            person_id=next_one.person_id,
            activity_id=next_one.shift.activity_id,
            sign_up_id=next_one.id,
        )


def _enter(asked: list[Asked], rng: Random) -> dict[tuple[int, int], int]:
    """Add sign-ups, and return their ids by activity and person."""
    if not asked:
        return {}
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
                "code": "".join(rng.choice(CODE_CHARACTERS) for _ in range(6)),
                "excused": excused,
            }
            for activity, person, state, moment, excused in asked
        ],
    )
    rows = db.session.execute(select(Shift.activity_id, SignUp.person_id, SignUp.id).join(SignUp.shift)).all()
    ours = {(activity.id, person.id) for activity, person, *_ in asked}
    return {(activity_id, person_id): row for activity_id, person_id, row in rows if (activity_id, person_id) in ours}


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
