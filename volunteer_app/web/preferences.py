"""What a device remembers without a login: language, large type, light or dark."""

from urllib.parse import quote, urlencode

from flask import Flask, g, make_response, redirect, request
from werkzeug.wrappers import Response

DEFAULT_LANGUAGE = "zh_Hans_CN"
LANGUAGES = {"zh": DEFAULT_LANGUAGE, "en": "en"}
CHOICES = {"lang": ("zh", "en"), "type": ("large", "normal"), "look": ("light", "dark", "auto")}
"""Query parameters that choose something for this device, and their values."""
YEAR_SECONDS = 365 * 24 * 3600


def language() -> str:
    """The catalogue of the present request: the device's choice, else the browser's, else Chinese."""
    chosen = request.cookies.get("lang", "")
    if chosen in LANGUAGES:
        return LANGUAGES[chosen]
    for wanted, _quality in request.accept_languages:
        # Every zh-… means our Chinese: matching by full tags would give English to a browser that asks for zh-CN.
        start = wanted.lower().split("-")[0]
        if start in LANGUAGES:
            return LANGUAGES[start]
    return DEFAULT_LANGUAGE


def large_type() -> bool:
    """Whether this device chose the large-type view (长辈模式)."""
    return request.cookies.get("type") == "large"


def look() -> str:
    """light or dark where the device chose one, else empty: the system decides."""
    chosen = request.cookies.get("look", "")
    return chosen if chosen in ("light", "dark") else ""


def in_wechat() -> bool:
    """Whether the page is open in WeChat, whose browser neither downloads nor knows calendars."""
    return "MicroMessenger" in request.headers.get("User-Agent", "")


def keep_preferences(app: Flask) -> None:
    """One tap on ``?type=large`` (or lang, look) is remembered for a year and leads back to the same page."""

    @app.before_request
    def keep() -> Response | None:
        g.large_type = large_type()
        g.look = look()
        chosen = {name: request.args[name] for name in CHOICES if request.args.get(name) in CHOICES[name]}
        if not chosen or request.method != "GET":
            return None
        rest = [(name, value) for name, value in request.args.items(multi=True) if name not in CHOICES]
        response = make_response(redirect(quote(request.path) + (f"?{urlencode(rest)}" if rest else ""), 303))
        for name, value in chosen.items():
            response.set_cookie(
                name, value, max_age=YEAR_SECONDS, samesite="Lax", secure=app.config["SESSION_COOKIE_SECURE"]
            )
        return response
