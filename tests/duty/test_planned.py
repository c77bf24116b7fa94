"""Planned visits: once and weekly, moved, cancelled, and one tap that logs one."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from tests.factories import Cast, make_activity, make_compound, make_pairing
from volunteer_app import clock
from volunteer_app.activities.models import ActivityState
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.duty import planned, visits
from volunteer_app.duty.hours import EntryFaulty
from volunteer_app.duty.models import Pairing, PlannedVisit, Visit, VisitState
from volunteer_app.errors import Refused

HOUR = timedelta(hours=1)


@pytest.fixture
def pairing(cast: Cast) -> Pairing:
    return make_pairing(cast.volunteer.person, cast.compound)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def plan(pairing: Pairing, starts: str = "2020-11-26T14:00", hours: int = 2, weeks: int = 1) -> list[PlannedVisit]:
    starts_at = at(starts)
    return planned.plan(
        pairing.person, pairing.compound, starts_at, starts_at + hours * HOUR, " 走访 ", weeks=weeks, by=None
    )


def fault(call: Callable[[], object]) -> str:
    with pytest.raises(EntryFaulty) as raised:
        call()
    return raised.value.field


def said() -> list[str]:
    rows = db.session.query(AuditEntry).filter(AuditEntry.subject == "planned_visit").order_by(AuditEntry.id)
    return [row.action for row in rows]


def test_weekly_and_sent_twice(app: Flask, pairing: Pairing, cast: Cast) -> None:
    first, second = plan(pairing, weeks=3), plan(pairing, weeks=3)
    assert [it.id for it in first] == [it.id for it in second]
    assert [it.starts_at for it in first] == [
        at("2020-11-26T14:00"),
        at("2020-12-03T14:00"),
        at("2020-12-10T14:00"),
    ]
    assert {(it.note, it.revision, it.changed_at, it.subdistrict_id) for it in first} == {
        ("走访", 0, clock.now(), cast.subdistrict.id)
    }
    assert len({it.uid for it in first}) == 3
    assert said() == ["plan"] * 3
    assert len(plan(pairing, weeks=5)) == 5
    assert db.session.query(PlannedVisit).count() == 5


def test_what_cannot_be_planned(app: Flask, pairing: Pairing, cast: Cast) -> None:
    plan(pairing)
    assert fault(lambda: plan(pairing, hours=3)) == "starts"
    assert fault(lambda: plan(pairing, "2020-11-25T06:00")) == "day"
    assert fault(lambda: plan(pairing, "2020-11-27T06:00", hours=25)) == "ends"
    assert fault(lambda: plan(pairing, "2020-11-27T06:00", hours=0)) == "ends"
    assert fault(lambda: plan(pairing, "2020-11-27T06:00", weeks=27)) == "weeks"
    pairing.until = clock.today()
    db.session.flush()
    assert fault(lambda: plan(pairing, "2020-11-27T06:00")) == "compound"
    assert db.session.query(PlannedVisit).count() == 1


def test_moving_one_leaves_the_others(app: Flask, pairing: Pairing, cast: Cast) -> None:
    row, other = plan(pairing, weeks=2)
    near = make_compound(cast.community)
    for _ in range(2):
        planned.move(row, near, at("2020-11-27T09:00"), at("2020-11-27T10:00"), "改期", by=None)
    assert (row.compound_id, row.starts_at, row.note, row.revision) == (near.id, at("2020-11-27T09:00"), "改期", 1)
    assert row.changed_at == clock.now() + timedelta(seconds=1)
    assert (other.starts_at, other.revision) == (at("2020-12-03T14:00"), 0)
    assert fault(lambda: planned.move(row, near, other.starts_at, other.ends_at, "", by=None)) == "starts"
    assert said() == ["plan", "plan", "move"]


def test_cancelled_once_and_planned_again(app: Flask, pairing: Pairing) -> None:
    (row,) = plan(pairing)
    uid = row.uid
    for _ in range(2):
        planned.cancel(row, by=None)
    assert (row.cancelled, row.revision) == (True, 1)
    with pytest.raises(Refused):
        planned.move(row, row.compound, at("2020-11-27T09:00"), at("2020-11-27T10:00"), "", by=None)
    with pytest.raises(Refused):
        planned.log(row, by=None)
    (again,) = plan(pairing, hours=3)
    assert (again.uid, again.cancelled, again.revision) == (uid, False, 2)
    assert again.ends_at == at("2020-11-26T17:00")


def test_one_tap_logs_it_once(app: Flask, pairing: Pairing, cast: Cast) -> None:
    (row,) = plan(pairing)
    with pytest.raises(Refused):
        planned.log(row, by=None)
    with clock.frozen(at("2020-11-26T18:00")):
        first, second = (planned.log(row, by=cast.volunteer.id) for _ in range(2))
    assert first is second
    assert (first.starts_at, first.ends_at, first.what) == (row.starts_at, row.ends_at, "走访")
    assert (first.state, first.by_id, row.visit_id) == (VisitState.WAITING, cast.volunteer.id, first.id)
    assert row.revision == 1
    with pytest.raises(Refused):
        planned.cancel(row, by=None)
    visits.discard(first, by=None)
    db.session.refresh(row)
    assert (row.visit_id, db.session.query(Visit).count()) == (None, 0)


def test_logged_while_it_lasts_it_ends_now(app: Flask, pairing: Pairing) -> None:
    (row,) = plan(pairing)
    with clock.frozen(at("2020-11-26T15:00")):
        assert planned.log(row, by=None).ends_at == at("2020-11-26T15:00")


def test_what_was_logged_by_hand_is_in_its_way(app: Flask, pairing: Pairing) -> None:
    (row,) = plan(pairing)
    with clock.frozen(at("2020-11-26T18:00")):
        hours = {"starts_at": at("2020-11-26T13:00"), "ends_at": at("2020-11-26T15:00")}
        visits.log(pairing.person, visits.Entry(compound_id=pairing.compound_id, **hours), by=None)
        assert fault(lambda: planned.log(row, by=None)) == "starts"
    assert row.visit_id is None


def test_clashes_are_shown(app: Flask, pairing: Pairing, cast: Cast, count_queries) -> None:
    (row,) = plan(pairing)
    (feast,) = plan(pairing, "2021-01-01T09:00")
    meets = make_activity(cast.team, "义务理发", starts_at=at("2020-11-26T15:30"))
    make_activity(cast.team, starts_at=at("2020-11-26T16:00"))
    make_activity(cast.team, starts_at=at("2020-11-26T14:30"), state=ActivityState.CANCELLED)
    rows = planned.of(pairing.person, at("2020-11-25T00:00"), at("2021-02-01T00:00"))
    assert rows == [row, feast]
    with count_queries() as queries:
        one, two = planned.clashes(rows)
    assert len(queries) == 2
    assert [(it.activity_id, it.title) for it in one.activities] == [(meets.id, "义务理发")]
    assert (one.holiday, two.activities) == (None, [])
    assert two.holiday
    assert two.holiday.name == "元旦"
    planned.cancel(row, by=None)
    assert planned.of(pairing.person, at("2020-11-25T00:00"), at("2021-02-01T00:00")) == [feast]
