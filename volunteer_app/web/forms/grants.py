"""Forms of roles: giving one, ending one."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from .fields import DAYS, DayField, in_calendar

AT_ONCE, TODAY = "at-once", "today"


class GrantForm(FlaskForm):
    """Who gets a role, where, and from when to when; the door takes off what the role doesn't need."""

    role = HiddenField()
    login = StringField(
        _l("Phone number of the account"),
        validators=[DataRequired(_l("Enter a phone number.")), Length(max=254)],
        render_kw={"inputmode": "tel", "autocomplete": "off", "maxlength": 254},
    )
    place = SelectField(_l("Place"), validators=[InputRequired(_l("Choose a place."))])
    team = SelectField(_l("Team"), validators=[InputRequired(_l("Choose a team."))])
    since = DayField(_l("First day"), format=DAYS, validators=[InputRequired(_l("Choose the first day.")), in_calendar])
    until = DayField(_l("Last day"), format=DAYS, validators=[Optional(), in_calendar])


class EndForm(FlaskForm):
    """When a role ends."""

    when = RadioField(
        _l("When does it end?"),
        choices=[SelectChoice(AT_ONCE, _l("At once")), SelectChoice(TODAY, _l("Tonight, with the end of today"))],
        default=AT_ONCE,
        validators=[InputRequired(_l("Choose one of the two."))],
    )
