"""Every page, as every role, in both languages, light, dark and large, on a phone and on a desk.

Each page is opened twice, in Chinese in normal type and in English in large type, and looked at in both types and at
the widths of phones and desks; axe looks at it on a phone in Chinese, at what large type may break in English, and at
one page of each kind in the dark on a desk. It finds nothing, nothing is logged as an error, nothing scrolls sideways,
nothing comes from elsewhere, and the first load of a page is light.
"""

from pathlib import Path
from typing import Protocol
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.routing import Rule

from . import rows
from .conftest import LOGINS, Site, device

HEAVIEST = 100_000
"""Bytes of a first load."""
NO_PAGES = (".ics", ".csv", ".xlsx", ".svg", ".jpg", ".pdf", "/healthz")
"""Addresses whose answers are no pages."""
ELSEWHERE = (
    *("static", "ledgers.export", "own_data.export", "ledgers.preview", "second_factor.ask", "self_check_in.now"),
    *("service_records.export", "contest_results.table"),
)
"""Files to take home; a part of a page; what is reached on the way of an import or while signing in alone."""
MATRIX = Path(__file__).parents[1] / "web" / "matrix.txt"
"""Who may come where."""
MAY_COME = {
    "visitor": ("public",),
    "volunteer": ("member",),
    "leader": ("member",),
    "officer": ("public", "member", "staff"),
    "administrator": ("staff",),
}
"""Which pages each role walks: every page with every right, without walking the same page five times."""
NARROWEST, PHONE, DESK = 320, 390, 1280
WIDTHS = (NARROWEST, PHONE, 768, DESK)
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
OF_SIZE = {"type": "rule", "values": ["target-size", "scrollable-region-focusable"]}
"""What large type may break that normal type keeps."""
WEIGHT = """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    .reduce((sum, entry) => sum + entry.encodedBodySize, 0)"""
ALIKE = 3
"""Rows of one shape that axe looks at: it takes longer for each, and what it says of one it says of the others."""
THIN_OUT = """most => {
    for (const rows of document.querySelectorAll('tbody, ul, ol')) {
        const seen = {}
        for (const row of [...rows.children]) {
            // Which elements, of which classes, roles and kinds, with which other attributes, and where there is text.
            const shape = row.outerHTML.replace(/>[^<]*[^<\\s][^<]*</g, '>.<').replace(/>\\s+</g, '><')
                .replace(/ (?!(?:class|role|type|scope|style)=)([\\w-]+)="[^"]*"/g, ' $1')
            seen[shape] = (seen[shape] || 0) + 1
            if (seen[shape] > most && !row.querySelector('[rowspan]')) row.remove()
        }
    }
}"""


def addresses(site: Site, role: str) -> list[str]:
    """The pages that a role walks."""
    return [address for _rule, address in filled(site, role)]


def filled(site: Site, role: str) -> list[tuple[Rule, str]]:
    """The pages that a role walks, each rule filled with rows of the demo."""
    with site.app.test_request_context():
        own = rows.Rows(LOGINS[role])
        return [
            (rule, address)
            for rule in pages(site, role)
            for address in rows.addresses(rule, own, most=3 if role != "visitor" else None)
        ]


def pages(site: Site, role: str) -> list[Rule]:
    """The rules that a role walks: of its kind, and open to it."""
    column = ["visitor", "volunteer", "leader", "", "", "", "officer", "administrator"].index(role) + 2
    table = [line.split() for line in MATRIX.read_text("utf-8").splitlines()[1:]]
    let_in = {line[1] for line in table if line[0] == "GET" and line[column] == "in"}
    return [
        rule
        for rule in sorted(site.app.url_map.iter_rules(), key=str)
        if "GET" in rule.methods and not str(rule).endswith(NO_PAGES) and rule.endpoint not in ELSEWHERE
        if site.app.view_functions[rule.endpoint].access in MAY_COME[role]
        if rule.endpoint in {"styles.show", *let_in}
    ]


def complaints(page: Page, site: Site) -> list[str]:
    """What the browser says against a page, collected from now on."""
    said: list[str] = []
    own = urlparse(site.address).netloc
    page.on("console", lambda message: said.append(f"console: {message.text}") if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(f"script: {error}"))
    page.on("requestfailed", lambda request: said.append(f"failed: {request.url}"))
    page.on("request", lambda request: None if urlparse(request.url).netloc == own else said.append(request.url))
    return said


