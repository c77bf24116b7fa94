"""The account of the three hours: standings, the weeks behind, the export, and who is short by Thursday."""

import csv
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

from volunteer_app import clock
from volunteer_app.clock import Week
from volunteer_app.database import db
from volunteer_app.duty import confirming
from volunteer_app.duty.models import Leave, Visit, VisitKind, VisitState
from volunteer_app.notifications.models import Notice, NoticeKind
from volunteer_app.people.models import Account, Role
from volunteer_app.tables.reading import read

from ..factories import Cast, make_account, make_community, make_grant, make_pairing, make_person, make_visit

SignIn = Callable[[FlaskClient, Account], None]
CountQueries = Callable[[], AbstractContextManager[list[str]]]
ACCOUNT = "/duty/account"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def standings(page: str) -> list[str]:
    return re.findall(r'data-standing="(\w+)"', page)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def make_weeks(cast: Cast) -> Account:
    """A cadre with four weeks of November 2020: met, short, on leave, and the one that is going on."""
    cadre = make_account("郑海")
    pairing = make_pairing(cadre.person, cast.compound, since=date(2020, 11, 2))
    confirmed = {"state": VisitState.CONFIRMED}
    make_visit(pairing, starts_at=at("2020-11-03T09:00"), minutes=200, **confirmed)
    make_visit(pairing, starts_at=at("2020-11-10T09:00"), minutes=130, **confirmed)
    make_visit(pairing, starts_at=at("2020-11-11T09:00"), minutes=40)
    make_visit(pairing, starts_at=at("2020-11-12T09:00"), minutes=30, state=VisitState.RETURNED, reason="时间不对")
    leave = {"since": date(2020, 11, 16), "until": date(2020, 11, 22)}
    db.session.add(Leave(subdistrict_id=cast.subdistrict.id, person_id=cadre.person_id, **leave))
    make_visit(pairing, starts_at=at("2020-11-24T09:00"), minutes=60, **confirmed)
    return cadre


