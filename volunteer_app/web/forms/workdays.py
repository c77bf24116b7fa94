"""The form of a special day."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import DataRequired, InputRequired, Length

from ...workdays import SpecialKind


class SpecialDayForm(FlaskForm):
    """Which day, what it is, and its name."""

    day = DateField(_l("Day"), validators=[DataRequired(_l("Choose a day."))])
    kind = RadioField(
        _l("What it is"),
        choices=[
            SelectChoice(SpecialKind.HOLIDAY.value, _l("Day off")),
            SelectChoice(SpecialKind.MAKEUP_WORKDAY.value, _l("Make-up workday")),
        ],
        validators=[InputRequired(_l("Choose one of the two."))],
    )
    name = StringField(_l("Name of the feast"), validators=[Length(max=60)], render_kw={"maxlength": 60})
