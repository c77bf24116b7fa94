"""Review of contest entries over http: who, several at once, and sending one back."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.contests.factories import ENTERING, make_entry, make_round
from tests.factories import Cast, make_account, make_building
from volunteer_app.contests.models import Entry, EntryState, Round
from volunteer_app.database import db
from volunteer_app.people.models import Account, Role

pytestmark = pytest.mark.now(ENTERING)

SignIn = Callable[[FlaskClient, Account], None]


@pytest.fixture
def round(cast: Cast) -> Round:
    return make_round(cast.subdistrict)


def waits(round: Round, cast: Cast, name: str, **values: object) -> Entry:
    return make_entry(round, name, place=make_building(cast.compound), state=EntryState.WAITING, **values)


def ticks(page: str) -> list[str]:
    return re.findall(r'name="entry" value="([^"]+)"', page)


def test_ticked_and_published(client: FlaskClient, cast: Cast, sign_in: SignIn, round: Round) -> None:
    first, second, third = (waits(round, cast, name) for name in ("a楼", "b楼", "c楼"))
    own = waits(round, cast, "d楼", person=cast.secretary.person)
    sign_in(client, cast.secretary)
    address = f"/contests/{round.slug}/review"
    seen = ticks(client.get(address).text)
    assert [it.partition("-")[0] for it in seen] == [str(it.id) for it in (first, second, third)]
    assert client.post(address, data={}).status_code == 303
    third.about = "换了话"
    sent = {"entry": [*seen, f"{own.id}-x"]}
    for _ in range(2):
        assert client.post(address, data=sent).location == address
    states = [it.state for it in (first, second, third, own)]
    assert states == [EntryState.PUBLISHED, EntryState.PUBLISHED, EntryState.WAITING, EntryState.WAITING]
    page = client.get(address).text
    assert ("c楼" in page, "d楼" in page, len(ticks(page))) == (True, True, 1)
    # One by its own button, whatever is ticked beside it.
    (only,) = ticks(page)
    client.post(address, data={"only": only, "entry": [f"{own.id}-x"]})
    assert (third.state, own.state) == (EntryState.PUBLISHED, EntryState.WAITING)


def test_sent_back_with_a_reason(client: FlaskClient, cast: Cast, sign_in: SignIn, round: Round) -> None:
    entry = waits(round, cast, "a楼", person=cast.volunteer.person)
    sign_in(client, cast.officer)
    address = f"/contests/entries/{entry.slug}/return"
    page = client.get(address).text
    (seen,) = re.findall(r'name="seen" type="hidden" value="([0-9a-f]{32})"', page)
    assert client.post(address, data={"seen": seen, "reason": ""}).status_code == 422
    stale = client.post(address, data={"seen": "0" * 32, "reason": "照片看不清"})
    assert (stale.status_code, "照片看不清" in stale.text, entry.state) == (409, True, EntryState.WAITING)
    assert client.post(address, data={"seen": seen, "reason": "照片看不清"}).status_code == 303
    assert (entry.state, entry.reason) == (EntryState.RETURNED, "照片看不清")
    sign_in(client, cast.volunteer)
    base = f"/contests/entries/{entry.slug}"
    assert "照片看不清" in client.get(base).text
    assert client.post(f"{base}/again").status_code == 422
    assert client.post(f"{base}/again", data={"consent": "y"}).status_code == 303
    assert entry.state is EntryState.WAITING


def test_who_comes_to_the_review(sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, round: Round) -> None:
    entry = waits(round, cast, "a楼")
    liaison = make_account("段平", Role.LIAISON, place=cast.compound)
    everyone = (cast.officer, cast.secretary, cast.administrator, liaison, cast.outsider, cast.leader, cast.volunteer)
    answers = []
    for account in everyone:
        client = sqlite_client.application.test_client()
        sign_in(client, account)
        review, back = f"/contests/{round.slug}/review", f"/contests/entries/{entry.slug}/return"
        tick = {"entry": f"{entry.id}-x"}
        answers.append(
            (
                client.get(review).status_code,
                client.post(review, data=tick).status_code,
                client.get(back).status_code,
                client.post(back).status_code,
            )
        )
    assert answers == [(200, 303, 200, 422)] * 3 + [(403,) * 4] * 4
    assert sqlite_client.get(f"/contests/{round.slug}/review").location.startswith("/login")
    assert entry.state is EntryState.WAITING


def test_nobody_decides_in_another_community(
    sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, round: Round
) -> None:
    entry = make_entry(round, "a楼", state=EntryState.WAITING)
    sign_in(sqlite_client, cast.secretary)
    answer = sqlite_client.post(f"/contests/{round.slug}/review", data={"entry": f"{entry.id}-x"})
    assert (answer.status_code, entry.state) == (403, EntryState.WAITING)


def test_no_query_for_each_entry(
    app: Flask, cast: Cast, sign_in: SignIn, round: Round, count_queries: Callable
) -> None:
    client, counts = app.test_client(), []
    sign_in(client, cast.officer)
    waits(round, cast, "a楼")
    client.get(f"/contests/{round.slug}/review")
    for number in range(2):
        with count_queries() as queries:
            assert client.get(f"/contests/{round.slug}/review").status_code == 200
        counts.append(len(queries))
        for other in range(5):
            waits(round, cast, f"{number}-{other}")
        db.session.commit()
    assert counts[0] == counts[1]
