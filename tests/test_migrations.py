"""Each migration goes up on data of the version before, keeps every row, and comes down again."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from volunteer_app import clock, create_app
from volunteer_app.activities.models import Activity, SignUp
from volunteer_app.config import Settings
from volunteer_app.database import db
from volunteer_app.people.models import Account, Person

from .postgres import PostgresServer

DAY = 1_606_266_000
"""2020-11-25T09:00+08:00."""
BEFORE_SIGN_UP = (
    (
        "INSERT INTO place (id, kind, name, slug, path, telephone, office_hours)"
        " VALUES (1, 'subdistrict', '青云街道', 'aaaaaaaa', '/1/', '', '')"
    ),
    f"INSERT INTO person (id, name, phone, created_at) VALUES (1, '王小明', '13900000001', {DAY})",
    (
        "INSERT INTO account (id, person_id, phone, password_hash, session_stamp, failed_logins, created_at, demo)"
        f" VALUES (1, 1, '13900000001', 'x', 'stamp', 0, {DAY}, false)"
    ),
    "INSERT INTO theme (id, subdistrict_id, name, field) VALUES (1, 1, '义诊', 'health')",
    *(
        "INSERT INTO activity (id, uid, subdistrict_id, place_id, theme_id, place_text, starts_at, ends_at, state,"
        " cancel_reason, counts_as_service, about, bring, revision, changed_at)"
        f" VALUES ({row}, 'uid{row}', 1, 1, 1, '', {DAY}, {DAY + 5_400}, '{state}', '', false, '', '', 3, {DAY})"
        for row, state in ((1, "held"), (2, "published"))
    ),
    (
        f"INSERT INTO shift (id, activity_id, title, places, starts_at, ends_at, needs)"
        f" VALUES (1, 2, '', 5, {DAY}, {DAY + 5_400}, '')"
    ),
    (
        "INSERT INTO sign_up (id, shift_id, person_id, state, asked_at, note, excused, changed_at)"
        f" VALUES (1, 1, 1, 'confirmed', {DAY}, '', false, {DAY})"
    ),
)
"""A row of each table that 0002 changes."""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path, now: datetime) -> Iterator[Flask]:
    """The application over a database without any table."""
    url = f"sqlite:///{tmp_path / 'volunteer.sqlite3'}"
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        name = f"empty_{tmp_path.name}".lower().replace("-", "_")
        server.execute(f'CREATE DATABASE "{name}"')
        url = server.url(name)
    app = create_app(Settings(instance=tmp_path, database_url=url, secret_key="a secret for tests alone"))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_signing_up_comes_to_a_database_in_use(empty: Flask) -> None:
    upgrade(revision="0001")
    for statement in BEFORE_SIGN_UP:
        db.session.execute(text(statement))
    db.session.commit()
    upgrade()
    held, published = (db.session.get_one(Activity, row) for row in (1, 2))
    assert (held.closed_at, held.revision, held.popular) == (held.ends_at, 3, False)
    assert (published.closed_at, published.withdraw_until) == (None, None)
    sign_up = db.session.get_one(SignUp, 1)
    assert (sign_up.person_id, len(sign_up.code), sign_up.verified_by_id) == (1, 6, None)
    person = db.session.get_one(Person, 1)
    assert (person.name, person.guardian_name, person.guardian_phone) == ("王小明", "", "")
    assert db.session.get_one(Account, 1).totp_secret is None
    assert clock.local(sign_up.asked_at).hour == 9
    # What the product adds from now on needs no default of the database.
    columns = {column["name"]: column["default"] for column in inspect(db.session.connection()).get_columns("sign_up")}
    assert columns["code"] is None


def test_every_step_comes_down_again(empty: Flask) -> None:
    upgrade()
    downgrade(revision="0001")
    assert "account_session" not in inspect(db.engine).get_table_names()
    upgrade()
    assert "account_session" in inspect(db.engine).get_table_names()
