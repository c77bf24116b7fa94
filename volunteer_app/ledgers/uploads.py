"""Ledgers sent through the web, kept from the preview until somebody agrees to it, for a day at most."""

import json
import re
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from .. import clock
from .reading import Source

KEPT_FOR = timedelta(days=1)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}\Z")
_DESCRIPTION = "upload.json"


@dataclass(frozen=True)
class Upload:
    """Files that one account sent, and for which sub-district."""

    folder: Path
    owner_id: int
    subdistrict: str | None
    sent_at: datetime
    names: list[str]
    entered: list[dict[str, Any]] | None
    """What became of each sheet, once it's imported; the files are gone then."""

    @property
    def token(self) -> str:
        """A long random name."""
        return self.folder.name

    def sources(self) -> list[Source]:
        """The files, as the import takes them."""
        return [
            Source(name, self.token, (self.folder / str(number)).read_bytes, self.owner_id)
            for number, name in enumerate(self.names)
        ]

    def mark_entered(self, sheets: list[dict[str, Any]]) -> None:
        """Remember what was imported, and let the files go: they hold names and phones."""
        _describe(self.folder, self.owner_id, self.subdistrict, self.sent_at, self.names, sheets)
        for number in range(len(self.names)):
            (self.folder / str(number)).unlink(missing_ok=True)


def keep(folder: Path, files: Sequence[tuple[str, bytes]], *, owner_id: int, subdistrict: str | None) -> Upload:
    """Keep files in *folder*, and let those go which are older than a day."""
    sweep(folder)
    place = folder / secrets.token_urlsafe(24)
    place.mkdir(parents=True, mode=0o700)
    for number, (_name, content) in enumerate(files):
        (place / str(number)).write_bytes(content)
    names = [name for name, _content in files]
    _describe(place, owner_id, subdistrict, clock.now(), names, None)
    return _read(place)


def find(folder: Path, token: str, *, owner_id: int) -> Upload | None:
    """The upload of this token, if it's this account's own and not too old."""
    if not _TOKEN.match(token) or not (folder / token / _DESCRIPTION).is_file():
        return None
    upload = _read(folder / token)
    return upload if upload.owner_id == owner_id and clock.now() - upload.sent_at < KEPT_FOR else None


def sweep(folder: Path) -> None:
    """Let uploads go that nobody agreed to for a day."""
    for place in folder.glob("*/"):
        description = place / _DESCRIPTION
        # A folder without its description is being written at this moment, or was left by a killed server.
        sent_at = (
            _read(place).sent_at if description.is_file() else datetime.fromtimestamp(place.stat().st_mtime, clock.ZONE)
        )
        if clock.now() - sent_at >= KEPT_FOR:
            shutil.rmtree(place, ignore_errors=True)


def _describe(
    place: Path,
    owner_id: int,
    subdistrict: str | None,
    sent_at: datetime,
    names: list[str],
    entered: list[dict[str, Any]] | None,
) -> None:
    said = {
        "owner": owner_id,
        "subdistrict": subdistrict,
        "at": sent_at.isoformat(),
        "names": names,
        "entered": entered,
    }
    unfinished = place / f"{_DESCRIPTION}.new"
    unfinished.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
    unfinished.replace(place / _DESCRIPTION)


def _read(place: Path) -> Upload:
    said = json.loads((place / _DESCRIPTION).read_text("utf-8"))
    at = datetime.fromisoformat(said["at"])
    return Upload(place, said["owner"], said["subdistrict"], at, said["names"], said["entered"])
