"""A cadre's own page: what it shows, who may come, and its forms."""

import re
import secrets
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from PIL.ExifTags import GPS, IFD
from pillow_heif import from_pillow

from tests.factories import (
    Cast,
    make_account,
    make_activity,
    make_attendance,
    make_compound,
    make_pairing,
    make_visit,
)
from tests.photos.test_taking import camera, picture, written
from volunteer_app import clock
from volunteer_app.activities.models import ActivityState, DutyClaim
from volunteer_app.database import db
from volunteer_app.duty import leaves, planned
from volunteer_app.duty.models import Leave, Pairing, PlannedVisit, Visit, VisitKind, VisitPhoto, VisitState
from volunteer_app.people.models import Account, Role
from volunteer_app.photos.models import Photo
from volunteer_app.service.models import RecordState, ServiceRecord

SignIn = Callable[[FlaskClient, Account], None]

VISIT = {
    "day": "2020-11-24",
    "starts": "14:00",
    "ends": "16:10",
    "kind": "home_visit",
    "what": "走访独居老人",
    "problems_solved": "1",
    "disputes_mediated": "",
}


@pytest.fixture
def pairing(cast: Cast) -> Pairing:
    return make_pairing(cast.volunteer.person, cast.compound, weekday=1, usual_starts=time(14), usual_ends=time(17))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def filled(pairing: Pairing, **values: str) -> dict[str, str]:
    return VISIT | {"compound": str(pairing.compound_id)} | values


def wrong(page: str) -> list[str]:
    """The fields named above the form."""
    return re.findall(r'<li><a href="#(\w+)">', page)


def test_the_page_of_a_cadre(app: Flask, client: FlaskClient, pairing: Pairing, cast: Cast, sign_in: SignIn) -> None:
    confirmed = VisitState.CONFIRMED
    make_visit(pairing, starts_at=at("2020-11-23T14:00"), minutes=90, state=confirmed)
    make_visit(pairing, starts_at=at("2020-11-24T14:00"), minutes=45)
    make_visit(pairing, starts_at=at("2020-11-17T14:00"), minutes=130, state=confirmed)
    returned = make_visit(pairing, starts_at=at("2020-11-10T14:00"), state=VisitState.RETURNED, reason="请写明走访了谁")
    away = {"since": date(2020, 11, 9), "until": date(2020, 11, 15), "reason": "出差"}
    db.session.add(Leave(subdistrict_id=cast.subdistrict.id, person_id=pairing.person_id, **away))
    sign_in(client, cast.volunteer)
    page = client.get("/duty/").text
    assert re.findall(r'stroke-dasharray="(\d+) 100"', page) == ["25", "50"]
    assert 'stroke-dashoffset="-50"' in page
    assert f'name="compound" value="{pairing.compound_id}"' in page
    assert f'href="/duty/visits/{returned.id}"' in page
    assert "请写明走访了谁" in page
    assert "出差" in page
    assert len(re.findall(r'<tr><th scope="row">', page)) == 12
    assert page.count("<h1>") == 1
    assert page.count('href="/duty/"') >= 2


def test_it_asks_as_often_however_much_there_is(
    app: Flask, client: FlaskClient, pairing: Pairing, cast: Cast, sign_in: SignIn, count_queries
) -> None:
    sign_in(client, cast.volunteer)
    client.get("/more")  # what a process asks once
    numbers = []
    for days in range(1, 5):
        make_visit(pairing, starts_at=at("2020-11-25T08:00") - timedelta(days=days))
        activity = make_activity(cast.team, starts_at=at("2020-11-24T08:00") - timedelta(hours=3 * days))
        make_attendance(activity, pairing.person)
        starts_at = clock.now() + timedelta(days=days)
        planned.plan(pairing.person, pairing.compound, starts_at, starts_at + timedelta(hours=1), by=None)
        if days in (1, 4):
            with count_queries() as queries:
                assert client.get("/duty/").status_code == 200
            numbers.append(len(queries))
    assert numbers[0] == numbers[1]


