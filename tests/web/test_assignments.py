"""The “6+1” assignments at the door: gaps, who changes them, two at once, and a compound's public page."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from volunteer_app import clock
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.duty.models import Assignment, Force
from volunteer_app.people import consents
from volunteer_app.people.consents import Purpose
from volunteer_app.people.models import Account, Role

from ..factories import Cast, make_account, make_assignment, make_community, make_compound, make_grant, make_person

SignIn = Callable[[FlaskClient, Account], None]
CountQueries = Callable[[], AbstractContextManager[list[str]]]
LIST = "/duty/assignments"
FORM = {"force": "wardens", "unit": "协管三中队", "name": "段平", "phone": "19900007002", "since": "2020-11-02"}


def compounds(page: str) -> list[int]:
    return sorted(int(it) for it in re.findall(r'<h2 id="place-(\d+)"', page))


def seen(page: str) -> str:
    return re.search(r'name="seen"[^>]*value="([^"]*)"', page)[1].replace("&#34;", '"').replace("&quot;", '"')


def test_who_may(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    row = make_assignment(cast.compound)
    liaison = make_account("邓红")
    make_grant(liaison, Role.LIAISON, place=cast.compound)
    other = make_account("曲红", Role.SECRETARY, place=make_community(cast.subdistrict))
    may = [
        (cast.officer, 200, 200),
        (cast.secretary, 200, 200),
        (other, 200, 403),
        (liaison, 200, 403),
        (cast.outsider, 200, 403),
        (cast.leader, 403, 403),
        (cast.volunteer, 403, 403),
    ]
    addresses = (f"{LIST}/{row.id}/edit", f"{LIST}/{row.id}/end", f"{LIST}/places/{cast.compound.slug}/new")
    assert client.get(LIST).status_code == 303
    for account, sees, keeps in may:
        sign_in(client, account)
        assert client.get(LIST).status_code == sees
        for address in addresses:
            assert client.get(address).status_code == keeps
            if keeps == 403:
                assert client.post(address, data=FORM | {"last_day": "2020-11-25"}).status_code == 403
    assert db.session.query(Assignment).count() == 1
    sign_in(client, cast.officer)
    assert client.get(f"{LIST}/places/{cast.community.slug}/new").status_code == 404
    assert client.get(f"{LIST}/2147483647/edit").status_code == 404


def test_gaps_are_shown_and_filtered(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    other = make_community(cast.subdistrict)
    whole = make_compound(other)
    for force in Force:
        make_assignment(whole, force)
    make_assignment(whole, Force.ENFORCEMENT, unit="市场监管所")
    make_assignment(cast.compound, Force.PATROL)
    make_assignment(cast.compound, Force.OFFICE, until=clock.today() - timedelta(days=1))
    make_assignment(cast.compound, Force.PROPERTY, since=clock.today() + timedelta(days=1))
    sign_in(client, cast.officer)
    page = client.get(LIST).text
    assert compounds(page) == [cast.compound.id, whole.id]
    missing = re.findall(r'data-missing="(\w+)"', page)
    assert missing == ["office", "community", "wardens", "property", "cleansing", "enforcement"]
    assert compounds(client.get(f"{LIST}?state=gaps").text) == [cast.compound.id]
    assert compounds(client.get(f"{LIST}?community={other.slug}").text) == [whole.id]
    assert compounds(client.get(f"{LIST}?state=gaps&community={other.slug}").text) == []
    assert compounds(client.get(f"{LIST}?q={whole.name}").text) == [whole.id]
    sign_in(client, cast.secretary)
    assert compounds(client.get(LIST).text) == [cast.compound.id]


def test_somebody_is_named_once(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    address = f"{LIST}/places/{cast.compound.slug}/new"
    sign_in(client, cast.secretary)
    chosen = re.findall(r"<option selected[^>]*>", client.get(f"{address}?kind=patrol").text)
    assert [it for it in chosen if "patrol" in it] == chosen[:1]
    for _ in range(2):
        assert client.post(address, data=FORM).status_code == 303
    (row,) = db.session.query(Assignment)
    assert (row.force, row.unit, row.person.name, row.since) == (
        Force.WARDENS,
        "协管三中队",
        "段平",
        date(2020, 11, 2),
    )
    answer = client.post(address, data=FORM | {"unit": "", "name": "廖晨"})
    assert (answer.status_code, 'id="force-e"' in answer.text, 'value="廖晨"' in answer.text) == (409, True, True)
    for unit in ("市场监管所", "执法队"):
        assert client.post(address, data=FORM | {"force": "enforcement", "unit": unit}).status_code == 303
    assert db.session.query(Assignment).count() == 3
    assert db.session.query(AuditEntry).filter_by(action="add", subject="assignment").count() == 3


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"force": ""}, "force"),
        ({"force": "x"}, "force"),
        ({"name": ""}, "name"),
        ({"phone": ""}, "phone"),
        ({"phone": "12"}, "phone"),
        ({"unit": "长" * 61}, "unit"),
        ({"until": "2020-11-01"}, "until"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    client: FlaskClient, cast: Cast, sign_in: SignIn, wrong: dict[str, str], field: str
) -> None:
    sign_in(client, cast.officer)
    answer = client.post(f"{LIST}/places/{cast.compound.slug}/new", data=FORM | wrong)
    assert (answer.status_code, re.findall(r'id="(\w+)-e"', answer.text)) == (422, [field])
    assert 'value="2020-11-02"' in answer.text
    assert db.session.query(Assignment).count() == 0


def test_two_change_one_and_it_ends(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    row = make_assignment(cast.compound, person=make_person("段平", "19900007002"), unit="协管三中队")
    address = f"{LIST}/{row.id}/edit"
    sign_in(client, cast.officer)
    data = {"seen": seen(client.get(address).text), "unit": "协管三中队", "name": "廖晨", "phone": "19900007003"}
    for _ in range(2):
        assert client.post(address, data=data).status_code == 303
    assert db.session.get_one(Assignment, row.id).person.name == "廖晨"
    answer = client.post(address, data=data | {"name": "曲红"})
    assert (answer.status_code, 'value="曲红"' in answer.text) == (409, True)
    data |= {"seen": seen(answer.text), "name": "曲红"}
    assert client.post(address, data=data).status_code == 303
    assert db.session.get_one(Assignment, row.id).person.name == "曲红"
    for _ in range(2):
        assert client.post(f"{LIST}/{row.id}/end", data={"last_day": "2020-11-24"}).status_code == 303
    assert 'data-missing="wardens"' in client.get(LIST).text
    actions = [it.action for it in db.session.query(AuditEntry).filter_by(subject="assignment").order_by(AuditEntry.id)]
    assert actions == ["change", "change", "end"]
    # The unit comes back with somebody else: one row.
    assert client.post(f"{LIST}/places/{cast.compound.slug}/new", data=FORM).status_code == 303
    (again,) = db.session.query(Assignment)
    assert (again.id, again.person.name, again.until) == (row.id, "段平", None)


def test_many_cost_as_many_statements_as_few(
    client: FlaskClient, cast: Cast, sign_in: SignIn, count_queries: CountQueries
) -> None:
    sign_in(client, cast.officer)
    counts = []
    for number in (2, 20):
        for _ in range(number):
            make_assignment(make_compound(make_community(cast.subdistrict)))
        client.get(LIST)
        with count_queries() as queries:
            client.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_compounds_page_names_who_agreed(client: FlaskClient, cast: Cast) -> None:
    address = f"/places/{cast.compound.slug}"
    assert 'id="forces"' not in client.get(address).text
    open_person, silent = make_person("欧阳娜娜"), make_person("段平安")
    make_assignment(cast.compound, Force.PATROL, open_person, unit="巡防二中队")
    make_assignment(cast.compound, Force.PROPERTY, silent, unit="安居物业")
    make_assignment(cast.compound, Force.OFFICE, make_person("廖晨晨"), until=date(2020, 11, 24), unit="平安办")
    consents.give(open_person, Purpose.NAMED)
    page = client.get(address).text
    assert [text in page for text in ("巡防二中队", "欧阳*娜", "安居物业")] == [True] * 3
    assert [text in page for text in ("欧阳娜娜", "段平安", "段*安", "平安办", silent.phone)] == [False] * 5
    consents.withdraw(open_person, Purpose.NAMED, by=None)
    assert "欧阳*娜" not in client.get(address).text
    assert 'id="forces"' not in client.get(f"/places/{cast.community.slug}").text
