"""The roll of an activity: everybody who signed up or came, as the page at the venue and the sheet of paper name them.

A person stands on it once, however many shifts they signed up for.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import contains_eager, joinedload

from ...database import db
from ...people.models import Person
from ..models import LIVING, Activity, Attendance, Shift, SignUp, SignUpState


@dataclass(frozen=True, slots=True)
class Entry:
    """A person, with their sign-up and their attendance."""

    person: Person
    sign_up: SignUp | None
    """The confirmed one, else the waiting one; of several the earliest shift's."""
    attendance: Attendance | None
    codes: tuple[str, ...] = ()
    """签到号 of all their sign-ups here."""

    @property
    def has_place(self) -> bool:
        """Whether they were expected; whoever comes without a place is a walk-in."""
        return self.sign_up is not None and self.sign_up.state is SignUpState.CONFIRMED

    @property
    def section(self) -> str:
        """Where they stand: came, left, waiting, excused or awaited."""
        if self.attendance:
            return "left" if self.attendance.checked_out_at else "came"
        if not self.has_place:
            return "waiting"
        return "excused" if self.sign_up and self.sign_up.excused else "awaited"


@dataclass(frozen=True)
class Roll:
    """All entries, by name."""

    entries: list[Entry]

    @property
    def awaited(self) -> list[Entry]:
        """Who has a place and hasn't come; after closing these are the no-shows."""
        return self._of("awaited")

    @property
    def came(self) -> list[Entry]:
        """Who is there, the latest first."""
        return sorted(self._of("came"), key=_came, reverse=True)

    @property
    def left(self) -> list[Entry]:
        """Who was there, the latest to come first."""
        return sorted(self._of("left"), key=_came, reverse=True)

    @property
    def waiting(self) -> list[Entry]:
        """Who waits for a place, in the order of the list."""
        asked = [(entry.sign_up.asked_at, entry.sign_up.id, entry) for entry in self._of("waiting") if entry.sign_up]
        return [entry for *_, entry in sorted(asked, key=lambda it: it[:2])]

    @property
    def excused(self) -> list[Entry]:
        """Who has a place and said that they can't come."""
        return self._of("excused")

    @property
    def attended(self) -> list[Entry]:
        """Everybody who is or was there, by name."""
        return [entry for entry in self.entries if entry.attendance]

    @property
    def walk_ins(self) -> list[Entry]:
        """Who is or was there without a place where others have one or wait: as the figures count it."""
        return [entry for entry in self.attended if not entry.has_place] if self.expects else []

    @cached_property
    def expects(self) -> bool:
        """Whether anybody has a place or waits for one: to an open event everyone just comes."""
        return any(entry.sign_up for entry in self.entries)

    def of_person(self, person_id: int) -> Entry | None:
        """The entry of a person."""
        return next((entry for entry in self.entries if entry.person.id == person_id), None)

    def of_code(self, code: str) -> Entry | None:
        """The entry of a 签到号, however it was typed: case and blanks don't matter."""
        plain = "".join(code.split()).upper()
        return next((entry for entry in self.entries if plain in entry.codes), None)

    def named(self, words: str) -> list[Entry]:
        """The entries whose name or phone number holds each of the words."""
        return [
            entry
            for entry in self.entries
            if all(word in entry.person.name or word in (entry.person.phone or "") for word in words.split())
        ]

    def _of(self, section: str) -> list[Entry]:
        return [entry for entry in self.entries if entry.section == section]


def roll(activity: Activity) -> Roll:
    """The roll of *activity*: two queries."""
    signed_up = sign_ups(activity)
    query = select(Attendance).options(joinedload(Attendance.person)).where(Attendance.activity_id == activity.id)
    attendances = {row.person_id: row for row in db.session.scalars(query)}
    people = {own[0].person for own in signed_up.values()} | {row.person for row in attendances.values()}
    entries = []
    for person in sorted(people, key=lambda it: (it.name, it.id)):
        own = signed_up.get(person.id, [])
        codes = tuple(sign_up.code for sign_up in own)
        entries.append(Entry(person, own[0] if own else None, attendances.get(person.id), codes))
    return Roll(entries)


def sign_ups(activity: Activity, *which: ColumnElement[bool]) -> dict[int, list[SignUp]]:
    """The living sign-ups of each person: confirmed ones before waiting ones, earlier shifts before later ones."""
    found = db.session.scalars(
        select(SignUp)
        .join(SignUp.shift)
        .options(contains_eager(SignUp.shift), joinedload(SignUp.person))
        .where(Shift.activity_id == activity.id, SignUp.state.in_(LIVING), *which)
        .order_by(SignUp.state == SignUpState.WAITING, Shift.starts_at, SignUp.id)
    )
    own: dict[int, list[SignUp]] = {}
    for sign_up in found:
        own.setdefault(sign_up.person_id, []).append(sign_up)
    return own


def _came(entry: Entry) -> tuple[datetime, int]:
    assert entry.attendance is not None  # noqa: S101 - of those who came
    return entry.attendance.checked_in_at, entry.attendance.id
