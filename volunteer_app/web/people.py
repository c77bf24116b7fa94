"""People, for the staff and for leaders: a person never has a public page."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from .. import clock
from ..activities import visibility
from ..activities.models import Activity, Attendance
from ..activities.persons import codes, erasure, own
from ..activities.visibility import SEE_PEOPLE
from ..contests.queries import has_entered
from ..contests.role_models import erasing as role_models
from ..contests.rounds import erasing as contests
from ..database import db
from ..duty import erasing as duty
from ..errors import Refused
from ..people import accounts, totp
from ..people.models import Account, Person
from ..people.roles import OFFICE, scope, standing
from ..photos import keeping
from ..service import access as service
from ..teams.models import Membership, Team
from ..words import say
from . import office
from .access import member, require, staff
from .filters import order, paged, words_typed
from .forms.mine import ErasedNameForm
from .photos import uploads
from .session import actor

pages = Blueprint("people", __name__)

RECENT = 20
"""How many attendances a person's page shows."""


@pages.get("/people/")
@member
def index() -> str:
    """Everyone whom the account may see: searched by name or phone, sorted, paged."""
    seen = scope(actor(), SEE_PEOPLE)
    require(bool(seen))
    # An administrator sees one office's people at a time.
    here = office.present() if seen.everywhere else None
    if seen.everywhere and here is None:
        return render_template("people/index.html", page=None)
    sorted_by = order(("name", "phone"), "name")
    page = paged(visibility.people_of(seen, subdistrict=here, words=words_typed(), order=sorted_by))
    memberships = db.session.scalars(
        select(Membership)
        .join(Team)
        .options(joinedload(Membership.team))
        .where(Membership.person_id.in_([person.id for person in page.rows]), visibility.teams_in(seen, here))
        .order_by(Membership.id)
    )
    teams: dict[int, list[Team]] = {}
    for membership in memberships:
        teams.setdefault(membership.person_id, []).append(membership.team)
    return render_template("people/index.html", page=page, order=sorted_by, teams=teams)


@pages.get("/people/<int(max=2147483647):person_id>")
@member
def show(person_id: int) -> str:
    """One person: teams and attendances inside the account's scope, and the login."""
    account = actor()
    seen = scope(account, SEE_PEOPLE)
    person = db.session.get(Person, person_id)
    if person is None:
        abort(404)
    require(visibility.is_visible(person, seen) or has_entered(person, seen))
    came = Attendance.person_id == person.id, visibility.activities_in(seen)
    other = accounts.of_person(person)
    return render_template(
        "people/show.html",
        person=person,
        memberships=db.session.scalars(
            select(Membership)
            .join(Team)
            .options(joinedload(Membership.team))
            .where(Membership.person_id == person.id, visibility.teams_in(seen))
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
        coming=[
            it
            for it in own.of_people([person.id], inside=visibility.activities_in(seen))
            if it.stands and it.ends_at > clock.now()
        ],
        may_erase=_may_erase(account, person),
        may_enter=service.can_enter(account, person),
        may_certify=service.can_issue(account, person),
        login=other,
        trusted=bool(other and standing(other)),
        may_make_code=codes.may_make(account, person),
        may_reset=other is not None and other.totp_secret is not None and totp.may_reset(account, other),
    )


@pages.get("/people/<int(max=2147483647):person_id>/erasure")
@staff
def erasure_form(person_id: int) -> str:
    """What goes and what stays, to be confirmed."""
    return _erasure(_to_erase(person_id), ErasedNameForm())


@pages.post("/people/<int(max=2147483647):person_id>/erasure")
@staff
def erase(person_id: int) -> tuple[str, int] | Response:
    """Erase somebody's data, because they asked for it."""
    person, here, form = _to_erase(person_id), office.present(), ErasedNameForm()
    if not form.confirms(person):
        return _erasure(person, form), 422
    # What they entered is locked before they are.
    photos = contests.forget(person, by=actor().id)
    photos += role_models.forget(person)
    erasure.erase(person, by=actor().id, place_id=here.id if here else None)
    photos += duty.forget(person)
    db.session.commit()
    for name in photos:
        keeping.remove_files(name, uploads())
    flash(gettext("The data are erased."))
    return redirect(url_for("people.index"), 303)


def _erasure(person: Person, form: ErasedNameForm) -> str:
    refused = ""
    try:
        erasure.check(person, by=actor().id)
    except Refused as no:
        refused = say(no.message)
    lost = erasure.coming(person)
    return render_template("people/erasure_form.html", person=person, form=form, lost=lost, refused=refused)


def _to_erase(person_id: int) -> Person:
    person = db.session.get(Person, person_id)
    if person is None:
        abort(404)
    require(_may_erase(actor(), person))
    return person


def _may_erase(account: Account, person: Person) -> bool:
    """The office erases whom it knows by a team or an activity, and whom it knows by a contest alone."""
    return erasure.may_erase(account, person) or has_entered(person, scope(account, OFFICE))