def found(page: Page, axe: str, rules: dict[str, object] = RULES) -> list[str]:
    """What axe finds on the page as it stands."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(axe)
    result = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", rules)
    return [
        f"axe {violation['id']}: {node['html'][:160]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def too_wide(page: Page, *widths: int) -> list[str]:
    """Those of the widths, all WIDTHS where none are named, at which the page scrolls sideways."""
    wide = []
    for width in widths or WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(f"scrolls sideways at {width}")
    return wide


def test_every_page_is_walked(site: Site) -> None:
    walked = {rule.endpoint for role in LOGINS for rule in pages(site, role)}
    with site.app.test_request_context():
        reached = {
            site.app.url_map.bind("").match(urlparse(it).path)[0] for role in LOGINS for it in addresses(site, role)
        }
    assert (
        reached
        == walked
        == {
            rule.endpoint
            for rule in site.app.url_map.iter_rules()
            if "GET" in rule.methods and not str(rule).endswith(NO_PAGES) and rule.endpoint not in ELSEWHERE
        }
    )


@pytest.mark.parametrize("role", LOGINS)
def test_pages_in_chinese(browser: Browser, site: Site, axe: str, role: str) -> None:
    """Each page in normal type; large, the narrowest phone."""

    def look(page: Page, *, another: bool) -> list[str]:
        problems = too_wide(page, *WIDTHS)
        set_type(page, "large")
        problems += [f"{it} in large type" for it in too_wide(page, NARROWEST)]
        set_type(page, "normal")
        return problems + found_on(page, PHONE, axe)

    walk(browser, site, role, look, lang="zh")


@pytest.mark.parametrize("role", LOGINS)
def test_pages_in_english(browser: Browser, site: Site, axe: str, role: str) -> None:
    """Each page in large type; then in normal type, and the first page of a rule in the dark on a desk."""

    def look(page: Page, *, another: bool) -> list[str]:
        problems = too_wide(page, NARROWEST, PHONE, DESK) + found_on(page, PHONE, axe, OF_SIZE)
        set_type(page, "normal")
        problems += [f"{it} in normal type" for it in too_wide(page, NARROWEST, DESK)]
        if not another:
            page.emulate_media(color_scheme="dark")
            problems += [f"{it} in the dark" for it in found_on(page, DESK, axe)]
            page.emulate_media(color_scheme="light")
        return problems

    walk(browser, site, role, look, lang="en", type="large")


class Look(Protocol):
    """What is looked at on a page."""

    def __call__(self, page: Page, *, another: bool) -> list[str]:
        """What is wrong with it; *another* is one of a rule that was looked at with other rows."""


def walk(browser: Browser, site: Site, role: str, look: Look, **cookies: str) -> None:
    """Load every page of a role once, and *look* at it; nothing is wrong."""
    wrong: dict[str, list[str]] = {}
    seen: set[str] = set()
    with device(browser, site, role=role, **cookies) as context:
        page = context.new_page()
        page.emulate_media(color_scheme="light")
        said = complaints(page, site)
        for rule, address in filled(site, role):
            said.clear()
            answer = page.goto(site.address + address)
            problems = [] if answer and answer.status == 200 else [f"status {answer and answer.status}"]
            weight = page.evaluate(WEIGHT)
            if weight > HEAVIEST:
                problems.append(f"{weight} bytes")
            problems += look(page, another=str(rule) in seen)
            seen.add(str(rule))
            for problem in problems + said:
                wrong.setdefault(problem, []).append(address)
    assert not wrong, "\n".join(f"{problem}\n    {', '.join(dict.fromkeys(where))}" for problem, where in wrong.items())


def set_type(page: Page, size: str) -> None:
    """Show the page as if it had been loaded in that size of type, which is one word on its root."""
    page.evaluate("size => { document.documentElement.dataset.type = size }", size)


def found_on(page: Page, width: int, axe: str, rules: dict[str, object] = RULES) -> list[str]:
    """What axe finds at a width, of rows that are alike in a few of them."""
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(THIN_OUT, ALIKE)
    return found(page, axe, rules)
