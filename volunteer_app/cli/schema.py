"""Bringing a database up to date, and refusing one which is newer than the code."""

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask_migrate import upgrade

from ..database import db
from ..errors import N_, DatabaseNewer


def bring_up_to_date() -> None:
    """Migrate the database of the present application to this version's schema.

    Raises:
        DatabaseNewer: the database knows a revision which this version doesn't.
    """
    directory = ScriptDirectory(current_app.extensions["migrate"].directory)
    known = {script.revision for script in directory.walk_revisions()}
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
