"""This device: what its cookie holds, and what somebody who alters it gets."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeSerializer

from volunteer_app import clock
from volunteer_app.activities.models import Activity, Receipt
from volunteer_app.database import db
from volunteer_app.web import device

from ..factories import Cast, make_activity, make_person, make_sign_up
from .signing import guest_form, signed_up


@contextmanager
def on_device(app: Flask, cookie: str) -> Iterator[None]:
    """A request with this cookie, sharing nothing with another one."""
    with app.app_context(), app.test_request_context(headers={"Cookie": f"device={cookie}"}):
        yield


def made(activity: Activity, number: int) -> Receipt:
    """A receipt of somebody's sign-up, without the page."""
    sign_up = make_sign_up(activity, make_person())
    receipt = Receipt(
        sign_up_id=sign_up.id,
        token_hash=f"{number:064}",
        nonce=f"{number:032}",
        device_hash="x",
        made_at=clock.now(),
    )
    db.session.add(receipt)
    db.session.flush()
    return receipt


def test_the_cookie_is_only_for_this_site_and_no_script(sqlite_client: FlaskClient, cast: Cast) -> None:
    activity = make_activity(cast.team, places=3)
    response = sqlite_client.post(f"/activities/shifts/{activity.shifts[0].id}/sign-ups", data=guest_form())
    (cookie,) = [it for it in response.headers.getlist("Set-Cookie") if it.startswith("device=")]
    assert re.search(r"; Max-Age=31536000; HttpOnly; Path=/; SameSite=Lax$", cookie)
    assert len(cookie) < 400


def test_by_https_it_s_secure(sqlite_app: Flask, cast: Cast) -> None:
    sqlite_app.config["SESSION_COOKIE_SECURE"] = True
    activity = make_activity(cast.team, places=3)
    client = sqlite_app.test_client()
    response = client.post(f"/activities/shifts/{activity.shifts[0].id}/sign-ups", data=guest_form())
    (cookie,) = [it for it in response.headers.getlist("Set-Cookie") if it.startswith("device=")]
    assert "; Secure; " in cookie


def test_looking_sets_no_cookie(sqlite_client: FlaskClient, cast: Cast) -> None:
    response = sqlite_client.get(f"/activities/{make_activity(cast.team, places=3).id}")
    assert [it for it in response.headers.getlist("Set-Cookie") if it.startswith("device=")] == []


def test_it_keeps_fifty_receipts_and_a_browser_takes_them(sqlite_app: Flask, cast: Cast) -> None:
    activity = make_activity(cast.team, places=99)
    with sqlite_app.test_request_context():
        for number in range(53):
            device.remember(made(activity, number))
        tokens = device.present().tokens
        response = sqlite_app.process_response(sqlite_app.response_class())
        assert tokens == tuple(device.token(f"{number:032}") for number in range(52, 2, -1))
    last = response.headers.getlist("Set-Cookie")[-1]
    assert len(last) < 4_000


def test_an_altered_cookie_is_a_new_device(sqlite_app: Flask, sqlite_client: FlaskClient, cast: Cast) -> None:
    activity = make_activity(cast.team, places=9)
    signed_up(sqlite_client, activity, "王秀兰")
    cookie = sqlite_client.get_cookie("device")
    assert cookie is not None
    forged = URLSafeSerializer("another secret", salt="device").dumps(["x", device.token("0" * 32)])
    for value in ("", "x", f"{cookie.value}x", forged, cookie.value[::-1]):
        with on_device(sqlite_app, value):
            assert device.present().tokens == ()
    with on_device(sqlite_app, cookie.value):
        assert [receipt.sign_up.person.name for receipt in device.receipts()] == ["王秀兰"]


def test_its_receipts_take_one_query_and_leave_out_whoever_was_erased(
    sqlite_app: Flask,
    sqlite_client: FlaskClient,
    cast: Cast,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    activity = make_activity(cast.team, places=9)
    names = ("王秀兰", "李建军", "赵小梅")
    for name in names:
        signed_up(sqlite_client, activity, name)
    cookie = sqlite_client.get_cookie("device")
    assert cookie is not None
    with on_device(sqlite_app, cookie.value):
        with count_queries() as queries:
            shown = [
                (it.sign_up.person.name, it.sign_up.shift.activity.theme.name, it.sign_up.shift.activity.team.name)
                for it in device.receipts()
            ]
        assert len(queries) == 1
        assert [name for name, _, _ in shown] == list(names)
        device.receipts()[0].sign_up.person.anonymised_at = clock.now()
        assert len(device.receipts()) == 2
