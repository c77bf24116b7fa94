"""Stamps: how feeds, lists and kept pages learn of a change without reading the rows."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import BigInteger, ColumnElement, Table, case, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute

from .. import clock
from ..database import db, upsert
from ..places.models import Place
from .models import Activity, Stamp

_TABLE = cast(Table, Stamp.__table__)
_gathered: ContextVar[tuple[set[str], set[str]] | None] = ContextVar("gathered", default=None)


def subjects_of(*activities: Activity) -> set[str]:
    """Whose stamps a change of these activities raises: their teams, their venues, and each place around both."""
    places = {place for activity in activities for place in (activity.place, activity.venue) if place}
    team_ids = {activity.team_id for activity in activities if activity.team_id}
    return subjects((place.path for place in places), team_ids=team_ids)


def subjects(paths: Iterable[str], *, team_ids: Iterable[int]) -> set[str]:
    """The subjects of these places, of each place around them, and of these teams."""
    places = {f"place:{place_id}" for path in paths for place_id in path.strip("/").split("/")}
    return places | {f"team:{team_id}" for team_id in team_ids}


@contextmanager
def gathered() -> Iterator[None]:
    """Raise all that is changed inside once, at its end: the stamps are the last locks, in one order for everyone."""
    shown: set[str] = set()
    counted: set[str] = set()
    before = _gathered.set((shown, counted))
    try:
        yield
    finally:
        _gathered.reset(before)
    raise_shown(shown)
    raise_counted(counted - shown)


def raise_shown(changed: Iterable[str]) -> None:
    """A calendar shows something else now: raise both moments of these subjects."""
    if gathering := _gathered.get():
        gathering[0].update(changed)
        return
    upsert(
        _TABLE,
        _rows(changed),
        key="subject",
        shown_at=later_than(Stamp.shown_at),
        counted_at=later_than(Stamp.counted_at),
    )


def raise_counted(changed: Iterable[str]) -> None:
    """Only numbers changed (sign-ups, attendance): calendars stay as they are."""
    if gathering := _gathered.get():
        gathering[1].update(changed)
        return
    upsert(_TABLE, _rows(changed), key="subject", counted_at=later_than(Stamp.counted_at))


def of_place(place: Place) -> tuple[datetime, datetime] | None:
    """When what is shown, and what is counted, of a place last changed; None where nothing ever was."""
    return _read(f"place:{place.id}")


def of_team(team_id: int) -> tuple[datetime, datetime] | None:
    """The same for a team."""
    return _read(f"team:{team_id}")


def later(moment: datetime) -> datetime:
    """Now, or a second after *moment* where that is later.

    Calendars and If-Modified-Since know whole seconds only, and two changes in one second must not look like one.
    """
    return max(clock.now(), moment + timedelta(seconds=1))


def later_than(column: InstrumentedAttribute[datetime]) -> ColumnElement[int]:
    """The same in SQL, for the moment that stands in *column*."""
    seconds, now = type_coerce(column, BigInteger), int(clock.now().timestamp())
    return case((seconds >= now, seconds + 1), else_=now)


def _read(subject: str) -> tuple[datetime, datetime] | None:
    row = db.session.execute(select(Stamp.shown_at, Stamp.counted_at).where(Stamp.subject == subject)).one_or_none()
    return row and (row.shown_at, row.counted_at)


def _rows(changed: Iterable[str]) -> list[dict[str, object]]:
    moment = clock.now()
    # Sorted, so that two writers lock the stamps in the same order.
    return [{"subject": subject, "shown_at": moment, "counted_at": moment} for subject in sorted(changed)]
