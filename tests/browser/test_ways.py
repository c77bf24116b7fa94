"""What people come for, by keyboard alone, with scripts and without: activities, calendars, figures, imports."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from volunteer_app.clock import Week
from volunteer_app.places.queries import subdistrict_named

from .conftest import Site, device
from .test_walk import complaints, found

LEDGERS = Path(__file__).parents[1] / "ledgers" / "data" / "small" / "xiaonan"
MOST_STEPS = 200
"""Presses of the tab key until something must have been reached."""

scripts_or_not = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])


def step_to(page: Page, selector: str) -> None:
    """Press the tab key until the first thing that *selector* names has the focus, and see that it can be seen."""
    wanted = page.locator(selector).first
    expect(wanted).to_be_visible()
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if wanted.evaluate("thing => thing === document.activeElement"):
            assert wanted.evaluate("thing => getComputedStyle(thing).outlineStyle !== 'none'"), (
                f"{selector}: focus unseen"
            )
            return
    pytest.fail(f"{selector} can't be reached with the tab key")


def go(page: Page, selector: str, address: str) -> None:
    """Step to a link or button, press it, and arrive."""
    step_to(page, selector)
    with page.expect_navigation(url=re.compile(address)):
        page.keyboard.press("Enter")


@scripts_or_not
def test_finding_an_activity_and_subscribing_to_its_team(browser: Browser, site: Site, scripts: bool) -> None:
    with device(browser, site, scripts=scripts) as context:
        page = context.new_page()
        said = complaints(page, site)
        page.goto(site.address)
        go(page, ".is-today .row:not(.gone) .row-what a", r"/activities/\d+$")
        expect(page.locator("h1")).to_be_visible()
        step_to(page, "a[href$='.ics']")
        go(page, "main a[href^='/teams/']", "/teams/[a-z2-7]{8}")
        step_to(page, "a[href^='webcal:']")
        assert page.locator("input[readonly]").first.input_value().endswith(".ics")
        assert said == []


@scripts_or_not
def test_reading_the_rows_of_a_figure(browser: Browser, site: Site, scripts: bool) -> None:
    with device(browser, site, scripts=scripts, width=1280, role="officer") as context:
        page = context.new_page()
        said = complaints(page, site)
        page.goto(f"{site.address}/reports/")
        go(page, "main td a[href*='/reports/rows']:visible", "/reports/rows")
        expect(page.locator("main table tbody tr").first).to_be_visible()
        assert said == []


@scripts_or_not
def test_importing_a_ledger(browser: Browser, site: Site, axe: str, scripts: bool) -> None:
    with device(browser, site, scripts=scripts, width=1280, role="administrator") as context:
        page = context.new_page()
        said = complaints(page, site)
        page.goto(f"{site.address}/ledgers/")
        step_to(page, "input[type=file]")
        page.locator("input[type=file]").set_input_files(sorted(LEDGERS.glob("0[12]-*.csv")))
        go(page, "form[enctype] button", r"/ledgers/uploads/[\w-]+$")
        assert not scripts or found(page, axe) == []  # axe itself is a script
        if page.locator("main form button").count():  # the second of the two runs finds everything there
            go(page, "main form button", "/ledgers/")
            assert not scripts or found(page, axe) == []
        assert said == []
    with site.app.app_context():
        assert subdistrict_named("小南街道") is not None


def test_signing_in(browser: Browser, site: Site) -> None:
    with device(browser, site) as context:
        page = context.new_page()
        page.goto(f"{site.address}/ledgers/")
        page.wait_for_url(re.compile("/login"))
        step_to(page, "main input:not([type=hidden])")
        page.keyboard.type("19900000002")
        page.keyboard.press("Tab")
        page.keyboard.type("qinghe-welcome")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/ledgers/$"))


def test_large_type_is_one_tap_and_remembered(browser: Browser, site: Site) -> None:
    with device(browser, site) as context:
        page = context.new_page()
        page.goto(site.address)
        before = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
        go(page, "a[href*='type=large']", "/$")
        after = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
        assert 18 <= after <= 30
        assert after > before
        page.goto(f"{site.address}/guide")
        assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == after


def test_planning_a_week_by_keyboard(browser: Browser, site: Site, axe: str) -> None:
    """From the desk to another day for an activity, and several at once, without a mouse."""
    with device(browser, site, width=1280, role="officer") as context:
        page = context.new_page()
        said = complaints(page, site)
        page.goto(f"{site.address}/planning/?week={Week.this().shifted(1)}")
        go(page, ".desk a[data-move]", r"/activities/\d+/move")
        go(page, "main form button[name=look]", r"/activities/\d+/move")
        expect(page.locator("#others")).to_be_visible()
        go(page, "main form button.main", r"/planning/\?week=")
        go(page, "main a[href^='/planning/several']", r"/planning/several\?week=")
        step_to(page, "input[name=day]")
        page.keyboard.press("Space")
        step_to(page, "input[name=what]")
        page.keyboard.press("ArrowDown")
        go(page, "main form button.main", r"/planning/several\?week=")
        expect(page.locator("main table tbody tr").first).to_be_visible()
        assert found(page, axe) == []
        go(page, "main button[name=again]", r"/planning/several\?week=")
        assert page.locator("input[name=what]:checked").get_attribute("value") == "move"
        assert said == []


def test_an_activity_is_dragged_to_another_day(browser: Browser, site: Site) -> None:
    with device(browser, site, width=1280, role="officer") as context:
        page = context.new_page()
        page.goto(f"{site.address}/planning/?week={Week.this().shifted(1)}")
        cell = page.locator(".desk tr:has(td:empty) .cell:has(a[data-move])").first
        row = cell.locator("xpath=ancestor::tr")
        empty = row.locator("td:empty").first
        column = empty.evaluate("box => box.cellIndex")
        day = page.locator(".desk thead th").nth(column).get_attribute("data-day")
        with page.expect_navigation(url=re.compile(rf"/move\?.*day={day}")):
            cell.drag_to(empty)
        assert page.locator("#day").input_value() == day
        expect(page.locator("#others")).to_be_visible()
