"""Paper ballots on the staff's pages: two readings, neither seen by the other reader."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.contests.factories import DECIDING, NOTICE, make_entry, make_round, make_vote
from tests.factories import Cast, make_building, make_person
from tests.web.voting import SignIn
from volunteer_app import clock
from volunteer_app.contests.models import Channel, Entry, Round, VoteUnit
from volunteer_app.contests.voting.models import PaperBallot, Vote
from volunteer_app.database import db
from volunteer_app.people.models import Person

pytestmark = pytest.mark.now(DECIDING)


@pytest.fixture
def round(cast: Cast) -> Round:
    return make_round(cast.subdistrict, paper=True)


@pytest.fixture
def entries(round: Round) -> list[Entry]:
    return [make_entry(round, f"云台里{number}号楼") for number in (1, 2)]


@pytest.fixture
def readers(app: Flask, cast: Cast, sign_in: SignIn) -> tuple[FlaskClient, FlaskClient]:
    """The secretary and the officer, who read English."""
    clients = app.test_client(), app.test_client()
    for client, account in zip(clients, (cast.secretary, cast.officer), strict=True):
        sign_in(client, account)
        client.set_cookie("lang", "en")
    return clients


Readers = tuple[FlaskClient, FlaskClient]


def address(round: Round, rest: str = "") -> str:
    return f"/contests/{round.slug}/ballots{rest}"


def typed(person: Person, entry: Entry) -> dict[str, str]:
    return {"name": person.name, "phone": person.phone or "", "entry": str(entry.id)}


def main_of(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]


def test_two_readings_that_are_alike(readers: Readers, cast: Cast, entries: list[Entry]) -> None:
    (first, second), round, person = readers, entries[0].round, cast.volunteer.person
    answer = first.post(address(round, "/first"), data=typed(person, entries[0]))
    assert (answer.status_code, answer.location) == (303, address(round, "/first"))
    assert "Another person reads this ballot the second time." in first.get(answer.location).text
    for client, own in ((first, True), (second, False)):
        page = main_of(client.get(address(round)).text)
        assert "孙桂兰" in page
        assert ("Read by you" in page) is own
        assert "云台里1号楼" not in page
        assert person.phone not in page
    blank = main_of(second.get(address(round, "/second")).text)
    assert "孙桂兰" not in blank
    assert "selected" not in blank
    assert second.post(address(round, "/second"), data=typed(person, entries[0])).status_code == 303
    page = second.get(address(round)).text
    assert "Both readings are alike: the ballot counts." in page
    assert "孙桂兰" not in main_of(page)
    assert [(it.entry_id, it.person_id, it.channel) for it in db.session.query(Vote)] == [
        (entries[0].id, person.id, Channel.PAPER)
    ]


def test_a_second_reading_by_the_same_person(readers: Readers, cast: Cast, entries: list[Entry]) -> None:
    first, round, form = readers[0], entries[0].round, typed(cast.volunteer.person, entries[0])
    first.post(address(round, "/first"), data=form)
    answer = first.post(address(round, "/second"), data=form)
    assert answer.status_code == 409
    assert "the second reading is another person&#39;s" in answer.text
    assert 'value="孙桂兰"' in answer.text
    assert db.session.query(Vote).count() == 0


def test_two_readings_that_differ(readers: Readers, cast: Cast, entries: list[Entry]) -> None:
    (first, second), round, person = readers, entries[0].round, cast.volunteer.person
    first.post(address(round, "/first"), data=typed(person, entries[0]))
    second.post(address(round, "/second"), data=typed(person, entries[1]))
    ballot_id = db.session.query(PaperBallot).one().id
    where = address(round, f"/{ballot_id}/again")
    for client in readers:
        page = main_of(client.get(address(round)).text)
        assert where in page
        assert "云台里" not in page
        again = main_of(client.get(where).text)
        assert "孙桂兰" in again
        assert "selected" not in again
    assert second.post(where).status_code == 422
    assert second.post(where, data={"entry": str(entries[0].id)}).status_code == 303
    assert [it.entry_id for it in db.session.query(Vote)] == [entries[0].id]
    assert second.post(where, data={"entry": str(entries[1].id)}).status_code == 303
    assert [it.entry_id for it in db.session.query(Vote)] == [entries[0].id]


def test_a_voter_who_has_voted_on_the_phone(readers: Readers, cast: Cast, entries: list[Entry]) -> None:
    (first, second), round, person = readers, entries[0].round, cast.volunteer.person
    make_vote(entries[1], person)
    first.post(address(round, "/first"), data=typed(person, entries[0]))
    second.post(address(round, "/second"), data=typed(person, entries[0]))
    page = second.get(address(round)).text
    assert "A vote of this voter is there already: the ballot doesn&#39;t count." in page
    assert "Not counted" in page
    assert [it.entry_id for it in db.session.query(Vote)] == [entries[1].id]


def test_a_household_keeps_the_building_for_the_next_ballot(readers: Readers, cast: Cast) -> None:
    round = make_round(cast.subdistrict, paper=True, vote_unit=VoteUnit.HOUSEHOLD, channel=Channel.CODE)
    entry, building = make_entry(round), make_building(cast.compound, "7号楼")
    form = {"building": str(building.id), "door": "2单元301室", "entry": str(entry.id)}
    answer = readers[0].post(address(round, "/first"), data=form)
    assert answer.location == address(round, f"/first?place={building.id}")
    page = readers[0].get(answer.location).text
    assert re.search(rf'<option selected value="{building.id}">云台里5号院7号楼', page)
    assert "云台里5号院7号楼, 2-301" in readers[1].get(address(round)).text
    wrong = readers[0].post(address(round, "/first"), data=form | {"door": "?"})
    assert wrong.status_code == 422
    assert 'value="?"' in wrong.text


def test_who_reads_ballots(app: Flask, cast: Cast, sign_in: SignIn, entries: list[Entry]) -> None:
    round = entries[0].round
    without = make_round(cast.subdistrict)
    expected = {cast.officer: 200, cast.secretary: 200, cast.administrator: 200, cast.volunteer: 403}
    expected |= {cast.leader: 403, cast.outsider: 403}
    for account, status in expected.items():
        client = app.test_client()
        sign_in(client, account)
        for rest in ("", "/first", "/second"):
            assert client.get(address(round, rest)).status_code == status
        for rest in ("/first", "/second"):
            assert client.post(address(round, rest)).status_code == (422 if status == 200 else 403)
        assert client.get(address(round, "/1/again")).status_code == (404 if status == 200 else 403)
        assert client.get(address(without)).status_code == (404 if status == 200 else 403)
    assert app.test_client().get(address(round)).status_code == 303


def test_after_the_close(readers: Readers, cast: Cast, entries: list[Entry], sign_in: SignIn) -> None:
    round, form = entries[0].round, typed(make_person(), entries[0])
    with clock.frozen(clock.datetime.fromisoformat(NOTICE)):
        sign_in(readers[1], cast.officer)
        assert "Ballots can't be typed now." in readers[1].get(address(round, "/first")).text
        answer = readers[1].post(address(round, "/first"), data=form)
        assert answer.status_code == 409
    assert db.session.query(PaperBallot).count() == 0


def test_no_page_says_how_many_votes_there_are(readers: Readers, cast: Cast, entries: list[Entry]) -> None:
    round, before = entries[0].round, []
    pages = [address(round), address(round, "/first"), f"/contests/{round.slug}/vote", f"/contests/{round.slug}"]
    for _ in range(2):
        texts = (main_of(readers[1].get(page).text) for page in pages)
        # Each form has a key of its own.
        before.append([re.sub(r'value="[0-9a-f]{32}"', "", text) for text in texts])
        for _ in range(7):
            make_vote(entries[0])
    assert before[0] == before[1]
