"""Writing what a plan says of contests."""

from typing import Any

from sqlalchemy import delete

from .. import clock
from ..activities import stamps
from ..contests.models import Channel, Criterion, Judge, Round, Score, ScoreSheet
from ..contests.models import Entry as Candidate
from ..contests.voting.models import Vote
from ..database import Base, db
from .entries import Entry
from .register import Office
from .statements import insert_all, insert_entries, update_all

_POINTING = {
    "round": "round_id",
    "candidate": "entry_id",
    "judge": "judge_id",
    "place": "place_id",
    "person": "person_id",
}


def write_contests(office: Office, *, by: int | None) -> tuple[set[str], set[str]]:
    """Write what is new and what differs; gives the subjects of which a calendar shows something else, and of which
    something else is counted.

    Args:
        by: id of the account that imports: who entered it.
    """
    contests = office.contests
    now = clock.now()
    rounds = list(contests.rounds.values())
    shown = any(it.is_new or it.values.get("revision") != it.kept["revision"] for it in rounds)
    inside = {"subdistrict_id": office.place.id, "channel": Channel.STAFF}
    touched = _write(Round, rounds, ("name", "subdistrict_id"), inside)
    criteria = [criterion for own in contests.criteria.values() for criterion in own.values()]
    touched |= _write(Criterion, criteria, ("round_id", "name"))
    # Who typed an entry, and who published it, stays so where an import puts it right.
    published = {"by_id": by, "decided_by_id": by, "decided_at": now, "reason": ""}
    touched |= _write(Candidate, list(contests.candidates.values()), ("round_id", "name"), published)
    touched |= _write(Judge, list(contests.judges.values()), ("round_id", "label"))
    touched |= _sheets(list(contests.sheets.values()))
    votes = list(contests.votes.values())
    insert_all(Vote, [_row(it) | {"channel": Channel.STAFF, "by_id": by} for it in votes if it.is_new])
    update_all(Vote, [{"id": it.id} | _row(it) for it in votes if it.differs])
    touched |= any(it.is_new or it.differs for it in votes)
    around = stamps.subjects([office.place["path"]], team_ids=[]) if touched else set()
    return (around, set()) if shown else (set(), around)


def _write(
    table: type[Base],
    entries: list[Entry],
    key: tuple[str, ...],
    new: dict[str, Any] | None = None,
) -> bool:
    """Write the rows of one table, with *new* beside the values of new ones; gives whether there were any."""
    added, differing = [it for it in entries if it.is_new], [it for it in entries if it.differs]
    insert_entries(table, added, lambda it: _row(it) | (new or {}), key=key)
    update_all(table, [{"id": it.id} | _row(it) for it in differing])
    return bool(added or differing)


def _sheets(sheets: list[Entry]) -> bool:
    """Write sheets with what was given: of one that differs it's written anew."""
    touched = [it for it in sheets if it.is_new or it.differs]
    rewritten = [it.id for it in touched if not it.is_new]
    changed_at = {"changed_at": clock.now()}
    new = [it for it in touched if it.is_new]
    insert_entries(ScoreSheet, new, lambda it: _row(it) | changed_at, key=("entry_id", "judge_id"))
    update_all(ScoreSheet, [{"id": it.id} | _row(it) | changed_at for it in touched if it not in new])
    if rewritten:
        db.session.execute(delete(Score).where(Score.sheet_id.in_(rewritten)))
    insert_all(
        Score,
        [
            {"sheet_id": it.id, "criterion_id": criterion.id, "points": given}
            for it in touched
            for criterion, given in it["points"].items()
        ],
    )
    return bool(touched)


def _row(entry: Entry) -> dict[str, Any]:
    plain = {key: value for key, value in entry.values.items() if key not in _POINTING and key != "points"}
    if "points" in entry.values and not isinstance(entry["points"], dict):
        plain["points"] = entry["points"]
    return plain | {column: entry[key].id for key, column in _POINTING.items() if key in entry.values}
