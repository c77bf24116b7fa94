"""Statements that write many rows at once."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import insert, update

from ..database import Base, db, insert_many
from .entries import Entry


def insert_entries(
    table: type[Base], entries: list[Entry], values: Callable[[Entry], dict[str, Any]], *, key: tuple[str, ...]
) -> None:
    """Insert rows, and give each entry its id, found by *key*."""
    ids = insert_many(table, [values(entry) for entry in entries], key=key)
    for entry, row_id in zip(entries, ids, strict=True):
        entry.id = row_id


def insert_all(table: type[Base], rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(insert(table), rows)


def update_all(table: type[Base], rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(update(table), rows)
