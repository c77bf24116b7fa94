"""Keeping rounds: adding, changing, publishing, cancelling and discarding them, each with its entry in the trail.

Every verb holds the sub-district and then the round, so that two officers' hands at once make no name twice. What
must be so, and what may change when, stands in ``checks``; entries, judges and votes have their own homes.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, select

from ... import clock
from ...activities import stamps
from ...audit import trail
from ...database import db, lock
from ...errors import N_, BadInput, Refused
from ...places.keeping import NameTaken, clean
from ...places.models import Place
from .. import windows
from ..models import Criterion, Judge, Round
from ..windows import Phase
from . import checks, telling
from .checks import RoundFaulty
from .templates import Criteria

LONGEST_REASON = 100
CHANGEABLE = (Phase.DRAFT, Phase.ANNOUNCED, Phase.ENTERING, Phase.BETWEEN, Phase.DECIDING)
"""Until the close, unless it's cancelled."""
CLOSED = N_("This round is closed: nothing of it changes any more.")
CANCELLED = N_("This round was cancelled.")


def add(subdistrict: Place, values: Mapping[str, Any], criteria: Criteria, *, by: int | None) -> Round:
    """Add a draft; asked twice for the very same, it's one round.

    Args:
        subdistrict: whose round it is.
        values: those of ``checks.COLUMNS``, all of them.
        criteria: names with the most points that a judge gives, in their order.
        by: id of the account that acts.

    Raises:
        NameTaken: the sub-district has another round of that name.
        RoundFaulty: it can't be so.
    """
    lock(subdistrict)
    values = {**values, "name": clean(values["name"])}
    criteria = cleaned(criteria)
    found = _of_name(subdistrict.id, values["name"])
    if found and _is_same(found, values, criteria):
        return found
    _check(values, criteria)
    _check_name(found, values["name"])
    round = Round(**values, subdistrict_id=subdistrict.id, changed_at=clock.now())
    round.criteria = [Criterion(name=name, points=most, position=n) for n, (name, most) in enumerate(criteria)]
    db.session.add(round)
    db.session.flush()
    trail.record("add", round, by=by, place_id=subdistrict.id, changes={"name": ["", round.name]})
    return round


def change(round: Round, values: Mapping[str, Any], *, by: int | None) -> bool:
    """Change what is said of a round, and return whether anything is different now.

    Args:
        round: a draft, of which everything may change, or one that isn't closed.
        values: of ``checks.COLUMNS`` those to be set.
        by: id of the account that acts.

    Raises:
        NameTaken: the sub-district has another round of that name.
        RoundFaulty: it can't be so, or what has begun doesn't change so any more.
        Refused: it's closed or cancelled.
    """
    hold(round)
    present = shown(round)
    given = {**values, "name": clean(values["name"])} if "name" in values else dict(values)
    new = {name: value for name, value in given.items() if value != present[name]}
    if not new:
        return False
    _check_changeable(round)
    if round.published_at is not None and (faults := checks.change_faults(round, new, today=clock.today())):
        raise RoundFaulty(faults)
    _check({**present, **new}, of_round(round))
    if "name" in new:
        _check_name(_of_name(round.subdistrict_id, new["name"]), new["name"])
    changes = {name: [present[name], value] for name, value in new.items()}
    for name, value in new.items():
        setattr(round, name, value)
    if not changes.keys().isdisjoint(checks.SHOWN):
        _show_anew(round)
    db.session.flush()
    trail.record("change", round, by=by, place_id=round.subdistrict_id, changes=changes)
    return True


def set_criteria(round: Round, criteria: Criteria, *, by: int | None) -> bool:
    """Give a round other criteria, and return whether anything is different now; those that keep their name stay.

    Raises:
        RoundFaulty: they can't be so.
        Refused: entries have begun, or it's closed or cancelled.
    """
    hold(round)
    criteria, present = cleaned(criteria), of_round(round)
    if criteria == present:
        return False
    _check_changeable(round)
    if not may_change_criteria(round):
        raise Refused(N_("Entries have begun: the criteria stand as they were published."))
    if fault := checks.criteria_fault(criteria, judges_weight=round.judges_weight):
        raise RoundFaulty({"criteria": fault})
    known = {criterion.name: criterion for criterion in round.criteria}
    gone = [criterion.id for name, criterion in known.items() if name not in dict(criteria)]
    db.session.execute(delete(Criterion).where(Criterion.id.in_(gone)))
    for position, (name, points) in enumerate(criteria):
        criterion = known.get(name) or Criterion(round_id=round.id, name=name)
        criterion.points, criterion.position = points, position
        db.session.add(criterion)
    db.session.flush()
    db.session.expire(round, ["criteria"])
    changes = {"criteria": [_in_words(present), _in_words(criteria)]}
    trail.record("change", round, by=by, place_id=round.subdistrict_id, changes=changes)
    return True


