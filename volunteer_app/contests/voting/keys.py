"""Inserting on unique keys: the database alone says who was first, so that nobody checks before they insert."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute

from ...database import Base, db


def insert_new(
    table: type[Base], rows: Sequence[Mapping[str, Any]], *returning: InstrumentedAttribute[Any]
) -> list[Row[Any]]:
    """Insert those of *rows* whose unique keys are free, and return *returning* of these alone: one statement.

    Two that come at once with one key: the second waits for the first one's end, and then finds the key taken.
    """
    if not rows:
        return []
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values([dict(row) for row in rows]).on_conflict_do_nothing()
    return list(db.session.execute(statement.returning(*returning)))
