"""Forms of a result: an objection and its answer, and what the office puts right, each time with a reason."""

import hashlib
from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from ...contests.models import Criterion, Entry, ObjectionState
from ...contests.outcome.corrections import LONGEST_ANNULMENT, LONGEST_REASON
from ...contests.outcome.objections import LONGEST
from ...contests.outcome.standings import Sheet
from ...contests.voting.households import full_name
from ...places.models import Place
from ...words import word
from .fields import name_field, number, phone_field
from .service import KeyedForm, text_field


def long_field(label: Any, missing: Any) -> TextAreaField:
    """A field for some sentences."""
    too_long = Length(max=LONGEST, message=_l("This text is too long."))
    return TextAreaField(
        label, validators=[DataRequired(missing), too_long], render_kw={"maxlength": LONGEST, "rows": 5}
    )


class ObjectionForm(KeyedForm):
    """An objection, by anyone."""

    name = name_field(_l("Name"), DataRequired(_l("Enter your name.")), autocomplete="name")
    phone = phone_field(_l("Phone"), DataRequired(_l("Enter a phone number.")), autocomplete="tel")
    entry = SelectField(_l("Which entry"), validators=[Optional()])
    text = long_field(_l("What isn't right"), _l("Say what isn't right."))

    def offer(self, entries: Sequence[Entry]) -> None:
        """Offer what it may be about: an entry, or all of it."""
        self.entry.choices = [("", gettext("The whole result")), *((it.slug, it.name) for it in entries)]

    def mark(self) -> str:
        """The key of this form of this result: whoever sends it."""
        return hashlib.sha256(f"{request.path} {self.key.data}".encode()).hexdigest()


class AnswerForm(FlaskForm):
    """The office's answer to an objection."""

    state = RadioField(_l("Decision"), validators=[InputRequired(_l("Choose one."))])
    answer = long_field(_l("Answer"), _l("Write the answer: everyone reads it."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        decided = (ObjectionState.UPHELD, ObjectionState.DISMISSED)
        self.state.choices = [(state.value, word(state)) for state in decided]


class WhyForm(FlaskForm):
    """Why something is put right."""

    reason = text_field(_l("Reason"), LONGEST_REASON, DataRequired(_l("Say why it's corrected.")))


class PointsForm(WhyForm):
    """The points of one criterion on one sheet."""

    sheet = SelectField(_l("Judge"), validators=[InputRequired(_l("Choose one."))])
    criterion = SelectField(_l("Criterion"), validators=[InputRequired(_l("Choose one."))])
    points = StringField(
        _l("Points"),
        validators=[DataRequired(_l("Enter a whole number of points."))],
        render_kw={"inputmode": "numeric", "maxlength": 3},
    )

    def offer(self, sheets: Sequence[Sheet], criteria: Sequence[Criterion]) -> None:
        """Offer the sheets of an entry, and the criteria."""
        self.sheet.choices = [(str(it.id), it.judge) for it in sheets]
        self.criterion.choices = [(str(it.id), f"{it.name} (0–{it.points})") for it in criteria]

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether everything can be read."""
        valid = super().validate(extra_validators)
        if self.points.data and number(self.points.data.strip()) is None:
            self.points.errors = [gettext("Enter a whole number of points.")]
            return False
        return bool(valid)


class AnnulForm(FlaskForm):
    """Whose vote doesn't count: a resident's by name and phone, a household's by its building and door."""

    name = name_field(_l("Name"), DataRequired(_l("Enter the name.")))
    phone = phone_field(_l("Phone"), DataRequired(_l("Enter a phone number.")))
    building = SelectField(_l("Building"), validators=[InputRequired(_l("Choose one."))])
    door = text_field(_l("Door"), 20, DataRequired(_l("Write the door as it stands on it, such as 2-301.")))
    reason = text_field(_l("Reason"), LONGEST_ANNULMENT, DataRequired(_l("Say why it's corrected.")))

    def ask(self, *, households: bool, buildings: Sequence[Place]) -> None:
        """Ask for a household or for a resident, whichever had a vote."""
        for field in ("name", "phone") if households else ("building", "door"):
            del self[field]
        if households:
            self.building.choices = [(it.slug, full_name(it)) for it in buildings]
