"""Household cards: made, printed once and replaced by the office."""

import re
from io import BytesIO

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.contests.factories import DECIDING, NOTICE, make_entry, make_round
from tests.factories import Cast, make_building
from tests.web.voting import SignIn, ballot
from volunteer_app import clock
from volunteer_app.contests.models import Channel, Round
from volunteer_app.contests.voting.models import HouseholdCard, Vote
from volunteer_app.database import db
from volunteer_app.places.models import Place

pytestmark = pytest.mark.now(DECIDING)
WHOLE = {"range-stairwells": "2", "range-floors": "3", "range-each": "2"}


@pytest.fixture
def round(cast: Cast) -> Round:
    return make_round(cast.subdistrict, channel=Channel.CODE)


@pytest.fixture
def building(cast: Cast) -> Place:
    return make_building(cast.compound, "7号楼", stairwells=2, floors=3, households=12)


@pytest.fixture
def officer(client: FlaskClient, cast: Cast, sign_in: SignIn) -> FlaskClient:
    sign_in(client, cast.officer)
    client.set_cookie("lang", "en")
    return client


def address(round: Round, building: Place | None = None, rest: str = "") -> str:
    return f"/contests/{round.slug}/cards{f'/{building.slug}' if building else ''}{rest}"


def codes(pdf: bytes) -> dict[str, str]:
    """The codes of a PDF by their doors."""
    found = {}
    for page in pypdfium2.PdfDocument(BytesIO(pdf)):
        text = page.get_textpage().get_text_range().replace("\r\n", "")
        doors = re.findall(r"门牌：([0-9]-[0-9]+)(?=户码)", text)
        found |= dict(zip(doors, re.findall(r"[2-9A-Z]{5}-[2-9A-Z]{5}", text), strict=True))
    return found


def test_the_whole_building_printed_once(officer: FlaskClient, round: Round, building: Place) -> None:
    page = officer.get(address(round, building)).text
    assert [f'value="{number}"' in page for number in (2, 3)] == [True, True]
    answer = officer.post(address(round, building), data=WHOLE)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    printed = codes(answer.data)
    expected = [f"{well}-{floor}0{door}" for well in (1, 2) for floor in (1, 2, 3) for door in (1, 2)]
    assert list(printed) == expected
    kept = {it.door: it.code_hash for it in db.session.query(HouseholdCard)}
    assert list(kept) == expected
    assert not set(kept.values()) & {it.replace("-", "") for it in printed.values()}
    again = officer.post(address(round, building), data=WHOLE)
    assert again.status_code == 409
    assert "All these households have a card already." in again.text
    shown = officer.get(address(round, building)).text
    assert "2-302" in shown
    assert not any(code in shown for code in printed.values())
    assert "12 cards" in officer.get(address(round)).text


def test_a_printed_code_votes_and_its_replacement_does_not_vote_again(
    app: Flask, officer: FlaskClient, round: Round, building: Place
) -> None:
    entry, guest = make_entry(round), app.test_client()
    doors = {"list-doors": "1-101，1-102"}
    old = codes(officer.post(address(round, building, "/doors"), data=doors).data)
    given = f"/contests/{round.slug}/vote/given"
    assert guest.post(given, data=ballot(entry, code=old["1-101"])).status_code == 303
    answer = officer.post(address(round, building, "/replacements"), data={"lost-doors": "1-101\n1单元102室\n9-999"})
    new = codes(answer.data)
    assert sorted(new) == ["1-101", "1-102"]
    assert guest.post(given, data=ballot(entry, code=new["1-101"])).status_code == 409
    assert guest.post(given, data=ballot(entry, code=old["1-102"])).status_code == 422
    assert guest.post(given, data=ballot(entry, code=new["1-102"])).status_code == 303
    assert sorted(it.door for it in db.session.query(Vote)) == ["1-101", "1-102"]
    nothing = officer.post(address(round, building, "/replacements"), data={"lost-doors": "5-501"})
    assert nothing.status_code == 409


def test_what_was_typed_wrongly_stays(officer: FlaskClient, round: Round, building: Place) -> None:
    for rest, data in (
        ("", {"range-stairwells": "x", "range-floors": "3", "range-each": "2"}),
        ("", {"range-stairwells": "20", "range-floors": "50", "range-each": "20"}),
        ("/doors", {"list-doors": "1-101\n!!"}),
        ("/replacements", {"lost-doors": " "}),
    ):
        answer = officer.post(address(round, building, rest), data=data)
        assert answer.status_code == 422
        assert 'id="wrong"' in answer.text
        assert all(value.strip().split("\n")[0] in answer.text for value in data.values())
    assert db.session.query(HouseholdCard).count() == 0


def test_the_list_of_buildings(officer: FlaskClient, cast: Cast, round: Round, building: Place) -> None:
    make_building(cast.compound, "8号楼")
    elsewhere = make_building()
    page = officer.get(address(round)).text
    assert "云台里5号院7号楼" in page
    assert "云台里5号院8号楼" in page
    assert elsewhere.name not in page
    found = officer.get(address(round), query_string={"q": "7号"}).text
    assert ("7号楼" in found, "8号楼" in found) == (True, False)
    assert officer.get(address(round, elsewhere)).status_code == 404


def test_cards_are_the_offices(app: Flask, cast: Cast, sign_in: SignIn, round: Round, building: Place) -> None:
    expected = {cast.officer: 200, cast.administrator: 200, cast.secretary: 403, cast.volunteer: 403}
    expected |= {cast.leader: 403, cast.outsider: 403}
    for account, status in expected.items():
        client = app.test_client()
        sign_in(client, account)
        assert client.get(address(round)).status_code == status
        assert client.get(address(round, building)).status_code == status
        for rest in ("", "/doors", "/replacements"):
            assert client.post(address(round, building, rest)).status_code == (422 if status == 200 else 403)
    assert app.test_client().get(address(round)).status_code == 303


def test_no_cards_without_codes_and_after_the_vote(
    officer: FlaskClient, cast: Cast, sign_in: SignIn, round: Round, building: Place
) -> None:
    assert officer.get(address(make_round(cast.subdistrict))).status_code == 404
    with clock.frozen(clock.datetime.fromisoformat(NOTICE)):
        sign_in(officer, cast.officer)
        assert "no cards are made any more" in officer.get(address(round, building)).text
        assert officer.post(address(round, building), data=WHOLE).status_code == 409
    assert db.session.query(HouseholdCard).count() == 0
