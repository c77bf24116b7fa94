"""What the doors of photos share: the folder, a fresh form, the picture that was sent, and showing one.

Whose photos they are, who sees them and who removes them, each door says itself.
"""

import secrets
from pathlib import Path
from typing import TypeVar

from flask import abort, current_app, send_file
from werkzeug.wrappers import Response

from ..backups.archive import UPLOADS
from ..config import Settings
from ..errors import BadInput
from ..photos import keeping, taking
from ..photos.models import Photo
from ..photos.taking import Taken
from ..words import say
from .forms.photos import PhotoForm

F = TypeVar("F", bound=PhotoForm)

SENDING = "20 per minute; 200 per hour"
"""How often one may send a photo."""
KEPT = 3600
"""For how many seconds a browser keeps a photo without asking again."""


def uploads() -> Path:
    """The folder of what was sent."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings.instance / UPLOADS


def fresh(kind: type[F]) -> F:
    """An empty form, of which each photo is kept once however often it's sent."""
    return kind(formdata=None, nonce=secrets.token_hex(16))


def taken(form: PhotoForm) -> Taken | None:
    """The picture that was sent, or None: what is wrong then stands at the form's fields."""
    if not form.validate_on_submit():
        return None
    try:
        return taking.take(form.photo.data.read(), nonce=str(form.nonce.data))
    except BadInput as bad:
        form.photo.errors = [say(bad.message)]
        return None


def sent(photo: Photo, *, small: bool, public: bool = False) -> Response:
    """A file of a photo.

    Args:
        public: everybody may see it, so that what lies between may keep it too.
    """
    path = keeping.file(photo, uploads(), small=small).resolve()
    if not path.exists():
        abort(404)
    answer = send_file(path, mimetype="image/jpeg", max_age=KEPT)
    if not public:
        answer.cache_control.public, answer.cache_control.private = False, True
    return answer
