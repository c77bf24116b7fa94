"""The demo: what it holds, that it is the same for the same day, and that it stays away from data."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from tests.factories import make_person
from volunteer_app import clock
from volunteer_app.activities.models import Activity, ActivityState, Attendance, SignUp
from volunteer_app.activities.offer import OfferKind
from volunteer_app.activities.queries import Wanted, listed
from volunteer_app.database import db
from volunteer_app.demo import filling, logins
from volunteer_app.duty import accounts as duty_accounts
from volunteer_app.duty.models import Pairing, PlannedVisit, Visit, VisitKind, VisitState
from volunteer_app.duty.quota import Standing
from volunteer_app.errors import Refused
from volunteer_app.people import accounts, roles
from volunteer_app.people.models import Person, Role
from volunteer_app.places import queries
from volunteer_app.places.models import Place, PlaceKind
from volunteer_app.reports import duty as reported
from volunteer_app.teams.models import Membership, Team, TeamKind


@pytest.fixture
def filled(sqlite_app) -> filling.Filled:
    done = filling.fill()
    db.session.commit()
    return done


def test_a_living_neighbourhood(app):
    filled = filling.fill()
    large, small = queries.subdistricts()
    kinds = Counter(db.session.scalars(select(Team.kind).where(Team.subdistrict_id == large.id)))
    assert kinds[TeamKind.CULTURAL_GROUP] == 35
    assert kinds[TeamKind.VOLUNTEER_TEAM] == 28
    assert filled.teams == 63
    places = Counter(db.session.scalars(select(Place.kind).where(Place.subdistrict_id == large.id)))
    assert (places[PlaceKind.COMMUNITY], places[PlaceKind.COMPOUND]) == (5, 27)
    assert 1300 <= filled.people <= 1600
    assert db.session.scalar(select(func.count(Team.id)).where(Team.subdistrict_id == small.id)) == 3


def test_two_months_back_and_ahead(filled):
    large = queries.subdistricts()[0]
    for distance in range(-9, 10):
        week = clock.Week.this().shifted(distance)
        rows = listed(Wanted(within=large, since=week.starts_at, until=week.ends_at), at=clock.now())
        assert 20 <= len(rows) <= 65, week
    assert db.session.scalar(select(func.max(Attendance.checked_in_at))) <= clock.now()
    assert db.session.scalar(select(func.max(SignUp.asked_at))) <= clock.now()
    assert db.session.scalar(select(func.max(Activity.changed_at))) <= clock.now()


def test_every_offer_is_met(filled):
    rows = listed(Wanted(within=queries.subdistricts()[0], states=tuple(ActivityState)), at=clock.now())
    wanted = set(OfferKind) - {OfferKind.RUNNING}  # only at some hours
    assert wanted <= {row.offer.kind for row in rows}
    assert any(row.offer.waiting for row in rows)
    assert all(row.offer.attended for row in rows if row.offer.kind is OfferKind.OVER)
    assert len({row.field for row in rows}) == 6


def test_nobody_is_at_two_places_at_once(filled):
    spans = db.session.execute(
        select(Attendance.person_id, Activity.starts_at, Activity.ends_at)
        .join(Attendance.activity)
        .order_by(Attendance.person_id, Activity.starts_at)
    ).all()
    for one, other in pairwise(spans):
        assert one.person_id != other.person_id or one.ends_at <= other.starts_at


def test_no_week_announces_a_theme_twice(filled):
    large = queries.subdistricts()[0]
    week = clock.Week.this()
    rows = listed(Wanted(within=large, since=week.starts_at, until=week.ends_at), at=clock.now())
    repeated = [title for title, number in Counter(row.title for row in rows).items() if number > 1]
    assert [title for title in repeated if "：" not in title] == []


def test_the_logins_work_on_this_machine_alone(filled):
    for login in logins.LOGINS:
        account = accounts.log_in(login.phone, logins.PASSWORD, loopback=True)
        assert account.person.name == login.name
        assert [grant.role for grant in roles.living(account)] == ([login.role] if login.role else [])
        with pytest.raises(Refused):
            accounts.log_in(login.phone, logins.PASSWORD, loopback=False)
    large, small = queries.subdistricts()
    assert roles.own_subdistrict(accounts.find(logins.OFFICER.phone)) == large
    assert roles.own_subdistrict(accounts.find(logins.OUTSIDER.phone)) == small


def test_the_leader_leads_and_the_volunteer_helps(filled):
    leader = accounts.find(logins.LEADER.phone)
    grant = next(grant for grant in leader.grants if grant.role is Role.LEADER)
    assert db.session.get(Team, grant.team_id).leader_id == leader.person_id
    volunteer = accounts.find(logins.VOLUNTEER.phone)
    assert db.session.scalar(select(func.count()).where(Membership.person_id == volunteer.person_id)) >= 1


def test_the_same_day_gives_the_same_neighbourhood(filled):
    def story() -> list[tuple[object, ...]]:
        return [
            tuple(row)
            for row in db.session.execute(
                select(Activity.uid, Activity.starts_at, Team.slug, Person.name, Person.phone)
                .join(Activity.team)
                .join(Team.leader)
                .order_by(Activity.id)
            )
        ]

    first = story()
    for table in reversed(db.metadata.sorted_tables):
        db.session.execute(table.delete())
    filling.fill()
    assert story() == first


def test_another_day_gives_another(sqlite_app, now):
    filling.fill()
    uids = set(db.session.scalars(select(Activity.uid)))
    db.session.rollback()
    with clock.frozen(now + timedelta(days=1)):
        filling.fill()
    assert uids.isdisjoint(db.session.scalars(select(Activity.uid)))


def test_a_database_with_anything_in_it_is_refused(sqlite_app):
    make_person()
    with pytest.raises(Refused):
        filling.fill()
    assert db.session.scalar(select(func.count(Place.id))) == 0


def test_a_demo_is_known_as_one(sqlite_app, cast):
    assert not logins.present()


def test_an_empty_database_may_still_become_a_demo(sqlite_app, count_queries):
    assert not logins.present()
    filling.fill()
    assert logins.present()
    with count_queries() as queries:
        assert logins.present()
    assert len(queries) == 0


def test_cadres_serve_most_compounds_and_some_visits_wait(filled):
    large = queries.subdistricts()[0]
    pairings = db.session.scalars(select(Pairing)).all()
    assert {it.subdistrict_id for it in pairings} == {large.id}
    assert len(pairings) == 20
    cadre = accounts.find(logins.CADRE.phone)
    assert pairings[0].person_id == cadre.person_id
    visits = db.session.scalars(select(Visit).order_by(Visit.person_id, Visit.starts_at)).all()
    assert {it.state for it in visits} == set(VisitState)
    assert {it.kind for it in visits} == set(VisitKind)
    assert all(it.ends_at <= clock.now() for it in visits)
    for one, other in pairwise(visits):
        assert one.person_id != other.person_id or one.ends_at <= other.starts_at
    first = clock.Week.this().shifted(-9)
    weeks = [week for it in duty_accounts.of_office(large, first, clock.Week.this()) for week in it.weeks]
    assert {Standing.MET, Standing.SHORT, Standing.ON_LEAVE} == {week.standing for week in weeks}
    planned = db.session.scalars(select(PlannedVisit)).all()
    assert len(planned) > len(pairings)
    assert all(it.starts_at > clock.now() for it in planned)


def test_seven_forces_answer_for_most_compounds(filled):
    large, small = queries.subdistricts()
    assert reported.assignments(large.id, clock.today()) == {"assignments": 184, "compounds_fully_staffed": 22}
    assert reported.assignments(small.id, clock.today()) == {}
