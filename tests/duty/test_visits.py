"""Visits: when they may be, that no two overlap, and what becomes of them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from tests.factories import (
    Cast,
    make_activity,
    make_attendance,
    make_community,
    make_compound,
    make_pairing,
    make_visit,
)
from volunteer_app import clock
from volunteer_app.activities.models import ActivityState, DutyClaim
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.duty import visits
from volunteer_app.duty.hours import EntryFaulty
from volunteer_app.duty.models import Pairing, Visit, VisitKind, VisitState
from volunteer_app.duty.visits import Entry
from volunteer_app.errors import Refused

HOUR = timedelta(hours=1)


@pytest.fixture
def pairing(cast: Cast) -> Pairing:
    return make_pairing(cast.volunteer.person, cast.compound)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def entry(pairing: Pairing, starts: str, ends: str, **values: Any) -> Entry:
    return Entry(compound_id=pairing.compound_id, starts_at=at(starts), ends_at=at(ends), **values)


def said() -> list[str]:
    rows = db.session.query(AuditEntry).filter(AuditEntry.subject == "visit").order_by(AuditEntry.id)
    return [row.action for row in rows]


def fault(call: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(EntryFaulty) as raised:
        call()
    return raised.value.field, str(raised.value)


def test_what_is_logged_waits_and_is_logged_once(app: Flask, pairing: Pairing, cast: Cast) -> None:
    values = entry(pairing, "2020-11-24T14:00", "2020-11-24T16:10", kind=VisitKind.MEDIATION, what=" 调解漏水 ")
    first, second = (visits.log(pairing.person, values, by=cast.volunteer.id) for _ in range(2))
    assert first is second
    assert (first.state, first.entered_at, first.by_id) == (VisitState.WAITING, clock.now(), cast.volunteer.id)
    assert (first.what, first.kind, first.subdistrict_id) == ("调解漏水", VisitKind.MEDIATION, cast.subdistrict.id)
    assert (db.session.query(Visit).count(), said()) == (1, ["log"])


def test_other_values_at_the_same_start_overlap(app: Flask, pairing: Pairing) -> None:
    visits.log(pairing.person, entry(pairing, "2020-11-24T14:00", "2020-11-24T16:00"), by=None)
    field, sentence = fault(
        lambda: visits.log(pairing.person, entry(pairing, "2020-11-24T14:00", "2020-11-24T15:00"), by=None)
    )
    assert field == "starts"
    assert "2020-11-24 14:00–16:00" in sentence
    assert "2020-11-24 14:00–15:00" in sentence
    assert pairing.compound.name in sentence


@pytest.mark.parametrize(
    ("starts", "ends", "overlaps"),
    [
        ("2020-11-24T13:00", "2020-11-24T14:00", False),
        ("2020-11-24T16:00", "2020-11-24T17:00", False),
        ("2020-11-24T13:00", "2020-11-24T14:01", True),
        ("2020-11-24T15:59", "2020-11-24T17:00", True),
        ("2020-11-24T14:30", "2020-11-24T15:00", True),
        ("2020-11-24T13:00", "2020-11-24T17:00", True),
        ("2020-11-23T15:00", "2020-11-24T14:00", False),
    ],
)
def test_visits_may_touch_and_not_overlap(
    sqlite_app: Flask, pairing: Pairing, starts: str, ends: str, overlaps: bool
) -> None:
    visits.log(pairing.person, entry(pairing, "2020-11-24T14:00", "2020-11-24T16:00"), by=None)
    if overlaps:
        assert fault(lambda: visits.log(pairing.person, entry(pairing, starts, ends), by=None))[0] == "starts"
    else:
        visits.log(pairing.person, entry(pairing, starts, ends), by=None)


def test_a_visit_over_midnight(app: Flask, pairing: Pairing) -> None:
    visit = visits.log(pairing.person, entry(pairing, "2020-11-22T23:30", "2020-11-23T01:00"), by=None)
    assert visit.ends_at == at("2020-11-23T01:00")
    sentence = fault(
        lambda: visits.log(pairing.person, entry(pairing, "2020-11-23T00:30", "2020-11-23T02:00"), by=None)
    )[1]
    assert "2020-11-22 23:30–2020-11-23 01:00" in sentence


@pytest.mark.parametrize(
    ("starts", "ends", "field"),
    [
        ("2020-11-25T08:00", "2020-11-25T08:31", "ends"),
        ("2020-11-25T08:00", "2020-11-25T08:00", "ends"),
        ("2020-11-25T08:00", "2020-11-25T07:00", "ends"),
        ("2020-11-23T08:00", "2020-11-24T08:01", "ends"),
    ],
)
def test_hours_that_cannot_be(sqlite_app: Flask, pairing: Pairing, starts: str, ends: str, field: str) -> None:
    assert fault(lambda: visits.log(pairing.person, entry(pairing, starts, ends), by=None))[0] == field
    assert db.session.query(Visit).count() == 0


def test_a_whole_day_up_to_now(sqlite_app: Flask, pairing: Pairing) -> None:
    visits.log(pairing.person, entry(pairing, "2020-11-24T08:30", "2020-11-25T08:30"), by=None)
    assert db.session.query(Visit).count() == 1


def test_too_late_for_the_cadre_and_not_for_the_office(app: Flask, pairing: Pairing, cast: Cast) -> None:
    """Now it's a Wednesday: the last day of the week before last is too late, the first day of the last one isn't."""
    early = entry(pairing, "2020-11-15T14:00", "2020-11-15T15:00")
    assert fault(lambda: visits.log(pairing.person, early, by=cast.volunteer.id))[0] == "day"
    visits.log(pairing.person, entry(pairing, "2020-11-16T00:00", "2020-11-16T01:00"), by=cast.volunteer.id)
    with clock.frozen(at("2020-11-22T23:59:59")):
        visits.log(pairing.person, entry(pairing, "2020-11-10T14:00", "2020-11-10T15:00"), by=cast.volunteer.id)
    visit = visits.log(pairing.person, early, by=cast.officer.id, as_office=True)
    assert (visit.by_id, visit.state) == (cast.officer.id, VisitState.WAITING)


def test_only_where_and_when_the_cadre_is_paired(app: Flask, pairing: Pairing, cast: Cast) -> None:
    near = make_compound(cast.community)
    far = make_compound(make_community(cast.elsewhere))
    hours = {"starts_at": at("2020-11-24T14:00"), "ends_at": at("2020-11-24T15:00")}
    assert fault(lambda: visits.log(pairing.person, Entry(compound_id=far.id, **hours), by=None))[0] == "compound"
    community = Entry(compound_id=cast.community.id, **hours)
    assert fault(lambda: visits.log(pairing.person, community, by=None))[0] == "compound"
    pairing.until = at("2020-11-23T00:00").date()
    db.session.flush()
    assert fault(lambda: visits.log(pairing.person, Entry(compound_id=near.id, **hours), by=None))[0] == "compound"
    pairing.until = at("2020-11-24T00:00").date()
    db.session.flush()
    assert visits.log(pairing.person, Entry(compound_id=near.id, **hours), by=None).compound_id == near.id


def test_begun_twice_and_stopped_twice(app: Flask, pairing: Pairing, cast: Cast) -> None:
    first, second = (visits.start(pairing.person, cast.compound, by=cast.volunteer.id) for _ in range(2))
    assert first is second
    with pytest.raises(Refused):
        visits.start(pairing.person, make_compound(cast.community), by=None)
    began = clock.now()
    with pytest.raises(Refused):
        visits.stop(first, by=None)
    with clock.frozen(began + 2 * HOUR):
        assert fault(
            lambda: visits.log(pairing.person, entry(pairing, "2020-11-25T09:00", "2020-11-25T10:00"), by=None)
        )[1].endswith("2020-11-25 08:30– in 云台里5号院.")
        visits.stop(first, by=None)
    with clock.frozen(began + 3 * HOUR):
        visits.stop(first, by=None)
    assert (first.starts_at, first.ends_at, first.state) == (began, began + 2 * HOUR, VisitState.WAITING)
    assert said() == ["start", "stop"]


def test_one_that_ran_for_too_long_needs_a_typed_end(app: Flask, pairing: Pairing, cast: Cast) -> None:
    visit = visits.start(pairing.person, cast.compound, by=None)
    with clock.frozen(visit.starts_at + 25 * HOUR):
        assert fault(lambda: visits.stop(visit, by=None))[0] == "ends"
        assert fault(lambda: visits.stop(visit, by=None, ends_at=visit.starts_at + 25 * HOUR))[0] == "ends"
        assert fault(lambda: visits.stop(visit, by=None, ends_at=visit.starts_at))[0] == "ends"
        visits.stop(visit, by=None, ends_at=visit.starts_at + 3 * HOUR)
    assert visit.ends_at == visit.starts_at + 3 * HOUR


def test_a_returned_one_is_corrected_and_waits_again(app: Flask, pairing: Pairing, cast: Cast) -> None:
    visit = make_visit(
        pairing,
        starts_at=at("2020-11-24T14:00"),
        state=VisitState.RETURNED,
        reason="时间不对",
        decided_at=clock.now(),
        decided_by_id=cast.secretary.id,
    )
    values = entry(pairing, "2020-11-24T15:00", "2020-11-24T16:00", kind=VisitKind.ON_DUTY)
    for _ in range(2):
        visits.change(visit, values, by=cast.volunteer.id)
    assert (visit.state, visit.reason, visit.decided_by_id) == (VisitState.WAITING, "", cast.secretary.id)
    assert (visit.starts_at, said()) == (at("2020-11-24T15:00"), ["change"])
    row = db.session.query(AuditEntry).filter(AuditEntry.action == "change").one()
    assert row.changes["state"] == ["returned", "waiting"]
    assert set(row.changes) == {"starts_at", "ends_at", "kind", "state"}


def test_a_returned_one_is_corrected_however_late_in_its_own_week(app: Flask, pairing: Pairing) -> None:
    visit = make_visit(pairing, starts_at=at("2020-11-03T14:00"), state=VisitState.RETURNED)
    visits.change(visit, entry(pairing, "2020-11-04T14:00", "2020-11-04T15:00"), by=None)
    assert visit.state is VisitState.WAITING
    elsewhen = entry(pairing, "2020-11-10T14:00", "2020-11-10T15:00")
    assert fault(lambda: visits.change(visit, elsewhen, by=None))[0] == "day"


def test_a_confirmed_one_stays(app: Flask, pairing: Pairing) -> None:
    visit = make_visit(pairing, state=VisitState.CONFIRMED)
    with pytest.raises(Refused):
        visits.change(visit, entry(pairing, "2020-11-24T14:00", "2020-11-24T15:00"), by=None)
    with pytest.raises(Refused):
        visits.discard(visit, by=None)
    assert db.session.query(Visit).count() == 1


def test_what_is_thrown_away_is_gone(app: Flask, pairing: Pairing, cast: Cast) -> None:
    visits.discard(make_visit(pairing, state=VisitState.RETURNED), by=None)
    visits.discard(visits.start(pairing.person, cast.compound, by=None), by=None)
    assert (db.session.query(Visit).count(), said()) == (0, ["discard", "start", "discard"])


def test_a_claimed_activity_is_one_visit_and_no_service(app: Flask, pairing: Pairing, cast: Cast) -> None:
    activity = make_activity(cast.team, starts_at=at("2020-11-24T14:00"), state=ActivityState.HELD)
    make_attendance(activity, pairing.person)
    make_attendance(activity)
    values = entry(pairing, "2020-11-24T14:00", "2020-11-24T15:30", activity_id=activity.id)
    first, second = (visits.log(pairing.person, values, by=None) for _ in range(2))
    assert first is second
    assert (first.kind, claimed()) == (VisitKind.THEMED_ACTIVITY, [(activity.id, pairing.person_id)])
    again = entry(pairing, "2020-11-24T13:00", "2020-11-24T14:00", activity_id=activity.id)
    assert fault(lambda: visits.log(pairing.person, again, by=None))[0] == "starts"
    again = entry(pairing, "2020-11-24T15:30", "2020-11-24T16:00", activity_id=activity.id)
    activity.ends_at = at("2020-11-24T16:00")
    db.session.flush()
    assert fault(lambda: visits.log(pairing.person, again, by=None))[0] == "activity"
    visits.discard(first, by=None)
    assert claimed() == []
    long = entry(pairing, "2020-11-24T12:59", "2020-11-24T16:00", activity_id=activity.id)
    assert fault(lambda: visits.log(pairing.person, long, by=None))[0] == "starts"


def claimed() -> list[tuple[int, int]]:
    return [(it.activity_id, it.person_id) for it in db.session.query(DutyClaim)]


def test_a_claim_moves_with_a_change(app: Flask, pairing: Pairing, cast: Cast) -> None:
    activity = make_activity(cast.team, starts_at=at("2020-11-24T14:00"))
    visit = visits.log(pairing.person, entry(pairing, "2020-11-24T14:00", "2020-11-24T15:00"), by=None)
    assert claimed() == []
    values = entry(pairing, "2020-11-24T14:00", "2020-11-24T15:00", activity_id=activity.id)
    visits.change(visit, values, by=None)
    assert (visit.kind, claimed()) == (VisitKind.THEMED_ACTIVITY, [(activity.id, pairing.person_id)])
    visits.change(visit, entry(pairing, "2020-11-24T14:00", "2020-11-24T15:00"), by=None)
    assert (visit.kind, visit.activity_id, claimed()) == (VisitKind.ON_DUTY, None, [])


@pytest.mark.parametrize("state", [ActivityState.CANCELLED, ActivityState.DRAFT])
def test_no_claim_of_what_was_not_there(sqlite_app: Flask, pairing: Pairing, cast: Cast, state: ActivityState) -> None:
    activity = make_activity(cast.team, starts_at=at("2020-11-24T14:00"), state=state)
    values = entry(pairing, "2020-11-24T14:00", "2020-11-24T15:00", activity_id=activity.id)
    assert fault(lambda: visits.log(pairing.person, values, by=None))[0] == "activity"
    gone = entry(pairing, "2020-11-24T14:00", "2020-11-24T15:00", activity_id=9999)
    assert fault(lambda: visits.log(pairing.person, gone, by=None))[0] == "activity"
    elsewhere = Entry(
        compound_id=make_compound(cast.community).id,
        starts_at=at("2020-11-24T14:00"),
        ends_at=at("2020-11-24T15:00"),
        activity_id=make_activity(cast.team, starts_at=at("2020-11-24T14:30")).id,
    )
    assert fault(lambda: visits.log(pairing.person, elsewhere, by=None))[0] == "activity"
