"""The command line over the database of the test's application."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from volunteer_app.cli import main
from volunteer_app.database import db


@pytest.fixture
def run(app: Flask, database_url: str) -> Callable[..., Result]:
    """run("accounts", "create", …): what the command says in English, or in another *language*."""

    def running(*arguments: str, said: str = "", language: str = "en") -> Result:
        db.session.commit()
        environment = {
            "VOLUNTEER_INSTANCE": str(app.config["SETTINGS"].instance),
            "VOLUNTEER_DATABASE_URL": database_url,
            "VOLUNTEER_LANGUAGE": language,
        }
        result = CliRunner().invoke(main, arguments, input=said, env=environment)
        db.session.expire_all()
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return running
