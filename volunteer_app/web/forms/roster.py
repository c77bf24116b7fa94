"""Forms of the roster: a person by name and phone, and the wish to join."""

from collections.abc import Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import DataRequired, Length

from ...people.models import Person
from ...teams.models import MemberRole

NEW = "new"


class PersonForm(FlaskForm):
    """A person by name and phone; where people look alike, it asks which of them it is."""

    name = StringField(
        _l("Name"),
        validators=[DataRequired(_l("Enter a name.")), Length(max=60)],
        render_kw={"maxlength": 60, "autocomplete": "off"},
    )
    phone = StringField(
        _l("Phone number"),
        validators=[Length(max=30)],
        render_kw={"inputmode": "tel", "maxlength": 30, "autocomplete": "off"},
    )
    who = RadioField(_l("Who it is"), choices=[], validate_choice=False)

    def ask_who(self, alike: Sequence[Person]) -> None:
        """Ask which of these people it is, or whether it's somebody new."""
        self.who.choices = [
            *(SelectChoice(str(it.id), f"{it.name} {it.phone or ''}".strip()) for it in alike),
            SelectChoice(NEW, gettext("None of these: somebody new")),
        ]
        self.who.errors = [gettext("Choose who it is: somebody of that name or number is known already.")]


class JoinForm(FlaskForm):
    """The wish to join, with a note for whoever decides."""

    note = StringField(_l("A note for the leader"), validators=[Length(max=200)], render_kw={"maxlength": 200})


class RoleForm(FlaskForm):
    """A member's role."""

    role = SelectField(choices=[SelectChoice(it.value, it.value) for it in MemberRole])
