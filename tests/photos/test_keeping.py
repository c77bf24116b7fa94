"""A row and its two files."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from volunteer_app.database import db
from volunteer_app.errors import Refused
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


@dataclass(frozen=True)
class Shown:
    photo: Photo


def test_what_was_sent_before_is_known_among_the_rows_of_one_thing(app: Flask, tmp_path: Path) -> None:
    taken = [Taken(b"large", b"small", 4, 3, mark) for mark in ("0" * 16, "1" * 16)]
    rows = [Shown(keeping.keep(it, tmp_path, by=None)) for it in taken]
    again = Taken(b"large", b"small", 4, 3, "1" * 16)
    assert keeping.sent_before(rows, again) is rows[1]
    assert keeping.sent_before(rows[:1], again) is None
    assert keeping.sent_before(rows, Taken(b"large", b"small", 4, 3)) is None
    assert keeping.keep(again, tmp_path, by=None).name != rows[1].photo.name


def test_as_many_as_there_may_be(app: Flask) -> None:
    rows = [Shown(Photo())] * 2
    keeping.check_room(rows, most=3)
    with pytest.raises(Refused, match="2 photos"):
        keeping.check_room(rows, most=2)
