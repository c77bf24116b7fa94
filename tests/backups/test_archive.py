"""The file of a backup: whole or not there, its owner's alone, and worth nothing once a byte of it has changed."""

import json
import stat
from pathlib import Path
from zipfile import ZipFile

import pytest

from volunteer_app.backups import archive
from volunteer_app.backups.archive import Manifest, Part
from volunteer_app.errors import BadInput

SAID = Manifest(
    version="0.1.0",
    revision="0001",
    made_at="2020-11-25T00:30:00+00:00",
    tables={"place": Part(["id", "name"], 2), "team": Part(["id"], 0)},
    files=1,
    secret=True,
)


def written(path: Path, manifest: Manifest = SAID) -> Path:
    with archive.writing(path) as target:
        target.writestr("tables/place.jsonl", '[1,"云台里"]\n[2,"院"]\n')
        manifest.write(target)
    return path


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = written(tmp_path / "backup.zip")
    with archive.opened(path) as found:
        assert Manifest.read(found) == SAID
        assert found.read("tables/place.jsonl").decode() == '[1,"云台里"]\n[2,"院"]\n'
    assert (SAID.rows, SAID.moment.isoformat()) == (2, SAID.made_at)
    # Any other program reads it too.
    assert ZipFile(path).testzip() is None


def test_its_owner_alone_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "backup.zip"
    path.touch(0o644)
    assert stat.S_IMODE(written(path).stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_broken_off_backup_leaves_what_was_there(tmp_path: Path) -> None:
    path = written(tmp_path / "backup.zip")
    before = path.read_bytes()
    with pytest.raises(TypeError), archive.writing(path) as target:
        target.writestr("tables/place.jsonl", None)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_every_byte_counts(tmp_path: Path) -> None:
    path = written(tmp_path / "backup.zip")
    whole = path.read_bytes()
    for position in range(0, len(whole), 3):
        changed = bytearray(whole)
        changed[position] ^= 1
        path.write_bytes(changed)
        with pytest.raises(BadInput, match="is no whole backup"):
            archive.opened(path)
    for wrong in (whole[:-1], whole[: len(whole) // 2], whole + b"\n", b"", b"PK", json.dumps({}).encode() * 50):
        path.write_bytes(wrong)
        with pytest.raises(BadInput, match="is no whole backup"):
            archive.opened(path)


def test_what_cannot_be_read_or_written_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for path, why in ((tmp_path / "no" / "backup.zip", "No such file or directory"), (folder, "Is a directory")):
        with pytest.raises(BadInput, match=f"can't be written: {why}"):
            written(path)
        with pytest.raises(BadInput, match=f"can't be read: {why}"):
            archive.opened(path)
    assert list(tmp_path.iterdir()) == [folder]


def test_a_later_format_is_refused(tmp_path: Path) -> None:
    later = Manifest(format=2, version="9.0", revision="0099", made_at=SAID.made_at)
    with archive.opened(written(tmp_path / "backup.zip", later)) as found, pytest.raises(BadInput) as refused:
        Manifest.read(found)
    assert str(refused.value) == "A later version (9.0) made this backup. Install that version first."
