"""What tests ask for.

    app             the application over a fresh, migrated database, its context pushed: on SQLite and on PostgreSQL
    sqlite_app      the same on SQLite alone, for what doesn't depend on the database
    client          a test client of ``app``; ``sqlite_client`` one of ``sqlite_app``
    now             the moment at which the clock stands; another one by ``@pytest.mark.now("2020-11-04T19:00+08:00")``
    cast            the named cast, committed: a sub-district with a team, and who works or volunteers there
    sign_in         sign_in(client, account): signed in without the form
    count_queries   ``with count_queries() as queries:`` then ``len(queries)``

The client commits what the test arranged before each request, and gives the request a context and a session of its
own: what the request forgot to commit is gone afterwards. Forms need no CSRF token unless a test turns it on:
``app.config["WTF_CSRF_ENABLED"] = True``. Rows are made by tests/factories.py.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from flask_babel import get_babel
from hypothesis import settings
from sqlalchemy import event
from werkzeug.test import TestResponse

from volunteer_app import clock, create_app, database
from volunteer_app.cli.schema import bring_up_to_date
from volunteer_app.config import Settings
from volunteer_app.database import db
from volunteer_app.people import accounts, sessions
from volunteer_app.people.models import Account

from .factories import Cast, make_cast
from .kept import CATALOGUES, STATEMENTS, Bytecode, keep_rules, keep_statements
from .postgres import PostgresServer

NOW = "2020-11-25T08:30+08:00"
"""A Wednesday."""
DATABASES = ("sqlite", "postgresql")


def pytest_configure(config: pytest.Config) -> None:
    """Make known the one marker, and make applications, passwords and disks cheap: few tests are about these."""
    config.addinivalue_line("markers", "now(moment): the ISO moment at which the clock stands in this test")
    # A rule's time is measured by the bench; here a busy machine must not fail a test.
    settings.register_profile("patient", deadline=None)
    settings.load_profile("patient")
    accounts._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    database.PRAGMAS = (*database.PRAGMAS, "PRAGMA synchronous=OFF")
    keep_rules()
    keep_statements()


class Client(FlaskClient):
    """A client whose requests share nothing with the test but the database."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        """Commit what the test arranged, then send the request in a context of its own."""
        options.setdefault("buffered", True)
        if not has_app_context():  # a thread of a test
            return super().open(*args, **options)
        db.session.commit()
        with self.application.app_context():
            response = super().open(*args, **options)
        db.session.expire_all()
        return response


@pytest.fixture
def now(request: pytest.FixtureRequest) -> Iterator[datetime]:
    """The moment at which the clock stands."""
    marker = request.node.get_closest_marker("now")
    moment = datetime.fromisoformat(marker.args[0] if marker else NOW)
    with clock.frozen(moment):
        yield moment


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """This worker's PostgreSQL server, started when the first test asks for it."""
    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    _migrate(f"sqlite:///{path}", path.parent)
    return path


@pytest.fixture(scope="session")
def postgres_database(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of this worker's migrated PostgreSQL database, empty before each test that asks for its address."""
    postgres.execute("CREATE DATABASE migrated")
    _migrate(postgres.url("migrated"), tmp_path_factory.mktemp("migrated"))
    return "migrated"


@pytest.fixture(scope="session")
def bytecode() -> Bytecode:
    """Compiled templates, kept from one test's application to the next."""
    return Bytecode()


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a fresh SQLite database."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'volunteer.sqlite3')}"


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a fresh database: the test runs once for each kind."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_database")
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name: str = request.getfixturevalue("postgres_database")
    yield server.url(name)
    server.empty(name)


@pytest.fixture
def app(database_url: str, tmp_path: Path, bytecode: Bytecode, now: datetime) -> Iterator[Flask]:
    """The application, its context pushed, on each kind of database."""
    with _running(database_url, tmp_path, bytecode) as application:
        yield application


@pytest.fixture
def sqlite_app(sqlite_database: str, tmp_path: Path, bytecode: Bytecode, now: datetime) -> Iterator[Flask]:
    """The application, its context pushed, on SQLite alone."""
    with _running(sqlite_database, tmp_path, bytecode) as application:
        yield application


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without cookies, on each kind of database."""
    return app.test_client()


@pytest.fixture
def sqlite_client(sqlite_app: Flask) -> FlaskClient:
    """A browser without cookies, on SQLite alone."""
    return sqlite_app.test_client()


@pytest.fixture
def cast(request: pytest.FixtureRequest) -> Cast:
    """The named cast, in the database of whichever application the test asks for."""
    request.getfixturevalue("sqlite_app" if "sqlite_app" in request.fixturenames else "app")
    made = make_cast()
    db.session.commit()
    return made


@pytest.fixture
def sign_in() -> Callable[[FlaskClient, Account], None]:
    """Sign an account in on a client, without the form."""

    def start(client: FlaskClient, account: Account) -> None:
        key = sessions.start(account, device="test", second_factor=True)
        db.session.commit()
        with client.session_transaction() as session:
            session["_user_id"] = key
            session["_fresh"] = True

    return start


@pytest.fixture
def count_queries() -> Callable[[], AbstractContextManager[list[str]]]:
    """Collect the statements that reach the database inside a ``with`` block."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        statements: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if not statement.startswith("BEGIN"):
                statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return counting


@contextmanager
def _running(url: str, instance: Path, bytecode: Bytecode) -> Iterator[Flask]:
    application = create_app(_settings(url, instance))
    application.config["WTF_CSRF_ENABLED"] = False
    application.test_client_class = Client
    application.jinja_env.bytecode_cache = bytecode
    with application.app_context():
        get_babel().instance.domain_instance.cache = CATALOGUES
        db.engine.update_execution_options(compiled_cache=STATEMENTS)
        yield application
        db.session.remove()
        db.engine.dispose()


def _migrate(url: str, instance: Path) -> None:
    application = create_app(_settings(url, instance))
    with application.app_context():
        bring_up_to_date()
        db.engine.dispose()


def _settings(url: str, instance: Path) -> Settings:
    return Settings(instance=instance, database_url=url, secret_key="a secret for tests alone, of no use elsewhere")
