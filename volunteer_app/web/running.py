"""What an account runs: the activity of an address, and the office of a list."""

from collections.abc import Collection

from flask import abort, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..activities import queries
from ..activities.access import can_run
from ..activities.models import Activity
from ..activities.planning import holders
from ..database import db
from ..people.roles import Scope
from ..places.models import Place
from . import office
from .access import require
from .session import actor


def own_activity(activity_id: int) -> Activity:
    """The activity of this address, which the account runs.

    Raises:
        werkzeug.exceptions.NotFound: there is none.
        werkzeug.exceptions.Forbidden: somebody else runs it.
    """
    activity = queries.one(activity_id)
    if activity is None:
        abort(404)
    require(can_run(actor(), activity))
    office.show(activity.subdistrict)
    return activity


def own_activities(activity_ids: Collection[int]) -> list[Activity]:
    """The activities that were ticked in a list, all of which the account runs.

    Raises:
        werkzeug.exceptions.NotFound: one of them isn't there.
        werkzeug.exceptions.Forbidden: somebody else runs one of them.
    """
    query = select(Activity).options(*map(joinedload, (Activity.place, Activity.team, Activity.theme, Activity.venue)))
    found = list(db.session.scalars(query.where(Activity.id.in_(activity_ids))))
    if len(found) != len(activity_ids):
        abort(404)
    require(all(can_run(actor(), activity) for activity in found))
    return found


def own_office(reach: Scope) -> Place | None:
    """The sub-district shown, where *reach* goes into it, or else the first into which it goes.

    Raises:
        werkzeug.exceptions.Forbidden: the address asks for another one.
    """
    offices = holders.offices(reach)
    shown = office.present()
    if shown in offices:
        return shown
    require(not (shown and request.args.get("office") == shown.slug))
    for first in offices[:1]:
        office.show(first)
        return first
    return None
