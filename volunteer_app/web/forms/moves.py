"""The form that moves an activity."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import Length

from ...activities.models import Activity
from ...errors import Message
from ...places.models import Place
from ...words import say
from .fields import HourField, day_field, hours_shown
from .places import called
from .stale import EditForm

FIELDS = {"ends_at": "ends"}
"""At which field a column's fault stands; all others at the day."""


class WhereForm(EditForm):
    """A place in the words of residents, and one of the office's venues."""

    place_text = StringField(_l("Where"), validators=[Length(max=60)], render_kw={"maxlength": 60})
    venue = SelectField(_l("Venue"), default="")

    def offer(self, venues: Sequence[Place]) -> None:
        """Fill the choices."""
        self.venue.choices = [
            SelectChoice("", gettext("None of these")),
            *(SelectChoice(str(it.id), called(it)) for it in venues),
        ]

    @property
    def where(self) -> dict[str, Any]:
        """The columns that say so."""
        venue = self.venue.data
        return {"place_text": (self.place_text.data or "").strip(), "venue_id": int(venue) if venue else None}


class MoveForm(WhereForm):
    """When and where an activity is to be."""

    day = day_field()
    starts = HourField(_l("Starts at"))
    ends = HourField(_l("Ends at"))

    def blame(self, faults: Mapping[str, Message]) -> None:
        """Put what a rule says at the fields that it's about."""
        for column, fault in faults.items():
            field = self[FIELDS.get(column, "day")]
            field.errors = [*field.errors, say(fault)]


def shown(activity: Activity) -> dict[str, Any]:
    """An activity as the fields of a MoveForm show it."""
    return {
        **hours_shown(activity.starts_at, activity.ends_at),
        "place_text": activity.place_text,
        "venue": str(activity.venue_id or ""),
    }
