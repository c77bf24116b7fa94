"""The leader's page without a network, and the code that nobody can pass on."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from tests.factories import make_activity, make_person, make_sign_up
from volunteer_app import clock
from volunteer_app.activities.models import Activity, Attendance
from volunteer_app.database import db
from volunteer_app.demo import logins
from volunteer_app.people import accounts
from volunteer_app.people.models import Person
from volunteer_app.teams.models import Team

from .conftest import AFTERNOON, Site, device
from .test_walk import complaints, found

NAMES = ("李秀英", "王建军", "张桂兰", "刘志强")
WAITING, REFUSED = "#queue-waiting", "#queue-refused"


@pytest.fixture
def activity_id(site: Site) -> int:
    """An activity of the leader's team that has begun, with four people who signed up."""
    with site.app.app_context():
        leader = accounts.find(logins.LEADER.phone)
        team = db.session.scalar(select(Team).where(Team.leader_id == leader.person_id))
        # At another minute for each test: a team has one activity a moment.
        taken = db.session.query(Activity).filter_by(team_id=team.id).count()
        activity = make_activity(
            team, "义诊", starts_at=AFTERNOON - timedelta(minutes=35, seconds=taken), minutes=120, places=9
        )
        for name in NAMES:
            make_sign_up(activity, make_person(name))
        db.session.commit()
        return activity.id


@contextmanager
def venue(browser: Browser, site: Site, activity_id: int) -> Iterator[tuple[BrowserContext, Page]]:
    """The leader's phone at the venue; its clock is wrong, and goes on by hand."""
    with device(browser, site, role="leader") as context:
        page = context.new_page()
        page.clock.install(time="2031-01-01T00:00:00Z")
        page.goto(f"{site.address}/activities/{activity_id}/attendance")
        yield context, page


def tap(page: Page, name: str, button: str) -> None:
    row = page.locator("#list li.person", has_text=name)
    row.get_by_role("button", name=button).click()


def attendances(site: Site, activity_id: int) -> dict[str, timedelta]:
    """Who is there, and how long ago they came."""
    with site.app.app_context():
        query = select(Person.name, Attendance.checked_in_at).join(Attendance, Attendance.person_id == Person.id)
        rows = db.session.execute(query.where(Attendance.activity_id == activity_id))
        return {row.name: clock.now() - row.checked_in_at for row in rows}


def test_a_minute_without_a_network(browser: Browser, site: Site, axe: str, activity_id: int) -> None:
    with venue(browser, site, activity_id) as (context, page):
        tap(page, NAMES[0], "签到")
        expect(page.locator("#list > .flash")).to_contain_text(NAMES[0])
        expect(page.locator(WAITING)).to_be_hidden()
        context.set_offline(True)
        tap(page, NAMES[1], "签到")
        tap(page, NAMES[2], "签到")
        expect(page.locator(f"{WAITING} li")).to_have_count(2)
        expect(page.locator("#list li.person", has_text=NAMES[1]).get_by_role("button")).to_be_disabled()
        assert found(page, axe) == []
        page.locator(f"{WAITING} li").nth(1).get_by_role("button").click()
        tap(page, NAMES[2], "签到")
        page.locator("#walk-in ~ form #name").fill("陈阿姨")
        page.locator("#walk-in ~ form #phone").fill("19955557777")
        page.locator("#walk-in ~ form button").first.click()
        expect(page.locator(f"{WAITING} li")).to_have_count(3)
        page.clock.fast_forward(60_000)
        assert attendances(site, activity_id).keys() == {NAMES[0]}
        context.set_offline(False)
        expect(page.locator(WAITING)).to_be_hidden()
        expect(page.locator("#queue-waiting li")).to_have_count(0)
        come = attendances(site, activity_id)
        assert come.keys() == {*NAMES[:3], "陈阿姨"}
        assert come[NAMES[0]] == timedelta()
        assert all(timedelta(seconds=59) <= come[name] <= timedelta(seconds=65) for name in (*NAMES[1:3], "陈阿姨"))
        expect(page.locator("#here")).to_contain_text("4")
        page.reload()
        expect(page.locator("#here")).to_contain_text("4")


