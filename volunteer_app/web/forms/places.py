"""Forms of places: what is said of one, and where it lies."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import FloatField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from ...places.keeping import COLUMNS
from ...places.models import Management, Place, PlaceKind
from ...words import word
from .fields import number
from .stale import EditForm

MOST = 100_000_000
YES_NO = {"": None, "yes": True, "no": False}
"""Whether a compound is being renovated may be unknown, too."""


class CountField(IntegerField):
    """A whole number, if one is given; what can't be read is kept in the field with a sentence that helps."""

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label, validators=[Optional()], render_kw={"inputmode": "numeric"}, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number."""
        text = "".join(valuelist).strip().replace(",", "")
        count = number(text)
        if text and (count is None or count > MOST):
            raise ValueError(gettext("Enter a whole number such as 120."))
        self.data = count


class AreaField(FloatField):
    """Square metres to one decimal, if given."""

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label, validators=[Optional()], render_kw={"inputmode": "decimal"}, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number."""
        text = "".join(valuelist).strip().replace(",", "")
        if text and not (text.replace(".", "", 1).isdecimal() and float(text) <= MOST):
            raise ValueError(gettext("Enter a number such as 1200.5."))
        self.data = round(float(text), 1) if text else None


class PlaceForm(EditForm):
    """What is said of a place; a form holds what its kind has of it."""

    name = StringField(
        _l("Name of the place"),
        validators=[DataRequired(_l("Enter a name.")), Length(max=60)],
        render_kw={"maxlength": 60},
    )
    telephone = StringField(
        _l("Telephone"),
        validators=[
            Optional(),
            Length(max=20),
            Regexp(r"\s*\+?[\d() -]{3,}\s*$", message=_l("Enter a telephone number such as 010-55550100.")),
        ],
        render_kw={"inputmode": "tel", "maxlength": 20},
    )
    office_hours = StringField(_l("Office hours"), validators=[Length(max=60)], render_kw={"maxlength": 60})
    management = SelectField(_l("Management"), default="")
    households = CountField(_l("Households"))
    stairwells = CountField(_l("Stairwells"))
    floors = CountField(_l("Floors"))
    area_m2 = AreaField(_l("Floor area in m²"))
    renovated = SelectField(_l("Part of the renovation of ageing estates"), default="")

    def fit(self, kind: PlaceKind, *, named: bool = True) -> "PlaceForm":
        """Keep what a place of this kind has; without *named* its name stays what it is."""
        for name in [name for columns in COLUMNS.values() for name in columns]:
            if name in self and (name not in COLUMNS[kind] or (name == "name" and not named)):
                del self[name]
        if "management" in self:
            self.management.choices = [
                SelectChoice("", gettext("Not known")),
                *(SelectChoice(it.value, word(it)) for it in Management),
            ]
        if "renovated" in self:
            self.renovated.choices = [
                SelectChoice("", gettext("Not known")),
                SelectChoice("yes", gettext("Yes")),
                SelectChoice("no", gettext("No")),
            ]
        return self

    def values(self, kind: PlaceKind) -> dict[str, Any]:
        """The columns of the place as they were typed."""
        values = {name: self[name].data for name in COLUMNS[kind] if name in self}
        values = {name: it.strip() if isinstance(it, str) else it for name, it in values.items()}
        if "management" in values:
            values["management"] = Management(values["management"]) if values["management"] else None
        if "renovated" in values:
            values["renovated"] = YES_NO[values["renovated"]]
        return values


def shown(place: Place) -> dict[str, Any]:
    """A place as the fields of a PlaceForm show it."""
    values = {name: getattr(place, name) for name in COLUMNS[place.kind]}
    yes_no = {value: text for text, value in YES_NO.items()}
    return values | {"management": place.management or "", "renovated": yes_no[place.renovated]}


class ParentForm(EditForm):
    """Where a place lies."""

    parent = SelectField(_l("It lies in"), validators=[InputRequired(_l("Choose a place."))])

    def offer(self, places: Iterable[Place]) -> None:
        """Fill the choices."""
        self.parent.choices = [SelectChoice(str(it.id), called(it)) for it in places]


def called(place: Place) -> str:
    """A place in a list of choices, with what is around it."""
    return (
        f"{place.parent.name} {place.name}" if place.parent and place.kind is not PlaceKind.SUBDISTRICT else place.name
    )
