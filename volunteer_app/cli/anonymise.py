"""``anonymise``: people in no roster lose their names when their time is over, and photos of sheets go.

To be run each day.
"""

import click
from flask import current_app
from flask_babel import ngettext

from .. import clock, deliveries
from ..activities.persons import keeping_time
from ..backups.archive import UPLOADS
from ..contests.models import Entry, Judge
from ..contests.outcome import objections
from ..contests.role_models.models import RoleModel
from ..database import db, only_reading
from ..duty.models import Assignment, Pairing, Visit
from ..people.erasure import ERASED
from ..photos.keeping import remove_files
from ..service.models import Certificate, Distinction, ServiceRecord
from .schema import bring_up_to_date

KEPT_BY = (
    *(Pairing.person_id, Assignment.person_id, Visit.person_id),
    *(ServiceRecord.person_id, Distinction.person_id, Certificate.person_id),
    *(Entry.person_id, Judge.person_id, RoleModel.person_id),
)
"""Who serves or has served an office, whose service it has certified, or who is part of a contest, keeps the name."""


@click.command()
@click.option("--dry-run", is_flag=True, help="Say how many there are, and change nothing.")
def anonymise(dry_run: bool) -> None:
    """Take the names of people in no team, without an account, whose last activity is long ago.

    The photos of signed sheets go after the same time. To be run each day.
    """
    bring_up_to_date()
    settings = current_app.config["SETTINGS"]
    months = settings.kept_months
    if dry_run:
        with only_reading():
            people = keeping_time.anonymise_old(months=months, kept_by=KEPT_BY, dry_run=True)
            photos = keeping_time.remove_photos(months=months, dry_run=True)
        click.echo(ngettext("%(num)d person would be anonymised.", "%(num)d people would be anonymised.", people))
        if photos:
            click.echo(
                ngettext(
                    "%(num)d photo of a signed sheet would be removed.",
                    "%(num)d photos of signed sheets would be removed.",
                    len(photos),
                )
            )
        return
    # Activities are locked before people.
    photos = keeping_time.remove_photos(months=months)
    people = keeping_time.anonymise_old(months=months, kept_by=KEPT_BY)
    objections.forget_old(before=clock.midnight(keeping_time.months_ago(clock.today(), months)), erased=ERASED)
    deliveries.forget_old()
    db.session.commit()
    for name in photos:
        remove_files(name, settings.instance / UPLOADS)
    click.echo(ngettext("%(num)d person was anonymised.", "%(num)d people were anonymised.", people))
    if photos:
        click.echo(
            ngettext(
                "%(num)d photo of a signed sheet was removed.",
                "%(num)d photos of signed sheets were removed.",
                len(photos),
            )
        )
