"""Checking in oneself: the leader's code, the leave that it's exchanged for, and who has come."""

import re
from datetime import timedelta

import pytest
from flask import current_app
from sqlalchemy import func, select

from tests import factories as make
from volunteer_app import clock
from volunteer_app.activities.attendance import self_check_in
from volunteer_app.activities.models import ActivityState, Attendance
from volunteer_app.database import db
from volunteer_app.people import consents
from volunteer_app.people.models import Person

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
GUEST = {"new-name": "李四", "new-phone": "19955550001", "new-consent": "y"}


@pytest.fixture
def activity(app, cast):
    """One of the cast's team that began half an hour ago."""
    return make.make_activity(cast.team, starts_at=clock.now() - HOUR / 2, places=9)


@pytest.fixture
def scanned(client, cast, sign_in, activity):
    """What the leader's page shows now, as a phone reads it; nobody is signed in afterwards."""

    def scan() -> str:
        sign_in(client, cast.leader)
        page = client.get(f"/activities/{activity.id}/attendance/code")
        assert page.status_code == 200
        client.delete_cookie("session")
        return code_address(client, activity)

    return scan


def code_address(client, activity):
    secret = current_app.config["SECRET_KEY"].encode()
    return f"/here/{activity.id}/{self_check_in.code(activity, secret=secret)}"


def leave(page):
    return re.search(r'name="(?:new-)?leave"[^>]*value="([^"]+)"', page.text)[1]


def attended():
    return list(db.session.scalars(select(Person.name).join(Attendance, Attendance.person_id == Person.id)))


def test_somebody_new(client, activity, scanned):
    page = client.get(scanned())
    assert page.status_code == 200
    sent = GUEST | {"new-leave": leave(page)}
    for _twice in range(2):
        answer = client.post(f"/here/{activity.id}/new", data=sent)
        assert (answer.status_code, answer.location) == (303, f"/activities/{activity.id}")
    assert attended() == ["李四"]
    row = db.session.scalar(select(Attendance))
    assert (row.checked_in_at, row.by_id) == (clock.now(), None)
    assert not consents.lacking([row.person])
    assert activity.state is ActivityState.HELD


def test_a_code_that_is_over_is_refused_with_a_sentence_that_helps(client, activity, scanned):
    address = scanned()
    with clock.frozen(clock.now() + 2 * MINUTE):
        answer = client.get(address, headers={"Accept-Language": "en"})
        assert answer.status_code == 410
        assert "Scan the one that the leader&#39;s phone shows now" in answer.text
    assert client.get(f"/here/{activity.id}/{'x' * 16}").status_code == 410
    assert client.get(f"/here/{activity.id}/码").status_code == 410


def test_a_leave_lasts_ten_minutes(client, activity, scanned):
    sent = GUEST | {"new-leave": leave(client.get(scanned()))}
    with clock.frozen(clock.now() + 11 * MINUTE):
        assert client.post(f"/here/{activity.id}/new", data=sent).status_code == 410
    with clock.frozen(clock.now() + 9 * MINUTE):
        assert client.post(f"/here/{activity.id}/new", data=sent).status_code == 303


def test_a_leave_is_of_no_use_elsewhere(client, cast, activity, scanned):
    sent = GUEST | {"new-leave": leave(client.get(scanned()))}
    other = make.make_activity(cast.team, starts_at=clock.now() + HOUR / 4)
    assert client.post(f"/here/{other.id}/new", data=sent).status_code == 410
    client.delete_cookie("device")
    assert client.post(f"/here/{activity.id}/new", data=sent).status_code == 410
    for forged in ("", "nonsense", sent["new-leave"][:-2]):
        assert client.post(f"/here/{activity.id}/new", data=GUEST | {"new-leave": forged}).status_code == 410
    assert attended() == []


def test_a_member_with_a_family(client, cast, sign_in, activity, scanned):
    address = scanned()
    sign_in(client, cast.volunteer)
    page = client.get(address)
    assert "new-name" not in page.text
    person = cast.volunteer.person
    sent = {"leave": leave(page), "person": str(person.id), "consent": "y"}
    assert client.post(f"/here/{activity.id}", data=sent).status_code == 303
    assert attended() == [person.name]
    assert db.session.scalar(select(Attendance)).by_id == cast.volunteer.id


