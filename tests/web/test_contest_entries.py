"""Entering a contest over http: who, when, once; its page; changing, withdrawing, and sending it in again."""

import re
import secrets
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.contests.factories import DECIDING, ENTERING, NOTICE, make_entry, make_round
from tests.factories import Cast, make_account, make_building, make_compound, make_person
from volunteer_app import clock
from volunteer_app.contests.models import Entry, EntryState, Round, Subject
from volunteer_app.database import db
from volunteer_app.people import consents
from volunteer_app.people.consents import Purpose
from volunteer_app.people.models import Account, Person, Role
from volunteer_app.places.models import Place

pytestmark = pytest.mark.now(ENTERING)

SignIn = Callable[[FlaskClient, Account], None]


@pytest.fixture
def round(cast: Cast) -> Round:
    return make_round(cast.subdistrict, "第一期楼栋评比赛")


@pytest.fixture
def building(cast: Cast) -> Place:
    return make_building(cast.compound, "3号楼")


def send(client: FlaskClient, round: Round, building: Place, **values: str) -> TestResponse:
    form = {"nonce": secrets.token_hex(16), "name": "云台里3号楼", "place": str(building.id), "consent": "y"} | values
    return client.post(f"/contests/{round.slug}/enter?place={building.parent.slug}", data=form)


def only() -> Entry:
    return db.session.query(Entry).one()


def test_a_resident_enters_from_compound_to_building(
    client: FlaskClient, cast: Cast, sign_in: SignIn, round: Round, building: Place
) -> None:
    sign_in(client, cast.volunteer)
    make_compound(cast.community, "云台里9号院")
    listed = client.get(f"/contests/{round.slug}/enter").text
    address = f"/contests/{round.slug}/enter?place={cast.compound.slug}"
    assert (f'href="{address}"' in listed, "云台里9号院" in listed) == (True, True)
    assert "云台里9号院" not in client.get(f"/contests/{round.slug}/enter?q=5号").text
    form = client.get(address).text
    assert f'value="{building.id}">' in form
    # The words that are agreed to stand above the tick; of a resident only the staff are asked.
    assert ("经办公室审核后" in form or "shown to everyone" in form, "resident_name" in form) == (True, False)
    answer = send(client, round, building, about="楼道干净")
    entry = only()
    assert (answer.status_code, answer.location) == (303, f"/contests/entries/{entry.slug}")
    assert (entry.name, entry.about, entry.state, entry.person_id, entry.by_id) == (
        "云台里3号楼",
        "楼道干净",
        EntryState.WAITING,
        cast.volunteer.person_id,
        cast.volunteer.id,
    )
    assert [it.purpose for it in consents.living(cast.volunteer.person)] == [Purpose.CONTEST_ENTRY]
    page = client.get(answer.location).text
    assert ("楼道干净" in page, "/edit" in page, "/withdrawal" in page) == (True, True, True)


def test_posted_twice_it_is_there_once(
    client: FlaskClient, cast: Cast, sign_in: SignIn, round: Round, building: Place
) -> None:
    sign_in(client, cast.volunteer)
    first, second = (send(client, round, building) for _ in range(2))
    assert (first.location, second.status_code) == (second.location, 303)
    sign_in(client, cast.leader)
    taken = send(client, round, building, about="我的话")
    assert (taken.status_code, "我的话" in taken.text, db.session.query(Entry).count()) == (409, True, 1)


def test_without_agreement_name_or_place_nothing_is_entered(
    sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, round: Round, building: Place
) -> None:
    client = sqlite_client
    sign_in(client, cast.volunteer)
    elsewhere = make_building(make_compound(cast.community))
    for wrong in (
        {"consent": ""},
        {"name": ""},
        {"place": ""},
        {"place": str(elsewhere.id)},
        {"about": "好" * 501},
        {"nonce": "x"},
    ):
        answer = send(client, round, building, **wrong)
        assert (answer.status_code, 'role="alert"' in answer.text) == (422, True)
    # Without a compound one is asked for it.
    assert client.post(f"/contests/{round.slug}/enter", data={"name": "楼"}).status_code == 422
    assert (db.session.query(Entry).count(), consents.living(cast.volunteer.person)) == (0, [])


