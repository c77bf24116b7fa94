"""The file of a backup: a zip archive which its owner alone can read, ended by the digest of all its other bytes.

    manifest.json         what made it, when, the schema's revision, columns and number of rows of each table
    tables/<name>.jsonl   a row a line, its values in the order of the columns
    uploads/…  secret     files of the instance

The digest is the archive's comment, so that every other program reads the file too.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from ..errors import N_, BadInput

FORMAT = 1
MANIFEST = "manifest.json"
UPLOADS = "uploads"
SECRET = "secret"  # noqa: S105 - the name of a file

_DIGEST = hashlib.sha256
_LENGTH = _DIGEST().digest_size * 2
_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Part:
    """A table of a backup."""

    columns: list[str]
    rows: int


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup says of itself."""

    format: int = FORMAT
    version: str
    """Of the product that made it."""
    revision: str
    """Of the database's schema."""
    made_at: str
    tables: dict[str, Part] = field(default_factory=dict)
    files: int = 0
    """How many uploads it holds."""
    secret: bool = False
    """Whether it holds the secret: not where a setting has it."""

    @property
    def rows(self) -> int:
        """The rows of all tables."""
        return sum(part.rows for part in self.tables.values())

    @property
    def moment(self) -> datetime:
        """When it was made."""
        return datetime.fromisoformat(self.made_at)

    def write(self, archive: ZipFile) -> None:
        """Put it into *archive*."""
        archive.writestr(MANIFEST, json.dumps(asdict(self), ensure_ascii=False, indent=1))

    @classmethod
    def read(cls, archive: ZipFile) -> "Manifest":
        """The manifest of *archive*.

        Raises:
            BadInput: a later version made it.
        """
        said: dict[str, Any] = json.loads(archive.read(MANIFEST))
        if said["format"] > FORMAT:
            raise newer(said["version"])
        return cls(**said | {"tables": {name: Part(**part) for name, part in said["tables"].items()}})


def newer(version: str) -> BadInput:
    """Why a backup of a later *version* can't be read."""
    return BadInput(N_("A later version (%(version)s) made this backup. Install that version first."), version=version)


@contextmanager
def writing(path: Path) -> Iterator[ZipFile]:
    """A new archive, which gets its name once it's whole and on the disk; until then what stood there stays.

    Raises:
        BadInput: it can't be written.
    """
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w+b") as file:
            with ZipFile(file, "w", ZIP_DEFLATED, strict_timestamps=False) as archive:
                archive.comment = b"0" * _LENGTH
                yield archive
            digest = _digest(file)
            file.write(digest)
            sync(file)
        unfinished.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise BadInput(N_("%(path)s can't be written: %(why)s"), path=str(path), why=error.strerror or "") from error
    finally:
        unfinished.unlink(missing_ok=True)


def opened(path: Path) -> ZipFile:
    """The archive at *path*, once each of its bytes is checked.

    Raises:
        BadInput: it can't be read, or it's no whole backup.
    """
    try:
        with path.open("rb") as file:
            whole = file.seek(0, os.SEEK_END) > _LENGTH and _digest(file) == file.read()
    except OSError as error:
        raise BadInput(N_("%(path)s can't be read: %(why)s"), path=str(path), why=error.strerror or "") from error
    if not whole:
        raise BadInput(
            N_("%(path)s is no whole backup: it's another file, it was cut off, or it has changed since."),
            path=str(path),
        )
    return ZipFile(path)


def sync(file: IO[bytes]) -> None:
    """Wait until the disk has *file*."""
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the disk has the names in *folder*."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _digest(file: IO[bytes]) -> bytes:
    """The digest of all but the last bytes, which hold it; the file then stands before these."""
    left = file.seek(0, os.SEEK_END) - _LENGTH
    file.seek(0)
    found = _DIGEST()
    while left:
        chunk = file.read(min(_CHUNK, left))
        found.update(chunk)
        left -= len(chunk)
    return found.hexdigest().encode()
