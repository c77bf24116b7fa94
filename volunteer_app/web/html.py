"""What templates can say: dates, numbers, names, addresses. Dates go through here alone."""

import hashlib
from datetime import date, datetime
from functools import cache
from pathlib import Path

from flask import Flask, current_app, g, request, url_for
from flask_babel import format_date, format_decimal, get_locale, gettext
from markupsafe import Markup, escape

from .. import clock
from ..people.privacy import mask_name, mask_phone
from . import words
from .office import present
from .session import signed_in


def chinese() -> bool:
    """Whether the request is answered in Chinese."""
    return str(get_locale()).startswith("zh")


def day(value: date) -> str:
    """11月4日 · 4 November; with the year where it isn't the present one."""
    this_year = value.year == clock.today().year
    if chinese():
        return f"{value.month}月{value.day}日" if this_year else f"{value.year}年{value.month}月{value.day}日"
    return format_date(value, "d MMMM" if this_year else "d MMMM y")


def weekday(value: date) -> str:
    """周三 · Wed."""
    return f"周{'一二三四五六日'[value.weekday()]}" if chinese() else format_date(value, "EEE")


def day_and_weekday(value: date) -> str:
    """11月4日（周三） · Wed 4 November."""
    return f"{day(value)}（{weekday(value)}）" if chinese() else f"{weekday(value)} {day(value)}"


def near(value: date) -> str:
    """Today and tomorrow by name; empty for other days."""
    distance = (value - clock.today()).days
    return gettext("today") if distance == 0 else gettext("tomorrow") if distance == 1 else ""


def span(first: date, last: date) -> str:
    """11月23日–29日 · 23–29 November: both ends, and nothing said twice."""
    if first == last:
        return day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{day(first)}–{last.day}日" if chinese() else f"{first.day}–{day(last)}"
    return f"{day(first)}–{day(last)}"


def hour(moment: datetime) -> str:
    """19:00."""
    return f"{clock.local(moment):%H:%M}"


def until(starts_at: datetime, ends_at: datetime) -> str:
    """The end of a span: 20:30, or 次日01:00 after midnight."""
    if clock.local(ends_at).date() > clock.local(starts_at).date():
        return gettext("%(time)s next day", time=hour(ends_at))
    return hour(ends_at)


def hours(starts_at: datetime, ends_at: datetime) -> str:
    """19:00–20:30."""
    return f"{hour(starts_at)}–{until(starts_at, ends_at)}"


def when(starts_at: datetime, ends_at: datetime) -> str:
    """11月4日（周三）19:00–20:30 · Wed 4 November, 19:00–20:30."""
    start = day_and_weekday(clock.local(starts_at).date())
    return f"{start}{'' if chinese() else ', '}{hours(starts_at, ends_at)}"


def moment(value: datetime) -> str:
    """11月25日 17:00 · 25 November, 17:00."""
    return f"{day(clock.local(value).date())}{' ' if chinese() else ', '}{hour(value)}"


def number(value: float) -> str:
    """3,333 · 2,702.2."""
    return format_decimal(value)


def service_hours(minutes: int) -> str:
    """Minutes as hours to one decimal."""
    return format_decimal(round(minutes / 60 + 1e-9, 1), "#,##0.0")


def breakable(name: str) -> Markup:
    """A team's name which may break before 志愿服务队 and nowhere else, so that no 队 stands alone on a line."""
    return Markup("<wbr>").join(escape(part) for part in name.replace("志愿服务队", "\n志愿服务队").split("\n") if part)


def asset(name: str) -> str:
    """The address of a static file, which changes with its content: browsers may keep it for ever."""
    return url_for("static", filename=name, v=_digest(Path(current_app.static_folder or "") / name))


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def here(**changes: object) -> str:
    """The present address with some of its query changed; None takes a parameter away."""
    query = {**request.args.to_dict(), **changes}
    arguments = {**(request.view_args or {}), **{name: value for name, value in query.items() if value not in (None, "")}}
    return url_for(request.endpoint or "home.week", **arguments)  # type: ignore[arg-type]


def public_address(path: str) -> str:
    """The full address of *path* on the product's own host, for calendars, QR codes and prints."""
    return f"{current_app.config['SETTINGS'].base_url}{path}"


def add_filters(app: Flask) -> None:
    """Give the templates these words."""
    app.jinja_env.filters.update(
        day=day,
        weekday=weekday,
        day_and_weekday=day_and_weekday,
        near=near,
        hour=hour,
        moment=moment,
        number=number,
        service_hours=service_hours,
        breakable=breakable,
        mask_name=mask_name,
        mask_phone=mask_phone,
        word=words.word,
        say=words.say,
        local=clock.local,
    )
    app.jinja_env.globals.update(
        span=span, hours=hours, until=until, when=when, asset=asset, here=here, public_address=public_address
    )

    @app.context_processor
    def context() -> dict[str, object]:
        return {
            "account": signed_in(),
            "office": present(),
            "today": clock.today(),
            "lang": "zh-Hans-CN" if chinese() else "en",
            "large_type": g.get("large_type", False),
            "look": g.get("look", ""),
        }
