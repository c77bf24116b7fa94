"""Who moves up from the waiting list, in one shift and in others."""

from datetime import datetime, timedelta
from typing import Any

from flask import Flask

from tests import factories
from tests.factories import Cast
from volunteer_app import clock
from volunteer_app.activities.models import Activity, SignUp, SignUpState
from volunteer_app.activities.signing import signups, waiting
from volunteer_app.people.models import Person

CONFIRMED, WAITING, WITHDRAWN = SignUpState.CONFIRMED, SignUpState.WAITING, SignUpState.WITHDRAWN
HOUR = timedelta(hours=1)


def sign_up(activity: Activity, person: Person | None = None) -> SignUp:
    person = person or factories.make_person()
    return signups.sign_up(activity.shifts[0], person, by=None, most_popular=2)


def asked(activity: Activity, at: datetime, state: SignUpState = WAITING, **values: Any) -> SignUp:
    return factories.make_sign_up(activity, state=state, asked_at=at, **values)


def test_the_order_is_when_they_asked_then_the_id(app: Flask, cast: Cast) -> None:
    activity = factories.make_activity(cast.team, places=1)
    now = clock.now()
    holder = asked(activity, now, CONFIRMED)
    late, early, same = asked(activity, now), asked(activity, now - HOUR), asked(activity, now)
    shift = activity.shifts[0]
    assert list(waiting.able(shift, most=9)) == [early, late, same]
    assert list(waiting.able(shift, most=1)) == [early]
    assert list(waiting.able(shift, most=0)) == []
    assert signups.withdraw(holder, by=None) == [early]


def test_free_places(app: Flask, cast: Cast) -> None:
    activity = factories.make_activity(cast.team, places=2)
    shift = activity.shifts[0]
    for state, free in ((WAITING, 2), (WITHDRAWN, 2), (CONFIRMED, 1), (CONFIRMED, 0), (CONFIRMED, 0)):
        asked(activity, clock.now(), state)
        assert waiting.free_places(shift) == free
    shift.places = None
    assert waiting.free_places(shift) == 0


def test_who_has_a_place_elsewhere_is_skipped_and_keeps_their_turn(app: Flask, cast: Cast) -> None:
    activity, elsewhere = factories.make_activity(cast.team, places=1), factories.make_activity(places=1)
    holder, skipped, next_one, last = (sign_up(activity) for _ in range(4))
    there = sign_up(elsewhere, skipped.person)
    assert signups.withdraw(holder, by=None) == [next_one]
    assert signups.withdraw(there, by=None) == []
    assert signups.withdraw(next_one, by=None) == [skipped]
    assert last.state is WAITING


def test_who_withdraws_here_may_move_up_there(app: Flask, cast: Cast) -> None:
    here, there = factories.make_activity(cast.team, places=1), factories.make_activity(places=1)
    holder = sign_up(there)
    waits_there = sign_up(there, factories.make_person())
    mine = sign_up(here, waits_there.person)
    waits_here = sign_up(here)
    assert signups.withdraw(holder, by=None) == []
    assert waiting.free_places(there.shifts[0]) == 1
    assert signups.withdraw(mine, by=None) == [waits_here, waits_there]


def test_a_newcomer_takes_a_place_that_nobody_waiting_can(app: Flask, cast: Cast) -> None:
    activity, elsewhere = factories.make_activity(cast.team, places=1), factories.make_activity(places=1)
    holder, clashing = sign_up(activity), sign_up(activity)
    sign_up(elsewhere, clashing.person)
    signups.withdraw(holder, by=None)
    assert [sign_up(activity).state for _ in range(2)] == [CONFIRMED, WAITING]
    assert clashing.state is WAITING


def test_a_newcomer_lets_those_before_them_move_up(app: Flask, cast: Cast) -> None:
    activity = factories.make_activity(cast.team, places=2)
    early = asked(activity, clock.now() - HOUR)
    assert sign_up(activity).state is CONFIRMED
    assert early.state is CONFIRMED


def test_after_the_deadline_nobody_moves_up_by_itself(app: Flask, cast: Cast) -> None:
    activity = factories.make_activity(cast.team, places=1, withdraw_until=clock.now() + HOUR)
    holder, early = sign_up(activity), sign_up(activity)
    with clock.frozen(clock.now() + HOUR):
        assert signups.withdraw(holder, by=None, by_keeper=True) == []
        assert sign_up(activity).state is WAITING
    assert early.state is WAITING


def test_the_deadline(app: Flask, cast: Cast) -> None:
    activity = factories.make_activity(cast.team, places=1)
    assert waiting.deadline(activity) == activity.starts_at
    activity.withdraw_until = activity.starts_at - HOUR
    assert waiting.deadline(activity) == activity.starts_at - HOUR
    activity.withdraw_until = activity.starts_at + HOUR
    assert waiting.deadline(activity) == activity.starts_at
