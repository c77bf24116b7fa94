"""The week sheet on paper."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from volunteer_app.database import db
from volunteer_app.places.models import Place, PlaceKind
from volunteer_app.teams.models import Team

from ..factories import make_activity, make_compound
from .conftest import Site, device

MONDAY = datetime.fromisoformat("2021-06-07T08:30+08:00")
"""In a week where the demo has nothing."""


def sheet(site: Site, number: int, name: str) -> str:
    """The address of the week sheet of a new compound with so many activities over the seven days."""
    with site.app.app_context():
        community = db.session.scalar(select(Place).where(Place.kind == PlaceKind.COMMUNITY).limit(1))
        compound = make_compound(community, name)
        for n in range(number):
            team = Team(
                kind="volunteer_team",
                name=f"{name}第{n}消防安全志愿服务队",
                place_id=compound.id,
                subdistrict_id=compound.subdistrict_id,
            )
            db.session.add(team)
            db.session.flush()
            make_activity(
                team,
                f"冬季用火用电安全课{n}",
                starts_at=MONDAY + timedelta(days=n % 7, hours=n // 7),
                place_text=f"{name}文化广场",
            )
        db.session.commit()
        return f"{site.address}/places/{compound.slug}/week?week=2021-W23"


@pytest.mark.parametrize(("number", "pages"), [(0, 1), (12, 1), (13, 1), (30, 1)])
def test_up_to_thirty_activities_fit_on_one_page(browser: Browser, site: Site, number: int, pages: int) -> None:
    with device(browser, site, lang="zh") as context:
        page = context.new_page()
        page.goto(sheet(site, number, f"印刷{number}院"))
        assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4", prefer_css_page_size=True))) == pages


def test_nothing_on_paper_is_smaller_than_12_point(browser: Browser, site: Site) -> None:
    with device(browser, site, width=794, lang="zh") as context:
        page = context.new_page()
        page.goto(sheet(site, 30, "字号院"))
        page.emulate_media(media="print")
        smallest = page.evaluate(
            """() => Math.min(...[...document.querySelectorAll('main *')]
                .filter(it => it.textContent.trim() && it.checkVisibility())
                .map(it => parseFloat(getComputedStyle(it).fontSize)))"""
        )
    assert smallest >= 16  # 12 pt at 96 dots an inch


def test_what_is_of_no_use_on_paper_stays_on_the_screen(browser: Browser, site: Site) -> None:
    with device(browser, site, width=794, lang="zh") as context:
        page = context.new_page()
        page.goto(sheet(site, 3, "纸面院"))
        assert page.get_by_role("button", name="打印这一页").is_visible()
        page.emulate_media(media="print")
        assert not page.get_by_role("button", name="打印这一页").is_visible()
        assert page.locator(".qr").is_visible()
