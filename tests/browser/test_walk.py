"""Every page, as every role, in both languages, light, dark and large, on a phone and on a desk.

axe finds nothing, nothing is logged as an error, nothing scrolls sideways, nothing comes from elsewhere, and the
first load of a page is light.
"""

from collections.abc import Iterator
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select
from werkzeug.routing import Rule

from volunteer_app import clock
from volunteer_app.activities.models import Activity, ActivityState
from volunteer_app.activities.queries import Wanted, listed
from volunteer_app.database import db
from volunteer_app.demo import logins
from volunteer_app.people import accounts
from volunteer_app.places import queries
from volunteer_app.places.models import Place, PlaceKind
from volunteer_app.teams.models import Team

from .conftest import LOGINS, Site, device

HEAVIEST = 100_000
"""Bytes of a first load."""
NO_PAGES = (".ics", ".csv", ".xlsx", ".svg", "/healthz")
"""Addresses whose answers are no pages."""
ELSEWHERE = ("ledgers.export", "ledgers.preview")
"""Files to take home; and what is reached on the way of an import alone (test_ways.py)."""
ROWS = ("attendances", "people", "held", "cancelled", "idle_teams", "members", "compounds", "buildings")
"""Figures whose rows are walked: one of each kind of row."""
MAY_COME = {
    "visitor": ("public",),
    "volunteer": ("member",),
    "leader": ("member",),
    "officer": ("public", "member", "staff"),
    "administrator": ("staff",),
}
"""Which pages each role walks: every page with every right, without walking the same page five times."""
WIDTHS = (320, 390, 768, 1280)
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WEIGHT = """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    .reduce((sum, entry) => sum + entry.encodedBodySize, 0)"""


def addresses(site: Site, role: str) -> list[str]:
    """The pages that a role walks, each rule filled with rows of the demo."""
    with site.app.test_request_context():
        samples = sample_values()
        return [
            address
            for rule in sorted(site.app.url_map.iter_rules(), key=str)
            if "GET" in rule.methods and getattr(site.app.view_functions[rule.endpoint], "access", "") in MAY_COME[role]
            if not str(rule).endswith(NO_PAGES) and rule.endpoint not in ELSEWHERE
            for address in filled(rule, samples, role)
        ]


def sample_values() -> dict[str, list[object]]:
    """For each argument of an address some rows that are as different as can be."""
    large = queries.subdistricts()[0]
    offers = {}
    for row in listed(Wanted(within=large, states=tuple(ActivityState)), at=clock.now()):
        offers.setdefault(row.offer.kind, row.id)
    one_of_each = {place.kind: place.slug for place in db.session.scalars(select(Place).order_by(Place.id.desc()))}
    teams = [slug for (slug,) in db.session.execute(select(Team.slug).order_by(Team.kind.desc(), Team.id).limit(1))]
    return {
        "activity_id": list(offers.values()),
        "person_id": [accounts.find(logins.VOLUNTEER.phone).person_id],
        "team": teams,
        "place": [slug for kind, slug in one_of_each.items() if kind is not PlaceKind.BUILDING],
        "sheet": [one_of_each[PlaceKind.COMPOUND]],
        "grouping": ["teams", "themes", "weeks"],
    }


def filled(rule: Rule, samples: dict[str, list[object]], role: str) -> Iterator[str]:
    """The addresses of one rule."""
    if rule.endpoint == "reports.rows":
        yield from (f"{rule}?figure={figure}" for figure in ROWS)
        return
    if not rule.arguments:
        yield str(rule)
        return
    (argument,) = rule.arguments
    source = argument
    if argument == "slug":
        source = "sheet" if rule.endpoint.endswith("sheet") else "team" if "team" in rule.endpoint else "place"
    for value in samples[source][: 3 if role != "visitor" else None]:
        yield rule.build({argument: value}, append_unknown=False)[1]


def drafts(site: Site) -> set[str]:
    """Pages that only their own people may see."""
    with site.app.app_context():
        ids = db.session.scalars(select(Activity.id).where(Activity.state == ActivityState.DRAFT))
        return {f"/activities/{activity_id}" for activity_id in ids}


def complaints(page: Page, site: Site) -> list[str]:
    """What the browser says against a page, collected from now on."""
    said: list[str] = []
    own = urlparse(site.address).netloc
    page.on("console", lambda message: said.append(f"console: {message.text}") if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(f"script: {error}"))
    page.on("requestfailed", lambda request: said.append(f"failed: {request.url}"))
    page.on("request", lambda request: None if urlparse(request.url).netloc == own else said.append(request.url))
    return said


def found(page: Page, axe: str) -> list[str]:
    """What axe finds on the page as it stands."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(axe)
    result = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES)
    return [
        f"axe {violation['id']}: {node['html'][:160]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def too_wide(page: Page) -> list[str]:
    """The widths at which the page scrolls sideways."""
    wide = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(f"scrolls sideways at {width}")
    return wide


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("role", LOGINS)
def test_pages(browser: Browser, site: Site, axe: str, role: str, language: str) -> None:
    hidden = drafts(site) if role == "visitor" else set()
    wrong: dict[str, list[str]] = {}
    for large in (False, True):
        cookies = {"lang": language} | ({"type": "large"} if large else {})
        with device(browser, site, role=role, **cookies) as context:
            page = context.new_page()
            said = complaints(page, site)
            for address in addresses(site, role):
                if address in hidden:
                    continue
                said.clear()
                answer = page.goto(site.address + address)
                problems = [] if answer and answer.status == 200 else [f"status {answer and answer.status}"]
                weight = page.evaluate(WEIGHT)
                if weight > HEAVIEST:
                    problems.append(f"{weight} bytes")
                problems += too_wide(page)
                page.set_viewport_size({"width": 390, "height": 900})
                problems += found(page, axe)
                if not large:
                    page.emulate_media(color_scheme="dark")
                    page.set_viewport_size({"width": 1280, "height": 900})
                    problems += found(page, axe)
                    page.emulate_media(color_scheme="light")
                for problem in problems + said:
                    wrong.setdefault(problem, []).append(address + (" large" if large else ""))
    assert not wrong, "\n".join(f"{problem}\n    {', '.join(dict.fromkeys(where))}" for problem, where in wrong.items())
