"""The sign-in sheet of paper, entered afterwards: all its lines at once, or none."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...people.accounts import find_or_add_person
from ..models import Activity, Attendance
from . import presence
from .keeping import lock_open, set_headcount
from .presence import Hours
from .roll import roll


@dataclass(frozen=True, slots=True)
class Line:
    """What a line of the sheet says."""

    hours: Hours | None
    """From when to when they were there; None for who wasn't."""
    person_id: int | None = None
    """Somebody on the roll; None for a name that was added by hand."""
    name: str = ""
    phone: str = ""
    was_there: bool = False
    """Whether the form showed them as present: only then may it take them off again."""


def enter(activity: Activity, lines: Sequence[Line], *, headcount: int | None, by: int | None) -> None:
    """Write down who was there; whoever isn't among the lines stays as they are. The lines' hours are checked already.

    Args:
        headcount: how many came without leaving a name.
        by: id of the account that acts.

    Raises:
        Refused: a draft, cancelled, closed, or too early.
        BadInput: a headcount or a phone number that is none.
    """
    lock_open(activity)
    there = {entry.person.id: entry.attendance for entry in roll(activity).attended}
    new: dict[int, Hours | None] = {}
    other: dict[Attendance, Hours] = {}
    gone: list[Attendance] = []
    for line in lines:
        person_id = line.person_id or find_or_add_person(name=line.name, phone=line.phone).id
        row = there.get(person_id)
        if row and line.hours:
            other[row] = line.hours
        elif row and line.was_there:
            gone.append(row)
        elif line.hours:
            new[person_id] = line.hours
    presence.add(activity, new, action="check in", by=by)
    presence.change(activity, other, action="set hours", by=by)
    presence.take_away(activity, gone, action="undo check-in", by=by)
    presence.settle(activity)
    set_headcount(activity, headcount, by=by)
