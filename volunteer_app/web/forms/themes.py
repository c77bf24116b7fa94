"""The form of a theme."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import DataRequired, InputRequired, Length

from ...activities.models import Theme, ThemeField
from ...words import word
from .stale import EditForm


class ThemeForm(EditForm):
    """What a theme is called, and its field."""

    name = StringField(
        _l("Name of the theme"),
        validators=[DataRequired(_l("Enter a name.")), Length(max=60)],
        render_kw={"maxlength": 60},
    )
    field = RadioField(
        _l("Field"),
        coerce=ThemeField,
        choices=lambda: [SelectChoice(it, word(it)) for it in ThemeField],
        validators=[InputRequired(_l("Choose a field."))],
    )

    def values(self) -> dict[str, Any]:
        """The columns of the theme as they were typed."""
        return {"name": self.name.data or "", "field": self.field.data}


def shown(theme: Theme) -> dict[str, Any]:
    """A theme as the fields of the form show it."""
    return {"name": theme.name, "field": theme.field}
