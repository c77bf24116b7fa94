"""The filters of the audit trail."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SearchField, SelectField
from wtforms.validators import Length, Optional

from .fields import DAYS, DayField, in_calendar


class TrailForm(FlaskForm):
    """Which days, who acted, what kind of thing, which action. It comes by GET and changes nothing."""

    class Meta:
        """Without a token: the address can be shared."""

        csrf = False

    since = DayField(_l("First day"), name="from", format=DAYS, validators=[Optional(), in_calendar])
    until = DayField(_l("Last day"), name="to", format=DAYS, validators=[Optional(), in_calendar])
    who = SearchField(_l("Who acted: part of a name or number"), name="q", validators=[Length(max=60)])
    kind = SelectField(_l("Kind of thing"), validators=[Optional()])
    action = SelectField(_l("What was done"), validators=[Optional()])
