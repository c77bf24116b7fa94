"""The page that moves an activity."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import Cast, make_activity, make_other_leader, make_sign_up, make_team, make_venue
from tests.web.test_planning import as_shown
from volunteer_app.activities.models import Activity, ActivityState
from volunteer_app.database import db
from volunteer_app.notifications.models import Notice
from volunteer_app.people.models import Account

SignIn = Callable[[FlaskClient, Account], None]


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.fixture
def activity(cast: Cast) -> Activity:
    """One of next Wednesday evening."""
    return make_activity(cast.team, "冬季用火安全", starts_at=at("2020-12-02T19:00"), places=5)


def test_it_moves_to_the_day_to_which_it_was_dragged(
    client: FlaskClient, cast: Cast, sign_in: SignIn, activity: Activity
) -> None:
    make_sign_up(activity)
    address = f"/activities/{activity.id}/move"
    sign_in(client, cast.leader)
    page = client.get(f"{address}?day=2020-12-04&next=/planning/?week=2020-W49").text
    assert 'name="day" required type="date" value="2020-12-04"' in page
    assert ('value="19:00"' in page, "没有冲突" in page or "No clash" in page) == (True, True)
    answer = client.post(address, data=as_shown(page))
    assert (answer.status_code, answer.location) == (303, "/planning/?week=2020-W49")
    assert (activity.starts_at, activity.ends_at) == (at("2020-12-04T19:00"), at("2020-12-04T20:30"))
    assert activity.revision == 1
    assert db.session.scalar(select(func.count(Notice.id))) == 1
    again = client.post(address, data=as_shown(client.get(address).text))
    assert again.location == f"/activities/{activity.id}"
    assert activity.revision == 1


def test_two_moving_it_at_once(client: FlaskClient, cast: Cast, sign_in: SignIn, activity: Activity) -> None:
    other = client.application.test_client()
    sign_in(client, cast.leader)
    sign_in(other, cast.officer)
    address = f"/activities/{activity.id}/move"
    mine, theirs = client.get(f"{address}?day=2020-12-03").text, other.get(f"{address}?day=2020-12-04").text
    assert client.post(address, data=as_shown(mine, starts="18:30")).status_code == 303
    answer = other.post(address, data=as_shown(theirs, place_text="凉亭"))
    assert answer.status_code == 409
    # They see what changed, and keep what they typed.
    assert "12月3日" in answer.text or "3 December" in answer.text
    assert ('value="2020-12-04"' in answer.text, 'value="凉亭"' in answer.text) == (True, True)
    assert (activity.starts_at, activity.place_text) == (at("2020-12-03T18:30"), "院内小广场")
    assert other.post(address, data=as_shown(answer.text)).status_code == 303
    assert (activity.starts_at, activity.place_text) == (at("2020-12-04T18:30"), "凉亭")
    assert activity.revision == 2


def test_looking_moves_nothing(client: FlaskClient, cast: Cast, sign_in: SignIn, activity: Activity) -> None:
    venue = make_venue(cast.compound, "党群活动室")
    make_activity(
        make_team(cast.compound, "东里合唱团"), "合唱排练", starts_at=at("2020-12-03T19:30"), venue_id=venue.id
    )
    sign_in(client, cast.leader)
    address = f"/activities/{activity.id}/move"
    sent = as_shown(client.get(address).text, day="2020-12-03", venue=str(venue.id))
    answer = client.post(address, data=sent | {"look": "1"})
    assert (answer.status_code, "东里合唱团" in re.sub("<wbr>", "", answer.text)) == (200, True)
    assert (activity.revision, activity.venue) == (0, None)
    assert client.post(address, data=sent).status_code == 303
    assert (activity.revision, activity.venue) == (1, venue)


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"day": "2020-13-01"}, ["day"]),
        ({"day": ""}, ["day"]),
        ({"starts": "7pm"}, ["starts"]),
        ({"ends": "19:00"}, ["ends"]),
        ({"day": "2020-11-01"}, ["day"]),
        ({"venue": "999999"}, ["venue"]),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    sqlite_client: FlaskClient,
    cast: Cast,
    sign_in: SignIn,
    activity: Activity,
    wrong: dict[str, str],
    fields: list[str],
) -> None:
    sign_in(sqlite_client, cast.leader)
    address = f"/activities/{activity.id}/move"
    page = sqlite_client.get(f"{address}?day=never").text
    answer = sqlite_client.post(address, data=as_shown(page, place_text="凉亭") | wrong)
    assert answer.status_code == 422
    assert re.findall(r'class="error" id="(\w+)-e"', answer.text) == fields
    assert 'value="凉亭"' in answer.text
    assert activity.revision == 0


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_may_come(sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, activity: Activity, method: str) -> None:
    ask = getattr(sqlite_client, method)
    address = f"/activities/{activity.id}/move"
    other = make_other_leader(cast)
    assert ask(address).status_code == 303
    for account in (cast.volunteer, other, cast.outsider):
        sign_in(sqlite_client, account)
        assert ask(address).status_code == 403
    for account in (cast.leader, cast.secretary, cast.officer):
        sign_in(sqlite_client, account)
        assert ask(address).status_code == (200 if method == "get" else 422)
    assert ask("/activities/999999/move").status_code == 404
    activity.state = ActivityState.CANCELLED
    assert ask(address).status_code == 409
