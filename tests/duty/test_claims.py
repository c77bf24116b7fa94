"""Duty and volunteering: the same hours stand in one of the two ledgers, whichever was noted first."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from volunteer_app import clock
from volunteer_app.activities.minutes import is_service, minutes_given
from volunteer_app.activities.models import Activity, Attendance, Stamp
from volunteer_app.database import db
from volunteer_app.duty import confirming, visits
from volunteer_app.duty.hours import EntryFaulty
from volunteer_app.duty.models import Pairing, Visit, VisitState
from volunteer_app.duty.visits import Entry
from volunteer_app.service import records
from volunteer_app.service.models import RecordState, ServiceRecord

from ..factories import Cast, make_pairing, make_visit
from ..service.service import served


@pytest.fixture
def pairing(cast: Cast) -> Pairing:
    return make_pairing(cast.volunteer.person, cast.compound)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2020-11-24T{text}+08:00")


def entry(pairing: Pairing, starts: str, ends: str) -> Entry:
    return Entry(compound_id=pairing.compound_id, starts_at=at(starts), ends_at=at(ends))


def volunteering(pairing: Pairing) -> tuple[int, int]:
    """The volunteering minutes of a person, as the records say and as the figures do."""
    service = select(func.coalesce(func.sum(minutes_given()), 0)).join(Attendance.activity)
    service = service.where(Attendance.person_id == pairing.person_id, is_service())
    return records.total(records.of(pairing.person)), db.session.scalars(service).one()


def counted(cast: Cast) -> datetime:
    return db.session.scalars(select(Stamp.counted_at).where(Stamp.subject == f"team:{cast.team.id}")).one()


def test_first_volunteering_then_the_visit(app: Flask, cast: Cast, pairing: Pairing) -> None:
    served(cast, pairing.person, "清洁楼道", "2020-11-24T14:00", 90)
    with pytest.raises(EntryFaulty, match="清洁楼道"):
        visits.log(pairing.person, entry(pairing, "15:29", "16:00"), by=None)
    visits.log(pairing.person, entry(pairing, "15:30", "16:00"), by=None)
    assert volunteering(pairing) == (90, 90)


def test_first_the_visit_then_volunteering(app: Flask, cast: Cast, pairing: Pairing) -> None:
    visit = visits.log(pairing.person, entry(pairing, "14:00", "15:00"), by=None)
    served(cast, pairing.person, "清洁楼道", "2020-11-24T14:59", 90)
    served(cast, pairing.person, "植树", "2020-11-24T13:00", 60)
    assert volunteering(pairing) == (60, 60)
    # Somebody else's hours are theirs.
    served(cast, cast.leader.person, "清洁楼道", "2020-11-24T14:00", 30)
    assert records.total(records.of(cast.leader.person)) == 30
    confirming.confirm([visit], {visit.id: confirming.mark(visit)}, by=cast.secretary)
    assert (visit.state, volunteering(pairing)) == (VisitState.CONFIRMED, (60, 60))
    confirming.send_back(visit, "那天不在", confirming.mark(visit), by=cast.secretary)
    # It's no duty any more.
    assert volunteering(pairing) == (150, 150)
    raised = counted(cast)
    assert raised >= clock.now()
    with pytest.raises(EntryFaulty, match="清洁楼道"):
        visits.change(visit, entry(pairing, "14:00", "15:10"), by=None)
    visits.change(visit, entry(pairing, "14:00", "14:59"), by=None)
    assert volunteering(pairing) == (150, 150)


def test_what_is_thrown_away_gives_its_hours_back(app: Flask, cast: Cast, pairing: Pairing) -> None:
    visit = visits.log(pairing.person, entry(pairing, "14:00", "15:00"), by=None)
    served(cast, pairing.person, "清洁楼道", "2020-11-24T14:00", 90)
    assert volunteering(pairing) == (0, 0)
    visits.discard(visit, by=None)
    assert volunteering(pairing) == (90, 90)
    assert counted(cast) >= clock.now()


@pytest.mark.now("2020-11-24T16:00+08:00")
def test_a_visit_that_goes_on_takes_the_hours_once_it_is_over(app: Flask, cast: Cast, pairing: Pairing) -> None:
    visit = make_visit(pairing, starts_at=at("14:30"), minutes=None)
    served(cast, pairing.person, "清洁楼道", "2020-11-24T14:00", 90)
    assert volunteering(pairing) == (90, 90)
    visits.stop(visit, by=None)
    assert volunteering(pairing) == (0, 0)
    assert counted(cast) >= clock.now()


def test_what_nobody_left_gives_no_minutes_and_takes_none(app: Flask, cast: Cast, pairing: Pairing) -> None:
    visits.log(pairing.person, entry(pairing, "14:00", "15:00"), by=None)
    came = served(cast, pairing.person, "清洁楼道", "2020-11-24T15:00", 90, checked_out_at=None)
    assert volunteering(pairing) == (0, 0)
    came.checked_out_at = db.session.get_one(Activity, came.activity_id).ends_at
    db.session.flush()
    assert volunteering(pairing) == (90, 90)


@pytest.mark.parametrize("state", list(VisitState))
def test_a_record_by_hand_in_the_hours_of_a_visit(app: Flask, cast: Cast, pairing: Pairing, state: VisitState) -> None:
    row = ServiceRecord(
        subdistrict_id=cast.subdistrict.id,
        person_id=pairing.person_id,
        content="送餐",
        starts_at=at("14:30"),
        ends_at=at("15:30"),
        minutes=60,
        state=RecordState.APPROVED,
        entered_at=clock.now(),
    )
    db.session.add(row)
    make_visit(pairing, starts_at=at("15:30"), minutes=30)
    assert records.total(records.of(pairing.person)) == 60
    make_visit(pairing, starts_at=at("14:00"), minutes=60, state=state)
    assert records.total(records.of(pairing.person)) == (60 if state is VisitState.RETURNED else 0)
    assert db.session.query(Visit).count() == 2
