"""Photos of contest entries over http: what phones send, what nobody should, and who sees what."""

import re
import secrets
import struct
import zlib
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from pillow_heif import from_pillow
from werkzeug.test import TestResponse

from tests.contests.factories import ENTERING, NOTICE, make_entry, make_round
from tests.factories import Cast, make_building
from tests.photos.test_taking import camera, picture, written
from volunteer_app.contests.models import Entry, EntryPhoto, EntryState, Round
from volunteer_app.database import db
from volunteer_app.people import consents
from volunteer_app.people.consents import Purpose
from volunteer_app.people.models import Account
from volunteer_app.photos.models import Photo
from volunteer_app.places.models import Place

pytestmark = pytest.mark.now(ENTERING)

SignIn = Callable[[FlaskClient, Account], None]


@pytest.fixture
def round(cast: Cast) -> Round:
    return make_round(cast.subdistrict)


@pytest.fixture
def building(cast: Cast) -> Place:
    return make_building(cast.compound, "3号楼")


@pytest.fixture
def entry(cast: Cast, round: Round, building: Place) -> Entry:
    consents.give(cast.volunteer.person, Purpose.CONTEST_ENTRY)
    return make_entry(round, "3号楼", place=building, person=cast.volunteer.person, state=EntryState.WAITING)


def enter(client: FlaskClient, round: Round, building: Place, *files: bytes, nonce: str = "") -> TestResponse:
    form = {"nonce": nonce or secrets.token_hex(16), "name": "3号楼", "place": str(building.id), "consent": "y"}
    return client.post(f"/contests/{round.slug}/enter?place={building.parent.slug}", data=form | _photos(files))


def send(client: FlaskClient, entry: Entry, *files: bytes, nonce: str = "") -> TestResponse:
    form = {"nonce": nonce or secrets.token_hex(16)}
    return client.post(f"/contests/entries/{entry.slug}/photos", data=form | _photos(files))


def _photos(files: tuple[bytes, ...]) -> dict[str, object]:
    return {"photos": [(BytesIO(data), f"IMG_{index}.jpg") for index, data in enumerate(files, 1)]}


def kept(app: Flask) -> tuple[int, int, int]:
    uploads = Path(app.config["SETTINGS"].instance) / "uploads"
    return db.session.query(EntryPhoto).count(), db.session.query(Photo).count(), len(list(uploads.rglob("*.jpg")))


@cache
def twelve_megapixels() -> bytes:
    return written(picture(4000, 3000), "JPEG", exif=camera(orientation=6))


def small_ones(number: int) -> list[bytes]:
    return [written(picture(20 + index, 10), "PNG") for index in range(number)]