def test_who_may_enter_for_whom(
    client: FlaskClient, cast: Cast, sign_in: SignIn, round: Round, building: Place
) -> None:
    liaison = make_account("段平", Role.LIAISON, place=cast.compound)
    resident = {"resident_name": "罗玉芬", "resident_phone": "139 1234 5678"}
    sign_in(client, liaison)
    assert 'name="resident_name"' in client.get(f"/contests/{round.slug}/enter?place={cast.compound.slug}").text
    assert send(client, round, building, resident_name="罗玉芬").status_code == 422
    assert send(client, round, building, resident_phone="13912345678").status_code == 422
    assert send(client, round, building, **resident).status_code == 303
    person = db.session.query(Person).filter_by(name="罗玉芬", phone="13912345678").one()
    entry = only()
    assert (entry.person_id, entry.by_id) == (person.id, liaison.id)
    assert [it.purpose for it in consents.living(person)] == [Purpose.CONTEST_ENTRY]
    # Whoever keeps no place there enters for themselves alone, whatever they send.
    for number, account in enumerate((cast.volunteer, cast.leader, cast.outsider)):
        sign_in(client, account)
        assert send(client, round, building, name=f"{number}号", **resident).status_code == 303
        assert db.session.query(Entry).filter_by(name=f"{number}号").one().person_id == account.person_id
    for number, account in enumerate((cast.secretary, cast.officer), 5):
        sign_in(client, account)
        assert send(client, round, building, name=f"{number}号", **resident).status_code == 303
        assert db.session.query(Entry).filter_by(name=f"{number}号").one().person_id == person.id


