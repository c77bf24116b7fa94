"""Confirming visits: whose, how many at once, what is left out and why, and sending back."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask

from volunteer_app import clock
from volunteer_app.audit.models import AuditEntry
from volunteer_app.clock import Week
from volunteer_app.database import db
from volunteer_app.duty import confirming, visits
from volunteer_app.duty.models import Visit, VisitPhoto, VisitState
from volunteer_app.duty.visits import Entry
from volunteer_app.errors import BadInput, Refused
from volunteer_app.people.models import Role
from volunteer_app.people.roles import STAFF, scope
from volunteer_app.photos.models import Photo

from ..factories import (
    Cast,
    make_account,
    make_community,
    make_compound,
    make_grant,
    make_pairing,
    make_person,
    make_visit,
)

CountQueries = Callable[[], AbstractContextManager[list[str]]]
DAY = timedelta(days=1)


def confirm(visits: list[Visit], by: object) -> confirming.Outcome:
    return confirming.confirm(visits, {it.id: confirming.mark(it) for it in visits}, by=by)


def entries(action: str) -> int:
    return db.session.query(AuditEntry).filter_by(action=action, subject="visit").count()


def test_who_confirms_where(app: Flask, cast: Cast) -> None:
    visit = make_visit(make_pairing(compound=cast.compound))
    elsewhere = make_visit(make_pairing(compound=make_compound(make_community(cast.subdistrict))))
    liaison = make_account("邓红")
    make_grant(liaison, Role.LIAISON, place=cast.compound)
    for account in (cast.officer, cast.administrator):
        assert [confirming.can_decide(account, it) for it in (visit, elsewhere)] == [True, True]
    for account in (cast.secretary, liaison):
        assert [confirming.can_decide(account, it) for it in (visit, elsewhere)] == [True, False]
    for account in (cast.outsider, cast.leader, cast.volunteer, None):
        assert not confirming.can_decide(account, visit)
    listed = {
        account.id: list(db.session.scalars(confirming.waiting(cast.subdistrict, scope(account, STAFF))))
        for account in (cast.officer, cast.secretary, liaison, cast.outsider, cast.leader)
    }
    assert listed[cast.officer.id] == [visit, elsewhere]
    assert listed[cast.secretary.id] == listed[liaison.id] == [visit]
    assert listed[cast.outsider.id] == listed[cast.leader.id] == []


def test_what_waits_is_over_and_undecided(app: Flask, cast: Cast) -> None:
    pairing = make_pairing(compound=cast.compound)
    first = make_visit(pairing, starts_at=clock.now() - 2 * DAY)
    make_visit(pairing, minutes=None)
    make_visit(pairing, starts_at=clock.now() - DAY, state=VisitState.CONFIRMED)
    make_visit(pairing, starts_at=clock.now() - 3 * DAY, state=VisitState.RETURNED)
    reach = scope(cast.officer, STAFF)
    assert list(db.session.scalars(confirming.waiting(cast.subdistrict, reach))) == [first]
    other = make_community(cast.subdistrict)
    assert not list(db.session.scalars(confirming.waiting(cast.subdistrict, reach, community=other)))


def test_one_is_confirmed_once(app: Flask, cast: Cast) -> None:
    visit = make_visit(make_pairing(compound=cast.compound))
    for _ in range(2):
        outcome = confirm([visit], cast.secretary)
        assert (outcome.confirmed, outcome.left_out) == ([visit], [])
    assert (visit.state, visit.decided_at, visit.decided_by_id) == (
        VisitState.CONFIRMED,
        clock.now(),
        cast.secretary.id,
    )
    assert entries("confirm") == 1


def test_nobody_confirms_their_own_and_the_rest_goes_through(app: Flask, cast: Cast) -> None:
    own = make_visit(make_pairing(cast.secretary.person, cast.compound))
    other = make_visit(make_pairing(compound=cast.compound))
    outcome = confirm([own, other], cast.secretary)
    assert (outcome.confirmed, [it for it, _ in outcome.left_out]) == ([other], [own])
    assert (own.state, other.state) == (VisitState.WAITING, VisitState.CONFIRMED)
    with pytest.raises(Refused):
        confirming.send_back(own, "时间不对", confirming.mark(own), by=cast.secretary)
    assert confirm([own], cast.officer).confirmed == [own]


@pytest.mark.parametrize(("after", "late"), [(timedelta(seconds=-1), False), (timedelta(0), True)])
def test_what_was_entered_late_is_the_offices(app: Flask, cast: Cast, after: timedelta, late: bool) -> None:
    starts_at = clock.now() - 30 * DAY
    end = Week.of(clock.local(starts_at).date()).shifted(1).ends_at
    visit = make_visit(make_pairing(compound=cast.compound), starts_at=starts_at, entered_at=end + after)
    assert confirming.is_late(visit) is late
    assert len(confirm([visit], cast.secretary).left_out) == late
    assert confirm([visit], cast.officer).confirmed == [visit]


def test_what_changed_meanwhile_is_left_out(app: Flask, cast: Cast) -> None:
    pairing = make_pairing(compound=cast.compound)
    visits = [make_visit(pairing, starts_at=clock.now() - n * DAY) for n in (1, 2, 3)]
    seen = {it.id: confirming.mark(it) for it in visits}
    longer, returned, same = visits
    longer.ends_at = longer.ends_at + timedelta(hours=3)
    returned.state = VisitState.RETURNED
    db.session.flush()
    outcome = confirming.confirm(visits, seen, by=cast.secretary)
    assert (outcome.confirmed, [it for it, _ in outcome.left_out]) == ([same], [longer, returned])
    assert len({reason.text for _, reason in outcome.left_out}) == 2


def test_a_photo_that_came_meanwhile_is_looked_at_first(app: Flask, cast: Cast) -> None:
    visit = make_visit(make_pairing(compound=cast.compound))
    marks = {visit.id: confirming.mark(visit)}
    db.session.add(VisitPhoto(visit_id=visit.id, photo=Photo(width=4, height=3, made_at=clock.now())))
    db.session.flush()
    (_, reason), *_ = confirming.confirm([visit], marks, by=cast.secretary).left_out
    assert reason.text == confirming.CHANGED
    with pytest.raises(Refused):
        confirming.send_back(visit, "时间不对", marks[visit.id], by=cast.secretary)
    photos = confirming.photos_of([visit])
    assert len(photos[visit.id]) == 1
    marks = {visit.id: confirming.mark(visit, photos[visit.id])}
    assert confirming.confirm([visit], marks, by=cast.secretary).confirmed == [visit]


def test_what_was_sent_back_meanwhile_is_looked_at_first_even_if_it_says_the_same(app: Flask, cast: Cast) -> None:
    visit = make_visit(make_pairing(compound=cast.compound), starts_at=clock.now() - DAY)
    marks = {visit.id: confirming.mark(visit)}
    confirming.send_back(visit, "去了吗？", marks[visit.id], by=cast.secretary)
    same = Entry(
        compound_id=visit.compound_id,
        starts_at=visit.starts_at,
        ends_at=visit.starts_at + timedelta(hours=1),
        kind=visit.kind,
    )
    visits.change(visit, same, by=None)
    assert (visit.state, visit.reason, visit.decided_by_id) == (VisitState.WAITING, "", cast.secretary.id)
    assert confirming.confirm([visit], marks, by=cast.officer).left_out[0][1].text == confirming.CHANGED
    assert confirm([visit], cast.officer).confirmed == [visit]


def test_sending_back(app: Flask, cast: Cast) -> None:
    visit = make_visit(make_pairing(compound=cast.compound))
    seen = confirming.mark(visit)
    for reason in ("", "   ", "长" * 101):
        with pytest.raises(BadInput):
            confirming.send_back(visit, reason, seen, by=cast.secretary)
    for _ in range(2):
        confirming.send_back(visit, " 时间不对 ", seen, by=cast.secretary)
    assert (visit.state, visit.reason, entries("return")) == (VisitState.RETURNED, "时间不对", 1)
    assert confirm([visit], cast.officer).confirmed == []


def test_what_was_confirmed_goes_back_only_if_that_was_seen(app: Flask, cast: Cast) -> None:
    visit = make_visit(make_pairing(compound=cast.compound))
    seen = confirming.mark(visit)
    confirm([visit], cast.secretary)
    with pytest.raises(Refused):
        confirming.send_back(visit, "时间不对", seen, by=cast.secretary)
    assert visit.state is VisitState.CONFIRMED
    confirming.send_back(visit, "时间不对", confirming.mark(visit), by=cast.secretary)
    assert visit.state is VisitState.RETURNED


def test_twenty_cost_as_many_statements_as_two(app: Flask, cast: Cast, count_queries: CountQueries) -> None:
    counts = []
    for number in (2, 20):
        pairings = [make_pairing(make_person(f"郑海{n}"), cast.compound) for n in range(number)]
        visits = [make_visit(pairing) for pairing in pairings]
        marks = {it.id: confirming.mark(it) for it in visits}
        db.session.commit()
        by = cast.secretary
        scope(by, STAFF)
        db.session.expire_all()
        assert by.grants
        assert by.person
        with count_queries() as queries:
            found = confirming.find(list(marks))
            assert all(confirming.can_decide(by, it) for it in found)
            assert len(confirming.confirm(found, marks, by=by).confirmed) == number
            db.session.commit()
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert entries("confirm") == 22
