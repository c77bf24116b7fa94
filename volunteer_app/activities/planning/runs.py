"""Making a week or a month in one go, and undoing it while nobody has signed up."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import chain

from sqlalchemy import Select, delete, exists, func, insert, select
from sqlalchemy.orm import joinedload

from ... import clock
from ...audit import trail
from ...audit.models import AuditEntry
from ...database import db, insert_many, lock
from ...errors import N_, Refused
from ...people.models import Account
from ...people.roles import Scope, scope
from ...places.models import Place
from ...teams.models import Team, TeamKind
from .. import stamps
from ..models import Activity, ActivityState, PlanningRun, SheetPhoto, Shift, SignUp
from . import proposals
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


def sent_before(
    subdistrict: Place, since: date, until: date, *, only: Collection[str], by: int | None
) -> PlanningRun | None:
    """The latest run with which the same account made any of these for the same days: its form came twice."""
    query = (
        select(PlanningRun, Activity.team_id, Activity.slot_on)
        .join(Activity, Activity.run_id == PlanningRun.id)
        .where(PlanningRun.subdistrict_id == subdistrict.id, PlanningRun.by_id == by)
        .where(PlanningRun.since == since, PlanningRun.until == until)
        .order_by(PlanningRun.id.desc())
    )
    # As ``Proposed.key``.
    return next((run for run, team_id, day in db.session.execute(query) if f"{team_id}:{day}" in only), None)


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
    """What undoing a run would take away, read afresh in one statement.

    The trail says what somebody did with an activity or its shifts. Its revision doesn't: that rises with a new name
    of its team, its theme or its place too.
    """
    # Ids are given again on SQLite once their rows are gone, so only what came after the run counts.
    of_run = AuditEntry.subject == PlanningRun.__tablename__, AuditEntry.subject_id == run.id
    made = select(func.max(AuditEntry.id)).where(*of_run, AuditEntry.action == "make").scalar_subquery()
    since = AuditEntry.id > func.coalesce(made, 0)
    itself = (AuditEntry.subject == Activity.__tablename__) & (AuditEntry.subject_id == Activity.id)
    shifts = (AuditEntry.subject == Shift.__tablename__) & (AuditEntry.subject_id == Shift.id)
    query = _made(run).where(
        Activity.starts_at > clock.now(),
        Activity.state.in_((ActivityState.DRAFT, ActivityState.PUBLISHED)),
        ~exists().where(itself, since, AuditEntry.action.not_in(("plan", "publish"))),
        ~exists().where(Shift.activity_id == Activity.id, exists().where(shifts, since)),
        ~exists().where(SheetPhoto.activity_id == Activity.id),
    )
    query = query.options(joinedload(Activity.venue)).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


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


def _lock_made(run: PlanningRun) -> None:
    """Lock what a run made, and before it its teams: what somebody else changes meanwhile is seen afterwards."""
    its = Activity.run_id == run.id
    _lock_teams(select(Activity.team_id).where(its))
    db.session.execute(select(Activity.id).where(its).order_by(Activity.id).with_for_update(key_share=True)).all()


def _lock_teams(team_ids: Collection[int] | Select[int | None]) -> None:
    """Lock teams in one statement; who plans a single one by hand waits, or is waited for.

    In the order of their ids, as everywhere; SQLite lets one write at a time anyway.
    """
    query = select(Team.id).where(Team.id.in_(team_ids)).order_by(Team.id)
    db.session.execute(query.with_for_update(key_share=True)).all()


def _raise(teams: Iterable[Team]) -> None:
    """Calendars of these teams, their places and their venues show something else now."""
    its = list(teams)
    paths = chain((team.place.path for team in its), (team.venue.path for team in its if team.venue))
    stamps.raise_shown(stamps.subjects(set(paths), team_ids={team.id for team in its}))
