"""``export``: a ledger out, in the shape in which it is imported."""

from datetime import date
from pathlib import Path

import click
from flask_babel import gettext

from ..ledgers import exporting
from ..ledgers.handling import Period
from ..words import say
from .arguments import Day, subdistrict_named, write
from .schema import bring_up_to_date


@click.command("export")
@click.argument("ledger")
@click.option("--subdistrict", required=True, metavar="NAME", help="The sub-district whose ledger it is.")
@click.option("--from", "since", type=Day(), help="The first day, such as 2020-01-01.")
@click.option("--to", "until", type=Day(), help="The last day.")
@click.option("--format", "file_format", type=click.Choice(exporting.FORMATS), default="xlsx", show_default=True)
@click.option("--output", required=True, type=click.Path(path_type=Path), metavar="PATH", help="A file, or a folder.")
def exports(
    ledger: str,
    subdistrict: str,
    since: date | None,
    until: date | None,
    file_format: str,
    output: Path,
) -> None:
    """Export a LEDGER such as 07-attendance. Several CSV files go into a folder."""
    bring_up_to_date()
    place = subdistrict_named(subdistrict)
    exported = exporting.export(ledger, place, Period(since, until), file_format=file_format)
    one_file = len(exported.files) == 1 and output.suffix.lower() == f".{file_format}" and not output.is_dir()
    for name, content in exported.files.items():
        path = output if one_file else output / name
        write(path, content)
        click.echo(gettext("%(path)s is written.", path=str(path)))
    for unsaid in exported.unsaid:
        click.echo(say(unsaid), err=True)
