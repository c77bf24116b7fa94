"""The office's ledgers: sending them, seeing what would change, agreeing to it, and taking them home."""

import io
import unicodedata
import zipfile
from pathlib import Path, PurePosixPath

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs

from .. import clock
from ..config import Settings
from ..database import db
from ..errors import BadInput
from ..ledgers import catalogue, contests, exporting, history, importing, sign_ups, uploads
from ..ledgers.faults import LedgersRefused
from ..ledgers.handling import Period
from ..ledgers.outcomes import Outcome, Plan
from ..ledgers.refusals import refusals
from ..ledgers.uploads import Upload
from ..people.models import Account
from ..people.roles import is_administrator, own_subdistrict, works_in
from ..places import queries
from ..places.models import Place
from ..words import say
from . import office
from .access import require, staff
from .forms.ledgers import DaysForm, EntryForm, NotedForm, UploadForm
from .html import number
from .limits import limiter
from .session import signed_in

pages = Blueprint("ledgers", __name__, url_prefix="/ledgers")

SHOWN_ROWS = 20
"""Rows of each outcome that a preview shows of a sheet."""
SHOWN_FAULTS = 500
"""Faults that a page shows; the workbook holds all of them."""
ABOUT = {
    "01-places": lazy_gettext("Compounds and their buildings. It comes first: it alone creates places."),
    "02-teams": lazy_gettext("Teams with their weekly slot, and their members."),
    "03-assignments": lazy_gettext("Who of each force answers for which compound."),
    "04-cadres": lazy_gettext("Cadres with the compounds that they serve, and their leaves."),
    "05-service-log": lazy_gettext("Visits of cadres. They come in as confirmed."),
    "06-activity-plan": lazy_gettext("Themed activities: those that were, and next month's plan."),
    "07-attendance": lazy_gettext("Who was at which activity, and from when to when."),
    "09-contests": lazy_gettext("Rounds, entries, points and votes. The trail notes who took it home."),
}
NOTED = (contests.LEDGER,)
"""Ledgers whose exports the trail notes."""
Answer = str | tuple[str, int] | Response


@pages.get("/")
@staff
def index() -> Answer:
    """The ledgers, the form to send them, the links to take them home."""
    return _index(_upload_form())


@pages.post("/uploads")
@staff
@limiter.limit("20 per minute; 200 per hour")
def upload() -> Answer:
    """Keep the files and show what they would do; nothing is written yet."""
    form = _upload_form()
    account = _account()
    if not form.validate_on_submit():
        return _index(form), 422
    own = None if is_administrator(account) else own_subdistrict(account)
    subdistrict = own.name if own else (form.subdistrict.data or None) if form.subdistrict else None
    files = [(_plain_name(file), file.read()) for file in form.files.data]
    kept = uploads.keep(_folder(), files, owner_id=account.id, subdistrict=subdistrict)
    return redirect(url_for("ledgers.preview", token=kept.token), 303)


@pages.get("/uploads/<token>")
@staff
@limiter.limit("60 per minute")
def preview(token: str) -> Answer:
    """What would be added, changed and refused, or what was imported."""
    kept = _kept(token)
    if kept.entered is not None:
        names = sorted({name for sheet in kept.entered for name in sheet["subdistricts"]})
        places = [place for place in queries.subdistricts() if place.name in names]
        return render_template("ledgers/entered.html", sheets=kept.entered, upload=kept, places=places)
    try:
        planned = _prepare(kept)
    except FileNotFoundError:
        # It was imported while it was read: the same address says so now.
        return redirect(url_for("ledgers.preview", token=token), 303)
    except BadInput as bad:
        flash(say(bad.message), "failed")
        return redirect(url_for("ledgers.index"), 303)
    return _preview(kept, planned)


@pages.post("/uploads/<token>/entry")
@staff
@limiter.limit("20 per minute")
def enter(token: str) -> Answer:
    """Import exactly what was previewed; said twice, it's done once."""
    kept = _kept(token)
    by = _account().id
    shown = url_for("ledgers.preview", token=token)
    form = EntryForm()
    if kept.entered is not None or not form.validate_on_submit():
        return redirect(shown, 303)
    try:
        planned = _prepare(kept)
        planned = importing.enter(planned, by=by, expected=form.digest.data)
    except FileNotFoundError:
        # Somebody agreed to it a moment earlier, and the files went with that.
        db.session.rollback()
        return redirect(shown, 303)
    except (LedgersRefused, importing.PlanChanged) as refused:
        db.session.rollback()
        if _kept(token).entered is not None:
            return redirect(shown, 303)
        flash(say(refused.message), "failed")
        return redirect(shown, 303)
    db.session.commit()
    kept.mark_entered(planned.summary())
    added, changed = number(planned.total(Outcome.ADDED)), number(planned.total(Outcome.CHANGED))
    flash(gettext("The ledgers are in: %(added)s added, %(changed)s changed.", added=added, changed=changed))
    return redirect(shown, 303)


@pages.get("/uploads/<token>/faults.xlsx")
@staff
@limiter.limit("20 per minute")
def faults(token: str) -> Response:
    """The refused rows as a workbook, each with what is wrong."""
    kept = _kept(token)
    if kept.entered is not None:
        abort(404)
    planned = _prepare(kept)
    return _file("faults.xlsx", refusals(planned, say))


