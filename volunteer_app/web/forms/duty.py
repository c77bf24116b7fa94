"""The forms of a cadre's own page: a visit, when one ended, a plan, a leave."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import DataRequired, InputRequired, Length

from ... import clock
from ...activities.models import Activity
from ...activities.planning.clashes import Hours
from ...duty.hours import EntryFaulty
from ...duty.models import PlannedVisit, Visit, VisitKind
from ...duty.planned import MOST_WEEKS
from ...duty.visits import Entry
from ...places.models import Place
from ...words import say, word
from .. import dates
from .fields import DAYS, DayField, HourField, MomentField, day_field, hours, hours_shown, in_calendar, number

MOST_COUNTED = 999
"""Problems and disputes of one visit."""


def put_at_field(form: FlaskForm, faulty: EntryFaulty) -> None:
    """Show what is wrong at its field, or above the form where it has none."""
    sentence = say(faulty.message)
    if faulty.field in form:
        form[faulty.field].errors = [sentence]
    else:
        form.form_errors.append(sentence)


def _row(value: Any) -> int | None:
    return value if value is None or isinstance(value, int) else number(value)


class CountField(IntegerField):
    """How many of something; nothing is the lowest number."""

    def __init__(self, label: Any, *, lowest: int = 0, most: int = MOST_COUNTED, **options: Any) -> None:
        look = {"inputmode": "numeric", "min": lowest, "max": most}
        super().__init__(label, default=lowest, render_kw=look, **options)
        self.lowest, self.most = lowest, most
        # It always has an answer.
        self.flags.required = True

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number."""
        text = "".join(valuelist).strip()
        count = number(text) if text else self.lowest
        if count is None or not self.lowest <= count <= self.most:
            raise ValueError(gettext("Enter a number from %(lowest)d to %(most)d.", lowest=self.lowest, most=self.most))
        self.data = count


class WhereForm(FlaskForm):
    """A compound of the cadre's."""

    compound = SelectField(_l("Compound"), coerce=_row, validators=[InputRequired(_l("Choose a compound."))])

    def offer_compounds(self, compounds: Sequence[Place]) -> None:
        """Fill the choice."""
        self.compound.choices = [SelectChoice(it.id, it.name) for it in compounds]

    @property
    def compound_id(self) -> int:
        """The compound chosen, of a form that is valid."""
        return int(self.compound.data)


class WhenForm(WhereForm):
    """Where, and from when to when; an end before the start is on the next day."""

    day = day_field()
    starts = HourField(_l("Start"))
    ends = HourField(_l("End"))

    @property
    def hours(self) -> Hours:
        """Both moments of a form that is valid."""
        return hours(self)


class VisitForm(WhenForm):
    """A visit that is over."""

    kind = RadioField(_l("What it was"), validators=[InputRequired(_l("Choose what it was."))])
    what = StringField(
        _l("What was done"),
        validators=[
            DataRequired(_l("Say in a few words what was done.")),
            Length(max=500, message=_l("Say it in at most 500 characters.")),
        ],
        render_kw={"maxlength": 500},
    )
    problems_solved = CountField(_l("Problems solved"))
    disputes_mediated = CountField(_l("Disputes settled"))
    activity = SelectField(_l("Themed activity joined"), coerce=_row)

    def offer(self, compounds: Sequence[Place], activities: Sequence[Activity]) -> None:
        """Fill the choices."""
        self.offer_compounds(compounds)
        self.kind.choices = [SelectChoice(it.value, word(it)) for it in VisitKind]
        self.activity.choices = [
            SelectChoice("", gettext("None")),
            *(SelectChoice(it.id, f"{it.theme.name} {dates.when(it.starts_at, it.ends_at)}") for it in activities),
        ]

    def entry(self, visit: Visit | None = None) -> Entry:
        """What was entered, of a form that is valid.

        Args:
            visit: the one that is changed: a start and an end on the minute keep their seconds.
        """
        starts_at, ends_at = self.hours
        if visit and visit.ends_at:
            starts_at, ends_at = _kept(visit.starts_at, starts_at), _kept(visit.ends_at, ends_at)
        return Entry(
            compound_id=self.compound_id,
            starts_at=starts_at,
            ends_at=ends_at,
            kind=VisitKind(self.kind.data),
            what=self.what.data or "",
            problems_solved=self.problems_solved.data or 0,
            disputes_mediated=self.disputes_mediated.data or 0,
            activity_id=self.activity.data,
        )


class PlanForm(WhenForm):
    """A visit that is planned, once or weekly."""

    note = StringField(
        _l("Note"),
        validators=[Length(max=200, message=_l("Say it in at most 200 characters."))],
        render_kw={"maxlength": 200},
    )
    weeks = CountField(_l("For how many weeks"), lowest=1, most=MOST_WEEKS)


class StopForm(FlaskForm):
    """When a visit ended that nobody stopped in time."""

    ends = MomentField(
        _l("End"), validators=[InputRequired(_l("Enter a day and a time such as 2020-11-25 19:00.")), in_calendar]
    )


class LeaveForm(FlaskForm):
    """Days of leave, both included."""

    since = DayField(_l("First day"), format=DAYS, validators=[InputRequired(_l("Choose a day.")), in_calendar])
    until = DayField(_l("Last day"), format=DAYS, validators=[InputRequired(_l("Choose a day.")), in_calendar])
    reason = StringField(
        _l("Reason"),
        validators=[Length(max=100, message=_l("A reason has at most 100 characters."))],
        render_kw={"maxlength": 100},
    )

    @property
    def days(self) -> tuple[date, date]:
        """Both days of a form that is valid."""
        since, until = self.since.data, self.until.data
        assert since is not None  # noqa: S101 - both are required
        assert until is not None  # noqa: S101 - as above
        return since, until


def visit_shown(visit: Visit) -> dict[str, Any]:
    """A visit as its form shows it."""
    return hours_shown(visit.starts_at, visit.ends_at or clock.now()) | {
        "compound": visit.compound_id,
        "kind": visit.kind.value,
        "what": visit.what,
        "problems_solved": visit.problems_solved,
        "disputes_mediated": visit.disputes_mediated,
        "activity": visit.activity_id,
    }


def plan_shown(row: PlannedVisit) -> dict[str, Any]:
    """A planned visit as its form shows it."""
    return hours_shown(row.starts_at, row.ends_at) | {"compound": row.compound_id, "note": row.note, "weeks": 1}


def _kept(before: datetime, typed: datetime) -> datetime:
    """What a form without seconds left as it was keeps them."""
    return before if timedelta() <= before - typed < timedelta(minutes=1) else typed
