"""``import``: the office's ledgers in, all or nothing."""

import sys
from pathlib import Path
from typing import Any

import click
from flask_babel import gettext

from ..database import db
from ..ledgers import importing, sources
from ..ledgers.faults import LedgersRefused
from ..ledgers.outcomes import Outcome, Plan
from ..ledgers.planning import Watch
from ..words import say
from .schema import bring_up_to_date


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="PATH…")
@click.option("--subdistrict", metavar="NAME", help="Whose ledgers they are, where they don't say it themselves.")
@click.option("--dry-run", is_flag=True, help="Read and check everything, and write nothing.")
def imports(paths: tuple[Path, ...], subdistrict: str | None, dry_run: bool) -> None:
    """Import ledgers: workbooks, CSV files or folders of them. One command is one transaction."""
    bring_up_to_date()
    found = sources.find(paths)
    with _Bar() as bar:
        planned = importing.prepare(found, subdistrict=subdistrict, watch=bar.watch)
    if not planned.faults and not dry_run:
        # What others changed in between may change the plan: what is printed is what was written.
        planned = importing.enter(planned, by=None)
        db.session.commit()
    _tell(planned)
    if planned.faults:
        raise LedgersRefused(planned.faults)
    if dry_run:
        click.echo(gettext("Nothing was written: this was a dry run."))


class _Bar:
    """A progress bar on a terminal, and nothing anywhere else."""

    def __init__(self) -> None:
        self.shown: Any = None
        self.done = 0

    def __enter__(self) -> "_Bar":
        return self

    def __exit__(self, *_error: object) -> None:
        if self.shown:
            self.shown.__exit__(None, None, None)

    @property
    def watch(self) -> Watch | None:
        """What planning tells how far it is."""
        return self._move if sys.stderr.isatty() else None

    def _move(self, done: int, total: int) -> None:
        if self.shown is None:
            self.shown = click.progressbar(length=total, label=gettext("Checking the rows"), file=sys.stderr)
            self.shown.__enter__()
        self.shown.update(done - self.done)
        self.done = done


def _tell(planned: Plan) -> None:
    """A line for each sheet, each skipped one, each warning and each fault."""
    for sheet in planned.sheets:
        click.echo(
            gettext(
                "%(file)s [%(sheet)s]: read %(read)d, added %(added)d, changed %(changed)d, unchanged %(unchanged)d, "
                "refused %(refused)d, not in this file %(missing)d",
                file=sheet.sheet.file,
                sheet=sheet.kind.name,
                read=sheet.read,
                missing=sheet.missing,
                **{outcome.value: sheet.count(outcome) for outcome in Outcome},
            )
        )
    for skipped in planned.skipped:
        click.echo(say(skipped))
    for warning in planned.warnings:
        click.echo(gettext("Please check: %(what)s", what=say(warning.line)))
    for fault in planned.faults:
        click.echo(say(fault.line))
