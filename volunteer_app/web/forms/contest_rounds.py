"""Forms of rounds: what is said of one, its criteria, its copy, and why it's cancelled."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from ...contests.models import Channel, ContestKind, Subject, VoteUnit
from ...contests.rounds.checks import (
    COLUMNS,
    LONGEST_ABOUT,
    LONGEST_CRITERION,
    LONGEST_NAME,
    MOST_NOTICE_DAYS,
    MOST_POINTS,
    MOST_WINNERS,
)
from ...contests.rounds.keeping import LONGEST_REASON
from ...contests.rounds.templates import Criteria
from ...errors import Message
from ...words import say, word
from .fields import DAYS, DayField, in_calendar, number
from .stale import EditForm

BLANK_ROWS = 3
"""Empty rows below the criteria: with scripts and without, more can be added."""
OFFERED = (Channel.ACCOUNT, Channel.STAFF, Channel.CODE)


class WholeField(IntegerField):
    """A whole number of at most *most*; what can't be read stays with a sentence that helps."""

    def __init__(self, label: Any, *, least: int, most: int, needed: bool = True, **options: Any) -> None:
        self.least, self.most = least, most
        text = _l("Enter a number from %(least)d to %(most)d.", least=least, most=most)
        validators = [InputRequired(text)] if needed else [Optional()]
        look = {"inputmode": "numeric", "min": least, "max": most}
        super().__init__(label, validators=validators, render_kw=look, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number."""
        text = "".join(valuelist).strip().removesuffix("%")
        found = number(text)
        if text and (found is None or not self.least <= found <= self.most):
            raise ValueError(gettext("Enter a number from %(least)d to %(most)d.", least=self.least, most=self.most))
        self.data = found


def _day(label: Any, *, needed: bool = False) -> DayField:
    first = InputRequired(_l("Choose a day.")) if needed else Optional()
    return DayField(label, format=DAYS, validators=[first, in_calendar])


def _choices(kinds: Any) -> Any:
    return lambda: [SelectChoice(it, word(it)) for it in kinds]


def _one_of(label: Any, kind: Any, offered: Any) -> RadioField:
    needed = InputRequired(_l("Choose one of them."))
    return RadioField(label, coerce=kind, choices=_choices(offered), validators=[needed])


class RoundForm(EditForm):
    """What is said of a round beside its criteria; of one that has begun, what may still change."""

    name = StringField(
        _l("Name of the round"),
        validators=[DataRequired(_l("Enter a name.")), Length(max=LONGEST_NAME)],
        render_kw={"maxlength": LONGEST_NAME},
    )
    number = WholeField(_l("Number of the round"), least=1, most=999, needed=False)
    kind = _one_of(_l("Kind of contest"), ContestKind, ContestKind)
    subject = SelectField(
        _l("What is entered"),
        coerce=Subject,
        choices=_choices(Subject),
        validators=[InputRequired(_l("Choose one of them."))],
    )
    about = TextAreaField(
        _l("About the round"), validators=[Length(max=LONGEST_ABOUT)], render_kw={"maxlength": LONGEST_ABOUT}
    )
    entries_from = _day(_l("Entries from"), needed=True)
    entries_until = _day(_l("Entries until"), needed=True)
    judging_from = _day(_l("Judging from"))
    judging_until = _day(_l("Judging until"))
    voting_from = _day(_l("Voting from"))
    voting_until = _day(_l("Voting until"))
    notice_days = WholeField(_l("Days of publication"), least=1, most=MOST_NOTICE_DAYS)
    winners = WholeField(_l("How many entries win"), least=1, most=MOST_WINNERS)
    judges_weight = WholeField(_l("Weight of the judges, in percent"), least=0, most=100)
    voters_weight = WholeField(_l("Weight of the voters, in percent"), least=0, most=100)
    vote_unit = _one_of(_l("Who has one vote"), VoteUnit, VoteUnit)
    channel = _one_of(_l("How votes are given"), Channel, OFFERED)
    paper = BooleanField(_l("Paper ballots are taken, too; two people enter each"))

    def leave_out(self, names: Any) -> None:
        """Don't ask for what stands already."""
        for name in names:
            del self[name]

    def values(self) -> dict[str, Any]:
        """The columns of the round as they were typed, without those that aren't asked for."""
        typed = {name: self[name].data for name in COLUMNS if name in self}
        return {name: value or "" if name in ("name", "about") else value for name, value in typed.items()}

    def blame(self, faults: Mapping[str, Message]) -> list[Message]:
        """Put what a rule says at the fields that it's about; return what is about none of them."""
        for name, fault in faults.items():
            if name in self:
                self[name].errors = [*self[name].errors, say(fault)]
        return [fault for name, fault in faults.items() if name not in self]


@dataclass(slots=True)
class CriterionRow:
    """A criterion as it was typed, and what is wrong with it."""

    name: str = ""
    points: str = ""
    error: str = ""


class CriteriaForm(EditForm):
    """Criteria, a row each; a row without a name and points is none."""

    rows: list[CriterionRow]

    @classmethod
    def of(cls, criteria: Criteria) -> "CriteriaForm":
        """The form as it's first shown."""
        form = cls.showing({"criteria": criteria})
        form.rows = [CriterionRow(name, str(points)) for name, points in criteria]
        return form

    @classmethod
    def sent(cls) -> "CriteriaForm":
        """The form as it was sent."""
        form = cls()
        pairs = zip(request.form.getlist("name"), request.form.getlist("points"), strict=False)
        typed = [(name.strip(), points.strip()) for name, points in pairs]
        form.rows = [CriterionRow(*row) for row in typed if any(row)]
        return form

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each row by itself; what they are together, the domain checks."""
        for row in self.rows:
            points = number(row.points)
            if not row.name:
                row.error = gettext("Enter a name.")
            elif len(row.name) > LONGEST_CRITERION:
                row.error = gettext("A criterion has a name of up to %(most)d characters.", most=LONGEST_CRITERION)
            elif points is None or not 1 <= points <= MOST_POINTS:
                row.error = gettext("Enter a number from %(least)d to %(most)d.", least=1, most=MOST_POINTS)
        return bool(super().validate(extra_validators)) and not any(row.error for row in self.rows)

    def criteria(self) -> Criteria:
        """The criteria of a form that is valid."""
        return [(row.name, number(row.points) or 0) for row in self.rows]

    def shown(self) -> list[CriterionRow]:
        """The rows, with empty ones below them."""
        return [*self.rows, *(CriterionRow() for _ in range(BLANK_ROWS))]


class CopyForm(FlaskForm):
    """What the copy of a round is called, and whether its panel comes along."""

    name = StringField(
        _l("Name of the round"),
        validators=[DataRequired(_l("Enter a name.")), Length(max=LONGEST_NAME)],
        render_kw={"maxlength": LONGEST_NAME},
    )
    number = WholeField(_l("Number of the round"), least=1, most=999, needed=False)
    judges = BooleanField(_l("With the same judges"))


class CancelRoundForm(FlaskForm):
    """Why a round is called off."""

    reason = StringField(
        _l("Reason"),
        validators=[
            DataRequired(_l("Say why it's cancelled: everyone who took part will read it.")),
            Length(max=LONGEST_REASON),
        ],
        render_kw={"maxlength": LONGEST_REASON},
    )
