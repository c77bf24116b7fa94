"""How migrations run: in one transaction on both databases, so that a killed one leaves the schema as it was."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from volunteer_app.database import Base, db


def run() -> None:
    connectable = db.engine
    with connectable.connect() as connection, _tables_may_be_replaced(connection):
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            transactional_ddl=True,
            compare_type=True,
            user_module_prefix="volunteer_app.database.",
        )
        with context.begin_transaction():
            context.run_migrations()
            if connection.dialect.name == "sqlite":
                dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if dangling:
                    raise RuntimeError(f"rows would point at nothing: {dangling[:5]}")


@contextmanager
def _tables_may_be_replaced(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making a new one and dropping the old: other tables must not hold that back.

    The switch works outside of transactions alone, so the driver's own connection is asked; whether every row still
    points at something is checked before the commit.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


current_app.logger.debug("migrations for %s", db.engine.dialect.name)
run()
