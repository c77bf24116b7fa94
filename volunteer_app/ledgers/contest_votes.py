"""09-contests: votes (群众投票). Who voted for what stands here alone: in a ledger that an officer takes home."""

from typing import Any

from ..contests.models import EntryState
from ..contests.voting.models import Vote
from ..errors import N_
from . import cells
from .columns import Column, SheetKind
from .contest_entries import candidate_of
from .contest_register import FILLED, is_closed
from .contests import LEDGER, round_of, unsaid, written_rounds
from .entries import Entry
from .handling import Handler, Period, Thing, Written
from .reading import Row
from .register import Office

VOTES = SheetKind(
    LEDGER,
    "群众投票",
    "群众投票",
    (
        Column("名称", "round", cells.text(60), required=True),
        Column("日期", "day", cells.day_not_to_come, required=True),
        Column("姓名", "name", cells.name, required=True),
        Column("联系电话", "phone", cells.phone, required=True),
        Column("投给", "candidate", cells.text(60), required=True, secret=True),
    ),
)


def _note(row: Row, office: Office) -> tuple[Thing, dict[str, Any] | None] | None:
    round = round_of(row, office, filled=True)
    candidate = candidate_of(row, office, round)
    if round and row["day"]:
        since, until = round["voting_from"], round["voting_until"]
        if since is None or until is None:
            row.fault("round", N_("nobody votes in %(round)s"), round=round["name"])
        elif not since <= row["day"] <= until:
            text = N_("votes were taken from %(since)s to %(until)s")
            row.fault("day", text, since=since.isoformat(), until=until.isoformat())
    if row.faulty or round is None or candidate is None:
        return None
    contests = office.contests
    known = office.people.known.get((row["phone"], row["name"]))
    entry = contests.votes.get((round, known)) if known else None
    if entry is None and contests.is_filled(round):
        erased = contests.erased[round, row["day"], candidate]
        if known is None and erased:
            # Whoever voted was erased since: the vote is there, and isn't doubled.
            entry = erased.pop()
            return entry, _say(entry)
        row.fault("name", FILLED)
        return None
    person = office.people.find_or_add(row["phone"], row["name"])
    before = _say(entry) if entry else None
    if entry is None:
        values = {"round": round, "person": person, "annulled_at": None}
        entry = contests.votes[round, person] = Entry(Vote, None, values)
    entry.values |= {"candidate": candidate, "day": row["day"]}
    return entry, before


def _say(entry: Entry) -> dict[str, Any]:
    person = entry["person"]
    return {
        "round": entry["round"]["name"],
        "day": entry["day"],
        "name": person["name"],
        "phone": person["phone"],
        "candidate": entry["candidate"]["name"],
    }


def _written(office: Office, period: Period) -> Written:
    rounds = written_rounds(office, period)[0]
    closed = {it for it in rounds if is_closed(it)}
    mine = [it for it in office.contests.votes.values() if it["round"] in closed]
    valid = [it for it in mine if it["annulled_at"] is None and it["candidate"]["state"] is EntryState.PUBLISHED]
    said = [it for it in valid if it["person"]["phone"] is not None]
    counts = {
        # How many there are is nobody's business before the close.
        N_("not written: votes of rounds that aren't over (rounds: %(count)d)"): len(rounds) - len(closed),
        N_("not written: votes of households, whose cards name nobody (%(count)d)"): sum(
            number for round, number in office.contests.households.items() if round in closed
        ),
        N_("not written: votes that were annulled (%(count)d)"): len(mine) - len(valid),
        N_("not written: votes of people without a phone number (%(count)d)"): len(valid) - len(said),
    }
    return Written([_say(it) for it in said], unsaid(counts))


HANDLERS = (
    Handler(
        kind=VOTES,
        blame="name",
        note=_note,
        say=_say,
        # How many there are of a round that goes on is nobody's business.
        existing=lambda office: sum(not it.is_new and is_closed(it["round"]) for it in office.contests.votes.values()),
        written=_written,
    ),
)