def test_nobody_else_has_one(app: Flask, client: FlaskClient, pairing: Pairing, cast: Cast, sign_in: SignIn) -> None:
    visit = make_visit(pairing)
    (plan,) = planned.plan(pairing.person, cast.compound, at("2020-11-26T14:00"), at("2020-11-26T15:00"), by=None)
    leave = leaves.add(pairing.person, cast.subdistrict, clock.today(), clock.today(), by=None)
    colleague = make_account("何志远")
    make_pairing(colleague.person, cast.compound)
    mine = [f"/duty/visits/{visit.id}", f"/duty/visits/{visit.id}/removal", f"/duty/visits/{visit.id}/end"]
    mine += [f"/duty/planned/{plan.id}"]
    posts = [*mine, f"/duty/visits/{visit.id}/stop", f"/duty/visits/{visit.id}/photos"]
    posts += [f"/duty/planned/{plan.id}/visit", f"/duty/planned/{plan.id}/cancellation"]
    posts += [f"/duty/leaves/{leave.id}/removal"]
    db.session.commit()
    for account in (colleague, cast.leader, cast.secretary, cast.officer, cast.outsider):
        sign_in(client, account)
        assert {client.get(address).status_code for address in mine} == {403}
        assert {client.post(address, data=filled(pairing)).status_code for address in posts} == {403}
        cadre = account is colleague
        for address in ("/duty/", "/duty/visits/new", "/duty/planned/new", "/duty/leaves"):
            answer = client.get(address)
            assert answer.status_code == (200 if cadre else 403)
            assert answer.text.count("<h1>") == 1
        assert ('href="/duty/"' in client.get("/more").text) is cadre
    guest = client.application.test_client()
    assert guest.get("/duty/").location.startswith("/login")
    assert db.session.query(Leave).count() == 1


def test_whose_pairing_ended_is_no_cadre(
    app: Flask, client: FlaskClient, pairing: Pairing, cast: Cast, sign_in: SignIn
) -> None:
    pairing.until = clock.today() - timedelta(days=1)
    sign_in(client, cast.volunteer)
    assert client.get("/duty/").status_code == 403
    assert client.post("/duty/start", data={"compound": pairing.compound_id}).status_code == 403


