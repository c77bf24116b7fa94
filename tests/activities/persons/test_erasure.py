"""Erasure as a whole: what goes, what stays, who moves up."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from tests.factories import Cast, make_activity, make_attendance, make_person, make_sign_up, make_team
from volunteer_app import clock
from volunteer_app.activities.models import ActivityState, Attendance, SignUpState
from volunteer_app.activities.persons import erasure, own
from volunteer_app.calendars import private, tokens
from volunteer_app.database import db
from volunteer_app.errors import Refused
from volunteer_app.notifications import outbox
from volunteer_app.notifications.models import Notice, NoticeKind
from volunteer_app.people.models import RequestState
from volunteer_app.teams import roster
from volunteer_app.teams.models import Membership


def test_what_was_given_stays_and_counts(app: Flask, cast: Cast) -> None:
    person = cast.volunteer.person
    held = make_activity(cast.team, starts_at=clock.now() - timedelta(days=1), state=ActivityState.HELD)
    make_attendance(held, person)
    before = own.totals(person.id)
    erasure.erase(person, by=cast.volunteer.id)
    assert before == own.Totals(1, 90, 90)
    assert own.totals(person.id) == before
    assert db.session.query(Attendance).count() == 1


def test_coming_places_go_to_who_waits(app: Flask, cast: Cast) -> None:
    person = cast.volunteer.person
    activity = make_activity(cast.team, places=1)
    mine = make_sign_up(activity, person, note="我住5号楼")
    waits = make_sign_up(activity, make_person(), SignUpState.WAITING)
    over = make_sign_up(make_activity(cast.team, starts_at=clock.now() - timedelta(days=1), places=1), person)
    erasure.erase(person, by=cast.volunteer.id)
    db.session.expire_all()
    assert [it.state for it in (mine, waits, over)] == [
        SignUpState.WITHDRAWN,
        SignUpState.CONFIRMED,
        SignUpState.CONFIRMED,
    ]
    assert mine.note == ""


def test_also_after_the_deadline(app: Flask, cast: Cast) -> None:
    activity = make_activity(cast.team, places=1, withdraw_until=clock.now() - timedelta(hours=1))
    mine = make_sign_up(activity, cast.volunteer.person)
    erasure.erase(cast.volunteer.person, by=cast.volunteer.id)
    assert mine.state is SignUpState.WITHDRAWN
    assert [it.told_at for it in db.session.query(Notice)] == [clock.now()], "nobody is left to be called"


def test_teams_wishes_and_calls_end(app: Flask, cast: Cast, now: datetime) -> None:
    person = cast.volunteer.person
    wish = roster.ask(make_team(cast.compound), person, note="我会拉二胡", by=cast.volunteer.id)
    notice = outbox.tell(NoticeKind.MOVED, person_id=person.id, activity_id=make_activity(cast.team).id)
    erasure.erase(person, by=cast.volunteer.id)
    db.session.expire_all()
    membership = db.session.query(Membership).filter_by(person_id=person.id).one()
    assert membership.until == clock.today() - timedelta(days=1)
    assert (wish.state, wish.note) == (RequestState.DECLINED, "")
    assert notice.told_at == now


def test_the_private_calendar_is_closed(app: Flask, cast: Cast) -> None:
    token = tokens.look_up(tokens.make(cast.volunteer.person, by=cast.volunteer.id))
    assert token is not None
    assert private.is_open(token)
    erasure.erase(cast.volunteer.person, by=cast.volunteer.id)
    db.session.expire_all()
    assert not private.is_open(token)


def test_a_leader_of_a_living_team_stays_until_somebody_else_leads(app: Flask, cast: Cast) -> None:
    person = cast.leader.person
    with pytest.raises(Refused, match="云台里志愿服务队"):
        erasure.erase(person, by=cast.leader.id)
    cast.team.dissolved = clock.today()
    erasure.erase(person, by=cast.leader.id)
    assert person.anonymised_at is not None


def test_who_may_erase_others(app: Flask, cast: Cast) -> None:
    person = cast.volunteer.person
    may = ["administrator", "officer"]
    for who in ("administrator", "officer", "outsider", "secretary", "leader", "volunteer"):
        assert erasure.may_erase(getattr(cast, who), person) is (who in may), who


def test_what_nobody_gives_back_any_more_is_no_hindrance(app: Flask, cast: Cast) -> None:
    """Something coming that was called off, that they were checked in to early, or whose attendance is closed."""
    soon = clock.now() + timedelta(minutes=30)
    off = make_activity(cast.team, state=ActivityState.CANCELLED, places=1)
    early = make_activity(cast.team, starts_at=soon, places=1, state=ActivityState.HELD)
    closed = make_activity(make_team(cast.compound), starts_at=soon, places=1, closed_at=clock.now())
    person = cast.volunteer.person
    made = [make_sign_up(activity, person) for activity in (off, early, closed)]
    make_attendance(early, person)
    assert erasure.coming(person) == []
    erasure.erase(person, by=cast.volunteer.id)
    assert person.anonymised_at is not None
    assert {it.state for it in made} == {SignUpState.CONFIRMED}
