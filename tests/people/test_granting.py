"""Who gives and ends which role, where, and that an administrator remains."""

import threading
from datetime import timedelta

import pytest

from tests.factories import make_account, make_building, make_grant, make_team
from volunteer_app import clock
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.errors import BadInput, Refused
from volunteer_app.people import granting, roles
from volunteer_app.people.models import Account, Role, RoleGrant


def test_who_gives_what(app, cast):
    inside, outside = (cast.subdistrict, cast.community, cast.compound), (cast.elsewhere, None)
    others = [role for role in Role if role is not Role.ADMINISTRATOR]
    assert all(granting.may_give(cast.administrator, role, place) for role in Role for place in inside + outside)
    assert all(granting.may_give(cast.officer, role, place) for role in others for place in inside)
    assert not any(granting.may_give(cast.officer, role, place) for role in others for place in outside)
    assert not any(granting.may_give(cast.officer, Role.ADMINISTRATOR, place) for place in inside + outside)
    for nobody in (cast.outsider, cast.secretary, cast.leader, cast.volunteer, None):
        assert not any(granting.may_give(nobody, role, place) for role in Role for place in inside)


def test_where_each_role_belongs(app, cast):
    building = make_building(cast.compound)
    places = (None, cast.subdistrict, cast.community, cast.compound, building)
    fits = {
        role: [place for place in places if given(cast.volunteer, role, place=place)]
        for role in Role
        if role is not Role.LEADER
    }
    assert fits == {
        Role.ADMINISTRATOR: [None],
        Role.OFFICER: [cast.subdistrict],
        Role.SECRETARY: [cast.community],
        Role.LIAISON: [cast.compound],
        Role.ORGANIZER: [cast.subdistrict, cast.community, cast.compound],
    }
    assert not given(cast.volunteer, Role.LEADER)
    assert not given(cast.volunteer, Role.LEADER, place=cast.compound)
    assert not given(cast.volunteer, Role.OFFICER, place=cast.subdistrict, team_id=cast.team.id)
    assert given(cast.volunteer, Role.LEADER, team_id=cast.team.id)


def given(account, role, **values) -> bool:
    """Whether the role can be given; nothing of it stays."""
    nested = db.session.begin_nested()
    try:
        granting.give(account, role, since=clock.today(), by=None, **values)
    except Refused:
        return False
    finally:
        nested.rollback()
        db.session.expire(account)
    return True


def test_days_of_a_role(app, cast):
    today, day = clock.today(), timedelta(days=1)
    give = {"place": cast.community, "by": cast.officer.id}
    for since, until in ((today, today - day), (today + day, today), (today - 9 * day, today - day)):
        with pytest.raises(BadInput):
            granting.give(cast.volunteer, Role.SECRETARY, since=since, until=until, **give)
    granting.give(cast.volunteer, Role.SECRETARY, since=today, until=today + day, **give)
    for since, until in ((today, None), (today + day, None), (today, today)):
        with pytest.raises(Refused):
            granting.give(cast.volunteer, Role.SECRETARY, since=since, until=until, **give)
    granting.give(cast.volunteer, Role.SECRETARY, since=today + 2 * day, **give)
    assert roles.keeps(cast.volunteer, cast.compound)
    entry = db.session.query(AuditEntry).filter_by(action="grant").order_by(AuditEntry.id.desc()).first()
    assert (entry.account_id, entry.place_id) == (cast.officer.id, cast.subdistrict.id)


def test_a_leaders_entry_is_read_in_the_teams_subdistrict(app, cast):
    granting.give(
        cast.volunteer, Role.LEADER, team_id=cast.team.id, since=clock.today(), subdistrict_id=1, by=cast.officer.id
    )
    assert db.session.query(AuditEntry.place_id).filter_by(action="grant").scalar() == 1


def test_ending_at_once_and_with_the_day(app, cast):
    grant = cast.officer.grants[0]
    granting.end(grant, last_day=clock.today(), by=cast.administrator.id)
    assert roles.works_in(cast.officer, cast.subdistrict), "the last day counts"
    granting.end(grant, last_day=clock.today() - timedelta(days=1), by=cast.administrator.id)
    assert not roles.works_in(cast.officer, cast.subdistrict)
    with pytest.raises(Refused):
        granting.end(grant, last_day=clock.today(), by=cast.administrator.id)
    entries = db.session.query(AuditEntry).filter_by(action="end role").all()
    assert {entry.place_id for entry in entries} == {cast.subdistrict.id}


