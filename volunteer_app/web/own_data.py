"""One's own data and those of one's family: to see, to take along, to correct, to erase, and what was agreed to."""

from collections.abc import Container
from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answered

from .. import clock
from ..activities.persons import erasure
from ..contests.role_models import erasing as role_models
from ..contests.role_models import publishing
from ..contests.rounds import entries
from ..contests.rounds import erasing as contests
from ..database import db
from ..duty import erasing as duty
from ..errors import BadInput, Refused
from ..people import consents, corrections, credentials, family
from ..people.consents import NEEDED, PURPOSES, Purpose
from ..people.corrections import Corrected
from ..people.models import Account, Person, Sex
from ..photos import keeping
from ..words import say
from . import own_record, session
from .access import member
from .forms.mine import CorrectionForm, ErasureForm
from .limits import count_new_login, limiter
from .photos import uploads
from .session import actor

pages = Blueprint("own_data", __name__)

Answer = str | tuple[str, int] | Answered

FORMATS = {
    "json": ("application/json; charset=utf-8", own_record.as_json),
    "zip": ("application/zip", own_record.as_csv),
}
ADDRESS = "/mine/data/<int(max=2147483647):person_id>"


@pages.get("/mine/data")
@member
def index() -> Answer:
    """One's own data."""
    return redirect(url_for("own_data.show", person_id=actor().person_id), 303)


@pages.get(ADDRESS)
@member
def show(person_id: int) -> Answer:
    """All that is kept of a person, by kind."""
    person = _person(person_id)
    living = {consent.purpose: consent for consent in consents.living(person)}
    return render_template(
        "own_data/show.html",
        person=person,
        tables=own_record.of(person),
        shown=own_record.shown,
        agreements=[(purpose, PURPOSES[purpose].text, living.get(purpose)) for purpose in _purposes(person, living)],
        months=current_app.config["SETTINGS"].kept_months,
    )


@pages.get(f"{ADDRESS}/export.<any(json, zip):file_format>")
@member
@limiter.limit("60 per hour")
def export(person_id: int, file_format: str) -> Answered:
    """All of it as a file: JSON for programs, a folder of CSV tables for people."""
    mimetype, written = FORMATS[file_format]
    response = Response(written(own_record.of(_person(person_id))), mimetype=mimetype)
    name = f"data-{clock.today():%Y%m%d}.{file_format}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.get(f"{ADDRESS}/correction")
@member
def correction(person_id: int) -> Answer:
    """The form to put something right."""
    person = _person(person_id)
    return _correction(person, CorrectionForm(data=_present(person)))


@pages.post(f"{ADDRESS}/correction")
@member
@limiter.limit("60 per hour")
def correct(person_id: int) -> Answer:
    """Put something right."""
    person, account = _person(person_id), actor()
    form = CorrectionForm(sex=person.sex or "")
    if not form.validate_on_submit():
        return _correction(person, form), 422
    own = person.id == account.person_id
    phone = form.phone.number if own else ""
    if phone and phone != person.phone:
        if not _proven(account, form):
            return _correction(person, form), 422
        if not count_new_login(account.id):
            form.phone.errors = [gettext("You've tried several numbers today. Try again tomorrow, or ask the office.")]
            return _correction(person, form), 429
    sex = Sex(form.sex.data) if form.sex.data else None
    corrected = Corrected(form.name.data or "", phone, sex, form.birth_month.data or None)
    try:
        changed = corrections.correct(person, corrected, account=account)
    except BadInput as bad:
        form.birth_month.errors = [say(bad.message)]
        return _correction(person, form), 422
    except Refused as refused:
        db.session.rollback()
        form.form_errors.append(say(refused.message))
        return _correction(_person(person_id), form), 409
    db.session.commit()
    flash(gettext("Your data are put right.") if changed else gettext("Nothing was different."))
    return redirect(url_for("own_data.show", person_id=person_id), 303)


@pages.get(f"{ADDRESS}/erasure")
@member
def erasure_form(person_id: int) -> Answer:
    """What goes and what stays, to be confirmed."""
    return _erasure(_person(person_id), ErasureForm())


