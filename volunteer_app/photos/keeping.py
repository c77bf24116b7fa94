"""Keeping photos: a row, and two files in the folder of uploads.

Files come before their row and go after it: what is left over when something fails in between is a file that no row
names, never a row without a file.
"""

from pathlib import Path

from .. import clock
from ..database import db
from .models import Photo
from .taking import Taken


def keep(taken: Taken, folder: Path, *, by: int | None) -> Photo:
    """Write the files of a picture below *folder*, and add its row."""
    photo = Photo(width=taken.width, height=taken.height, made_at=clock.now(), by_id=by)
    db.session.add(photo)
    db.session.flush()
    for data, small in ((taken.large, False), (taken.small, True)):
        path = file(photo, folder, small=small)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return photo


def remove(photo: Photo) -> None:
    """Take the row of a photo away; its files go with ``remove_files`` once that is committed."""
    db.session.delete(photo)
    db.session.flush()


def remove_files(name: str, folder: Path) -> None:
    """Take the files of a photo away whose row is gone."""
    for small in (False, True):
        _path(name, folder, small).unlink(missing_ok=True)


def file(photo: Photo, folder: Path, *, small: bool = False) -> Path:
    """Where a photo's file is."""
    return _path(photo.name, folder, small)


def _path(name: str, folder: Path, small: bool) -> Path:
    return folder / "photos" / name[:2] / f"{name}{'-small' if small else ''}.jpg"
