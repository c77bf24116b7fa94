"""``backup``: everything of the instance in one file."""

from pathlib import Path

import click
from flask import current_app
from flask_babel import gettext

from ..backups.making import make
from ..config import Settings
from .schema import bring_up_to_date


@click.command()
@click.option("--output", required=True, type=click.Path(path_type=Path), metavar="PATH", help="The file to write.")
def backup(output: Path) -> None:
    """Write rows, uploads and secret into one file that you alone can read. The server may go on running."""
    bring_up_to_date()
    settings: Settings = current_app.config["SETTINGS"]
    made = make(output, instance=settings.instance)
    click.echo(
        gettext(
            "%(path)s is written: %(rows)s rows of %(tables)d tables, %(files)d uploaded files.",
            path=str(output),
            rows=f"{made.rows:,}",
            tables=len(made.tables),
            files=made.files,
        )
    )
    if made.secret:
        click.echo(gettext("It holds personal data and the secret of this instance: keep it safe."))
    else:
        click.echo(gettext("It holds personal data: keep it safe. The secret stands in VOLUNTEER_SECRET_KEY alone."))
