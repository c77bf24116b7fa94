"""The form that chooses a period."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import InputRequired

from ...errors import BadInput
from ...reports.periods import Period
from ...words import say
from .fields import DayField


class PeriodForm(FlaskForm):
    """The first and the last day of a period, both included. It comes by GET and changes nothing."""

    class Meta:
        """Without a token: the address can be shared."""

        csrf = False

    first = DayField(
        _l("First day"),
        name="from",
        format=["%Y-%m-%d", "%Y/%m/%d"],
        validators=[InputRequired(_l("Choose the first day."))],
    )
    last = DayField(
        _l("Last day"),
        name="to",
        format=["%Y-%m-%d", "%Y/%m/%d"],
        validators=[InputRequired(_l("Choose the last day."))],
    )

    period: Period | None = None

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether both days can be read and make a period, which then stands in ``period``."""
        if not super().validate(extra_validators):
            return False
        first, last = self.first.data, self.last.data
        if first is None or last is None:
            return False
        try:
            self.period = Period.of(first, last)
        except BadInput as problem:
            self.last.errors = [say(problem.message)]
            return False
        return True
