"""Forms of what people do with their own data and their family."""

import re
import unicodedata

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from ...people.accounts import LONGEST_PASSWORD
from ...people.models import Person, Sex
from .fields import name_field, phone_field

MONTH = re.compile(r"(\d{4})\D+(\d{1,2})\D*")

_PASSWORD_LOOK = {"autocomplete": "current-password"}


def as_month(text: str | None) -> str:
    """1949-12, where it was typed as 1949.12 or with words between."""
    plain = unicodedata.normalize("NFKC", text or "").strip()
    found = MONTH.fullmatch(plain)
    return f"{found[1]}-{int(found[2]):02}" if found else plain


class CorrectionForm(FlaskForm):
    """A person's data; the phone number and its proof are left out for the family, who share the account's."""

    name = name_field(_l("Name"), DataRequired(_l("Enter a name.")), autocomplete="name")
    sex = RadioField(
        _l("Sex"),
        choices=[
            SelectChoice(Sex.FEMALE.value, _l("Female")),
            SelectChoice(Sex.MALE.value, _l("Male")),
            SelectChoice("", _l("Not said")),
        ],
        default="",
        validators=[Optional()],
    )
    birth_month = StringField(
        _l("Month of birth"),
        filters=[as_month],
        validators=[Optional(), Regexp(r"\d{4}-(0[1-9]|1[0-2])$", message=_l("Enter a month such as 1949-12."))],
        render_kw={"autocomplete": "bday", "inputmode": "numeric", "maxlength": 12},
    )
    phone = phone_field(_l("Phone number"), Optional(), autocomplete="tel")
    password = PasswordField(
        _l("Present password"), validators=[Length(max=LONGEST_PASSWORD)], render_kw=_PASSWORD_LOOK
    )


class ErasedNameForm(FlaskForm):
    """The name of whoever's data are erased: what can't be taken back is confirmed twice."""

    name = name_field(_l("Name"), DataRequired(_l("Enter the name, to be sure.")))

    def confirms(self, person: Person) -> bool:
        """Whether the form was sent well, with the name of *person*; where it's another one the field says so."""
        if self.validate_on_submit() and self.name.data != person.name:
            self.name.errors = [gettext("That isn't the name: nothing was erased.")]
        return self.is_submitted() and not self.errors


class ErasureForm(ErasedNameForm):
    """One's own: the password too, since a device may be lying about."""

    password = PasswordField(
        _l("Present password"),
        validators=[DataRequired(_l("Enter your present password.")), Length(max=LONGEST_PASSWORD)],
        render_kw=_PASSWORD_LOOK,
    )


class FamilyForm(FlaskForm):
    """Somebody without a phone of their own, and who agrees."""

    name = name_field(_l("Name"), DataRequired(_l("Enter a name.")))
    age = RadioField(
        _l("Who agrees to it?"),
        choices=[
            SelectChoice("adult", _l("They know it and agree")),
            SelectChoice("child", _l("Under 14: I'm the guardian and agree for the child")),
        ],
        validators=[InputRequired(_l("Choose one of the two: without an agreement nothing is kept."))],
    )


class ClaimForm(FlaskForm):
    """Somebody known already: their phone number and the one-time code."""

    phone = phone_field(_l("Their phone number"), DataRequired(_l("Enter a phone number.")))
    code = StringField(
        _l("One-time code"),
        validators=[DataRequired(_l("Enter the code.")), Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 40},
    )
