"""Several activities of a week at once, by page."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import Cast, make_activity, make_other_leader, make_sign_up, make_team
from volunteer_app.activities.models import Activity, ActivityState
from volunteer_app.activities.planning import several
from volunteer_app.database import db
from volunteer_app.notifications.models import Notice
from volunteer_app.people.models import Account

SignIn = Callable[[FlaskClient, Account], None]
PAGE = "/planning/several?week=2020-W48"
FRIDAY = datetime.fromisoformat("2020-11-27T19:00+08:00")
DAY = timedelta(days=1)


def hidden(page: str) -> dict[str, list[str]]:
    """What the page that asks once more sends along."""
    fields: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]+>", page):
        if 'type="hidden"' in tag:
            name, value = (re.search(rf'{key}="([^"]*)"', tag)[1] for key in ("name", "value"))
            fields.setdefault(name, []).append(value.replace("&#34;", '"'))
    return fields


@pytest.fixture
def week(cast: Cast, client: FlaskClient, sign_in: SignIn) -> list[Activity]:
    """Two published ones on Friday and Saturday, and a draft on Saturday."""
    sign_in(client, cast.officer)
    return [
        make_activity(cast.team, "义诊", starts_at=FRIDAY, places=3),
        make_activity(cast.team, "书法", starts_at=FRIDAY + DAY, places=3),
        make_activity(make_team(cast.compound), "合唱", starts_at=FRIDAY + DAY, state=ActivityState.DRAFT),
    ]


def test_a_day_is_called_off(client: FlaskClient, cast: Cast, week: list[Activity]) -> None:
    friday, saturday, draft = (it.id for it in week)
    for activity in week[:2]:
        make_sign_up(activity, cast.volunteer.person)
    assert client.get(PAGE).text.count('name="activity"') == 3
    answer = client.post(PAGE, data={"day": "2020-11-28", "what": "call_off", "own": "大雪"})
    assert answer.status_code == 200
    sent = hidden(answer.text)
    assert sent["activity"] == [str(saturday), str(draft)]
    assert db.session.get_one(Activity, saturday).state is ActivityState.PUBLISHED
    for _twice in range(2):
        done = client.post(PAGE, data=sent)
        assert (done.status_code, done.location) == (303, "/planning/?week=2020-W48")
    assert db.session.get_one(Activity, friday).state is ActivityState.PUBLISHED
    assert db.session.get_one(Activity, saturday).cancel_reason == "大雪"
    assert db.session.get(Activity, draft) is None
    assert db.session.scalar(select(func.count(Notice.id))) == 1


def test_they_move_once(client: FlaskClient, week: list[Activity]) -> None:
    ids = [str(it.id) for it in week[:2]]
    sent = hidden(client.post(PAGE, data={"activity": ids, "what": "move", "days": "1"}).text)
    assert db.session.get_one(Activity, int(ids[0])).starts_at == FRIDAY
    for _twice in range(2):
        assert client.post(PAGE, data=sent).status_code == 303
    assert [db.session.get_one(Activity, int(it)).starts_at for it in ids] == [FRIDAY + DAY, FRIDAY + 2 * DAY]


def test_what_somebody_changed_meanwhile_is_looked_at_again(client: FlaskClient, week: list[Activity]) -> None:
    moved = week[0]
    sent = hidden(client.post(PAGE, data={"activity": moved.id, "what": "move", "days": "1"}).text)
    several.move([moved], 3, by=None)
    answer = client.post(PAGE, data=sent)
    assert answer.status_code == 409
    assert moved.starts_at == FRIDAY + 3 * DAY
    assert client.post(PAGE, data=hidden(answer.text)).status_code == 303
    assert db.session.get_one(Activity, moved.id).starts_at == FRIDAY + 4 * DAY


def test_what_is_in_the_way_is_shown_and_nothing_happens(client: FlaskClient, week: list[Activity]) -> None:
    first, second = week[:2]
    page = client.post(PAGE, data={"activity": first.id, "what": "move", "days": "1"})
    assert page.status_code == 200
    assert "书法" in page.text
    assert 'class="button main big"' not in page.text
    assert client.post(PAGE, data=hidden(page.text)).status_code == 409
    assert db.session.get_one(Activity, first.id).starts_at == FRIDAY
    assert second.starts_at == FRIDAY + DAY


def test_a_whole_week_is_copied(client: FlaskClient, week: list[Activity]) -> None:
    page = client.get(f"{PAGE}&what=copy").text
    assert page.count("checked") == 4
    ids = [str(it.id) for it in week]
    sent = hidden(client.post(PAGE, data={"activity": ids, "what": "copy", "weeks": "2"}).text)
    for _twice in range(2):
        assert client.post(PAGE, data=sent).status_code == 303
    made = db.session.scalars(select(Activity).where(Activity.id.not_in(map(int, ids)))).all()
    assert {(it.state, it.starts_at) for it in made} == {
        (ActivityState.DRAFT, FRIDAY + days * DAY) for days in (7, 8, 14, 15)
    }
    assert len(made) == 6
    again = client.post(PAGE, data={"activity": ids, "what": "copy", "weeks": "2"})
    assert 'class="button main big"' not in again.text


@pytest.mark.parametrize(
    "data",
    [
        {"what": "call_off", "own": "大雪"},
        {"day": "2020-11-28", "what": ""},
        {"day": "2020-11-28", "what": "nonsense"},
        {"day": "2020-11-28", "what": "move", "days": "400"},
        {"activity": "nonsense", "what": "move"},
        {"day": "nonsense", "what": "move"},
        {"day": "2020-11-28", "what": "call_off"},
        {"day": "2020-11-28", "what": "call_off", "own": "雪" * 101},
        {"day": "2020-11-28", "what": "call_off", "own": "雪", "key": "k" * 65},
    ],
)
def test_bad_input_changes_nothing(client: FlaskClient, week: list[Activity], data: dict[str, str]) -> None:
    assert week
    answer = client.post(PAGE, data=data)
    assert answer.status_code == 422
    assert 'class="error"' in answer.text or 'id="wrong"' in answer.text
    assert {it.state for it in db.session.scalars(select(Activity))} == {ActivityState.PUBLISHED, ActivityState.DRAFT}


def test_nobody_touches_what_others_run(client: FlaskClient, cast: Cast, week: list[Activity], sign_in: SignIn) -> None:
    other = make_other_leader(cast)
    ids = [str(it.id) for it in week[:2]]
    for account in (other, cast.outsider, cast.volunteer):
        sign_in(client, account)
        data = {"activity": ids, "what": "call_off", "own": "恶作剧", "key": "k"}
        assert client.post(PAGE, data=data).status_code == 403
    sign_in(client, cast.officer)
    assert client.post(PAGE, data={"activity": "999999", "what": "move", "days": "1"}).status_code == 422
    assert {it.state for it in db.session.scalars(select(Activity))} == {ActivityState.PUBLISHED, ActivityState.DRAFT}
