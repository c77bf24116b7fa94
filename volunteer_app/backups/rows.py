"""Rows of tables as lines of JSON and back, the same for each kind of database.

The tables are read from the database itself, not from the models: an older backup has the columns of its time.
"""

import json
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from datetime import date, time
from itertools import islice
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Date,
    MetaData,
    Numeric,
    Table,
    Time,
    bindparam,
    event,
    func,
    insert,
    select,
    update,
)

AT_ONCE = 1_000
"""Rows in memory."""


def tables(connection: Connection, names: Container[str]) -> list[Table]:
    """The tables of the database that have one of *names*, each after those which it points at."""
    metadata = MetaData()

    @event.listens_for(metadata, "column_reflect")
    def plain_numbers(_inspector: Any, _table: Table, column: Any) -> None:
        if isinstance(column["type"], Numeric):
            column["type"] = Numeric(column["type"].precision, column["type"].scale, asdecimal=False)

    metadata.reflect(connection, only=lambda name, _metadata: name in names)
    return metadata.sorted_tables


def lines(connection: Connection, table: Table) -> Iterator[bytes]:
    """All rows of *table*, a line each."""
    query = select(table).order_by(*table.primary_key)
    for row in connection.execute(query, execution_options={"yield_per": AT_ONCE}):
        values = [value.isoformat() if isinstance(value, date | time) else value for value in row]
        yield json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def load(connection: Connection, table: Table, columns: Sequence[str], found: Iterator[bytes]) -> None:
    """Insert the rows of such lines into *table*; *columns* name their values."""
    readers = [_reader(table.c[name]) for name in columns]
    # A row may point at a later one of its own table: that waits until all are there.
    inward = {key.parent.name for key in table.foreign_keys if key.column.table is table}
    pointing: list[dict[str, Any]] = []
    while batch := list(islice(found, AT_ONCE)):
        rows = [
            {
                name: None if value is None else read(value)
                for name, read, value in zip(columns, readers, json.loads(line), strict=True)
            }
            for line in batch
        ]
        if inward:
            pointing += [{"row": row["id"], **{f"to_{name}": row.pop(name) for name in inward}} for row in rows]
        connection.execute(insert(table), rows)
    if pointing:
        connection.execute(
            update(table)
            .where(table.c.id == bindparam("row"))
            .values({name: bindparam(f"to_{name}") for name in inward}),
            pointing,
        )


def restart_numbers(connection: Connection, restored: Iterable[Table]) -> None:
    """Let new rows have ids after the highest one; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in restored:
        for column in table.primary_key:
            sequence = connection.scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
            if sequence:
                highest = func.max(column)
                connection.execute(
                    select(func.setval(sequence, func.coalesce(highest, 1), highest.is_not(None))).select_from(table)
                )


def _reader(column: Column[Any]) -> Callable[[Any], Any]:
    """What makes a value of *column* of what JSON has of it."""
    if isinstance(column.type, Date):
        return date.fromisoformat
    return time.fromisoformat if isinstance(column.type, Time) else lambda value: value
