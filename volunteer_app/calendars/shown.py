"""Reading what calendars show of activities: a fixed number of queries, whatever the number of rows."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Row, or_, select
from sqlalchemy.orm import aliased

from .. import clock
from ..activities.models import Activity, ActivityState, Shift, Theme
from ..activities.queries import PLACES_OVER_SHIFTS, Wanted, matching
from ..database import db
from ..places.models import Place, PlaceKind
from ..teams.models import Team
from .events import Shown

BACK = timedelta(days=180)
"""A feed's window: programs drop what a feed drops, so it reaches far back."""
AHEAD = timedelta(days=400)
CANCELLED_STAYS = timedelta(days=30)

_OFFICE = aliased(Place)
_VENUE = aliased(Place)
_COLUMNS = (
    Activity.id,
    Activity.uid,
    Activity.revision,
    Activity.changed_at,
    Activity.starts_at,
    Activity.ends_at,
    Activity.state,
    Activity.cancel_reason,
    Theme.name.label("theme"),
    Theme.field,
    Team.name.label("team"),
    Team.kind,
    Activity.place_text,
    Place.name.label("place"),
    Place.path,
    _VENUE.name.label("venue"),
    _VENUE.path.label("venue_path"),
    _OFFICE.telephone,
)


def window(today: date) -> tuple[datetime, datetime]:
    """The first moment of a feed's window and the first one after it."""
    return clock.midnight(today - BACK), clock.midnight(today + AHEAD + timedelta(days=1))


def still_shown(today: date) -> ColumnElement[bool]:
    """Activities which aren't cancelled, or were it so lately that a program may not know it yet."""
    return or_(
        Activity.state != ActivityState.CANCELLED,
        Activity.changed_at >= clock.midnight(today - CANCELLED_STAYS),
    )


def read(wanted: Wanted, *conditions: ColumnElement[bool]) -> list[Shown]:
    """What is shown of the activities that *wanted* and the conditions ask for, in order of time: three queries."""
    rows = db.session.execute(
        matching(wanted, *_COLUMNS)
        .join(_OFFICE, Activity.subdistrict_id == _OFFICE.id)
        .outerjoin(_VENUE, Activity.venue_id == _VENUE.id)
        .where(*conditions)
        .order_by(Activity.starts_at, Activity.id)
    ).all()
    shifts = db.session.execute(
        matching(wanted, Activity.id, PLACES_OVER_SHIFTS.label("places"))
        .join(Shift, Shift.activity_id == Activity.id)
        .where(*conditions)
        .group_by(Activity.id)
    )
    return list(_shown(rows, {row.id: row.places for row in shifts}))


def _shown(rows: Iterable[Row[tuple[object, ...]]], places: dict[int, int | None]) -> Iterable[Shown]:
    communities = {
        str(place_id): name
        for place_id, name in db.session.execute(select(Place.id, Place.name).where(Place.kind == PlaceKind.COMMUNITY))
    }
    for row in rows:
        around = (row.venue_path or row.path).strip("/").split("/")
        yield Shown(
            activity_id=row.id,
            uid=row.uid,
            revision=row.revision,
            changed_at=row.changed_at,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            state=row.state,
            cancel_reason=row.cancel_reason,
            theme=row.theme,
            field=row.field,
            who=row.team or row.place,
            kind=row.kind,
            place=row.place_text or row.venue or row.place,
            community=next((communities[place_id] for place_id in around if place_id in communities), ""),
            telephone=row.telephone,
            places=places.get(row.id),
        )
