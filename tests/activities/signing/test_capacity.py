"""More places and fewer."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests import factories
from tests.factories import Cast
from volunteer_app import clock
from volunteer_app.activities import stamps
from volunteer_app.activities.models import ActivityState, Shift, SignUp, SignUpState
from volunteer_app.activities.signing import capacity, signups
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused
from volunteer_app.notifications.models import Notice, NoticeKind

CONFIRMED, WAITING = SignUpState.CONFIRMED, SignUpState.WAITING


def shift_with(cast: Cast, *names: str, places: int | None) -> tuple[Shift, list[SignUp]]:
    shift = factories.make_activity(cast.team, places=places).shifts[0]
    people = [factories.make_person(name) for name in names]
    return shift, [signups.sign_up(shift, person, by=None, most_popular=2) for person in people]


def states(sign_ups: list[SignUp]) -> list[SignUpState]:
    return [each.state for each in sign_ups]


def told() -> list[tuple[NoticeKind, int]]:
    return list(db.session.execute(select(Notice.kind, Notice.person_id).order_by(Notice.id)).all())


def test_more_places_let_people_move_up(app: Flask, cast: Cast) -> None:
    shift, (first, second, third, last) = shift_with(cast, "甲一", "乙二", "丙三", "丁四", places=1)
    counted_at = stamps.of_team(cast.team.id)
    assert capacity.set_places(shift, 3, by=cast.leader.id) == [second, third]
    assert (shift.places, states([first, second, third, last])) == (3, [CONFIRMED] * 3 + [WAITING])
    assert told() == [(NoticeKind.PROMOTED, each.person_id) for each in (second, third)]
    (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "change places"))
    assert (entry.subject, entry.subject_id, entry.account_id) == ("shift", shift.id, cast.leader.id)
    assert (entry.changes, entry.place_id) == ({"places": [1, 3]}, cast.subdistrict.id)
    assert stamps.of_team(cast.team.id) > counted_at


def test_after_the_deadline_the_leader_decides_who_moves_up(app: Flask, cast: Cast) -> None:
    shift, sign_ups = shift_with(cast, "甲一", "乙二", places=1)
    shift.activity.withdraw_until = clock.now()
    assert capacity.set_places(shift, 2, by=cast.leader.id) == []
    assert states(sign_ups) == [CONFIRMED, WAITING]


def test_fewer_places_name_those_who_have_one(app: Flask, cast: Cast) -> None:
    shift, sign_ups = shift_with(cast, "甲一", "乙二", "丙三", "丁四", places=3)
    with pytest.raises(Refused) as refused:
        capacity.set_places(shift, 1, by=cast.leader.id)
    assert refused.value.message.values == {"count": 3, "names": "甲一, 乙二, 丙三", "many": 2}
    for wrong in ([sign_ups[0].id], [each.id for each in sign_ups[:3]], [sign_ups[0].id, sign_ups[3].id]):
        with pytest.raises(Refused):
            capacity.set_places(shift, 1, by=cast.leader.id, to_waiting=wrong)
    assert (shift.places, states(sign_ups)) == (3, [CONFIRMED] * 3 + [WAITING])


def test_whom_the_leader_chooses_waits_in_their_old_turn(app: Flask, cast: Cast) -> None:
    shift, (first, second, third, last) = shift_with(cast, "甲一", "乙二", "丙三", "丁四", places=3)
    chosen = [first.id, third.id]
    assert capacity.set_places(shift, 1, by=cast.leader.id, to_waiting=chosen) == []
    assert states([first, second, third, last]) == [WAITING, CONFIRMED, WAITING, WAITING]
    assert told() == [(NoticeKind.DEMOTED, each.person_id) for each in (first, third)]
    demoted = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "demote").order_by(AuditEntry.id))
    assert [(it.subject_id, it.changes) for it in demoted] == [
        (each.id, {"state": ["confirmed", "waiting"]}) for each in (first, third)
    ]
    assert signups.withdraw(second, by=None) == [first]


def test_whoever_loses_a_place_may_take_another_one(app: Flask, cast: Cast) -> None:
    shift, (mine,) = shift_with(cast, "甲一", places=2)
    elsewhere = factories.make_activity(places=1)
    holder = signups.sign_up(elsewhere.shifts[0], factories.make_person(), by=None, most_popular=2)
    waits = factories.make_sign_up(elsewhere, mine.person, WAITING)
    other = signups.sign_up(shift, factories.make_person(), by=None, most_popular=2)
    assert signups.withdraw(holder, by=None) == []
    assert capacity.set_places(shift, 1, by=None, to_waiting=[mine.id]) == [waits]
    assert states([mine, other, waits]) == [WAITING, CONFIRMED, CONFIRMED]


def test_nothing_changes(app: Flask, cast: Cast) -> None:
    shift, sign_ups = shift_with(cast, "甲一", places=1)
    assert capacity.set_places(shift, 1, by=None, to_waiting=[sign_ups[0].id]) == []
    assert states(sign_ups) == [CONFIRMED]
    assert db.session.scalar(select(AuditEntry.id).where(AuditEntry.action == "change places")) is None


def test_where_nobody_needs_to_sign_up(app: Flask, cast: Cast) -> None:
    shift, _ = shift_with(cast, places=None)
    capacity.set_places(shift, 1, by=None)
    capacity.set_places(shift, None, by=None)
    capacity.set_places(shift, 1, by=None)
    made = signups.sign_up(shift, factories.make_person(), by=None, most_popular=2)
    with pytest.raises(Refused, match="signed up already"):
        capacity.set_places(shift, None, by=None)
    signups.withdraw(made, by=None)
    capacity.set_places(shift, None, by=None)


@pytest.mark.parametrize("places", [0, -1, 10_000])
def test_no_number_of_places(app: Flask, cast: Cast, places: int) -> None:
    shift, _ = shift_with(cast, places=1)
    with pytest.raises(BadInput):
        capacity.set_places(shift, places, by=None)


def test_not_where_nobody_comes_any_more(app: Flask, cast: Cast) -> None:
    shift, _ = shift_with(cast, places=1)
    shift.activity.closed_at = clock.now()
    with pytest.raises(Refused, match="closed"):
        capacity.set_places(shift, 2, by=None)
    shift.activity.closed_at = None
    shift.activity.state = ActivityState.CANCELLED
    with pytest.raises(Refused, match="cancelled"):
        capacity.set_places(shift, 2, by=None)
