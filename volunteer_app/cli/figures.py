"""``figures``: the figures of a sub-district's period, or of the district, as text, JSON or a workbook."""

import json
from datetime import date
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

import click
from flask_babel import gettext

from .. import clock
from ..database import set_reading
from ..errors import N_, BadInput
from ..reports import figures as sections
from ..reports.definitions import NAMES
from ..reports.figures import Section
from ..reports.periods import Period
from ..tables.cells import Cell
from ..tables.writing import Table, workbook
from .arguments import Day, subdistrict_named, write
from .schema import bring_up_to_date

CALLED = {figure.value: name for figure, name in NAMES.items()} | {
    "places": N_("Places"),
    "activities": N_("Activities"),
    "duty": N_("The weekly three hours"),
    "contests": N_("Contests"),
    "winners": N_("Winners"),
    "district": N_("District"),
    "total": N_("Teams"),
    "by_kind": N_("Kind"),
    "culture_and_volunteer": N_("Cultural groups and volunteer teams"),
    "people": N_("Different people"),
    "minutes": N_("Minutes given"),
    "top_teams": N_("Most attendances"),
    "compounds_without_property_company": N_("Compounds without a property company"),
    "share_percent": N_("Share in per cent"),
}
"""What the keys are called."""


@click.command()
@click.argument("subdistrict", required=False)
@click.option("--district", is_flag=True, help="The district's compounds without a property company, and their shares.")
@click.option("--from", "first", type=Day(), help="The first day, included.")
@click.option("--to", "last", type=Day(), help="The last day, included; places and teams are as at this day.")
@click.option("--format", "kind", type=click.Choice(["text", "json", "xlsx"]), default="text", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of the terminal.")
def figures(
    subdistrict: str | None, district: bool, first: date | None, last: date | None, kind: str, output: Path | None
) -> None:
    """Print the figures of SUBDISTRICT from one day to another, or of the whole district."""
    if district == bool(subdistrict):
        raise BadInput(N_("Name one sub-district, or say --district."))
    if kind == "xlsx" and output is None:
        raise BadInput(N_("A workbook needs a file: name it with --output."))
    bring_up_to_date()
    set_reading(True)
    found: dict[str, Section]
    if district:
        day = last or clock.today()
        title = f"{_called('district')} {day}"
        found = {"district": sections.of_district(day)}
    else:
        period = _period(first, last)
        title = f"{subdistrict} {period.first} – {period.last}"
        found = sections.of_subdistrict(subdistrict_named(subdistrict or "").id, period)
    if kind == "xlsx" and output:
        write(output, workbook(_sheets(title, found)))
        return
    # The district's own block has no section around it in JSON.
    text = _json(found["district"] if district else found) if kind == "json" else _text(title, found)
    if output:
        write(output, f"{text}\n".encode())
    else:
        click.echo(text)


def _period(first: date | None, last: date | None) -> Period:
    if first is None or last is None:
        raise BadInput(N_("Say the first and the last day: --from 2020-01-01 --to 2020-11-04."))
    return Period.of(first, last)


def _json(found: object) -> str:
    return json.dumps(found, ensure_ascii=False, indent=1)


def _text(title: str, found: dict[str, Section]) -> str:
    """The sections below one another, names and numbers in two columns."""
    blocks = {name: _lines(section) for name, section in found.items()}
    if not blocks:
        return "\n".join((title, gettext("There are no rows in this period.")))
    width = max(_width(label) for lines in blocks.values() for label, _ in lines) + 2
    numbers = max(len(_number(value)) for lines in blocks.values() for _, value in lines)
    text = [title]
    for name, lines in blocks.items():
        text += ["", _called(name)]
        text += [f"  {label}{' ' * (width - _width(label))}{_number(value):>{numbers}}" for label, value in lines]
    return "\n".join(text)


def _sheets(title: str, found: dict[str, Section]) -> list[Table]:
    header = [gettext("Figure"), gettext("Number")]
    return [Table(_called(name), title, header, _lines(section)) for name, section in found.items()]


def _lines(section: Section) -> list[tuple[str, Cell]]:
    """A section as names and numbers; what stands in a table of its own is indented under its name."""
    lines: list[tuple[str, Cell]] = []
    for key, value in section.items():
        if isinstance(value, dict):
            lines += [line for name, it in value.items() for line in _named(f"{_called(key)}: {name}", it)]
        elif isinstance(value, list | int | float):
            lines += _named(_called(key), value)
    return lines


def _named(name: str, value: Any) -> list[tuple[str, Cell]]:
    """A number with its name, or several of them that have names themselves."""
    return [(f"{name}: {each}", number) for each, number in value] if isinstance(value, list) else [(name, value)]


def _called(key: str) -> str:
    return gettext(CALLED[key])


def _number(value: Cell) -> str:
    return f"{value:,}"


def _width(text: str) -> int:
    """How many columns of a terminal *text* takes: Chinese characters take two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
