"""Fast entry of a signed sheet: one line a person, typed without leaving the keyboard.

``王秀兰`` alone is somebody on the list or in the team who was there as planned; times (``19:10 20:30``) and, for
whoever nobody knows yet, a phone number may follow in any order.
"""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from datetime import time

from sqlalchemy import select

from ... import clock
from ...database import db
from ...errors import N_, BadInput, Message, message
from ...people.models import Person
from ...people.phones import clean_name, clean_phone
from ...people.privacy import mask_phone
from ...teams.models import Membership
from ...teams.queries import belongs
from ..models import Activity
from .presence import Hours, check_hours, hours_at
from .roll import Roll, roll
from .sheet import Line

MOST = 500
"""Lines at once."""
PARTED = re.compile(r"[\s,，、;；\t]+")
TIME = re.compile(r"([01]?\d|2[0-3]):?([0-5]\d)")
PHONE = re.compile(r"\+?[\d-]{7,}")
BETWEEN = re.compile(r"(?<=\d)[-–—~]+(?=\d{1,2}:)")
"""What stands between two times: 19:10-20:30."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line."""

    number: int
    """The first line is 1."""
    text: str
    message: Message


@dataclass(frozen=True, slots=True)
class _Typed:
    name: str
    phone: str
    times: tuple[time, ...]


def read(text: str, activity: Activity) -> tuple[list[Line], list[Fault]]:
    """What was typed, as lines of the sheet, and what is wrong with it: four queries, however many lines.

    Whoever stands on the list with hours already keeps them where no other ones are typed.
    """
    typed = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(typed) > MOST:
        return [], [Fault(MOST + 1, "", message(N_("At most %(most)d lines at a time."), most=MOST))]
    its = roll(activity)
    known = _known(activity, its)
    lines: list[Line] = []
    faults: list[Fault] = []
    seen: dict[tuple[int | None, str, str], int] = {}
    for number, line in typed:
        try:
            it = _parted(line)
            person = _person(it, known)
            key = (person.id, "", "") if person else (None, it.name, it.phone)
            if key in seen:
                raise BadInput(N_("They stand in line %(number)d already."), number=seen[key])
            seen[key] = number
            hours = _hours(activity, it, its, person)
        except BadInput as bad:
            faults.append(Fault(number, line, bad.message))
        else:
            if hours:
                lines.append(Line(hours, person_id=person.id if person else None, name=it.name, phone=it.phone))
    return lines, faults


def _parted(line: str) -> _Typed:
    """The parts of a line.

    Raises:
        BadInput: there is no name, or there are three times.
    """
    words, phone, times = [], "", []
    plain = BETWEEN.sub(" ", unicodedata.normalize("NFKC", line))
    for part in filter(None, PARTED.split(plain)):
        if clock_time := TIME.fullmatch(part):
            times.append(time(int(clock_time[1]), int(clock_time[2])))
        elif PHONE.fullmatch(part):
            phone = clean_phone(part)
        else:
            words.append(part)
    name = clean_name(" ".join(words))
    if not name:
        raise BadInput(N_("There is no name in this line."))
    if len(times) > 2:
        raise BadInput(N_("Write at most two times: when they came, and when they left."))
    return _Typed(name, phone, tuple(times))


def _known(activity: Activity, its: Roll) -> dict[str, list[Person]]:
    """By name who may be meant: whoever stands on the list, then the members of the team on that day."""
    known: dict[str, list[Person]] = defaultdict(list)
    for entry in its.entries:
        known[entry.person.name].append(entry.person)
    if activity.team_id is not None:
        day = clock.local(activity.starts_at).date()
        members = select(Person).join(Membership, Membership.person_id == Person.id)
        for person in db.session.scalars(members.where(Membership.team_id == activity.team_id, belongs(day))):
            if person not in known[person.name]:
                known[person.name].append(person)
    return known


def _person(it: _Typed, known: dict[str, list[Person]]) -> Person | None:
    """Who is meant; None for somebody new, whose number was typed.

    Raises:
        BadInput: nobody has that name and there is no number, or several people have it.
    """
    named = known.get(it.name, [])
    if it.phone:
        return next((person for person in named if person.phone == it.phone), None)
    if not named:
        raise BadInput(
            N_("Nobody on the list or in the team is called %(name)s: add a phone number, or count them below."),
            name=it.name,
        )
    if len(named) > 1:
        numbers = ", ".join(mask_phone(person.phone or "") for person in named)
        raise BadInput(
            N_("Several people are called %(name)s (%(numbers)s): add the phone number."), name=it.name, numbers=numbers
        )
    return named[0]


def _hours(activity: Activity, it: _Typed, its: Roll, person: Person | None) -> Hours | None:
    """When they were there; None where what is known already stays.

    Raises:
        BadInput: hours in which nobody can have been there.
    """
    entry = its.of_person(person.id) if person else None
    if not it.times:
        if entry and entry.attendance:
            return None
        planned = entry.sign_up.shift if entry and entry.sign_up else activity
        return planned.starts_at, planned.ends_at
    left = it.times[1] if len(it.times) == 2 else clock.local(activity.ends_at).time()
    hours = hours_at(activity, it.times[0], left, entry.attendance if entry else None)
    check_hours(activity, *hours)
    return hours
