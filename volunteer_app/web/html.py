"""What templates can say: dates, numbers, names, addresses. Dates go through here alone."""

import hashlib
from datetime import date, datetime
from functools import cache
from pathlib import Path

from flask import Flask, current_app, g, request, url_for
from flask_babel import format_date, format_decimal, get_locale, gettext
from markupsafe import Markup, escape

from .. import clock
from ..clock import Week
from ..demo.logins import present as demo_present
from ..people.privacy import mask_name, mask_phone
from ..people.roles import is_staff
from ..places.models import Place, PlaceKind
from ..teams.models import Team
from . import words
from .addresses import asked
from .office import present
from .preferences import in_wechat
from .qr import qr_code
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


def weekday_short(value: date) -> str:
    """三 · W: for the strip of a phone."""
    return "一二三四五六日"[value.weekday()] if chinese() else format_date(value, "EEEEE")


def month_before(value: date) -> str:
    """What comes before the numeral of a day where it's read aloud: 11月."""
    return f"{value.month}月" if chinese() else ""


def month_after(value: date) -> str:
    """And what comes after it: 日 · November."""
    return "日" if chinese() else format_date(value, " MMMM")


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


def day_part(moment: datetime) -> str:
    """Morning, afternoon or evening: parts of a long day in a list."""
    begun = clock.local(moment).hour
    return gettext("Morning") if begun < 12 else gettext("Afternoon") if begun < 18 else gettext("Evening")


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


def month(value: date) -> str:
    """2019年1月 · January 2019."""
    return f"{value.year}年{value.month}月" if chinese() else format_date(value, "MMMM y")


def week_name(value: date) -> str:
    """The ISO name of the week in which a day lies, for addresses."""
    return str(Week.of(value))


def slot_day(team: Team) -> str:
    """每周三 · Every Wed."""
    if team.weekday is None:
        return ""
    return gettext("Every %(weekday)s", weekday=weekday(date(2024, 1, 1 + team.weekday)))


def slot_hours(team: Team) -> str:
    """19:00–20:30."""
    return f"{team.slot_starts:%H:%M}–{team.slot_ends:%H:%M}" if team.slot_starts and team.slot_ends else ""


def slot(team: Team) -> str:
    """A team's weekly slot in one piece; empty where it has none."""
    return f"{slot_day(team)} {slot_hours(team)}".strip()


def whereabouts(team: Team, above: list[Place]) -> str:
    """A team's community and compound."""
    community = next((place.name for place in above if place.kind is PlaceKind.COMMUNITY), "")
    return f"{community}{'' if chinese() or not community else ', '}{team.place.name}"


def without_prefix(text: str, prefix: str) -> str:
    """A place's name without its compound's, on a sheet that has the compound's name at its head."""
    return text.removeprefix(prefix) or text


def in_short(activities: int) -> str:
    """A day's number of activities in its narrow heading: 7 场 · 7."""
    return f"{activities} 场" if chinese() else str(activities)


def number(value: float) -> str:
    """3,333 · 2,702.2."""
    return format_decimal(value)


def service_hours(minutes: int) -> str:
    """Minutes as hours to one decimal."""
    return format_decimal(round(minutes / 60 + 1e-9, 1), "#,##0.0")


def breakable(name: str, prefix: str = "") -> Markup:
    """A team's name which may break before 志愿服务队, and after its compound's name, so that no 队 stands alone."""
    parted = name.replace("志愿服务队", "\n志愿服务队")
    if prefix and parted.startswith(prefix):
        parted = f"{prefix}\n{parted.removeprefix(prefix)}"
    return Markup("<wbr>").join(escape(part) for part in parted.split("\n") if part)


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


def main_pages() -> list[tuple[str, str]]:
    """The pages in the masthead, as endpoint and name: everyone's, then the office's."""
    pages = [
        ("home.week", gettext("This week")),
        ("teams.index", gettext("Teams")),
        ("places.index", gettext("Places")),
        ("reports.index", gettext("Figures")),
        ("calendars.index", gettext("Calendars")),
    ]
    if is_staff(signed_in()):
        pages += [
            ("activities.index", gettext("Activities")),
            ("people.index", gettext("People")),
            ("ledgers.index", gettext("Ledgers")),
            ("workdays.index", gettext("Holidays")),
        ]
    return pages


def tab_pages() -> list[tuple[str, str]]:
    """The four places of the bar at the bottom of a phone."""
    return [
        ("home.week", gettext("This week")),
        ("teams.index", gettext("Teams")),
        ("calendars.index", gettext("Calendars")),
        ("pages.more", gettext("More")),
    ]


def native(language: str) -> str:
    """A language's name in itself, for whoever reads no other."""
    return {"zh": "中文", "en": "English"}[language]


def add_filters(app: Flask) -> None:
    """Give the templates these words."""
    app.jinja_env.filters.update(
        day=day,
        weekday=weekday,
        weekday_short=weekday_short,
        month_before=month_before,
        month_after=month_after,
        day_and_weekday=day_and_weekday,
        near=near,
        hour=hour,
        day_part=day_part,
        moment=moment,
        month=month,
        in_short=in_short,
        week_name=week_name,
        slot=slot,
        slot_day=slot_day,
        slot_hours=slot_hours,
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
        span=span,
        hours=hours,
        until=until,
        when=when,
        asset=asset,
        here=here,
        public_address=public_address,
        main_pages=main_pages,
        tab_pages=tab_pages,
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
            "lang": "zh-Hans-CN" if chinese() else "en",
            "large_type": g.get("large_type", False),
            "look": g.get("look", ""),
            "wechat": in_wechat(),
        }
