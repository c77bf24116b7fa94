"""A cadre's planned visits in their private feed: one query, and the event of each."""

from datetime import date
from typing import NamedTuple

from icalendar import Event
from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from .. import clock
from ..database import db
from ..duty.models import PlannedVisit
from ..places.models import Place
from . import events, shown, wording

_COMMUNITY = aliased(Place)


class Planned(NamedTuple):
    """All that an event says of a planned visit: equal rows make equal bytes."""

    row: PlannedVisit
    compound: str
    community: str


def read(person_id: int, today: date) -> list[Planned]:
    """The planned visits in a feed's window; a cancelled one stays for a while, as activities do."""
    since, until = shown.window(today)
    query = (
        select(PlannedVisit, Place.name, _COMMUNITY.name)
        .join(Place, PlannedVisit.compound_id == Place.id)
        .join(_COMMUNITY, Place.parent_id == _COMMUNITY.id)
        .where(
            PlannedVisit.person_id == person_id,
            PlannedVisit.starts_at < until,
            PlannedVisit.ends_at > since,
            or_(
                PlannedVisit.cancelled.is_(False),
                PlannedVisit.changed_at >= clock.midnight(today - shown.CANCELLED_STAYS),
            ),
        )
        .order_by(PlannedVisit.starts_at, PlannedVisit.id)
    )
    return [Planned(*found) for found in db.session.execute(query)]


def event(planned: Planned, *, base_url: str) -> bytes:
    """The VEVENT of a planned visit, with alarms while it isn't cancelled."""
    row = planned.row
    summary = events.clean(wording.visit_summary(planned.compound, cancelled=row.cancelled)[: events.LONGEST_SUMMARY])
    address = f"{base_url}/duty/"
    it = Event()
    it.add("uid", row.uid)
    it.add("dtstamp", row.changed_at)
    it.add("last-modified", row.changed_at)
    it.add("sequence", row.revision)
    it.add("dtstart", clock.local(row.starts_at))
    it.add("dtend", clock.local(row.ends_at))
    it.add("summary", summary)
    it.add("location", events.clean(wording.location(planned.compound, planned.community)))
    it.add("url", address)
    it.add("description", events.clean(wording.visit_description(note=row.note, address=address)))
    it.add("status", "CANCELLED" if row.cancelled else "CONFIRMED")
    if not row.cancelled:
        for before in events.ALARMS:
            it.add_component(events.alarm(before, summary))
    return bytes(it.to_ical())
