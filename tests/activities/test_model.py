"""Random sequences of everything that moves a sign-up, against a plain model: they agree after each step."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from volunteer_app import clock
from volunteer_app.activities import queries
from volunteer_app.activities.attendance import keeping
from volunteer_app.activities.models import Activity, Shift, SignUp, SignUpState
from volunteer_app.activities.offer import Counted
from volunteer_app.activities.planning import changes
from volunteer_app.activities.signing import capacity, signups
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.errors import Refused
from volunteer_app.notifications.models import Notice

from .. import factories
from ..factories import Cast

CONFIRMED, WAITING, WITHDRAWN = SignUpState.CONFIRMED, SignUpState.WAITING, SignUpState.WITHDRAWN
PEOPLE, PLACES, MOST_POPULAR = 6, 2, 1
HOUR = timedelta(hours=1)

# Hours from now: the first two overlap, the first has an early deadline, the second opens late and closes early.
PLANS: tuple[dict[str, Any], ...] = (
    {"starts": 3, "ends": 5, "popular": True, "withdraw_until": 1},
    {"starts": 4, "ends": 6, "popular": False, "sign_up_opens_at": 1, "sign_up_closes_at": 3},
    {"starts": 7, "ends": 8, "popular": True},
)
FIRST = [("sign_up", who, 1, "keeper") for who in (4, 5, 1)] + [("sign_up", who, 0, "member") for who in (0, 1, 2, 3)]
"""Something to move from the first step on: full lists, and somebody with a place who waits for one at that time."""

person, activity, yes_or_no = st.integers(0, PEOPLE - 1), st.sampled_from((0, 0, 1, 1, 2)), st.booleans()
which = st.integers(0, 11)
"""Of those who have a place or wait: most steps then find somebody."""
VERBS = {
    "sign_up": (person, activity, st.sampled_from(("member", "guest", "keeper"))),
    "withdraw": (which, yes_or_no),
    "promote": (which,),
    "set_places": (activity, st.integers(1, 3), yes_or_no),
    "cancel": (activity,),
    "check_in": (person, activity),
    "close": (activity,),
    "wait": (st.sampled_from((0.5, 1.25)),),
}
OFTEN = 5 * ["sign_up"] + 6 * ["withdraw"] + 3 * ["wait"] + 2 * ["set_places", "promote"]
STEP = st.sampled_from(OFTEN + list(VERBS)).flatmap(lambda name: st.tuples(st.just(name), *VERBS[name]))
STEPS = st.lists(STEP, min_size=16, max_size=32)


NOBODY = -1
"""In the trail of a shift or an activity."""


class No(Exception):
    """The model refuses."""


@dataclass
class Turn:
    """A sign-up in the model; they are numbered as their rows are."""

    number: int
    state: SignUpState
    asked_at: datetime


@dataclass
class Plan:
    """An activity in the model."""

    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    closes_at: datetime
    deadline: datetime
    popular: bool
    places: int = PLACES
    cancelled: bool = False
    closed: bool = False
    turns: dict[int, Turn] = field(default_factory=dict)
    came: set[int] = field(default_factory=set)

    def of(self, state: SignUpState) -> list[int]:
        """Who has this state, in the order of their turns."""
        found = [who for who, turn in self.turns.items() if turn.state is state]
        return sorted(found, key=lambda who: (self.turns[who].asked_at, self.turns[who].number))

    def holds(self, who: int, *states: SignUpState) -> bool:
        return who in self.turns and self.turns[who].state in states

    @property
    def free(self) -> int:
        return self.places - len(self.of(CONFIRMED))

    @property
    def held(self) -> bool:
        return self.closed or bool(self.came)

    def check_open(self) -> None:
        if self.cancelled or self.closed:
            raise No


class Model:
    """The rules in plain words, without a database; each step adds what the trail and the outbox must hold."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.numbers = 0
        self.trail: Counter[tuple[str, str, int, int]] = Counter()
        self.notices: Counter[tuple[str, int, int]] = Counter()
        self.plans = [
            Plan(
                starts_at=now + plan["starts"] * HOUR,
                ends_at=now + plan["ends"] * HOUR,
                opens_at=now + plan.get("sign_up_opens_at", 0) * HOUR,
                closes_at=now + plan.get("sign_up_closes_at", plan["starts"]) * HOUR,
                deadline=now + plan.get("withdraw_until", plan["starts"]) * HOUR,
                popular=plan["popular"],
            )
            for plan in PLANS
        ]

    def sign_up(self, who: int, where: int, how: str) -> None:
        plan = self.plans[where]
        if plan.cancelled or plan.closed or self.now >= plan.ends_at:
            raise No
        if how != "keeper" and (plan.held or not plan.opens_at <= self.now < min(plan.closes_at, plan.starts_at)):
            raise No
        if plan.holds(who, CONFIRMED, WAITING):
            raise No
        if how != "guest" and self.clashes(who, plan):
            raise No
        coming = [p for p in self.plans if p.popular and not p.cancelled and p.starts_at > self.now]
        if how == "member" and plan.popular and sum(p.holds(who, CONFIRMED, WAITING) for p in coming) >= MOST_POPULAR:
            raise No
        waits = not plan.free or any(not self.clashes(other, plan) for other in plan.of(WAITING))
        if who not in plan.turns:
            self.numbers += 1
            plan.turns[who] = Turn(self.numbers, WITHDRAWN, self.now)
        plan.turns[who].asked_at = self.now
        plan.turns[who].state = WAITING if waits else CONFIRMED
        self.trail["sign_up", "sign up", who, where] += 1

    def withdraw(self, who: int, where: int, by_keeper: bool) -> None:
        plan = self.plans[where]
        if not plan.holds(who, CONFIRMED, WAITING):
            return
        plan.check_open()
        if (not by_keeper and self.now >= plan.deadline) or who in plan.came:
            raise No
        plan.turns[who].state = WITHDRAWN
        self.trail["sign_up", "withdraw", who, where] += 1
        self.notices["released", who, where] += by_keeper
        self.fill()

    def promote(self, who: int, where: int) -> None:
        plan = self.plans[where]
        plan.check_open()
        if not plan.holds(who, WAITING) or not plan.free or self.clashes(who, plan):
            raise No
        self.move(who, where, CONFIRMED)

    def set_places(self, where: int, places: int, chosen: bool) -> None:
        plan = self.plans[where]
        if places == plan.places:
            return
        plan.check_open()
        leaving = self.last_ones(where, places)
        if leaving and not chosen:
            raise No
        plan.places = places
        for who in leaving:
            self.move(who, where, WAITING)
        self.trail["shift", "change places", NOBODY, where] += 1
        self.fill()

    def cancel(self, where: int) -> None:
        plan = self.plans[where]
        if plan.cancelled or plan.held:
            raise No
        plan.cancelled = True
        self.trail["activity", "cancel", NOBODY, where] += 1
        for who in plan.of(CONFIRMED) + plan.of(WAITING):
            self.notices["cancelled", who, where] += 1
        self.fill()

    def check_in(self, who: int, where: int) -> None:
        plan = self.plans[where]
        plan.check_open()
        if self.now < plan.starts_at - keeping.EARLY:
            raise No
        plan.came.add(who)

    def close(self, where: int) -> None:
        plan = self.plans[where]
        plan.check_open()
        if self.now < plan.starts_at:
            raise No
        plan.closed = True
        self.trail["activity", "close", NOBODY, where] += 1

    def fill(self) -> None:
        """Wherever a place is free before the deadline, whoever waits and can take it has it: in all activities."""
        for where, plan in enumerate(self.plans):
            if self.now < plan.deadline and not plan.cancelled:
                able = [who for who in plan.of(WAITING) if not self.clashes(who, plan)]
                for who in able[: max(plan.free, 0)]:
                    self.move(who, where, CONFIRMED)

    def move(self, who: int, where: int, state: SignUpState) -> None:
        self.plans[where].turns[who].state = state
        action, notice = ("promote", "promoted") if state is CONFIRMED else ("demote", "demoted")
        self.trail["sign_up", action, who, where] += 1
        self.notices[notice, who, where] += 1

    def clashes(self, who: int, plan: Plan) -> bool:
        return any(
            other.holds(who, CONFIRMED) and other.starts_at < plan.ends_at and plan.starts_at < other.ends_at
            for other in self.plans
            if other is not plan and not other.cancelled
        )

    def living(self, *states: SignUpState) -> list[tuple[int, int]]:
        return [(who, where) for where, plan in enumerate(self.plans) for state in states for who in plan.of(state)]

    def last_ones(self, where: int, places: int) -> list[int]:
        """Whom an organizer would send to the waiting list: those who asked last."""
        return self.plans[where].of(CONFIRMED)[places:]


