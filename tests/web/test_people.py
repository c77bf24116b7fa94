"""People have no public page; the staff sees those of its place, a leader those of the team."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient

from tests.contests.factories import ENTERING, make_entry, make_round
from volunteer_app.activities.models import SignUpState
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.people.models import Account, Role

from ..factories import (
    Cast,
    make_account,
    make_activity,
    make_attendance,
    make_building,
    make_membership,
    make_other_leader,
    make_person,
    make_sign_up,
    make_team,
)

SignIn = Callable[[FlaskClient, Account], None]
Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.mark.parametrize(
    ("who", "status"),
    [(None, 303), ("volunteer", 403), ("leader", 200), ("secretary", 200), ("officer", 200), ("administrator", 200)],
)
def test_who_may_come(client: FlaskClient, cast: Cast, sign_in: SignIn, who: str | None, status: int) -> None:
    if who:
        sign_in(client, getattr(cast, who))
    assert client.get("/people/").status_code == status
    assert client.get(f"/people/{cast.volunteer.person_id}").status_code == status


def test_an_officer_sees_nobody_of_another_office(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    theirs = make_membership(make_team(cast.elsewhere), make_person("林外人")).person
    sign_in(client, cast.officer)
    for query in ("", f"?office={cast.elsewhere.slug}"):
        assert "林外人" not in client.get(f"/people/{query}").text
    assert client.get(f"/people/{theirs.id}").status_code == 403
    sign_in(client, cast.outsider)
    assert "林外人" in client.get("/people/").text
    assert client.get(f"/people/{cast.volunteer.person_id}").status_code == 403


def test_a_leader_sees_the_roster_alone(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    neighbours = make_membership(make_team(cast.compound), make_person("邻队的人")).person
    sign_in(client, cast.leader)
    page = client.get("/people/").text
    assert ("孙桂兰" in page, "邻队的人" in page) == (True, False)
    assert client.get(f"/people/{neighbours.id}").status_code == 403


def test_an_administrator_sees_one_office_at_a_time(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    make_membership(make_team(cast.elsewhere), make_person("林外人"))
    sign_in(client, cast.administrator)
    assert "林外人" not in client.get("/people/").text
    assert "林外人" in client.get(f"/people/?office={cast.elsewhere.slug}").text


def test_as_many_queries_for_three_people_as_for_one(
    sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, count_queries: Counting
) -> None:
    sign_in(sqlite_client, cast.officer)
    counts = []
    for _ in range(2):
        sqlite_client.get("/people/")
        with count_queries() as queries:
            sqlite_client.get("/people/")
        counts.append(len(queries))
        for _ in range(3):
            make_membership(cast.team)
    assert counts[0] == counts[1]


def test_search_by_name_and_phone(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.officer)
    page = client.get("/people/?q=孙").text
    assert ("孙桂兰" in page, "赵建国" in page) == (True, False)
    assert "孙桂兰" in client.get(f"/people/?q={str(cast.volunteer.phone)[-4:]}").text
    assert "没有符合条件的人员" in client.get("/people/?q=没有").text


def test_a_person(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    make_attendance(make_activity(cast.team, "包饺子"), cast.volunteer.person)
    sign_in(client, cast.officer)
    page = client.get(f"/people/{cast.volunteer.person_id}").text
    assert "孙桂兰</h1>" in page
    assert "包饺子" in page
    assert "共 1 次" in page
    assert client.get("/people/999999").status_code == 404


def test_who_is_offered_a_code(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    known = make_membership(cast.team).person
    for who in (cast.officer, cast.leader, cast.secretary):
        sign_in(client, who)
        assert f"/people/{known.id}/code" in client.get(f"/people/{known.id}").text
    assert f"/people/{cast.leader.person_id}/code" not in client.get(f"/people/{cast.leader.person_id}").text
    sign_in(client, cast.leader)
    assert f"/people/{cast.leader.person_id}/code" not in client.get(f"/people/{cast.leader.person_id}").text


def test_the_second_factor_is_started_anew_by_administrators(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    cast.volunteer.totp_secret = "A" * 32
    address = f"/people/{cast.volunteer.person_id}/second-factor/removal"
    for who, status in ((cast.leader, 403), (cast.officer, 403), (cast.administrator, 303)):
        sign_in(client, who)
        assert (address in client.get(f"/people/{cast.volunteer.person_id}").text) == (status == 303)
        assert client.post(address).status_code == status
        assert (cast.volunteer.totp_secret is None) == (status == 303)
    assert client.post(address).status_code == 409
    cast.administrator.totp_secret = "A" * 32
    own = f"/people/{cast.administrator.person_id}/second-factor/removal"
    assert client.post(own).status_code == 403, "a session left open must not replace it"
    assert client.post("/people/99999/second-factor/removal").status_code == 404


def test_a_leader_sees_the_roster_and_the_sign_ups(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    guest = make_sign_up(make_activity(cast.team, "包饺子", places=3), make_person("何来")).person
    elsewhere = make_team(cast.compound)
    make_membership(elsewhere, guest)
    sign_in(client, cast.leader)
    page = client.get("/people/").text
    assert ("何来" in page, "孙桂兰" in page) == (True, True)
    page = client.get(f"/people/{guest.id}").text
    assert "包饺子" in page
    assert elsewhere.slug not in page, "another team is no matter of this leader"
    sign_in(client, make_other_leader(cast))
    assert client.get(f"/people/{guest.id}").status_code == 403
    assert "何来" not in client.get("/people/").text


def test_an_organizer_sees_lists_of_activities_and_no_people(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, make_account("组织者", Role.ORGANIZER, place=cast.compound))
    assert client.get("/people/").status_code == 403
    assert client.get(f"/people/{cast.volunteer.person_id}").status_code == 403


@pytest.mark.parametrize(
    ("who", "status"), [(None, 303), ("leader", 403), ("secretary", 403), ("outsider", 403), ("officer", 200)]
)
def test_who_may_erase_somebody(client: FlaskClient, cast: Cast, sign_in: SignIn, who: str | None, status: int) -> None:
    address = f"/people/{cast.volunteer.person_id}/erasure"
    if who:
        sign_in(client, getattr(cast, who))
    assert client.get(address).status_code == status
    assert client.post(address, data={"name": "孙桂"}).status_code == (422 if status == 200 else status)
    assert cast.volunteer.person.name == "孙桂兰"
    assert client.post(address, data={"name": "孙桂兰"}).status_code == (303 if status == 200 else status)
    assert cast.volunteer.person.name == ("已匿名" if status == 200 else "孙桂兰")


def test_erased_on_request(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    activity = make_activity(cast.team, "包饺子", places=1)
    sign_up = make_sign_up(activity, cast.volunteer.person)
    person_id = cast.volunteer.person_id
    sign_in(client, cast.officer)
    assert "包饺子" in client.get(f"/people/{person_id}/erasure").text
    assert client.post(f"/people/{person_id}/erasure", data={"name": "孙桂兰"}).headers["Location"] == "/people/"
    assert sign_up.state is SignUpState.WITHDRAWN
    entry = db.session.query(AuditEntry).filter_by(action="erase").one()
    assert (entry.account_id, entry.subject_id, entry.place_id) == (cast.officer.id, person_id, cast.subdistrict.id)
    assert client.get(f"/people/{person_id}").status_code == 403
    assert client.post(f"/people/{person_id}/erasure", data={"name": "孙桂兰"}).status_code == 403
    assert client.post("/people/999999/erasure").status_code == 404


def test_whoever_has_a_role_is_not_erased_by_others(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.officer)
    page = client.get(f"/people/{cast.leader.person_id}/erasure").text
    assert 'method="post" action="/people' not in page
    assert client.post(f"/people/{cast.leader.person_id}/erasure", data={"name": "赵建国"}).status_code == 409
    assert cast.leader.person.name == "赵建国"


@pytest.mark.now(ENTERING)
def test_whom_a_contest_alone_makes_known(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    """In no team and at no activity: the staff of the place come to them by their entry, and the office erases them."""
    person = make_person("罗玉芬", phone="19900007777")
    entry = make_entry(make_round(cast.subdistrict), "3号楼", place=make_building(cast.compound), person=person)
    page, shown = f"/people/{person.id}", f"/contests/entries/{entry.slug}"
    for account, seen, erased in (
        (cast.officer, 200, 200),
        (cast.secretary, 200, 403),
        (cast.outsider, 403, 403),
        (cast.leader, 403, 403),
    ):
        sign_in(client, account)
        assert client.get(page).status_code == seen
        assert client.get(f"{page}/erasure").status_code == erased
        assert (f'href="{page}"' in client.get(shown).text) is (seen == 200)
    sign_in(client, cast.officer)
    assert client.post(f"{page}/erasure", data={"name": "罗玉芬"}).status_code == 303
    assert person.anonymised_at
    assert client.get(page).status_code == 403
    assert "罗玉芬" not in client.get(shown).text
    assert f'href="{page}"' not in client.get(shown).text
