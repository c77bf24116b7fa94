"""Many at once, each in a thread with a connection of its own: no place is given twice, and none is forgotten."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from volunteer_app import clock
from volunteer_app.activities.models import Activity, Shift, SignUp, SignUpState
from volunteer_app.activities.persons import erasure
from volunteer_app.activities.planning import changes
from volunteer_app.activities.signing import capacity, signups, waiting
from volunteer_app.database import db
from volunteer_app.errors import Refused
from volunteer_app.notifications.models import Notice, NoticeKind
from volunteer_app.people.accounts import find_or_add_person
from volunteer_app.people.models import Person

from .. import factories
from ..factories import Cast

CONFIRMED, WAITING, WITHDRAWN = SignUpState.CONFIRMED, SignUpState.WAITING, SignUpState.WITHDRAWN

Act = Callable[[], object]


def at_once(app: Flask, acts: Sequence[Act]) -> list[object]:
    """Let all *acts* start together and commit; returns what each gave back, or why it was refused."""
    db.session.commit()
    db.session.remove()
    start = Barrier(len(acts))

    def run(act: Act) -> object:
        with app.app_context():
            start.wait()
            try:
                act()
                db.session.commit()
            except Refused as refused:
                db.session.rollback()
                return refused.message.text
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def signing_up(shift_id: int, person_id: int) -> Act:
    return lambda: signups.sign_up(
        db.session.get_one(Shift, shift_id), db.session.get_one(Person, person_id), by=None, most_popular=2
    )


def withdrawing(sign_up_id: int) -> Act:
    return lambda: signups.withdraw(db.session.get_one(SignUp, sign_up_id), by=None)


def cancelling(activity_id: int) -> Act:
    return lambda: changes.cancel(db.session.get_one(Activity, activity_id), reason="场地检修", by=None)


def standing(shift_id: int) -> dict[SignUpState, int]:
    query = select(SignUp.state, func.count()).where(SignUp.shift_id == shift_id).group_by(SignUp.state)
    return dict(db.session.execute(query).all())


def people(count: int) -> list[int]:
    return [factories.make_person().id for _ in range(count)]


def test_fifty_for_ten_places(app: Flask, cast: Cast) -> None:
    shift_id = factories.make_activity(cast.team, places=10).shifts[0].id
    assert at_once(app, [signing_up(shift_id, person_id) for person_id in people(50)]) == [None] * 50
    assert standing(shift_id) == {CONFIRMED: 10, WAITING: 40}


def test_one_person_twice(app: Flask, cast: Cast) -> None:
    shift_id = factories.make_activity(cast.team, places=10).shifts[0].id
    (person_id,) = people(1)
    answers = at_once(app, [signing_up(shift_id, person_id)] * 8)
    assert sorted(map(str, answers)) == ["%(name)s has signed up for this already."] * 7 + ["None"]
    assert standing(shift_id) == {CONFIRMED: 1}


def test_one_person_in_two_places_at_a_time(app: Flask, cast: Cast) -> None:
    shifts = [factories.make_activity(places=10).shifts[0].id for _ in range(4)]
    (person_id,) = people(1)
    answers = at_once(app, [signing_up(shift_id, person_id) for shift_id in shifts])
    assert answers.count(None) == 1
    assert sorted(len(standing(shift_id)) for shift_id in shifts) == [0, 0, 0, 1]


def test_an_unknown_person_twice(app: Flask, cast: Cast) -> None:
    at_once(app, [lambda: find_or_add_person(name="王小明", phone="19900012345")] * 8)
    assert db.session.scalar(select(func.count()).where(Person.phone == "19900012345")) == 1


def test_no_place_stays_empty_while_somebody_waits(app: Flask, cast: Cast) -> None:
    activity = factories.make_activity(cast.team, places=5)
    shift_id = activity.shifts[0].id
    asked = [factories.make_sign_up(activity, state=CONFIRMED if number < 5 else WAITING).id for number in range(12)]
    newcomers = people(8)
    acts = [withdrawing(asked[number]) for number in (0, 1, 2, 3, 6, 7, 8, 11)]
    acts += [signing_up(shift_id, person_id) for person_id in newcomers]
    assert at_once(app, acts[::2] + acts[1::2]) == [None] * 16
    assert standing(shift_id) == {CONFIRMED: 5, WAITING: 7, WITHDRAWN: 8}
    # Whoever stood in the list before them comes before all newcomers.
    early = db.session.scalars(select(SignUp.state).where(SignUp.id.in_([asked[n] for n in (4, 5, 9, 10)])))
    assert list(early) == [CONFIRMED] * 4


def test_all_moves_at_once_end(app: Flask, cast: Cast) -> None:
    """Everybody waits for what somebody else has at the same time: locks in one order let none wait for ever."""
    activities = [factories.make_activity(places=3) for _ in range(4)]
    shifts = [activity.shifts[0].id for activity in activities]
    sign_ups: dict[tuple[int, int], int] = {}
    for number in range(12):
        person = factories.make_person()
        own = number % 4
        for turn in range(4):
            state = CONFIRMED if turn == 0 else WAITING
            sign_ups[number, turn] = factories.make_sign_up(activities[(own + turn) % 4], person, state).id
    asked_at = clock.now() - timedelta(hours=1)
    for sign_up in db.session.scalars(select(SignUp)):
        sign_up.asked_at = asked_at
    acts: list[Act] = [withdrawing(sign_ups[number, 0]) for number in range(7)]
    acts += [
        cancelling(activities[3].id),
        lambda: capacity.set_places(db.session.get_one(Shift, shifts[0]), 5, by=None),
    ]
    assert at_once(app, acts) in ([None] * 9, [*[None] * 3, "This activity was cancelled.", *[None] * 5])
    for shift_id in shifts[:3]:
        shift = db.session.get_one(Shift, shift_id)
        assert not waiting.able(shift, most=waiting.free_places(shift))
        assert standing(shift_id)[CONFIRMED] <= (shift.places or 0)


@pytest.mark.parametrize("_round", range(3))
def test_nobody_signs_up_for_what_is_cancelled(app: Flask, cast: Cast, _round: int) -> None:
    activity = factories.make_activity(cast.team, places=5)
    activity_id, shift_id = activity.id, activity.shifts[0].id
    acts = [signing_up(shift_id, person_id) for person_id in people(10)]
    answers = at_once(app, [*acts[:4], cancelling(activity_id), *acts[4:]])
    told = select(Notice.person_id).where(Notice.kind == NoticeKind.CANCELLED).order_by(Notice.person_id)
    signed_up = select(SignUp.person_id).order_by(SignUp.person_id)
    assert list(db.session.scalars(told)) == list(db.session.scalars(signed_up))
    assert answers.count(None) == 1 + sum(standing(shift_id).values())


@pytest.mark.parametrize("_round", range(3))
def test_nobody_erased_keeps_a_place(app: Flask, cast: Cast, _round: int) -> None:
    shifts = [
        factories.make_activity(places=3, starts_at=clock.now() + timedelta(days=n)).shifts[0].id for n in (1, 2, 3)
    ]
    (person_id,) = people(1)
    by = cast.officer.id
    acts = [signing_up(shift_id, person_id) for shift_id in shifts]
    answers = at_once(app, [*acts, lambda: erasure.erase(db.session.get_one(Person, person_id), by=by)])
    assert set(answers) <= {None, "The data of this person were erased."}
    assert db.session.get_one(Person, person_id).anonymised_at is not None
    assert not db.session.scalars(select(SignUp).where(SignUp.state != WITHDRAWN)).all()
