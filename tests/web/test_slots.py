"""A team's weekly slot by page."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from flask.testing import FlaskClient

from tests.factories import Cast, make_activity, make_other_leader, make_sign_up
from volunteer_app.activities.models import Activity
from volunteer_app.database import db
from volunteer_app.people.models import Account
from volunteer_app.web.forms.stale import packed
from volunteer_app.web.forms.teams import slot_shown

SignIn = Callable[[FlaskClient, Account], None]
EVENING = datetime.fromisoformat("2020-12-02T19:00+08:00")
FRIDAY = {"weekday": "4", "slot_starts": "15:00", "slot_ends": "16:00"}
WEEK = timedelta(days=7)


@pytest.fixture
def planned(cast: Cast, client: FlaskClient, sign_in: SignIn) -> list[Activity]:
    """Two of the team's Wednesdays; somebody has signed up for the second."""
    cast.team.weekday, cast.team.slot_starts, cast.team.slot_ends = 2, time(19), time(20, 30)
    sign_in(client, cast.leader)
    made = [
        make_activity(
            cast.team,
            starts_at=EVENING + n * WEEK,
            slot_on=date(2020, 12, 2) + n * WEEK,
            places=3,
        )
        for n in range(2)
    ]
    make_sign_up(made[1])
    return made


def test_it_is_looked_at_then_changed(client: FlaskClient, cast: Cast, planned: list[Activity]) -> None:
    address = f"/teams/{cast.team.slug}/slot"
    ids = [it.id for it in planned]
    seen = packed(slot_shown(cast.team))
    assert client.get(f"/teams/{cast.team.slug}/edit").text.count('name="weekday"') == 0
    assert client.get(address).status_code == 200
    page = client.post(address, data=FRIDAY | {"seen": seen})
    assert page.status_code == 200
    assert f'name="moving" value="{ids[0]}" checked' in page.text
    assert f'name="moving" value="{ids[1]}">' in page.text
    assert cast.team.weekday == 2
    again = client.post(address, data=FRIDAY | {"seen": seen, "again": "1"})
    assert 'value="15:00"' in again.text
    data = FRIDAY | {"seen": seen, "go": "1", "moving": [str(ids[0])]}
    for _twice in range(2):
        answer = client.post(address, data=data)
        assert (answer.status_code, answer.location) == (303, f"/teams/{cast.team.slug}")
    first, second = (db.session.get_one(Activity, it) for it in ids)
    assert (first.starts_at, first.revision) == (datetime.fromisoformat("2020-12-04T15:00+08:00"), 1)
    assert (second.starts_at, second.revision, second.slot_on) == (EVENING + WEEK, 0, date(2020, 12, 11))


def test_no_fixed_day_any_more(client: FlaskClient, cast: Cast, planned: list[Activity]) -> None:
    data = {"weekday": "", "slot_starts": "", "slot_ends": "", "seen": packed(slot_shown(cast.team))}
    address = f"/teams/{cast.team.slug}/slot"
    assert client.post(address, data=data).status_code == 200
    assert client.post(address, data=data | {"go": "1"}).status_code == 303
    assert (cast.team.weekday, planned[0].starts_at) == (None, EVENING)
    assert 'name="weekday"' in client.get(f"/teams/{cast.team.slug}/edit").text


def test_what_stands_in_the_way(client: FlaskClient, cast: Cast, planned: list[Activity]) -> None:
    make_activity(cast.team, starts_at=datetime.fromisoformat("2020-12-04T15:00+08:00"))
    data = FRIDAY | {"seen": packed(slot_shown(cast.team)), "go": "1", "moving": str(planned[0].id)}
    answer = client.post(f"/teams/{cast.team.slug}/slot", data=data)
    assert answer.status_code == 409
    assert "disabled" in answer.text
    assert (cast.team.weekday, planned[0].starts_at) == (2, EVENING)


def test_two_at_once(client: FlaskClient, cast: Cast, planned: list[Activity]) -> None:
    data = FRIDAY | {"seen": packed(slot_shown(cast.team)), "go": "1"}
    cast.team.slot_starts = time(18)
    answer = client.post(f"/teams/{cast.team.slug}/slot", data=data)
    assert answer.status_code == 409
    assert 'value="15:00"' in answer.text
    assert cast.team.weekday == 2


@pytest.mark.parametrize(
    "typed",
    [
        {"weekday": "7"},
        {"weekday": "4", "slot_starts": ""},
        {"slot_starts": "16:00", "slot_ends": "15:00"},
        {"slot_starts": "soon"},
        {"moving": "nonsense"},
    ],
)
def test_bad_input(client: FlaskClient, cast: Cast, planned: list[Activity], typed: dict[str, str]) -> None:
    data = FRIDAY | {"seen": packed(slot_shown(cast.team)), "go": "1"} | typed
    assert client.post(f"/teams/{cast.team.slug}/slot", data=data).status_code == 422
    assert (cast.team.weekday, planned[0].starts_at) == (2, EVENING)


def test_who_may(client: FlaskClient, cast: Cast, planned: list[Activity], sign_in: SignIn) -> None:
    for account, status in (
        (cast.officer, 200),
        (cast.secretary, 200),
        (make_other_leader(cast), 403),
        (cast.outsider, 403),
        (cast.volunteer, 403),
    ):
        sign_in(client, account)
        assert client.get(f"/teams/{cast.team.slug}/slot").status_code == status
        assert client.post(f"/teams/{cast.team.slug}/slot", data=FRIDAY).status_code == status
