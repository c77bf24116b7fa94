"""``anonymise``: people in no roster lose their names when their time is over. To be run each day."""

import click
from flask import current_app
from flask_babel import ngettext

from .. import deliveries
from ..activities.persons import keeping_time
from ..database import db, only_reading
from .schema import bring_up_to_date


@click.command()
@click.option("--dry-run", is_flag=True, help="Say how many there are, and change nothing.")
def anonymise(dry_run: bool) -> None:
    """Take the names of people in no team, without an account, whose last activity is long ago. To be run each day."""
    bring_up_to_date()
    months = current_app.config["SETTINGS"].kept_months
    if dry_run:
        with only_reading():
            people = keeping_time.anonymise_old(months=months, dry_run=True)
        click.echo(ngettext("%(num)d person would be anonymised.", "%(num)d people would be anonymised.", people))
        return
    people = keeping_time.anonymise_old(months=months)
    deliveries.forget_old()
    db.session.commit()
    click.echo(ngettext("%(num)d person was anonymised.", "%(num)d people were anonymised.", people))
