"""The rounds of a sub-district as its public list shows them: what goes on first, then year by year."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import Select, extract, func, or_, select

from ... import clock
from ...database import db, holding
from ...places.models import Place
from .. import queries, windows
from ..models import Entry, EntryState, Round
from ..windows import Phase
from .checks import MOST_NOTICE_DAYS

OVER = (Phase.STANDING, Phase.CANCELLED)


def current(subdistrict: Place, *, drafts: bool, words: str, at: datetime) -> list[Round]:
    """The rounds that aren't over, the latest first.

    Args:
        drafts: with those that aren't published.
        words: parts of a name.
        at: the present moment.
    """
    earliest = clock.local(at).date() - timedelta(days=MOST_NOTICE_DAYS)
    # The days of publication aren't in the database's hands: a few more rounds are read than are shown.
    recent = or_(
        Round.entries_until >= earliest,
        Round.judging_until >= earliest,
        Round.voting_until >= earliest,
        Round.published_at.is_(None),
    )
    query = queries.rounds(subdistrict, drafts=drafts).where(recent, *holding(words, Round.name))
    return [round for round in db.session.scalars(query) if windows.phase(round, at=at) not in OVER]


def former(
    subdistrict: Place, shown: Iterable[Round], *, drafts: bool, words: str, year: int | None = None
) -> Select[Round]:
    """A query of all rounds but those *shown* already, the latest first.

    Args:
        year: that of the first day for entries; None for all.
    """
    query = queries.rounds(subdistrict, drafts=drafts).where(*holding(words, Round.name))
    if year is not None:
        query = query.where(extract("year", Round.entries_from) == year)
    return query.where(Round.id.not_in([round.id for round in shown]))


def years(subdistrict: Place) -> list[int]:
    """The years in which published rounds began, the latest first."""
    year = extract("year", Round.entries_from)
    query = queries.rounds(subdistrict).with_only_columns(year).order_by(None).distinct()
    return sorted((int(found) for found in db.session.scalars(query)), reverse=True)


def entry_counts(round_ids: Collection[int]) -> dict[int, int]:
    """For each of these rounds how many entries take part; one without any is not in it."""
    query = select(Entry.round_id, func.count()).where(
        Entry.round_id.in_(round_ids), Entry.state == EntryState.PUBLISHED
    )
    return dict(db.session.execute(query.group_by(Entry.round_id)).all())