def publish(round: Round, *, by: int | None) -> None:
    """Show a draft to everyone; one that is published already stays so.

    Raises:
        RoundFaulty: something is missing or wrong.
        Refused: its last day for entries has passed.
    """
    hold(round)
    if round.published_at is not None:
        return
    _check(shown(round), of_round(round))
    if round.entries_until < clock.today():
        raise Refused(N_("The days for entries have passed: choose later ones, then publish it."))
    round.published_at = clock.now()
    _tell_calendars(round)
    db.session.flush()
    trail.record("publish", round, by=by, place_id=round.subdistrict_id)


def cancel(round: Round, reason: str, *, by: int | None) -> None:
    """Call a published round off before its close; the page stays, with the reason, and who takes part is told.

    Raises:
        BadInput: there is no reason, or a long one.
        Refused: it's a draft, closed, or cancelled already.
    """
    hold(round)
    reason = reason.strip()
    if not reason:
        raise BadInput(N_("Say why it's cancelled: everyone who took part will read it."))
    if len(reason) > LONGEST_REASON:
        raise BadInput(N_("The reason may have up to %(most)d characters."), most=LONGEST_REASON)
    if round.published_at is None:
        raise Refused(N_("A draft isn't cancelled: nobody knows of it yet."))
    _check_changeable(round)
    round.cancelled_at = clock.now()
    round.cancel_reason = reason
    _show_anew(round)
    telling.cancelled(round, by=by)
    db.session.flush()
    trail.record("cancel", round, by=by, place_id=round.subdistrict_id, reason=reason)


def discard(round: Round, *, by: int | None) -> None:
    """Take a draft away, with its criteria and its panel.

    Raises:
        Refused: it's published.
    """
    hold(round)
    if round.published_at is not None:
        raise Refused(N_("This round is published: it can be cancelled, and stays on record."))
    trail.record("discard", round, by=by, place_id=round.subdistrict_id, changes={"name": [round.name, ""]})
    for row in (Criterion, Judge):
        db.session.execute(delete(row).where(row.round_id == round.id))
    db.session.expire(round, ["criteria"])
    db.session.delete(round)
    db.session.flush()


def hold(round: Round) -> None:
    """Lock the sub-district of a round, then the round: the order of all locks.

    Raises:
        Refused: somebody has taken the round away.
    """
    lock(db.session.get_one(Place, round.subdistrict_id))
    lock(round)


def next_number(subdistrict: Place) -> int:
    """The number of the sub-district's next round."""
    query = select(func.max(Round.number)).where(Round.subdistrict_id == subdistrict.id)
    return (db.session.scalar(query) or 0) + 1


def may_change_criteria(round: Round) -> bool:
    """Whether the criteria may change: until the first day for entries."""
    return windows.phase(round, at=clock.now()) in (Phase.DRAFT, Phase.ANNOUNCED)


def may_change(round: Round) -> bool:
    """Whether anything of a round may change: until its close."""
    return windows.phase(round, at=clock.now()) in CHANGEABLE


def shown(round: Round) -> dict[str, Any]:
    """What is said of a round, by column."""
    return {name: getattr(round, name) for name in checks.COLUMNS}


def of_round(round: Round) -> Criteria:
    """The criteria of a round, in their order."""
    return [(criterion.name, criterion.points) for criterion in round.criteria]


def cleaned(criteria: Criteria) -> Criteria:
    """Criteria with their names as they're kept."""
    return [(clean(name), points) for name, points in criteria]


def _check(values: Mapping[str, Any], criteria: Criteria) -> None:
    faults = checks.faults(values)
    if fault := checks.criteria_fault(criteria, judges_weight=values["judges_weight"]):
        faults["criteria"] = fault
    if faults:
        raise RoundFaulty(faults)


def _check_changeable(round: Round) -> None:
    if not may_change(round):
        raise Refused(CANCELLED if round.cancelled_at is not None else CLOSED)


def _of_name(subdistrict_id: int, name: str) -> Round | None:
    return db.session.scalar(select(Round).where(Round.subdistrict_id == subdistrict_id, Round.name == name))


def _check_name(found: Round | None, name: str) -> None:
    if found is not None:
        raise NameTaken(N_("%(name)s is there already."), name=name)


def _is_same(found: Round, values: Mapping[str, Any], criteria: Criteria) -> bool:
    """Whether a draft has exactly these values: somebody pressed the button twice."""
    return found.published_at is None and shown(found) == dict(values) and of_round(found) == criteria


def _show_anew(round: Round) -> None:
    """A calendar shows something else of a published round now."""
    if round.published_at is not None:
        round.revision += 1
        _tell_calendars(round)


def _tell_calendars(round: Round) -> None:
    """The feeds of its sub-district, of the places around that, and its own: two changes never look like one."""
    round.changed_at = stamps.later(round.changed_at)
    stamps.raise_shown(stamps.subjects([round.subdistrict.path], team_ids=[]))


def _in_words(criteria: Criteria) -> str:
    return ", ".join(f"{name} {points}" for name, points in criteria)
