"""A judge walks the stairwells with a phone: twelve entries, the network cut twice, and every point arrives once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from tests.contests.factories import make_entry, make_judge, make_round
from tests.factories import make_building
from volunteer_app import clock
from volunteer_app.contests.models import Criterion, Entry, Judge, Score, ScoreSheet
from volunteer_app.database import db
from volunteer_app.demo import logins
from volunteer_app.people import accounts
from volunteer_app.places import queries
from volunteer_app.places.models import Place

from .conftest import AFTERNOON, Site, device
from .rows import slugs
from .test_walk import complaints, found

NUMBER = 12
CLEAN, KIND = "环境卫生", "邻里和睦"
WAITING, REFUSED = "#queue-waiting", "#queue-refused"


@pytest.fixture
def judge(site: Site) -> tuple[int, str]:
    """The demo's volunteer judges twelve entries this week: the judge's id, and the address of the sheets."""
    with site.app.app_context():
        volunteer = accounts.find(logins.VOLUNTEER.phone)
        compound = queries.by_slug(next(slug for kind, slug in slugs().items() if kind.value == "compound"))
        subdistrict = db.session.get_one(Place, compound.subdistrict_id)
        today = AFTERNOON.date()
        week = timedelta(days=7)
        round = make_round(
            subdistrict,
            f"评比{db.session.query(Judge).count()}",
            entries_from=today - week,
            entries_until=today - timedelta(days=1),
            judging_from=today,
            judging_until=today + week,
            voting_from=today,
            voting_until=today + week,
        )
        building = make_building(compound)
        for number in range(1, NUMBER + 1):
            make_entry(round, f"第{number:02}单元", place=building)
        panel_place = make_judge(round, "评委甲", person=volunteer.person)
        db.session.commit()
        return panel_place.id, f"{site.address}/contests/{round.slug}/judging"


@contextmanager
def walk(browser: Browser, site: Site, address: str) -> Iterator[tuple[BrowserContext, Page]]:
    """The judge's phone; its clock is wrong, and goes on by hand."""
    with device(browser, site, role="volunteer") as context:
        page = context.new_page()
        page.clock.install(time="2031-01-01T00:00:00Z")
        page.goto(address)
        yield context, page


def sheet(page: Page, number: int):
    return page.get_by_role("form", name=f"第{number:02}单元", exact=True)


def give(page: Page, number: int, clean: int, kind: int) -> None:
    """Fill in a sheet as a thumb does: one field, then the next."""
    form = sheet(page, number)
    form.get_by_label(CLEAN).fill(str(clean))
    form.get_by_label(KIND).fill(str(kind))
    form.get_by_label(KIND).press("Tab")


def saved(page: Page, number: int) -> None:
    """The sheet says that everything on it is kept by the server."""
    expect(sheet(page, number).get_by_role("status")).to_have_text(page.locator("#queue").get_attribute("data-kept"))


def expected(number: int) -> tuple[int, int]:
    return 60 - number, number


def scores(site: Site, judge_id: int) -> list[tuple[str, str, int]]:
    """Every row of points that the judge gave."""
    with site.app.app_context():
        query = (
            select(Entry.name, Criterion.name, Score.points)
            .join(ScoreSheet, ScoreSheet.entry_id == Entry.id)
            .join(Score, Score.sheet_id == ScoreSheet.id)
            .join(Criterion, Score.criterion_id == Criterion.id)
            .where(ScoreSheet.judge_id == judge_id)
            .order_by(Entry.name, Criterion.position)
        )
        return [tuple(row) for row in db.session.execute(query)]


def all_of(numbers: range) -> list[tuple[str, str, int]]:
    return [
        (f"第{number:02}单元", name, points)
        for number in numbers
        for name, points in zip((CLEAN, KIND), expected(number), strict=True)
    ]


def test_twelve_entries_with_the_network_cut_twice(
    browser: Browser, site: Site, axe: str, judge: tuple[int, str]
) -> None:
    judge_id, address = judge
    with walk(browser, site, address) as (context, page):
        assert found(page, axe) == []
        for number in (1, 2, 3):
            give(page, number, *expected(number))
            saved(page, number)
        expect(page.locator("#progress")).to_contain_text("3")
        assert scores(site, judge_id) == all_of(range(1, 4))

        context.set_offline(True)
        for number in (4, 5, 6):
            give(page, number, *expected(number))
        expect(page.locator(WAITING)).to_be_visible()
        # A second thought while there is no network: only the latest counts.
        give(page, 4, 1, 1)
        give(page, 4, *expected(4))
        assert found(page, axe) == []
        assert scores(site, judge_id) == all_of(range(1, 4))
        context.set_offline(False)
        saved(page, 6)
        saved(page, 4)
        expect(page.locator(WAITING)).to_be_hidden()
        assert scores(site, judge_id) == all_of(range(1, 7))

        for number in (7, 8):
            give(page, number, *expected(number))
            saved(page, number)

        context.set_offline(True)
        for number in (9, 10, 11, 12):
            give(page, number, *expected(number))
        page.clock.fast_forward(60_000)
        page.close(run_before_unload=False)
        context.set_offline(False)
        later = context.new_page()
        later.goto(address)
        # What was kept on the phone stands in its fields, and is sent.
        expect(sheet(later, 12).get_by_label(KIND)).to_have_value("12")
        saved(later, 12)
        expect(later.locator("#act")).to_contain_text("12")
        later.reload()
        for number in range(1, NUMBER + 1):
            clean, kind = expected(number)
            expect(sheet(later, number).get_by_label(CLEAN)).to_have_value(str(clean))
            expect(sheet(later, number).get_by_label(KIND)).to_have_value(str(kind))
        expect(later.locator(WAITING)).to_be_hidden()
    assert scores(site, judge_id) == all_of(range(1, NUMBER + 1))
    with site.app.app_context():
        assert db.session.query(ScoreSheet).filter_by(judge_id=judge_id).count() == NUMBER


