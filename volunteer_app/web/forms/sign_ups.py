"""Forms of signing up: by a guest, by a member for themselves or their family, and by whoever keeps the list."""

import re
import secrets
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, StringField, TelField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from ...errors import BadInput
from ...people.phones import clean_name, clean_phone
from ...words import say

LONGEST_NAME = 60
NONCE = re.compile(r"[0-9a-f]{32}")


class NameField(StringField):
    """A person's name in its one form."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it."""
        super().process_formdata([clean_name(text) for text in valuelist])

    def pre_validate(self, form: Any) -> None:
        """Refuse what nobody is called."""
        if self.data and not (self.data.isprintable() and any(character.isalpha() for character in self.data)):
            raise ValidationError(gettext("Write the name with letters or characters."))


class PhoneField(TelField):
    """A phone number. What was typed stays in the field; ``number`` is the same in digits alone."""

    number: str = ""

    def pre_validate(self, form: Any) -> None:
        """Refuse what no number in China looks like."""
        if not self.data or not self.data.strip():
            return
        try:
            self.number = clean_phone(self.data)
        except BadInput as bad:
            raise ValidationError(say(bad.message)) from bad


def _name(label: Any, *validators: Any, autocomplete: str) -> NameField:
    return NameField(
        label,
        validators=[*validators, Length(max=LONGEST_NAME, message=_l("A name has at most 60 characters."))],
        render_kw={"autocomplete": autocomplete, "maxlength": LONGEST_NAME},
    )


def _phone(label: Any, *validators: Any, autocomplete: str) -> PhoneField:
    return PhoneField(
        label,
        validators=[*validators, Length(max=20, message=_l("A phone number has at most 20 digits."))],
        render_kw={"autocomplete": autocomplete, "inputmode": "tel", "maxlength": 20},
    )


class GuestForm(FlaskForm):
    """Signing up without an account."""

    nonce = HiddenField()
    name = _name(_l("Name"), DataRequired(_l("Enter the name of whoever comes.")), autocomplete="name")
    phone = _phone(_l("Phone number"), DataRequired(_l("Enter a phone number.")), autocomplete="tel")
    consent = BooleanField(
        _l("I agree that the office keeps my name and phone number for this"),
        validators=[InputRequired(_l("Without your agreement the office can't keep a place for you."))],
    )
    child = BooleanField(_l("I'm signing up a child under 14 and am the guardian"))
    guardian_name = _name(_l("The guardian's name"), Optional(), autocomplete="off")
    guardian_phone = _phone(_l("The guardian's phone number"), Optional(), autocomplete="off")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # They stand below the tick, and whoever ticks it needs both.
        self.guardian_name.flags.required = self.guardian_phone.flags.required = True

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all is there; for a child the guardian too [P §31]."""
        valid = super().validate(extra_validators)
        if not NONCE.fullmatch(self.nonce.data or ""):
            self.nonce.data = secrets.token_hex(16)
            self.form_errors.append(gettext("The form was incomplete. Please send it once more."))
            valid = False
        if self.child.data:
            for field, missing in (
                (self.guardian_name, gettext("For a child under 14 enter the guardian's name.")),
                (self.guardian_phone, gettext("For a child under 14 enter the guardian's phone number.")),
            ):
                if not field.data:
                    field.errors = [missing]
                    valid = False
        return valid


class MemberForm(FlaskForm):
    """Signing up with an account: who comes."""

    person = RadioField(_l("Who comes?"), coerce=int, validators=[InputRequired(_l("Choose who comes."))])
    consent = BooleanField(_l("I agree that the office keeps the name and phone number for this"))


class BehalfForm(FlaskForm):
    """Signing somebody up who can't do so themselves."""

    shift = RadioField(_l("Which shift?"), coerce=int, validators=[InputRequired(_l("Choose a shift."))])
    name = _name(_l("Name"), DataRequired(_l("Enter the name of whoever comes.")), autocomplete="off")
    phone = _phone(_l("Phone number"), Optional(), autocomplete="off")
    chosen = RadioField(_l("Is it one of these?"), choices=[], validators=[Optional()], validate_choice=False)
    """The id of somebody of this name, or 0 for none of them."""
    seen = HiddenField()
    """The ids of those of this name who were shown."""
    agreed = BooleanField(
        _l("They agree that the office keeps name and phone number for this"),
        validators=[InputRequired(_l("Ask them first: without their agreement nothing is kept."))],
    )

    @property
    def chosen_id(self) -> int | None:
        """What was chosen; None where nothing was."""
        return next(iter(_ids(self.chosen.data)), None)

    @property
    def seen_ids(self) -> list[int]:
        """Who was shown."""
        return _ids(self.seen.data)


def _ids(text: str | None) -> list[int]:
    return [int(part) for part in (text or "").split() if part.isascii() and part.isdecimal() and len(part) < 10]
