"""The bytes of calendars: one VEVENT of one activity, and the VCALENDAR around many, by RFC 5545 and 7986.

The icalendar library writes them. What it gets wrong by itself is put right here: ``Calendar.new()`` and
``Event.new()`` add random ids and the present time, REFRESH-INTERVAL loses its VALUE, NAME isn't escaped unless it's
a vText.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from icalendar import Alarm, Calendar, Event, Timezone, TimezoneStandard, vDuration, vText

from .. import clock
from ..activities.models import ActivityState, SignUpState, ThemeField
from ..teams.models import KIND_NAMES, TeamKind
from . import wording

LONGEST_SUMMARY = 254
"""Characters; some programs refuse 255 and more."""
ALARMS = (timedelta(days=-1), timedelta(hours=-2))
"""Before the start. Most programs strip alarms from feeds, so real reminders go by message."""
REFRESH = timedelta(hours=1)
"""How often a program is asked to look for changes."""

_END = b"END:VCALENDAR\r\n"
# What RFC 5545 doesn't allow in a text, and what some programs take for the end of a line, however it got into a cell.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]")


class Shown(NamedTuple):
    """All that an event says of an activity: equal rows make equal bytes."""

    activity_id: int
    uid: str
    revision: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    state: ActivityState
    cancel_reason: str
    theme: str
    field: ThemeField
    who: str
    """Its team, or the place whose activity it is."""
    kind: TeamKind | None
    place: str
    community: str
    telephone: str
    """The sub-district's office."""
    places: int | None
    """How many may come; None where nobody needs to sign up."""


def event(shown: Shown, *, base_url: str, mine: SignUpState | None = None) -> bytes:
    """The VEVENT of an activity.

    Args:
        base_url: where people reach the product, without a slash at the end.
        mine: in a person's own feed the state of their sign-up: it gets alarms, and a waiting place is tentative.
    """
    cancelled = shown.state is ActivityState.CANCELLED
    waiting = mine is SignUpState.WAITING
    address = f"{base_url}/activities/{shown.activity_id}"
    summary = clean(
        f"{wording.CANCELLED if cancelled else ''}{wording.summary(shown.theme, shown.who)}"[:LONGEST_SUMMARY]
    )
    it = Event()
    it.add("uid", shown.uid)
    # Never "now": the same rows give the same bytes.
    it.add("dtstamp", shown.changed_at)
    it.add("last-modified", shown.changed_at)
    it.add("sequence", shown.revision)
    it.add("dtstart", clock.local(shown.starts_at))
    it.add("dtend", clock.local(shown.ends_at))
    it.add("summary", summary)
    it.add("location", clean(wording.location(shown.place, shown.community)))
    it.add("categories", [wording.FIELDS[shown.field], *([KIND_NAMES[shown.kind]] if shown.kind else [])])
    it.add("url", address)
    it.add(
        "description",
        clean(
            wording.description(
                address=address,
                telephone=shown.telephone,
                places=shown.places,
                cancel_reason=shown.cancel_reason if cancelled else None,
                waiting=waiting and not cancelled,
            )
        ),
    )
    it.add("status", "CANCELLED" if cancelled else "TENTATIVE" if waiting else "CONFIRMED")
    if mine and not cancelled:
        for before in ALARMS:
            it.add_component(alarm(before, summary))
    return bytes(it.to_ical())


def calendar(events: Iterable[bytes], *, name: str | None) -> bytes:
    """A VCALENDAR around ready events.

    Args:
        name: what programs call it; None for a single event to download, which joins a calendar that is there already.
    """
    it = Calendar()
    it.add("prodid", wording.PRODUCT)
    it.add("version", "2.0")
    if name is not None:
        it.add("name", vText(clean(name)))
        it.add("x-wr-calname", vText(clean(name)))
        it.add("x-wr-timezone", vText(clock.ZONE.key))
        it.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        it.add("x-published-ttl", vDuration(REFRESH))
    it.add_component(_zone())
    return b"".join([it.to_ical().removesuffix(_END), *events, _END])


def clean(text: str) -> str:
    """*text* as a calendar may hold it."""
    return _CONTROLS.sub(" ", text.replace("\r\n", "\n"))


def alarm(before: timedelta, summary: str) -> Alarm:
    """An alarm some time before the start; *before* is negative."""
    it = Alarm()
    it.add("action", "DISPLAY")
    it.add("trigger", before)
    it.add("description", summary)
    return it


def _zone() -> Timezone:
    """Asia/Shanghai as it has been since the last summer time, which no activity of ours is older than."""
    offset = timedelta(hours=8)
    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001 - local time of the zone itself, by RFC 5545 3.6.5
    standard.add("tzname", "CST")
    standard.add("tzoffsetfrom", offset)
    standard.add("tzoffsetto", offset)
    zone = Timezone()
    zone.add("tzid", clock.ZONE.key)
    zone.add_component(standard)
    return zone
