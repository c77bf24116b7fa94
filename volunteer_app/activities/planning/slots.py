"""The days of a team's weekly slot, moved around holidays as the team wishes. Pure: dates in, dates out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from ...teams.models import HolidayRule, Team
from ...workdays import Special, Workdays

NEAR = tuple(timedelta(days=days) for days in (1, -1, 2, -2, 3, -3))
"""Where a slot goes instead of a holiday: the nearest day, the later one first; farther off the next slot is near."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One week's slot of a team."""

    on: date
    """The day on which it falls by the team's weekday."""
    day: date | None
    """The day on which the team meets; None where it doesn't."""
    feast: Special | None = None
    """The holiday that it falls on."""


def of_team(team: Team, since: date, until: date, workdays: Workdays) -> Iterable[Slot]:
    """The slots of *team* from one day to another, both included; none where it has no weekly slot.

    A make-up workday changes nothing: teams of residents meet on Saturdays and Sundays too.
    """
    if team.weekday is None or team.slot_starts is None or team.slot_ends is None:
        return
    on = since + timedelta(days=(team.weekday - since.weekday()) % 7)
    while on <= until:
        feast = workdays.holiday(on)
        yield Slot(on, _met(on, team.holiday_rule, workdays) if feast else on, feast)
        on += timedelta(days=7)


def moved(on: date, weekday: int, rule: HolidayRule, workdays: Workdays) -> Slot:
    """The slot of the week of *on* where the team's weekday is another one."""
    other = on + timedelta(days=weekday - on.weekday())
    feast = workdays.holiday(other)
    return Slot(other, _met(other, rule, workdays) if feast else other, feast)


def _met(on: date, rule: HolidayRule, workdays: Workdays) -> date | None:
    if rule is HolidayRule.KEEP:
        return on
    if rule is HolidayRule.SKIP:
        return None
    return next((on + by for by in NEAR if not workdays.holiday(on + by)), None)