class World:
    """The same in the database."""

    def __init__(self, cast: Cast, now: datetime) -> None:
        self.activities: list[Activity] = []
        for plan in PLANS:
            values = {name: now + hours * HOUR for name, hours in plan.items() if name.startswith(("sign", "with"))}
            start, minutes = now + plan["starts"] * HOUR, 60 * (plan["ends"] - plan["starts"])
            made = factories.make_activity(
                starts_at=start, minutes=minutes, places=PLACES, popular=plan["popular"], **values
            )
            self.activities.append(made)
        self.people = [factories.make_person() for _ in range(PEOPLE)]
        self.by = cast.leader.id
        self.ids = [it.id for it in self.activities]
        self.shift_ids = [it.shifts[0].id for it in self.activities]
        self.who = {it.id: who for who, it in enumerate(self.people)}

    def sign_up(self, who: int, where: int, how: str) -> None:
        known = () if how == "guest" else None
        signups.sign_up(
            self.shift(where),
            self.people[who],
            by=self.by if how == "keeper" else None,
            known=known,
            waive=how == "keeper",
            most_popular=MOST_POPULAR,
        )

    def withdraw(self, who: int, where: int, by_keeper: bool) -> None:
        if found := self.find(who, where):
            signups.withdraw(found, by=self.by if by_keeper else None, by_keeper=by_keeper)

    def promote(self, who: int, where: int) -> None:
        found = self.find(who, where)
        if found is None:
            raise Refused("nobody to promote")
        signups.promote(found, by=self.by)

    def set_places(self, where: int, places: int, chosen: list[int]) -> None:
        ids = [found.id for who in chosen if (found := self.find(who, where))]
        capacity.set_places(self.shift(where), places, by=self.by, to_waiting=ids)

    def cancel(self, where: int) -> None:
        changes.cancel(self.activities[where], reason="场地检修", by=self.by)

    def check_in(self, who: int, where: int) -> None:
        keeping.check_in(self.activities[where], self.people[who], by=self.by)

    def close(self, where: int) -> None:
        keeping.close(self.activities[where], by=self.by)

    def shift(self, where: int) -> Shift:
        return self.activities[where].shifts[0]

    def find(self, who: int, where: int) -> SignUp | None:
        query = select(SignUp).where(SignUp.shift_id == self.shift(where).id, SignUp.person_id == self.people[who].id)
        return db.session.scalar(query)


