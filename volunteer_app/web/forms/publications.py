"""Forms of copying activities, publishing them and calling them off."""

from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import InputRequired, Length, Optional

from ... import clock
from ...activities.planning.changes import LONGEST_REASON
from .fields import DAYS, DayField, in_calendar, row_id


class WeeksForm(FlaskForm):
    """A day to copy to, or the same day of each week. It comes by GET and changes nothing."""

    class Meta:
        """Without a token: the address can be shared."""

        csrf = False

    day = DayField(_l("Day"), format=DAYS, validators=[InputRequired(_l("Choose a day.")), in_calendar])
    until = DayField(_l("And each week until"), format=DAYS, validators=[Optional(), in_calendar])


def agreed_day(text: str) -> date:
    """A day as the table of proposed copies sends it."""
    day = date.fromisoformat(text)
    if not clock.EARLIEST <= day <= clock.LATEST:
        raise ValueError(text)
    return day


class DaysForm(FlaskForm):
    """The days that were agreed to."""

    days = SelectMultipleField(coerce=agreed_day, validate_choice=False)


class WhyForm(FlaskForm):
    """Why something is called off: one of the usual reasons, one's own, or both."""

    usual = RadioField(_l("Why"), validators=[Optional()], default="")
    own = StringField(
        _l("Another reason, or more about it"),
        validators=[Length(max=LONGEST_REASON)],
        render_kw={"maxlength": LONGEST_REASON},
    )

    def offer(self) -> None:
        """The usual reasons, in the language of whoever cancels: everyone reads them as they are."""
        reasons = (
            gettext("Bad weather"),
            gettext("The venue can't be used"),
            gettext("Too few people signed up"),
            gettext("Whoever leads it can't come"),
        )
        self.usual.choices = [SelectChoice(it, it) for it in reasons]

    def reason(self) -> str:
        """The sentence that everyone reads."""
        usual, own = self.usual.data or "", (self.own.data or "").strip()
        return f"{usual}{gettext(': ')}{own}" if usual and own else usual or own


class CancelForm(WhyForm):
    """Calls one activity off."""


class ChosenForm(FlaskForm):
    """Activities ticked in a list."""

    activity = SelectMultipleField(coerce=row_id, validate_choice=False)
