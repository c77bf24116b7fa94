"""A result as a page and a workbook show it: every component with two decimals, half up."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext

from ..contests.outcome import awards
from ..contests.outcome.results import two_decimals
from ..contests.outcome.standings import Placed, Sheet, Standing
from ..tables.cells import Cell
from ..tables.writing import Table
from ..words import word


@dataclass(frozen=True, slots=True)
class Component:
    """A line of the result with its components as they're printed."""

    placed: Placed
    mean: Decimal | None
    judges_part: Decimal
    votes_scaled: Decimal
    votes_part: Decimal

    @property
    def prize(self) -> str:
        """What its rank wins, in words."""
        rank = self.placed.line.rank
        return word(awards.prize(rank)) if rank else ""


def components(standing: Standing) -> list[Component]:
    """The lines of a result in their order."""
    return [_component(it) for it in standing.entries]


def judges_say(sheet: Sheet) -> str:
    """Why a sheet doesn't count; nothing where it does."""
    if sheet.barred:
        return gettext("Can't judge this entry: doesn't count")
    if sheet.left:
        return gettext("Left the panel: doesn't count")
    if sheet.recused_reason:
        return gettext("Stepped aside: doesn't count")
    return "" if sheet.whole else gettext("Not complete: doesn't count")


def tables(standing: Standing) -> list[Table]:
    """The sheets of a workbook: the result, and each judge's points."""
    return [result_table(standing), *([_points(standing)] if standing.round.judges_weight else [])]


def result_table(standing: Standing) -> Table:
    """The result with every component."""
    header = [
        *(gettext("Rank"), gettext("Entry"), gettext("Judges' mean"), gettext("Sheets that count")),
        *(gettext("From the judges"), gettext("Votes"), gettext("Votes out of 100"), gettext("From the votes")),
        *(gettext("Score"), gettext("Veto")),
    ]
    rows = [
        [
            *(it.placed.line.rank, it.placed.entry.name, _cell(it.mean), it.placed.counted),
            *(_cell(it.judges_part), it.placed.line.candidate.votes, _cell(it.votes_scaled), _cell(it.votes_part)),
            *(_cell(it.placed.line.score), gettext("; ").join(it.placed.vetoes)),
        ]
        for it in components(standing)
    ]
    return Table(gettext("Result"), _title(standing), header, rows)


def _points(standing: Standing) -> Table:
    criteria = [f"{it.name} ({it.points})" for it in standing.criteria]
    header = [gettext("Entry"), gettext("Judge"), *criteria, gettext("Together"), gettext("Note")]
    rows: list[Sequence[Cell]] = [
        [
            *(placed.entry.name, sheet.judge),
            *(sheet.points.get(it.id) for it in standing.criteria),
            *(sheet.total if sheet.whole else None, _note(sheet)),
        ]
        for placed in standing.entries
        for sheet in placed.sheets
    ]
    return Table(gettext("Judges' points"), _title(standing), header, rows)


def _note(sheet: Sheet) -> str:
    veto = f"{gettext('Veto')}{gettext(': ')}{sheet.veto_reason}" if sheet.veto_reason else ""
    return gettext("; ").join(filter(None, (judges_say(sheet), veto)))


def _title(standing: Standing) -> str:
    return f"{standing.round.subdistrict.name} {standing.round.name}"


def _component(it: Placed) -> Component:
    line = it.line
    return Component(
        placed=it,
        mean=None if line.mean is None else two_decimals(line.mean),
        judges_part=two_decimals(line.judges_part),
        votes_scaled=two_decimals(line.votes_scaled),
        votes_part=two_decimals(line.votes_part),
    )


def _cell(number: Decimal | None) -> float | None:
    return None if number is None else float(number)
