"""What several commands take: a day, a sub-district by its name, a file to write."""

from datetime import date, datetime
from pathlib import Path

import click
from flask_babel import gettext

from ..errors import N_, BadInput, Refused
from ..places import queries
from ..places.models import Place


class Day(click.ParamType[date]):
    """A day such as 2020-11-04."""

    name = "DAY"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the day."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(str(value), "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            self.fail(gettext("%(text)s is not a day such as 2020-11-04.", text=value), param, ctx)


def subdistrict_named(name: str) -> Place:
    """The sub-district of this name.

    Raises:
        Refused: there is none.
    """
    place = queries.subdistrict_named(name)
    if place is None:
        raise Refused(N_("There is no sub-district called %(name)s. Import its places first."), name=name)
    return place


def write(path: Path, content: bytes) -> None:
    """Write a file, and its folder where that is missing.

    Raises:
        BadInput: it can't be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise BadInput(N_("%(path)s can't be written: %(why)s"), path=str(path), why=error.strerror or "") from error
