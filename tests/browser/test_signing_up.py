"""Signing up and being counted in a real browser, by keyboard alone.

On a phone and on a desk, in both languages, in normal and large type, with scripts and without.
"""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from tests.factories import make_activity, make_person, make_sign_up
from volunteer_app import clock
from volunteer_app.activities.models import Activity, Shift, SignUp
from volunteer_app.database import db
from volunteer_app.demo import logins
from volunteer_app.people import accounts
from volunteer_app.teams.models import Team

from .conftest import Site, device
from .test_walk import complaints, found, too_wide
from .test_ways import go, step_to

PEOPLE = 20
"""Who come to the venue."""


@dataclass(frozen=True)
class Way:
    """A device, and how it's used."""

    width: int
    lang: str
    scripts: bool
    type: str = "normal"

    def __str__(self) -> str:
        return f"{self.width}-{self.lang}-{self.type}-{'scripts' if self.scripts else 'plain'}"


WAYS = (
    Way(390, "zh", scripts=True),
    Way(390, "en", scripts=False),
    Way(390, "zh", scripts=False, type="large"),
    Way(1280, "en", scripts=True, type="large"),
    Way(1280, "zh", scripts=False),
)
every_way = pytest.mark.parametrize("way", WAYS, ids=str)


@pytest.fixture
def team_id(site: Site) -> int:
    """The team of the demo's leader."""
    with site.app.app_context():
        leader = accounts.find(logins.LEADER.phone)
        return db.session.scalar(select(Team.id).where(Team.leader_id == leader.person_id))


def planned(site: Site, team_id: int, *, minutes: int, places: int, signed_up: int = 0) -> int:
    """The id of a new activity of the team, so many minutes from now, with people who have signed up already."""
    with site.app.app_context():
        team = db.session.get_one(Team, team_id)
        starts_at = clock.now() + timedelta(minutes=minutes, seconds=team_activities(team_id))
        activity = make_activity(team, "楼道清洁日", starts_at=starts_at, places=places)
        for number in range(signed_up):
            make_sign_up(activity, make_person(f"邻居{number}", f"1391{activity.id % 10000:04}{number:03}"))
        db.session.commit()
        return activity.id


def team_activities(team_id: int) -> int:
    """How many activities the team has: one begins at its own second, since a team has one activity a moment."""
    return len(db.session.scalars(select(Activity.id).where(Activity.team_id == team_id)).all())


def fill(page: Page, name: str, phone: str) -> None:
    """Type into the form of a guest, and agree."""
    step_to(page, "#sign-up input[name=name]")
    page.keyboard.type(name)
    step_to(page, "#sign-up input[name=phone]")
    page.keyboard.type(phone)
    step_to(page, "#sign-up input[name=consent]")
    page.keyboard.press("Space")


def fine(page: Page, way: Way, axe: str) -> list[str]:
    """What's wrong with the page as it stands; axe itself is a script."""
    wrong = too_wide(page) + (found(page, axe) if way.scripts else [])
    page.set_viewport_size({"width": way.width, "height": 900})
    return wrong


@every_way
def test_without_an_account(browser: Browser, site: Site, axe: str, team_id: int, way: Way) -> None:
    """One place: the second in the list moves up when the first withdraws; two taps each, typing aside."""
    activity_id = planned(site, team_id, minutes=200, places=1)
    address = f"{site.address}/activities/{activity_id}"
    cookies = {"lang": way.lang, "type": way.type}
    with (
        device(browser, site, scripts=way.scripts, width=way.width, **cookies) as one,
        device(browser, site, scripts=way.scripts, width=way.width, **cookies) as other,
    ):
        first, second = one.new_page(), other.new_page()
        said = complaints(first, site) + complaints(second, site)
        first.goto(address)
        assert fine(first, way, axe) == []
        fill(first, "林小雨", f"1370000{activity_id % 10000:04}")
        go(first, "#sign-up form button", r"/receipts/[\w-]{30,}")
        assert fine(first, way, axe) == []
        second.goto(address)
        fill(second, "周大山", f"1370001{activity_id % 10000:04}")
        go(second, "#sign-up form button", r"/receipts/[\w-]{30,}")
        expect(second.locator(".ticket .state.waiting")).to_be_visible()
        go(first, "aside a[href$='/withdrawal']", "/withdrawal$")
        assert fine(first, way, axe) == []
        go(first, "main form button", r"/receipts/[\w-]{30,}")
        expect(first.locator(".ticket .state.over")).to_be_visible()
        assert fine(first, way, axe) == []
        second.reload()
        expect(second.locator(".ticket .state.waiting")).to_have_count(0)
        second.goto(f"{site.address}/mine")
        assert second.locator("main a[href*='/receipts/']").count() == 1
        assert fine(second, way, axe) == []
        assert said == []
    with site.app.app_context():
        query = select(SignUp.state).join(Shift).where(Shift.activity_id == activity_id).order_by(SignUp.id)
        assert [state.value for state in db.session.scalars(query)] == ["withdrawn", "confirmed"]


