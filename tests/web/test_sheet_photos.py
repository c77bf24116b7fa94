"""Photos of the signed sheet: who sees them, what is refused, what is gone from them."""

import re
import secrets
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from tests.factories import Cast, make_activity, make_other_leader
from tests.photos.test_taking import camera, picture, written
from volunteer_app import clock
from volunteer_app.activities.models import Activity, ActivityState, SheetPhoto
from volunteer_app.audit.models import AuditEntry
from volunteer_app.database import db
from volunteer_app.people.models import Account
from volunteer_app.photos.models import Photo
from volunteer_app.teams.models import Team

SignIn = Callable[[FlaskClient, Account], None]


@pytest.fixture
def activity(cast: Cast) -> Activity:
    return make_activity(cast.team, starts_at=clock.now() - timedelta(minutes=30))


def send(client: FlaskClient, activity: Activity, data: bytes, nonce: str | None = None):
    form = {"photo": (BytesIO(data), "sheet.jpg"), "nonce": nonce or secrets.token_hex(16)}
    return client.post(f"/activities/{activity.id}/sheet/photos", data=form)


def mark(page: str) -> str:
    return re.findall(r'name="nonce" type="hidden" value="([0-9a-f]{32})"', page)[0]


def test_a_photo_is_kept_shown_and_removed(
    app: Flask, client: FlaskClient, activity: Activity, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(client, cast.leader)
    answer = send(client, activity, written(picture(400, 200), "JPEG", exif=camera()))
    assert (answer.status_code, answer.location) == (303, f"/activities/{activity.id}/sheet/photos")
    row = db.session.query(SheetPhoto).one()
    assert (row.activity_id, row.photo.width, row.photo.height, row.photo.by_id) == (
        activity.id,
        400,
        200,
        cast.leader.id,
    )
    page = client.get(answer.location).text
    assert f"/sheet/photos/{row.id}-small.jpg" in page
    for address, size in ((f"{row.id}.jpg", (400, 200)), (f"{row.id}-small.jpg", (320, 160))):
        shown = client.get(f"/activities/{activity.id}/sheet/photos/{address}")
        image = Image.open(BytesIO(shown.data))
        assert (shown.mimetype, image.size, dict(image.getexif())) == ("image/jpeg", size, {})
        assert "private" in shown.headers["Cache-Control"]
    uploads = Path(app.config["SETTINGS"].instance) / "uploads"
    assert len(list(uploads.rglob("*.jpg"))) == 2
    assert client.get(f"/activities/{activity.id}/sheet/photos/{row.id}/removal").status_code == 200
    client.post(f"/activities/{activity.id}/sheet/photos/{row.id}/removal")
    assert (db.session.query(SheetPhoto).count(), db.session.query(Photo).count()) == (0, 0)
    assert list(uploads.rglob("*.jpg")) == []
    said = db.session.query(AuditEntry).filter(AuditEntry.subject == "sheet_photo").order_by(AuditEntry.id)
    assert [entry.action for entry in said] == ["add", "remove"]


def test_sent_twice_it_is_kept_once(
    app: Flask, client: FlaskClient, activity: Activity, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(client, cast.leader)
    address = f"/activities/{activity.id}/sheet/photos"
    nonce = mark(client.get(address).text)
    first, second = (send(client, activity, written(picture(40, 20), "PNG"), nonce) for _ in range(2))
    assert (first.status_code, first.location) == (second.status_code, second.location) == (303, address)
    uploads = Path(app.config["SETTINGS"].instance) / "uploads"
    assert (db.session.query(SheetPhoto).count(), len(list(uploads.rglob("*.jpg")))) == (1, 2)
    # Who went back and chose another one, or sends this one again from a fresh page, means it.
    send(client, activity, written(picture(60, 20), "PNG"), nonce)
    send(client, activity, written(picture(40, 20), "PNG"), mark(client.get(address).text))
    assert db.session.query(SheetPhoto).count() == 3


def test_what_was_removed_can_be_sent_again_from_the_same_form(
    app: Flask, client: FlaskClient, activity: Activity, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(client, cast.leader)
    nonce, photo = secrets.token_hex(16), written(picture(), "PNG")
    uploads = Path(app.config["SETTINGS"].instance) / "uploads"
    names = []
    for _ in range(2):
        send(client, activity, photo, nonce)
        row = db.session.query(SheetPhoto).one()
        names.append(row.photo.name)
        assert len(list(uploads.rglob("*.jpg"))) == 2
        client.post(f"/activities/{activity.id}/sheet/photos/{row.id}/removal")
    # The files of a photo that goes are never those of the one that comes in its stead.
    assert (len(set(names)), db.session.query(SheetPhoto).count(), list(uploads.rglob("*.jpg"))) == (2, 0, [])


def test_what_was_refused_can_be_sent_again(
    client: FlaskClient, activity: Activity, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(client, cast.leader)
    nonce, photo = secrets.token_hex(16), written(picture(), "PNG")
    activity.state = ActivityState.CANCELLED
    assert send(client, activity, photo, nonce).status_code == 409
    activity.state = ActivityState.PUBLISHED
    assert send(client, activity, photo, nonce).status_code == 303
    assert db.session.query(SheetPhoto).count() == 1


def test_a_form_that_no_page_showed(
    sqlite_client: FlaskClient, activity: Activity, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(sqlite_client, cast.leader)
    answer = send(sqlite_client, activity, written(picture(), "PNG"), "x")
    assert (answer.status_code, len(mark(answer.text)), db.session.query(Photo).count()) == (422, 32, 0)


def test_nobody_else_sees_it(client: FlaskClient, activity: Activity, cast: Cast, sign_in: SignIn) -> None:
    sign_in(client, cast.leader)
    send(client, activity, written(picture(), "PNG"))
    row = db.session.query(SheetPhoto).one()
    other = make_other_leader(cast)
    elsewhere = make_activity(db.session.get_one(Team, other.grants[0].team_id))
    address = f"/activities/{activity.id}/sheet/photos/{row.id}.jpg"
    assert client.get(f"/activities/{elsewhere.id}/sheet/photos/{row.id}.jpg").status_code == 403
    for account in (cast.volunteer, cast.outsider, other):
        sign_in(client, account)
        assert client.get(address).status_code == 403
        assert client.get(f"/activities/{activity.id}/sheet/photos").status_code == 403
    guest = client.application.test_client()
    assert guest.get(address).status_code == 303


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "这不是图片"),
        (written(picture(400, 300), "PNG")[:500], "图片已损坏或不完整"),
        (b"", "这不是图片"),
    ],
)
def test_what_is_no_photo_is_refused(
    sqlite_client: FlaskClient, activity: Activity, cast: Cast, sign_in: SignIn, data: bytes, sentence: str
) -> None:
    sign_in(sqlite_client, cast.leader)
    answer = send(sqlite_client, activity, data)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert db.session.query(Photo).count() == 0


def test_a_form_without_a_file(sqlite_client: FlaskClient, activity: Activity, cast: Cast, sign_in: SignIn) -> None:
    sign_in(sqlite_client, cast.leader)
    answer = sqlite_client.post(f"/activities/{activity.id}/sheet/photos", data={})
    assert (answer.status_code, "请选择或拍一张照片。" in answer.text) == (422, True)


def test_twelve_are_enough(sqlite_client: FlaskClient, activity: Activity, cast: Cast, sign_in: SignIn) -> None:
    sign_in(sqlite_client, cast.leader)
    for _ in range(12):
        db.session.add(SheetPhoto(activity_id=activity.id, photo=Photo(width=1, height=1, made_at=clock.now())))
    assert "保存这张照片" not in sqlite_client.get(f"/activities/{activity.id}/sheet/photos").text
    assert send(sqlite_client, activity, written(picture(), "PNG")).status_code == 409
    assert db.session.query(Photo).count() == 12
