"""What can't stand in the plan of an activity: one decision for what is new, edited or copied."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from ... import clock
from ...errors import N_, BadInput, Message, message
from ...places.models import Place
from ...teams.models import Team
from ..models import Activity, ActivityState, Theme
from . import clashes
from .clashes import Clash

SIGN_UP_TIMES = ("sign_up_opens_at", "sign_up_closes_at", "withdraw_until")


class Faulty(BadInput):
    """A plan that can't stand: what is wrong with it, by column."""

    def __init__(self, faults: Mapping[str, Message]) -> None:
        first = next(iter(faults.values()))
        super().__init__(first.text, **first.values)
        self.faults = dict(faults)


def check(values: Mapping[str, Any], team: Team | None, *, activity: Activity | None = None) -> None:
    """Refuse a plan that can't stand.

    Args:
        values: columns of the activity by name.
        team: whose it is; None for a place's own.
        activity: the one that is edited: hours that it has already stand anyway.

    Raises:
        Faulty: it can't.
    """
    besides = activity.id if activity else None
    hours = values["starts_at"], values["ends_at"]
    (busy,) = clashes.at_times([hours], team_id=team.id if team else None, venue_id=None, besides=besides)
    faults = found(values, team, activity=activity, busy=busy)
    if faults:
        raise Faulty(faults)


def absent(day: date, *, team: Team | None, venue: Place | None = None, theme: Theme | None = None) -> Message | None:
    """What of an activity isn't there on a day; None where everything is."""
    if team and ((team.founded and day < team.founded) or (team.dissolved and day >= team.dissolved)):
        return message(N_("The team isn't there on that day."))
    if venue and venue.retired_on and day >= venue.retired_on:
        return message(N_("The venue isn't there on that day."))
    if theme and theme.retired_on and day >= theme.retired_on:
        return message(N_("The theme isn't offered any more on that day."))
    return None


def found(
    values: Mapping[str, Any], team: Team | None, *, activity: Activity | None, busy: Sequence[Clash]
) -> dict[str, Message]:
    """What is wrong with a plan, by column; arguments as for ``check``.

    Args:
        busy: what else the team has at that time.
    """
    starts_at, ends_at = values["starts_at"], values["ends_at"]
    if ends_at <= starts_at:
        return {"ends_at": message(N_("It would end before it starts."))}
    faults = _sign_up_faults(values, starts_at)
    if activity and (activity.starts_at, activity.ends_at) == (starts_at, ends_at):
        return faults
    fault = (
        absent(clock.local(starts_at).date(), team=team)
        or (_move_fault(starts_at, activity) if activity else None)
        or (clashes.said(busy[0]) if busy else None)
    )
    if fault:
        faults["starts_at"] = fault
    if activity and (outside := _shift_fault(starts_at, ends_at, activity)):
        faults["ends_at"] = outside
    return faults


def _sign_up_faults(values: Mapping[str, Any], starts_at: datetime) -> dict[str, Message]:
    faults = {}
    opens_at, closes_at, until = (values.get(name) for name in SIGN_UP_TIMES)
    if closes_at and closes_at > starts_at:
        faults["sign_up_closes_at"] = message(N_("Sign-up can't close after the activity has begun."))
    if opens_at and opens_at >= (closes_at or starts_at):
        faults["sign_up_opens_at"] = message(N_("Sign-up would close before it opens."))
    if until and until > starts_at:
        faults["withdraw_until"] = message(N_("Nobody can withdraw after the activity has begun."))
    return faults


def _move_fault(starts_at: datetime, activity: Activity) -> Message | None:
    if activity.closed_at is not None:
        return message(N_("The attendance of this activity is closed: open it again before you change its hours."))
    if activity.state is ActivityState.HELD and clock.local(starts_at).date() != clock.local(activity.starts_at).date():
        return message(N_("People came to it already: it stays on its day."))
    published = activity.state is ActivityState.PUBLISHED
    if published and starts_at <= clock.now() < activity.starts_at:
        return message(N_("Everyone knows of it already: it can't move into the past."))
    return None


def _shift_fault(starts_at: datetime, ends_at: datetime, activity: Activity) -> Message | None:
    """A shift moves along with its activity, and must still lie within it."""
    by = starts_at - activity.starts_at
    for it in activity.shifts:
        whole = (it.starts_at, it.ends_at) == (activity.starts_at, activity.ends_at)
        if not whole and (it.starts_at + by < starts_at or it.ends_at + by > ends_at):
            return message(N_("The shift “%(title)s” doesn't lie within these hours: change it first."), title=it.title)
    return None
