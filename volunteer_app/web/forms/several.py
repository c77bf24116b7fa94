"""The form that does something with several activities of a week."""

from enum import StrEnum
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import InputRequired, Length

from ...deliveries import LONGEST_KEY
from .fields import row_id
from .publications import WhyForm, agreed_day

MOST_WEEKS = 8
"""Weeks to copy to at once."""
DAYS_AWAY = 7
"""Days to move by, either way."""


class What(StrEnum):
    """What is to happen with what is ticked."""

    CALL_OFF = "call_off"
    MOVE = "move"
    COPY = "copy"


class SeveralForm(WhyForm):
    """Which activities, and what is to happen with them."""

    activity = SelectMultipleField(coerce=row_id, validate_choice=False)
    day = SelectMultipleField(coerce=agreed_day, validate_choice=False)
    """Days of which all are meant."""
    what = RadioField(_l("What is to happen"), validators=[InputRequired(_l("Choose what is to happen."))])
    days = SelectField(_l("By how many days"), coerce=int, default=1)
    weeks = SelectField(_l("Into how many weeks"), coerce=int, default=1)
    seen = HiddenField()
    """Revisions of what was looked at, so that nothing happens to what somebody changed meanwhile."""
    key = HiddenField(validators=[Length(max=LONGEST_KEY)])
    """Of the page that asks once more: sent twice, it happens once."""

    def offer(self) -> None:
        """Fill the choices."""
        super().offer()
        # Both always have an answer.
        self.days.flags.required = self.weeks.flags.required = True
        words = {
            What.CALL_OFF: gettext("Cancel, and discard drafts"),
            What.MOVE: gettext("Move by some days"),
            What.COPY: gettext("Copy to the weeks after"),
        }
        self.what.choices = [SelectChoice(it.value, text) for it, text in words.items()]
        self.days.choices = [
            *(SelectChoice(n, ngettext("%(num)d day later", "%(num)d days later", n)) for n in range(1, DAYS_AWAY + 1)),
            *(
                SelectChoice(-n, ngettext("%(num)d day earlier", "%(num)d days earlier", n))
                for n in range(1, DAYS_AWAY + 1)
            ),
        ]
        self.weeks.choices = [
            SelectChoice(n, ngettext("The following week", "The %(num)d weeks that follow", n))
            for n in range(1, MOST_WEEKS + 1)
        ]

    @property
    def kept(self) -> list[tuple[str, Any]]:
        """What the page that asks once more sends along, besides what was ticked."""
        names = ("what", "days", "weeks", "usual", "own")
        return [(name, self[name].data) for name in names if self[name].data not in (None, "")]