@pages.get("/<ledger>.<file_format>")
@staff
@limiter.limit("30 per minute")
def export(ledger: str, file_format: str) -> Response:
    """A ledger of the office's sub-district, as workbook or CSV."""
    place = office.present()
    if place is None or file_format not in exporting.FORMATS or ledger not in catalogue.LEDGERS or ledger in NOTED:
        abort(404)
    require(works_in(signed_in(), place))
    form = DaysForm(request.args)
    if not form.validate():
        flash(gettext("Enter days such as 2020-11-04."), "failed")
        return redirect(url_for("ledgers.index"), 303)
    try:
        exported = exporting.export(ledger, place, Period(form.since.data, form.until.data), file_format=file_format)
    except BadInput as bad:
        flash(say(bad.message), "failed")
        return redirect(url_for("ledgers.index"), 303)
    return _taken_home(exported, place, ledger, file_format)


@pages.post("/sign-up-lists")
@staff
@limiter.limit("30 per minute")
def sign_up_list() -> Response:
    """Who signed up for the activities of the office's sub-district, with phones: for the office alone."""
    return _noted(sign_ups.NAME)


@pages.post("/contest-books")
@staff
@limiter.limit("30 per minute")
def contest_book() -> Response:
    """The contests of the office's sub-district with who voted for what: for the office alone."""
    return _noted(contests.LEDGER)


def _noted(name: str) -> Response:
    """What the trail notes that somebody took it home."""
    place = office.present()
    if place is None:
        abort(404)
    require(works_in(signed_in(), place))
    form = NotedForm()
    if not form.validate_on_submit():
        flash(gettext("Enter days such as 2020-11-04."), "failed")
        return redirect(url_for("ledgers.index"), 303)
    period, file_format, by = Period(form.since.data, form.until.data), form.file_format.data or "", _account().id
    try:
        if name == sign_ups.NAME:
            exported = sign_ups.export(place, period, file_format=file_format, by=by)
        else:
            exported = exporting.export(name, place, period, file_format=file_format, by=by)
    except BadInput as bad:
        flash(say(bad.message), "failed")
        return redirect(url_for("ledgers.index"), 303)
    db.session.commit()
    return _taken_home(exported, place, name, file_format)


def _index(form: UploadForm) -> str:
    place = office.present()
    mine = place if place and works_in(signed_in(), place) else None
    return render_template(
        "ledgers/index.html",
        form=form,
        days=DaysForm(request.args),
        place=mine,
        ledgers=[(ledger, catalogue.of_ledger(ledger), ABOUT[ledger]) for ledger in catalogue.LEDGERS],
        noted=NOTED,
        last=history.last_imports(mine) if mine else {},
    )


def _preview(kept: Upload, planned: Plan) -> str:
    return render_template(
        "ledgers/preview.html",
        upload=kept,
        plan=planned,
        form=EntryForm(digest=planned.digest),
        outcomes=list(Outcome),
        most_rows=SHOWN_ROWS,
        most_faults=SHOWN_FAULTS,
    )


def _upload_form() -> UploadForm:
    """The form, with the choice of a sub-district for an administrator: an officer's ledgers are the officer's own."""
    form = UploadForm()
    if is_administrator(signed_in()):
        names = [place.name for place in queries.subdistricts()]
        form.subdistrict.choices = [
            SelectChoice("", gettext("As the ledgers say")),
            *(SelectChoice(name, name) for name in names),
        ]
    else:
        del form.subdistrict
    return form


def _account() -> Account:
    account = signed_in()
    assert account is not None  # noqa: S101 - @staff
    return account


def _kept(token: str) -> Upload:
    """The account's own upload of this token, or 404."""
    found = uploads.find(_folder(), token, owner_id=_account().id)
    if found is None:
        abort(404)
    return found


def _prepare(kept: Upload) -> Plan:
    importer = _account().person_id
    return importing.prepare(kept.sources(), subdistrict=kept.subdistrict, importer=importer)


def _folder() -> Path:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.instance / "uploads"


def _plain_name(file: FileStorage) -> str:
    """The file's name alone: some browsers send the path before it."""
    name = PurePosixPath((file.filename or "").replace("\\", "/")).name
    # The end of a long one says what kind of file it is.
    return unicodedata.normalize("NFC", name)[-120:] or "?"


def _file(name: str, content: bytes) -> Response:
    return send_file(io.BytesIO(content), as_attachment=True, download_name=name, last_modified=clock.now(), max_age=0)


def _taken_home(exported: exporting.Exported, place: Place, ledger: str, file_format: str) -> Response:
    if len(exported.files) > 1:
        return _file(f"{place.name}-{ledger}.zip", _packed(exported.files))
    # The sub-district stands in the title of a workbook; a CSV file is known by its name alone when it comes back.
    name, content = next(iter(exported.files.items()))
    comes_back = file_format == "csv" and ledger in catalogue.LEDGERS
    return _file(name if comes_back else f"{place.name}-{name}", content)


def _packed(files: dict[str, bytes]) -> bytes:
    """Several CSV files as one archive to download."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()
