"""The forms of the theme calendar: what a theme's day hangs on, and its day in one year."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import InputRequired, Length, StopValidation, ValidationError

from ...activities.models import Theme, ThemeField
from ...activities.year.anchors import COLUMNS, LONGEST_LUNAR_MONTH, MOST_DAYS_LATER, AnchorFaulty, checked
from ...activities.year.models import AnchorKind, ThemeAnchor, ThemeMove
from ...errors import Message
from ...words import say, word
from .. import dates
from .fields import DAYS, DayField, in_calendar, number
from .stale import EditForm

NTH = {1: _l("First"), 2: _l("Second"), 3: _l("Third"), 4: _l("Fourth"), -1: _l("Last")}
TERMS = (
    *(_l("Minor Cold"), _l("Major Cold"), _l("Start of Spring"), _l("Rain Water"), _l("Awakening of Insects")),
    *(_l("Spring Equinox"), _l("Pure Brightness"), _l("Grain Rain"), _l("Start of Summer"), _l("Grain Buds")),
    *(_l("Grain in Ear"), _l("Summer Solstice"), _l("Minor Heat"), _l("Major Heat"), _l("Start of Autumn")),
    *(_l("End of Heat"), _l("White Dew"), _l("Autumn Equinox"), _l("Cold Dew"), _l("Frost's Descent")),
    *(_l("Start of Winter"), _l("Minor Snow"), _l("Major Snow"), _l("Winter Solstice")),
)
"""节气, in the order of the year."""
FIELDS = {
    AnchorKind.DAY: {"month": "month", "day": "day"},
    AnchorKind.WEEKDAY: {"month": "nth_month", "nth": "nth", "weekday": "weekday"},
    AnchorKind.LUNAR: {"month": "lunar_month", "day": "lunar_day"},
    AnchorKind.TERM: {"term": "term"},
    AnchorKind.SPARE: {},
}
"""At which field each column of a kind stands: the form shows the fields of all kinds at once."""


class Fate(StrEnum):
    """What happens to a theme's day in one year."""

    DAY = "day"
    LEFT_OUT = "left_out"


def _whole(value: Any) -> int | None:
    return None if value in ("", None) else int(value)


def _numbers(numbers: Sequence[int], say_number: Any = str) -> Any:
    """The choices of a field that holds one of some numbers, or none."""
    return lambda: [SelectChoice("", gettext("Choose")), *(SelectChoice(it, str(say_number(it))) for it in numbers)]


def _choice(label: Any, numbers: Sequence[int], say_number: Any = str) -> SelectField:
    return SelectField(label, coerce=_whole, choices=_numbers(numbers, say_number))


class LaterField(IntegerField):
    """A number of days, with a minus for days before; none is no day."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number."""
        text = "".join(valuelist).strip().replace("−", "-")
        days = number(text.removeprefix("-")) if text else 0
        if days is None or days > MOST_DAYS_LATER:
            raise ValueError(
                gettext("Enter at most %(most)d days, with a minus for days before.", most=MOST_DAYS_LATER)
            )
        self.data = -days if text.startswith("-") else days


class OneTheme:
    """A theme is chosen or a new one named, and not both."""

    field_flags = {"required": True}  # noqa: RUF012 - what WTForms reads

    def __call__(self, form: Any, field: Any) -> None:
        """Check it."""
        named = bool((form.name.data or "").strip())
        if not field.data and not named:
            raise ValidationError(gettext("Choose a theme."))
        if field.data and named:
            raise ValidationError(gettext("Choose a theme or name a new one, not both."))


class FieldOfNew:
    """A new theme has a field; one that is there has its own."""

    def __call__(self, form: Any, field: Any) -> None:
        """Check it."""
        if not field.raw_data:
            field.errors = []
            raise StopValidation(gettext("Choose a field.") if (form.name.data or "").strip() else "")


