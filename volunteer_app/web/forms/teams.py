"""Forms of teams: what one is, when it meets, and who leads it."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from ...activities.planning.slot_changes import NewSlot
from ...people.models import Person
from ...places.models import Place
from ...teams.keeping import check_slot
from ...teams.models import HolidayRule, Team, TeamKind
from ...words import word
from .. import dates
from .fields import DAYS, DayField, OpenHourField, in_calendar, row_id
from .places import called
from .roster import PersonForm
from .stale import EditForm

NOBODY, OTHER = "", "other"
"""Beside the members whom a leader is chosen from."""
PLANNED = {"": None, "yes": True, "no": False}
"""Whether weeks are made from a team's slot; without an answer its kind decides."""


class TeamForm(EditForm):
    """All of a team; its leader has a part of it."""

    name = StringField(
        _l("Name of the team"),
        validators=[DataRequired(_l("Enter a name.")), Length(max=60)],
        render_kw={"maxlength": 60},
    )
    kind = SelectField(_l("Kind"), validators=[InputRequired(_l("Choose what kind of team it is."))])
    place = SelectField(_l("It belongs to"), validators=[InputRequired(_l("Choose a place."))])
    founded = DayField(_l("Founded"), format=DAYS, validators=[Optional(), in_calendar])
    focus = StringField(_l("What it does, in a few words"), validators=[Length(max=60)], render_kw={"maxlength": 60})
    about = TextAreaField(_l("About this team"), validators=[Length(max=500)], render_kw={"rows": 4, "maxlength": 500})
    weekday = SelectField(_l("Meets every"), default="")
    slot_starts = OpenHourField(_l("Begins"))
    slot_ends = OpenHourField(_l("Ends"))
    holiday_rule = SelectField(_l("On a holiday"), default=HolidayRule.SKIP.value)
    slot_planned = SelectField(_l("Its weeks are made from this slot"), default="")
    place_text = StringField(_l("Usual place"), validators=[Length(max=60)], render_kw={"maxlength": 60})
    venue = SelectField(_l("Venue"), default="")

    def offer(self, places: Iterable[Place], venues: Iterable[Place], *, has_slot: bool = False) -> None:
        """Fill the choices; without *places* the form is a leader's.

        Args:
            has_slot: the team has a slot already: a page of its own changes it, with what is planned from it.
        """
        places = list(places)
        if not places:
            del self.name, self.kind, self.place, self.founded
        else:
            self.kind.choices = [*_first(self.kind), *(SelectChoice(it.value, word(it)) for it in TeamKind)]
            self.place.choices = [*_first(self.place), *(SelectChoice(str(it.id), called(it)) for it in places)]
        if has_slot:
            del self.weekday, self.slot_starts, self.slot_ends
        else:
            self.weekday.choices = weekdays()
        self.holiday_rule.choices = [SelectChoice(it.value, word(it)) for it in HolidayRule]
        self.slot_planned.choices = [
            SelectChoice("", gettext("As its kind does")),
            SelectChoice("yes", gettext("Yes")),
            SelectChoice("no", gettext("No")),
        ]
        self.venue.choices = [
            SelectChoice("", gettext("None of these")),
            *(SelectChoice(str(it.id), called(it)) for it in venues),
        ]

    def values(self) -> dict[str, Any]:
        """The columns of the team as they were typed."""
        values: dict[str, Any] = {
            "holiday_rule": HolidayRule(self.holiday_rule.data),
            "slot_planned": PLANNED[self.slot_planned.data],
            "venue_id": int(self.venue.data) if self.venue.data else None,
            "place_text": (self.place_text.data or "").strip(),
            "focus": (self.focus.data or "").strip(),
            # A browser sends the end of a line as two characters.
            "about": (self.about.data or "").strip().replace("\r\n", "\n"),
        }
        if "weekday" in self:
            values |= {
                "weekday": int(self.weekday.data) if self.weekday.data else None,
                "slot_starts": self.slot_starts.data,
                "slot_ends": self.slot_ends.data,
            }
        if "name" in self:
            values |= {
                "name": self.name.data,
                "kind": TeamKind(self.kind.data),
                "place_id": int(self.place.data),
                "founded": self.founded.data,
            }
        return values


class SlotForm(EditForm):
    """Another weekly slot, and what of the plan moves along."""

    weekday = SelectField(_l("Meets every"), default="")
    slot_starts = OpenHourField(_l("Begins"))
    slot_ends = OpenHourField(_l("Ends"))
    moving = SelectMultipleField(coerce=row_id, validate_choice=False)

    def offer(self) -> None:
        """Fill the choices."""
        self.weekday.choices = weekdays()

    def slot(self) -> NewSlot | None:
        """What was typed; None where the team meets on no fixed day any more.

        Raises:
            SlotFaulty: a part of it is missing, or it would end before it starts.
        """
        weekday = int(self.weekday.data) if self.weekday.data else None
        starts, ends = self.slot_starts.data, self.slot_ends.data
        check_slot(weekday, starts, ends)
        return NewSlot(weekday, starts, ends) if weekday is not None and starts and ends else None

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the page that asks once more sends along, besides what is ticked."""
        hours = ((name, self[name].data) for name in ("slot_starts", "slot_ends"))
        return [("weekday", self.weekday.data), *((name, f"{it:%H:%M}" if it else "") for name, it in hours)]


def slot_shown(team: Team) -> dict[str, Any]:
    """A team's slot as the fields of a SlotForm show it."""
    return {name: shown(team)[name] for name in ("weekday", "slot_starts", "slot_ends")}


def weekdays() -> list[SelectChoice]:
    """The days of a week to choose from."""
    days = (SelectChoice(str(number), dates.weekday_named(number)) for number in range(7))
    return [SelectChoice("", gettext("No fixed day")), *days]


def _first(field: SelectField) -> list[SelectChoice]:
    """Where nothing is chosen yet, a choice that says so: the first kind or place shouldn't slip in."""
    return [] if field.data else [SelectChoice("", gettext("Choose"))]


def shown(team: Team) -> dict[str, Any]:
    """A team as the fields of a TeamForm show it."""
    plain = ("name", "founded", "focus", "about", "slot_starts", "slot_ends", "place_text")
    values: dict[str, Any] = {name: getattr(team, name) for name in plain}
    return values | {
        "kind": team.kind.value,
        "place": str(team.place_id),
        "weekday": "" if team.weekday is None else str(team.weekday),
        "holiday_rule": team.holiday_rule.value,
        "slot_planned": next(text for text, planned in PLANNED.items() if planned is team.slot_planned),
        "venue": str(team.venue_id or ""),
    }


class LeaderForm(PersonForm, EditForm):
    """Who leads a team: one of its members, or somebody by name and phone."""

    member = SelectField(_l("Who leads it"), default=NOBODY)

    def offer(self, people: Iterable[Person]) -> None:
        """Fill the choices."""
        self.member.choices = [
            SelectChoice(NOBODY, gettext("Nobody for now")),
            *(SelectChoice(str(it.id), it.name) for it in people),
            SelectChoice(OTHER, gettext("Somebody else, named below")),
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """A name is needed where it's nobody of the members."""
        if self.member.data != OTHER:
            self.name.validators = self.phone.validators = [Optional()]
        return super().validate(extra_validators)
