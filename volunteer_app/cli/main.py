"""Entry point of the command line: the application for each command, the user's language, and problems in one line."""

import locale
import os
from pathlib import Path

import click
from babel.support import Translations
from flask_babel import force_locale
from sqlalchemy.exc import OperationalError

from .. import create_app
from ..config import Settings
from ..errors import N_, Message, Problem, message
from .accounts import accounts
from .anonymise import anonymise
from .backup import backup
from .demo import demo
from .exports import exports
from .figures import figures
from .imports import imports
from .plan import plan
from .restore import restore
from .serve import serve

LANGUAGES = {"zh": "zh_Hans_CN", "en": "en"}
CATALOGUES = Path(__file__).parents[1] / "translations"


class Commands(click.Group):
    """Commands whose problems are one line on the error stream and exit status 1."""

    def invoke(self, context: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(context)
        except Problem as problem:
            said = problem.message
        except OperationalError as error:
            said = message(N_("The database says: %(reason)s"), reason=str(error.orig).strip().splitlines()[0])
        click.echo(_said(said, context.params["language"]), err=True)
        raise click.exceptions.Exit(1)


def _preferred() -> str:
    """The language of the terminal: English where it says so, else Chinese."""
    chosen = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "en" if locale.normalize(chosen).startswith("en") else "zh"


def _said(message: Message, language: str) -> str:
    """*message* in *language*, also where there is no application because a setting is wrong."""
    values = {name: _said(v, language) if isinstance(v, Message) else v for name, v in message.values.items()}
    text = Translations.load(CATALOGUES, [LANGUAGES[language]]).gettext(message.text)
    return text % values if values else text


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--language",
    type=click.Choice(list(LANGUAGES)),
    envvar="VOLUNTEER_LANGUAGE",
    default=_preferred,
    help="What the commands speak; otherwise as the terminal does.",
)
@click.pass_context
def main(context: click.Context, language: str) -> None:
    """Volunteers and activities of a sub-district."""
    context.obj = create_app(Settings.read(os.environ))
    context.with_resource(context.obj.app_context())
    context.with_resource(force_locale(LANGUAGES[language]))


main.add_command(accounts)
main.add_command(anonymise)
main.add_command(backup)
main.add_command(demo)
main.add_command(exports)
main.add_command(figures)
main.add_command(imports)
main.add_command(plan)
main.add_command(restore)
main.add_command(serve)