def test_an_answer_that_was_lost_is_asked_for_again(browser: Browser, site: Site, judge: tuple[int, str]) -> None:
    judge_id, address = judge
    with walk(browser, site, address) as (context, page):
        lost = []

        def lose(route, request):
            if request.method == "POST" and len(lost) < 2:
                lost.append(route.fetch().status)
                route.abort()
            else:
                route.fallback()

        context.route("**/judging/*", lose)
        give(page, 1, *expected(1))
        expect(page.locator(WAITING)).to_be_visible()
        with page.expect_event("requestfailed"):
            page.clock.fast_forward(5_000)
        page.clock.fast_forward(5_000)
        saved(page, 1)
        assert lost == [200, 200]
    assert scores(site, judge_id) == all_of(range(1, 2))


def test_what_is_refused_stands_at_its_sheet_and_is_put_right(
    browser: Browser, site: Site, axe: str, judge: tuple[int, str]
) -> None:
    judge_id, address = judge
    with walk(browser, site, address) as (_, page):
        field = sheet(page, 2).get_by_label(CLEAN)
        field.fill("61")
        field.press("Tab")
        expect(sheet(page, 2).get_by_role("status")).to_have_text("请填写 0 到 60 之间的数。")
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(page.locator(f"{REFUSED} li")).to_contain_text("第02单元")
        assert found(page, axe) == []
        field.fill("58")
        field.press("Tab")
        saved(page, 2)
        expect(page.locator(REFUSED)).to_be_hidden()
    assert scores(site, judge_id) == [("第02单元", CLEAN, 58)]


def test_what_arrives_after_the_close_is_refused_in_words(browser: Browser, site: Site, judge: tuple[int, str]) -> None:
    judge_id, address = judge
    with walk(browser, site, address) as (context, page):
        context.set_offline(True)
        give(page, 1, *expected(1))
        with clock.frozen(AFTERNOON + timedelta(days=9)):
            context.set_offline(False)
            row = page.locator(f"{REFUSED} li")
            expect(row).to_have_count(2)
            expect(row.first).to_contain_text(f"第01单元 {CLEAN} 59")
            # The sentence of the refusal, not the title of its page.
            expect(row.first).not_to_contain_text("这样做不行")
    assert scores(site, judge_id) == []


def test_stepping_aside_without_a_network(browser: Browser, site: Site, judge: tuple[int, str]) -> None:
    judge_id, address = judge
    with walk(browser, site, address) as (context, page):
        context.set_offline(True)
        part = page.locator("section", has=page.get_by_role("heading", name="第03单元", exact=True)).last
        part.locator("summary").last.click()
        part.locator("input[name=reason]").fill("住在这里")
        part.locator("form[action$=recusal] button").click()
        give(page, 1, *expected(1))
        expect(page.locator(f"{WAITING} li")).to_have_count(1)
        context.set_offline(False)
        expect(sheet(page, 3)).to_have_count(0)
        saved(page, 1)
    assert scores(site, judge_id) == all_of(range(1, 2))
    with site.app.app_context():
        aside = select(ScoreSheet.recused_reason).where(
            ScoreSheet.judge_id == judge_id, ScoreSheet.recused_reason != ""
        )
        assert list(db.session.scalars(aside)) == ["住在这里"]


def test_without_scripts_each_sheet_is_a_form(browser: Browser, site: Site, judge: tuple[int, str]) -> None:
    judge_id, address = judge
    with device(browser, site, scripts=False, role="volunteer") as context:
        page = context.new_page()
        said = complaints(page, site)
        page.goto(address)
        for number in (1, 2):
            give(page, number, *expected(number))
            sheet(page, number).get_by_role("button").click()
            saved(page, number)
        assert page.url.endswith(f"#{page.locator('section[id^=sheet-]').nth(1).get_attribute('id')}")
        assert said == []
    assert scores(site, judge_id) == all_of(range(1, 3))


def test_an_older_tap_of_another_phone_overwrites_nothing(browser: Browser, site: Site, judge: tuple[int, str]) -> None:
    judge_id, address = judge
    with walk(browser, site, address) as (context, page), walk(browser, site, address) as (_, other):
        context.set_offline(True)
        give(page, 1, 50, 10)
        give(other, 1, 55, 11)
        saved(other, 1)
        # What one page sent it may change itself, however often.
        give(other, 1, *expected(1))
        saved(other, 1)
        context.set_offline(False)
        rows = page.locator(f"{REFUSED} li")
        expect(rows).to_have_count(2)
        expect(rows.first).to_contain_text(f"第01单元 {CLEAN} 50")
        page.reload()
        expect(sheet(page, 1).get_by_label(CLEAN)).to_have_value("59")
        give(page, 1, 58, 2)
        saved(page, 1)
        expect(rows).to_have_count(0)
    assert scores(site, judge_id) == [("第01单元", CLEAN, 58), ("第01单元", KIND, 2)]
