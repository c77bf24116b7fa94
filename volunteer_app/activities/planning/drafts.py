"""Making and editing activities: what may stand in a plan, and by whom drafts come and go.

What a calendar shows of an activity changes in ``changes``, how many may come in ``capacity``; both are called here.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from ... import clock
from ...audit import trail
from ...database import db, lock, lock_all
from ...errors import N_, Message, Refused, message
from ...places.models import Place
from ...teams.models import Team, TeamKind
from .. import themes
from ..models import LIVING, Activity, ActivityState, Shift, SignUp, SignUpState, Theme
from ..signing import capacity, waiting
from . import changes
from .changes import HOURS
from .faults import SIGN_UP_TIMES, check

CANCELLED = N_("This activity was cancelled: plan a new one instead.")


def make(
    values: Mapping[str, Any], *, team: Team | None, place: Place, places: int | None = None, by: int | None
) -> Activity:
    """Make a draft with one shift over the whole; asked twice for the very same, it's one activity.

    Args:
        values: columns of the activity by name, those of ``changes.SHOWN`` and ``changes.UNSHOWN``.
        team: whose it is; None for one of *place* alone.
        place: whose it is, the team's where it has one.
        places: how many may come; None where nobody needs to sign up.

    Raises:
        Faulty: the plan can't stand.
    """
    lock(team or place)
    same = _same(values, team, place)
    if same:
        return same
    check(values, team)
    activity = Activity(
        **values,
        team_id=team.id if team else None,
        place_id=place.id,
        subdistrict_id=place.subdistrict_id,
        state=ActivityState.DRAFT,
        changed_at=clock.now(),
    )
    activity.shifts.append(Shift(places=places, starts_at=values["starts_at"], ends_at=values["ends_at"]))
    db.session.add(activity)
    db.session.flush()
    trail.record("plan", activity, by=by, place_id=activity.subdistrict_id)
    return activity


def edit(
    activity: Activity,
    values: Mapping[str, Any],
    *,
    places: int | None,
    to_waiting: Collection[int] = (),
    by: int | None,
) -> bool:
    """Change an activity and return whether anything is different now.

    Args:
        values: as for ``make``.
        places: how many may come to its one shift; of several, each has its own.
        to_waiting: ids of the sign-ups that move to the waiting list where there are fewer places now.

    Raises:
        Faulty: the plan can't stand.
        Refused: it's cancelled, or more people have a place than there would be places.
    """
    hold(activity)
    check_open(activity)
    if any(values[name] != getattr(activity, name) for name in (*HOURS, *SIGN_UP_TIMES)):
        check(values, activity.team, activity=activity)
    fewer_or_more = len(activity.shifts) == 1 and activity.shifts[0].places != places
    if fewer_or_more:
        capacity.set_places(activity.shifts[0], places, by=by, to_waiting=to_waiting)
    return changes.change(activity, values, by=by) or fewer_or_more


def publish(activity: Activity, *, by: int | None) -> None:
    """Show a draft of something still to come to everyone.

    Raises:
        Refused: it's no draft, or it lies in the past.
    """
    lock(activity)
    if activity.state is ActivityState.DRAFT and activity.starts_at <= clock.now():
        raise Refused(
            N_("“%(title)s” lies in the past: choose a later day, then publish it."), title=activity.theme.name
        )
    changes.publish(activity, by=by)


def publish_many(activities: Sequence[Activity], *, by: int | None) -> list[Message]:
    """Show several drafts to everyone, and return for each that stays one why it does.

    It takes a fixed number of statements, however many they are.
    """
    ids = sorted({it.id for it in activities})
    query = select(Activity).where(Activity.id.in_(ids)).order_by(Activity.id)
    query = query.options(*map(selectinload, (Activity.theme, Activity.place, Activity.venue)))
    # Locked in the order of their ids, as everywhere; SQLite lets one write at a time anyway.
    locked = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    there = {it.id: it for it in db.session.scalars(locked)}
    going, refused = [], []
    for activity_id in ids:
        it = there.get(activity_id)
        if it is None:
            refused.append(message(N_("It was taken away in the meantime.")))
        elif it.state is not ActivityState.DRAFT:
            refused.append(message(N_("This activity is published already.")))
        elif it.starts_at <= clock.now():
            said = N_("“%(title)s” lies in the past: choose a later day, then publish it.")
            refused.append(message(said, title=it.theme.name))
        else:
            going.append(it)
    changes.publish_many(going, by=by)
    return refused


def discard(activity: Activity, *, by: int | None) -> None:
    """Take a draft away: nobody knew of it, and no figure ever counted it.

    Raises:
        Refused: it's no draft any more.
    """
    hold(activity)
    if activity.state is not ActivityState.DRAFT:
        raise Refused(N_("This activity is published: it can be cancelled, and stays on record."))
    said = {"theme_id": [activity.theme_id, None], "starts_at": [activity.starts_at, None]}
    trail.record("discard", activity, by=by, place_id=activity.subdistrict_id, changes=said)
    for shift in activity.shifts:
        db.session.delete(shift)
    db.session.flush()
    db.session.delete(activity)
    db.session.flush()


def hold(*activities: Activity) -> None:
    """Take all locks that a change of plans needs, in their one order: teams, activities, shifts, people."""
    activities = tuple(activity for activity in activities if not waiting.is_held(activity))
    if not activities:
        return
    lock_all([activity.team for activity in activities if activity.team])
    waiting.lock_activities(activities)
    for activity in activities:
        db.session.expire(activity, ["shifts"])


def check_open(activity: Activity) -> None:
    """Refuse to change the plan of what was cancelled.

    Raises:
        Refused: it was.
    """
    if activity.state is ActivityState.CANCELLED:
        raise Refused(CANCELLED)


def theme_named(name: str, *, subdistrict: Place, kind: TeamKind | None, by: int | None) -> Theme:
    """The theme of this name; made where the sub-district has none.

    Args:
        kind: what kind of team asks: it decides about the field where no word of the name does.

    Raises:
        BadInput: it's there, but retired.
    """
    named = select(Theme).where(Theme.subdistrict_id == subdistrict.id, Theme.name == name)
    found = db.session.scalar(named.where(Theme.retired_on.is_(None)))
    field = themes.field_of(name, kind or TeamKind.VOLUNTEER_TEAM)
    return found or themes.add(name, field, subdistrict=subdistrict, by=by)


def people_to_tell(activity: Activity) -> int:
    """How many people hold a place or wait for one: all of them are told of a change."""
    query = select(func.count(SignUp.person_id.distinct())).join(Shift, SignUp.shift_id == Shift.id)
    query = query.where(Shift.activity_id == activity.id, SignUp.state.in_(LIVING))
    return db.session.scalar(query) or 0


def having_places(shift: Shift) -> list[SignUp]:
    """Who has a place in a shift, with the person, in the order in which they asked."""
    query = select(SignUp).options(joinedload(SignUp.person)).order_by(SignUp.asked_at, SignUp.id)
    return list(db.session.scalars(query.where(SignUp.shift_id == shift.id, SignUp.state == SignUpState.CONFIRMED)))


def _same(values: Mapping[str, Any], team: Team | None, place: Place) -> Activity | None:
    """The activity that has exactly these values: somebody pressed the button twice."""
    return db.session.scalar(
        select(Activity).where(
            Activity.team_id == (team.id if team else None),
            Activity.place_id == place.id,
            Activity.state != ActivityState.CANCELLED,
            *(getattr(Activity, name) == value for name, value in values.items()),
        )
    )
