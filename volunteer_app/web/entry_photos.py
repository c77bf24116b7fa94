"""Photos of a contest entry: seen by everyone once it's published, sent and described by whoever may change it."""

import secrets
from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_wtf import FlaskForm
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from .. import clock
from ..contests import access
from ..contests.models import Entry, EntryPhoto
from ..contests.rounds import entries, upkeep
from ..contests.rounds import photos as kept
from ..database import db
from ..errors import BadInput, Refused
from ..photos import keeping, taking
from ..photos.taking import Taken
from ..words import say
from . import office, photos
from .access import member, public, require
from .forms.contest_entries import PhotosForm, SeveralPhotosForm, alt_name, words_form
from .limits import limiter
from .session import actor, signed_in

pages = Blueprint("entry_photos", __name__, url_prefix="/contests/entries/<entry_slug>/photos")

Answer = str | tuple[str, int] | Response

MOST_BYTES = 64 * 1024 * 1024
"""Of all photos that are sent at once: nine as phones take them."""


@pages.url_value_preprocessor
def allow_several(endpoint: str | None, _values: Mapping[str, object] | None) -> None:
    """Several photos may come at once: said before anything reads the form."""
    if endpoint in ("entry_photos.add", "contest_entries.add"):
        request.max_content_length = MOST_BYTES


@pages.errorhandler(413)
def too_many_bytes(_error: RequestEntityTooLarge) -> tuple[str, int]:
    """Say it of photos."""
    text = gettext("Together the photos have more than %(most)d MB: send fewer at once.", most=MOST_BYTES // 1024**2)
    return render_template("errors/problem.html", title=gettext("The photos are too large"), text=text, status=413), 413


@pages.get("")
@member
def index(entry_slug: str) -> str:
    """The photos, what they show, and the form to send more."""
    return _index(_own_entry(entry_slug))


@pages.post("")
@member
@limiter.limit(photos.SENDING)
def add(entry_slug: str) -> Answer:
    """Keep what was sent, without what the camera wrote into it: all of it or nothing."""
    form = PhotosForm()
    _own_entry(entry_slug)
    taken = pictures(form)
    entry = _own_entry(entry_slug)
    if taken is None:
        return _index(entry, form), 422
    try:
        added = kept.add(entry, taken, photos.uploads(), by=actor())
    except Refused as refused:
        db.session.rollback()
        form.photos.errors = [say(refused.message)]
        return _index(_own_entry(entry_slug), form), 409
    db.session.commit()
    number = len(added)
    flash(
        ngettext("%(num)d photo is kept.", "%(num)d photos are kept.", number)
        if number
        else gettext("The photo is kept.")
    )
    return redirect(url_for("entry_photos.index", entry_slug=entry_slug), 303)


@pages.post("/words")
@member
def describe(entry_slug: str) -> Answer:
    """Keep what the photos show."""
    entry = _own_entry(entry_slug)
    rows = kept.of(entry)
    form = words_form(rows, sent=True)
    if not form.validate_on_submit():
        return _index(entry, words=form), 422
    words = {row.id: form[alt_name(row.id)].data or "" for row in rows if alt_name(row.id) in request.form}
    kept.describe(entry, words, by=actor())
    db.session.commit()
    flash(gettext("The changes are saved."))
    return redirect(url_for("contest_entries.show", entry_slug=entry_slug), 303)


@pages.get("/<int(max=2147483647):photo_id>.jpg")
@public
def show(entry_slug: str, photo_id: int) -> Response:
    """A photo at full size."""
    return _sent(entry_slug, photo_id, small=False)


@pages.get("/<int(max=2147483647):photo_id>-small.jpg")
@public
def small(entry_slug: str, photo_id: int) -> Response:
    """The same for a list."""
    return _sent(entry_slug, photo_id, small=True)


@pages.get("/<int(max=2147483647):photo_id>/removal")
@member
def removal(entry_slug: str, photo_id: int) -> str:
    """Ask before a photo goes for good."""
    entry = _own_entry(entry_slug)
    return render_template("entry_photos/removal.html", entry=entry, row=_row(entry, photo_id))


@pages.post("/<int(max=2147483647):photo_id>/removal")
@member
def remove(entry_slug: str, photo_id: int) -> Response:
    """Take it away, then its files."""
    name = kept.remove(_row(_own_entry(entry_slug), photo_id), by=actor())
    db.session.commit()
    keeping.remove_files(name, photos.uploads())
    flash(gettext("The photo is removed."))
    return redirect(url_for("entry_photos.index", entry_slug=entry_slug), 303)


def pictures(form: SeveralPhotosForm) -> list[Taken] | None:
    """The pictures that were sent, or None: what is wrong then stands at the form's fields.

    Nothing stays locked while they are read: what follows locks anew.
    """
    if not form.validate_on_submit():
        return None
    db.session.rollback()
    taken, wrong = [], []
    for file in form.photos.data or []:
        try:
            taken.append(taking.take(file.read(), nonce=str(form.nonce.data)))
        except BadInput as bad:
            wrong.append(f"{file.filename}{gettext(': ')}{say(bad.message)}")
    form.photos.errors = wrong
    return None if wrong else taken


def fresh_nonce() -> str:
    """The mark of a form that a page shows."""
    return secrets.token_hex(16)


def _entry(entry_slug: str) -> Entry:
    entry = entries.of_slug(entry_slug)
    if entry is None:
        abort(404)
    office.show(entry.round.subdistrict)
    return entry


def _own_entry(entry_slug: str) -> Entry:
    entry = _entry(entry_slug)
    require(access.can_change(actor(), entry))
    return entry


def _sent(entry_slug: str, photo_id: int, *, small: bool) -> Response:
    entry = _entry(entry_slug)
    shown = kept.are_shown(entry)
    require(shown or access.can_change(signed_in(), entry))
    return photos.sent(_row(entry, photo_id).photo, small=small, public=shown)


def _row(entry: Entry, row_id: int) -> EntryPhoto:
    row = db.session.get(EntryPhoto, row_id)
    if row is None or row.entry_id != entry.id:
        abort(404)
    return row


def _index(entry: Entry, form: PhotosForm | None = None, words: FlaskForm | None = None) -> str:
    rows = kept.of(entry)
    return render_template(
        "entry_photos/index.html",
        entry=entry,
        rows=rows,
        form=form or PhotosForm(formdata=None, nonce=fresh_nonce()),
        words=words or words_form(rows, sent=False),
        alt_name=alt_name,
        hindrance=upkeep.hindrance(entry, actor(), at=clock.now()),
        most=kept.MOST,
    )
