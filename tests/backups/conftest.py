"""An instance with something of everything in it, and another one to restore it into."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, time
from pathlib import Path

import pytest
from flask import Flask

from tests.factories import make_account, make_community, make_grant, make_sign_up
from tests.postgres import PostgresServer
from tests.reports.neighbourhood import Neighbourhood, make_neighbourhood
from volunteer_app import create_app
from volunteer_app.activities.models import Theme
from volunteer_app.audit import trail
from volunteer_app.backups import restoring
from volunteer_app.backups.archive import Manifest
from volunteer_app.cli import schema
from volunteer_app.config import Settings
from volunteer_app.database import db
from volunteer_app.notifications import outbox
from volunteer_app.notifications.models import NoticeKind
from volunteer_app.people.models import Role

KINDS = ("sqlite", "postgresql")
_numbers = itertools.count()


@dataclass(frozen=True)
class Instance:
    """An application over a database of its own."""

    app: Flask
    folder: Path

    def restore(self, path: Path, *, force: bool = False) -> Manifest:
        """Restore a backup into it."""
        with self.app.app_context():
            known = schema.known_revisions()
            return restoring.restore(path, instance=self.folder, force=force, known=known, migrate=schema.migrate)


@pytest.fixture
def folder(app: Flask) -> Path:
    """The folder of the application's instance, with a secret and an upload."""
    found: Path = app.config["SETTINGS"].instance
    (found / "secret").write_text("a secret of this instance", "ascii")
    upload = found / "uploads" / "token"
    upload.mkdir(parents=True)
    (upload / "0").write_bytes(b"\x00ledger\xff")
    return found


@pytest.fixture
def here(app: Flask) -> Neighbourhood:
    """Rows of all kinds of columns: days, hours, decimals, JSON, blanks, and a place inside one that came later."""
    made = make_neighbourhood()
    made.wardens.weekday, made.wardens.slot_starts = 2, time(19, 30)
    db.session.get(Theme, made.patrol.theme_id).retired_on = date(2020, 12, 1)
    officer = make_account("钱晓岚", Role.OFFICER, place=made.subdistrict)
    make_grant(officer, Role.LEADER, team=made.wardens)
    sign_up = make_sign_up(made.patrol, officer.person, note='“引号” \\ "\n第二行')
    outbox.tell(
        NoticeKind.MOVED,
        person_id=officer.person_id,
        activity_id=made.patrol.id,
        sign_up_id=sign_up.id,
        values={"旧": ["19:00", None, 1.5, True]},
    )
    trail.record("change", made.patrol, by=officer.id, place_id=made.subdistrict.id, changes={"state": ["a", None]})
    younger = make_community(made.subdistrict, "新社区")
    made.yard.parent_id = younger.id
    db.session.commit()
    return made


@pytest.fixture
def make_instance(request: pytest.FixtureRequest, tmp_path: Path, app: Flask) -> Iterator[Callable[[str], Instance]]:
    """make_instance(kind): an instance whose database is empty, without any table."""
    names: list[str] = []
    engines = []

    def make(kind: str) -> Instance:
        place = tmp_path / f"instance-{next(_numbers)}"
        place.mkdir()
        url = f"sqlite:///{place / 'volunteer.sqlite3'}"
        if kind == "postgresql":
            server: PostgresServer = request.getfixturevalue("postgres")
            names.append(f"restored_{next(_numbers)}")
            server.execute(f"CREATE DATABASE {names[-1]}")
            url = server.url(names[-1])
        settings: Settings = app.config["SETTINGS"]
        made = create_app(replace(settings, instance=place, database_url=url))
        with made.app_context():
            engines.append(db.engine)
        return Instance(made, place)

    yield make
    for engine in engines:
        engine.dispose()
    for name in names:
        request.getfixturevalue("postgres").execute(f"DROP DATABASE {name} WITH (FORCE)")
