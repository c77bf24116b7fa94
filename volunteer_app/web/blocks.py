"""When a venue can't be used: for whoever keeps the place."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from .. import clock
from ..activities import queries as activities
from ..activities.queries import TAKING_PLACE, Wanted
from ..database import db
from ..errors import BadInput
from ..people.roles import keeps
from ..places import blocks, queries
from ..places.models import Place, PlaceKind, VenueBlock
from ..words import say
from . import office
from .access import require, staff
from .forms.blocks import BlockForm
from .session import actor

pages = Blueprint("blocks", __name__, url_prefix="/places/<slug>/blocks")


@pages.get("")
@staff
def index(slug: str) -> str:
    """The running and coming times of a venue, with the activities that lie in them."""
    return _index(BlockForm(formdata=None), _venue(slug))


@pages.post("")
@staff
def add(slug: str) -> str | tuple[str, int] | Response:
    """Block the venue for a time, or for the same time of several weeks."""
    venue = _venue(slug)
    form = BlockForm()
    if not form.validate_on_submit():
        return _index(form, venue), 422
    starts_at, ends_at = form.hours
    until = form.until.data
    try:
        blocks.weekly(starts_at, until)
    except BadInput as bad:
        form.until.errors = [say(bad.message)]
        return _index(form, venue), 422
    try:
        blocked = blocks.add(venue, starts_at, ends_at, form.reason.data or "", until=until, by=actor().id)
    except BadInput as bad:
        form.ends.errors = [say(bad.message)]
        return _index(form, venue), 422
    db.session.commit()
    if len(blocked) == 1:
        flash(gettext("The time is blocked. Activities in it stay as they are."))
    else:
        flash(
            ngettext(
                "%(num)d time is blocked. Activities in it stay as they are.",
                "%(num)d times are blocked. Activities in them stay as they are.",
                len(blocked),
            )
        )
    return redirect(url_for("blocks.index", slug=slug), 303)


@pages.post("/<int(max=2147483647):block_id>/removal")
@staff
def remove(slug: str, block_id: int) -> Response:
    """Let the venue be used again."""
    venue = _venue(slug)
    block = db.session.get(VenueBlock, block_id)
    if block is None or block.venue_id != venue.id:
        abort(404)
    blocks.remove(block, by=actor().id)
    db.session.commit()
    flash(gettext("The venue can be used at this time again."))
    return redirect(url_for("blocks.index", slug=slug), 303)


def _venue(slug: str) -> Place:
    venue = queries.by_slug(slug)
    if venue is None or venue.kind is not PlaceKind.VENUE:
        abort(404)
    office.show(db.session.get_one(Place, venue.subdistrict_id))
    require(keeps(actor(), venue))
    return venue


def _index(form: BlockForm, venue: Place) -> str:
    rows = blocks.of(venue)
    wanted = Wanted(
        venue_id=venue.id,
        ends_after=min((it.starts_at for it in rows), default=None),
        until=max((it.ends_at for it in rows), default=None),
        states=TAKING_PLACE,
    )
    within = activities.listed(wanted, at=clock.now()) if rows else []
    hit = [[it for it in within if it.starts_at < row.ends_at and it.ends_at > row.starts_at] for row in rows]
    return render_template("blocks/index.html", form=form, venue=venue, rows=list(zip(rows, hit, strict=True)))
