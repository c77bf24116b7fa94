"""Forms of service records: the days of a certificate, why one is revoked, training and awards, records by hand."""

import hashlib
import secrets
from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from ...people.models import Account
from ...service.certificates import LONGEST_REASON
from ...service.entering import Entry
from ...service.models import DistinctionKind, ServiceRecord
from ...teams.models import Team
from ...words import word
from .fields import DAYS, DayField, MomentField, day_field, in_calendar, moment, number, typed


class KeyedForm(FlaskForm):
    """A form that does its work once, however often it's sent."""

    key = HiddenField(default=lambda: secrets.token_hex(16))

    def delivery(self, account: Account) -> str:
        """The key of this form: worth something only for whoever sent it and for what it asks for."""
        whole = f"{account.id} {request.path} {self.key.data}"
        return hashlib.sha256(whole.encode()).hexdigest()


class DaysForm(FlaskForm):
    """The first and the last day that a certificate covers. It comes by GET and changes nothing."""

    class Meta:
        """Without a token: nothing is changed."""

        csrf = False

    since = DayField(_l("First day"), name="from", format=DAYS, validators=[Optional(), in_calendar])
    until = DayField(_l("Last day"), name="to", format=DAYS, validators=[Optional(), in_calendar])


class IssueForm(KeyedForm):
    """The days that were looked at, and who issues the certificate."""

    since = DayField(_l("First day"), format=DAYS, validators=[Optional(), in_calendar])
    until = DayField(_l("Last day"), format=DAYS, validators=[InputRequired(_l("Choose a day.")), in_calendar])
    issuer = SelectField(_l("Issued by the residents' committee of"), validators=[InputRequired(_l("Choose one."))])


class RevokeForm(FlaskForm):
    """Why a certificate is taken back."""

    reason = StringField(
        _l("Reason"),
        validators=[
            DataRequired(_l("Say why it's revoked.")),
            Length(max=LONGEST_REASON, message=_l("A reason has at most 100 characters.")),
        ],
        render_kw={"maxlength": LONGEST_REASON},
    )


def needed_moment() -> list[Any]:
    """A moment that must be there."""
    return [InputRequired(_l("Enter a day and a time such as 2020-11-25 19:00.")), in_calendar]


def text_field(label: Any, longest: int, *validators: Any) -> StringField:
    """A field for a line of text."""
    return StringField(
        label,
        validators=[*(validators or [Optional()]), Length(max=longest, message=_l("This text is too long."))],
        render_kw={"maxlength": longest},
    )


class DistinctionForm(KeyedForm):
    """A training or an award."""

    kind = RadioField(_l("Kind"), validators=[InputRequired(_l("Choose one."))])
    title = text_field(_l("What it's called"), 100, DataRequired(_l("Say what the training or the award is called.")))
    giver = text_field(_l("Given by"), 60)
    day = day_field()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind.choices = [(kind.value, word(kind)) for kind in DistinctionKind]


class RecordForm(KeyedForm):
    """Service that no attendance holds."""

    content = text_field(_l("What was done"), 200, DataRequired(_l("Say what was done.")))
    team = SelectField(_l("Team"), validators=[Optional()])
    unit = text_field(_l("Organising unit"), 60)
    place_text = text_field(_l("Where"), 60)
    starts = MomentField(_l("Start"), validators=needed_moment())
    ends = MomentField(_l("End"), validators=needed_moment())
    minutes = StringField(
        _l("Minutes of volunteering"),
        validators=[Optional(), Regexp(r"^\s*[0-9]{1,4}\s*$", message=_l("Enter a whole number of minutes."))],
        render_kw={"inputmode": "numeric", "maxlength": 4},
    )
    in_charge = text_field(_l("In charge"), 60)

    def offer(self, teams: Sequence[Team], *, without: bool) -> None:
        """Offer *teams* to choose from.

        Args:
            without: whether it may be of no team.
        """
        if not without:
            self.team.validators = [InputRequired(_l("Choose one."))]
            self.team.flags.required = True
        self.team.choices = [*([("", "–")] if without else []), *((it.slug, it.name) for it in teams)]

    def entry(self, teams: Sequence[Team]) -> Entry:
        """What a valid form says."""
        starts_at, ends_at = moment(self.starts.data), moment(self.ends.data)
        assert starts_at is not None  # noqa: S101 - both are required
        assert ends_at is not None  # noqa: S101 - as above
        return Entry(
            content=self.content.data or "",
            starts_at=starts_at,
            ends_at=ends_at,
            minutes=number((self.minutes.data or "").strip()),
            team=next((it for it in teams if it.slug == self.team.data), None),
            unit=self.unit.data or "",
            place_text=self.place_text.data or "",
            in_charge=self.in_charge.data or "",
        )


class CorrectionForm(RecordForm):
    """What a record should say, and why."""

    reason = text_field(_l("Reason"), 200, DataRequired(_l("Say why it's corrected.")))


class RefusalForm(FlaskForm):
    """Why a record is refused."""

    reason = text_field(_l("Reason"), 200, DataRequired(_l("Say why it's refused.")))


def as_typed(record: ServiceRecord) -> dict[str, Any]:
    """A record as the form shows it."""
    same = ("content", "unit", "place_text", "minutes", "in_charge")
    return {name: getattr(record, name) for name in same} | {
        "team": record.team.slug if record.team else "",
        "starts": typed(record.starts_at),
        "ends": typed(record.ends_at),
    }
