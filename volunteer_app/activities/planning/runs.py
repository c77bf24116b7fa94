"""Making a week or a month in one go, and undoing it while nobody has signed up."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import chain

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.orm import joinedload, selectinload

from ... import clock
from ...audit import trail
from ...database import db, insert_many, lock
from ...errors import N_, Refused
from ...people.models import Account
from ...people.roles import Scope, scope
from ...places.models import Place
from ...teams.models import Team, TeamKind
from .. import stamps
from ..models import Activity, ActivityState, PlanningRun, Shift, SignUp
from . import changes, proposals
from .proposals import Outcome, Proposed


def make(
    subdistrict: Place,
    since: date,
    until: date,
    *,
    reach: Scope,
    only: Collection[str] | None = None,
    publish: bool = False,
    by: int | None,
) -> tuple[PlanningRun | None, list[Proposed]]:
    """Make what ``proposals.propose`` proposes, and return the run with what was proposed; run again it makes nothing.

    Args:
        only: keys of the proposals that are wanted; None for all.
        publish: show them to everyone at once; otherwise they are drafts.

    Raises:
        BadInput: as ``proposals.propose``.
    """
    # Runs come one after another; somebody who plans by hand holds the team's lock.
    lock(subdistrict)
    proposed = proposals.propose(subdistrict, since, until, reach=reach)
    _lock_teams({it.team.id for it in proposed})
    # What was planned by hand before the teams were locked is there now.
    proposed = proposals.propose(subdistrict, since, until, reach=reach)
    wanted = [it for it in proposed if it.outcome is Outcome.MAKE and (only is None or it.key in only)]
    if not wanted:
        return None, proposed
    run = PlanningRun(
        subdistrict_id=subdistrict.id, since=since, until=until, made=len(wanted), made_at=clock.now(), by_id=by
    )
    db.session.add(run)
    db.session.flush()
    ids = _insert(run, wanted, publish)
    trail.record("make", run, by=by, place_id=subdistrict.id, changes={"made": [0, len(wanted)]})
    planned = [(row_id, {"run_id": [None, run.id]}) for row_id in ids]
    trail.record_many("plan", Activity.__tablename__, planned, by=by, place_id=subdistrict.id, reason="")
    if publish:
        shown = [(row_id, {"state": [ActivityState.DRAFT, ActivityState.PUBLISHED]}) for row_id in ids]
        trail.record_many("publish", Activity.__tablename__, shown, by=by, place_id=subdistrict.id, reason="")
        _raise(it.team for it in wanted)
    return run, proposed


def undo(run: PlanningRun, *, by: int | None) -> int:
    """Take away what a run made and nobody has touched since, and return how many activities that were.

    What has begun, was changed, held or cancelled stays: somebody has decided about it. The others go for good,
    published ones too: nobody had signed up, so there is nobody to tell, and no figure of the past has counted them.

    Raises:
        Refused: somebody has signed up, or the run was undone already.
    """
    lock(db.session.get_one(Place, run.subdistrict_id))
    lock(run)
    if run.undone_at is not None:
        raise Refused(N_("This was undone already."))
    _lock_made(run)
    going = untouched(run)
    ids = [activity.id for activity in going]
    signed_up = select(SignUp.id).join(Shift, SignUp.shift_id == Shift.id).join(Activity)
    if db.session.scalar(signed_up.where(Activity.run_id == run.id).limit(1)):
        raise Refused(N_("People have signed up already: cancel what isn't to be held, so that they are told."))
    run.undone_at = clock.now()
    # As calendars showed them: the team may have gone to another venue since.
    stamps.raise_shown(stamps.subjects_of(*(it for it in going if it.state is ActivityState.PUBLISHED)))
    gone = [(row_id, {"run_id": [run.id, None]}) for row_id in ids]
    trail.record_many("discard", Activity.__tablename__, gone, by=by, place_id=run.subdistrict_id, reason="")
    trail.record("undo", run, by=by, place_id=run.subdistrict_id, changes={"made": [len(ids), 0]})
    for activity in going:
        db.session.expunge(activity)
    db.session.execute(delete(Shift).where(Shift.activity_id.in_(ids)))
    db.session.execute(delete(Activity).where(Activity.id.in_(ids)))
    return len(ids)


def activities(run: PlanningRun) -> list[Activity]:
    """What a run made, in the order of time, with all that a list shows."""
    return list(db.session.scalars(_made(run)))


def untouched(run: PlanningRun) -> list[Activity]:
    """What undoing a run would take away, read afresh."""
    first = {ActivityState.DRAFT: 0, ActivityState.PUBLISHED: 1}
    now = clock.now()
    query = _made(run).options(joinedload(Activity.venue), selectinload(Activity.shifts))
    found = db.session.scalars(query.execution_options(populate_existing=True))
    return [it for it in found if it.starts_at > now and first.get(it.state) == it.revision and not _written(it)]


def can_keep(account: Account | None, run: PlanningRun) -> bool:
    """Who plans for the whole sub-district, and whoever made it while they plan for all its teams: they may undo it."""
    reach = scope(account)
    if reach.holds(db.session.get_one(Place, run.subdistrict_id).path):
        return True
    if account is None or run.by_id != account.id or not reach:
        return False
    its = select(Activity.id).join(Activity.place).where(Activity.run_id == run.id)
    return db.session.scalar(its.where(~reach.matches(Place.path, Activity.team_id)).limit(1)) is None


def _insert(run: PlanningRun, wanted: Sequence[Proposed], publish: bool) -> list[int]:
    """Write activities with a shift each, in a few statements however many; return the ids of the activities."""
    rows = [
        {
            "subdistrict_id": run.subdistrict_id,
            "team_id": it.team.id,
            "place_id": it.team.place_id,
            "theme_id": it.theme.id if it.theme else None,
            "place_text": it.team.place_text,
            "venue_id": it.team.venue_id,
            "starts_at": it.starts_at,
            "ends_at": it.ends_at,
            "state": ActivityState.PUBLISHED if publish else ActivityState.DRAFT,
            "counts_as_service": it.team.kind is TeamKind.VOLUNTEER_TEAM,
            "slot_on": it.slot_on,
            "run_id": run.id,
            "revision": int(publish),
            "changed_at": run.made_at,
        }
        for it in wanted
    ]
    ids = insert_many(Activity, rows, key=("starts_at", "team_id"))
    hours = [
        {"activity_id": row_id, "places": it.places, "starts_at": it.starts_at, "ends_at": it.ends_at}
        for row_id, it in zip(ids, wanted, strict=True)
    ]
    db.session.execute(insert(Shift).execution_options(render_nulls=True), hours)
    return ids


def _made(run: PlanningRun) -> Select[Activity]:
    query = select(Activity).options(*map(joinedload, (Activity.team, Activity.place, Activity.theme)))
    return query.where(Activity.run_id == run.id).order_by(Activity.starts_at, Activity.id)


def _written(activity: Activity) -> bool:
    """Whether somebody has added what raises no revision: words, sign-up times, a shift or what one needs."""
    said = (getattr(activity, name) for name in changes.UNSHOWN if name != "counts_as_service")
    return any(said) or len(activity.shifts) != 1 or any(it.title or it.needs for it in activity.shifts)


def _lock_made(run: PlanningRun) -> None:
    """Lock what a run made, and before it its teams: what somebody else changes meanwhile is seen afterwards."""
    its = Activity.run_id == run.id
    for statement in (
        update(Team).where(Team.id.in_(select(Activity.team_id).where(its))).values(id=Team.id),
        update(Activity).where(its).values(id=Activity.id),
    ):
        db.session.execute(statement.execution_options(synchronize_session=False))


def _lock_teams(team_ids: Iterable[int]) -> None:
    """Lock teams in one statement; who plans a single one by hand waits, or is waited for."""
    them = update(Team).where(Team.id.in_(sorted(team_ids))).values(id=Team.id)
    db.session.execute(them.execution_options(synchronize_session=False))


def _raise(teams: Iterable[Team]) -> None:
    """Calendars of these teams, their places and their venues show something else now."""
    its = list(teams)
    paths = chain((team.place.path for team in its), (team.venue.path for team in its if team.venue))
    stamps.raise_shown(stamps.subjects(set(paths), team_ids={team.id for team in its}))
