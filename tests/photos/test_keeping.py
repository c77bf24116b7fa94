"""A row and its two files."""

from pathlib import Path

from flask import Flask

from volunteer_app.database import db
from volunteer_app.photos import keeping
from volunteer_app.photos.models import Photo
from volunteer_app.photos.taking import Taken


def test_files_come_and_go_with_the_row(app: Flask, tmp_path: Path) -> None:
    photo = keeping.keep(Taken(b"large", b"small", 1600, 1200), tmp_path, by=None)
    db.session.commit()
    large, small = (keeping.file(photo, tmp_path, small=small) for small in (False, True))
    assert (large.read_bytes(), small.read_bytes()) == (b"large", b"small")
    assert (large.suffix, small.suffix, photo.width, photo.height) == (".jpg", ".jpg", 1600, 1200)
    name = photo.name
    keeping.remove(photo)
    db.session.commit()
    keeping.remove_files(name, tmp_path)
    assert db.session.query(Photo).count() == 0
    assert list(tmp_path.rglob("*.jpg")) == []
    keeping.remove_files(name, tmp_path)
