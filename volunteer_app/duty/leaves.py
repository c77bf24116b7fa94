"""Leave (请假): days on which a cadre is away. A week wholly on leave isn't due."""

from datetime import date

from sqlalchemy import select

from ..audit import trail
from ..clock import Week
from ..database import db, lock
from ..errors import N_, Refused
from ..people.models import Person
from ..places.models import Place
from .hours import EntryFaulty
from .models import Leave


def add(person: Person, subdistrict: Place, since: date, until: date, reason: str = "", *, by: int | None) -> Leave:
    """Enter a leave, both days included. Sent twice, it's entered once.

    Args:
        subdistrict: whose cadre it is.
        by: id of the account that acts.

    Raises:
        EntryFaulty: its end lies before its start, it overlaps with another leave, or it begins before last week.
    """
    lock(person)
    if since < earliest():
        raise EntryFaulty("since", N_("A leave that began before last week is entered by the office, with its ledger."))
    if until < since:
        raise EntryFaulty("until", N_("The last day can't lie before the first."))
    query = select(Leave).where(Leave.person_id == person.id, Leave.subdistrict_id == subdistrict.id)
    other = db.session.scalar(query.where(Leave.since <= until, Leave.until >= since).order_by(Leave.since).limit(1))
    if other and (other.since, other.until) == (since, until):
        return other
    if other:
        raise EntryFaulty(
            "since",
            N_("This overlaps with the leave from %(since)s to %(until)s."),
            since=other.since.isoformat(),
            until=other.until.isoformat(),
        )
    row = Leave(subdistrict_id=subdistrict.id, person_id=person.id, since=since, until=until, reason=reason.strip())
    db.session.add(row)
    db.session.flush()
    changes = {"person_id": [None, person.id], "since": [None, since], "until": [None, until]}
    trail.record("add", row, by=by, place_id=subdistrict.id, changes=changes)
    return row


def remove(row: Leave, *, by: int | None) -> None:
    """Take a leave away: its weeks are due again.

    Raises:
        Refused: it began before last week.
    """
    lock(row.person)
    lock(row)
    if row.since < earliest():
        raise Refused(N_("A leave that began before last week stays: ask the office."))
    changes = {"person_id": [row.person_id, None], "since": [row.since, None], "until": [row.until, None]}
    trail.record("remove", row, by=by, place_id=row.subdistrict_id, changes=changes)
    db.session.delete(row)
    db.session.flush()


def earliest() -> date:
    """The first day of which a cadre still says that they were away: what is settled isn't written anew."""
    return Week.this().shifted(-1).monday


def of(person: Person, since: date) -> list[Leave]:
    """The leaves of a cadre that end on *since* or later, in order."""
    query = select(Leave).where(Leave.person_id == person.id, Leave.until >= since)
    return list(db.session.scalars(query.order_by(Leave.since, Leave.id)))
