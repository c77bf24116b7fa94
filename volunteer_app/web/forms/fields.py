"""Fields that several forms share: days, times, numbers of places, names and phone numbers.

What can't be read stays in its field with a sentence that helps.
"""

from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, DateTimeLocalField, IntegerField, StringField, TelField, TimeField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from ... import clock
from ...activities.planning.clashes import Hours, span
from ...activities.signing.capacity import MOST_PLACES
from ...errors import BadInput
from ...people.phones import clean_name, clean_phone
from ...words import say

DAYS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"]
TIMES = ["%H:%M", "%H：%M", "%H:%M:%S", "%H.%M"]
MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%d %H：%M"]
"""What people type in old browsers; the first is what new ones send."""
LONGEST_NAME = 60


def number(text: str | None) -> int | None:
    """The whole number that a hidden field or an address says, such as the id of a row; None where it's none, or larger
    than a column could hold."""
    plain = text or ""
    return int(plain) if plain.isdecimal() and len(plain) < 10 else None


def row_id(text: str) -> int:
    """The id of a row among several that were ticked.

    Raises:
        ValueError: it can't be one.
    """
    found = number(text)
    if found is None:
        raise ValueError(text)
    return found


def in_calendar(_form: FlaskForm, field: Any) -> None:
    """A day before or after the calendar's ends is a slip of the finger."""
    day = field.data.date() if isinstance(field.data, datetime) else field.data
    if day and not clock.EARLIEST <= day <= clock.LATEST:
        raise ValidationError(gettext("Enter a day such as 2020-11-04."))


class DayField(DateField):
    """A day, chosen or typed; what can't be read is kept in the field with a sentence that helps."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(gettext("Enter a day such as 2020-11-04.")) from error


class HourField(TimeField):
    """A time of day."""

    def __init__(self, label: Any, **options: Any) -> None:
        options = {"validators": [InputRequired(_l("Enter a time such as 19:00."))]} | options
        super().__init__(label, format=TIMES, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the time."""
        try:
            super().process_formdata([text.strip() for text in valuelist])
        except ValueError as error:
            raise ValueError(gettext("Enter a time such as 19:00.")) from error


class OpenHourField(HourField):
    """A time of day, if one is given."""

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label, validators=[Optional()], **options)


class MomentField(DateTimeLocalField):
    """A day and time of the product's zone, if one is given."""

    def __init__(self, label: Any, **options: Any) -> None:
        options = {"validators": [Optional(), in_calendar]} | options
        super().__init__(label, format=MOMENTS, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the moment."""
        if not any(text.strip() for text in valuelist):
            self.data = None
            return
        try:
            super().process_formdata([text.strip() for text in valuelist])
        except ValueError as error:
            raise ValueError(gettext("Enter a day and a time such as 2020-11-25 19:00.")) from error


class PlacesField(IntegerField):
    """How many may come; empty where nobody needs to sign up."""

    def __init__(self, label: Any, **options: Any) -> None:
        look = {"inputmode": "numeric", "min": 1, "max": MOST_PLACES}
        super().__init__(label, validators=[Optional()], render_kw=look, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number."""
        text = "".join(valuelist).strip()
        places = number(text) or 0
        if text and not 1 <= places <= MOST_PLACES:
            raise ValueError(gettext("Enter a number from 1 to %(most)d.", most=MOST_PLACES))
        self.data = places or None


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


def name_field(label: Any, *validators: Any, autocomplete: str = "off") -> NameField:
    """A field for a person's name."""
    return NameField(
        label,
        validators=[*validators, Length(max=LONGEST_NAME, message=_l("A name has at most 60 characters."))],
        render_kw={"autocomplete": autocomplete, "maxlength": LONGEST_NAME},
    )


def phone_field(label: Any, *validators: Any, autocomplete: str = "off") -> PhoneField:
    """A field for a phone number."""
    return PhoneField(
        label,
        validators=[*validators, Length(max=20, message=_l("A phone number has at most 20 digits."))],
        render_kw={"autocomplete": autocomplete, "inputmode": "tel", "maxlength": 20},
    )


def day_field() -> Any:
    """The day on which something begins."""
    return DayField(_l("Day"), format=DAYS, validators=[InputRequired(_l("Choose a day.")), in_calendar])


def hours(form: Any) -> Hours:
    """The hours of a valid form with the fields day, starts and ends."""
    day, starts, ends = form.day.data, form.starts.data, form.ends.data
    assert isinstance(day, date) and isinstance(starts, time) and isinstance(ends, time)  # noqa: S101, PT018 - valid
    return span(day, starts, ends)


def hours_shown(starts_at: datetime, ends_at: datetime) -> dict[str, Any]:
    """Hours as these three fields show them."""
    begun, ended = clock.local(starts_at), clock.local(ends_at)
    return {"day": begun.date(), "starts": begun.time(), "ends": ended.time()}


def typed(moment: datetime | None) -> datetime | None:
    """A moment as a field holds it: the wall clock of the product's zone, without saying so."""
    return moment and clock.local(moment).replace(tzinfo=None)


def moment(typed: datetime | None) -> datetime | None:
    """The moment of what such a field holds."""
    return typed and clock.at(typed.date(), typed.time())