def test_nobody_checks_in_a_stranger_by_number(client, cast, sign_in, activity, scanned):
    stranger = make.make_person("张三")
    address = scanned()
    sign_in(client, cast.volunteer)
    sent = {"leave": leave(client.get(address)), "person": str(stranger.id), "consent": "y"}
    assert client.post(f"/here/{activity.id}", data=sent).status_code == 422
    client.delete_cookie("session")
    assert client.post(f"/here/{activity.id}", data=sent).status_code in (410, 422)
    assert attended() == []


def test_whoever_signed_up_on_this_phone_types_nothing(client, cast, activity, scanned):
    coming = activity.starts_at
    activity.starts_at, activity.shifts[0].starts_at = clock.now() + HOUR / 2, clock.now() + HOUR / 2
    guest = {"name": "李四", "phone": "19955550001", "consent": "y", "nonce": "a" * 32}
    assert client.post(f"/activities/shifts/{activity.shifts[0].id}/sign-ups", data=guest).status_code == 303
    activity.starts_at = activity.shifts[0].starts_at = coming
    page = client.get(scanned())
    person = db.session.scalar(select(Person).where(Person.name == "李四"))
    assert f'name="person" value="{person.id}"' in page.text
    answer = client.post(f"/here/{activity.id}", data={"leave": leave(page), "person": str(person.id)})
    assert answer.status_code == 303
    assert db.session.scalar(select(Attendance)).sign_up_id is not None


@pytest.mark.parametrize(
    "wrong", [{"new-name": ""}, {"new-phone": "12"}, {"new-phone": ""}, {"new-consent": ""}, {"new-name": "长" * 61}]
)
def test_what_is_wrong_stands_at_its_field(client, activity, scanned, wrong):
    sent = GUEST | {"new-leave": leave(client.get(scanned()))} | wrong
    answer = client.post(f"/here/{activity.id}/new", data={k: v for k, v in sent.items() if v})
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert leave(answer)
    assert db.session.scalar(select(func.count(Person.id)).where(Person.phone == GUEST["new-phone"])) == 0


def test_one_phone_checks_in_a_few(client, activity, scanned):
    page = client.get(scanned())
    statuses = [
        client.post(
            f"/here/{activity.id}/new", data=GUEST | {"new-leave": leave(page), "new-phone": f"1995555{n:04d}"}
        ).status_code
        for n in range(30)
    ]
    assert 429 in statuses
    assert attended() == ["李四"] * statuses.count(303)


@pytest.mark.parametrize("state", [ActivityState.CANCELLED, ActivityState.DRAFT])
def test_nobody_comes_to_what_does_not_take_place(client, activity, scanned, state):
    address = scanned()
    sent = GUEST | {"new-leave": leave(client.get(address))}
    activity.state = state
    page, answer = client.get(address), client.post(f"/here/{activity.id}/new", data=sent)
    if state is ActivityState.DRAFT:
        assert (page.status_code, answer.status_code) == (404, 404)
    else:
        assert (page.status_code, answer.status_code) == (200, 409)
        assert "new-leave" not in page.text
    assert attended() == []


def test_a_closed_one(client, activity, scanned):
    sent = GUEST | {"new-leave": leave(client.get(scanned()))}
    activity.closed_at = clock.now()
    assert client.post(f"/here/{activity.id}/new", data=sent).status_code == 409
    assert db.session.scalar(select(func.count(Person.id)).where(Person.phone == GUEST["new-phone"])) == 0


def test_only_who_runs_it_has_the_code(client, cast, sign_in, activity):
    for account, status in ((cast.officer, 200), (cast.leader, 200), (cast.volunteer, 403), (cast.outsider, 403)):
        sign_in(client, account)
        for page in ("code", "code/now"):
            answer = client.get(f"/activities/{activity.id}/attendance/{page}")
            assert answer.status_code == status
            assert ("<svg" in answer.text and "large-code" in answer.text) == (status == 200)
    activity.starts_at = clock.now() + 3 * HOUR
    activity.ends_at = clock.now() + 4 * HOUR
    sign_in(client, cast.leader)
    assert "large-code" not in client.get(f"/activities/{activity.id}/attendance/code").text


def test_the_answer_says_nothing_of_whom_it_knows(client, activity, scanned):
    make.make_person("王五", "19955550001")
    page = client.get(scanned())
    client.post(f"/here/{activity.id}/new", data=GUEST | {"new-leave": leave(page)})
    assert "王五" not in client.get(f"/activities/{activity.id}").text