def test_an_answer_that_was_lost_is_asked_for_again(browser: Browser, site: Site, activity_id: int) -> None:
    """The server has done it, but its answer never arrived: the same tap comes twice, and counts once."""
    with venue(browser, site, activity_id) as (context, page):
        lost = []

        def lose(route, request):
            if request.method == "POST" and len(lost) < 2:
                lost.append(route.fetch(max_redirects=0).status)
                route.abort()
            else:
                route.fallback()

        context.route("**/arrival", lose)
        context.route("**/walk-ins", lose)
        tap(page, NAMES[0], "签到")
        expect(page.locator(WAITING)).to_be_visible()
        with page.expect_event("requestfailed"):
            page.clock.fast_forward(5_000)
        expect(page.locator(f"{WAITING} li")).to_have_count(1)
        page.clock.fast_forward(5_000)
        expect(page.locator(WAITING)).to_be_hidden()
        assert lost == [303, 303]
        assert attendances(site, activity_id).keys() == {NAMES[0]}


def test_what_was_noted_outlives_the_page(browser: Browser, site: Site, activity_id: int) -> None:
    with venue(browser, site, activity_id) as (context, page):
        context.set_offline(True)
        tap(page, NAMES[0], "签到")
        expect(page.locator(f"{WAITING} li")).to_have_count(1)
        page.close(run_before_unload=False)
        context.set_offline(False)
        later = context.new_page()
        later.goto(f"{site.address}/activities/{activity_id}/attendance")
        expect(later.locator("#here")).to_contain_text("1")
        assert attendances(site, activity_id).keys() == {NAMES[0]}


def test_what_is_refused_is_said_and_kept_until_it_was_read(browser: Browser, site: Site, activity_id: int) -> None:
    with venue(browser, site, activity_id) as (context, page):
        context.set_offline(True)
        tap(page, NAMES[0], "签到")
        with site.app.app_context():
            db.session.get_one(Activity, activity_id).closed_at = clock.now()
            db.session.commit()
        context.set_offline(False)
        row = page.locator(f"{REFUSED} li")
        expect(row).to_have_count(1)
        expect(row).to_contain_text(NAMES[0])
        row.get_by_role("button").click()
        expect(page.locator(REFUSED)).to_be_hidden()
        assert attendances(site, activity_id) == {}


def test_without_scripts_each_tap_is_a_form(browser: Browser, site: Site, activity_id: int) -> None:
    with device(browser, site, scripts=False, role="leader") as context:
        page = context.new_page()
        page.goto(f"{site.address}/activities/{activity_id}/attendance")
        tap(page, NAMES[0], "签到")
        expect(page.locator("#list > .flash")).to_contain_text(NAMES[0])
    assert attendances(site, activity_id).keys() == {NAMES[0]}


def test_the_code_changes_and_an_old_one_is_refused(browser: Browser, site: Site, axe: str, activity_id: int) -> None:
    with device(browser, site, role="leader") as context, device(browser, site) as phone:
        page = context.new_page()
        said = complaints(page, site)
        page.clock.install()
        page.goto(f"{site.address}/activities/{activity_id}/attendance/code")
        first = page.locator("svg.qr path").get_attribute("d")
        assert found(page, axe) == []
        with clock.frozen(AFTERNOON + timedelta(minutes=1)), page.expect_response("**/code/now"):
            page.clock.fast_forward(15_000)
        expect(page.locator("svg.qr path")).not_to_have_attribute("d", first)
        context.set_offline(True)
        page.clock.run_for(90_000)
        expect(page.locator("#stale")).to_be_visible()
        expect(page.locator("svg.qr")).to_be_hidden()
        context.set_offline(False)
        page.clock.run_for(15_000)
        expect(page.locator("svg.qr")).to_be_visible()
        assert not [it for it in said if "ERR_INTERNET_DISCONNECTED" not in it and not it.endswith("/code/now")]
        here = phone.new_page()
        here.goto(f"{site.address}/here/{activity_id}/{'x' * 16}")
        expect(here.locator("main .lead")).to_contain_text("扫")
        assert found(here, axe) == []
