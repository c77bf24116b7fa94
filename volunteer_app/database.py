"""The database: one session, one base class, and what makes SQLite and PostgreSQL behave alike.

What writes on SQLite begins with BEGIN IMMEDIATE: two writers then queue instead of losing updates. Doors that only
read say so with ``set_reading``, and what reads for long before it writes with ``only_reading``.
"""

import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Dialect,
    Enum,
    MetaData,
    Table,
    event,
    insert,
    inspect,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from .errors import N_, Refused

PRAGMAS = (
    # A killed process leaves the file as before or as after; another writer is waited for.
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=30000",
    "PRAGMA cache_size=-16000",
)

ASKED_AT_ONCE = 5_000
"""Keys in one question for ids: databases take some ten thousand values at most."""

_reading: ContextVar[bool] = ContextVar("reading", default=False)


class Base(DeclarativeBase):
    """Base of all tables; its naming convention gives each constraint the same name on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, kept as whole seconds since 1970.

    Whole seconds are one representation for both databases, so that minutes are counted by the same integer
    arithmetic in plain SQL instead of by one vendor's date functions.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Seconds since 1970 of an aware moment; a naive one is a mistake of the programmer."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a zone: {value!r}")
        return int(value.timestamp())

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """The moment, in UTC."""
        return None if value is None else datetime.fromtimestamp(value, UTC)


def words(kind: type[StrEnum], *, length: int = 32) -> Enum:
    """A column type for a StrEnum, kept as its value in a plain text column."""
    return Enum(kind, native_enum=False, length=length, values_callable=lambda members: [m.value for m in members])


def lock(row: Base) -> None:
    """Take the write lock of *row* until the transaction ends, and read it afresh.

    A no-op UPDATE does the same on SQLite and PostgreSQL. Locks are taken in one fixed order: sub-district, place or
    team, activity, shifts, people, each kind by its ids, then anything else; the stamps come last.

    Raises:
        Refused: somebody has taken the row away since it was read.
    """
    table = type(row)
    key = inspect(row).identity
    columns = inspect(table).primary_key
    same = {column.name: value for column, value in zip(columns, key or (), strict=True)}
    locked = db.session.execute(
        update(table)
        .where(*(column == value for column, value in zip(columns, key or (), strict=True)))
        .values(same)
        .execution_options(synchronize_session=False)
    )
    if not locked.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result has it
        raise Refused(N_("It was taken away in the meantime."))
    db.session.refresh(row)


def lock_all(rows: Sequence[Base]) -> None:
    """Take the write locks of several rows of one table in the order of their ids, and read them afresh: one statement.

    Raises:
        Refused: somebody has taken one of them away since they were read.
    """
    if not rows:
        return
    table: Any = type(rows[0])
    ids = {row.id for row in rows}  # type: ignore[attr-defined]  # each has one
    query = select(table).where(table.id.in_(ids)).order_by(table.id)
    # SQLite, which has no such lock, let this transaction begin as the only one that writes.
    locking = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    if len(db.session.scalars(locking).all()) < len(ids):
        raise Refused(N_("It was taken away in the meantime."))


def upsert(table: Table, rows: Sequence[Mapping[str, object]], *, key: str, **changes: Any) -> None:
    """Insert *rows*; where *key* is there already, apply *changes* to that row instead."""
    if not rows:
        return
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).on_conflict_do_update(index_elements=[key], set_=changes)
    db.session.execute(statement, [dict(row) for row in rows])


def insert_many(table: type[Base], rows: Sequence[Mapping[str, Any]], *, key: Sequence[str]) -> list[int]:
    """Insert *rows* in a few statements and return their ids, found again by *key*: columns that tell the rows apart.

    Asking for the ids while inserting would be a statement for each row on SQLite.
    """
    if not rows:
        return []
    # Without this option, rows with a NULL in another column are statements of their own.
    db.session.execute(insert(table).execution_options(render_nulls=True), [dict(row) for row in rows])
    columns = [getattr(table, name) for name in key]
    ids: dict[tuple[Any, ...], int] = {}
    for start in range(0, len(rows), ASKED_AT_ONCE):
        wanted = {row[key[0]] for row in rows[start : start + ASKED_AT_ONCE]}
        query = select(table.id, *columns).where(columns[0].in_(wanted))  # type: ignore[attr-defined] # each has one
        ids |= {tuple(found[1:]): found[0] for found in db.session.execute(query)}
    return [ids[tuple(row[name] for name in key)] for row in rows]


@contextmanager
def only_reading() -> Iterator[None]:
    """A transaction of its own that keeps no writer waiting, and sees one state of the database from start to end.

    What the session had not committed before is rolled back.
    """
    before = _reading.get()
    db.session.rollback()
    set_reading(True)
    try:
        if db.engine.dialect.name == "postgresql":
            # SQLite does so by itself.
            db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield
    finally:
        db.session.rollback()
        set_reading(before)


def set_reading(only: bool) -> None:
    """Say whether what follows in this thread only reads: its transactions then take no write lock on SQLite."""
    _reading.set(only)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: object, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        # The driver must not begin transactions by itself: _begin below does, with the right kind.
        connection.isolation_level = None
        for statement in PRAGMAS:
            connection.execute(statement)


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN" if _reading.get() else "BEGIN IMMEDIATE")


def new_slug() -> str:
    """Eight random base32 characters: made once for a row, kept through renames."""
    return "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz234567") for _ in range(8))


def holding(words: str, *columns: Any) -> list[ColumnElement[bool]]:
    """The conditions that each of *words* stands in one of the columns, for a search box; case doesn't matter."""
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return [or_(*(column.ilike(f"%{word}%", escape="\\") for column in columns)) for word in escaped.split()]


def by_code_point(column: Any) -> Any:
    """Order a text column by code points on both databases, whatever the server's language."""
    return column.collate("C" if db.engine.dialect.name == "postgresql" else "BINARY")


def in_order(columns: Iterable[Any], *, descending: bool) -> list[Any]:
    """Columns for ORDER BY; rows without a value stand last either way, on both databases."""
    return [(column.desc() if descending else column.asc()).nulls_last() for column in columns]


def plain(value: Any) -> Any:
    """*value* as a JSON column holds it: days, times and moments in ISO form, wherever they stand in it."""
    match value:
        case date() | time():
            return value.isoformat()
        case list() | tuple():
            return [plain(item) for item in value]
        case Mapping():
            return {key: plain(item) for key, item in value.items()}
        case _:
            return value
