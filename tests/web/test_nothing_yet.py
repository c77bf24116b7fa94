"""Before anything was entered: the pages of duty and service answer everyone, and say what is missing."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from volunteer_app.people.models import Account, Role

from ..factories import Cast, make_account

SignIn = Callable[[FlaskClient, Account], None]

OWN = ("/mine/hours", "/mine/hours.xlsx", "/mine/hours.csv", "/mine/hours.json")
CADRE = ("/duty/", "/duty/visits/new", "/duty/planned/new", "/duty/leaves")
DESK = ("/duty/confirmation", "/duty/account", "/duty/pairings", "/duty/assignments", "/service/approvals")
FILES = ("/duty/account/short", "/duty/account/account.xlsx", "/duty/account/account.csv")
OFFICE = ("/duty/pairings/new",)
STAFF = ("administrator", "officer", "outsider", "secretary")
KEEPING = ("administrator", "officer", "outsider")
WHO = (*STAFF, "leader", "volunteer", None)


@pytest.mark.parametrize("who", WHO)
def test_every_role_finds_a_page_or_is_told_why_not(
    client: FlaskClient, cast: Cast, sign_in: SignIn, who: str | None
) -> None:
    client.set_cookie("lang", "en")
    if who:
        sign_in(client, getattr(cast, who))
    person = cast.volunteer.person_id
    expected = dict.fromkeys(OWN, 200) | dict.fromkeys(CADRE, 403)
    expected |= dict.fromkeys((*DESK, *FILES), 200 if who in STAFF else 403)
    expected |= dict.fromkeys(OFFICE, 200 if who in KEEPING else 403)
    expected[f"/people/{person}/certificate"] = 200 if who in ("administrator", "officer", "secretary") else 403
    entering = ("administrator", "officer", "secretary", "leader")
    expected |= dict.fromkeys(
        (f"/people/{person}/records", f"/people/{person}/records/new"), 200 if who in entering else 403
    )
    if who is None:
        # Guests sign in first.
        expected = dict.fromkeys(expected, 303)
    answers = {address: client.get(address) for address in expected}
    assert {address: answer.status_code for address, answer in answers.items()} == expected
    if who in STAFF:
        # A compound that is there lacks all its seven forces.
        missing = 0 if who == "outsider" else 7
        assert answers["/duty/assignments"].text.count("data-missing=") == missing
    empty = {it for it in DESK if it != "/duty/assignments" or who == "outsider"} if who in STAFF else set()
    assert {it for it, answer in answers.items() if b'class="empty"' in answer.data} >= empty | (
        {"/mine/hours"} if who else set()
    )
    for address in CADRE if who else ():
        assert "This page belongs to cadres" in answers[address].text, address


def test_no_sub_district_yet(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, make_account("周敏", Role.ADMINISTRATOR))
    pages = {address: client.get(address) for address in (*DESK, *FILES, *OFFICE)}
    said = {address: (answer.status_code, 'class="empty"' in answer.text) for address, answer in pages.items()}
    assert said == dict.fromkeys(DESK, (200, True)) | dict.fromkeys((*FILES, *OFFICE), (404, False))
