"""Keeping photos: a row, and two files in the folder of uploads.

Files come before their row and go after it: what is left over when something fails in between is a file that no row
names, never a row without a file.

Which photos belong to one thing says a table of its domain, whose rows point at a photo each. Before such a row is
added the thing is locked; then ``sent_before`` and ``check_room`` look through the rows it has.
"""

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from .. import clock
from ..database import db
from ..errors import N_, Refused
from .models import Photo
from .taking import Taken


class Row(Protocol):
    """What says that a photo belongs to something."""

    @property
    def photo(self) -> Photo:
        """The photo."""


R = TypeVar("R", bound=Row)


def sent_before(rows: Sequence[R], taken: Taken) -> R | None:
    """The row of *rows* that came of the same sending; once it's removed, the same may be sent again.

    Args:
        rows: those of a thing that is locked.
    """
    return next((row for row in rows if row.photo.name.startswith(taken.mark)), None)


def check_room(rows: Sequence[Row], *, most: int) -> None:
    """Check that another photo may be kept beside *rows*, of which there may be *most*.

    Raises:
        Refused: there are as many already.
    """
    if len(rows) >= most:
        raise Refused(N_("There are %(most)d photos already: remove one first."), most=most)


def keep(taken: Taken, folder: Path, *, by: int | None) -> Photo:
    """Write the files of a picture below *folder*, and add its row."""
    # The second half is random: files of a photo that is being removed never have the name of a new one's.
    name = taken.mark + secrets.token_hex(8)
    photo = Photo(name=name, width=taken.width, height=taken.height, made_at=clock.now(), by_id=by)
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
