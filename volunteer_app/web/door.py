"""Opening the web door: extensions, blueprints, headers, error pages, template names."""

from flask import Flask
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from ..config import Settings
from . import (
    accounts,
    activities,
    assignments,
    attendance,
    audit_trail,
    blocks,
    calendars,
    certificates,
    codes,
    contest_ballots,
    contest_calls,
    contest_corrections,
    contest_entries,
    contest_feeds,
    contest_judging,
    contest_panel,
    contest_results,
    contest_review,
    contest_rounds,
    contest_voting,
    contests,
    corrections,
    desk,
    duty,
    duty_account,
    duty_desk,
    duty_entries,
    duty_plan,
    entry_photos,
    family,
    grants,
    health,
    home,
    household_cards,
    ledgers,
    mine,
    months,
    moves,
    own_data,
    pages,
    pairings,
    people,
    place_desk,
    places,
    planning,
    planning_desk,
    planning_runs,
    publications,
    receipts,
    registration,
    reports,
    role_model_review,
    role_models,
    roster,
    second_factor,
    self_check_in,
    service_desk,
    service_records,
    several,
    sheet,
    sheet_photos,
    shifts,
    sign_ups,
    signing_up,
    slots,
    styles,
    team_desk,
    teams,
    theme_calendar,
    theme_feeds,
    themes,
    visit_photos,
    workdays,
)
from .addresses import refuse_nul
from .errors import show_errors
from .headers import set_headers
from .html import add_filters
from .kept import keep_pages
from .limits import limiter
from .office import remember_office
from .packing import pack_pages
from .preferences import DEFAULT_LANGUAGE, keep_preferences, language
from .session import keep_sessions

LARGEST_UPLOAD = 20 * 1024 * 1024
"""Bytes; an office's largest ledger of a year has a tenth of it."""

csrf = CSRFProtect()

BLUEPRINTS = (
    home.pages,
    activities.pages,
    signing_up.pages,
    receipts.pages,
    sign_ups.pages,
    planning.pages,
    planning_runs.pages,
    planning_desk.pages,
    several.pages,
    moves.pages,
    shifts.pages,
    attendance.pages,
    self_check_in.pages,
    corrections.pages,
    sheet.pages,
    sheet_photos.pages,
    desk.pages,
    publications.pages,
    teams.pages,
    team_desk.pages,
    slots.pages,
    roster.pages,
    theme_calendar.pages,
    themes.pages,
    places.pages,
    place_desk.pages,
    people.pages,
    mine.pages,
    months.pages,
    blocks.pages,
    family.pages,
    own_data.pages,
    service_records.pages,
    service_desk.pages,
    certificates.pages,
    calendars.pages,
    theme_feeds.pages,
    contest_feeds.pages,
    reports.pages,
    ledgers.pages,
    contest_rounds.pages,
    contests.pages,
    contest_voting.pages,
    contest_ballots.pages,
    household_cards.pages,
    contest_results.pages,
    contest_calls.pages,
    contest_corrections.pages,
    role_model_review.pages,
    role_models.pages,
    contest_entries.pages,
    contest_judging.pages,
    contest_panel.pages,
    entry_photos.pages,
    contest_review.pages,
    duty.pages,
    duty_plan.pages,
    visit_photos.pages,
    duty_desk.pages,
    duty_account.pages,
    duty_entries.pages,
    pairings.pages,
    assignments.pages,
    workdays.pages,
    accounts.pages,
    second_factor.pages,
    registration.pages,
    codes.pages,
    grants.pages,
    audit_trail.pages,
    pages.pages,
    styles.pages,
    health.pages,
)


def open_door(app: Flask) -> None:
    """Register everything that people reach by http."""
    settings: Settings = app.config["SETTINGS"]
    app.config.update(
        SESSION_COOKIE_NAME="session",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # Forms and headers take little beside the file itself.
        MAX_CONTENT_LENGTH=LARGEST_UPLOAD + 64 * 1024,
        MAX_FORM_MEMORY_SIZE=500_000,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        BABEL_DEFAULT_LOCALE=DEFAULT_LANGUAGE,
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        BABEL_TRANSLATION_DIRECTORIES=f"{app.root_path}/translations",
        RATELIMIT_STORAGE_URI=settings.limits_url,
        RATELIMIT_HEADERS_ENABLED=False,
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # Flask's own way
    app.jinja_options["trim_blocks"] = True
    app.jinja_options["lstrip_blocks"] = True
    app.jinja_env.add_extension("jinja2.ext.i18n")
    Babel(app, locale_selector=language)
    csrf.init_app(app)
    limiter.init_app(app)
    keep_preferences(app)
    keep_sessions(app)
    refuse_nul(app)
    keep_pages(app)
    pack_pages(app)
    remember_office(app)
    set_headers(app)
    add_filters(app)
    show_errors(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
