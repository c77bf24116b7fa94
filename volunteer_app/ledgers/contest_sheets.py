"""09-contests: a judge's sheet of one entry (评委打分), with a column for each criterion."""

from typing import Any

from ..contests.models import EntryState, ScoreSheet
from ..errors import N_
from . import cells
from .columns import Column, SheetKind
from .contest_criteria import as_header
from .contest_entries import candidate_of
from .contest_register import FILLED, is_closed
from .contests import LEDGER, round_of, unsaid, written_rounds
from .entries import Entry
from .handling import Handler, Period, Thing, Written
from .reading import Row
from .register import Office

SUMS = ("序号", "总分", "合计", "得分", "平均分", "备注", "原行号", "问题")
"""Headers that name no criterion: what stands below them follows from the rest, or is said to people."""
_CRITERION = "criterion "


def _column(header: str) -> Column | None:
    """The column of a criterion, of whichever name."""
    return None if header in SUMS else Column(header, f"{_CRITERION}{header}", cells.whole)


SHEETS = SheetKind(
    LEDGER,
    "评委打分",
    "评委打分表",
    (
        Column("名称", "round", cells.text(60), required=True),
        Column("参评对象", "candidate", cells.text(60), required=True),
        Column("评委", "judge", cells.text(40), required=True),
    ),
    beside=_column,
)


def _note(row: Row, office: Office) -> tuple[Thing, dict[str, Any] | None] | None:
    contests, round = office.contests, round_of(row, office, filled=True)
    candidate = candidate_of(row, office, round)
    points = _points(row, round, office) if round else {}
    judge = contests.judges.get((round, row["judge"])) if round and row["judge"] else None
    if judge and judge["withdrawn_at"] is not None:
        row.fault("judge", N_("%(judge)s left the panel: no sheet of theirs counts"), judge=row["judge"])
    entry = contests.sheets.get((candidate, judge)) if candidate and judge else None
    # A sheet that doesn't count stands in no ledger, and no ledger makes it count.
    if entry is not None and entry["recused_reason"]:
        text = N_("%(judge)s stepped aside for %(name)s: no sheet of theirs counts")
        row.fault("judge", text, judge=row["judge"], name=row["candidate"])
    elif entry is not None and not row.faulty and not _counts(entry.values, office):
        text = N_("the sheet of %(judge)s isn't complete: put it right on the result's page")
        row.fault("judge", text, judge=row["judge"])
    elif entry is None and round and candidate and not row.faulty and contests.is_filled(round):
        row.fault("judge", FILLED)
    if row.faulty or round is None or candidate is None:
        return None
    judge = contests.judge(round, row["judge"])
    before = _say(entry) if entry else None
    if entry is None:
        values = {"candidate": candidate, "judge": judge, "veto_reason": "", "recused_reason": ""}
        entry = contests.sheets[candidate, judge] = Entry(ScoreSheet, None, values)
    entry["points"] = points
    return entry, before


def _points(row: Row, round: Entry, office: Office) -> dict[Entry, int]:
    """What was given, by criterion; each of the round's must be there, and no other."""
    own = {as_header(name): criterion for name, criterion in office.contests.criteria[round].items()}
    raw = row.sheet.raw[row.number - 1]
    points, there = {}, set()
    for index, column in row.sheet.columns.items():
        if not column.key.startswith(_CRITERION):
            continue
        there.add(column.header)
        criterion, given = own.get(column.header), row[column.key]
        if criterion is None:
            _refuse(row, column.header, N_("%(name)s is no criterion of 评分标准"), office)
        elif given is None:
            # A cell that couldn't be read is a fault of its own.
            if index >= len(raw) or cells.is_blank(raw[index]):
                row.fault(column.key, N_("must not be blank"))
        elif given > criterion["points"]:
            row.fault(column.key, N_("%(given)d points are more than %(most)d"), given=given, most=criterion["points"])
        else:
            points[criterion] = given
    for header in own:
        if header not in there:
            _refuse(row, header, N_("the column is missing"), office)
    return points


def _refuse(row: Row, header: str, text: str, office: Office) -> None:
    """Refuse a row for a column of its sheet: told once, unless the criterion is refused in this very command."""
    row.faulty = True
    if ("criterion", header) not in office.refused and (row.sheet, header) not in office.contests.named:
        office.contests.named.add((row.sheet, header))
        row.sheet.fault(row.sheet.header_row, header, text, name=header)


def _say(entry: Entry) -> dict[str, Any]:
    candidate = entry["candidate"]
    said = {"round": candidate["round"]["name"], "candidate": candidate["name"], "judge": entry["judge"]["label"]}
    return said | {f"{_CRITERION}{as_header(it['name'])}": given for it, given in entry["points"].items()}


def _counts(sheet: dict[str, Any], office: Office) -> bool:
    """Whether a sheet counts: whole, by a judge of the panel, who didn't step aside."""
    criteria = office.contests.criteria[sheet["candidate"]["round"]].values()
    whole = all(criterion in sheet["points"] for criterion in criteria if not criterion.is_new)
    return whole and not sheet["recused_reason"] and sheet["judge"]["withdrawn_at"] is None


def _written(office: Office, period: Period) -> Written:
    rounds = written_rounds(office, period)[0]
    closed = {it for it in rounds if is_closed(it)}
    mine = [it for it in office.contests.sheets.values() if it["candidate"]["round"] in closed]
    shown = [it for it in mine if it["candidate"]["state"] is EntryState.PUBLISHED]
    counting = [it for it in shown if _counts(it.values, office)]
    counts = {
        # How many there are is nobody's business before the close.
        N_("not written: points of rounds that aren't over (rounds: %(count)d)"): len(rounds) - len(closed),
        N_("not written: sheets that don't count (%(count)d)"): len(mine) - len(counting),
        N_("not written: vetoes of judges (%(count)d)"): sum(bool(it["veto_reason"]) for it in shown),
        N_("not written: vetoes of the office (%(count)d)"): sum(
            bool(it["veto_reason"] or it["veto_lifted"])
            for it in office.contests.candidates.values()
            if it["round"] in closed
        ),
    }
    criteria = office.contests.criteria[rounds[-1]] if rounds else {}
    columns = [column for name in criteria if (column := _column(as_header(name)))]
    return Written([_say(it) for it in counting], unsaid(counts), columns)


def _existing(office: Office) -> int:
    """How many sheets count; of a round that goes on that's nobody's business."""
    kept = [it.kept for it in office.contests.sheets.values() if it.kept]
    return sum(is_closed(it["candidate"]["round"]) and _counts(it, office) for it in kept)


HANDLERS = (
    Handler(
        kind=SHEETS,
        blame="judge",
        note=_note,
        say=_say,
        existing=_existing,
        written=_written,
    ),
)
