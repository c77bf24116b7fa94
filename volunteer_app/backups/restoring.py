"""Restoring a backup: everything is checked first, the database changes in one transaction, then the files follow."""

import secrets
import shutil
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError

from ..database import Base, db
from ..errors import N_, BadInput, Refused
from . import archive, rows
from .archive import Manifest

REVISIONS = "alembic_version"
"""The table that holds the schema's revision."""
Migrate = Callable[[Connection, str], None]


def restore(path: Path, *, instance: Path, force: bool, known: Container[str], migrate: Migrate) -> Manifest:
    """Put the backup at *path* in the place of an instance's data, all of it or nothing, and return what it says.

    An older backup's rows go into tables of its time, which are then brought up to date. A secret that the instance
    made for itself gives way: without data nothing hangs on it.

    Args:
        instance: the folder of uploads and secret.
        force: whether data that are here may go.
        known: revisions of the schema that this version knows.
        migrate: brings tables up to a revision, in the transaction of the connection.

    Raises:
        BadInput: the file can't be read, is no whole backup, or comes from a later version.
        Refused: there are data here and *force* doesn't say that they may go, or the database can't take the rows.
    """
    with archive.opened(path) as source:
        manifest = Manifest.read(source)
        if manifest.revision not in known:
            raise archive.newer(manifest.version)
        uploads = instance / archive.UPLOADS
        if not force and any(uploads.glob("*")):
            raise _occupied(uploads)
        with _unpacked(source, instance) as files:
            try:
                with _transaction() as connection:
                    _make_room(connection, manifest, force=force)
                    migrate(connection, manifest.revision)
                    _fill(connection, source, manifest)
                    migrate(connection, "head")
                    _check_keys(connection)
            except DBAPIError as error:
                why = str(error.orig).strip().splitlines()[0]
                raise Refused(N_("The database doesn't take the backup: %(why)s"), why=why) from error
            _move(files, instance)
    return manifest


@contextmanager
def _unpacked(source: ZipFile, instance: Path) -> Iterator[Path]:
    """A folder beside the instance's files that holds those of the backup, and goes again."""
    folder = instance / f".restoring-{secrets.token_hex(4)}"
    folder.mkdir(mode=0o700)
    try:
        for name in source.namelist():
            if name == archive.SECRET or name.startswith(f"{archive.UPLOADS}/"):
                _unpack(source, name, folder)
        yield folder
    finally:
        shutil.rmtree(folder)


def _unpack(source: ZipFile, name: str, folder: Path) -> None:
    """Unpack one file, readable by its owner alone; a name that leads out of *folder* is made to stay inside."""
    try:
        file = Path(source.extract(name, folder))
        file.chmod(0o600)
        with file.open("rb") as written:
            archive.sync(written)
    except OSError as error:
        raise BadInput(N_("%(path)s can't be written: %(why)s"), path=str(folder), why=error.strerror or "") from error


@contextmanager
def _transaction() -> Iterator[Connection]:
    """A transaction in which tables may be replaced: SQLite then asks for no foreign keys until the end."""
    db.session.remove()
    with db.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        driver: Any = connection.connection.driver_connection
        if sqlite:
            driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
        finally:
            if sqlite:
                driver.execute("PRAGMA foreign_keys=ON")


def _make_room(connection: Connection, manifest: Manifest, *, force: bool) -> None:
    """Drop the product's own tables; others in the database stay."""
    present = rows.tables(connection, {*Base.metadata.tables, *manifest.tables, REVISIONS})
    for table in present:
        if not force and table.name != REVISIONS and connection.scalar(select(func.count()).select_from(table)):
            raise _occupied(db.engine.url.render_as_string())
    if present:
        present[0].metadata.drop_all(connection, present)


def _occupied(what: object) -> Refused:
    return Refused(
        N_("There are data here already, in %(what)s: --force replaces them by those of the backup."), what=str(what)
    )


def _fill(connection: Connection, source: ZipFile, manifest: Manifest) -> None:
    tables = rows.tables(connection, manifest.tables)
    for table in tables:
        with source.open(f"tables/{table.name}.jsonl") as part:
            rows.load(connection, table, manifest.tables[table.name].columns, iter(part))
    rows.restart_numbers(connection, tables)


def _check_keys(connection: Connection) -> None:
    """On SQLite, what every other writer is checked for at once."""
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise Refused(N_("Rows of the backup point at nothing."))


def _move(files: Path, instance: Path) -> None:
    """Put the unpacked files in the place of the instance's own."""
    uploads = instance / archive.UPLOADS
    if uploads.exists():
        # Into the folder that goes at the end.
        uploads.rename(files / "before")
    for name in (archive.UPLOADS, archive.SECRET):
        if (files / name).exists():
            (files / name).rename(instance / name)
    archive.sync_folder(instance)
