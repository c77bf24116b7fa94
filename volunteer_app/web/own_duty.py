"""Whose own page it is: the cadre who is signed in, and the visit or plan of an address, which are theirs.

And what stands in the way of a visit that the domain of duty doesn't know of.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import abort, flash, make_response, render_template

from .. import clock
from ..database import db
from ..duty import access, own
from ..duty.hours import EntryFaulty
from ..duty.models import Pairing, PlannedVisit, Visit
from ..errors import N_
from ..people.models import Person
from ..places.models import Place
from ..service import records
from ..words import say
from . import office
from .access import require
from .session import actor


@dataclass(frozen=True)
class Cadre:
    """Whoever is signed in, with the pairings they have today."""

    person: Person
    pairings: list[Pairing]

    @property
    def compounds(self) -> list[Place]:
        """Their compounds, the one visited last first."""
        last = own.last_compound(self.person)
        return sorted((it.compound for it in self.pairings), key=lambda it: it.id != last)

    @property
    def subdistrict(self) -> Place:
        """Whose cadre they are."""
        return self.pairings[0].subdistrict


def own_cadre() -> Cadre:
    """The cadre who is signed in.

    Raises:
        werkzeug.exceptions.Forbidden: they aren't one, and the page says how to become one.
    """
    person = actor().person
    pairings = own.pairings_of(person.id, clock.today())
    if not pairings:
        abort(make_response(render_template("duty/none.html"), 403))
    office.show(pairings[0].subdistrict)
    return Cadre(person, pairings)


def own_visit(visit_id: int) -> Visit:
    """The visit of this address, which is one's own.

    Raises:
        werkzeug.exceptions.NotFound: there is none.
        werkzeug.exceptions.Forbidden: it's another cadre's.
    """
    visit = db.session.get(Visit, visit_id)
    if visit is None:
        abort(404)
    require(access.can_keep(actor(), visit))
    office.show(db.session.get_one(Place, visit.subdistrict_id))
    return visit


def own_plan(planned_id: int) -> PlannedVisit:
    """The planned visit of this address, in the same way."""
    row = db.session.get(PlannedVisit, planned_id)
    if row is None:
        abort(404)
    require(access.can_keep(actor(), row))
    office.show(db.session.get_one(Place, row.subdistrict_id))
    return row


def check_no_record(person: Person, starts_at: datetime, ends_at: datetime) -> None:
    """Refuse a visit in hours that were entered by hand as volunteering: the two ledgers know nothing of each other.

    Raises:
        EntryFaulty: there is such a record, approved or waiting.
    """
    for it in records.entered(person):
        if it.starts_at < ends_at and it.ends_at > starts_at:
            raise EntryFaulty(
                "starts",
                N_("“%(title)s” stands in the service records at that time: the same hours can't be duty too."),
                title=it.content,
            )


def said_failed(faulty: EntryFaulty) -> None:
    """Say above the next page what is wrong: a tap has no form at whose field it could stand."""
    db.session.rollback()
    flash(say(faulty.message), "failed")
