"""The form that takes somebody onto a panel."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from ...contests.judging.panel import LONGEST_LABEL
from .fields import name_field, phone_field


class JudgeForm(FlaskForm):
    """Who judges, and what the result page calls them."""

    name = name_field(_l("Name"), DataRequired(_l("Enter a name.")))
    phone = phone_field(_l("Phone number"), DataRequired(_l("Enter a phone number.")))
    label = StringField(
        _l("Name on the result page"),
        validators=[Length(max=LONGEST_LABEL)],
        render_kw={"autocomplete": "off", "maxlength": LONGEST_LABEL},
    )