def agree(model: Model, world: World) -> None:
    """Compare all that is written with all that should be."""
    rows = db.session.execute(
        select(SignUp.id, SignUp.shift_id, SignUp.person_id, SignUp.state, SignUp.asked_at)
        .where(SignUp.shift_id.in_(world.shift_ids))
        .order_by(SignUp.asked_at, SignUp.id)
    ).all()
    numbers = queries.counted(world.ids)
    for where, plan in enumerate(model.plans):
        turns = [(world.who[row.person_id], row) for row in rows if row.shift_id == world.shift_ids[where]]
        for state in SignUpState:
            assert [who for who, row in turns if row.state is state] == plan.of(state)
        assert {who: row.asked_at for who, row in turns} == {who: turn.asked_at for who, turn in plan.turns.items()}
        taken, waiting, came = len(plan.of(CONFIRMED)), len(plan.of(WAITING)), len(plan.came)
        assert taken <= plan.places
        assert numbers[world.ids[where]] == (plan.places, Counted(taken=taken, waiting=waiting, attended=came))
    offer = queries.as_listed(world.activities[0], at=model.now).offer
    first = model.plans[0]
    assert first.cancelled or (offer.taken, offer.waiting) == (len(first.of(CONFIRMED)), len(first.of(WAITING)))
    ids = {
        "sign_up": {row.id: (world.who[row.person_id], world.shift_ids.index(row.shift_id)) for row in rows},
        "shift": {key: (NOBODY, where) for where, key in enumerate(world.shift_ids)},
        "activity": {key: (NOBODY, where) for where, key in enumerate(world.ids)},
    }
    entries = select(AuditEntry.subject, AuditEntry.action, AuditEntry.subject_id).where(AuditEntry.subject.in_(ids))
    trail = Counter((subject, action, *ids[subject][row]) for subject, action, row in db.session.execute(entries))
    assert trail == model.trail
    told = db.session.execute(select(Notice.kind, Notice.person_id, Notice.activity_id))
    notices = Counter((kind.value, world.who[who], world.ids.index(where)) for kind, who, where in told)
    assert notices == +model.notices


def step(model: Model, world: World, name: str, *values: Any) -> None:
    """Do the same in both; what one refuses the other refuses, and then nothing is written."""
    if name == "wait":
        model.now += values[0] * HOUR
        return
    if name in ("withdraw", "promote"):
        number, *rest = values
        living = model.living(WAITING) if name == "promote" else model.living(CONFIRMED, WAITING)
        if not living:
            return
        values = (*living[number % len(living)], *rest)
    options = values
    if name == "set_places":
        where, places, chosen = values
        options = (where, places, model.last_ones(where, places) if chosen else [])
    wanted = does(lambda: getattr(model, name)(*values))
    with clock.frozen(model.now):
        done = does(lambda: getattr(world, name)(*options))
    assert (name, values, done) == (name, values, wanted)


def does(act: Callable[[], None]) -> bool:
    """Whether *act* isn't refused; if it is, nothing of it stays."""
    try:
        with db.session.begin_nested():
            act()
    except (No, Refused):
        return False
    return True


@pytest.fixture
def examples(app: Flask) -> int:
    """How many sequences: each database understands the same statements, so the slower one sees fewer."""
    return 60 if db.engine.dialect.name == "sqlite" else 12


def test_everything_agrees_with_a_plain_model(app: Flask, cast: Cast, examples: int) -> None:
    @settings(max_examples=examples, suppress_health_check=list(HealthCheck))
    @given(STEPS)
    def run(steps: list[tuple[Any, ...]]) -> None:
        now = clock.now()
        try:
            model, world = Model(now), World(cast, now)
            for each in FIRST + steps:
                step(model, world, *each)
                agree(model, world)
        finally:
            db.session.rollback()

    db.session.commit()
    run()