@pages.post(f"{ADDRESS}/erasure")
@member
@limiter.limit("60 per hour")
def erase(person_id: int) -> Answer:
    """Erase it all."""
    person, account = _person(person_id), actor()
    form = ErasureForm()
    if not form.confirms(person) or not _proven(account, form):
        return _erasure(person, form), 422
    own = person.id == account.person_id
    # What they entered is locked before they are.
    photos = contests.forget(person, by=account.id)
    photos += role_models.forget(person)
    erasure.erase(person, by=account.id)
    photos += duty.forget(person)
    if own:
        session.end()
    db.session.commit()
    for name in photos:
        keeping.remove_files(name, uploads())
    if not own:
        flash(gettext("The data are erased."))
        return redirect(url_for("family.index"), 303)
    flash(gettext("Your data are erased and your account is closed. Thank you for all you gave."))
    return redirect(url_for("home.week"), 303)


@pages.post(f"{ADDRESS}/consents/<purpose>")
@member
def agree(person_id: int, purpose: str) -> Answer:
    """Agree to something."""
    consents.give(_person(person_id), _purpose(purpose), by=actor().id)
    db.session.commit()
    flash(gettext("Noted: you agree. You can withdraw it here at any time."))
    return redirect(url_for("own_data.show", person_id=person_id, _anchor="consents"), 303)


@pages.get(f"{ADDRESS}/consents/<purpose>/withdrawal")
@member
def withdrawal(person_id: int, purpose: str) -> Answer:
    """What follows from withdrawing, to be confirmed."""
    person, asked = _person(person_id), _purpose(purpose)
    lost = erasure.coming(person) if asked in NEEDED else []
    return render_template("own_data/withdrawal.html", person=person, purpose=asked, lost=lost)


@pages.post(f"{ADDRESS}/consents/<purpose>/withdrawal")
@member
def withdraw(person_id: int, purpose: str) -> Answer:
    """Withdraw it; the places that it was needed for are given back."""
    person, asked, account = _person(person_id), _purpose(purpose), actor()
    if asked in NEEDED:
        erasure.withdraw_coming(person, by=account.id)
    if asked is Purpose.CONTEST_ENTRY:
        entries.withdraw_of(person, by=account.id)
    if asked is Purpose.ROLE_MODEL:
        publishing.withdraw_of(person, by=account.id)
    consents.withdraw(person, asked, by=account.id)
    db.session.commit()
    flash(gettext("Noted: you no longer agree."))
    return redirect(url_for("own_data.show", person_id=person_id, _anchor="consents"), 303)


def _correction(person: Person, form: CorrectionForm) -> str:
    return render_template("own_data/correction.html", form=form, person=person, own=person.id == actor().person_id)


def _present(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "phone": person.phone,
        "sex": person.sex or "",
        "birth_month": person.birth_month or "",
    }


def _erasure(person: Person, form: ErasureForm) -> str:
    account = actor()
    try:
        erasure.check(person, by=account.id)
        refused = ""
    except Refused as no:
        refused = say(no.message)
    return render_template(
        "own_data/erasure_form.html",
        form=form,
        person=person,
        own=person.id == account.person_id,
        lost=erasure.coming(person),
        refused=refused,
    )


def _proven(account: Account, form: CorrectionForm | ErasureForm) -> bool:
    """Whether the password was the account's own. Nothing stays locked: what follows locks in an order of its own."""
    try:
        credentials.prove(account, form.password.data or "")
    except Refused as refused:
        # The count of wrong tries must stay, although nothing else happened.
        db.session.commit()
        form.password.errors = [say(refused.message)]
        return False
    db.session.rollback()
    return True


def _purposes(person: Person, living: Container[str]) -> list[Purpose]:
    """What a person can agree to: a guardian only for whom there is one."""
    child = bool(person.guardian_name) or Purpose.GUARDIAN in living
    return [purpose for purpose in Purpose if child or purpose is not Purpose.GUARDIAN]


def _purpose(text: str) -> Purpose:
    if text not in list(Purpose):
        abort(404)
    return Purpose(text)


def _person(person_id: int) -> Person:
    """Oneself, or somebody of one's family; whoever else it may be, there's nothing here."""
    person = db.session.get(Person, person_id)
    if person is None or not family.acts_for(actor(), person_id):
        abort(404)
    return person
