"""Importing ledgers in two steps: plan while nobody waits, then enter under the write lock.

One command is one transaction. If anything was changed between the two steps, it's planned again under the lock, so
that what is written always fits what is there.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from ..audit import trail
from ..contests.models import Round
from ..database import db, lock, lock_all, only_reading
from ..errors import N_, Refused
from ..places import registry
from . import contests
from .applying import apply
from .contest_votes import VOTES
from .faults import LedgersRefused
from .outcomes import Outcome, Plan
from .planning import Watch, plan
from .reading import Source

TRIES = 3


class PlanChanged(Refused):
    """What was agreed to is no longer what would happen: it has to be shown again."""


def prepare(
    sources: Sequence[Source],
    *,
    subdistrict: str | None = None,
    importer: int | None = None,
    watch: Watch | None = None,
) -> Plan:
    """Plan an import in a transaction of its own, for which nobody waits; what was not committed is rolled back.

    A plan that an account asks for, and that tells of votes which are there, is noted in the trail as their export is.

    Args:
        importer: id of the person who imports; None for the command line.

    Raises:
        BadInput: there's no such sub-district.
    """
    with only_reading():
        planned = plan(sources, subdistrict=subdistrict, importer=importer, watch=watch)
    if by := next((source.by for source in sources), None):
        _note_votes(planned, by=by)
    return planned


def enter(planned: Plan, *, by: int | None, expected: str | None = None) -> Plan:
    """Write a plan that has no faults, and give the plan that was written; the caller commits.

    Args:
        by: id of the account that imports; None for the command line.
        expected: the digest of what somebody agreed to; anything else is refused.

    Raises:
        LedgersRefused: there are faults, perhaps because of what was changed in between.
        PlanChanged: it would no longer do what was agreed to.
        Refused: others keep changing the same rows.
    """
    for _try in range(TRIES):
        if planned.faults:
            raise LedgersRefused(planned.faults)
        if expected and planned.digest != expected:
            raise PlanChanged(N_("Something was changed in the meantime: look at the preview once more."))
        if not planned.changes_something:
            return planned
        try:
            _take_lock()
            _lock_rounds(planned)
            if trail.position() != planned.position:
                planned = planned.again()
                if planned.faults or (expected and planned.digest != expected) or not planned.changes_something:
                    db.session.rollback()
                    continue
            apply(planned, by=by)
        except IntegrityError:
            db.session.rollback()
            planned = planned.again()
            continue
        return planned
    raise Refused(N_("Others are changing the same rows: try again in a minute."))


def _take_lock() -> None:
    """Begin a writing transaction; imports wait for each other, also those of two sub-districts.

    The same people may stand in both, and no two attendances of one person may overlap.
    """
    db.session.rollback()
    lock(registry.district())


def _lock_rounds(planned: Plan) -> None:
    """Wait for whoever decides something of a round at this moment: they hold its lock, and not the district's."""
    ids = [office.place.id for office in planned.offices if office.place.id]
    if ids and any(sheet.kind.ledger == contests.LEDGER for sheet in planned.sheets):
        lock_all(db.session.scalars(select(Round).where(Round.subdistrict_id.in_(ids))).all())


def _note_votes(planned: Plan, *, by: int) -> None:
    """Note in the trail, in a transaction of its own, that somebody may read from a plan who voted for what."""
    told = {
        name
        for sheet in planned.sheets
        if sheet.kind is VOTES and (sheet.count(Outcome.CHANGED) or sheet.count(Outcome.UNCHANGED))
        for name in sheet.offices
    }
    for office in planned.offices:
        if office.name in told and office.place.id:
            rows = [(office.place.id, {"ledger": contests.LEDGER})]
            trail.record_many("export", "place", rows, by=by, place_id=office.place.id, reason="")
            # What this adds to the trail changes nothing of what was planned.
            planned.position += 1
    if told:
        db.session.commit()
