"""The form of an end: the last day of a place, a team or a membership."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import InputRequired

from .fields import DAYS, DayField, in_calendar


class LastDayForm(FlaskForm):
    """The last day, which still counts."""

    last_day = DayField(_l("Last day"), format=DAYS, validators=[InputRequired(_l("Choose a day.")), in_calendar])
