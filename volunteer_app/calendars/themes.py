"""The feed of an office's themes (年度主题): last year's, this year's and next year's, each on its day.

A spare has no day of its own, so its event lies over the seven days of the week that it has: on one of them it would
say what isn't so. Nothing here keeps anybody busy. No event says when it was written: equal rows give equal bytes.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from icalendar import Event
from sqlalchemy import func, select

from .. import clock
from ..activities.models import ThemeField
from ..activities.year import calendar
from ..activities.year.calendar import ThemeDay
from ..audit.models import AuditEntry
from ..database import db
from ..places import queries as places
from ..places.models import Place, PlaceKind
from ..store import Body, Store
from . import events, wording
from .feeds import EPOCH, digest

MOST_BODY_BYTES = 4 * 1024 * 1024
"""Some dozens of offices."""
CHANGES = ("place", "theme", "theme_anchor", "theme_move")
"""The tables whose changes change what is shown; the office's name stands at its head."""


@dataclass(frozen=True, slots=True)
class ThemeFeed:
    """The feed as of one moment."""

    body: Body
    etag: str
    last_modified: datetime


class _Shown(NamedTuple):
    """All that an event says: equal rows make equal bytes."""

    uid: str
    first: date
    days: int
    theme: str
    field: ThemeField
    address: str


def of(slug: str, *, base_url: str) -> ThemeFeed | None:
    """The feed of a sub-district's themes, or None where there is no such sub-district: four queries.

    Args:
        base_url: where people reach the product, without a slash at the end.
    """
    place = places.by_slug(slug)
    if place is None or place.kind is not PlaceKind.SUBDISTRICT:
        return None
    this = clock.today().year
    days = calendar.of_years(place, this - 1, this + 1)
    rows = tuple(sorted((_shown(it, place, base_url) for it in days), key=lambda row: (row.first, row.uid)))
    changed_at = _changed_at(place)
    body = _body(f"{place.name} · {wording.THEMES}", rows, changed_at)
    # On the first of January the years move on.
    return ThemeFeed(body, digest(body.plain), max(changed_at, clock.midnight(date(this, 1, 1))))


def _shown(it: ThemeDay, place: Place, base_url: str) -> _Shown:
    first = it.day or it.week.monday
    # The day on which it would fall is the same wherever it's moved.
    known = f"{place.slug} theme {it.anchor.id} {it.anchored_on or first}"
    return _Shown(
        uid=digest(known.encode()),
        first=first,
        days=1 if it.day else 7,
        theme=it.theme.name,
        field=it.theme.field,
        address=f"{base_url}/themes/calendar?office={place.slug}&year={it.week.monday.isocalendar().year}",
    )


def _changed_at(place: Place) -> datetime:
    """When the office last changed any of its themes, as its trail says."""
    at = db.session.scalar(
        select(func.max(AuditEntry.at)).where(AuditEntry.place_id == place.id, AuditEntry.subject.in_(CHANGES))
    )
    return at or EPOCH


_bodies: Store[Body] = Store(MOST_BODY_BYTES, Body.size)


def _body(name: str, rows: tuple[_Shown, ...], changed_at: datetime) -> Body:
    """The bytes, kept by all that they say."""
    key = (name, rows, changed_at)
    kept = _bodies.get(key)
    if kept is None:
        kept = Body.of(events.calendar((_event(row, changed_at) for row in rows), name=name))
        _bodies.put(key, kept)
    return kept


def _event(shown: _Shown, changed_at: datetime) -> bytes:
    it = Event()
    it.add("uid", shown.uid)
    it.add("dtstamp", changed_at)
    it.add("last-modified", changed_at)
    it.add("dtstart", shown.first)
    it.add("dtend", shown.first + timedelta(days=shown.days))
    it.add("summary", events.clean(shown.theme))
    it.add("categories", [wording.FIELDS[shown.field]])
    it.add("url", shown.address)
    it.add("transp", "TRANSPARENT")
    it.add("status", "CONFIRMED")
    return bytes(it.to_ical())