def test_an_administrator_always_remains(app, cast):
    yesterday = clock.today() - timedelta(days=1)
    only = cast.administrator.grants[0]
    with pytest.raises(Refused):
        granting.end(only, last_day=yesterday, by=cast.administrator.id)
    disabled = make_account("吴一", Role.ADMINISTRATOR, disabled_at=clock.now())
    ending = make_account("吴二", Role.ADMINISTRATOR)
    ending.grants[0].until = clock.today()
    db.session.flush()
    with pytest.raises(Refused):
        granting.end(only, last_day=clock.today(), by=cast.administrator.id)
    assert disabled.disabled_at
    other = make_account("吴三", Role.ADMINISTRATOR)
    granting.end(only, last_day=yesterday, by=other.id)
    with pytest.raises(Refused):
        granting.end(other.grants[0], last_day=yesterday, by=other.id)


def test_two_administrators_who_end_each_other_leave_one(app, cast):
    other = make_account("吴三", Role.ADMINISTRATOR)
    ids = [cast.administrator.grants[0].id, other.grants[0].id]
    owners = [cast.administrator.id, other.id]
    db.session.commit()
    barrier, refused = threading.Barrier(2), []

    def end(grant_id: int) -> None:
        with app.app_context():
            barrier.wait(10)
            try:
                granting.end(db.session.get(RoleGrant, grant_id), last_day=clock.today() - timedelta(days=1), by=None)
                db.session.commit()
            except Refused:
                refused.append(grant_id)
                db.session.rollback()

    threads = [threading.Thread(target=end, args=(grant_id,)) for grant_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    db.session.expire_all()
    assert len(refused) == 1
    assert sorted(roles.is_administrator(db.session.get(Account, owner)) for owner in owners) == [False, True]


def test_nobody_gives_a_role_to_themselves(app, cast):
    give = {"place": cast.subdistrict, "since": clock.today() + timedelta(days=1)}
    cast.officer.grants[0].until = clock.today()
    db.session.flush()
    with pytest.raises(Refused):
        granting.give(cast.officer, Role.OFFICER, by=cast.officer.id, **give)
    granting.give(cast.officer, Role.OFFICER, by=cast.administrator.id, **give)
    granting.give(cast.administrator, Role.OFFICER, by=cast.administrator.id, **give)


def test_a_switched_off_account_gets_no_role(app, cast):
    cast.volunteer.disabled_at = clock.now()
    assert not given(cast.volunteer, Role.LEADER, team_id=cast.team.id)


def test_who_stands_above_whom(app, cast):
    peer = make_account("郑和", Role.OFFICER, place=cast.subdistrict)
    both = make_account("郑平", Role.SECRETARY, place=cast.community)
    make_grant(both, Role.LIAISON, place=cast.elsewhere)
    own = {"own_teams": [cast.team.id]}
    assert granting.outranks(cast.administrator, cast.outsider)
    assert granting.outranks(cast.officer, cast.volunteer)
    assert granting.outranks(cast.officer, cast.secretary)
    assert granting.outranks(cast.officer, peer)
    assert granting.outranks(cast.officer, cast.leader, **own)
    assert not granting.outranks(cast.officer, cast.leader)
    for other in (cast.administrator, cast.outsider, both):
        assert not granting.outranks(cast.officer, other, **own)
    for other in (cast.officer, cast.secretary, cast.administrator, both):
        assert not granting.outranks(cast.leader, other, **own)
        assert not granting.outranks(cast.secretary, other, **own)
    assert granting.outranks(cast.leader, cast.volunteer)
    make_grant(cast.volunteer, Role.LEADER, team=make_team(cast.elsewhere))
    assert not granting.outranks(cast.leader, cast.volunteer)


def test_a_role_that_begins_tomorrow_counts_for_who_stands_above(app, cast):
    grant = make_grant(cast.volunteer, Role.OFFICER, place=cast.elsewhere)
    grant.since = clock.today() + timedelta(days=1)
    db.session.flush()
    assert not granting.outranks(cast.officer, cast.volunteer)
    grant.since, grant.until = clock.today() - timedelta(days=2), clock.today() - timedelta(days=1)
    assert granting.outranks(cast.officer, cast.volunteer)