def bomb() -> bytes:
    """A PNG of a few hundred bytes that says it has 900 million pixels."""
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))
    parts = [struct.pack(">I", len(it)) + kind + it + struct.pack(">I", zlib.crc32(kind + it)) for kind, it in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def test_a_phones_photo_comes_with_the_entry_and_shows(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn, round: Round, building: Place
) -> None:
    sign_in(client, cast.volunteer)
    heic = BytesIO()
    from_pillow(picture(64, 32)).save(heic, exif=camera().tobytes())
    answer = enter(client, round, building, twelve_megapixels(), heic.getvalue())
    entry = db.session.query(Entry).one()
    assert (answer.status_code, answer.location) == (303, f"/contests/entries/{entry.slug}/photos")
    assert kept(app) == (2, 2, 4)
    first, second = db.session.query(EntryPhoto).order_by(EntryPhoto.id)
    sizes = {first.id: ((1200, 1600), (240, 320)), second.id: ((64, 32), (64, 32))}
    page = client.get(answer.location).text
    for row_id, (large, small) in sizes.items():
        address = f"/contests/entries/{entry.slug}/photos/{row_id}"
        assert f'src="{address}-small.jpg"' in page
        for shown, size in ((f"{address}.jpg", large), (f"{address}-small.jpg", small)):
            answer = client.get(shown)
            assert (answer.mimetype, Image.open(BytesIO(answer.data)).size) == ("image/jpeg", size)


def test_where_it_was_taken_is_in_no_file(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn, round: Round, building: Place
) -> None:
    assert dict(Image.open(BytesIO(twelve_megapixels())).getexif().get_ifd(0x8825))
    sign_in(client, cast.volunteer)
    enter(client, round, building, twelve_megapixels())
    files = list((Path(app.config["SETTINGS"].instance) / "uploads").rglob("*.jpg"))
    assert sorted("small" in it.name for it in files) == [False, True]
    for file in files:
        data = file.read_bytes()
        image = Image.open(file)
        found = (b"Exif" in data, b"GPS" in data, b"Phone 12" in data, dict(image.getexif()), image.info.get("exif"))
        assert found == (False, False, False, {}, None)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"nothing but text\n" * 20, "IMG_2.jpg：这不是图片"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "IMG_2.jpg：这不是图片"),
        (bomb(), "IMG_2.jpg：图片的像素太多"),
        (written(picture(400, 300), "PNG")[:500], "IMG_2.jpg：图片已损坏或不完整"),
    ],
    ids=["text", "svg", "bomb", "cut off"],
)
def test_what_is_no_photo_is_refused_and_nothing_is_kept(
    sqlite_app: Flask,
    sqlite_client: FlaskClient,
    cast: Cast,
    sign_in: SignIn,
    round: Round,
    building: Place,
    data: bytes,
    sentence: str,
) -> None:
    sign_in(sqlite_client, cast.volunteer)
    good = written(picture(), "JPEG")
    answer = enter(sqlite_client, round, building, good, data)
    assert (answer.status_code, sentence in answer.text, "IMG_1" in answer.text) == (422, True, False)
    assert (kept(sqlite_app), db.session.query(Entry).count()) == ((0, 0, 0), 0)
    # What was typed is still there.
    assert 'value="3号楼"' in answer.text
    assert "alert(1)" not in answer.text
    entry = make_entry(round, "4号楼", person=cast.volunteer.person, state=EntryState.WAITING)
    answer = send(sqlite_client, entry, good, data)
    assert (answer.status_code, sentence in answer.text, kept(sqlite_app)) == (422, True, (0, 0, 0))


def test_nine_and_no_tenth(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn, round: Round, building: Place
) -> None:
    sign_in(client, cast.volunteer)
    ten = small_ones(10)
    answer = enter(client, round, building, *ten)
    assert (answer.status_code, kept(app), db.session.query(Entry).count()) == (422, (0, 0, 0), 0)
    assert enter(client, round, building, *ten[:9]).status_code == 303
    entry = db.session.query(Entry).one()
    assert send(client, entry, ten[9]).status_code == 409
    assert kept(app) == (9, 9, 18)
    # A full entry shows no form to send more.
    assert 'name="photos"' not in client.get(f"/contests/entries/{entry.slug}/photos").text


def test_none_is_no_photo(sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, entry: Entry) -> None:
    sign_in(sqlite_client, cast.volunteer)
    assert send(sqlite_client, entry).status_code == 422
    assert send(sqlite_client, entry, written(picture(), "PNG"), nonce="x").status_code == 422


def test_posted_twice_they_are_kept_once(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn, round: Round, building: Place
) -> None:
    sign_in(client, cast.volunteer)
    two, nonce = small_ones(2), secrets.token_hex(16)
    for _ in range(2):
        assert enter(client, round, building, *two, nonce=nonce).status_code == 303
    entry = db.session.query(Entry).one()
    assert kept(app) == (2, 2, 4)
    nonce = secrets.token_hex(16)
    for _ in range(2):
        assert send(client, entry, written(picture(90, 9), "PNG"), nonce=nonce).status_code == 303
    assert kept(app) == (3, 3, 6)


