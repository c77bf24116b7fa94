"""The forms that make a week or a month: which days, then what of the proposals is wanted."""

from datetime import date

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectMultipleField
from wtforms.validators import InputRequired

from .fields import DAYS, DayField, in_calendar


class _Days:
    """From which day to which."""

    since = DayField(_l("First day"), name="from", format=DAYS, validators=[InputRequired(), in_calendar])
    until = DayField(_l("Last day"), name="to", format=DAYS, validators=[InputRequired(), in_calendar])

    @property
    def days(self) -> tuple[date, date]:
        """Both days, of a form that is valid."""
        assert self.since.data is not None  # noqa: S101 - both are required
        assert self.until.data is not None  # noqa: S101 - as above
        return self.since.data, self.until.data


class PeriodForm(_Days, FlaskForm):
    """It comes by GET and changes nothing."""

    class Meta:
        """Without a token: the address can be shared."""

        csrf = False


class RunForm(_Days, FlaskForm):
    """What was ticked of a preview."""

    make = SelectMultipleField(validate_choice=False)
