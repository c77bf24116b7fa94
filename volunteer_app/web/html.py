"""What templates can say: dates, numbers, names, addresses."""

import hashlib
import re
from functools import cache
from pathlib import Path

from flask import Flask, current_app, g, request, url_for
from flask_babel import format_decimal
from markupsafe import Markup, escape

from .. import clock, words
from ..demo.logins import present as demo_present
from ..people.privacy import mask_name, mask_phone
from ..places.models import Place, PlaceKind
from ..teams.models import KIND_NAMES, Team
from . import dates
from .addresses import asked
from .navigation import current, desk_pages, main_pages, tab_pages
from .office import present
from .preferences import in_wechat
from .qr import qr_code
from .session import signed_in

KINDS_IN_NAMES = re.compile(f"({'|'.join(KIND_NAMES.values())})$")
"""What the names of teams end in; a line may begin with it."""


def whereabouts(team: Team, above: list[Place]) -> str:
    """A team's community and compound."""
    community = next((place.name for place in above if place.kind is PlaceKind.COMMUNITY), "")
    return f"{community}{'' if dates.chinese() or not community else ', '}{team.place.name}"


def without_prefix(text: str, prefix: str) -> str:
    """A place's name without its compound's, on a sheet that has the compound's name at its head."""
    return text.removeprefix(prefix) or text


def in_short(activities: int) -> str:
    """A day's number of activities in its narrow heading: 7 场 · 7."""
    return f"{activities} 场" if dates.chinese() else str(activities)


def number(value: float) -> str:
    """3,333 · 2,702.2."""
    return format_decimal(value)


def service_hours(minutes: int) -> str:
    """Minutes as hours to one decimal."""
    return format_decimal(round(minutes / 60 + 1e-9, 1), "#,##0.0")


def breakable(name: str, prefix: str = "") -> Markup:
    """A name which may break before what kind of team it is, and after its compound's, so that no 队 stands alone."""
    parted = KINDS_IN_NAMES.sub(r"\n\1", name)
    if prefix and parted.startswith(prefix):
        parted = f"{prefix}\n{parted.removeprefix(prefix)}"
    return Markup("<wbr>").join(escape(part) for part in parted.split("\n") if part)


def sentences(*said: str) -> Markup:
    """Sentences after one another: a full stop of the width of a character brings its own space."""
    between = Markup("") if dates.chinese() else Markup(" ")
    return between.join(it for it in said if it)


def asset(name: str) -> str:
    """The address of a static file, which changes with its content: browsers may keep it for ever."""
    return url_for("static", filename=name, v=_digest(Path(current_app.static_folder or "") / name))


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def here(**changes: object) -> str:
    """The present address with some of its query changed; None takes a parameter away."""
    query = {**asked(), **changes}
    arguments = {
        **(request.view_args or {}),
        **{name: value for name, value in query.items() if value not in (None, "")},
    }
    return url_for(request.endpoint or "home.week", **arguments)


def public_address(path: str) -> str:
    """The full address of *path* on the product's own host, for calendars, QR codes and prints."""
    return f"{current_app.config['SETTINGS'].base_url}{path}"


def native(language: str) -> str:
    """A language's name in itself, for whoever reads no other."""
    return {"zh": "中文", "en": "English"}[language]


def add_filters(app: Flask) -> None:
    """Give the templates these words."""
    app.jinja_env.filters.update(
        day=dates.day,
        weekday=dates.weekday,
        weekday_short=dates.weekday_short,
        month_before=dates.month_before,
        month_after=dates.month_after,
        day_and_weekday=dates.day_and_weekday,
        near=dates.near,
        hour=dates.hour,
        day_part=dates.day_part,
        moment=dates.moment,
        month=dates.month,
        birth_month=dates.birth_month,
        in_short=in_short,
        week_name=dates.week_name,
        slot=dates.slot,
        slot_day=dates.slot_day,
        slot_hours=dates.slot_hours,
        whereabouts=whereabouts,
        without_prefix=without_prefix,
        number=number,
        qr_code=qr_code,
        service_hours=service_hours,
        breakable=breakable,
        mask_name=mask_name,
        mask_phone=mask_phone,
        word=words.word,
        say=words.say,
        local=clock.local,
    )
    app.jinja_env.globals.update(
        span=dates.span,
        hours=dates.hours,
        until=dates.until,
        when=dates.when,
        sentences=sentences,
        asset=asset,
        here=here,
        public_address=public_address,
        main_pages=main_pages,
        tab_pages=tab_pages,
        desk_pages=desk_pages,
        current=current,
        native=native,
        demo_present=demo_present,
        PlaceKind=PlaceKind,
    )

    @app.context_processor
    def context() -> dict[str, object]:
        return {
            "account": signed_in(),
            "office": present(),
            "today": clock.today(),
            "lang": "zh-Hans-CN" if dates.chinese() else "en",
            "large_type": g.get("large_type", False),
            "look": g.get("look", ""),
            "wechat": in_wechat(),
        }
