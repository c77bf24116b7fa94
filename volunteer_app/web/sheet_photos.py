"""Photos of the signed sheet: sending, looking at, removing them. Only who keeps the list sees them."""

import hashlib
import secrets
from pathlib import Path

from flask import Blueprint, abort, current_app, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from .. import deliveries
from ..activities.attendance import evidence
from ..activities.models import Activity, SheetPhoto
from ..backups.archive import UPLOADS
from ..config import Settings
from ..database import db
from ..errors import BadInput
from ..photos import keeping, taking
from ..words import say
from .access import member
from .forms.sheet_photos import PhotoForm
from .limits import limiter
from .running import own_activity
from .session import actor

pages = Blueprint("sheet_photos", __name__, url_prefix="/activities/<int(max=2147483647):activity_id>/sheet/photos")


@pages.get("")
@member
def index(activity_id: int) -> str:
    """The photos, and the form to send another one."""
    return _index(own_activity(activity_id), PhotoForm(formdata=None, nonce=secrets.token_hex(16)))


@pages.post("")
@member
@limiter.limit("20 per minute; 200 per hour")
def add(activity_id: int) -> Response | tuple[str, int]:
    """Keep what was sent, without what the camera wrote into it; the same photo of the same form is kept once."""
    activity = own_activity(activity_id)
    form = PhotoForm()
    if not form.validate_on_submit():
        return _index(activity, form), 422
    data = form.photo.data.read()
    try:
        taken = taking.take(data)
    except BadInput as bad:
        form.photo.errors = [say(bad.message)]
        return _index(activity, form), 422
    if deliveries.is_new(_key(form, activity, data)):
        evidence.add(activity, taken, uploads(), by=actor().id)
    db.session.commit()
    flash(gettext("The photo is kept."))
    return redirect(url_for("sheet_photos.index", activity_id=activity.id), 303)


@pages.get("/<int(max=2147483647):photo_id>.jpg")
@member
def show(activity_id: int, photo_id: int) -> Response:
    """A photo at full size."""
    return _sent(_row(own_activity(activity_id), photo_id), small=False)


@pages.get("/<int(max=2147483647):photo_id>-small.jpg")
@member
def small(activity_id: int, photo_id: int) -> Response:
    """The same for a list."""
    return _sent(_row(own_activity(activity_id), photo_id), small=True)


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
    keeping.remove_files(name, uploads())
    flash(gettext("The photo is removed."))
    return redirect(url_for("sheet_photos.index", activity_id=activity_id), 303)


def uploads() -> Path:
    """The folder of what was sent."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings.instance / UPLOADS


def _index(activity: Activity, form: PhotoForm) -> str:
    return render_template(
        "sheet_photos/index.html",
        activity=activity,
        form=form,
        rows=evidence.of(activity),
        most=evidence.MOST,
        months=current_app.config["SETTINGS"].kept_months,
    )


def _key(form: PhotoForm, activity: Activity, data: bytes) -> str:
    """The form's own mark with what it sends: going back to send another photo sends another photo."""
    return hashlib.sha256(f"photo {activity.id} {form.nonce.data} ".encode() + data).hexdigest()


def _row(activity: Activity, row_id: int) -> SheetPhoto:
    row = db.session.get(SheetPhoto, row_id)
    if row is None or row.activity_id != activity.id:
        abort(404)
    return row


def _sent(row: SheetPhoto, *, small: bool) -> Response:
    path = keeping.file(row.photo, uploads(), small=small).resolve()
    if not path.exists():
        abort(404)
    answer = send_file(path, mimetype="image/jpeg", max_age=3600)
    answer.cache_control.private = True
    answer.cache_control.public = False
    return answer
