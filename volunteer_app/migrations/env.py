"""How migrations run: in one transaction on both databases, so that a killed one leaves the schema as it was."""

from alembic import context
from flask import current_app

from volunteer_app.database import Base, db


def run() -> None:
    connectable = db.engine
    with connectable.connect() as connection:
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


current_app.logger.debug("migrations for %s", db.engine.dialect.name)
run()
