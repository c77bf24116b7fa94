"""A guest's receipt: what it shows as things change, giving the place back, and links that open nothing."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from volunteer_app import clock
from volunteer_app.activities.models import Activity, SignUp, SignUpState
from volunteer_app.activities.planning import changes
from volunteer_app.activities.signing import signups
from volunteer_app.database import db
from volunteer_app.people import consents
from volunteer_app.people.consents import Purpose

from ..calendars import reading
from ..factories import Cast, make_activity, make_person, make_sign_up
from .signing import signed_up


@pytest.fixture
def activity(cast: Cast) -> Activity:
    """Tomorrow, with two places."""
    return make_activity(cast.team, "冬季用火安全", places=2)


@pytest.fixture
def guest(client: FlaskClient) -> FlaskClient:
    """A browser that reads English."""
    client.set_cookie("lang", "en")
    return client


def only() -> SignUp:
    return db.session.query(SignUp).one()


def test_it_shows_the_place_and_the_code_to_say_aloud(guest: FlaskClient, activity: Activity) -> None:
    make_sign_up(activity)
    page = guest.get(signed_up(guest, activity)).text
    code = db.session.query(SignUp).order_by(SignUp.id.desc()).first().code
    for words in (
        "冬季用火安全</a></h2>",
        "<b>王*兰</b>, number 2",
        f"{code[:4]} {code[4:]}",
        "A place is kept for you.",
        "This page is your receipt",
        'role="img" aria-label="QR code for checking in"',
    ):
        assert words in page, words
    assert "王秀兰" not in page
    assert "13912345678" not in page


def test_it_shows_the_turn_in_the_waiting_list_and_then_the_place(guest: FlaskClient, activity: Activity) -> None:
    first = make_sign_up(activity)
    make_sign_up(activity)
    make_sign_up(activity, state=SignUpState.WAITING)
    address = signed_up(guest, activity)
    assert "number 2 on the waiting list" in guest.get(address).text
    signups.withdraw(first, by=None)
    assert "number 1 on the waiting list" in guest.get(address).text
    signups.withdraw(db.session.query(SignUp).filter_by(state=SignUpState.CONFIRMED).first(), by=None)
    page = guest.get(address).text
    assert "<b>王*兰</b>, number 2" in page
    assert "A place has become free, and it&#39;s yours" in page


def test_giving_the_place_back_asks_once_more_and_can_be_undone(guest: FlaskClient, activity: Activity) -> None:
    address = signed_up(guest, activity)
    asked = guest.get(f"{address}/withdrawal")
    assert "Withdraw from this activity?" in asked.text
    assert only().state is SignUpState.CONFIRMED
    for _tap in range(2):
        response = guest.post(f"{address}/withdrawal")
        assert (response.status_code, response.location) == (303, address)
        assert only().state is SignUpState.WITHDRAWN
    page = guest.get(address).text
    assert "withdrawn</span>" in page
    assert "QR code" not in page
    assert guest.get(f"{address}/withdrawal").location == address
    for _tap in range(2):
        assert guest.post(f"{address}/sign-up").location == address
        assert only().state is SignUpState.CONFIRMED
    assert "<b>王*兰</b>, number 1" in guest.get(address).text


@pytest.mark.now("2020-11-25T08:30+08:00")
def test_news_of_a_former_turn_are_told_to_nobody_else(guest: FlaskClient, activity: Activity) -> None:
    """Who knows a name and a number can sign somebody up who withdrew, and shares the row with them."""
    address = signed_up(guest, activity)
    signups.withdraw(only(), by=None, by_keeper=True)
    told = "taken off the list of"
    assert told in guest.get(address).text
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        stranger = guest.application.test_client()
        stranger.set_cookie("lang", "en")
        other = signed_up(stranger, activity)
        page = stranger.get(other)
        assert (page.status_code, other == address, told in page.text) == (200, False, False)


def test_who_took_the_agreement_back_is_asked_anew(guest: FlaskClient, activity: Activity) -> None:
    address = signed_up(guest, activity)
    guest.post(f"{address}/withdrawal")
    consents.withdraw(only().person, Purpose.SIGN_UP, by=None)
    assert guest.post(f"{address}/sign-up").location == f"/activities/{activity.id}#sign-up"
    assert only().state is SignUpState.WITHDRAWN


def test_after_the_deadline_it_says_whom_to_tell(guest: FlaskClient, activity: Activity) -> None:
    activity.withdraw_until = clock.now() + timedelta(minutes=5)
    address = signed_up(guest, activity)
    assert "/withdrawal" in guest.get(address).text
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        page = guest.get(address).text
        assert "It's too late to withdraw here" in page
        assert "tel:010-55550100" in page
        assert "/withdrawal" not in page
        refused = guest.post(f"{address}/withdrawal")
        assert refused.status_code == 409
        assert "too late to withdraw" in refused.text
    assert only().state is SignUpState.CONFIRMED


def test_moved_cancelled_and_over(guest: FlaskClient, activity: Activity, cast: Cast) -> None:
    address = signed_up(guest, activity)
    later = {"starts_at": activity.starts_at + timedelta(hours=1), "ends_at": activity.ends_at + timedelta(hours=1)}
    changes.change(activity, later, by=cast.leader.id)
    assert "has moved: it&#39;s" in guest.get(address).text
    with clock.frozen(activity.ends_at):
        assert "the activity is over" in guest.get(address).text
    changes.cancel(activity, reason="下大雪", by=cast.leader.id)
    page = guest.get(address).text
    assert "the activity is cancelled" in page
    assert "下大雪" in page
    assert "QR code" not in page


def test_the_calendar_is_the_activity_s_own_event_with_reminders(guest: FlaskClient, activity: Activity) -> None:
    address = signed_up(guest, activity)
    answer = guest.get(f"{address}.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="activity-{activity.id}.ics"'
    event = reading.event(answer.data)
    assert (event["uid"], event["status"], len(event.alarms.times)) == (activity.uid, "CONFIRMED", 2)
    guest.post(f"{address}/withdrawal")
    assert guest.get(f"{address}.ics").location == address


@pytest.mark.parametrize("end", ["", ".ics", "/withdrawal"])
def test_an_altered_link_opens_nothing(guest: FlaskClient, activity: Activity, end: str) -> None:
    address = signed_up(guest, activity)
    altered = address[:-1] + ("A" if address[-1] != "A" else "B")
    for wrong in (altered, address[:-1], f"{address}A", "/receipts/x", f"/receipts/{'x' * 900}"):
        answer = guest.get(f"{wrong}{end}")
        assert answer.status_code == 404
        assert "There&#39;s no receipt at this address" in answer.text
    assert guest.post(f"{altered}/withdrawal").status_code == 404
    assert guest.post(f"{altered}/sign-up").status_code == 404
    assert only().state is SignUpState.CONFIRMED


def test_the_receipt_of_somebody_erased_is_gone(guest: FlaskClient, activity: Activity) -> None:
    address = signed_up(guest, activity)
    only().person.anonymised_at = clock.now()
    for answer in (guest.get(address), guest.get(f"{address}.ics"), guest.post(f"{address}/withdrawal")):
        assert answer.status_code == 410
        assert "This receipt is gone" in answer.text


def test_in_wechat_it_says_how_to_get_to_a_browser(guest: FlaskClient, activity: Activity) -> None:
    address = signed_up(guest, activity)
    wechat = guest.get(address, headers={"User-Agent": "Mozilla/5.0 MicroMessenger/8.0"}).text
    assert "WeChat can't open calendars." in wechat


def test_looking_writes_nothing_and_the_number_of_queries_stands(
    guest: FlaskClient, activity: Activity, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    activity.shifts[0].places = 9
    address = signed_up(guest, activity)

    def asked() -> list[str]:
        with count_queries() as queries:
            guest.get(address)
        assert not [it for it in queries if it.startswith(("INSERT", "UPDATE", "DELETE"))]
        return queries

    asked()
    one = len(asked())
    for _ in range(3):
        make_sign_up(activity, make_person(), SignUpState.WAITING)
    assert len(asked()) == one
