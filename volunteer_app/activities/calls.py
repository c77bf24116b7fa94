"""The call list (待电话告知): who must still be told something, ticked off with who told them and when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased, joinedload

from .. import clock
from ..audit import trail
from ..database import db, lock
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


def open_calls(scope: Scope, *, limit: int, offset: int = 0) -> list[Call]:
    """Who must still be told, the next activity's people first; the theme and the places of each are loaded."""
    query = _query(scope, _is_open()).order_by(Activity.starts_at, Activity.id, Notice.id)
    return [Call(*row) for row in db.session.execute(query.limit(limit).offset(offset))]


def how_many(scope: Scope) -> int:
    """How many must still be told."""
    query = _query(scope, _is_open()).with_only_columns(func.count(Notice.id)).options()
    return db.session.scalar(query) or 0


def told(scope: Scope, *, since: datetime, limit: int) -> list[Call]:
    """Who was told since a moment and by whom, the latest first."""
    teller, name = aliased(Account), aliased(Person)
    query = (
        _query(scope, Notice.told_at >= since)
        .outerjoin(teller, Notice.told_by_id == teller.id)
        .outerjoin(name, teller.person_id == name.id)
        .add_columns(func.coalesce(name.name, ""))
        .order_by(Notice.told_at.desc(), Notice.id.desc())
    )
    return [Call(*row) for row in db.session.execute(query.limit(limit))]


def tick(notice: Notice, activity: Activity, *, by: int) -> None:
    """Somebody was told; whoever is ticked off already stays so, with who did it first."""
    lock(notice)
    if notice.told_at is not None:
        return
    notice.told_at, notice.told_by_id = clock.now(), by
    trail.record("tell", notice, by=by, place_id=activity.subdistrict_id, changes={"told_by_id": [None, by]})


def untick(notice: Notice, activity: Activity, *, by: int) -> None:
    """They weren't told after all."""
    lock(notice)
    if notice.told_at is None:
        return
    changes = {"told_by_id": [notice.told_by_id, None]}
    notice.told_at = notice.told_by_id = None
    trail.record("take back telling", notice, by=by, place_id=activity.subdistrict_id, changes=changes)


def _is_open() -> ColumnElement[bool]:
    """Nobody is called about what is over, and nobody can call who has no name any more."""
    return Notice.told_at.is_(None) & (Activity.ends_at > clock.now()) & Person.anonymised_at.is_(None)


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
