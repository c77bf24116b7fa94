"""``demo``: a living neighbourhood for an empty database."""

import click
from flask import current_app
from flask_babel import gettext

from ..backups.archive import UPLOADS
from ..config import Settings
from ..database import db
from ..demo import filling, logins
from .schema import bring_up_to_date


@click.command()
@click.option("--if-empty", is_flag=True, help="Do nothing, and be content, where the database isn't empty.")
def demo(if_empty: bool) -> None:
    """Fill an empty database with a living neighbourhood around today."""
    bring_up_to_date()
    if if_empty and not filling.is_empty():
        click.echo(gettext("The database isn't empty: nothing was done."))
    else:
        settings: Settings = current_app.config["SETTINGS"]
        filled = filling.fill(settings.instance / UPLOADS)
        db.session.commit()
        click.echo(
            gettext(
                "The demo is there: %(teams)d teams, %(committees)d committees and branches, %(people)d people, "
                "%(activities)d activities, %(attendances)d attendances, %(sign_ups)d sign-ups. All of it is invented.",
                teams=filled.teams,
                committees=filled.committees,
                people=filled.people,
                activities=filled.activities,
                attendances=filled.attendances,
                sign_ups=filled.sign_ups,
            )
        )
    if logins.present():
        _say_logins()


def _say_logins() -> None:
    words = {
        logins.ADMINISTRATOR: gettext("Administrator"),
        logins.OFFICER: gettext("Officer"),
        logins.LEADER: gettext("Team leader"),
        logins.VOLUNTEER: gettext("Volunteer"),
        logins.SECRETARY: gettext("Community secretary"),
        logins.CADRE: gettext("Cadre"),
        logins.JUDGE: gettext("Judge of a contest"),
        logins.OUTSIDER: gettext("Officer of another sub-district"),
    }
    click.echo(gettext("Sign in from this machine, with the password %(password)s:", password=logins.PASSWORD))
    for login, word in words.items():
        click.echo(f"  {login.phone}  {word}")
