"""Files kept between the preview and the import."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from volunteer_app import clock
from volunteer_app.ledgers import uploads

FILES = [("02-teams.xlsx", b"one"), ("../../etc/passwd", b"two")]


def keep(folder: Path, owner_id: int = 7) -> uploads.Upload:
    return uploads.keep(folder, FILES, owner_id=owner_id, subdistrict="青云街道")


def test_kept_for_its_owner_alone(tmp_path: Path, now: datetime) -> None:
    kept = keep(tmp_path)
    assert len(kept.token) == 32
    assert kept.folder.parent == tmp_path
    found = uploads.find(tmp_path, kept.token, owner_id=7)
    assert found == kept
    assert (kept.names, kept.subdistrict, kept.sent_at, kept.entered) == (
        *([name for name, _content in FILES], "青云街道", now, None),
    )
    assert [(source.label, source.load()) for source in kept.sources()] == FILES
    assert uploads.find(tmp_path, kept.token, owner_id=8) is None
    assert sorted(path.name for path in tmp_path.rglob("*")) == sorted([kept.token, "0", "1", "upload.json"])


@pytest.mark.parametrize("token", ["", "..", "../x", "x" * 32, "a/b", "x" * 31 + "/"])
def test_no_such_upload(tmp_path: Path, now: datetime, token: str) -> None:
    keep(tmp_path)
    assert uploads.find(tmp_path, token, owner_id=7) is None


def test_after_a_day_it_is_gone(tmp_path: Path, now: datetime) -> None:
    kept = keep(tmp_path)
    with clock.frozen(now + timedelta(hours=23)):
        assert uploads.find(tmp_path, kept.token, owner_id=7) is not None
        other = keep(tmp_path)
        assert kept.folder.is_dir()
    with clock.frozen(now + timedelta(hours=24)):
        assert uploads.find(tmp_path, kept.token, owner_id=7) is None
        keep(tmp_path)
        assert not kept.folder.exists()
        assert other.folder.is_dir()


def test_once_entered_the_files_are_gone_and_the_numbers_stay(tmp_path: Path, now: datetime) -> None:
    kept = keep(tmp_path)
    kept.mark_entered([{"sheet": "队伍", "added": 63}])
    found = uploads.find(tmp_path, kept.token, owner_id=7)
    assert found is not None
    assert found.entered == [{"sheet": "队伍", "added": 63}]
    assert [path.name for path in kept.folder.iterdir()] == ["upload.json"]