def test_begun_stopped_and_told_about(
    app: Flask, client: FlaskClient, pairing: Pairing, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(client, cast.volunteer)
    assert client.post("/duty/start", data={"compound": "x"}).status_code == 400
    assert client.post("/duty/start", data={"compound": str(make_compound().id)}).status_code == 400
    for _ in range(2):
        answer = client.post("/duty/start", data={"compound": pairing.compound_id})
        assert (answer.status_code, answer.location) == (303, "/duty/")
    visit = db.session.query(Visit).one()
    assert f'action="/duty/visits/{visit.id}/stop"' in client.get("/duty/").text
    assert client.get(f"/duty/visits/{visit.id}").location == f"/duty/visits/{visit.id}/end"
    with clock.frozen(clock.now() + timedelta(minutes=95, seconds=20)):
        for _ in range(2):
            assert client.post(f"/duty/visits/{visit.id}/stop").location == f"/duty/visits/{visit.id}"
        page = client.get(f"/duty/visits/{visit.id}").text
        assert 'value="10:05"' in page
        values = filled(pairing, day="2020-11-25", starts="08:30", ends="10:05", kind="consultation")
        assert client.post(f"/duty/visits/{visit.id}", data=values).status_code == 303
    assert (visit.kind, visit.what, visit.state) == (VisitKind.CONSULTATION, "走访独居老人", VisitState.WAITING)
    assert visit.ends_at - visit.starts_at == timedelta(minutes=95, seconds=20)


def test_one_that_was_forgotten(app: Flask, client: FlaskClient, pairing: Pairing, cast: Cast, sign_in: SignIn) -> None:
    visit = make_visit(pairing, starts_at=at("2020-11-23T14:00"), minutes=None)
    sign_in(client, cast.volunteer)
    address = f"/duty/visits/{visit.id}/end"
    page = client.get("/duty/").text
    assert f'href="{address}"' in page
    assert f'action="/duty/visits/{visit.id}/stop"' not in page
    assert client.post(f"/duty/visits/{visit.id}/stop").location == address
    assert 'value="2020-11-24T14:00"' in client.get(address).text
    for ends in ("", "2020-11-24T14:01", "2020-11-23T14:00", "2020-11-26T14:00"):
        answer = client.post(address, data={"ends": ends})
        assert (answer.status_code, wrong(answer.text)) == (422, ["ends"])
    assert client.post(address, data={"ends": "2020-11-23T16:00"}).status_code == 303
    assert visit.ends_at == at("2020-11-23T16:00")
    assert client.get(address).status_code == 303


def test_the_usual_case_takes_few_taps(
    app: Flask, client: FlaskClient, pairing: Pairing, cast: Cast, sign_in: SignIn
) -> None:
    """The form brings compound, day and hours along: a kind, a sentence, and it's sent."""
    sign_in(client, cast.volunteer)
    page = client.get("/duty/visits/new").text
    values = dict(re.findall(r'name="(day|starts|ends|problems_solved|disputes_mediated)"[^>]* value="([^"]*)"', page))
    assert values == {
        "day": "2020-11-24",
        "starts": "14:00",
        "ends": "17:00",
        "problems_solved": "0",
        "disputes_mediated": "0",
    }
    values |= {"compound": str(pairing.compound_id), "kind": "on_duty", "what": "值守"}
    for _ in range(2):
        assert client.post("/duty/visits/new", data=values).location == "/duty/"
    visit = db.session.query(Visit).one()
    assert (visit.starts_at, visit.ends_at) == (at("2020-11-24T14:00"), at("2020-11-24T17:00"))
    assert (visit.problems_solved, visit.disputes_mediated, visit.by_id) == (0, 0, cast.volunteer.id)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"kind": "x"}, "kind"),
        ({"what": " "}, "what"),
        ({"what": "长" * 501}, "what"),
        ({"day": "2020-11-09"}, "day"),
        ({"day": "x"}, "day"),
        ({"day": "2020-11-25", "starts": "08:00", "ends": "09:00"}, "ends"),
        ({"ends": "14:00"}, "ends"),
        ({"compound": "999"}, "compound"),
        ({"compound": ""}, "compound"),
        ({"problems_solved": "-1"}, "problems_solved"),
        ({"problems_solved": "1000"}, "problems_solved"),
        ({"activity": "999"}, "activity"),
        ({"starts": "13:00", "ends": "14:30"}, "starts"),
    ],
)
def test_what_cannot_be_stays_in_the_form(
    sqlite_app: Flask,
    sqlite_client: FlaskClient,
    pairing: Pairing,
    cast: Cast,
    sign_in: SignIn,
    values: dict[str, str],
    field: str,
) -> None:
    make_visit(pairing, starts_at=at("2020-11-24T14:00"), minutes=10)
    sign_in(sqlite_client, cast.volunteer)
    answer = sqlite_client.post("/duty/visits/new", data=filled(pairing, starts="15:00", ends="16:00") | values)
    assert (answer.status_code, wrong(answer.text)) == (422, [field])
    assert values.get("what", "走访独居老人") in answer.text
    assert db.session.query(Visit).count() == 1


def test_a_returned_one_is_corrected(
    app: Flask, client: FlaskClient, pairing: Pairing, cast: Cast, sign_in: SignIn
) -> None:
    visit = make_visit(pairing, starts_at=at("2020-11-24T14:00"), state=VisitState.RETURNED, reason="时间不对")
    sign_in(client, cast.volunteer)
    assert "时间不对" in client.get(f"/duty/visits/{visit.id}").text
    assert client.post(f"/duty/visits/{visit.id}", data=filled(pairing)).location == "/duty/"
    assert (visit.state, visit.reason, visit.problems_solved) == (VisitState.WAITING, "", 1)
    visit.state = VisitState.CONFIRMED
    page = client.get(f"/duty/visits/{visit.id}").text
    assert "走访独居老人" in page
    assert f'action="/duty/visits/{visit.id}"' not in page
    assert client.post(f"/duty/visits/{visit.id}", data=filled(pairing)).status_code == 409
    assert client.post(f"/duty/visits/{visit.id}/removal").status_code == 409


