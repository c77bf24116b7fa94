"""Importing ledgers in two steps: plan while nobody waits, then enter under the write lock.

One command is one transaction. If anything was changed between the two steps, it's planned again under the lock, so
that what is written always fits what is there.
"""

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError

from ..audit import trail
from ..database import db, lock, only_reading
from ..errors import N_, Refused
from ..places import registry
from .applying import apply
from .faults import LedgersRefused
from .outcomes import Plan
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

    Args:
        importer: id of the person who imports; None for the command line.

    Raises:
        BadInput: there's no such sub-district.
    """
    with only_reading():
        return plan(sources, subdistrict=subdistrict, importer=importer, watch=watch)


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
