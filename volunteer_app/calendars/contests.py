"""The days of contests in public feeds: entering, voting and the publication of the result, as whole-day events.

They stand in the feeds of the sub-district and of the district, and in one of the round itself. No event says a score,
a number or a name of anybody; when a judge judges stands in their private feed.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from icalendar import Event
from sqlalchemy import select

from .. import clock
from ..contests import windows
from ..contests.models import Round
from ..database import db
from ..places.models import Place
from . import events, shown, wording

_DAY = timedelta(days=1)


class Part(NamedTuple):
    """One event of a round."""

    suffix: str
    """What its UID ends in."""
    name: str
    first: date
    last: date


def of_place(place: Place, *, today: date, base_url: str) -> Iterator[bytes]:
    """The events of the rounds of all sub-districts that a place is, or that lie in it."""
    for round in _inside(place, today):
        yield from of_round(round, today=today, base_url=base_url)


def of_round(round: Round, *, today: date, base_url: str) -> Iterator[bytes]:
    """The events of a published round; none of one that was cancelled long ago."""
    if is_shown(round, today):
        for part in parts(round):
            yield _event(round, part, base_url=base_url)


def parts(round: Round) -> list[Part]:
    """The events of a round, in the order of its days."""
    found = [Part("entering", wording.ENTERING, round.entries_from, round.entries_until)]
    if round.voting_from and round.voting_until:
        found.append(Part("voting", wording.VOTING, round.voting_from, round.voting_until))
    published = windows.decided_on(round) + _DAY
    return [*found, Part("result", wording.RESULT, published, max(published, windows.notice_until(round)))]


def is_shown(round: Round, today: date) -> bool:
    """Whether programs are told of it: a cancelled round stays for a while, as activities do."""
    return round.cancelled_at is None or round.cancelled_at >= clock.midnight(today - shown.CANCELLED_STAYS)


def _inside(place: Place, today: date) -> list[Round]:
    """The published rounds with a day in a feed's window."""
    since, until = (clock.local(moment).date() for moment in shown.window(today))
    within = select(Place.id).where(Place.path.startswith(place.path))
    query = select(Round).where(
        Round.subdistrict_id.in_(within), Round.published_at.is_not(None), Round.entries_from < until
    )
    found = db.session.scalars(query.order_by(Round.entries_from, Round.id))
    # How long the publication takes is no column.
    return [round for round in found if parts(round)[-1].last >= since]


def _event(round: Round, part: Part, *, base_url: str) -> bytes:
    cancelled = round.cancelled_at is not None
    address = f"{base_url}/contests/{round.slug}"
    summary = wording.contest_summary(round.name, part.name, cancelled=cancelled)
    it = Event()
    it.add("uid", f"{round.uid}-{part.suffix}")
    # Never "now": the same rows give the same bytes.
    it.add("dtstamp", round.changed_at)
    it.add("last-modified", round.changed_at)
    it.add("sequence", round.revision)
    it.add("dtstart", part.first)
    it.add("dtend", part.last + _DAY)
    it.add("summary", events.clean(summary[: events.LONGEST_SUMMARY]))
    it.add("categories", [wording.CONTESTS])
    it.add("url", address)
    reason = round.cancel_reason if cancelled else None
    it.add("description", events.clean(wording.contest_description(address=address, cancel_reason=reason)))
    # Nobody is busy because a window is open.
    it.add("transp", "TRANSPARENT")
    it.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    return bytes(it.to_ical())
