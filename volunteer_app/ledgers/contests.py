"""09-contests: rounds (期次). Its other sheets are in ``contest_criteria`` to ``contest_votes``."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from .. import clock
from ..activities import stamps
from ..contests.models import ContestKind, Round, Subject
from ..errors import N_, Message, message
from . import cells
from .columns import Column, SheetKind
from .contest_register import decided_on, is_closed, stands
from .entries import Entry
from .handling import Handler, Period, Thing, Written
from .reading import Row
from .register import Office

LEDGER = "09-contests"
KINDS = {"楼栋评比赛": ContestKind.BEST_BUILDING, "晒最美": ContestKind.SHOW_YOUR_BEST}
SUBJECTS = {
    "庭院": Subject.COURTYARD,
    "家庭": Subject.FAMILY,
    "阳台": Subject.BALCONY,
    "楼道": Subject.STAIRWELL,
    "楼栋": Subject.BUILDING,
}
"""What is entered, by the word in a round's name."""
USUAL = {ContestKind.BEST_BUILDING: Subject.BUILDING, ContestKind.SHOW_YOUR_BEST: Subject.FAMILY}
"""What is entered where a round's name doesn't say it."""

ROUNDS = SheetKind(
    LEDGER,
    "期次",
    "评比活动",
    (
        Column("期次", "number", cells.whole),
        Column("名称", "round", cells.text(60), required=True),
        Column("类型", "kind", cells.choice(KINDS), required=True, write=cells.choice_cell(KINDS)),
        Column("报名开始", "entries_from", cells.day, required=True),
        Column("报名截止", "entries_until", cells.day, required=True),
        Column("投票截止", "voting_until", cells.day, required=True),
        Column("评委权重", "judges_weight", cells.whole, required=True),
        Column("投票权重", "voters_weight", cells.whole, required=True),
    ),
)
_DAYS = ("entries_from", "entries_until", "voting_until")
_WEIGHTS = ("judges_weight", "voters_weight")
_WINDOWS = {"judging": "judges_weight", "voting": "voters_weight"}
"""What each window's weight is."""
_SAID = ("number", "kind", *_DAYS, *_WEIGHTS)


def round_of(row: Row, office: Office, *, filled: bool = False) -> Entry | None:
    """The round which a row names; unknown, it's a fault, unless it's refused in this very command.

    Args:
        filled: points and votes are read and filled only once the round is over.
    """
    name = row["round"]
    if name is None:
        return None
    found = office.contests.rounds.get(name)
    if found is None or not stands(found):
        row.faulty = True
        if ("round", name) not in office.refused:
            row.fault("round", N_("%(subdistrict)s has no round %(name)s"), subdistrict=office.name, name=name)
        return None
    if filled and not is_closed(found):
        text = N_("the round goes on until %(day)s: points and votes come in after its close")
        row.fault("round", text, day=decided_on(found).isoformat())
        return None
    return found


def written_rounds(office: Office, period: Period) -> tuple[list[Entry], list[Entry]]:
    """The rounds that an export can say, by the day on which they are decided, and those with other criteria.

    One ledger has one list of criteria: that of most rounds, and of the latest where two are as frequent.
    """
    inside = [
        round
        for round in sorted(office.contests.rounds.values(), key=lambda it: (it["entries_from"], it.id))
        if stands(round)
        and (period.since is None or period.since <= decided_on(round))
        and (period.until is None or decided_on(round) <= period.until)
    ]
    lists = {round: _list_of(round, office) for round in inside}
    frequent = Counter(lists.values())
    usual = max(inside, key=lambda it: (frequent[lists[it]], inside.index(it)), default=None)
    same = [it for it in inside if usual and lists[it] == lists[usual]]
    return same, [it for it in inside if it not in same]


def _list_of(round: Entry, office: Office) -> frozenset[tuple[str, int]]:
    return frozenset((it["name"], it["points"]) for it in office.contests.criteria[round].values())


