"""The call list (待电话告知): who must still be told something, ticked off with who told them and when.

What one press of a button brought about is one call to each person, whatever the number of activities.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, func, select
from sqlalchemy.orm import aliased, joinedload

from .. import clock
from ..audit import trail
from ..database import db, lock_all
from ..notifications.models import Notice
from ..people.models import Account, Person
from ..people.roles import Scope
from ..places.models import Place
from .models import Activity


@dataclass(frozen=True, slots=True)
class Call:
    """A notice with whom it's for, what it's about, and who has told them."""

    notice: Notice
    person: Person
    activity: Activity
    told_by: str = ""
    also: list[tuple[Notice, Activity]] = field(default_factory=list)
    """What else they are told in the same call."""


def open_calls(scope: Scope, *, limit: int, offset: int = 0) -> list[Call]:
    """Who must still be told, the next activity's people first; the theme and the places of each are loaded."""
    first = _first_of_each(scope, _is_open())
    query = _query(scope, Notice.id.in_(first)).order_by(Activity.starts_at, Activity.id, Notice.id)
    calls = [Call(*row) for row in db.session.execute(query.limit(limit).offset(offset))]
    return _with_the_rest(calls, scope, _is_open())


def how_many(scope: Scope) -> int:
    """How many calls are still to be made."""
    return db.session.scalar(select(func.count()).select_from(_first_of_each(scope, _is_open()).subquery())) or 0


def told(scope: Scope, *, since: datetime, limit: int) -> list[Call]:
    """Who was told since a moment and by whom, the latest first."""
    teller, name = aliased(Account), aliased(Person)
    recent = Notice.told_at >= since
    query = (
        _query(scope, Notice.id.in_(_first_of_each(scope, recent)))
        .outerjoin(teller, Notice.told_by_id == teller.id)
        .outerjoin(name, teller.person_id == name.id)
        .add_columns(func.coalesce(name.name, ""))
        .order_by(Notice.told_at.desc(), Notice.id.desc())
    )
    return _with_the_rest([Call(*row) for row in db.session.execute(query.limit(limit))], scope, recent)


def tick(notice: Notice, scope: Scope, *, by: int) -> None:
    """Somebody was told; whoever is ticked off already stays so, with who did it first."""
    for each, activity in _same_call(notice, scope):
        mark_told(each, by=by, place_id=activity.subdistrict_id)


def untick(notice: Notice, scope: Scope, *, by: int) -> None:
    """They weren't told after all."""
    for each, activity in _same_call(notice, scope):
        mark_untold(each, by=by, place_id=activity.subdistrict_id)


def mark_told(notice: Notice, *, by: int, place_id: int | None) -> None:
    """Note in a notice that is locked, whatever it's about, who has told it first.

    Args:
        place_id: whose staff may read of it in the trail.
    """
    if notice.told_at is None:
        notice.told_at, notice.told_by_id = clock.now(), by
        trail.record("tell", notice, by=by, place_id=place_id, changes={"told_by_id": [None, by]})


def mark_untold(notice: Notice, *, by: int, place_id: int | None) -> None:
    """Take that back; see ``mark_told``."""
    if notice.told_at is not None:
        changes = {"told_by_id": [notice.told_by_id, None]}
        notice.told_at = notice.told_by_id = None
        trail.record("take back telling", notice, by=by, place_id=place_id, changes=changes)


def _is_open() -> ColumnElement[bool]:
    """Nobody is called about what is over, and nobody can call who has no name any more."""
    return Notice.told_at.is_(None) & (Activity.ends_at > clock.now()) & Person.anonymised_at.is_(None)


def _first_of_each(scope: Scope, which: ColumnElement[bool]) -> Select[int]:
    """The ids of one notice of each call: of what belongs together, the one whose activity comes first."""
    call = Notice.person_id, Notice.told_at, func.coalesce(Notice.together, cast(Notice.id, String))
    nth = func.row_number().over(partition_by=call, order_by=(Activity.starts_at, Activity.id, Notice.id))
    found = _query(scope, which).with_only_columns(Notice.id, nth.label("nth")).options().subquery()
    return select(found.c.id).where(found.c.nth == 1)


def _with_the_rest(calls: list[Call], scope: Scope, which: ColumnElement[bool]) -> list[Call]:
    """Add to each call what belongs to it: one query."""
    its = {(call.notice.together, call.person.id, call.notice.told_at): call for call in calls if call.notice.together}
    if its:
        query = _query(scope, which & Notice.together.in_({key for key, *_ in its}))
        query = query.where(Notice.person_id.in_({person_id for _key, person_id, _told in its}))
        for notice, person, activity in db.session.execute(query.order_by(Activity.starts_at, Activity.id, Notice.id)):
            call = its.get((notice.together, person.id, notice.told_at))
            if call and notice is not call.notice:
                call.also.append((notice, activity))
    return calls


def _same_call(notice: Notice, scope: Scope) -> Sequence[tuple[Notice, Activity]]:
    """A notice with what belongs to it, locked, as far as the account may tell it."""
    same = Notice.id == notice.id
    if notice.together:
        same |= (Notice.together == notice.together) & (Notice.person_id == notice.person_id)
    found = [(each, activity) for each, _person, activity in db.session.execute(_query(scope, same))]
    lock_all([each for each, _activity in found])
    return found


def _query(scope: Scope, which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    around = joinedload(Activity.theme), joinedload(Activity.venue), joinedload(Activity.place)
    return (
        select(Notice, Person, Activity)
        .join(Person, Notice.person_id == Person.id)
        .join(Activity, Notice.activity_id == Activity.id)
        .join(Place, Activity.place_id == Place.id)
        .options(*around)
        .where(scope.matches(Place.path, Activity.team_id), which)
    )
