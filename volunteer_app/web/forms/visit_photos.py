"""The form that sends a photo of a visit."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from .sheet_photos import PhotoForm


class VisitPhotoForm(PhotoForm):
    """As a photo of a sheet, under another name."""

    photo = FileField(
        _l("Photo of the visit"),
        validators=[FileRequired(_l("Choose a photo, or take one."))],
        render_kw={"accept": "image/jpeg,image/png,image/webp,image/heic,image/heif", "capture": "environment"},
    )