def _note_round(row: Row, office: Office) -> tuple[Thing, dict[str, Any] | None] | None:
    contests = office.contests
    entry = contests.rounds.get(row["round"]) if row["round"] else None
    since, until, voting_until = (row[key] for key in _DAYS)
    if since and until and until < since:
        row.fault("entries_until", N_("the last day lies before the first"))
    if until and voting_until and voting_until <= until:
        row.fault("voting_until", N_("voting begins on the day after %(day)s"), day=until.isoformat())
    judges, voters = (row[key] for key in _WEIGHTS)
    if judges is not None and voters is not None and judges + voters != 100:
        row.fault("voters_weight", N_("both weights together are %(sum)d, not 100"), sum=judges + voters)
    if entry is not None and not stands(entry):
        row.fault("round", N_("the round of this name is a draft or cancelled: change that on its page"))
    before = _say_round(entry) if entry else None
    if before and not row.faulty:
        _guard(row, before, entry)
    if row.faulty:
        office.refused.add(("round", row["round"]))
        return None
    if entry is None:
        values = {"name": row["round"], "subject": _subject(row["round"], row["kind"]), "number": None}
        values |= {"revision": 0, "changed_at": clock.now(), "cancelled_at": None}
        values["published_at"] = min(clock.now(), clock.midnight(since))
        entry = contests.rounds[row["round"]] = Entry(Round, None, values)
    entry.values |= {key: row[key] for key in ("kind", *_WEIGHTS)}
    windows = [kind for kind, weight in _WINDOWS.items() if row[weight] and entry.values.get(f"{kind}_from") is None]
    if before is None or any(before[key] != row[key] for key in _DAYS):
        windows = list(_WINDOWS)
    if windows:
        _schedule(entry, windows, since, until, voting_until)
    if "number" in row:
        entry["number"] = row["number"]
    contests.book.append(entry)
    return entry, before


def _guard(row: Row, before: dict[str, Any], round: Entry | None) -> None:
    """What entries were made for keeps its kind and weights and the days that are over, what is being judged or voted
    on keeps all of them, and what is over isn't opened again."""
    changed = [key for key in ("kind", *_WEIGHTS, *_DAYS) if before[key] != row[key]]
    if round is None or not changed:
        return
    today = clock.today()
    begins = min((day for day in (round["judging_from"], round["voting_from"]) if day), default=None)
    if is_closed(round):
        if row["voting_until"] >= today:
            row.fault("voting_until", N_("the round is over: it isn't opened again"))
    elif begins and begins <= today and changed != ["kind"]:
        row.fault("round", N_("the round is being decided: its days and weights stand"))
    elif round["entries_from"] <= today:
        for key in ("kind", "judges_weight"):
            if key in changed:
                row.fault(key, N_("entries of this round have begun: its kind and weights stand"))
        for key in _DAYS:
            if key in changed and row[key] < today:
                row.fault(key, N_("entries of this round have begun: no day of it moves into the past"))


def _schedule(round: Entry, windows: list[str], since: date, until: date, voting_until: date) -> None:
    """Voting begins on the day after entries close, and judging has the same days [ledgers].

    Args:
        windows: which of both are set.
    """
    if not round.is_new:
        # A calendar shows something else now.
        round["revision"] += 1
        round["changed_at"] = stamps.later(round.kept["changed_at"])
    window = {"from": until + timedelta(days=1), "until": voting_until}
    round.values |= {"entries_from": since, "entries_until": until}
    round.values |= {f"{kind}_{end}": day for kind in windows for end, day in window.items()}


def _subject(name: str, kind: ContestKind) -> Subject:
    return next((subject for word, subject in SUBJECTS.items() if word in name), USUAL[kind])


def _say_round(entry: Entry) -> dict[str, Any]:
    # A round without votes ends with its judging.
    until = entry["voting_until"] or decided_on(entry)
    return {"round": entry["name"]} | {key: entry[key] for key in _SAID} | {"voting_until": until}


def _written_rounds(office: Office, period: Period) -> Written:
    rounds, others = written_rounds(office, period)
    hidden = sum(not stands(it) for it in office.contests.rounds.values())
    odd = sum(not _usual_windows(it) for it in rounds)
    counts = {
        N_("not written: rounds with other criteria than the rest; choose their days (%(count)d)"): len(others),
        N_("not written: rounds that are drafts or cancelled (%(count)d)"): hidden,
        N_("not written: days of judging or voting that aren't those after the entries (%(count)d)"): odd,
    }
    return Written([_say_round(it) for it in rounds], unsaid(counts))


def unsaid(counts: dict[str, int]) -> list[Message]:
    """What an export can't say, by its sentence; what isn't there isn't told."""
    return [message(text, count=count) for text, count in counts.items() if count]


def _usual_windows(round: Entry) -> bool:
    window = (round["entries_until"] + timedelta(days=1), decided_on(round))
    return all((round[f"{kind}_from"], round[f"{kind}_until"]) == window for kind in ("judging", "voting"))


HANDLERS = (
    Handler(
        kind=ROUNDS,
        blame="round",
        note=_note_round,
        say=_say_round,
        existing=lambda office: sum(not it.is_new and stands(it) for it in office.contests.rounds.values()),
        written=_written_rounds,
    ),
)
