"""Service records by hand, training and awards: entered by leaders and staff, approved by a second person."""

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from ..database import db
from ..duty import visits
from ..errors import N_, BadInput, Refused
from ..people import family
from ..people.models import Account, Person
from ..places.models import Place
from ..service import access, distinctions, entering, records
from ..service.entering import EntryFaulty
from ..service.models import Distinction, DistinctionKind, ServiceRecord
from ..service.numbers import volunteer_number
from ..teams.models import Team
from ..words import say
from . import office
from .access import member, require, staff
from .filters import paged
from .forms.service import CorrectionForm, DistinctionForm, RecordForm, RefusalForm, as_typed
from .session import actor

pages = Blueprint("service_desk", __name__)

Answer = str | tuple[str, int] | Response
PERSON = "/people/<int(max=2147483647):person_id>"
RECORD = "/service/records/<int(max=2147483647):record_id>"


@pages.get(f"{PERSON}/records")
@member
def index(person_id: int) -> str:
    """What was entered by hand of a person; for the staff also what the attendances hold, training and awards."""
    return _index(_person(person_id), DistinctionForm(formdata=None))


@pages.get(f"{PERSON}/records/new")
@member
def new(person_id: int) -> str:
    """The form of a record."""
    person = _person(person_id)
    form, teams = RecordForm(formdata=None), access.teams_to_enter(actor(), person)
    _offer(form, person, teams)
    return _form(person, form)


@pages.post(f"{PERSON}/records")
@member
def add(person_id: int) -> Answer:
    """Enter it: it waits for a second person."""
    person, account, form = _person(person_id), actor(), RecordForm()
    teams = access.teams_to_enter(account, person)
    _offer(form, person, teams)
    if not form.validate_on_submit():
        return _form(person, form), 422
    entry = form.entry(teams)
    here = _subdistrict(entry.team)
    try:
        _check_not_on_duty(person, entry.starts_at, entry.ends_at)
        entering.enter(person, entry, subdistrict=here, key=form.delivery(account), by=account.id)
    except (EntryFaulty, Refused) as problem:
        status = _put_right(form, problem)
        return _form(person, form), status
    db.session.commit()
    flash(gettext("The record is entered. It counts once a second person has approved it."))
    return redirect(url_for("service_desk.index", person_id=person.id), 303)


@pages.get(f"{RECORD}/correction")
@member
def correction(record_id: int) -> str:
    """The form of a correction, filled with what the record says."""
    record = _entered(record_id)
    require(access.sees_entry(actor(), record))
    form = CorrectionForm(formdata=None, data=as_typed(record))
    _offer(form, record.person, _teams(record))
    return _form(record.person, form, record)


@pages.post(f"{RECORD}/correction")
@member
def correct(record_id: int) -> Answer:
    """Enter what replaces the record once it's approved."""
    record, account, form = _entered(record_id), actor(), CorrectionForm()
    require(access.sees_entry(account, record))
    teams = _teams(record)
    _offer(form, record.person, teams)
    if not form.validate_on_submit():
        return _form(record.person, form, record), 422
    entry = form.entry(teams)
    try:
        _check_not_on_duty(record.person, entry.starts_at, entry.ends_at)
        entering.correct(record, entry, form.reason.data or "", key=form.delivery(account), by=account.id)
    except (EntryFaulty, Refused) as problem:
        status = _put_right(form, problem)
        return _form(record.person, form, record), status
    db.session.commit()
    flash(gettext("The correction is entered. It counts once a second person has approved it."))
    return redirect(url_for("service_desk.index", person_id=record.person_id), 303)


@pages.get("/service/approvals")
@staff
def approvals() -> str:
    """What waits for a second person, the first entered first."""
    here, account = office.present(), actor()
    if here is None:
        return render_template("service_desk/approvals.html", page=None)
    page = paged(entering.waiting(account, here))
    entered = select(Account).options(joinedload(Account.person)).where(Account.id.in_([it.by_id for it in page.rows]))
    who = db.session.scalars(entered).all()
    return render_template(
        "service_desk/approvals.html",
        page=page,
        entered_by={it.id: it.person.name for it in who},
        decidable={it.id for it in page.rows if access.is_second(account, it)},
        family=family.household(account.person_id),
        replaced=entering.originals(page.rows),
    )


@pages.post(f"{RECORD}/approval")
@staff
def approve(record_id: int) -> Response:
    """Let it count."""
    record = _to_decide(record_id)
    _check_not_on_duty(record.person, record.starts_at, record.ends_at)
    entering.approve(record, by=actor())
    db.session.commit()
    flash(gettext("Approved: %(content)s.", content=record.content))
    return redirect(url_for("service_desk.approvals"), 303)


