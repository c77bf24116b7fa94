"""Forms of the ledgers: sending files, agreeing to a preview, choosing the days of an export."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, MultipleFileField, SelectField
from wtforms.validators import AnyOf, InputRequired, Optional, ValidationError

from ...ledgers.exporting import FORMATS

MOST_FILES = 20


class UploadForm(FlaskForm):
    """One or several ledgers; an administrator says whose they are."""

    files = MultipleFileField(
        _l("Files"),
        validators=[InputRequired(_l("Choose at least one file."))],
        render_kw={"accept": ".xlsx,.xlsm,.csv"},
    )
    subdistrict = SelectField(_l("Sub-district"), validators=[Optional()], default="")

    def validate_files(self, field: Any) -> None:
        """A browser sends one nameless file where none was chosen."""
        field.data = [file for file in field.data or [] if getattr(file, "filename", "")]
        if not field.data:
            raise ValidationError(gettext("Choose at least one file."))
        if len(field.data) > MOST_FILES:
            raise ValidationError(gettext("Send at most %(count)d files at a time.", count=MOST_FILES))


class EntryForm(FlaskForm):
    """What was agreed to: exactly the preview with this digest."""

    digest = HiddenField(validators=[InputRequired()])


class DaysForm(FlaskForm):
    """The days of an export; an open end is all there is. It comes by GET and changes nothing."""

    class Meta:
        """Without a token: the address can be shared."""

        csrf = False

    since = DateField(_l("First day"), name="from", validators=[Optional()])
    until = DateField(_l("Last day"), name="to", validators=[Optional()])


class NotedForm(FlaskForm):
    """An export of some days that the trail notes, so that it comes by POST: its buttons say the format."""

    since = DateField(name="from", validators=[Optional()])
    until = DateField(name="to", validators=[Optional()])
    file_format = HiddenField(validators=[AnyOf(FORMATS)])
