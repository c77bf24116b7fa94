"""The audit trail to read: administrators all of it, officers their sub-district's entries. Nothing changes it."""

from datetime import timedelta

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from .. import clock
from ..audit import trail
from ..audit.models import AuditEntry
from ..contests.voting import secrecy
from ..database import db, holding
from ..people.models import Account, Person
from ..people.roles import OFFICE, Scope, scope
from ..places.models import Place
from ..teams.models import Team
from . import audit_words
from .access import require, staff
from .accounts import Answer
from .filters import Page, paged
from .forms.audit_trail import TrailForm
from .session import actor

pages = Blueprint("audit_trail", __name__)


@pages.get("/audit/")
@staff
def index() -> Answer:
    """Who did what, when: filtered by days, person, kind of thing and action; the latest first."""
    own = scope(actor(), OFFICE)
    require(bool(own))
    form = TrailForm(request.args)
    form.kind.choices = [("", gettext("All")), *audit_words.all_things()]
    form.action.choices = [("", gettext("All")), *audit_words.all_actions()]
    valid = form.validate()
    page = paged(_matching(own, form)) if valid else None
    shown = render_template(
        "audit/index.html",
        form=form,
        page=page,
        names=_names(page) if page else {},
        links=_links(page) if page else {},
        doors={trail.WEB: gettext("Somebody without an account"), trail.DEMO: gettext("The demonstration")},
        done=audit_words.done,
        changes=audit_words.changes,
    )
    return shown if valid else (shown, 422)


def _matching(own: Scope, form: TrailForm) -> Select[AuditEntry]:
    query = select(AuditEntry).where(secrecy.readable(clock.today())).order_by(AuditEntry.id.desc())
    if not own.everywhere:
        inside = select(Place.id).where(or_(*(Place.path.startswith(path) for path in own.paths)))
        query = query.where(AuditEntry.place_id.in_(inside))
    if form.since.data:
        query = query.where(AuditEntry.at >= clock.midnight(form.since.data))
    if form.until.data:
        query = query.where(AuditEntry.at < clock.midnight(form.until.data + timedelta(days=1)))
    if form.kind.data:
        query = query.where(AuditEntry.subject == form.kind.data)
    if form.action.data:
        query = query.where(AuditEntry.action == form.action.data)
    words = (form.who.data or "").strip()
    named = select(Account.id).join(Account.person).where(*holding(words, Person.name, Person.phone))
    return query.where(AuditEntry.account_id.in_(named)) if words else query


def _names(page: Page[AuditEntry]) -> dict[int, str]:
    """The names of those who acted, by account."""
    ids = {entry.account_id for entry in page.rows}
    found = db.session.scalars(select(Account).options(joinedload(Account.person)).where(Account.id.in_(ids)))
    return {account.id: account.person.name for account in found}


def _links(page: Page[AuditEntry]) -> dict[int, str]:
    """Where the things of a page's entries are shown, by entry; of things without a page there is none."""
    by_slug: dict[str, tuple[type[Team] | type[Place], str]] = {
        "team": (Team, "teams.show"),
        "place": (Place, "places.show"),
    }
    links: dict[int, str] = {}
    for subject, (table, endpoint) in by_slug.items():
        ids = {entry.subject_id for entry in page.rows if entry.subject == subject}
        found = db.session.execute(select(table.id, table.slug).where(table.id.in_(ids)))
        slugs = {row.id: row.slug for row in found}
        for entry in page.rows:
            if entry.subject == subject and entry.subject_id in slugs:
                links[entry.id] = url_for(endpoint, slug=slugs[entry.subject_id])
    for entry in page.rows:
        if entry.subject == "activity" and entry.action != "discard":
            links[entry.id] = url_for("activities.show", activity_id=entry.subject_id)
        elif entry.subject == "person" and entry.subject_id:
            links[entry.id] = url_for("people.show", person_id=entry.subject_id)
    return links