def test_an_activity_is_claimed(app: Flask, client: FlaskClient, pairing: Pairing, cast: Cast, sign_in: SignIn) -> None:
    activity = make_activity(cast.team, "义务理发", starts_at=at("2020-11-24T09:00"), state=ActivityState.HELD)
    make_attendance(activity, pairing.person)
    sign_in(client, cast.volunteer)
    address = f"/duty/visits/new?activity={activity.id}"
    assert f'href="{address}"' in client.get("/duty/").text
    page = client.get(address).text
    assert re.search(rf'<option selected value="{activity.id}">', page)
    assert 'value="09:00"' in page
    values = filled(pairing, starts="09:00", ends="10:30", activity=str(activity.id), kind="themed_activity")
    for _ in range(2):
        assert client.post("/duty/visits/new", data=values).status_code == 303
    visit = db.session.query(Visit).one()
    assert (visit.activity_id, visit.kind, db.session.query(DutyClaim).count()) == (
        activity.id,
        VisitKind.THEMED_ACTIVITY,
        1,
    )
    assert f'href="{address}"' not in client.get("/duty/").text
    assert client.get(f"/duty/visits/{visit.id}/removal").status_code == 200
    assert client.post(f"/duty/visits/{visit.id}/removal").location == "/duty/"
    assert (db.session.query(Visit).count(), db.session.query(DutyClaim).count()) == (0, 0)


