"""The form of a shift."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from ...activities.models import Shift
from .fields import HourField, PlacesField, day_field, hours, hours_shown
from .planning import WaitingForm


class ShiftForm(WaitingForm):
    """A part of an activity."""

    title = StringField(
        _l("What the shift is called"),
        validators=[InputRequired(_l("Give the shift a name.")), Length(max=60)],
        render_kw={"maxlength": 60},
    )
    day = day_field()
    starts = HourField(_l("Starts at"))
    ends = HourField(_l("Ends at"))
    places = PlacesField(_l("How many may come"))
    needs = StringField(_l("What is needed"), validators=[Length(max=200)], render_kw={"maxlength": 200})

    def values(self) -> dict[str, Any]:
        """The columns of the shift as they were typed."""
        starts_at, ends_at = hours(self)
        return {
            "title": (self.title.data or "").strip(),
            "starts_at": starts_at,
            "ends_at": ends_at,
            "needs": (self.needs.data or "").strip(),
        }


def shown(shift: Shift) -> dict[str, Any]:
    """A shift as the fields of a ShiftForm show it."""
    hours = hours_shown(shift.starts_at, shift.ends_at)
    return {"title": shift.title, **hours, "places": shift.places, "needs": shift.needs}
