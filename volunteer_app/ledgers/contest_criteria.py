"""09-contests: what judges give points for (评分标准), the same in all rounds of one ledger."""

import unicodedata
from typing import Any

from .. import clock
from ..contests.models import Criterion
from ..errors import N_
from . import cells
from .columns import Column, SheetKind
from .contest_register import is_closed
from .contests import LEDGER, written_rounds
from .entries import Entry
from .handling import Handler, Period, Thing, Written
from .reading import Row
from .register import Office

CRITERIA = SheetKind(
    LEDGER,
    "评分标准",
    "评分标准",
    (
        Column("项目", "criterion", cells.text(40), required=True),
        Column("满分", "points", cells.whole, required=True),
    ),
)


def as_header(name: str) -> str:
    """The name of a criterion as it reads at the head of a column."""
    return unicodedata.normalize("NFKC", "".join(name.split()))


def _note_criterion(row: Row, office: Office) -> tuple[Thing, dict[str, Any] | None] | None:
    contests, name = office.contests, row["criterion"]
    if row["points"] == 0:
        row.fault("points", N_("a criterion gives at least one point"))
    # Without the rounds themselves it's that of the rounds which have it.
    rounds = contests.book or [it for it in contests.rounds.values() if name in contests.criteria[it]]
    if not rounds and not any(kind == "round" for kind, _name in office.refused):
        row.fault("criterion", N_("no round has this criterion: send it together with 期次"))
    if going := next((it for it in rounds if _stands(it, name, row["points"], office)), None):
        row.fault("criterion", N_("entries of %(round)s have begun: its criteria stand"), round=going["name"])
    if row.faulty or not rounds:
        office.refused.add(("criterion", as_header(name or "")))
        return None
    there = [it for it in rounds if not it.is_new]
    known = [contests.criteria[it].get(name) for it in there]
    differing = [it for it in known if it is None or it["points"] != row["points"]]
    differ = [it for it, was in zip(there, known, strict=True) if was in differing]
    before = None
    if any(known):
        was = differing[0] if differing else known[0]
        before = {"criterion": name, "points": was and was["points"]}
    for round in rounds:
        own = contests.criteria[round]
        if name in own:
            own[name]["points"] = row["points"]
        else:
            values = {"round": round, "name": name, "points": row["points"], "position": len(own)}
            own[name] = Entry(Criterion, None, values)
    said = contests.said.get(name)
    if said is None:
        values = {"name": name, "points": row["points"], "rounds": rounds}
        # Each round tells of its own.
        values["rows"] = [contests.criteria[it][name] for it in differ]
        said = contests.said[name] = Entry(Criterion, None, values)
    return said, before


def _stands(round: Entry, name: str, points: int | None, office: Office) -> bool:
    """Whether a round keeps its criteria until its close, and this row says something else."""
    own = office.contests.criteria[round]
    begun = not round.is_new and round["entries_from"] <= clock.today() and not is_closed(round)
    return begun and bool(own) and (name not in own or own[name]["points"] != points)


def _say_criterion(entry: Entry) -> dict[str, Any]:
    return {"criterion": entry["name"], "points": entry["points"]}


def _check_criteria(noted: list[tuple[Row, Any]], office: Office) -> None:
    """Points that were given stay within what a criterion gives, and no sheet that's there loses its count."""
    every = [(sheet["candidate"]["round"], sheet) for sheet in office.contests.sheets.values()]
    # Nothing is said of points before the close.
    sheets = [(round, sheet) for round, sheet in every if is_closed(round)]
    for row, said in noted:
        criteria = {office.contests.criteria[round][said["name"]] for round in said["rounds"]}
        for round, sheet in sheets:
            criterion = office.contests.criteria[round].get(said["name"])
            if criterion not in criteria:
                continue
            given = sheet["points"].get(criterion)
            if given is not None and given > said["points"]:
                text = N_("%(judge)s gave %(given)d points already, in %(round)s")
                row.fault("points", text, judge=sheet["judge"]["label"], given=given, round=round["name"])
                break
            if given is None and criterion.is_new and not sheet.is_new:
                row.fault("criterion", N_("the sheets of %(round)s have no points for it"), round=round["name"])
                break


def _written_criteria(office: Office, period: Period) -> Written:
    rounds, _others = written_rounds(office, period)
    criteria = office.contests.criteria[rounds[-1]].values() if rounds else ()
    return Written([_say_criterion(it) for it in criteria], [])


HANDLERS = (
    Handler(
        kind=CRITERIA,
        blame="criterion",
        note=_note_criterion,
        say=_say_criterion,
        existing=lambda office: len(
            {name for own in office.contests.criteria.values() for name, it in own.items() if not it.is_new}
        ),
        written=_written_criteria,
        check=_check_criteria,
    ),
)
