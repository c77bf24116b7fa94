"""Public feeds: of a place with all that lies in it, or of a team.

A feed's stamp is the moment at which anything that it shows last changed. With the filters and the day it makes the
ETag, so that a program which has the feed already is answered after one query, and the body is kept under it.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock

from sqlalchemy import String, bindparam, cast, literal, select

from .. import clock
from ..activities.models import Activity, Stamp, ThemeField
from ..activities.queries import PUBLIC, Wanted
from ..database import db
from ..places.models import Place, PlaceKind
from ..store import Body, Store
from ..teams.models import Team, TeamKind
from . import contests, events, shown, wording
from .pieces import piece

FORMAT = 2
"""Rises when the same rows give other bytes than before."""
MOST_BODY_BYTES = 32 * 1024 * 1024
EPOCH = datetime.fromtimestamp(0, clock.ZONE)


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as of one moment: whose, filtered how, on which day, and when it last changed."""

    slug: str
    place_id: int | None
    team_id: int | None
    name: str
    field: ThemeField | None
    kind: TeamKind | None
    today: date
    changed_at: datetime
    base_url: str

    @property
    def etag(self) -> str:
        """What stands for the bytes: equal ones are equal feeds."""
        parts = (FORMAT, self.base_url, self.slug, self.name, self.field, self.kind, self.today, self.changed_at)
        return digest(repr([str(part) for part in parts]).encode())

    @property
    def last_modified(self) -> datetime:
        """The last change, or the last midnight where that is later: the window moved then. It never goes back."""
        return max(self.changed_at, clock.midnight(self.today))


_PLACES, _TEAMS, _STAMPS = Place.__table__, Team.__table__, Stamp.__table__
_AROUND = _PLACES.alias("around")
# Plain SQL on purpose: nearly every answer to a calendar program costs this one query and nothing else.
_PLACE = (
    select(_PLACES.c.id, _PLACES.c.kind, _PLACES.c.name, _AROUND.c.name.label("around"), _STAMPS.c.shown_at)
    .select_from(_PLACES)
    .outerjoin(_AROUND, _AROUND.c.id == _PLACES.c.parent_id)
    .outerjoin(_STAMPS, _STAMPS.c.subject == literal("place:") + cast(_PLACES.c.id, String))
    .where(_PLACES.c.slug == bindparam("slug"))
)
_TEAM = (
    select(_TEAMS.c.id, _TEAMS.c.name, _STAMPS.c.shown_at)
    .select_from(_TEAMS)
    .outerjoin(_STAMPS, _STAMPS.c.subject == literal("team:") + cast(_TEAMS.c.id, String))
    .where(_TEAMS.c.slug == bindparam("slug"))
)


def of_place(slug: str, *, base_url: str, field: ThemeField | None = None, kind: TeamKind | None = None) -> Feed | None:
    """The feed of a place of any kind, or None where there is no such place: one query."""
    row = db.session.execute(_PLACE, {"slug": slug}).one_or_none()
    if row is None:
        return None
    # 活动室 alone says nothing in a list of calendars.
    inner = row.kind in (PlaceKind.BUILDING, PlaceKind.VENUE) and row.around and row.around not in row.name
    return Feed(
        slug=slug,
        place_id=row.id,
        team_id=None,
        name=f"{row.around}{row.name}" if inner else row.name,
        field=field,
        kind=kind,
        today=clock.today(),
        changed_at=row.shown_at or EPOCH,
        base_url=base_url,
    )


def of_team(slug: str, *, base_url: str, field: ThemeField | None = None, kind: TeamKind | None = None) -> Feed | None:
    """The feed of a team, or None where there is no such team: one query."""
    row = db.session.execute(_TEAM, {"slug": slug}).one_or_none()
    return row and Feed(
        slug=slug,
        place_id=None,
        team_id=row.id,
        name=row.name,
        field=field,
        kind=kind,
        today=clock.today(),
        changed_at=row.shown_at or EPOCH,
        base_url=base_url,
    )


_bodies: Store[Body] = Store(MOST_BODY_BYTES, Body.size)
_writing = Lock()


def body(feed: Feed) -> Body:
    """The bytes of a feed: kept ones, or joined from the kept bytes of each event."""
    etag = feed.etag
    kept = _bodies.get(etag)
    if kept is not None:
        return kept
    # One at a time: when many programs ask for the same new feed, the others wait and find it kept.
    with _writing:
        kept = _bodies.get(etag)
        if kept is None:
            kept = Body.of(_written(feed))
            _bodies.put(etag, kept)
        return kept


def _written(feed: Feed) -> bytes:
    since, until = shown.window(feed.today)
    wanted = Wanted(
        within=db.session.get(Place, feed.place_id) if feed.place_id else None,
        team_id=feed.team_id,
        field=feed.field,
        kind=feed.kind,
        since=since,
        until=until,
        states=PUBLIC,
    )
    rows = shown.read(wanted, shown.still_shown(feed.today))
    name = wording.calendar_name(feed.name, field=feed.field, kind=feed.kind)
    found = [piece(row, base_url=feed.base_url) for row in rows]
    if wanted.within and not (feed.field or feed.kind):
        # A contest has no theme, and no team.
        found += contests.of_place(wanted.within, today=feed.today, base_url=feed.base_url)
    return events.calendar(found, name=name)


def digest(data: bytes) -> str:
    """A tag for *data*."""
    return hashlib.sha256(data).hexdigest()[:32]


def of_activity(activity: Activity, *, base_url: str) -> bytes:
    """One activity as a calendar to download."""
    rows = shown.read(Wanted(states=(activity.state,)), Activity.id == activity.id)
    return events.calendar((piece(row, base_url=base_url) for row in rows), name=None)
