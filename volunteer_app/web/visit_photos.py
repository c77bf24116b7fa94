"""Photos of a visit: sent by the cadre, seen by them and by those who confirm."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ..database import db
from ..duty import access, evidence
from ..duty.models import Visit, VisitPhoto, VisitState
from ..photos import keeping
from ..places.models import Place
from . import office, photos
from .access import member, require
from .forms.photos import PhotoForm, VisitPhotoForm
from .limits import limiter
from .own_duty import own_visit
from .session import actor

pages = Blueprint("visit_photos", __name__, url_prefix="/duty/visits/<int(max=2147483647):visit_id>/photos")


@pages.get("")
@member
def index(visit_id: int) -> str:
    """The photos, and for the cadre the form to send another one."""
    return _index(_seen_visit(visit_id), photos.fresh(VisitPhotoForm))


@pages.post("")
@member
@limiter.limit(photos.SENDING)
def add(visit_id: int) -> Response | tuple[str, int]:
    """Keep what was sent, without what the camera wrote into it; the same photo of the same form is kept once."""
    visit = own_visit(visit_id)
    form = VisitPhotoForm()
    taken = photos.taken(form)
    if taken is None:
        return _index(visit, form), 422
    evidence.add(visit, taken, photos.uploads(), by=actor().id)
    db.session.commit()
    flash(gettext("The photo is kept."))
    return redirect(url_for("visit_photos.index", visit_id=visit_id), 303)


@pages.get("/<int(max=2147483647):photo_id>.jpg")
@member
def show(visit_id: int, photo_id: int) -> Response:
    """A photo at full size."""
    return photos.sent(_row(_seen_visit(visit_id), photo_id).photo, small=False)


@pages.get("/<int(max=2147483647):photo_id>-small.jpg")
@member
def small(visit_id: int, photo_id: int) -> Response:
    """The same for a list."""
    return photos.sent(_row(_seen_visit(visit_id), photo_id).photo, small=True)


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
    keeping.remove_files(name, photos.uploads())
    flash(gettext("The photo is removed."))
    return redirect(url_for("visit_photos.index", visit_id=visit_id), 303)


def _seen_visit(visit_id: int) -> Visit:
    visit = db.session.get(Visit, visit_id)
    if visit is None:
        abort(404)
    require(access.can_see(actor(), visit))
    office.show(db.session.get_one(Place, visit.subdistrict_id))
    return visit


def _index(visit: Visit, form: PhotoForm) -> str:
    mine = access.can_keep(actor(), visit)
    return render_template(
        "duty/photos.html",
        visit=visit,
        form=form,
        rows=evidence.of(visit),
        mine=mine,
        changes=mine and visit.state is not VisitState.CONFIRMED,
        most=evidence.MOST,
    )


def _row(visit: Visit, row_id: int) -> VisitPhoto:
    row = db.session.get(VisitPhoto, row_id)
    if row is None or row.visit_id != visit.id:
        abort(404)
    return row