def test_planned_moved_cancelled_and_logged(
    app: Flask, client: FlaskClient, pairing: Pairing, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(client, cast.volunteer)
    page = client.get("/duty/planned/new").text
    assert 'value="2020-12-01"' in page
    values = {"compound": pairing.compound_id, "day": "2020-11-26", "starts": "14:00", "ends": "16:00", "note": "走访"}
    for _ in range(2):
        assert client.post("/duty/planned/new", data=values | {"weeks": "2"}).status_code == 303
    first, second = db.session.query(PlannedVisit).order_by(PlannedVisit.starts_at)
    for weeks in ("0", "27", "x", "-1"):
        answer = client.post("/duty/planned/new", data=values | {"day": "2020-11-27", "weeks": weeks})
        assert (answer.status_code, wrong(answer.text)) == (422, ["weeks"])
    past = client.post("/duty/planned/new", data=values | {"day": "2020-11-24", "weeks": "1"})
    assert (past.status_code, wrong(past.text)) == (422, ["day"])
    meets = make_activity(cast.team, "义务理发", starts_at=at("2020-11-26T15:00"))
    page = client.get("/duty/").text
    assert f'href="/activities/{meets.id}"' in page
    assert f'href="/duty/planned/{first.id}"' in page
    assert f'action="/duty/planned/{first.id}/visit"' not in page
    assert f'href="/activities/{meets.id}"' in client.get(f"/duty/planned/{first.id}").text
    moved = values | {"day": "2020-11-25", "starts": "09:00", "ends": "10:00"}
    for _ in range(2):
        assert client.post(f"/duty/planned/{first.id}", data=moved).status_code == 303
    assert (first.starts_at, first.revision) == (at("2020-11-25T09:00"), 1)
    for _ in range(2):
        assert client.post(f"/duty/planned/{second.id}/cancellation").status_code == 303
    assert second.cancelled
    assert f'action="/duty/planned/{second.id}"' not in client.get(f"/duty/planned/{second.id}").text
    with clock.frozen(at("2020-11-25T12:00")):
        assert f'action="/duty/planned/{first.id}/visit"' in client.get("/duty/").text
        for _ in range(2):
            assert client.post(f"/duty/planned/{first.id}/visit").status_code == 303
        page = client.get("/duty/").text
    visit = db.session.query(Visit).one()
    assert (visit.starts_at, visit.ends_at, visit.what) == (at("2020-11-25T09:00"), at("2020-11-25T10:00"), "走访")
    assert first.visit_id == visit.id
    assert f'action="/duty/planned/{first.id}/visit"' not in page
    assert f'href="/duty/visits/{visit.id}"' in client.get(f"/duty/planned/{first.id}").text


def test_a_tap_that_fails_says_why(
    app: Flask, client: FlaskClient, pairing: Pairing, cast: Cast, sign_in: SignIn
) -> None:
    (row,) = planned.plan(pairing.person, cast.compound, at("2020-11-25T09:00"), at("2020-11-25T10:00"), by=None)
    with clock.frozen(at("2020-11-25T12:00")):
        make_visit(pairing, starts_at=at("2020-11-25T09:30"))
        sign_in(client, cast.volunteer)
        assert client.post(f"/duty/planned/{row.id}/visit").status_code == 303
        page = client.get("/duty/").text
    assert 'class="flash failed"' in page
    assert db.session.query(Visit).count() == 1


def test_leave_is_entered_and_taken_away(
    app: Flask, client: FlaskClient, pairing: Pairing, cast: Cast, sign_in: SignIn
) -> None:
    sign_in(client, cast.volunteer)
    days = {"since": "2020-11-23", "until": "2020-11-29", "reason": "年休"}
    for _ in range(2):
        assert client.post("/duty/leaves", data=days).location == "/duty/leaves"
    row = db.session.query(Leave).one()
    assert (row.since, row.until, row.subdistrict_id) == (date(2020, 11, 23), date(2020, 11, 29), cast.subdistrict.id)
    for values, field in (
        ({"since": ""}, "since"),
        ({"until": "2020-11-22"}, "until"),
        ({"until": "2020-11-30"}, "since"),
        ({"reason": "长" * 101}, "reason"),
    ):
        answer = client.post("/duty/leaves", data=days | values)
        assert (answer.status_code, wrong(answer.text)) == (422, [field])
    assert client.get("/duty/").status_code == 200
    address = f"/duty/leaves/{row.id}/removal"
    assert f'action="{address}"' in client.get("/duty/leaves").text
    assert client.post(address).status_code == 303
    assert client.post(address).status_code == 404
    assert db.session.query(Leave).count() == 0


def test_hours_that_were_entered_as_volunteering_are_no_duty(
    client: FlaskClient, pairing: Pairing, cast: Cast, sign_in: SignIn
) -> None:
    record = ServiceRecord(
        subdistrict_id=cast.subdistrict.id,
        person_id=pairing.person_id,
        content="送餐",
        starts_at=at("2020-11-24T16:00"),
        ends_at=at("2020-11-24T17:00"),
        minutes=60,
        state=RecordState.WAITING,
        entered_at=clock.now(),
    )
    db.session.add(record)
    plan = PlannedVisit(
        subdistrict_id=cast.subdistrict.id,
        person_id=pairing.person_id,
        compound_id=pairing.compound_id,
        starts_at=at("2020-11-24T16:30"),
        ends_at=at("2020-11-24T18:00"),
        changed_at=clock.now(),
    )
    db.session.add(plan)
    db.session.commit()
    sign_in(client, cast.volunteer)
    answer = client.post("/duty/visits/new", data=filled(pairing))
    assert (answer.status_code, wrong(answer.text), "送餐" in answer.text) == (422, ["starts"], True)
    assert "送餐" in client.post(f"/duty/planned/{plan.id}/visit", follow_redirects=True).text
    assert db.session.query(Visit).count() == 0
    visit = make_visit(pairing, starts_at=at("2020-11-24T14:00"))
    assert client.post(f"/duty/visits/{visit.id}", data=filled(pairing)).status_code == 422
    office = client.application.test_client()
    sign_in(office, cast.officer)
    entering = f"/duty/account/{pairing.person_id}/visits/new"
    assert office.post(entering, data=filled(pairing, starts="16:30", ends="18:00")).status_code == 422
    record.state = RecordState.REFUSED
    assert client.post(f"/duty/visits/{visit.id}", data=filled(pairing)).status_code == 303
    assert client.post(f"/duty/planned/{plan.id}/visit").status_code == 303
    assert db.session.query(Visit).count() == 2


def send(client: FlaskClient, visit: Visit, data: bytes, nonce: str | None = None):
    form = {"photo": (BytesIO(data), "visit.jpg"), "nonce": nonce or secrets.token_hex(16)}
    return client.post(f"/duty/visits/{visit.id}/photos", data=form)


def test_photos_of_a_visit(app: Flask, client: FlaskClient, pairing: Pairing, cast: Cast, sign_in: SignIn) -> None:
    visit = make_visit(pairing)
    uploads = Path(app.config["SETTINGS"].instance) / "uploads"
    sign_in(client, cast.volunteer)
    nonce = secrets.token_hex(16)
    for _ in range(2):
        answer = send(client, visit, written(picture(400, 200), "JPEG", exif=camera()), nonce)
        assert (answer.status_code, answer.location) == (303, f"/duty/visits/{visit.id}/photos")
    assert send(client, visit, b"no photo").status_code == 422
    row = db.session.query(VisitPhoto).one()
    address = f"/duty/visits/{visit.id}/photos/{row.id}"
    assert f"{address}-small.jpg" in client.get(answer.location).text
    liaison = make_account("韩梅", Role.LIAISON, place=cast.compound)
    beside = make_account("韩松", Role.LIAISON, place=make_compound(cast.community))
    seeing = {cast.volunteer: 200, liaison: 200, cast.secretary: 200, cast.officer: 200}
    seeing |= {cast.leader: 403, cast.outsider: 403, beside: 403}
    for account, status in seeing.items():
        sign_in(client, account)
        assert [client.get(it).status_code for it in (f"{address}.jpg", f"{address}-small.jpg")] == [status] * 2
        page = client.get(f"/duty/visits/{visit.id}/photos")
        assert page.status_code == status
        assert (f"{address}/removal" in page.text) is (account is cast.volunteer)
        if account is not cast.volunteer:
            assert client.post(f"{address}/removal").status_code == 403
    sign_in(client, cast.volunteer)
    shown = client.get(f"{address}.jpg")
    image = Image.open(BytesIO(shown.data))
    assert (image.size, dict(image.getexif())) == ((400, 200), {})
    assert "private" in shown.headers["Cache-Control"]
    other = make_visit(pairing, starts_at=at("2020-11-20T14:00"))
    assert client.get(f"/duty/visits/{other.id}/photos/{row.id}.jpg").status_code == 404
    visit.state = VisitState.CONFIRMED
    assert client.post(f"{address}/removal").status_code == 409
    visit.state = VisitState.WAITING
    assert client.get(f"{address}/removal").status_code == 200
    assert client.post(f"{address}/removal").status_code == 303
    assert (db.session.query(Photo).count(), list(uploads.rglob("*.jpg"))) == (0, [])
    send(client, visit, written(picture(40, 20), "PNG"))
    assert len(list(uploads.rglob("*.jpg"))) == 2
    client.post(f"/duty/visits/{visit.id}/removal")
    assert (db.session.query(Photo).count(), list(uploads.rglob("*.jpg"))) == (0, [])


def test_an_iphones_photo_shows_and_says_not_where(
    app: Flask, client: FlaskClient, pairing: Pairing, cast: Cast, sign_in: SignIn
) -> None:
    visit = make_visit(pairing)
    sign_in(client, cast.volunteer)
    heic, taken_with = BytesIO(), camera()
    taken_with.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (43.0, 30.0, 0.0)
    from_pillow(picture(640, 320)).save(heic, exif=taken_with.tobytes())
    assert send(client, visit, heic.getvalue()).status_code == 303
    row = db.session.query(VisitPhoto).one()
    shown = client.get(f"/duty/visits/{visit.id}/photos/{row.id}.jpg")
    image = Image.open(BytesIO(shown.data))
    assert (shown.mimetype, image.format, image.size, dict(image.getexif())) == ("image/jpeg", "JPEG", (640, 320), {})
    assert b"Phone 12" in heic.getvalue()
    assert b"Phone 12" not in shown.data


def test_six_photos_are_enough(sqlite_client: FlaskClient, pairing: Pairing, cast: Cast, sign_in: SignIn) -> None:
    visit = make_visit(pairing)
    for _ in range(6):
        db.session.add(VisitPhoto(visit_id=visit.id, photo=Photo(width=1, height=1, made_at=clock.now())))
    sign_in(sqlite_client, cast.volunteer)
    assert 'type="file"' not in sqlite_client.get(f"/duty/visits/{visit.id}/photos").text
    assert send(sqlite_client, visit, written(picture(), "PNG")).status_code == 409
    assert db.session.query(Photo).count() == 6
