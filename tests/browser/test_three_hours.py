"""The weekly three hours and one's own service hours, as people come for them: by taps, with scripts and without."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from tests.factories import make_attendance, make_pairing, make_person, make_visit
from volunteer_app.activities.models import Activity, Attendance
from volunteer_app.database import db
from volunteer_app.demo import logins
from volunteer_app.duty.models import Pairing, Visit, VisitState
from volunteer_app.people import accounts, sessions
from volunteer_app.people.models import Person

from .conftest import AFTERNOON, Site, device
from .test_walk import complaints, found, too_wide

WAYS = pytest.mark.parametrize(
    ("scripts", "width", "cookies"),
    [
        (True, 390, {"lang": "zh"}),
        (False, 390, {"lang": "en", "type": "large"}),
        (True, 1280, {"lang": "en"}),
        (False, 1280, {"lang": "zh", "type": "large"}),
    ],
    ids=["phone", "phone-plain", "desk", "desk-plain"],
)
MOST_TAPS = 4


@pytest.fixture
def page(browser: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of somebody who is signed in, in one of the WAYS."""
    scripts, width, cookies = (request.getfixturevalue(name) for name in ("scripts", "width", "cookies"))
    login = request.getfixturevalue("login")
    with device(browser, site, scripts=scripts, width=width, **cookies) as context:
        with site.app.app_context():
            key = sessions.start(accounts.find(login.phone), device="Chromium", second_factor=True)
            db.session.commit()
        session = {"_user_id": key, "_fresh": True}
        signed = site.app.session_interface.get_signing_serializer(site.app).dumps(session)
        context.add_cookies([{"name": "session", "value": signed, "url": site.address}])
        page = context.new_page()
        page.said = complaints(page, site)
        yield page


def sound(page: Page, axe: str, *, scripts: bool) -> None:
    """Nothing is wrong with the page as it stands; axe itself is a script."""
    assert page.said == []
    assert not scripts or found(page, axe) == []
    width = page.viewport_size["width"]
    assert too_wide(page) == []
    page.set_viewport_size({"width": width, "height": 900})


@WAYS
@pytest.mark.parametrize("login", [logins.CADRE], ids=["cadre"])
def test_a_visit_is_logged_with_four_taps_and_one_field(
    page: Page, site: Site, axe: str, scripts: bool, width: int, cookies: dict[str, str], login: object
) -> None:
    with site.app.app_context():
        person_id = accounts.find(logins.CADRE.phone).person_id
        # What the demo and other runs have logged makes room for the usual hours.
        for visit in db.session.scalars(select(Visit).where(Visit.person_id == person_id)):
            visit.starts_at -= timedelta(days=400)
            visit.ends_at = visit.ends_at and visit.ends_at - timedelta(days=400)
        db.session.commit()
    page.goto(f"{site.address}/duty/")
    sound(page, axe, scripts=scripts)
    taps = 0
    page.locator("main a[href='/duty/visits/new']").click()
    taps += 1
    sound(page, axe, scripts=scripts)
    page.locator(".tiles label").first.click()
    taps += 1
    page.locator("input[name=what]").fill("看望独居老人")
    page.locator("main form button[type=submit]").last.click()
    taps += 1
    page.wait_for_url("**/duty/")
    assert taps <= MOST_TAPS
    with site.app.app_context():
        logged = db.session.scalars(select(Visit).where(Visit.what == "看望独居老人").order_by(Visit.id.desc())).first()
        assert (logged.person_id, logged.state, logged.ends_at < AFTERNOON) == (person_id, VisitState.WAITING, True)


@WAYS
@pytest.mark.parametrize("login", [logins.OFFICER], ids=["officer"])
def test_twenty_visits_are_confirmed(
    page: Page, site: Site, axe: str, scripts: bool, width: int, cookies: dict[str, str], login: object
) -> None:
    with site.app.app_context():
        for visit in db.session.scalars(select(Visit).where(Visit.state == VisitState.WAITING)):
            visit.state = VisitState.CONFIRMED
        like = db.session.scalar(select(Pairing).order_by(Pairing.id).limit(1))
        pairing = make_pairing(make_person("郑小海"), like.compound)
        for n in range(20):
            make_visit(pairing, starts_at=AFTERNOON - timedelta(hours=2 * n + 3), minutes=60)
        db.session.commit()
        ids = set(db.session.scalars(select(Visit.id).where(Visit.person_id == pairing.person_id)))
    page.goto(f"{site.address}/duty/confirmation")
    sound(page, axe, scripts=scripts)
    boxes = page.locator("li input[name=visit]")
    expect(boxes).to_have_count(20)
    for n in range(20):
        boxes.nth(n).check()
    page.locator("main form:has(input[name=visit]) button[type=submit]").last.click()
    page.wait_for_url("**/duty/confirmation*")
    with site.app.app_context():
        states = db.session.scalars(select(Visit.state).where(Visit.id.in_(ids))).all()
        assert states == [VisitState.CONFIRMED] * 20


@WAYS
@pytest.mark.parametrize("login", [logins.VOLUNTEER], ids=["volunteer"])
def test_ones_hours_are_taken_home(
    page: Page, site: Site, axe: str, scripts: bool, width: int, cookies: dict[str, str], login: object
) -> None:
    with site.app.app_context():
        person_id = accounts.find(logins.VOLUNTEER.phone).person_id
        closed = Activity.closed_at.is_not(None), Activity.counts_as_service.is_(True)
        activity = db.session.scalar(select(Activity).where(*closed).order_by(Activity.id).limit(1))
        came = select(Attendance).where(Attendance.activity_id == activity.id, Attendance.person_id == person_id)
        if db.session.scalar(came) is None:
            make_attendance(activity, db.session.get_one(Person, person_id), checked_out_at=activity.ends_at)
            db.session.commit()
    page.goto(f"{site.address}/mine/hours")
    sound(page, axe, scripts=scripts)
    with page.expect_download() as download:
        page.locator("main a[href*='/mine/hours.json']").click()
    whole = json.loads(download.value.path().read_text("utf-8"))
    assert whole["service_minutes"] == sum(it["service_minutes"] for it in whole["records"])
    assert whole["service_minutes"] > 0
