"""Forms of signing up: by a guest, by a member for themselves or their family, and by whoever keeps the list."""

import re
import secrets
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField
from wtforms.validators import DataRequired, InputRequired, Optional

from .fields import name_field, number, phone_field

NONCE = re.compile(r"[0-9a-f]{32}")


class GuestForm(FlaskForm):
    """Signing up without an account."""

    # Where a field has no label, one is looked for in a catalogue on the disk.
    nonce = HiddenField("")
    name = name_field(_l("Name"), DataRequired(_l("Enter the name of whoever comes.")), autocomplete="name")
    phone = phone_field(_l("Phone number"), DataRequired(_l("Enter a phone number.")), autocomplete="tel")
    consent = BooleanField(
        _l("I agree that the office keeps my name and phone number for this"),
        validators=[InputRequired(_l("Without your agreement the office can't keep a place for you."))],
    )
    child = BooleanField(_l("I'm signing up a child under 14 and am the guardian"))
    guardian_name = name_field(_l("The guardian's name"), Optional())
    guardian_phone = phone_field(_l("The guardian's phone number"), Optional())

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
    name = name_field(_l("Name"), DataRequired(_l("Enter the name of whoever comes.")))
    phone = phone_field(_l("Phone number"), Optional())
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
    return [found for part in (text or "").split() if (found := number(part)) is not None]
