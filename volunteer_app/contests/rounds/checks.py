"""What a round must be like, and what of a published one may still change: pure functions of values and a day.

Weights, criteria, unit and channel stand from the first day for entries on: whoever enters knows how it's decided.
Windows may be extended until the close. After it nothing here changes a round any more.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from ...errors import N_, BadInput, Message, message
from ..models import Channel, Round, VoteUnit
from .templates import Criteria

WINDOWS = ("entries", "judging", "voting")
DAYS = tuple(f"{window}_{end}" for window in WINDOWS for end in ("from", "until"))
COLUMNS = (
    *("name", "number", "kind", "subject", "about", *DAYS, "notice_days", "winners"),
    *("judges_weight", "voters_weight", "vote_unit", "channel", "paper"),
)
"""What is said of a round beside its criteria."""
SETTLED = ("kind", "subject", "winners", "judges_weight", "voters_weight", "vote_unit", "channel", "paper")
"""Columns that stand from the first day for entries on."""
SHOWN = ("name", "about", "subject", *DAYS, "notice_days")
"""Columns that a calendar shows."""

LONGEST_NAME = 60
LONGEST_ABOUT = 1000
LONGEST_CRITERION = 40
MOST_CRITERIA = 30
MOST_POINTS = 100
MOST_NOTICE_DAYS = 30
MOST_WINNERS = 50
HUNDRED = 100


class RoundFaulty(BadInput):
    """A round that can't be: what is wrong with it, by column; ``criteria`` for these."""

    def __init__(self, faults: Mapping[str, Message]) -> None:
        first = next(iter(faults.values()))
        super().__init__(first.text, **first.values)
        self.faults = dict(faults)


def faults(values: Mapping[str, Any]) -> dict[str, Message]:
    """What is wrong with a round of these values, by column; nothing where it can be.

    Args:
        values: those of COLUMNS, all of them.
    """
    found = {}
    if not values["name"] or len(values["name"]) > LONGEST_NAME:
        found["name"] = message(N_("Enter a name of up to %(most)d characters."), most=LONGEST_NAME)
    if values["entries_from"] is None:
        found["entries_from"] = message(N_("Choose a day."))
    if values["entries_until"] is None:
        found["entries_until"] = message(N_("Choose a day."))
    if not _is_percent(values["judges_weight"]) or values["judges_weight"] + values["voters_weight"] != HUNDRED:
        found["judges_weight"] = message(N_("The weights of judges and voters together make 100."))
    for window in WINDOWS:
        found |= _window_faults(window, values)
    if values["channel"] is Channel.PAPER:
        found["channel"] = message(N_("Choose one way of voting; paper ballots may come beside it."))
    if values["channel"] is Channel.CODE and values["vote_unit"] is not VoteUnit.HOUSEHOLD:
        found["channel"] = message(N_("Codes are printed for households: let each household have one vote."))
    if not 1 <= values["notice_days"] <= MOST_NOTICE_DAYS:
        found["notice_days"] = message(N_("Enter a number from 1 to %(most)d."), most=MOST_NOTICE_DAYS)
    if not 1 <= values["winners"] <= MOST_WINNERS:
        found["winners"] = message(N_("Enter a number from 1 to %(most)d."), most=MOST_WINNERS)
    return found


def criteria_fault(criteria: Criteria, *, judges_weight: int) -> Message | None:
    """What is wrong with the criteria of a round; a sum other than 100 is none, for points are scaled."""
    names = [name for name, _points in criteria]
    if judges_weight and not criteria:
        return message(N_("Name at least one criterion: judges give points for it."))
    if len(criteria) > MOST_CRITERIA:
        return message(N_("A round has up to %(most)d criteria."), most=MOST_CRITERIA)
    for name, points in criteria:
        if not name or len(name) > LONGEST_CRITERION:
            return message(N_("A criterion has a name of up to %(most)d characters."), most=LONGEST_CRITERION)
        if not 1 <= points <= MOST_POINTS:
            return message(N_("“%(name)s” needs points from 1 to %(most)d."), name=name, most=MOST_POINTS)
        if names.count(name) > 1:
            return message(N_("“%(name)s” stands there twice."), name=name)
    return None


def change_faults(round: Round, new: Mapping[str, Any], *, today: date) -> dict[str, Message]:
    """What of a published round can't become as *new* says, by column.

    A first day that has come stays; all other days may move, but not into the past. Once entries have begun, what
    decides the result stays too.

    Args:
        new: the columns that are different.
        today: the present day.
    """
    found = {}
    begun = round.entries_from <= today
    for name, value in new.items():
        if begun and name in SETTLED:
            found[name] = message(N_("Entries have begun: this stands as it was published."))
        elif begun and name == "notice_days" and value < round.notice_days:
            found[name] = message(N_("The publication period can only become longer."))
        elif name in DAYS:
            old = getattr(round, name)
            if begun and name.endswith("_from") and old and old <= today:
                found[name] = message(N_("This day has come already: it stays."))
            elif value and value < today:
                found[name] = message(N_("This day has passed: choose today or a later one."))
    return found


def _window_faults(window: str, values: Mapping[str, Any]) -> dict[str, Message]:
    first, last = f"{window}_from", f"{window}_until"
    since, until = values[first], values[last]
    if window != "entries":
        weight = values["judges_weight" if window == "judging" else "voters_weight"]
        if weight and (since is None or until is None):
            return {first if since is None else last: message(_MISSING[window])}
        if not weight and (since or until):
            return {first if since else last: message(_NEEDLESS[window])}
        if since and values["entries_until"] and since <= values["entries_until"]:
            return {first: message(_TOO_EARLY[window])}
    if since and until and until < since:
        return {last: message(N_("The last day comes before the first."))}
    return {}


_MISSING = {
    "judging": N_("Say from when until when judges give points, or give them no weight."),
    "voting": N_("Say from when until when residents vote, or give voters no weight."),
}
_NEEDLESS = {
    "judging": N_("Judges have no weight: leave the days of judging empty, or give judges a weight."),
    "voting": N_("Voters have no weight: leave the days of voting empty, or give voters a weight."),
}
_TOO_EARLY = {
    "judging": N_("Judging begins after the last day for entries."),
    "voting": N_("Voting begins after the last day for entries."),
}


def _is_percent(number: int) -> bool:
    return 0 <= number <= HUNDRED