class AnchorForm(EditForm):
    """What a theme's day hangs on."""

    kind = RadioField(
        _l("What its day hangs on"),
        coerce=AnchorKind,
        choices=lambda: [SelectChoice(it, word(it)) for it in AnchorKind],
        validators=[InputRequired(_l("Choose what its day hangs on."))],
    )
    month = _choice(_l("Month"), range(1, 13), dates.month_named)
    day = _choice(_l("Day of the month"), range(1, 32))
    nth_month = _choice(_l("Month"), range(1, 13), dates.month_named)
    nth = _choice(_l("Which one of the month"), tuple(NTH), NTH.__getitem__)
    weekday = _choice(_l("Weekday"), range(7), dates.weekday_named)
    lunar_month = _choice(_l("Lunar month"), range(1, 13))
    lunar_day = _choice(_l("Lunar day"), range(1, LONGEST_LUNAR_MONTH + 1))
    term = _choice(_l("Solar term"), range(len(TERMS)), TERMS.__getitem__)
    days_later = LaterField(
        _l("How many days later"), default=0, render_kw={"min": -MOST_DAYS_LATER, "max": MOST_DAYS_LATER}
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each field, and what they say together."""
        valid = bool(super().validate(extra_validators))
        if self.kind.errors:
            return False
        try:
            checked(self.columns())
        except AnchorFaulty as faulty:
            self.blame(faulty.faults)
            return False
        return valid

    @property
    def groups(self) -> list[tuple[str, list[Any]]]:
        """The fields of each kind that has any, under the words of that kind."""
        return [(word(kind), [self[name] for name in names.values()]) for kind, names in FIELDS.items() if names]

    def columns(self) -> dict[str, Any]:
        """The columns of the anchor as they were typed."""
        kind = AnchorKind(self.kind.data)
        own = {column: self[name].data for column, name in FIELDS[kind].items()}
        return {"kind": kind, **own, "days_later": self.days_later.data or 0}

    def empty_others(self) -> None:
        """Empty the fields of the other kinds: what is left in them isn't meant."""
        own = FIELDS[AnchorKind(self.kind.data)].values()
        for name in (name for names in FIELDS.values() for name in names.values() if name not in own):
            self[name].raw_data, self[name].data = None, None

    def blame(self, faults: Mapping[str, Message]) -> None:
        """Put what a rule says at the fields that it's about."""
        names = FIELDS[AnchorKind(self.kind.data)]
        for column, fault in faults.items():
            field = self[names.get(column, column)]
            field.errors = field.errors or [say(fault)]


class PlacingForm(AnchorForm):
    """A theme that is there already, or a new one, and what its day hangs on."""

    theme = SelectField(_l("Theme"), validators=[OneTheme()], default="")
    name = StringField(_l("Or a new theme"), validators=[Length(max=60)], render_kw={"maxlength": 60})
    field = RadioField(
        _l("Field of the new theme"),
        coerce=ThemeField,
        choices=lambda: [SelectChoice(it, word(it)) for it in ThemeField],
        validators=[FieldOfNew()],
    )

    def offer(self, themes: Sequence[Theme]) -> None:
        """Fill the choices."""
        self.theme.choices = [
            SelectChoice("", gettext("None of these")),
            *(SelectChoice(str(it.id), it.name, optgroup=word(it.field)) for it in themes),
        ]


class DayOfFate:
    """Whoever says that the theme falls on a day names the day."""

    field_flags = {"required": True}  # noqa: RUF012 - what WTForms reads

    def __call__(self, form: Any, field: Any) -> None:
        """Check it."""
        if form.fate.data == Fate.LEFT_OUT:
            # What stands there doesn't matter then.
            field.errors = []
            raise StopValidation
        if not "".join(field.raw_data or ()).strip():
            field.errors = []
            raise StopValidation(gettext("Choose a day."))


class ThemeMoveForm(EditForm):
    """On which day a theme falls in one year, if on any."""

    fate = RadioField(
        _l("In this year"),
        coerce=Fate,
        choices=lambda: [
            SelectChoice(Fate.DAY, gettext("On the day below")),
            SelectChoice(Fate.LEFT_OUT, gettext("Left out this year")),
        ],
        validators=[InputRequired(_l("Choose one of the two."))],
    )
    day = DayField(_l("Its day"), format=DAYS, validators=[DayOfFate(), in_calendar])

    @property
    def to(self) -> date | None:
        """The day to which it's moved; None where it's left out."""
        return None if self.fate.data == Fate.LEFT_OUT else self.day.data


def hanging(anchor: ThemeAnchor) -> dict[str, Any]:
    """An anchor as the fields of an AnchorForm show it."""
    empty = dict.fromkeys(name for names in FIELDS.values() for name in names.values())
    own = {FIELDS[anchor.kind][column]: getattr(anchor, column) for column in COLUMNS[anchor.kind]}
    return {"kind": anchor.kind, **empty, **own, "days_later": anchor.days_later}


def falling(anchored_on: date, move: ThemeMove | None) -> dict[str, Any]:
    """A theme's day in one year as the fields of a ThemeMoveForm show it."""
    if move and move.moved_to is None:
        return {"fate": Fate.LEFT_OUT, "day": anchored_on}
    return {"fate": Fate.DAY, "day": move.moved_to if move else anchored_on}


def hangs_on(anchor: ThemeAnchor) -> str:
    """What a theme's day hangs on, in words; nothing where its day says so itself."""
    plain = _hangs_on(anchor)
    if not anchor.days_later:
        return plain
    if anchor.kind is AnchorKind.DAY and anchor.month and anchor.day:
        plain = gettext("day %(day)d of %(month)s", day=anchor.day, month=dates.month_named(anchor.month))
    count = abs(anchor.days_later)
    if anchor.days_later > 0:
        return ngettext("%(num)d day after %(what)s", "%(num)d days after %(what)s", count, what=plain)
    return ngettext("%(num)d day before %(what)s", "%(num)d days before %(what)s", count, what=plain)


def _hangs_on(anchor: ThemeAnchor) -> str:
    match anchor:
        case ThemeAnchor(kind=AnchorKind.WEEKDAY, month=int(month), nth=int(nth), weekday=int(weekday)):
            return gettext(
                "%(nth)s %(weekday)s of %(month)s",
                nth=str(NTH[nth]),
                weekday=dates.weekday_named(weekday),
                month=dates.month_named(month),
            )
        case ThemeAnchor(kind=AnchorKind.LUNAR, month=int(month), day=int(day)):
            return gettext("day %(day)d of lunar month %(month)d", month=month, day=day)
        case ThemeAnchor(kind=AnchorKind.TERM, term=int(term)):
            return str(TERMS[term])
        case ThemeAnchor(kind=AnchorKind.SPARE):
            return gettext("for weeks without a theme of their own")
    return ""
