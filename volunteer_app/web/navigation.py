"""The pages that each person finds in the masthead, on a phone's bar, and under More."""

from flask import g, request
from flask_babel import gettext

from ..duty import own
from ..people.models import Role
from ..people.roles import OFFICE, STAFF, scope
from .session import signed_in

Entry = tuple[str, str]
"""An endpoint and its name."""

UNDER = {
    "mine": (
        *("accounts", "family", "own_data", "receipts", "second_factor", "sign_ups.show", "sign_ups.withdrawal"),
        "service_records",
    ),
    "teams": ("roster", "slots", "team_desk"),
    "places": ("place_desk", "blocks"),
    "contests": (
        *("contest_ballots", "contest_calls", "contest_voting", "household_cards"),
        *("contest_corrections", "contest_entries", "contest_feeds", "contest_judging", "contest_panel"),
        *("contest_results", "contest_review", "contest_rounds", "entry_photos", "role_model_review", "role_models"),
    ),
    "duty": ("duty_plan", "visit_photos"),
    "desk": (
        *("certificates", "service_desk"),
        *("activities.index", "planning", "planning_desk", "publications", "shifts", "sign_ups", "attendance"),
        *("self_check_in.show", "corrections", "sheet", "sheet_photos", "planning_runs", "several", "theme_calendar"),
        *("moves", "people", "themes", "registration", "grants", "ledgers", "workdays", "audit_trail"),
        *("duty_desk", "duty_account", "duty_entries", "pairings", "assignments"),
    ),
}
"""The sections of the main pages, and the blueprints and single pages that lie under them beside their own."""


def main_pages() -> list[Entry]:
    """The masthead: everyone's pages, then the desk of whoever has a role."""
    pages = [
        ("home.week", gettext("This week")),
        ("teams.index", gettext("Teams")),
        ("places.index", gettext("Places")),
        ("reports.index", gettext("Figures")),
        ("calendars.index", gettext("Calendars")),
        ("mine.index", gettext("Mine")),
    ]
    if _is_cadre():
        pages.append(("duty.index", gettext("Three hours")))
    return [*pages, ("desk.index", gettext("Desk"))] if scope(signed_in()) else pages


def tab_pages() -> list[Entry]:
    """The four places of the bar at the bottom of a phone."""
    second = ("desk.index", gettext("Desk")) if scope(signed_in()) else ("calendars.index", gettext("Calendars"))
    if _is_cadre() and not scope(signed_in()):
        second = ("duty.index", gettext("Three hours"))
    return [
        ("home.week", gettext("This week")),
        ("mine.index", gettext("Mine")),
        second,
        ("pages.more", gettext("More")),
    ]


def desk_pages() -> list[Entry]:
    """What whoever has a role works with: only the pages which that role may open."""
    account = signed_in()
    pages: list[tuple[Entry, tuple[Role, ...]]] = [
        (("planning_desk.week", gettext("Planning")), tuple(Role)),
        (("activities.index", gettext("Activities")), tuple(Role)),
        (("planning_runs.new", gettext("Make a week or a month")), tuple(Role)),
        (("desk.calls", gettext("Call list")), tuple(Role)),
        (("service_desk.approvals", gettext("Approve service records")), STAFF),
        (("people.index", gettext("People")), (*STAFF, Role.LEADER)),
        (("duty_desk.confirmation", gettext("Confirm visits")), STAFF),
        (("duty_account.index", gettext("The weekly three hours")), STAFF),
        (("pairings.index", gettext("Pairings")), STAFF),
        (("assignments.index", gettext("“6+1” assignments")), STAFF),
        (("contests.index", gettext("Contests")), STAFF),
        (("contest_calls.index", gettext("Call list of the contests")), (*OFFICE, Role.SECRETARY)),
        (("role_model_review.index", gettext("Nominations to review")), (*OFFICE, Role.SECRETARY)),
        (("themes.index", gettext("Themes")), OFFICE),
        (("theme_calendar.year", gettext("Themes of the year")), tuple(Role)),
        (("registration.index", gettext("Account requests")), OFFICE),
        (("grants.index", gettext("Roles")), OFFICE),
        (("ledgers.index", gettext("Ledgers")), OFFICE),
        (("workdays.index", gettext("Holidays")), OFFICE),
        (("audit_trail.index", gettext("Audit trail")), OFFICE),
    ]
    return [entry for entry, roles in pages if scope(account, roles)]


def current(endpoint: str) -> str | None:
    """The aria-current of a main page: the present page itself, or the one under which it lies."""
    if endpoint == request.endpoint:
        return "page"
    section = endpoint.partition(".")[0]
    names = (request.endpoint, request.blueprint)
    above = next((above for name in names for above, below in UNDER.items() if name in below), request.blueprint)
    return "true" if section == above else None


def _is_cadre() -> bool:
    """Whether whoever is signed in has a pairing today: asked once a page."""
    if "is_cadre" not in g:
        account = signed_in()
        g.is_cadre = account is not None and own.is_cadre(account.person_id)
    return bool(g.is_cadre)
