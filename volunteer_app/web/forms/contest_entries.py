"""Forms of contest entries: what is entered, its photos and what they show, and its review."""

import secrets
from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from ...contests.models import Entry, EntryPhoto
from ...contests.rounds.entries import LONGEST_ABOUT, LONGEST_NAME
from ...contests.rounds.photos import LONGEST_ALT, MOST
from ...contests.rounds.review import LONGEST_REASON
from ...places.models import Place
from .fields import name_field, number, phone_field
from .places import called
from .sign_ups import NONCE
from .stale import EditForm


class SeveralPhotosForm(FlaskForm):
    """Photos, as many as an entry may have; what is sent twice is known by the nonce."""

    # Where a field has no label, one is looked for in a catalogue on the disk.
    nonce = HiddenField("")
    photos = MultipleFileField(
        _l("Photos"),
        render_kw={"accept": "image/jpeg,image/png,image/webp,image/heic,image/heif", "multiple": True},
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the form is one that a page showed, with no more photos than an entry can have."""
        valid = super().validate(extra_validators)
        if not NONCE.fullmatch(self.nonce.data or ""):
            self.nonce.data = secrets.token_hex(16)
            self.form_errors.append(gettext("The form was incomplete. Please send it once more."))
            valid = False
        if len(self.photos.data or []) > MOST:
            self.photos.errors = [gettext("At most %(most)d photos: choose fewer.", most=MOST)]
            valid = False
        return valid


class PhotosForm(SeveralPhotosForm):
    """The same where photos alone are sent."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.photos.flags.required = True

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether there are any."""
        valid = super().validate(extra_validators)
        if not self.photos.data:
            self.photos.errors = [gettext("Choose a photo, or take one.")]
            valid = False
        return valid


class EntryForm(EditForm):
    """What is said of an entry."""

    name = StringField(
        _l("What is entered"),
        validators=[
            DataRequired(_l("Enter a name.")),
            Length(max=LONGEST_NAME, message=_l("Write at most 60 characters.")),
        ],
        render_kw={"maxlength": LONGEST_NAME},
    )
    place = SelectField(_l("Where it is"), validators=[InputRequired(_l("Choose a place."))])
    about = TextAreaField(
        _l("What is good about it"),
        validators=[Length(max=LONGEST_ABOUT, message=_l("Write at most 500 characters."))],
        render_kw={"rows": 4, "maxlength": LONGEST_ABOUT},
    )

    def offer(self, places: Sequence[Place]) -> None:
        """Fill the choices."""
        first = [SelectChoice("", _l("Choose"))] if len(places) != 1 and not self.place.data else []
        self.place.choices = [*first, *(SelectChoice(str(it.id), called(it)) for it in places)]


class NewEntryForm(EntryForm, SeveralPhotosForm):
    """A new entry, with photos and the agreement that it's shown; the staff may enter it for a resident."""

    resident_name = name_field(_l("The resident's name"), Optional())
    resident_phone = phone_field(_l("The resident's phone number"), Optional())
    consent = BooleanField(
        _l("I agree to this, or the resident for whom I enter it has agreed"),
        validators=[InputRequired(_l("Without this agreement it can't be shown, so it can't take part."))],
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all is there: of a resident both the name and the number."""
        valid = super().validate(extra_validators)
        if "resident_name" in self and bool(self.resident_name.data) != bool((self.resident_phone.data or "").strip()):
            missing = self.resident_phone if self.resident_name.data else self.resident_name
            missing.errors = [gettext("Enter the name and the phone number of the resident, or neither.")]
            valid = False
        return valid


class AgainForm(FlaskForm):
    """Sending something in again; whoever no longer agreed agrees anew."""

    consent = BooleanField(_l("I agree to this, or the resident for whom I enter it has agreed"))


class PublishForm(FlaskForm):
    """The entries that were ticked, or the one whose button was pressed; each says what was looked at."""

    entry = SelectMultipleField(_l("Contest entries"), validate_choice=False)
    only = HiddenField()

    def marks(self) -> dict[int, str]:
        """What was looked at, by the ids of the entries."""
        ticked = [self.only.data] if self.only.data else (self.entry.data or [])
        parts = [value.partition("-") for value in ticked]
        return {row_id: seen for text, _, seen in parts if (row_id := number(text)) is not None}


class EntryReturnForm(FlaskForm):
    """Why an entry is sent back."""

    seen = HiddenField()
    reason = StringField(
        _l("Reason"),
        validators=[
            DataRequired(_l("Say why: whoever entered it reads it.")),
            Length(max=LONGEST_REASON, message=_l("A reason has at most 100 characters.")),
        ],
        render_kw={"maxlength": LONGEST_REASON},
    )


def words_form(rows: Iterable[EntryPhoto], *, sent: bool) -> FlaskForm:
    """A form with a field for each photo: what it shows.

    Args:
        sent: it's on its way back; else it's first shown.
    """
    fields = {
        alt_name(row.id): StringField(
            _l("What photo %(number)d shows", number=index),
            default=row.alt,
            validators=[Length(max=LONGEST_ALT, message=_l("Write at most 100 characters."))],
            render_kw={"maxlength": LONGEST_ALT},
        )
        for index, row in enumerate(rows, 1)
    }
    kind = type("WordsForm", (FlaskForm,), fields)
    form: FlaskForm = kind() if sent else kind(formdata=None)
    return form


def alt_name(row_id: int) -> str:
    """What the field of a photo is called."""
    return f"alt_{row_id}"


def shown(entry: Entry) -> dict[str, Any]:
    """An entry as the fields of an EntryForm show it."""
    return {"name": entry.name, "place": str(entry.place_id), "about": entry.about}
