"""Forms of the duty desk: which weeks, what is confirmed, and why something is sent back."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from ... import clock
from ...clock import Week
from ...duty.confirming import LONGEST_REASON
from ...errors import BadInput
from .fields import DAYS, DayField, in_calendar, number

MOST_WEEKS = 53
MOST_AT_ONCE = 500
"""Visits in one form; a page has fifty."""


class WeekField(DayField):
    """A week, by any of its days or by its name such as 2020-W45; its ``data`` is the Monday."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the week."""
        text = "".join(valuelist).strip()
        if "W" in text:
            try:
                self.data = Week.parse(text).monday
            except BadInput as bad:
                raise ValueError(gettext("Enter a day such as 2020-11-04.")) from bad
            # The field shows a day from now on.
            self.raw_data = [self.data.isoformat()]
            return
        super().process_formdata(valuelist)


class WeeksForm(FlaskForm):
    """The first and the last week. It comes by GET and changes nothing."""

    class Meta:
        """Without a token: the address can be shared."""

        csrf = False

    first = WeekField(
        _l("From the week of"), name="from", format=DAYS, validators=[InputRequired(_l("Choose a day.")), in_calendar]
    )
    last = WeekField(
        _l("To the week of"), name="to", format=DAYS, validators=[InputRequired(_l("Choose a day.")), in_calendar]
    )

    weeks: tuple[Week, Week] | None = None

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether both can be read and lie in order, not too far apart; they then stand in ``weeks``."""
        if not super().validate(extra_validators) or self.first.data is None or self.last.data is None:
            return False
        first, last = Week.of(self.first.data), min(Week.of(self.last.data), Week.of(clock.today()))
        if last < first:
            self.last.errors = [gettext("The last week lies before the first one, or the first one is still to come.")]
            return False
        if (last.monday - first.monday).days >= 7 * MOST_WEEKS:
            self.last.errors = [gettext("At most %(most)d weeks at once.", most=MOST_WEEKS)]
            return False
        self.weeks = first, last
        return True


class ConfirmForm(FlaskForm):
    """The visits that were ticked, or the one whose button was pressed; each says what was looked at."""

    visit = SelectMultipleField(_l("Visits"), validate_choice=False)
    only = HiddenField()

    def marks(self) -> dict[int, str]:
        """What was looked at, by the ids of the visits; several stand in one value, with commas between them."""
        ticked = [self.only.data] if self.only.data else (self.visit.data or [])
        parts = [part.partition("-") for value in ticked for part in value.split(",")]
        found = {row_id: seen for text, _, seen in parts if (row_id := number(text)) is not None}
        return dict(list(found.items())[:MOST_AT_ONCE])


class ReturnForm(FlaskForm):
    """Why a visit is sent back."""

    seen = HiddenField()
    reason = StringField(
        _l("Reason"),
        validators=[
            DataRequired(_l("Say why: the cadre reads it.")),
            Length(max=LONGEST_REASON, message=_l("A reason has at most 100 characters.")),
        ],
        render_kw={"maxlength": LONGEST_REASON},
    )
