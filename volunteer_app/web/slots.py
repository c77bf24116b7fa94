"""A team's weekly slot: another day or hour, and what of the plan moves along."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from ..activities.planning import slot_changes
from ..activities.planning.several import Stuck
from ..activities.planning.slot_changes import Along, NewSlot
from ..database import db
from ..errors import Message
from ..teams import keeping
from ..teams.keeping import SlotFaulty
from ..teams.models import Team
from ..words import say
from .access import member
from .forms.stale import Changed, changes
from .forms.teams import SlotForm, slot_shown
from .roster import own_team
from .session import actor

pages = Blueprint("slots", __name__, url_prefix="/teams/<slug>/slot")

Answer = str | tuple[str, int] | Response


@pages.get("")
@member
def edit(slug: str) -> str:
    """When the team meets."""
    team = own_team(slug)
    return _edit(SlotForm.showing(slot_shown(team)), team)


@pages.post("")
@member
def change(slug: str) -> Answer:
    """Show what would move along; and once that was agreed to, let it happen."""
    team = own_team(slug)
    form = SlotForm()
    form.offer()
    if not form.validate_on_submit():
        return _edit(form, team), 422
    try:
        slot = form.slot()
    except SlotFaulty as bad:
        form.slot_ends.errors = [say(bad.message)]
        return _edit(form, team), 422
    if "again" in request.form:
        return _edit(form, team)
    if "go" not in request.form:
        return _preview(form, team, slot)
    keeping.hold(team)
    if changed := changes(form, slot_shown(team)):
        return _edit(form, team, changed), 409
    moving = set(form.moving.data or ())
    try:
        moved = slot_changes.change(team, slot, moving, by=actor().id)
    except Stuck as stuck:
        # Nothing of the attempt stays; the page says what stands in the way.
        db.session.rollback()
        return _preview(form, team, slot, stuck.reasons), 409
    db.session.commit()
    said = ngettext("%(num)d activity moved along.", "%(num)d activities moved along.", moved) if moved else ""
    flash(" ".join(filter(None, [gettext("The weekly slot is changed."), said])))
    return redirect(url_for("teams.show", slug=slug), 303)


def _edit(form: SlotForm, team: Team, changed: list[Changed] | None = None) -> str:
    form.offer()
    return render_template("slots/edit.html", form=form, team=team, changed=changed or [])


def _preview(form: SlotForm, team: Team, slot: NewSlot | None, stuck: dict[int, Message] | None = None) -> str:
    rows: list[Along] = slot_changes.preview(team, slot)
    ticked = {row.activity.id for row in rows if row.usual} if stuck is None else set(form.moving.data or ())
    return render_template(
        "slots/preview.html", form=form, team=team, slot=slot, rows=rows, ticked=ticked, stuck=stuck or {}
    )
