"""``export``: a ledger out, in the shape in which it is imported."""

from datetime import datetime
from pathlib import Path

import click
from flask_babel import gettext

from ..database import set_reading
from ..errors import N_, BadInput
from ..ledgers import exporting
from ..ledgers.handling import Period
from ..places import queries
from ..web.words import say
from .schema import bring_up_to_date

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("export")
@click.argument("ledger")
@click.option("--subdistrict", required=True, metavar="NAME", help="The sub-district whose ledger it is.")
@click.option("--from", "since", type=DAY, metavar="DAY", help="The first day, such as 2020-01-01.")
@click.option("--to", "until", type=DAY, metavar="DAY", help="The last day.")
@click.option("--format", "file_format", type=click.Choice(exporting.FORMATS), default="xlsx", show_default=True)
@click.option("--output", required=True, type=click.Path(path_type=Path), metavar="PATH", help="A file, or a folder.")
def exports(
    ledger: str,
    subdistrict: str,
    since: datetime | None,
    until: datetime | None,
    file_format: str,
    output: Path,
) -> None:
    """Export a LEDGER such as 07-attendance. Several CSV files go into a folder."""
    bring_up_to_date()
    set_reading(True)
    place = queries.subdistrict_named(subdistrict)
    if place is None:
        raise BadInput(N_("There's no sub-district %(name)s."), name=subdistrict)
    period = Period(since.date() if since else None, until.date() if until else None)
    exported = exporting.export(ledger, place, period, file_format=file_format)
    for path in _write(exported.files, output, ending=f".{file_format}"):
        click.echo(gettext("%(path)s is written.", path=str(path)))
    for unsaid in exported.unsaid:
        click.echo(say(unsaid), err=True)


def _write(files: dict[str, bytes], output: Path, *, ending: str) -> list[Path]:
    """Write one file where *output* is named like one, else all of them into that folder."""
    try:
        if len(files) == 1 and output.suffix.lower() == ending and not output.is_dir():
            paths = {output: next(iter(files.values()))}
        else:
            output.mkdir(parents=True, exist_ok=True)
            paths = {output / name: content for name, content in files.items()}
        for path, content in paths.items():
            path.write_bytes(content)
    except OSError as error:
        raise BadInput(N_("%(path)s can't be written: %(why)s"), path=str(output), why=error.strerror or "") from error
    return list(paths)
