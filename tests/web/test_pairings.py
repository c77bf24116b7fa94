"""Pairings at the door: who sees and changes them, what is wrong, and two at once."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from flask.testing import FlaskClient

from volunteer_app import clock
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.duty.models import Pairing
from volunteer_app.people.models import Account, Person, Role

from ..factories import Cast, make_account, make_community, make_compound, make_grant, make_pairing, make_person

SignIn = Callable[[FlaskClient, Account], None]
CountQueries = Callable[[], AbstractContextManager[list[str]]]
LIST = "/duty/pairings"


def form_of(cast: Cast, **values: str) -> dict[str, str]:
    return {
        "name": "郑海",
        "phone": "19900007001",
        "compound": str(cast.compound.id),
        "department": "平安建设办公室",
        "minutes_a_week": "180",
        "weekday": "2",
        "usual_starts": "09:00",
        "usual_ends": "12:00",
        "since": "2020-11-02",
    } | values


def seen(page: str) -> str:
    return re.search(r'name="seen"[^>]*value="([^"]*)"', page)[1].replace("&#34;", '"').replace("&quot;", '"')


def test_who_may(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    pairing = make_pairing(compound=cast.compound)
    liaison = make_account("邓红")
    make_grant(liaison, Role.LIAISON, place=cast.compound)
    cadre = make_account("廖晨")
    make_pairing(cadre.person, cast.compound)
    may = [
        (cast.officer, 200, 200),
        (cast.administrator, 200, 200),
        (cast.secretary, 200, 403),
        (liaison, 200, 403),
        (cast.outsider, 200, 403),
        (cast.leader, 403, 403),
        (cast.volunteer, 403, 403),
        (cadre, 403, 403),
    ]
    assert client.get(LIST).status_code == 303
    for account, sees, keeps in may:
        sign_in(client, account)
        assert client.get(LIST).status_code == sees
        for address in (f"{LIST}/{pairing.id}/edit", f"{LIST}/{pairing.id}/end"):
            assert client.get(address).status_code == keeps
        if keeps == 403:
            data = {"minutes_a_week": "1", "last_day": "2020-11-25"}
            for address in (f"{LIST}/{pairing.id}/edit", f"{LIST}/{pairing.id}/end"):
                assert client.post(address, data=data).status_code == 403
    row = db.session.get_one(Pairing, pairing.id)
    assert (row.minutes_a_week, row.until) == (180, None)
    sign_in(client, cast.secretary)
    assert client.post(f"{LIST}/new", data=form_of(cast)).status_code == 403


def test_the_list_is_searched_filtered_and_within_scope(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    other = make_community(cast.subdistrict)
    here = make_pairing(make_person("郑海"), cast.compound, department="平安建设办公室")
    there = make_pairing(make_person("廖晨"), make_compound(other))
    ended = make_pairing(make_person("段平"), cast.compound, until=date(2020, 11, 24))

    def listed(query: str = "") -> list[int]:
        return sorted(int(it) for it in re.findall(r'id="pairing-(\d+)"', client.get(f"{LIST}{query}").text))

    sign_in(client, cast.officer)
    assert listed() == [here.id, there.id]
    assert listed("?state=ended") == [ended.id]
    assert listed("?q=郑海") == listed("?q=平安") == listed(f"?community={cast.community.slug}") == [here.id]
    assert listed(f"?q={there.person.phone}") == listed(f"?community={other.slug}") == [there.id]
    for order in ("name", "-compound", "since"):
        assert listed(f"?sort={order}") == [here.id, there.id]
    sign_in(client, cast.secretary)
    assert listed() == [here.id]
    sign_in(client, cast.outsider)
    assert listed() == []


def test_a_pairing_is_added_once(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.officer)
    assert client.get(f"{LIST}/new").status_code == 200
    for _ in range(2):
        assert client.post(f"{LIST}/new", data=form_of(cast)).status_code == 303
    (row,) = db.session.query(Pairing)
    assert (row.person.name, row.person.phone, row.department, row.weekday, row.since) == (
        "郑海",
        "19900007001",
        "平安建设办公室",
        2,
        date(2020, 11, 2),
    )
    assert db.session.query(AuditEntry).filter_by(action="add", subject="pairing").count() == 1
    answer = client.post(f"{LIST}/new", data=form_of(cast, minutes_a_week="90"))
    assert (answer.status_code, 'id="compound-e"' in answer.text) == (409, True)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"phone": "12"}, "phone"),
        ({"compound": ""}, "compound"),
        ({"minutes_a_week": "0"}, "minutes_a_week"),
        ({"minutes_a_week": ""}, "minutes_a_week"),
        ({"minutes_a_week": "2401"}, "minutes_a_week"),
        ({"minutes_a_week": "x"}, "minutes_a_week"),
        ({"usual_ends": ""}, "usual_ends"),
        ({"usual_ends": "08:00"}, "usual_ends"),
        ({"until": "2020-11-01"}, "until"),
        ({"since": "x"}, "since"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    client: FlaskClient, cast: Cast, sign_in: SignIn, wrong: dict[str, str], field: str
) -> None:
    sign_in(client, cast.officer)
    answer = client.post(f"{LIST}/new", data=form_of(cast, **wrong))
    assert (answer.status_code, re.findall(r'id="(\w+)-e"', answer.text)) == (422, [field])
    assert 'value="平安建设办公室"' in answer.text
    assert (db.session.query(Pairing).count(), db.session.query(Person).filter_by(name="郑海").count()) == (0, 0)


def test_a_compound_of_another_office_is_no_choice(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    other = make_compound(make_community(cast.elsewhere))
    sign_in(client, cast.officer)
    assert client.post(f"{LIST}/new", data=form_of(cast, compound=str(other.id))).status_code == 422
    assert db.session.query(Pairing).count() == 0


def test_who_comes_back_gets_another_one(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.officer)
    client.post(f"{LIST}/new", data=form_of(cast))
    (row,) = db.session.query(Pairing)
    address = f"{LIST}/{row.id}/end"
    assert client.post(address, data={"last_day": "2020-11-01"}).status_code == 422
    for _ in range(2):
        assert client.post(address, data={"last_day": "2020-11-24"}).status_code == 303
    assert db.session.get_one(Pairing, row.id).until == date(2020, 11, 24)
    client.post(f"{LIST}/new", data=form_of(cast, since="2020-11-25", minutes_a_week="90"))
    ended, again = db.session.query(Pairing).order_by(Pairing.id)
    assert (ended.id, ended.until) == (row.id, date(2020, 11, 24))
    assert (again.since, again.until, again.minutes_a_week) == (clock.today(), None, 90)
    actions = [it.action for it in db.session.query(AuditEntry).filter_by(subject="pairing").order_by(AuditEntry.id)]
    assert actions == ["add", "end", "add"]


def test_two_change_one_pairing(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    pairing = make_pairing(compound=cast.compound, department="综合办公室", since=date(2020, 11, 30))
    address = f"{LIST}/{pairing.id}/edit"
    sign_in(client, cast.officer)
    before = seen(client.get(address).text)
    data = {"seen": before, "department": "综合办公室", "minutes_a_week": "90", "since": "2020-11-30"}
    for _ in range(2):
        assert client.post(address, data=data).status_code == 303
    assert db.session.get_one(Pairing, pairing.id).minutes_a_week == 90
    answer = client.post(address, data=data | {"minutes_a_week": "120", "department": "党群工作办公室"})
    assert (answer.status_code, 'value="党群工作办公室"' in answer.text) == (409, True)
    again = data | {"seen": seen(answer.text), "department": "党群工作办公室", "minutes_a_week": "120"}
    assert client.post(address, data=again).status_code == 303
    row = db.session.get_one(Pairing, pairing.id)
    assert (row.department, row.minutes_a_week) == ("党群工作办公室", 120)
    assert db.session.query(AuditEntry).filter_by(action="change", subject="pairing").count() == 2
    assert client.get(f"{LIST}/2147483647/edit").status_code == 404


def test_settled_weeks_stay_and_the_page_says_what_to_do(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    pairing = make_pairing(compound=cast.compound)
    sign_in(client, cast.officer)
    address = f"{LIST}/{pairing.id}/edit"
    data = {"seen": seen(client.get(address).text), "minutes_a_week": "90", "department": "党群工作办公室"}
    answer = client.post(address, data=data)
    assert (answer.status_code, re.findall(r'id="(\w+)-e"', answer.text)) == (409, ["minutes_a_week"])
    assert 'value="党群工作办公室"' in answer.text
    assert client.post(address, data=data | {"minutes_a_week": "180"}).status_code == 303
    row = db.session.get_one(Pairing, pairing.id)
    assert (row.minutes_a_week, row.department) == (180, "党群工作办公室")


def test_many_cost_as_many_statements_as_few(
    client: FlaskClient, cast: Cast, sign_in: SignIn, count_queries: CountQueries
) -> None:
    sign_in(client, cast.officer)
    counts = []
    for number in (2, 20):
        for n in range(number):
            make_pairing(make_person(f"郑海{n}"), make_compound(make_community(cast.subdistrict)))
        client.get(LIST)
        with count_queries() as queries:
            client.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1]
