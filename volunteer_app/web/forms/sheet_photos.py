"""The form that sends a photo of the sheet."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired


class PhotoForm(FlaskForm):
    """A phone's camera opens by itself where there is one."""

    photo = FileField(
        _l("Photo of the sheet"),
        validators=[FileRequired(_l("Choose a photo, or take one."))],
        render_kw={"accept": "image/jpeg,image/png,image/webp,image/heic,image/heif", "capture": "environment"},
    )
