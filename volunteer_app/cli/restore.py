"""``restore``: a backup back into an instance."""

from pathlib import Path

import click
from flask import current_app
from flask_babel import gettext

from .. import clock
from ..backups.restoring import restore as put_back
from ..config import Settings
from . import schema


@click.command()
@click.argument("path", type=click.Path(path_type=Path), metavar="PATH")
@click.option("--force", is_flag=True, help="Replace what is here; without it nothing is overwritten.")
def restore(path: Path, force: bool) -> None:
    """Put the backup at PATH into this instance, all of it or nothing. Stop the server first."""
    settings: Settings = current_app.config["SETTINGS"]
    put = put_back(
        path, instance=settings.instance, force=force, known=schema.known_revisions(), migrate=schema.migrate
    )
    made_at = clock.local(put.moment)
    click.echo(
        gettext(
            "The backup of %(moment)s is here: %(rows)s rows of %(tables)d tables, %(files)d uploaded files.",
            moment=f"{made_at:%Y-%m-%d %H:%M}",
            rows=f"{put.rows:,}",
            tables=len(put.tables),
            files=put.files,
        )
    )
    for name, part in put.tables.items():
        if part.rows:
            click.echo(f"  {part.rows:>10,}  {name}")