def test_a_liaison_enters_for_residents_of_their_own_compound_alone(
    sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    balconies = make_round(cast.subdistrict, subject=Subject.BALCONY)
    sign_in(sqlite_client, make_account("段平", Role.LIAISON, place=cast.compound))
    around = make_building(cast.compound)
    resident = {"resident_name": "罗玉芬", "resident_phone": "13912345678"}
    answer = send(sqlite_client, balconies, around, place=str(cast.community.id), **resident)
    assert (answer.status_code, db.session.query(Entry).count()) == (422, 0)
    assert send(sqlite_client, balconies, around, place=str(cast.compound.id), **resident).status_code == 303


def test_a_guest_signs_in_first(sqlite_client: FlaskClient, cast: Cast, round: Round, building: Place) -> None:
    assert sqlite_client.get(f"/contests/{round.slug}/enter").location.startswith("/login?next=")
    assert send(sqlite_client, round, building).location.startswith("/login")
    assert db.session.query(Entry).count() == 0


def test_outside_the_window_the_page_says_so(
    sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, round: Round, building: Place
) -> None:
    client = sqlite_client
    sign_in(client, cast.volunteer)
    for moment in ("2020-10-31T12:00+08:00", DECIDING, NOTICE):
        with clock.frozen(datetime.fromisoformat(moment)):
            sign_in(client, cast.volunteer)
            for query in ("", f"?place={cast.compound.slug}"):
                page = client.get(f"/contests/{round.slug}/enter{query}")
                assert (page.status_code, 'name="name"' in page.text) == (200, False)
            assert send(client, round, building).status_code == 409
    assert db.session.query(Entry).count() == 0
    round.published_at = None
    assert client.get(f"/contests/{round.slug}/enter").status_code == 403
    assert client.get("/contests/aaaaaaaa/enter").status_code == 404


def test_who_sees_an_entry_and_how_its_entrant_is_called(
    client: FlaskClient, cast: Cast, sign_in: SignIn, round: Round, building: Place
) -> None:
    person = make_person("罗玉芬", "13912345678")
    consents.give(person, Purpose.CONTEST_ENTRY)
    entry = make_entry(round, "云台里3号楼", place=building, person=person, about="花多", state=EntryState.WAITING)
    address = f"/contests/entries/{entry.slug}"

    def seen(account: Account | None) -> tuple[int, bool, bool, bool]:
        browser = client.application.test_client()
        if account:
            sign_in(browser, account)
        page = browser.get(address)
        return page.status_code, "花多" in page.text, "罗玉芬" in page.text, "13912345678" in page.text

    strangers, keepers = (None, cast.volunteer, cast.leader, cast.outsider), (cast.secretary, cast.officer)
    assert [seen(it) for it in strangers] == [(403, False, False, False)] * 4
    assert [seen(it) for it in keepers] == [(200, True, True, True)] * 2
    entry.state = EntryState.PUBLISHED
    assert [seen(it) for it in strangers] == [(200, True, False, False)] * 4
    assert "罗*芬" in client.get(address).text
    consents.give(person, Purpose.NAMED)
    assert seen(None) == (200, True, True, False)
    consents.withdraw(person, Purpose.CONTEST_ENTRY, by=None)
    assert seen(None) == (200, False, True, False)
    assert client.get("/contests/entries/aaaaaaaa").status_code == 404


def test_changing_it(client: FlaskClient, cast: Cast, sign_in: SignIn, round: Round, building: Place) -> None:
    sign_in(client, cast.volunteer)
    send(client, round, building)
    entry, other = only(), make_building(cast.compound, "4号楼")
    make_entry(round, "先来的楼", place=building)
    entry.state, entry.reason = EntryState.RETURNED, "照片看不清"
    address = f"/contests/entries/{entry.slug}/edit"
    page = client.get(address).text
    assert "照片看不清" in page
    seen = hidden(page, "seen")
    taken = client.post(address, data={"seen": seen, "name": "先来的楼", "place": str(other.id), "about": "花"})
    assert (taken.status_code, entry.state) == (409, EntryState.RETURNED)
    assert client.post(address, data={"seen": seen, "name": "", "place": str(other.id)}).status_code == 422
    done = client.post(address, data={"seen": seen, "name": "4号楼", "place": str(other.id), "about": "花"})
    assert (done.status_code, done.location) == (303, f"/contests/entries/{entry.slug}")
    assert (entry.name, entry.place_id, entry.about, entry.state) == ("4号楼", other.id, "花", EntryState.WAITING)
    # Who had it open since before reads what changed, and loses nothing typed.
    late = client.post(address, data={"seen": seen, "name": "又一个名字", "place": str(building.id), "about": ""})
    assert (late.status_code, "又一个名字" in late.text, entry.name) == (409, True, "4号楼")


def test_nobody_else_changes_it(
    sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, round: Round, building: Place
) -> None:
    entry = make_entry(round, place=building)
    base = f"/contests/entries/{entry.slug}"
    for account in (cast.volunteer, cast.leader, cast.outsider):
        client = sqlite_client.application.test_client()
        sign_in(client, account)
        answers = [client.get(f"{base}/edit"), client.post(f"{base}/edit"), client.post(f"{base}/again")]
        answers += [client.get(f"{base}/withdrawal"), client.post(f"{base}/withdrawal"), client.get(f"{base}/photos")]
        assert [it.status_code for it in answers] == [403] * 6
    assert entry.state is EntryState.PUBLISHED


def test_withdrawing_and_entering_again(
    client: FlaskClient, cast: Cast, sign_in: SignIn, round: Round, building: Place
) -> None:
    sign_in(client, cast.volunteer)
    base = send(client, round, building).location
    assert client.get(f"{base}/withdrawal").status_code == 200
    for _ in range(2):
        assert client.post(f"{base}/withdrawal").location == base
    assert only().state is EntryState.WITHDRAWN
    consents.withdraw(cast.volunteer.person, Purpose.CONTEST_ENTRY, by=None)
    page = client.get(base).text
    assert ('name="consent"' in page, "/edit" in page) == (True, False)
    assert (client.post(f"{base}/again").status_code, only().state) == (422, EntryState.WITHDRAWN)
    assert client.post(f"{base}/again", data={"consent": "y"}).status_code == 303
    assert (only().state, len(consents.living(cast.volunteer.person))) == (EntryState.WAITING, 1)
    with clock.frozen(datetime.fromisoformat(NOTICE)):
        sign_in(client, cast.volunteer)
        assert client.post(f"{base}/withdrawal").status_code == 409
    assert only().state is EntryState.WAITING


def test_withdrawing_the_agreement_withdraws_what_was_entered(
    client: FlaskClient, cast: Cast, sign_in: SignIn, round: Round, building: Place
) -> None:
    sign_in(client, cast.volunteer)
    base = send(client, round, building, about="花多").location
    only().state = EntryState.PUBLISHED
    own = f"/mine/data/{cast.volunteer.person_id}"
    assert client.get(f"{own}/consents/contest_entry/withdrawal").status_code == 200
    assert client.post(f"{own}/consents/contest_entry/withdrawal").status_code == 303
    assert only().state is EntryState.WITHDRAWN
    assert client.application.test_client().get(base).status_code == 403
    kept = client.get(f"{own}/export.json").json["contest_entries"]
    assert [(it["name"], it["about"], it["state"]) for it in kept] == [("云台里3号楼", "花多", "withdrawn")]


def test_erasing_oneself_takes_the_words_along(
    client: FlaskClient, cast: Cast, sign_in: SignIn, round: Round, building: Place
) -> None:
    sign_in(client, cast.volunteer)
    send(client, round, building, about="花多")
    answer = client.post(
        f"/mine/data/{cast.volunteer.person_id}/erasure",
        data={"name": "孙桂兰", "password": "correct horse 1949"},
    )
    assert answer.status_code == 303
    assert (only().about, only().state, only().person.name) == ("", EntryState.WITHDRAWN, "已匿名")


def test_the_list_of_places_asks_for_no_row(
    app: Flask, cast: Cast, sign_in: SignIn, round: Round, count_queries: Callable
) -> None:
    client = app.test_client()
    sign_in(client, cast.volunteer)
    address, counts = f"/contests/{round.slug}/enter", []
    client.get(address)
    for _ in range(2):
        with count_queries() as queries:
            client.get(address)
        counts.append(len(queries))
        for _ in range(5):
            make_compound(cast.community)
    assert counts[0] == counts[1]


def test_my_entries_stand_on_mine(
    sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, round: Round, building: Place
) -> None:
    sign_in(sqlite_client, cast.volunteer)
    address = send(sqlite_client, round, building).location
    assert f'href="{address}"' in sqlite_client.get("/mine").text
    sign_in(sqlite_client, cast.leader)
    assert address not in sqlite_client.get("/mine").text


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" type="hidden" value="([^"]*)"', page)
    assert found
    return found[1].replace("&#34;", '"').replace("&amp;", "&")
