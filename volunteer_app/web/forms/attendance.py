"""Forms of attendance: walk-ins, a headcount, the sheet of paper, and corrections with a reason."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from ...activities.attendance.corrections import LONGEST_REASON
from ...activities.attendance.keeping import MOST_UNNAMED
from .fields import HourField, OpenHourField, name_field, number, phone_field

BLANK_LINES = 8
"""Lines of a sheet for whoever isn't on the list."""
MOST_LINES = 500


class HeadcountField(IntegerField):
    """How many came without leaving a name; empty for nobody."""

    def __init__(self, label: Any, **options: Any) -> None:
        look = {"inputmode": "numeric", "min": 0, "max": MOST_UNNAMED}
        super().__init__(label, validators=[Optional()], render_kw=look, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number."""
        text = "".join(valuelist).strip()
        headcount = number(text)
        if text and (headcount is None or headcount > MOST_UNNAMED):
            raise ValueError(gettext("Enter a number from 0 to %(most)d.", most=MOST_UNNAMED))
        self.data = headcount


def _reason() -> StringField:
    return StringField(
        _l("Reason"),
        validators=[
            DataRequired(_l("Say why: whoever reads this later will want to know.")),
            Length(max=LONGEST_REASON),
        ],
        render_kw={"autocomplete": "off", "maxlength": LONGEST_REASON},
    )


class WalkInForm(FlaskForm):
    """Somebody who hadn't signed up; without a phone number only the headcount rises."""

    counted = HiddenField()
    """The headcount as the form showed it."""
    name = name_field(_l("Name"), DataRequired(_l("Enter the name of whoever comes.")))
    phone = phone_field(_l("Phone number"), Optional())


class HeadcountForm(FlaskForm):
    """How many came without leaving a name."""

    headcount = HeadcountField(_l("People without a name"))


class ReasonForm(FlaskForm):
    """Why attendance is opened again, or somebody is taken off the list."""

    reason = _reason()


class HoursForm(FlaskForm):
    """Other hours of somebody who was there, with a reason."""

    came = HourField(_l("Came at"))
    left = OpenHourField(_l("Left at"))
    reason = _reason()


class LateForm(HoursForm):
    """Somebody whom nobody checked in, added after closing."""

    name = name_field(_l("Name"), DataRequired(_l("Enter the name of whoever was there.")))
    phone = phone_field(_l("Phone number"), DataRequired(_l("Enter a phone number.")))


class LineForm(Form):
    """A line of the sheet: somebody on the roll, or a blank one."""

    person_id = HiddenField()
    was_there = HiddenField()
    there = BooleanField(_l("Was there"))
    name = name_field(_l("Name"))
    phone = phone_field(_l("Phone number"), Optional())
    came = OpenHourField(_l("Came at"))
    left = OpenHourField(_l("Left at"))


class SheetForm(FlaskForm):
    """The sheet of paper, line by line."""

    lines = FieldList(FormField(LineForm), max_entries=MOST_LINES)
    headcount = HeadcountField(_l("People without a name"))


class NamesForm(FlaskForm):
    """The sheet of paper, a line a person."""

    names = TextAreaField(
        _l("Names, one a line"),
        validators=[DataRequired(_l("Write at least one name.")), Length(max=MOST_LINES * 100)],
        render_kw={"rows": 12, "autocomplete": "off", "spellcheck": "false"},
    )
    headcount = HeadcountField(_l("People without a name"))