@pages.get(f"{RECORD}/refusal")
@staff
def refusal(record_id: int) -> str:
    """Asks why it's refused."""
    return render_template("service_desk/refusal.html", it=_to_decide(record_id), form=RefusalForm(formdata=None))


@pages.post(f"{RECORD}/refusal")
@staff
def refuse(record_id: int) -> Answer:
    """Refuse it."""
    record, form = _to_decide(record_id), RefusalForm()
    if not form.validate_on_submit():
        return render_template("service_desk/refusal.html", it=record, form=form), 422
    entering.refuse(record, form.reason.data or "", by=actor())
    db.session.commit()
    flash(gettext("Refused: %(content)s.", content=record.content))
    return redirect(url_for("service_desk.approvals"), 303)


@pages.post(f"{PERSON}/distinctions")
@staff
def distinguish(person_id: int) -> Answer:
    """Note a training or an award."""
    person, account, form = _person(person_id), actor(), DistinctionForm()
    require(access.can_issue(account, person))
    if not form.validate_on_submit():
        return _index(person, form), 422
    assert form.day.data is not None  # noqa: S101 - required
    try:
        distinctions.add(
            person,
            DistinctionKind(form.kind.data),
            title=form.title.data or "",
            giver=form.giver.data or "",
            day=form.day.data,
            subdistrict=_subdistrict(None),
            key=form.delivery(account),
            by=account.id,
        )
    except BadInput as bad:
        form.day.errors = [say(bad.message)]
        return _index(person, form), 422
    db.session.commit()
    flash(gettext("It's noted."))
    return redirect(url_for("service_desk.index", person_id=person.id, _anchor="distinctions"), 303)


@pages.post("/service/distinctions/<int(max=2147483647):distinction_id>/removal")
@staff
def remove(distinction_id: int) -> Response:
    """Take away a training or an award that was noted by mistake."""
    it = db.session.get(Distinction, distinction_id)
    if it is None:
        abort(404)
    person = it.person
    require(access.can_issue(actor(), person))
    distinctions.remove(it, by=actor().id)
    db.session.commit()
    flash(gettext("It's taken away."))
    return redirect(url_for("service_desk.index", person_id=person.id, _anchor="distinctions"), 303)


def _person(person_id: int) -> Person:
    person = db.session.get(Person, person_id)
    if person is None:
        abort(404)
    require(access.can_enter(actor(), person))
    return person


def _entered(record_id: int) -> ServiceRecord:
    record = db.session.get(ServiceRecord, record_id)
    if record is None or record.person.anonymised_at:
        abort(404)
    office.show(db.session.get_one(Place, record.subdistrict_id))
    return record


def _to_decide(record_id: int) -> ServiceRecord:
    record = _entered(record_id)
    require(access.can_decide(actor(), record))
    return record


def _check_not_on_duty(person: Person, starts_at: datetime, ends_at: datetime) -> None:
    """Refuse what lies in a visit on duty: the two ledgers know nothing of each other, so it's the door that looks."""
    visit = visits.during(person, starts_at, ends_at)
    if visit:
        raise Refused(N_("They were on duty in %(place)s at that time."), place=visit.compound.name)


def _put_right(form: RecordForm, problem: EntryFaulty | Refused) -> int:
    """Say in *form* what is wrong, and return the status: nothing that the form did stays."""
    db.session.rollback()
    if isinstance(problem, EntryFaulty):
        form[problem.field].errors = [say(problem.message)]
        return 422
    form.form_errors.append(say(problem.message))
    return 409


def _teams(record: ServiceRecord) -> list[Team]:
    """Those to choose from, and the record's own."""
    teams = access.teams_to_enter(actor(), record.person)
    return teams if record.team is None or record.team in teams else [*teams, record.team]


def _subdistrict(team: Team | None) -> Place:
    here = team.subdistrict if team else office.present()
    if here is None:
        abort(404)
    return here


def _offer(form: RecordForm, person: Person, teams: Sequence[Team]) -> None:
    """A leader enters for the own team alone."""
    form.offer(teams, without=access.can_see(actor(), person))


def _form(person: Person, form: RecordForm, record: ServiceRecord | None = None) -> str:
    return render_template("service_desk/form.html", person=person, form=form, record=record)


def _index(person: Person, form: DistinctionForm) -> str:
    account = actor()
    sees_all = access.can_see(account, person)
    rows = [it for it in entering.of(person) if access.sees_entry(account, it)]
    return render_template(
        "service_desk/index.html",
        person=person,
        number=volunteer_number(person.id),
        form=form,
        rows=rows,
        replaced=entering.replaced_by(rows),
        records=records.of(person) if sees_all else None,
        minutes=records.total(records.of(person)) if sees_all else 0,
        distinctions=distinctions.of(person) if sees_all else None,
        may_note=access.can_issue(account, person),
    )
