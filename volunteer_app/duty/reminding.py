"""Reminding cadres who are short: a row of the outbox for each cadre and week, ticked off by whoever told them."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from ..activities.calls import mark_told
from ..audit import trail
from ..clock import Week
from ..database import db, lock
from ..notifications import outbox
from ..notifications.models import Notice, NoticeKind
from ..places.models import Place
from .shortfall import Short


def of_week(subdistrict: Place, week: Week) -> dict[int, Notice]:
    """The reminders of an office for a week, by the ids of the cadres: one query."""
    query = select(Notice).where(
        Notice.place_id == subdistrict.id,
        Notice.kind == NoticeKind.SHORT,
        Notice.made_at >= week.starts_at,
        Notice.made_at < week.ends_at,
    )
    return {it.person_id: it for it in db.session.scalars(query.order_by(Notice.id))}


def remind(subdistrict: Place, rows: Iterable[Short], *, by: int | None) -> list[Notice]:
    """Have those be told who are short this week, and return the new rows; who was put there already stays once."""
    lock(subdistrict)
    week = Week.this()
    there = of_week(subdistrict, week)
    made = [
        outbox.tell(
            NoticeKind.SHORT,
            person_id=row.person.id,
            place_id=subdistrict.id,
            values={"week": str(week), "lacking": row.lacking},
        )
        for row in rows
        if row.person.id not in there
    ]
    db.session.flush()
    for notice in made:
        trail.record("remind", notice, by=by, place_id=subdistrict.id)
    return made


def tick(notices: Sequence[Notice], *, by: int) -> None:
    """They were told; whoever is ticked off already stays so, with who did it first."""
    for notice in notices:
        lock(notice)
        mark_told(notice, by=by, place_id=notice.place_id)
