"""07-attendance: one person at one activity (签到)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from .. import clock
from ..errors import N_, message
from . import cells
from .activity_plan import moment, seconds_since
from .columns import Column, SheetKind
from .entries import Came, Entry
from .handling import Handler, Period, Thing, Written
from .reading import Row
from .register import Office
from .teams import team_of

LEDGER = "07-attendance"
GRACE = timedelta(hours=1)
"""So far outside the hours a check-in may lie: it's clipped in the minutes, not refused."""

ATTENDANCES = SheetKind(
    LEDGER,
    "签到",
    "主题活动签到表",
    (
        Column("日期", "day", cells.day_not_to_come, required=True),
        Column("队伍名称", "team", cells.text(60), required=True),
        Column("主题", "theme", cells.text(60), required=True),
        Column("姓名", "name", cells.name, required=True),
        Column("联系电话", "phone", cells.phone, required=True),
        Column("签到时间", "checked_in", cells.hour, required=True, write=cells.hour_cell),
        Column("签退时间", "checked_out", cells.hour, write=cells.hour_cell),
    ),
)


def _note(row: Row, office: Office) -> tuple[Thing, dict[str, Any] | None] | None:
    team = team_of(row, office)
    if row["checked_in"] is not None and row["checked_out"] is not None and row["checked_out"] < row["checked_in"]:
        row.fault("checked_out", N_("the check-out lies before the check-in"))
    if row.faulty or team is None:
        return None
    checked_in_at = moment(row["day"], row["checked_in"])
    person = office.people.find_or_add(row["phone"], row["name"])
    activity = _activity_of(row, office, team, person, checked_in_at)
    if activity is None:
        return None
    came = office.attendance.get((activity, person))
    before = _say(came) if came else None
    if came is None:
        came = office.attendance[activity, person] = Came(None, activity, person, checked_in_at, None)
    checked_out_at = came.checked_out_at
    if "checked_out" in row:
        checked_out_at = None if row["checked_out"] is None else moment(row["day"], row["checked_out"])
        if checked_out_at is not None and checked_out_at < checked_in_at:
            row.fault("checked_out", N_("the check-out lies before the check-in"))
    came.changed = (checked_in_at, checked_out_at) != (came.checked_in_at, came.checked_out_at)
    came.checked_in_at, came.checked_out_at = checked_in_at, checked_out_at
    return came, before


def _activity_of(row: Row, office: Office, team: Entry, person: Entry, checked_in_at: datetime) -> Entry | None:
    """The activity of this day, team and theme: of several the one whose hours hold the check-in."""
    day, theme = row["day"], row["theme"]
    found = office.on_day.get((day, team, theme), [])
    if not found:
        row.faulty = True
        if ("activity", f"{day} {row['team']} {theme}") not in office.refused:
            text = N_("%(team)s has no activity %(theme)s on %(day)s")
            row.fault("theme", text, team=row["team"], theme=theme, day=day.isoformat())
        return None
    for activity in found:
        came = office.attendance.get((activity, person))
        if came and came.id is not None and came.checked_in_at == checked_in_at:
            return activity
    for grace in (timedelta(), GRACE):
        for activity in found:
            if activity["starts_at"] - grace <= checked_in_at <= activity["ends_at"] + grace:
                return activity
    row.fault("checked_in", N_("more than an hour outside the hours of the activity"))
    return None


def overlapping(attendances: Iterable[Came], office: Office) -> dict[Came, tuple[str, datetime, datetime]]:
    """Attendances that overlap another one of the same person, each with the other one's name and hours.

    A blank check-out overlaps nothing: it counts as no time at all.
    """
    spans: dict[Entry, list[tuple[datetime, datetime, Came | None, str]]] = defaultdict(list)
    touched = set(attendances)
    people = {came.person for came in touched}
    for came in chain(office.attendance.values(), *(other.attendance.values() for other in office.beside)):
        if came.person in people and came.checked_out_at is not None:
            spans[came.person].append((came.checked_in_at, came.checked_out_at, came, ""))
    found: dict[Came, tuple[str, datetime, datetime]] = {}
    for person, mine in spans.items():
        theirs = [(starts, ends, None, f"{theme} · {team}") for starts, ends, theme, team in office.elsewhere[person]]
        inside = sorted([*mine, *theirs], key=lambda span: span[:2])
        latest = None
        for span in inside:
            if latest and span[0] < latest[1] and span[0] < span[1]:
                _blame(span, latest, touched, found)
            if latest is None or span[1] > latest[1]:
                latest = span
    return found


Span = tuple[datetime, datetime, Came | None, str]


def _blame(span: Span, other: Span, touched: set[Came], found: dict[Came, tuple[str, datetime, datetime]]) -> None:
    """Name the row of the file: the later one where both are in it."""
    if span[2] not in touched:
        span, other = other, span
    if span[2] in touched and span[2] is not None:
        found.setdefault(span[2], (_title(other), other[0], other[1]))


def _title(span: Span) -> str:
    came = span[2]
    return f"{came.activity['theme']['name']} · {came.activity['team']['name']}" if came else span[3]


def _check(noted: list[tuple[Row, Any]], office: Office) -> None:
    # What the database knows already stands, whatever it says: an export comes back unchanged.
    rows = {came: row for row, came in noted if came.id is None or came.changed}
    for came, (title, starts_at, ends_at) in overlapping(rows, office).items():
        rows[came].fault(
            "checked_in",
            N_("%(name)s was at “%(title)s” from %(starts)s to %(ends)s: two attendances of one person overlap"),
            name=came.person["name"],
            title=title,
            starts=f"{clock.local(starts_at):%H:%M}",
            ends=f"{clock.local(ends_at):%H:%M}",
        )


def _say(came: Came) -> dict[str, Any]:
    activity = came.activity
    day = clock.local(activity["starts_at"]).date()
    return {
        "day": day,
        "team": activity["team"]["name"],
        "theme": activity["theme"]["name"],
        "name": came.person["name"],
        "phone": came.person["phone"],
        "checked_in": seconds_since(day, came.checked_in_at),
        "checked_out": came.checked_out_at and seconds_since(day, came.checked_out_at),
    }


def _written(office: Office, _period: Period) -> Written:
    rows = []
    nameless = teamless = beyond = 0
    for came in office.attendance.values():
        if came.activity["team"] is None:
            teamless += 1
            continue
        said = _say(came)
        if said["phone"] is None:
            nameless += 1
        elif not all(
            0 <= said[key] < 2 * cells.DAY_SECONDS for key in ("checked_in", "checked_out") if said[key] is not None
        ):
            beyond += 1
        else:
            rows.append(said)
    unsaid = []
    if nameless:
        unsaid.append(
            message(N_("not written: attendances of people without a phone number (%(count)d)"), count=nameless)
        )
    if teamless:
        unsaid.append(message(N_("not written: attendances at activities without a team (%(count)d)"), count=teamless))
    if beyond:
        unsaid.append(
            message(N_("not written: attendances on other days than their activity (%(count)d)"), count=beyond)
        )
    return Written(rows, unsaid)


HANDLERS = (
    Handler(
        kind=ATTENDANCES,
        blame="name",
        note=_note,
        say=_say,
        existing=Office.count_attendances,
        written=_written,
        check=_check,
    ),
)
