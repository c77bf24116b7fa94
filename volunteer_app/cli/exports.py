"""``export``: a ledger out, in the shape in which it is imported; and the list of sign-ups."""

from datetime import date
from pathlib import Path

import click
from flask_babel import gettext

from ..database import db
from ..ledgers import exporting, sign_ups
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
    """Export a LEDGER such as 07-attendance, or the list of sign-ups. Several CSV files go into a folder."""
    bring_up_to_date()
    place, period = subdistrict_named(subdistrict), Period(since, until)
    if ledger == sign_ups.NAME:
        exported = sign_ups.export(place, period, file_format=file_format, by=None)
    else:
        exported = exporting.export(ledger, place, period, file_format=file_format)
    # What the trail notes of it.
    db.session.commit()
    one_file = len(exported.files) == 1 and output.suffix.lower() == f".{file_format}" and not output.is_dir()
    for name, content in exported.files.items():
        path = output if one_file else output / name
        write(path, content)
        click.echo(gettext("%(path)s is written.", path=str(path)))
    for unsaid in exported.unsaid:
        click.echo(say(unsaid), err=True)