def test_the_account_of_some_weeks(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    make_weeks(cast)
    sign_in(client, cast.secretary)
    page = client.get(f"{ACCOUNT}?from=2020-W44&to=2020-11-25").text
    assert standings(page) == ["not_due", "met", "short", "on_leave", "short"]
    assert "1/2" in page
    assert len(standings(client.get(ACCOUNT).text)) == 12
    for wrong in ("from=x&to=2020-11-25", "from=2020-W48&to=2020-W47", "from=2018-W01&to=2020-W01", "from=2020-W48"):
        assert client.get(f"{ACCOUNT}?{wrong}").status_code == 422
    sign_in(client, cast.outsider)
    assert standings(client.get(ACCOUNT).text) == []


@pytest.mark.parametrize("makes_up", [False, True])
def test_made_up_where_the_setting_is_on(client: FlaskClient, cast: Cast, sign_in: SignIn, makes_up: bool) -> None:
    settings = client.application.config["SETTINGS"]
    client.application.config["SETTINGS"] = replace(settings, duty_makes_up=makes_up)
    pairing = make_pairing(compound=cast.compound)
    make_visit(pairing, starts_at=at("2020-11-03T09:00"), minutes=100, state=VisitState.CONFIRMED)
    make_visit(pairing, starts_at=at("2020-11-10T09:00"), minutes=260, state=VisitState.CONFIRMED)
    sign_in(client, cast.officer)
    page = client.get(f"{ACCOUNT}?from=2020-W45&to=2020-W46").text
    assert standings(page) == ["made_up" if makes_up else "short", "met"]
    # No figure changes.
    assert "1/2" in page


def test_the_entries_of_a_week(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    cadre = make_weeks(cast)
    address = f"{ACCOUNT}/{cadre.person_id}/2020-W46"
    liaison = make_account("邓红")
    make_grant(liaison, Role.LIAISON, place=cast.compound)
    for account in (cast.secretary, liaison, cast.officer):
        sign_in(client, account)
        page = client.get(address).text
        assert (len(re.findall(r'id="visit-\d+"', page)), "时间不对" in page) == (3, True)
    other = make_account("曲红", Role.SECRETARY, place=make_community(cast.subdistrict))
    for account, status in ((other, 403), (cast.outsider, 404), (cadre, 403), (cast.leader, 403)):
        sign_in(client, account)
        assert client.get(address).status_code == status
    sign_in(client, cast.officer)
    assert client.get(f"{ACCOUNT}/{cadre.person_id}/x").status_code == 404
    assert client.get(f"{ACCOUNT}/{cast.volunteer.person_id}/2020-W46").status_code == 404


def test_the_account_taken_home(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    make_weeks(cast)
    sign_in(client, cast.officer)
    query = "?from=2020-W45&to=2020-W46"
    lines = list(csv.reader(io.StringIO(client.get(f"{ACCOUNT}/account.csv{query}").get_data().decode("utf-8-sig"))))
    numbers = [[line[0], line[1], *line[3:]] for line in lines[1:]]
    assert numbers == [["郑海", "2020-11-02", "180", "200", "0"], ["郑海", "2020-11-09", "180", "130", "40"]]
    table, weeks = read("account.xlsx", client.get(f"{ACCOUNT}/account.xlsx{query}").get_data())
    assert (table.rows[2][:3], len(table.rows[2]), len(weeks.rows)) == (["郑海", 2, 1], 5, 4)
    assert client.get(f"{ACCOUNT}/account.csv?from=x&to=y").status_code == 422


def test_many_cadres_have_pages_and_cost_no_more(
    client: FlaskClient, cast: Cast, sign_in: SignIn, count_queries: CountQueries
) -> None:
    sign_in(client, cast.officer)
    counts = []
    for number in (2, 58):
        for n in range(number):
            make_visit(make_pairing(make_person(f"郑海{n:02}"), cast.compound))
        client.get(ACCOUNT)
        with count_queries() as queries:
            page = client.get(f"{ACCOUNT}?from=2020-W47&to=2020-W48").text
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert len(standings(page)) == 100
    assert len(standings(client.get(f"{ACCOUNT}?from=2020-W47&to=2020-W48&page=2").text)) == 20


def test_ten_years_of_twenty_cadres_cost_as_many_statements_as_of_one(
    client: FlaskClient, cast: Cast, sign_in: SignIn, count_queries: CountQueries
) -> None:
    sign_in(client, cast.officer)
    this = Week.this()
    weeks = [this.shifted(-back) for back in range(520)]
    counts = []
    for number in (1, 19):
        pairings = [make_pairing(make_person(f"郑海{number}{n:02}"), cast.compound) for n in range(number)]
        columns = {"compound_id": cast.compound.id, "subdistrict_id": cast.subdistrict.id, "kind": VisitKind.ON_DUTY}
        columns |= {"state": VisitState.CONFIRMED, "entered_at": clock.now()}
        rows = [
            {"person_id": it.person_id, "starts_at": week.starts_at, "ends_at": week.starts_at + 3 * HOUR} | columns
            for it in pairings
            for week in weeks
        ]
        db.session.execute(insert(Visit), rows)
        leave = {"since": date(2015, 2, 16), "until": date(2015, 2, 22), "subdistrict_id": cast.subdistrict.id}
        db.session.add_all(Leave(person_id=it.person_id, **leave) for it in pairings)
        found = {}
        for address in (
            ACCOUNT,
            f"{ACCOUNT}?from=2015-W01&to=2015-W53",
            f"{ACCOUNT}/account.csv?from=2015-W01&to=2015-W53",
        ):
            client.get(address)
            with count_queries() as queries:
                page = client.get(address).text
            found[address] = len(queries)
        counts.append(found)
        # 53 weeks, of which each was on leave in one.
        assert page.count(",180,180,0") == 52 * (number if len(counts) == 1 else number + 1)
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "thursday",
    [
        pytest.param(False, marks=pytest.mark.now("2020-11-25T23:59:59+08:00")),
        pytest.param(True, marks=pytest.mark.now("2020-11-26T00:00+08:00")),
    ],
)
def test_who_is_short_stands_above_from_thursday_on(
    client: FlaskClient, cast: Cast, sign_in: SignIn, thursday: bool
) -> None:
    short, done, waiting, away = (make_pairing(make_person(name), cast.compound) for name in "甲乙丙丁")
    monday = Week.this().starts_at
    make_visit(short, starts_at=monday + 9 * HOUR, minutes=170, state=VisitState.CONFIRMED)
    make_visit(done, starts_at=monday + 9 * HOUR, minutes=180, state=VisitState.CONFIRMED)
    make_visit(waiting, starts_at=monday + 9 * HOUR, minutes=90, state=VisitState.CONFIRMED)
    make_visit(waiting, starts_at=monday + 33 * HOUR, minutes=90)
    days = {"since": clock.today() - 7 * DAY, "until": clock.today() + 7 * DAY}
    db.session.add(Leave(subdistrict_id=cast.subdistrict.id, person_id=away.person_id, **days))
    sign_in(client, cast.secretary)
    expected = [f"short-{short.person_id}"]
    assert re.findall(r'id="(short-\d+)"', client.get(ACCOUNT).text) == (expected if thursday else [])
    page = client.get(f"{ACCOUNT}/short").text
    assert re.findall(r'id="(short-\d+)"', page) == expected
    assert short.person.phone in page
    sign_in(client, cast.outsider)
    assert "short-" not in client.get(f"{ACCOUNT}/short").text


def test_who_is_short_is_put_on_the_list_once_a_week(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    cadre = make_weeks(cast)
    sign_in(client, cast.secretary)
    assert client.post(f"{ACCOUNT}/short/reminders").status_code == 403
    with clock.frozen(at("2020-11-26T08:30")):
        sign_in(client, cast.secretary)
        for _twice in range(2):
            assert client.post(f"{ACCOUNT}/short/reminders").location == f"{ACCOUNT}/short"
        (notice,) = db.session.query(Notice)
        assert (notice.kind, notice.person_id, notice.activity_id, notice.place_id) == (
            NoticeKind.SHORT,
            cadre.person_id,
            None,
            cast.subdistrict.id,
        )
        assert notice.values == {"week": "2020-W48", "lacking": 120}
        told = f"{ACCOUNT}/short/{cadre.person_id}/told"
        assert f'action="{told}"' in client.get(f"{ACCOUNT}/short").text
        for _twice in range(2):
            assert client.post(told).status_code == 303
        assert (notice.told_at, notice.told_by_id) == (clock.now(), cast.secretary.id)
        assert f'action="{told}"' not in client.get(f"{ACCOUNT}/short").text
        # The call list of activities, and what somebody is shown of their own, know nothing of it.
        assert client.get("/desk/calls").status_code == 200
    with clock.frozen(at("2020-12-03T08:30")):
        sign_in(client, cast.officer)
        assert client.post(told).status_code == 404
        client.post(f"{ACCOUNT}/short/reminders")
        assert db.session.query(Notice).count() == 2


def test_the_office_enters_what_is_too_late_for_the_cadre(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    cadre = make_weeks(cast)
    address = f"{ACCOUNT}/{cadre.person_id}/visits/new"
    data = {
        "compound": str(cast.compound.id),
        "day": "2020-11-04",
        "starts": "15:00",
        "ends": "16:30",
        "kind": "mediation",
        "what": "调解噪声纠纷",
        "problems_solved": "0",
        "disputes_mediated": "1",
        "activity": "",
    }
    for account in (cast.secretary, cast.outsider, cast.leader):
        sign_in(client, account)
        assert client.post(address, data=data).status_code in (403, 404)
    sign_in(client, cast.officer)
    assert client.get(address).status_code == 200
    assert client.post(address, data=data | {"what": ""}).status_code == 422
    assert client.post(address, data=data | {"starts": "09:00", "day": "2020-11-03"}).status_code == 422
    for _twice in range(2):
        assert client.post(address, data=data).location == f"{ACCOUNT}/{cadre.person_id}/2020-W45"
    visit = db.session.query(Visit).filter_by(what="调解噪声纠纷").one()
    assert (visit.state, visit.by_id, visit.disputes_mediated) == (VisitState.WAITING, cast.officer.id, 1)
    assert address in client.get(f"{ACCOUNT}/{cadre.person_id}/2020-W45").text
    assert client.get(f"{ACCOUNT}/{cast.volunteer.person_id}/visits/new").status_code == 404


def test_who_entered_a_visit_does_not_confirm_it(client: FlaskClient, cast: Cast, sign_in: SignIn) -> None:
    pairing = make_pairing(compound=cast.compound)
    visit = make_visit(pairing, by_id=cast.officer.id)
    reason = confirming.hindrance(cast.officer, visit)
    assert reason is not None
    assert confirming.hindrance(cast.secretary, visit) is None
