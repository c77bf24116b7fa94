"""Photos of a visit: sent by the cadre, seen by them and by those who confirm."""

import hashlib
import secrets

from flask import Blueprint, abort, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from .. import deliveries
from ..database import db
from ..duty import access, evidence
from ..duty.models import Visit, VisitPhoto, VisitState
from ..errors import BadInput
from ..photos import keeping, taking
from ..places.models import Place
from ..words import say
from . import office
from .access import member, require
from .forms.visit_photos import VisitPhotoForm
from .limits import limiter
from .own_duty import own_visit
from .session import actor
from .sheet_photos import uploads

pages = Blueprint("visit_photos", __name__, url_prefix="/duty/visits/<int(max=2147483647):visit_id>/photos")


@pages.get("")
@member
def index(visit_id: int) -> str:
    """The photos, and for the cadre the form to send another one."""
    return _index(_seen_visit(visit_id), VisitPhotoForm(formdata=None, nonce=secrets.token_hex(16)))


@pages.post("")
@member
@limiter.limit("20 per minute; 200 per hour")
def add(visit_id: int) -> Response | tuple[str, int]:
    """Keep what was sent, without what the camera wrote into it; the same photo of the same form is kept once."""
    visit = own_visit(visit_id)
    form = VisitPhotoForm()
    if not form.validate_on_submit():
        return _index(visit, form), 422
    data = form.photo.data.read()
    try:
        taken = taking.take(data)
    except BadInput as bad:
        form.photo.errors = [say(bad.message)]
        return _index(visit, form), 422
    key = hashlib.sha256(f"visit photo {visit.id} {form.nonce.data} ".encode() + data).hexdigest()
    if deliveries.is_new(key):
        evidence.add(visit, taken, uploads(), by=actor().id)
    db.session.commit()
    flash(gettext("The photo is kept."))
    return redirect(url_for("visit_photos.index", visit_id=visit.id), 303)


@pages.get("/<int(max=2147483647):photo_id>.jpg")
@member
def show(visit_id: int, photo_id: int) -> Response:
    """A photo at full size."""
    return _sent(_row(_seen_visit(visit_id), photo_id), small=False)


@pages.get("/<int(max=2147483647):photo_id>-small.jpg")
@member
def small(visit_id: int, photo_id: int) -> Response:
    """The same for a list."""
    return _sent(_row(_seen_visit(visit_id), photo_id), small=True)


@pages.get("/<int(max=2147483647):photo_id>/removal")
@member
def removal(visit_id: int, photo_id: int) -> str:
    """Ask before a photo goes for good."""
    visit = own_visit(visit_id)
    return render_template("duty/photo_removal.html", visit=visit, row=_row(visit, photo_id))


@pages.post("/<int(max=2147483647):photo_id>/removal")
@member
def remove(visit_id: int, photo_id: int) -> Response:
    """Take it away, then its files."""
    name = evidence.remove(_row(own_visit(visit_id), photo_id), by=actor().id)
    db.session.commit()
    keeping.remove_files(name, uploads())
    flash(gettext("The photo is removed."))
    return redirect(url_for("visit_photos.index", visit_id=visit_id), 303)


def _seen_visit(visit_id: int) -> Visit:
    visit = db.session.get(Visit, visit_id)
    if visit is None:
        abort(404)
    require(access.can_see(actor(), visit))
    office.show(db.session.get_one(Place, visit.subdistrict_id))
    return visit


def _index(visit: Visit, form: VisitPhotoForm) -> str:
    rows = evidence.of(visit)
    mine = access.can_keep(actor(), visit)
    return render_template(
        "duty/photos.html",
        visit=visit,
        form=form,
        rows=rows,
        mine=mine,
        changes=mine and visit.state is not VisitState.CONFIRMED,
        most=evidence.MOST,
    )


def _row(visit: Visit, row_id: int) -> VisitPhoto:
    row = db.session.get(VisitPhoto, row_id)
    if row is None or row.visit_id != visit.id:
        abort(404)
    return row


def _sent(row: VisitPhoto, *, small: bool) -> Response:
    path = keeping.file(row.photo, uploads(), small=small).resolve()
    if not path.exists():
        abort(404)
    answer = send_file(path, mimetype="image/jpeg", max_age=3600)
    answer.cache_control.private = True
    answer.cache_control.public = False
    return answer
