"""Confirming what cadres logged, for whoever confirms in a compound, a community or the sub-district."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from .. import clock
from ..database import db
from ..duty import confirming
from ..duty.confirming import Outcome
from ..duty.models import Visit
from ..errors import BadInput, Message, Refused
from ..people.models import Person
from ..people.roles import STAFF, Scope, scope
from ..places import queries
from ..places.models import Place
from ..words import say
from . import dates, office
from .access import require, staff
from .filters import Choice, community_choices, paged
from .forms.duty_desk import ConfirmForm, ReturnForm
from .session import actor

pages = Blueprint("duty_desk", __name__, url_prefix="/duty/confirmation")

Answer = str | tuple[str, int] | Response
Group = tuple[Place, Person, list[tuple[Visit, Message | None]]]
"""A cadre's visits in a compound, each with what stands in the way of confirming it."""


@pages.get("")
@staff
def confirmation() -> str:
    """The visits that wait for confirmation, by compound and cadre."""
    here, reach = office.present(), scope(actor(), STAFF)
    if here is None:
        return render_template("duty_desk/confirmation.html", page=None)
    community = asked_community(here, reach)
    page = paged(confirming.waiting(here, reach, community=community))
    groups, photos = _groups(page.rows), confirming.photos_of(page.rows)
    return render_template(
        "duty_desk/confirmation.html",
        page=page,
        groups=groups,
        any_possible=any(no is None for _, _, visits in groups for _, no in visits),
        photos=photos,
        communities=own_communities(here, reach),
        community=community,
        is_late=confirming.is_late,
        seen=lambda visits: seen(visits, photos),
    )


@pages.post("")
@staff
def confirm() -> Answer:
    """Confirm what was ticked, or the one visit whose button was pressed."""
    account = actor()
    form = ConfirmForm()
    if not form.validate_on_submit():
        abort(400)
    marks = form.marks()
    if not marks:
        flash(gettext("Tick the visits that you confirm."), "failed")
        return _back()
    visits = confirming.find(list(marks))
    require(all(confirming.can_decide(account, visit) for visit in visits))
    outcome = confirming.confirm(visits, marks, by=account)
    outcome.gone = len(marks) - len(visits)
    db.session.commit()
    _say(outcome)
    return _back()


@pages.get("/<int(max=2147483647):visit_id>/return")
@staff
def returning(visit_id: int) -> str:
    """Ask why a visit is sent back."""
    visit = _visit(visit_id)
    return _returning(ReturnForm(formdata=None, data={"seen": _mark(visit)}), visit)


@pages.post("/<int(max=2147483647):visit_id>/return")
@staff
def send_back(visit_id: int) -> Answer:
    """Send a visit back to its cadre, with the reason."""
    visit = _visit(visit_id)
    form = ReturnForm()
    if not form.validate_on_submit():
        return _returning(form, visit), 422
    try:
        confirming.send_back(visit, form.reason.data or "", form.seen.data or "", by=actor())
    except (BadInput, Refused) as problem:
        form.reason.errors = [say(problem.message)]
        form.seen.data = _mark(visit)
        return _returning(form, visit), 409 if isinstance(problem, Refused) else 422
    db.session.commit()
    flash(gettext("The visit is sent back. %(name)s finds the reason with it.", name=visit.person.name))
    return _back()


def seen(visits: Iterable[Visit], photos: Mapping[int, Sequence[int]]) -> str:
    """What a checkbox says of one visit or of several: which they are, and what was looked at.

    Args:
        photos: ids of the photos of each visit.
    """
    return ",".join(f"{visit.id}-{confirming.mark(visit, photos[visit.id])}" for visit in visits)


def own_communities(here: Place, reach: Scope) -> list[Choice]:
    """The communities to choose from, as far as the account reaches; none where it's one at most."""
    own = {it.slug for it in queries.communities(here) if reach.holds(it.path)}
    if len(own) < 2:
        return []
    return [choice for choice in community_choices(here) if choice[0] is None or choice[0] in own]


def asked_community(here: Place, reach: Scope) -> Place | None:
    """The community that the address asks for, if the account reaches all of it."""
    place = queries.by_slug(request.args["community"]) if request.args.get("community") else None
    return place if place and place.subdistrict_id == here.id and reach.holds(place.path) else None


def _groups(visits: list[Visit]) -> list[Group]:
    account = actor()
    groups = groupby(visits, key=lambda it: (it.compound_id, it.person_id))
    rows = [list(group) for _, group in groups]
    return [
        (group[0].compound, group[0].person, [(it, confirming.hindrance(account, it)) for it in group])
        for group in rows
    ]


def _visit(visit_id: int) -> Visit:
    visit = db.session.get(Visit, visit_id)
    if visit is None:
        abort(404)
    office.show(db.session.get_one(Place, visit.subdistrict_id))
    require(confirming.can_decide(actor(), visit))
    return visit


def _returning(form: ReturnForm, visit: Visit) -> str:
    photos = confirming.photos_of([visit])[visit.id]
    return render_template("duty_desk/return.html", form=form, visit=visit, photos=photos)


def _mark(visit: Visit) -> str:
    return confirming.mark(visit, confirming.photos_of([visit])[visit.id])


def _back() -> Response:
    kept = {name: request.args[name] for name in ("community", "page") if name in request.args}
    return redirect(url_for("duty_desk.confirmation", **kept), 303)  # type: ignore[arg-type]  # plain text, no option


def _say(outcome: Outcome) -> None:
    """Say what is confirmed, and name what isn't."""
    if outcome.confirmed:
        number = len(outcome.confirmed)
        flash(ngettext("%(num)d visit is confirmed.", "%(num)d visits are confirmed.", number))
    for visit, reason in outcome.left_out:
        day = dates.day(clock.local(visit.starts_at).date())
        what = gettext("Not confirmed: %(name)s, %(day)s.", name=visit.person.name, day=day)
        flash(f"{what} {say(reason)}", "failed")
    if outcome.gone:
        number = outcome.gone
        flash(ngettext("%(num)d visit is no longer there.", "%(num)d visits are no longer there.", number), "failed")
