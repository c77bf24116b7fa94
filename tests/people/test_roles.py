"""What roles allow, and where."""

from datetime import timedelta

from tests.factories import make_account
from volunteer_app import clock
from volunteer_app.people import roles
from volunteer_app.people.models import Role


def test_where_the_cast_works(app, cast):
    people = (cast.administrator, cast.officer, cast.outsider, cast.leader, cast.volunteer, None)
    assert [roles.works_in(each, cast.subdistrict) for each in people] == [True, True, False, False, False, False]
    assert [roles.works_in(each, cast.elsewhere) for each in people] == [True, False, True, False, False, False]
    assert [roles.is_staff(each) for each in people] == [True, True, True, False, False, False]
    assert [roles.is_administrator(each) for each in people] == [True, False, False, False, False, False]
    own = [roles.own_subdistrict(each) for each in people]
    assert own == [None, cast.subdistrict, cast.elsewhere, None, None, None]


def test_a_role_holds_from_its_first_to_its_last_day(sqlite_app, cast):
    officer = make_account("郑和", Role.OFFICER, place=cast.subdistrict)
    grant = officer.grants[0]
    grant.since, grant.until = clock.today() - timedelta(days=2), clock.today()
    assert roles.works_in(officer, cast.subdistrict)
    grant.until = clock.today() - timedelta(days=1)
    assert not roles.works_in(officer, cast.subdistrict)
    grant.since, grant.until = clock.today() + timedelta(days=1), None
    assert not roles.works_in(officer, cast.subdistrict)
