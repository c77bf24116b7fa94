"""The forms by which somebody checks in on their own phone."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField
from wtforms.validators import DataRequired, InputRequired

from ...people.models import Person
from .fields import name_field, phone_field


class ArrivalForm(FlaskForm):
    """Somebody whom this phone knows: of an account, or of the receipts on it."""

    leave = HiddenField()
    """What the scanned code was exchanged for."""
    person = RadioField(_l("Who has come?"), coerce=int, validators=[InputRequired(_l("Choose who has come."))])
    consent = BooleanField(_l("I agree that the office keeps the name and phone number for this"))

    def offer(self, people: list[Person]) -> None:
        """Fill the choices."""
        self.person.choices = [(person.id, person.name) for person in people]

    def agrees(self, needed: bool) -> bool:
        """Whether the tick is there that some people still have to make."""
        if needed and not self.consent.data:
            self.consent.errors = [gettext("Without your agreement your name can't be noted.")]
            return False
        return True


class WalkUpForm(FlaskForm):
    """Somebody whom this phone doesn't know."""

    leave = HiddenField()
    name = name_field(_l("Name"), DataRequired(_l("Enter the name of whoever has come.")), autocomplete="name")
    phone = phone_field(_l("Phone number"), DataRequired(_l("Enter a phone number.")), autocomplete="tel")
    consent = BooleanField(
        _l("I agree that the office keeps my name and phone number for this"),
        validators=[InputRequired(_l("Without your agreement your name can't be noted."))],
    )
