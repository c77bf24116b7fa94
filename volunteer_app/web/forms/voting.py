"""Forms of voting: who votes, for what; and household cards."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import DataRequired, InputRequired, ValidationError

from ...contests.models import Entry
from ...contests.voting import cards, households
from ...contests.voting.households import LONGEST_DOOR, Household
from ...errors import BadInput
from ...places.models import Place
from ...words import say
from .fields import name_field, number, phone_field

LONGEST_CODE = 20
MOST_STAIRWELLS = 20
MOST_FLOORS = 50
MOST_ON_A_FLOOR = 20


class CodeForm(FlaskForm):
    """The code of a household's card."""

    code = StringField(
        _l("Code of your household's card"),
        validators=[DataRequired(_l("Enter the code that stands on the card."))],
        render_kw={
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "maxlength": LONGEST_CODE,
        },
    )


class HouseholdForm(FlaskForm):
    """Which household it is: none is asked for in a round by resident."""

    building = SelectField(_l("Building"), validators=[InputRequired(_l("Choose a building."))])
    door = StringField(
        _l("Door"),
        validators=[DataRequired(_l("Write the door as it stands on it, such as 2-301."))],
        render_kw={"maxlength": LONGEST_DOOR, "autocomplete": "off"},
    )

    def offer_buildings(self, buildings: Sequence[Place] | None) -> None:
        """Fill the choices; without *buildings* it's about no household."""
        if buildings is None:
            del self.building, self.door
            return
        self.building.choices = [
            SelectChoice("", _l("Choose")),
            *(SelectChoice(str(it.id), households.full_name(it)) for it in buildings),
        ]

    def household(self, buildings: Sequence[Place]) -> Household | None:
        """The household that was said; None where it's none, and the field then says so."""
        building = next((it for it in buildings if str(it.id) == self.building.data), None)
        try:
            door = households.door(self.door.data or "")
        except BadInput as bad:
            self.door.errors = [say(bad.message)]
            return None
        return Household(building, door) if building else None


class BallotForm(HouseholdForm):
    """One entry of all; and once more that it's meant."""

    entry = RadioField(_l("Who has your vote?"), validators=[InputRequired(_l("Choose an entry."))])
    code = HiddenField()
    key = HiddenField(default=lambda: secrets.token_hex(16))

    def offer(self, entries: Iterable[Entry], buildings: Sequence[Place] | None) -> None:
        """Fill the choices."""
        self.entry.choices = [(str(it.id), it.name) for it in entries]
        self.offer_buildings(buildings)

    def delivery(self, voter: str) -> str:
        """The key of this form: worth something only for this voter."""
        return hashlib.sha256(f"vote {voter} {self.key.data}".encode()).hexdigest()


class ToldForm(HouseholdForm):
    """What somebody else's vote or ballot says: typed from the keyboard alone, one after the other."""

    name = name_field(_l("Name"), DataRequired(_l("Enter a name.")))
    phone = phone_field(_l("Phone number"), DataRequired(_l("Enter a phone number.")))
    entry = SelectField(_l("Entry"), validators=[InputRequired(_l("Choose an entry."))])

    def offer(self, entries: Iterable[Entry], buildings: Sequence[Place] | None, *, named: bool) -> None:
        """Fill the choices; *named* says whether the voter has a name."""
        self.entry.choices = [SelectChoice("", _l("Choose")), *(SelectChoice(str(it.id), it.name) for it in entries)]
        self.offer_buildings(buildings)
        if not named:
            del self.name, self.phone


class AgainForm(FlaskForm):
    """What a ballot says, read once more."""

    entry = SelectField(_l("Entry"), validators=[InputRequired(_l("Choose an entry."))])

    def offer(self, entries: Iterable[Entry]) -> None:
        """Fill the choices."""
        self.entry.choices = [SelectChoice("", _l("Choose")), *(SelectChoice(str(it.id), it.name) for it in entries)]


class SmallNumberField(StringField):
    """A whole number from 1 to a most; ``number`` is it."""

    number = 0

    def __init__(self, label: Any, *, most: int, **options: Any) -> None:
        super().__init__(label, render_kw={"inputmode": "numeric", "maxlength": 3}, **options)
        self.most = most
        self.flags.required = True

    def pre_validate(self, form: Any) -> None:
        """Read it."""
        self.number = number((self.data or "").strip()) or 0
        if not 1 <= self.number <= self.most:
            raise ValidationError(gettext("Enter a number from 1 to %(most)d.", most=self.most))


class RangeForm(FlaskForm):
    """All doors of a building, by stairwells, floors and doors on each floor."""

    stairwells = SmallNumberField(_l("Stairwells"), most=MOST_STAIRWELLS)
    floors = SmallNumberField(_l("Floors"), most=MOST_FLOORS)
    each = SmallNumberField(_l("Doors on each floor of a stairwell"), most=MOST_ON_A_FLOOR)

    def doors(self) -> list[str]:
        """The doors.

        Raises:
            BadInput: they are too many.
        """
        return cards.doors_of(stairwells=self.stairwells.number, floors=self.floors.number, doors=self.each.number)


class DoorsForm(FlaskForm):
    """Doors as they are typed, one a line."""

    doors = TextAreaField(_l("Doors"), validators=[DataRequired(_l("Write at least one door."))], render_kw={"rows": 5})
