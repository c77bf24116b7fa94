"""Bringing a database up to date, and refusing one which is newer than the code."""

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask_migrate import upgrade
from sqlalchemy import Connection

from ..database import Base, db
from ..errors import N_, DatabaseNewer


def bring_up_to_date() -> None:
    """Migrate the database of the present application to this version's schema.

    Raises:
        DatabaseNewer: the database knows a revision which this version doesn't.
    """
    directory, known = _scripts(), known_revisions()
    with db.engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_heads()
    if set(present) - known:
        raise DatabaseNewer(
            N_(
                "This database was written by a later version (%(revision)s). "
                "Install that version, or use another database."
            ),
            revision=", ".join(present),
        )
    if set(present) != set(directory.get_heads()):
        upgrade()


def known_revisions() -> set[str]:
    """The revisions of the schema which this version knows."""
    return {script.revision for script in _scripts().walk_revisions()}


def migrate(connection: Connection, revision: str) -> None:
    """Bring the tables up to *revision* inside the transaction of *connection*, as a restored backup needs it."""
    directory = _scripts()
    context = MigrationContext.configure(connection, opts={"target_metadata": Base.metadata})
    steps = list(directory.iterate_revisions(revision, context.get_current_revision() or "base"))
    with Operations.context(context):
        for step in reversed(steps):
            step.module.upgrade()
    context.stamp(directory, revision)


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(current_app.extensions["migrate"].directory)
