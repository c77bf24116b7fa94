"""Nominating (提名): a person or a whole team, as what and why, with a photo and the records that support it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from ... import clock, deliveries
from ...activities.models import Activity, Attendance
from ...audit import trail
from ...database import db, lock
from ...errors import N_, BadInput, Refused
from ...people.models import Person
from ...people.phones import clean_name
from ...photos import keeping
from ...photos.taking import Taken
from ...places.models import Place
from ...service.models import Distinction
from ...teams.models import Membership, Team
from ...teams.queries import belongs
from ..models import Entry
from ..outcome import awards
from .models import RoleModel, RoleModelState, Support

OFFERED = 20
"""How many of the latest activities are offered as support."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A record that may support a role model: one of the three is there."""

    activity: Activity | None = None
    distinction: Distinction | None = None
    entry: Entry | None = None

    @property
    def key(self) -> str:
        """What a form calls it."""
        kind, row = next(it for it in self._rows() if it[1] is not None)
        return f"{kind}-{row.id if row else 0}"

    def _rows(self) -> Sequence[tuple[str, Activity | Distinction | Entry | None]]:
        return (("activity", self.activity), ("distinction", self.distinction), ("entry", self.entry))


def member_of(team: Team, name: str) -> Person:
    """The member of *team* with this name.

    Raises:
        BadInput: nobody is called so, or several are.
    """
    query = select(Person).join(Membership, Membership.person_id == Person.id)
    query = query.where(Membership.team_id == team.id, belongs(clock.today()), Person.name == clean_name(name))
    found = db.session.scalars(query.limit(2)).all()
    if not found:
        raise BadInput(N_("Nobody of this name belongs to the team."))
    if len(found) > 1:
        raise BadInput(N_("Several people of this name belong to the team: ask its leader to nominate."))
    return found[0]


def nominate(
    *, place: Place, team: Team | None, person: Person | None, title: str, story: str, key: str, by: int
) -> RoleModel | None:
    """Nominate a person, or a team where there is none; None where the same form came before.

    Args:
        key: of the form.
        by: id of the account that acts.

    Raises:
        BadInput: it has no title or no story.
        Refused: the person's data were erased.
    """
    title, story = title.strip(), story.strip()
    if not title or not story or place.subdistrict_id is None:
        raise BadInput(N_("Say as what they're nominated, and why."))
    if person:
        lock(person)
        if person.anonymised_at:
            raise Refused(N_("This person's data were erased."))
    if not deliveries.is_new(key):
        return None
    model = RoleModel(
        subdistrict_id=place.subdistrict_id,
        place_id=place.id,
        person_id=person.id if person else None,
        team_id=team.id if team else None,
        title=title,
        story=story,
        nominated_on=clock.today(),
        by_id=by,
    )
    db.session.add(model)
    db.session.flush()
    trail.record("add", model, by=by, place_id=model.subdistrict_id, changes={"title": [None, title]})
    return model


def offered(model: RoleModel) -> list[Offered]:
    """Records that may support it: the latest activities, a person's training and awards, entries that won."""
    activities = select(Activity).options(joinedload(Activity.theme)).where(Activity.starts_at < clock.now())
    if model.person_id:
        came = select(Attendance.activity_id).where(Attendance.person_id == model.person_id)
        activities = activities.where(Activity.id.in_(came))
    else:
        activities = activities.where(Activity.team_id == model.team_id, Activity.closed_at.is_not(None))
    latest = activities.order_by(Activity.starts_at.desc(), Activity.id.desc()).limit(OFFERED)
    found = [Offered(activity=it) for it in db.session.scalars(latest)]
    if model.person_id:
        given = select(Distinction).where(Distinction.person_id == model.person_id).order_by(Distinction.id.desc())
        found += [Offered(distinction=it) for it in db.session.scalars(given)]
    won = awards.of_entrant(model.person_id) if model.person_id else awards.of_place(model.place)
    return [*found, *(Offered(entry=it.entry) for it in won)]


def support(model: RoleModel, keys: Sequence[str], *, by: int) -> None:
    """Let these records support it, and no others.

    Args:
        keys: of some that ``offered`` gives; others are passed over.

    Raises:
        Refused: it's decided already.
    """
    lock(model)
    _check_open(model)
    chosen = [it for it in offered(model) if it.key in keys]
    db.session.execute(delete(Support).where(Support.role_model_id == model.id))
    db.session.add_all(
        Support(
            role_model_id=model.id,
            activity_id=it.activity and it.activity.id,
            distinction_id=it.distinction and it.distinction.id,
            entry_id=it.entry and it.entry.id,
        )
        for it in chosen
    )
    db.session.flush()
    trail.record("change", model, by=by, place_id=model.subdistrict_id, changes={"supports": [None, len(chosen)]})


def set_photo(model: RoleModel, taken: Taken, folder: Path, *, alt: str, by: int) -> str:
    """Keep the photo, and what it shows; the one before goes. What was sent twice is kept once.

    Returns:
        The name of the photo whose files are to be removed after the commit; empty where there's none.

    Raises:
        BadInput: it isn't said what the photo shows.
        Refused: it's decided already.
    """
    alt = alt.strip()
    if not alt:
        raise BadInput(N_("Say in a few words what the photo shows."))
    lock(model)
    before = model.photo
    if before and before.name.startswith(taken.mark):
        return ""
    _check_open(model)
    model.photo, model.alt = keeping.keep(taken, folder, by=by), alt
    db.session.flush()
    trail.record("change", model, by=by, place_id=model.subdistrict_id, changes={"alt": ["", alt]})
    if before is None:
        return ""
    keeping.remove(before)
    return before.name


def _check_open(model: RoleModel) -> None:
    if model.state is not RoleModelState.NOMINATED:
        raise Refused(N_("This nomination is decided already."))
