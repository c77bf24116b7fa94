"""Photos of the signed sheet: sending, looking at, removing them. Only who keeps the list sees them."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ..activities.attendance import evidence
from ..activities.models import Activity, SheetPhoto
from ..database import db
from ..photos import keeping
from . import photos
from .access import member
from .forms.photos import PhotoForm, SheetPhotoForm
from .limits import limiter
from .running import own_activity
from .session import actor

pages = Blueprint("sheet_photos", __name__, url_prefix="/activities/<int(max=2147483647):activity_id>/sheet/photos")


@pages.get("")
@member
def index(activity_id: int) -> str:
    """The photos, and the form to send another one."""
    return _index(own_activity(activity_id), photos.fresh(SheetPhotoForm))


@pages.post("")
@member
@limiter.limit(photos.SENDING)
def add(activity_id: int) -> Response | tuple[str, int]:
    """Keep what was sent, without what the camera wrote into it; the same photo of the same form is kept once."""
    activity = own_activity(activity_id)
    form = SheetPhotoForm()
    taken = photos.taken(form)
    if taken is None:
        return _index(activity, form), 422
    evidence.add(activity, taken, photos.uploads(), by=actor().id)
    db.session.commit()
    flash(gettext("The photo is kept."))
    return redirect(url_for("sheet_photos.index", activity_id=activity_id), 303)


@pages.get("/<int(max=2147483647):photo_id>.jpg")
@member
def show(activity_id: int, photo_id: int) -> Response:
    """A photo at full size."""
    return photos.sent(_row(own_activity(activity_id), photo_id).photo, small=False)


@pages.get("/<int(max=2147483647):photo_id>-small.jpg")
@member
def small(activity_id: int, photo_id: int) -> Response:
    """The same for a list."""
    return photos.sent(_row(own_activity(activity_id), photo_id).photo, small=True)


@pages.get("/<int(max=2147483647):photo_id>/removal")
@member
def removal(activity_id: int, photo_id: int) -> str:
    """Ask before a photo goes for good."""
    activity = own_activity(activity_id)
    return render_template("sheet_photos/removal.html", activity=activity, row=_row(activity, photo_id))


@pages.post("/<int(max=2147483647):photo_id>/removal")
@member
def remove(activity_id: int, photo_id: int) -> Response:
    """Take it away, then its files."""
    name = evidence.remove(_row(own_activity(activity_id), photo_id), by=actor().id)
    db.session.commit()
    keeping.remove_files(name, photos.uploads())
    flash(gettext("The photo is removed."))
    return redirect(url_for("sheet_photos.index", activity_id=activity_id), 303)


def _index(activity: Activity, form: PhotoForm) -> str:
    return render_template(
        "sheet_photos/index.html",
        activity=activity,
        form=form,
        rows=evidence.of(activity),
        most=evidence.MOST,
        months=current_app.config["SETTINGS"].kept_months,
    )


def _row(activity: Activity, row_id: int) -> SheetPhoto:
    row = db.session.get(SheetPhoto, row_id)
    if row is None or row.activity_id != activity.id:
        abort(404)
    return row
