"""The form of an assignment: who of a force answers for a compound."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from ...duty.models import Assignment, Force
from ...words import word
from .fields import DAYS, DayField, in_calendar, name_field, phone_field
from .stale import EditForm


class AssignmentForm(EditForm):
    """Who answers, of which unit, and from when to when; a new one also says of which force."""

    force = SelectField(_l("Force"), validators=[InputRequired(_l("Choose a force."))])
    unit = StringField(_l("Unit"), validators=[Length(max=60)], render_kw={"maxlength": 60})
    name = name_field(_l("Name"), DataRequired(_l("Enter a name.")))
    phone = phone_field(_l("Phone number"), DataRequired(_l("Enter a phone number.")))
    since = DayField(_l("First day"), format=DAYS, validators=[Optional(), in_calendar])
    until = DayField(_l("Last day"), format=DAYS, validators=[Optional(), in_calendar])

    def offer(self, *, new: bool) -> None:
        """Fill the choices; of an assignment that is there the force stays."""
        if not new:
            del self.force
            return
        first = [] if self.force.data else [SelectChoice("", gettext("Choose"))]
        self.force.choices = [*first, *(SelectChoice(it.value, word(it)) for it in Force)]

    def values(self, person_id: int) -> dict[str, Any]:
        """The columns of the assignment as they were typed."""
        return {
            "unit": (self.unit.data or "").strip(),
            "person_id": person_id,
            "since": self.since.data,
            "until": self.until.data,
        }


def shown(assignment: Assignment) -> dict[str, Any]:
    """An assignment as the fields of an AssignmentForm show it."""
    return {
        "unit": assignment.unit,
        "name": assignment.person.name,
        "phone": assignment.person.phone,
        "since": assignment.since,
        "until": assignment.until,
    }
