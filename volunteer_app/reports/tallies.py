"""Counts while they grow, activity by activity, for ``participation``."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from ..activities.models import ActivityState
from .counts import Count


@dataclass(slots=True)
class Came:
    """Who came to an activity."""

    people: list[int] = field(default_factory=list)
    minutes: int = 0
    """What they gave together."""
    service_minutes: int = 0
    """What of it is volunteering."""
    walk_ins: int = 0


NOBODY = Came()


@dataclass(slots=True)
class Tally:
    """A count while it grows: people are kept apart until the end."""

    planned: int = 0
    held: int = 0
    cancelled: int = 0
    attendances: int = 0
    minutes: int = 0
    service_minutes: int = 0
    sign_ups: int = 0
    waiting: int = 0
    no_shows: int = 0
    walk_ins: int = 0
    people: set[int] = field(default_factory=set)

    def add(self, activity: Row[Any], came: Came, signed_up: Any) -> None:
        """Count one activity, who came to it and what became of its sign-ups, None where nobody signed up."""
        self.planned += 1
        self.held += activity.state is ActivityState.HELD
        self.cancelled += activity.state is ActivityState.CANCELLED
        self.attendances += len(came.people) + (activity.headcount or 0)
        self.minutes += came.minutes
        self.service_minutes += came.service_minutes
        self.people.update(came.people)
        if signed_up:
            self.sign_ups += signed_up.sign_ups
            self.waiting += signed_up.waiting
            self.no_shows += signed_up.no_shows
            self.walk_ins += came.walk_ins

    def count(self) -> Count:
        """The numbers as they stand."""
        return Count(
            planned=self.planned,
            held=self.held,
            cancelled=self.cancelled,
            attendances=self.attendances,
            people=len(self.people),
            minutes=self.minutes,
            service_minutes=self.service_minutes,
            sign_ups=self.sign_ups,
            waiting=self.waiting,
            no_shows=self.no_shows,
            walk_ins=self.walk_ins,
        )
