"""What stands on the leader's desk: what comes, what isn't closed yet, who wants to join. All in the scope of whoever
looks, in a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select

from .. import clock
from ..database import db
from ..people.models import RequestState
from ..people.roles import Scope
from ..places.models import Place
from ..teams.models import MembershipRequest, Team
from . import queries
from .models import Activity, ActivityState, Theme
from .queries import TAKING_PLACE, Listed, Wanted


@dataclass(frozen=True, slots=True)
class Unclosed:
    """An activity that is over and whose attendance nobody has closed."""

    id: int
    title: str
    team_name: str
    starts_at: datetime
    ends_at: datetime
    attended: int
    taken: int


@dataclass(frozen=True, slots=True)
class Asking:
    """A team with people who want to join it."""

    name: str
    slug: str
    requests: int


def today(scope: Scope, *, limit: int) -> list[Listed]:
    """What takes place today and isn't over."""
    return queries.listed(_coming(scope, until=_tonight()), at=clock.now(), limit=limit)


def coming(scope: Scope, *, limit: int, offset: int = 0) -> list[Listed]:
    """What takes place from tomorrow on."""
    return queries.listed(_coming(scope, since=_tonight()), at=clock.now(), limit=limit, offset=offset)


def how_many_coming(scope: Scope) -> int:
    """How many take place from tomorrow on."""
    return queries.how_many(_coming(scope, since=_tonight()))


def drafts(scope: Scope, *, limit: int) -> list[Listed]:
    """What is planned and not shown to anybody yet."""
    wanted = Wanted(scope=scope, states=(ActivityState.DRAFT,), ends_after=clock.now())
    return queries.listed(wanted, at=clock.now(), limit=limit)


def unclosed(scope: Scope, *, limit: int) -> list[Unclosed]:
    """What is over and not closed, the latest first."""
    columns = Activity.id, Theme.name, Team.name, Activity.starts_at, Activity.ends_at, Activity.headcount
    query = queries.matching(Wanted(scope=scope, states=TAKING_PLACE), *columns).where(_unclosed())
    rows = db.session.execute(query.order_by(Activity.starts_at.desc(), Activity.id.desc()).limit(limit)).all()
    numbers = queries.counted(row[0] for row in rows)
    return [
        Unclosed(
            id=activity_id,
            title=title,
            team_name=team_name or "",
            starts_at=starts_at,
            ends_at=ends_at,
            attended=numbers[activity_id][1].attended + (headcount or 0),
            taken=numbers[activity_id][1].taken,
        )
        for activity_id, title, team_name, starts_at, ends_at, headcount in rows
    ]


def how_many_unclosed(scope: Scope) -> int:
    """How many are over and not closed."""
    query = queries.matching(Wanted(scope=scope, states=TAKING_PLACE), func.count(Activity.id)).where(_unclosed())
    return db.session.scalar(query) or 0


def asking(scope: Scope) -> list[Asking]:
    """The teams that people want to join, those who have waited longest first."""
    first = func.min(MembershipRequest.asked_at)
    query = (
        select(Team.name, Team.slug, func.count(MembershipRequest.id))
        .join(MembershipRequest, MembershipRequest.team_id == Team.id)
        .join(Place, Team.place_id == Place.id)
        .where(MembershipRequest.state == RequestState.WAITING, scope.matches(Place.path, Team.id))
        .group_by(Team.id, Team.name, Team.slug)
        .order_by(first, Team.id)
    )
    return [Asking(*row) for row in db.session.execute(query)]


def _unclosed() -> ColumnElement[bool]:
    return Activity.closed_at.is_(None) & (Activity.ends_at <= clock.now())


def _coming(scope: Scope, *, since: datetime | None = None, until: datetime | None = None) -> Wanted:
    return Wanted(scope=scope, states=TAKING_PLACE, ends_after=clock.now(), since=since, until=until)


def _tonight() -> datetime:
    """The end of today."""
    return clock.midnight(clock.today() + timedelta(days=1))
