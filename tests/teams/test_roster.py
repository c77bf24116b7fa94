"""The roster: members come, go and come back; whoever asks to join is granted or declined once."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused
from volunteer_app.people.models import Person, RequestState
from volunteer_app.teams import roster
from volunteer_app.teams.models import MemberRole, Membership, MembershipRequest, Team

from ..factories import Cast, make_membership, make_person

TODAY = date(2020, 11, 25)


def actions(subject: str) -> list[str]:
    db.session.flush()
    query = select(AuditEntry.action).where(AuditEntry.subject == subject).order_by(AuditEntry.id)
    return list(db.session.scalars(query))


def names(team: Team, **wanted: str) -> list[str]:
    return [it.person.name for it in db.session.scalars(roster.members(team, on=TODAY, **wanted))]


def test_the_list(app: Flask, cast: Cast) -> None:
    make_membership(cast.team, make_person("王小明", "19912345678"), since=date(2020, 1, 1))
    make_membership(cast.team, make_person("以前的"), until=date(2020, 11, 24))
    assert names(cast.team) == ["赵建国", "孙桂兰", "王小明"]
    assert names(cast.team, order="-role") == ["王小明", "孙桂兰", "赵建国"]
    assert names(cast.team, order="since")[0] == "王小明"
    assert names(cast.team, words="小 5678") == ["王小明"]
    assert names(cast.team, words="%") == []


def test_adding(app: Flask, cast: Cast) -> None:
    person = make_person()
    membership = roster.add(cast.team, person, by=cast.leader.id)
    assert (membership.role, membership.since, membership.until) == (MemberRole.MEMBER, TODAY, None)
    assert roster.add(cast.team, person, by=cast.leader.id) is membership
    assert actions("membership") == ["join"]


def test_coming_back_uses_the_row_again(app: Flask, cast: Cast) -> None:
    person = make_person()
    membership = make_membership(cast.team, person, since=date(2019, 1, 1), until=date(2019, 12, 31))
    assert roster.add(cast.team, person, by=None) is membership
    assert (membership.since, membership.until) == (TODAY, None)
    entry = db.session.scalars(select(AuditEntry)).one()
    assert entry.changes == {"since": ["2019-01-01", "2020-11-25"], "until": ["2019-12-31", None]}


def test_ending(app: Flask, cast: Cast) -> None:
    membership = make_membership(cast.team, since=date(2020, 1, 1))
    with pytest.raises(BadInput):
        roster.end(membership, date(2019, 12, 31), by=None)
    roster.end(membership, TODAY, by=None)
    roster.end(membership, TODAY, by=None)
    assert (membership.until, roster.lasts(membership)) == (TODAY, True)
    assert actions("membership") == ["leave"]


def test_the_named_leader_stays(app: Flask, cast: Cast) -> None:
    leading = roster.of(cast.team, cast.leader.person)
    assert leading is not None
    with pytest.raises(Refused, match="name somebody else"):
        roster.end(leading, TODAY, by=None)


def test_roles(app: Flask, cast: Cast) -> None:
    membership = make_membership(cast.team)
    roster.set_role(membership, MemberRole.LEADER, by=None)
    roster.set_role(membership, MemberRole.LEADER, by=None)
    assert membership.role is MemberRole.LEADER
    assert actions("membership") == ["change"]


def test_people_by_name_and_phone(app: Flask, cast: Cast) -> None:
    known = make_person("王小明", "19912345678")
    assert roster.person_of(cast.team, name=" 王 小明", phone="199 1234 5678") == known
    assert roster.person_of(cast.team, name="王小红", phone="19912345678") != known
    with pytest.raises(BadInput):
        roster.person_of(cast.team, name="王小明", phone="12")


def test_somebody_without_a_phone_is_added_once(app: Flask, cast: Cast) -> None:
    before = db.session.scalar(select(func.count(Person.id)))
    person = roster.person_of(cast.team, name="郑奶奶", phone=" ")
    roster.add(cast.team, person, by=None)
    assert roster.person_of(cast.team, name="郑奶奶", phone="") is person
    assert db.session.scalar(select(func.count(Person.id))) == (before or 0) + 1


def test_asking_to_join(app: Flask, cast: Cast) -> None:
    person = make_person()
    request = roster.ask(cast.team, person, note=" 会修灯 ", by=None)
    assert (request.note, request.state) == ("会修灯", RequestState.WAITING)
    assert roster.ask(cast.team, person, by=None) is request
    assert roster.open_requests(cast.team) == [request]
    roster.withdraw(request, by=None)
    assert roster.open_requests(cast.team) == []
    assert actions("membership_request") == ["ask", "withdraw"]


def test_who_can_not_ask(app: Flask, cast: Cast) -> None:
    with pytest.raises(Refused, match="belong"):
        roster.ask(cast.team, cast.volunteer.person, by=None)
    cast.team.dissolved = TODAY
    with pytest.raises(Refused, match="dissolved"):
        roster.ask(cast.team, make_person(), by=None)


def test_granting(app: Flask, cast: Cast) -> None:
    request = roster.ask(cast.team, make_person(), by=None)
    roster.grant(request, by=cast.leader.id)
    roster.grant(request, by=cast.leader.id)
    assert (request.state, request.decided_by_id) == (RequestState.GRANTED, cast.leader.id)
    membership = roster.of(cast.team, request.person)
    assert membership is not None
    assert membership.since == TODAY
    for verb in (roster.decline, roster.withdraw):
        with pytest.raises(Refused, match="decided"):
            verb(request, by=None)
    assert actions("membership_request") == ["ask", "decide"]


def test_declining_and_asking_again(app: Flask, cast: Cast) -> None:
    person = make_person()
    request = roster.ask(cast.team, person, by=None)
    roster.decline(request, by=cast.leader.id)
    roster.decline(request, by=cast.leader.id)
    assert (request.state, roster.of(cast.team, person)) == (RequestState.DECLINED, None)
    with pytest.raises(Refused):
        roster.grant(request, by=None)
    again = roster.ask(cast.team, person, by=None)
    assert again != request
    assert db.session.scalar(select(func.count(MembershipRequest.id))) == 2
    assert db.session.scalar(select(func.count(Membership.id))) == 2
