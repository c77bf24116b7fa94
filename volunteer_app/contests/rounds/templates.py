"""Templates of rounds: what a new round begins with, and how it and its follower are called.

Criteria, names and days stand in templates.toml. The sheet of the best building is the default one of the domain rules;
nothing here touches the database.
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from ...errors import N_
from ..models import Channel, ContestKind, Subject, VoteUnit

_FILE = Path(__file__).with_suffix(".toml")

CHOICES = {
    "best_building": N_("Best building"),
    "courtyard": N_("Most beautiful courtyard"),
    "balcony": N_("Most beautiful balcony"),
    "family": N_("Most admirable family"),
}
"""What each template is for, as whoever chooses one reads it."""

LONGEST_SPELLED = 99

Criteria = list[tuple[str, int]]
"""Names with the most points that a judge gives, in their order."""


@dataclass(frozen=True, slots=True)
class Template:
    """What a new round begins with."""

    title: str
    days: dict[str, int]
    """How long entering, judging and voting take, both ends included."""
    columns: dict[str, Any]
    """All other columns of the round by name."""
    criteria: Criteria


def of_key(key: str) -> Template:
    """The template of a key of CHOICES.

    Raises:
        KeyError: there is none.
    """
    read = _read()[key]
    days = {part: read[f"{part}_days"] for part in ("entries", "judging", "voting")}
    columns = {name: read[name] for name in ("about", "notice_days", "judges_weight", "voters_weight", "paper")}
    columns |= {
        "winners": read["winners"],
        "kind": ContestKind(read["kind"]),
        "subject": Subject(read["subject"]),
        "vote_unit": VoteUnit(read["vote_unit"]),
        "channel": Channel(read["channel"]),
    }
    return Template(read["title"], days, columns, [(name, points) for name, points in read["criteria"]])


def values(template: Template, *, since: date, number: int) -> dict[str, Any]:
    """The columns of a new round: judging and voting begin together, on the day after the last one for entries.

    Args:
        since: the first day for entries.
        number: the round's number, which stands in its name.
    """
    until = since + timedelta(days=template.days["entries"] - 1)
    decided_from = until + timedelta(days=1)
    return {
        **template.columns,
        "number": number,
        "name": _read()["names"]["of_number"] % {"number": spelled(number), "title": template.title},
        "entries_from": since,
        "entries_until": until,
        "judging_from": decided_from,
        "judging_until": decided_from + timedelta(days=template.days["judging"] - 1),
        "voting_from": decided_from,
        "voting_until": decided_from + timedelta(days=template.days["voting"] - 1),
    }


def renamed(name: str, *, years: int, number: int) -> str:
    """What the follower of the round *name* is called: with its own year and number where the name says them.

    Args:
        years: how many years later it is.
        number: the follower's number.
    """
    names = _read()["names"]
    named = re.sub(names["year"], lambda match: str(int(match[1]) + years), name)
    return re.sub(names["number"], lambda match: str(number) if match[1].isdecimal() else spelled(number), named)


def with_year(name: str, year: int) -> str:
    """A name that would be the same as before, with a year behind it."""
    return str(_read()["names"]["of_year"]) % {"name": name, "year": year}


def spelled(number: int) -> str:
    """A number from 1 to 99 as a Chinese name says it; a larger one in digits."""
    names: dict[str, str] = _read()["names"]
    if not 0 < number <= LONGEST_SPELLED:
        return str(number)
    tens, ones = divmod(number, 10)
    digits = names["digits"]
    return (digits[tens] if tens > 1 else "") + (names["ten"] if tens else "") + (digits[ones] if ones else "")


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text("utf-8"))
