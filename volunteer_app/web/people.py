"""People, for the office alone: a person never has a public page."""

from flask import Blueprint, abort, render_template
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from ..activities import visibility
from ..activities.models import Activity, Attendance
from ..database import db
from ..people.models import Person
from ..people.roles import works_in
from ..teams.models import Membership, Team
from . import office
from .access import require, staff
from .filters import order, paged, words_typed
from .session import signed_in

pages = Blueprint("people", __name__)

RECENT = 20
"""How many attendances a person's page shows."""


@pages.get("/people/")
@staff
def index() -> str:
    """Everyone who lies in the office's scope: searched by name or phone, sorted, paged."""
    place = office.present()
    require(place is None or works_in(signed_in(), place))
    if place is None:
        return render_template("people/index.html", page=None)
    sorted_by = order(("name", "phone"), "name")
    page = paged(visibility.people_of(place, words=words_typed(), order=sorted_by))
    ids = [person.id for person in page.rows]
    memberships = db.session.scalars(
        select(Membership)
        .join(Team)
        .options(joinedload(Membership.team))
        .where(Membership.person_id.in_(ids), Team.subdistrict_id == place.id)
        .order_by(Membership.id)
    )
    teams: dict[int, list[Team]] = {}
    for membership in memberships:
        teams.setdefault(membership.person_id, []).append(membership.team)
    return render_template("people/index.html", page=page, order=sorted_by, teams=teams)


@pages.get("/people/<int(max=2147483647):person_id>")
@staff
def show(person_id: int) -> str:
    """One person: teams and attendances inside the office's scope."""
    place = office.present()
    person = db.session.get(Person, person_id)
    if person is None or place is None:
        abort(404)
    require(works_in(signed_in(), place) and visibility.is_visible(person, place))
    came = Attendance.person_id == person.id, Activity.subdistrict_id == place.id
    return render_template(
        "people/show.html",
        person=person,
        memberships=db.session.scalars(
            select(Membership)
            .join(Team)
            .options(joinedload(Membership.team))
            .where(Membership.person_id == person.id, Team.subdistrict_id == place.id)
            .order_by(Membership.id)
        ).all(),
        attendances=db.session.scalars(
            select(Attendance)
            .join(Attendance.activity)
            .options(
                joinedload(Attendance.activity).joinedload(Activity.theme),
                joinedload(Attendance.activity).joinedload(Activity.team),
            )
            .where(*came)
            .order_by(Activity.starts_at.desc())
            .limit(RECENT)
        ).all(),
        total=db.session.scalar(select(func.count()).select_from(Attendance).join(Activity).where(*came)),
    )
