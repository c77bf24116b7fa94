"""Forms of pairings: a cadre and a compound, how much, and from when to when."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from ...duty.models import PLEDGE, Pairing
from ...duty.pairings import MOST_MINUTES
from ...places.models import Place
from .fields import DAYS, DayField, OpenHourField, in_calendar, name_field, phone_field
from .places import CountField, called
from .stale import EditForm
from .teams import weekdays


class MinutesField(CountField):
    """Minutes a week, which are always said."""

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label, **options)
        wrong = _l("Enter a number from 1 to %(most)d.", most=MOST_MINUTES)
        self.validators = [InputRequired(wrong), NumberRange(1, MOST_MINUTES, wrong)]
        self.flags.required, self.flags.optional = True, False


class PairingForm(EditForm):
    """What is said of a pairing; a new one also says whose it is and where."""

    name = name_field(_l("Name"), DataRequired(_l("Enter a name.")))
    phone = phone_field(_l("Phone number"), DataRequired(_l("Enter a phone number.")))
    compound = SelectField(_l("Compound"), validators=[InputRequired(_l("Choose a compound."))])
    department = StringField(_l("Department"), validators=[Length(max=60)], render_kw={"maxlength": 60})
    post = StringField(_l("Post"), validators=[Length(max=60)], render_kw={"maxlength": 60})
    minutes_a_week = MinutesField(_l("Minutes a week"), default=PLEDGE)
    weekday = SelectField(_l("Usual day"), default="")
    usual_starts = OpenHourField(_l("Usually from"))
    usual_ends = OpenHourField(_l("Usually to"))
    since = DayField(_l("First day"), format=DAYS, validators=[Optional(), in_calendar])
    until = DayField(_l("Last day"), format=DAYS, validators=[Optional(), in_calendar])

    def offer(self, compounds: Iterable[Place] | None) -> None:
        """Fill the choices; without *compounds* it's about a pairing that is there."""
        self.weekday.choices = weekdays()
        if compounds is None:
            del self.name, self.phone, self.compound
            return
        first = [] if self.compound.data else [SelectChoice("", _l("Choose"))]
        self.compound.choices = [*first, *(SelectChoice(str(it.id), called(it)) for it in compounds)]

    def values(self) -> dict[str, Any]:
        """The columns of the pairing as they were typed."""
        return {
            "department": (self.department.data or "").strip(),
            "post": (self.post.data or "").strip(),
            "minutes_a_week": self.minutes_a_week.data,
            "weekday": int(self.weekday.data) if self.weekday.data else None,
            "usual_starts": self.usual_starts.data,
            "usual_ends": self.usual_ends.data,
            "since": self.since.data,
            "until": self.until.data,
        }


def shown(pairing: Pairing) -> dict[str, Any]:
    """A pairing as the fields of a PairingForm show it."""
    plain = ("department", "post", "minutes_a_week", "usual_starts", "usual_ends", "since", "until")
    values: dict[str, Any] = {name: getattr(pairing, name) for name in plain}
    return values | {"weekday": "" if pairing.weekday is None else str(pairing.weekday)}
