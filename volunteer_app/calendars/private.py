"""The private feed of a person: what they signed up for, what visits a cadre planned, with alarms; what they judge.

It's read with the rights of the moment: whose data were anonymised, or whose login was switched off, reads nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select

from .. import clock
from ..activities.models import Activity, Shift, SignUp, SignUpState
from ..activities.queries import PUBLIC, Wanted
from ..database import db
from ..duty.models import PlannedVisit
from ..people.models import Account
from ..store import Body
from . import duty, events, judging, shown, wording
from .feeds import digest
from .models import CalendarToken

COMING_OR_WAITING = (SignUpState.CONFIRMED, SignUpState.WAITING)


@dataclass(frozen=True, slots=True)
class Own:
    """A private feed as of one moment."""

    body: Body
    etag: str
    last_modified: datetime


@dataclass(frozen=True, slots=True)
class _Mine:
    """A person's sign-ups of one activity, which may have several shifts, as one event."""

    state: SignUpState
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime


def is_open(token: CalendarToken) -> bool:
    """Whether *token* still opens its person's feed."""
    if token.revoked_at or token.person.anonymised_at:
        return False
    mine = select(Account.id).where(Account.person_id == token.person_id, Account.disabled_at.is_(None))
    return bool(db.session.scalar(select(exists(mine))))


def of(token: CalendarToken, *, base_url: str) -> Own:
    """The feed that *token* opens: a person has few sign-ups, so it's read and written anew each time."""
    today = clock.today()
    since, until = shown.window(today)
    signed_up = _signed_up(token.person_id)
    rows = shown.read(
        Wanted(since=since, until=until, states=PUBLIC),
        shown.still_shown(today),
        Activity.id.in_(
            select(Shift.activity_id)
            .join(SignUp, SignUp.shift_id == Shift.id)
            .where(SignUp.person_id == token.person_id, SignUp.state.in_(COMING_OR_WAITING))
        ),
    )
    written: list[tuple[datetime, bytes]] = []
    for row in rows:
        mine = signed_up[row.activity_id]
        changed_at = max(row.changed_at, mine.changed_at)
        row = row._replace(starts_at=mine.starts_at, ends_at=mine.ends_at, changed_at=changed_at)
        written.append((row.starts_at, events.event(row, base_url=base_url, mine=mine.state)))
    visits = duty.read(token.person_id, today)
    written += [(it.row.starts_at, duty.event(it, base_url=base_url)) for it in visits]
    judged = judging.read(token.person_id, today)
    written += [(judging.starts_at(it), judging.event(it, base_url=base_url)) for it in judged]
    written.sort(key=lambda it: it[0])
    plain = events.calendar((event for _, event in written), name=wording.OWN_CALENDAR)
    return Own(Body.of(plain), digest(plain), _last_modified(token))


def _signed_up(person_id: int) -> dict[int, _Mine]:
    """For each activity one state and the hours of those shifts that have it: confirmed ones, else waiting ones."""
    mine: dict[int, _Mine] = {}
    for activity_id, state, starts_at, ends_at, changed_at in db.session.execute(
        select(Shift.activity_id, SignUp.state, Shift.starts_at, Shift.ends_at, SignUp.changed_at)
        .join(SignUp, SignUp.shift_id == Shift.id)
        .where(SignUp.person_id == person_id, SignUp.state.in_(COMING_OR_WAITING))
        # By value: confirmed before waiting.
        .order_by(SignUp.state, SignUp.id)
    ):
        before = mine.get(activity_id)
        if before is None:
            mine[activity_id] = _Mine(state, starts_at, ends_at, changed_at)
        elif before.state is state:
            mine[activity_id] = _Mine(
                state,
                min(before.starts_at, starts_at),
                max(before.ends_at, ends_at),
                max(before.changed_at, changed_at),
            )
    return mine


def _last_modified(token: CalendarToken) -> datetime:
    """The last change of anything that the feed shows or showed, or the last midnight; it never goes back.

    Withdrawn sign-ups count, and no row of these is ever deleted; but who is taken off a panel before their first sheet
    may learn so by the next midnight only. The present second is left out, since what
    else happens in it must look younger: these rows have no stamp that rises by a second with each change.
    """
    changes = db.session.execute(
        select(func.max(SignUp.changed_at), func.max(Activity.changed_at))
        .select_from(SignUp)
        .join(Shift, SignUp.shift_id == Shift.id)
        .join(Activity, Shift.activity_id == Activity.id)
        .where(SignUp.person_id == token.person_id)
    ).one()
    planned = db.session.scalar(
        select(func.max(PlannedVisit.changed_at)).where(PlannedVisit.person_id == token.person_id)
    )
    moments: list[datetime] = [
        token.created_at,
        clock.midnight(clock.today()),
        *(it for it in (*changes, planned, judging.changed_at(token.person_id)) if it),
    ]
    latest = max(moments)
    return min(latest, clock.now() - timedelta(seconds=1))