@every_way
def test_at_the_venue(browser: Browser, site: Site, axe: str, team_id: int, way: Way) -> None:
    """Twenty people are checked in with a press each; once that's closed, the office's figure has risen by them."""
    activity_id = planned(site, team_id, minutes=-20, places=PEOPLE, signed_up=PEOPLE)
    cookies = {"lang": way.lang, "type": way.type}
    with device(browser, site, scripts=way.scripts, width=way.width, role="officer", **cookies) as office:
        figures = office.new_page()
        before = attendances(figures, site)
        with device(browser, site, scripts=way.scripts, width=way.width, role="leader", **cookies) as context:
            page = context.new_page()
            said = complaints(page, site)
            page.goto(f"{site.address}/activities/{activity_id}/attendance")
            assert fine(page, way, axe) == []
            buttons = page.locator("[aria-labelledby=awaited] .person form button")
            for waiting in range(PEOPLE, 0, -1):
                expect(buttons).to_have_count(waiting)
                buttons.first.focus()
                with page.expect_navigation(url=re.compile("/attendance")):
                    page.keyboard.press("Enter")
            expect(page.locator("[aria-labelledby=here] .person")).to_have_count(PEOPLE)
            assert fine(page, way, axe) == []
            go(page, "form[action$='/closing'] button", "/attendance")
            expect(page.locator("form[action$='/closing']")).to_have_count(0)
            assert fine(page, way, axe) == []
            assert said == []
        assert attendances(figures, site) == before + PEOPLE


@every_way
def test_making_and_publishing(browser: Browser, site: Site, axe: str, team_id: int, way: Way) -> None:
    """A leader's draft is seen by nobody else; published, everyone can sign up for it."""
    cookies = {"lang": way.lang, "type": way.type}
    with site.app.app_context():
        slug = db.session.get_one(Team, team_id).slug
        day = clock.today() + timedelta(days=30 + team_activities(team_id) % 300)
    with (
        device(browser, site, scripts=way.scripts, width=way.width, role="leader", **cookies) as context,
        device(browser, site, scripts=way.scripts, width=way.width, **cookies) as other,
    ):
        page, guest = context.new_page(), other.new_page()
        said = complaints(page, site)
        page.goto(f"{site.address}/activities/new?team={slug}")
        assert fine(page, way, axe) == []
        page.locator("#theme").select_option(index=1)
        page.locator("#day").fill(day.isoformat())
        page.locator("#starts").fill("09:00")
        page.locator("#ends").fill("10:30")
        page.locator("#places").fill("12")
        go(page, "main form[method=post] button", r"/activities/\d+$")
        assert fine(page, way, axe) == []
        assert (guest.goto(page.url) or page).status == 403
        go(page, "form[action$='/publication'] button", r"/activities/\d+$")
        guest.goto(page.url)
        expect(guest.locator("#sign-up form")).to_be_visible()
        assert said == []


def attendances(page: Page, site: Site) -> int:
    """Today's attendances as the office's page of figures says them."""
    today = clock.local(clock.now()).date().isoformat()
    page.goto(f"{site.address}/reports/?from={today}&to={today}")
    figure = page.locator(".figures li", has=page.locator("a[href*='figure=attendances']"))
    return int(figure.locator("b").inner_text().replace(",", ""))
