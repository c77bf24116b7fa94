"""When a judge judges, in their private feed: a whole-day event for each of their rounds."""

from datetime import date, datetime, timedelta

from icalendar import Event
from sqlalchemy import Select, func, or_, select

from .. import clock
from ..contests.models import Judge, Round
from ..database import db
from . import events, shown, wording


def read(person_id: int, today: date) -> list[Round]:
    """The rounds in a feed's window that somebody judges; a cancelled one stays for a while, as activities do."""
    since, until = (clock.local(moment).date() for moment in shown.window(today))
    query = _judged(person_id).where(
        Judge.withdrawn_at.is_(None),
        Round.published_at.is_not(None),
        Round.judging_from < until,
        Round.judging_until >= since,
        or_(Round.cancelled_at.is_(None), Round.cancelled_at >= clock.midnight(today - shown.CANCELLED_STAYS)),
    )
    return list(db.session.scalars(query.order_by(Round.judging_from, Round.id)))


def changed_at(person_id: int) -> datetime | None:
    """When any round last changed that somebody judges or judged."""
    return db.session.scalar(_judged(person_id).with_only_columns(func.max(Round.changed_at)))


def starts_at(round: Round) -> datetime:
    """The first moment of a round's judging."""
    assert round.judging_from is not None  # noqa: S101 - a round that is read has its days
    return clock.midnight(round.judging_from)


def event(round: Round, *, base_url: str) -> bytes:
    """The VEVENT of a round's judging: its days, the last one included."""
    assert round.judging_from is not None and round.judging_until is not None  # noqa: S101, PT018 - as above
    cancelled = round.cancelled_at is not None
    address = f"{base_url}/contests/{round.slug}/judging"
    it = Event()
    # The round itself is an event of the public feeds.
    it.add("uid", f"{round.uid}-judging")
    it.add("dtstamp", round.changed_at)
    it.add("last-modified", round.changed_at)
    it.add("sequence", round.revision)
    it.add("dtstart", round.judging_from)
    it.add("dtend", round.judging_until + timedelta(days=1))
    it.add("summary", events.clean(wording.judging_summary(round.name, cancelled=cancelled)[: events.LONGEST_SUMMARY]))
    it.add("url", address)
    it.add("description", events.clean(wording.judging_description(address=address)))
    it.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    it.add("transp", "TRANSPARENT")
    return bytes(it.to_ical())


def _judged(person_id: int) -> Select[Round]:
    return select(Round).join(Judge, Judge.round_id == Round.id).where(Judge.person_id == person_id)
