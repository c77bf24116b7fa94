"""The form of a time at which a venue can't be used."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length, Optional

from .fields import DAYS, DayField, MomentField, in_calendar, moment


def _needed() -> list[Any]:
    return [InputRequired(_l("Enter a day and a time such as 2020-11-25 19:00.")), in_calendar]


class BlockForm(FlaskForm):
    """From when, until when, whether each week, and why."""

    starts = MomentField(_l("Start"), validators=_needed())
    ends = MomentField(_l("End"), validators=_needed())
    until = DayField(_l("And each week until"), format=DAYS, validators=[Optional(), in_calendar])
    reason = StringField(
        _l("Reason"),
        validators=[InputRequired(_l("Say why the venue can't be used.")), Length(max=100)],
        render_kw={"maxlength": 100},
    )

    @property
    def hours(self) -> tuple[datetime, datetime]:
        """Both moments in UTC, of a form that is valid."""
        starts_at, ends_at = moment(self.starts.data), moment(self.ends.data)
        assert starts_at is not None  # noqa: S101 - both are required
        assert ends_at is not None  # noqa: S101 - as above
        return starts_at, ends_at
