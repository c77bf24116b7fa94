"""The form of an activity."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import Length, ValidationError

from ...activities.models import Activity, Theme
from ...errors import Message
from ...places.models import Place
from ...words import say, word
from .fields import HourField, MomentField, PlacesField, day_field, hours, hours_shown, moment, row_id, typed
from .stale import EditForm

FIELDS = {
    "theme_id": "theme",
    "venue_id": "venue",
    "starts_at": "day",
    "ends_at": "ends",
    "sign_up_opens_at": "opens",
    "sign_up_closes_at": "closes",
    "counts_as_service": "counts",
}
"""At which field a column's fault stands, where they have different names."""


class ThemeNeeded:
    """A theme is chosen, or a new one is typed where that may be done."""

    field_flags = {"required": True}  # noqa: RUF012 - what WTForms reads

    def __call__(self, form: Any, field: Any) -> None:
        """Check it."""
        if not field.data and not (form.new_theme and (form.new_theme.data or "").strip()):
            raise ValidationError(gettext("Choose a theme."))


class WaitingForm(EditForm):
    """What forms with places share: who moves to the waiting list where there are fewer."""

    to_waiting = SelectMultipleField(_l("Who moves to the waiting list"), coerce=row_id, validate_choice=False)


class PlanForm(WaitingForm):
    """An activity, and the places of its one shift."""

    theme = SelectField(_l("Theme"), validators=[ThemeNeeded()], default="")
    new_theme = StringField(_l("Or a new theme"), validators=[Length(max=60)], render_kw={"maxlength": 60})
    day = day_field()
    starts = HourField(_l("Starts at"))
    ends = HourField(_l("Ends at"))
    place_text = StringField(_l("Where"), validators=[Length(max=60)], render_kw={"maxlength": 60})
    venue = SelectField(_l("Venue"), default="")
    places = PlacesField(_l("How many may come"))
    about = TextAreaField(
        _l("What it's about"), validators=[Length(max=1000)], render_kw={"rows": 5, "maxlength": 1000}
    )
    bring = StringField(_l("What to bring"), validators=[Length(max=200)], render_kw={"maxlength": 200})
    opens = MomentField(_l("Sign-up opens"))
    closes = MomentField(_l("Sign-up closes"))
    withdraw_until = MomentField(_l("People can withdraw until"))
    popular = BooleanField(_l("Many will want to come: nobody may hold many places in such activities at once"))
    counts = BooleanField(_l("It counts as volunteering"))

    def offer(self, themes: Sequence[Theme], venues: Sequence[Place], *, new_theme: bool) -> None:
        """Fill the choices; without *new_theme* none can be typed."""
        self.theme.choices = [
            SelectChoice("", gettext("Choose a theme")),
            *(SelectChoice(str(it.id), it.name, optgroup=word(it.field)) for it in themes),
        ]
        self.venue.choices = [
            SelectChoice("", gettext("None of these")),
            *(SelectChoice(str(it.id), f"{it.parent.name if it.parent else ''} {it.name}".strip()) for it in venues),
        ]
        if not new_theme:
            del self.new_theme

    def values(self, theme_id: int) -> dict[str, Any]:
        """The columns of the activity as they were typed."""
        starts_at, ends_at = hours(self)
        return {
            "theme_id": theme_id,
            "venue_id": int(self.venue.data) if self.venue.data else None,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "place_text": (self.place_text.data or "").strip(),
            # A browser sends the end of a line as two characters.
            "about": (self.about.data or "").strip().replace("\r\n", "\n"),
            "bring": (self.bring.data or "").strip(),
            "sign_up_opens_at": moment(self.opens.data),
            "sign_up_closes_at": moment(self.closes.data),
            "withdraw_until": moment(self.withdraw_until.data),
            "popular": self.popular.data,
            "counts_as_service": self.counts.data,
        }

    def blame(self, faults: Mapping[str, Message]) -> None:
        """Put what a rule says at the fields that it's about."""
        for column, fault in faults.items():
            field = self[FIELDS.get(column, column)]
            field.errors = [*field.errors, say(fault)]


def shown(activity: Activity) -> dict[str, Any]:
    """An activity as the fields of a PlanForm show it; places only where it has one shift."""
    values = {
        "theme": str(activity.theme_id),
        **hours_shown(activity.starts_at, activity.ends_at),
        "place_text": activity.place_text,
        "venue": str(activity.venue_id or ""),
        "about": activity.about,
        "bring": activity.bring,
        "opens": typed(activity.sign_up_opens_at),
        "closes": typed(activity.sign_up_closes_at),
        "withdraw_until": typed(activity.withdraw_until),
        "popular": activity.popular,
        "counts": activity.counts_as_service,
    }
    return values | ({"places": activity.shifts[0].places} if len(activity.shifts) == 1 else {})
