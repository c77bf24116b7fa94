"""The database: moments, locks, upserts, and that both kinds behave alike."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import BigInteger, func, select, text, type_coerce
from sqlalchemy.exc import IntegrityError, StatementError

from tests.factories import make_account, make_compound, make_person, make_subdistrict
from volunteer_app import database
from volunteer_app.activities.models import Stamp
from volunteer_app.clock import now as present
from volunteer_app.database import by_code_point, db, holding, lock, new_slug, only_reading, set_reading, upsert
from volunteer_app.people.models import Account, Person
from volunteer_app.places.models import Place


def test_a_moment_is_kept_as_seconds(app):
    moment = datetime(2020, 11, 4, 19, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=8)))
    person = make_person(created_at=moment)
    db.session.commit()
    assert person.created_at == moment.replace(microsecond=0)
    assert str(person.created_at.tzinfo) == "UTC"
    assert db.session.scalar(select(type_coerce(Person.created_at, BigInteger))) == int(moment.timestamp())


def test_a_moment_without_a_zone_is_a_mistake(sqlite_app):
    with pytest.raises(StatementError, match="a moment without a zone"):
        make_person(created_at=datetime(2020, 11, 4))  # noqa: DTZ001 - that's the mistake


def test_two_writers_lose_no_update(app):
    """Twenty threads count one after the other: each sees what the one before wrote."""
    account = make_account()
    db.session.commit()
    account_id = account.id
    db.session.remove()

    def count(_number: int) -> None:
        with app.app_context():
            row = db.session.get(Account, account_id)
            lock(row)
            row.failed_logins += 1
            db.session.commit()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(40)))
    assert db.session.get(Account, account_id).failed_logins == 40


def test_readers_dont_wait_for_a_writer(app):
    make_person("王小明")
    db.session.commit()
    make_person("张三")  # written, not committed: on SQLite this session holds the write lock

    def read() -> list[str]:
        with app.app_context():
            set_reading(True)
            return list(db.session.scalars(select(Person.name)))

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(read).result(5) == ["王小明"]


def test_what_only_reads_sees_one_state_and_keeps_nobody_waiting(app):
    def write() -> None:
        with app.app_context():
            make_person("王小明")
            db.session.commit()

    def people() -> int:
        return db.session.scalar(select(func.count(Person.id)))

    make_person("张三")  # not committed: it's gone
    with only_reading(), ThreadPoolExecutor(1) as pool:
        assert people() == 0
        pool.submit(write).result(5)
        assert people() == 0
    assert people() == 1
    make_person("李四")
    db.session.commit()
    assert people() == 2


def test_upserting(app, now):
    def rows() -> dict[str, datetime]:
        return dict(db.session.execute(select(Stamp.subject, Stamp.shown_at)).all())

    late = now + timedelta(hours=1)
    row = {"subject": "team:1", "shown_at": now, "counted_at": now}
    upsert(Stamp.__table__, [row, row | {"subject": "team:2"}], key="subject", shown_at=late)
    assert rows() == {"team:1": now, "team:2": now}
    upsert(Stamp.__table__, [row], key="subject", shown_at=late)
    assert rows() == {"team:1": late, "team:2": now}
    upsert(Stamp.__table__, [], key="subject", shown_at=late)
    assert rows() == {"team:1": late, "team:2": now}


def test_references_are_kept(app):
    db.session.add(Account(person_id=404, password_hash="", created_at=present()))
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_names_stand_in_the_order_of_code_points(app):
    subdistrict = make_subdistrict()
    for name in ("乙", "甲", "b", "B", "a"):
        make_compound(subdistrict, name)
    rows = db.session.scalars(
        select(Place.name).where(Place.parent_id == subdistrict.id).order_by(by_code_point(Place.name))
    )
    assert list(rows) == sorted(["乙", "甲", "b", "B", "a"])


def test_what_was_typed_is_no_pattern(app):
    subdistrict = make_subdistrict()
    for name in ("50%号院", "50号院", "5_号院", "5\\号院"):
        make_compound(subdistrict, name)
    for typed, wanted in (("50%", ["50%号院"]), ("5_", ["5_号院"]), ("5\\", ["5\\号院"])):
        found = db.session.scalars(
            select(Place.name).where(Place.parent_id == subdistrict.id, *holding(typed, Place.name))
        )
        assert list(found) == wanted


def test_slugs_are_short_and_unlike():
    slugs = {new_slug() for _ in range(1000)}
    assert len(slugs) == 1000
    assert all(len(slug) == 8 and set(slug) <= set("abcdefghijklmnopqrstuvwxyz234567") for slug in slugs)


def test_sqlite_is_set_up_to_survive_a_crash(sqlite_app):
    wanted = {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 30000}
    assert {name: db.session.scalar(text(f"PRAGMA {name}")) for name in wanted} == wanted
    # Tests alone switch this off, by a last statement of their own.
    assert "PRAGMA synchronous=FULL" in database.PRAGMAS
