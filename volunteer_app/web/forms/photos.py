"""The forms that send a photo; each is sent alone, as a phone's camera gives it."""

import secrets
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField

from .sign_ups import NONCE


def photo_field(label: str, **options: str) -> FileField:
    """The field of the file.

    Args:
        options: further attributes; ``capture="environment"`` opens a phone's camera by itself where there is one.
    """
    return FileField(
        label,
        validators=[FileRequired(_l("Choose a photo, or take one."))],
        render_kw={"accept": "image/jpeg,image/png,image/webp,image/heic,image/heif"} | options,
    )


class PhotoForm(FlaskForm):
    """What every form that sends a photo has; each says itself what the photo shows."""

    # Where a field has no label, one is looked for in a catalogue on the disk.
    nonce = HiddenField("")
    """The mark of the form that a page showed: with it, what is sent twice is known."""
    photo: FileField

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether there is a photo, and the form is one that a page showed."""
        valid = super().validate(extra_validators)
        if not NONCE.fullmatch(self.nonce.data or ""):
            self.nonce.data = secrets.token_hex(16)
            self.form_errors.append(gettext("The form was incomplete. Please send it once more."))
            valid = False
        return valid


class SheetPhotoForm(PhotoForm):
    """A photo of the signed sheet."""

    photo = photo_field(_l("Photo of the sheet"), capture="environment")


class VisitPhotoForm(PhotoForm):
    """A photo of a visit."""

    photo = photo_field(_l("Photo of the visit"), capture="environment")