def test_too_many_bytes_at_once(
    sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, entry: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("volunteer_app.web.entry_photos.MOST_BYTES", 100_000)
    sign_in(sqlite_client, cast.volunteer)
    answer = send(sqlite_client, entry, bytes(200_000))
    assert (answer.status_code, "照片" in answer.text or "photos" in answer.text) == (413, True)


def test_more_than_one_file_of_a_ledger_may_come(
    sqlite_client: FlaskClient, cast: Cast, sign_in: SignIn, entry: Entry
) -> None:
    sign_in(sqlite_client, cast.volunteer)
    # Together they are larger than any other upload may be.
    answer = send(sqlite_client, entry, *(bytes(15_000_000) for _ in range(2)))
    assert answer.status_code == 422


def test_words_for_those_who_do_not_see_them(client: FlaskClient, cast: Cast, sign_in: SignIn, entry: Entry) -> None:
    sign_in(client, cast.volunteer)
    send(client, entry, *small_ones(2))
    first, second = db.session.query(EntryPhoto).order_by(EntryPhoto.id)
    address = f"/contests/entries/{entry.slug}/photos"
    long = client.post(f"{address}/words", data={f"alt_{first.id}": "长" * 101})
    assert (long.status_code, first.alt) == (422, "")
    done = client.post(f"{address}/words", data={f"alt_{first.id}": "清理后的楼道", f"alt_{second.id}": ""})
    assert (done.status_code, done.location) == (303, f"/contests/entries/{entry.slug}")
    page = client.get(f"/contests/entries/{entry.slug}").text
    alts = re.findall(r'<img[^>]* alt="([^"]*)"', page)
    assert (alts[0], len(alts), all(alts)) == ("清理后的楼道", 2, True)


def test_one_goes_after_a_question(app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn, entry: Entry) -> None:
    sign_in(client, cast.volunteer)
    send(client, entry, *small_ones(2))
    first, second = db.session.query(EntryPhoto).order_by(EntryPhoto.id)
    address = f"/contests/entries/{entry.slug}/photos/{first.id}/removal"
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 303
    assert (client.post(address).status_code, kept(app)) == (404, (1, 1, 2))
    other = make_entry(entry.round, person=cast.volunteer.person)
    assert client.get(f"/contests/entries/{other.slug}/photos/{second.id}/removal").status_code == 404


def test_who_sees_them(client: FlaskClient, cast: Cast, sign_in: SignIn, entry: Entry) -> None:
    sign_in(client, cast.volunteer)
    send(client, entry, written(picture(), "PNG"))
    row = db.session.query(EntryPhoto).one()
    address = f"/contests/entries/{entry.slug}/photos/{row.id}"

    def seen() -> list[int]:
        answers = []
        for account in (None, cast.leader, cast.outsider, cast.volunteer, cast.secretary, cast.officer):
            browser = client.application.test_client()
            if account:
                sign_in(browser, account)
            (status,) = {browser.get(f"{address}{end}").status_code for end in (".jpg", "-small.jpg")}
            answers.append(status)
        return answers

    before = [403, 403, 403, 200, 200, 200]
    assert seen() == before
    assert "private" in client.get(f"{address}.jpg").headers["Cache-Control"]
    entry.state = EntryState.PUBLISHED
    assert seen() == [200] * 6
    assert "public" in client.get(f"{address}.jpg").headers["Cache-Control"]
    client.post(f"/mine/data/{cast.volunteer.person_id}/consents/contest_entry/withdrawal")
    assert (entry.state, seen()) == (EntryState.WITHDRAWN, before)


@pytest.mark.now(NOTICE)
def test_after_the_close_the_agreement_still_counts(
    client: FlaskClient, cast: Cast, sign_in: SignIn, entry: Entry
) -> None:
    entry.state, entry.about = EntryState.PUBLISHED, "花多"
    row = EntryPhoto(entry_id=entry.id, photo=Photo(width=40, height=20, made_at=entry.round.published_at))
    db.session.add(row)
    base = f"/contests/entries/{entry.slug}"
    guest = client.application.test_client()
    assert ("花多" in guest.get(base).text, f"photos/{row.id}-small.jpg" in guest.get(base).text) == (True, True)
    sign_in(client, cast.volunteer)
    client.post(f"/mine/data/{cast.volunteer.person_id}/consents/contest_entry/withdrawal")
    # The result is frozen; what it shows of a person isn't.
    assert entry.state is EntryState.PUBLISHED
    page = guest.get(base)
    assert (page.status_code, "花多" in page.text, "photos/" in page.text) == (200, False, False)
    assert guest.get(f"{base}/photos/{row.id}.jpg").status_code == 403


def test_erasing_oneself_takes_the_files_along(
    app: Flask, client: FlaskClient, cast: Cast, sign_in: SignIn, entry: Entry
) -> None:
    sign_in(client, cast.volunteer)
    send(client, entry, *small_ones(2))
    assert kept(app) == (2, 2, 4)
    form = {"name": "孙桂兰", "password": "correct horse 1949"}
    assert client.post(f"/mine/data/{cast.volunteer.person_id}/erasure", data=form).status_code == 303
    assert kept(app) == (0, 0, 0)
