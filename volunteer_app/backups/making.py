"""Making a backup: one moment of the database, whatever is written meanwhile, and the files beside it."""

from importlib.metadata import version
from pathlib import Path
from zipfile import ZipFile

from alembic.runtime.migration import MigrationContext

from .. import clock
from ..database import Base, db, only_reading
from . import archive, rows
from .archive import Manifest, Part


def make(path: Path, *, instance: Path) -> Manifest:
    """Write a backup to *path* and return what it says of itself; what the session had not committed is rolled back.

    Args:
        instance: the folder of uploads and secret.

    Raises:
        BadInput: the file can't be written.
    """
    with archive.writing(path) as target:
        parts: dict[str, Part] = {}
        with only_reading():
            connection = db.session.connection()
            (revision,) = MigrationContext.configure(connection).get_current_heads()
            for table in rows.tables(connection, Base.metadata.tables):
                number = 0
                with target.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as part:
                    for line in rows.lines(connection, table):
                        part.write(line)
                        number += 1
                parts[table.name] = Part(table.columns.keys(), number)
        secret = instance / archive.SECRET
        manifest = Manifest(
            version=version("volunteer-app"),
            revision=revision,
            made_at=clock.now().isoformat(),
            tables=parts,
            files=_add_uploads(target, instance),
            secret=secret.is_file(),
        )
        if manifest.secret:
            target.write(secret, archive.SECRET)
        manifest.write(target)
    return manifest


def _add_uploads(target: ZipFile, instance: Path) -> int:
    """Put the uploads into *target* and return how many there are."""
    number = 0
    for file in sorted((instance / archive.UPLOADS).rglob("*")):
        if file.is_file() and not file.is_symlink():
            try:
                target.write(file, file.relative_to(instance).as_posix())
            except FileNotFoundError:
                # It was imported a moment ago, and let go.
                continue
            number += 1
    return number
